"""Writes the report of a training run: tables, plots as PNG, and the model card in Markdown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.labels import DEFINITIONS, LABELS, Label
from training.corpus import LabelledDocument
from training.evaluate import (
    Evaluation,
    Prediction,
    bootstrap_confusions,
    count_confusions,
    interval95,
    paired_difference,
)
from training.params import TrainingParams

# Okabe and Ito's palette, which colour-blind people can tell apart (https://jfly.uni-koeln.de/color/).
COLOURS = dict(zip(LABELS, ["#0072B2", "#009E73", "#E69F00", "#D55E00"], strict=True))
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5)  # rows of the threshold table


def tabulate_scores(predictions: Sequence[Prediction], evaluation: Evaluation) -> list[list[str]]:
    """Return per-class precision, recall and F1 with 95 % intervals over documents, as rows of text with a header."""
    draws = bootstrap_confusions(count_confusions(predictions)).astype(float)
    hits = np.diagonal(draws, axis1=1, axis2=2)
    support, predicted = draws.sum(axis=2), draws.sum(axis=1)[:, : len(LABELS)]
    precision, recall = hits / np.maximum(predicted, 1), hits / np.maximum(support, 1)
    f1 = 2 * hits / np.maximum(support + predicted, 1)
    table = [["label", "precision", "recall", "F1", "support"]]
    for i, label in enumerate(LABELS):
        score = evaluation.per_class[label]
        figures = [(score.precision, precision[:, i]), (score.recall, recall[:, i]), (score.f1, f1[:, i])]
        table.append(
            [label, *(format_interval(value, interval95(drawn)) for value, drawn in figures), str(score.support)]
        )
    macro_f1 = format_interval(evaluation.macro_f1, evaluation.macro_f1_ci95)
    table.append(["macro-F1", "", "", macro_f1, str(evaluation.n)])
    return table


def tabulate_sources(evaluation: Evaluation) -> list[list[str]]:
    """Return sentences, macro-F1 and accuracy of each source, as rows of text with a header."""
    table = [["source", "sentences", "macro-F1", "accuracy"]]
    for source, figures in evaluation.by_source.items():
        table.append([source, f"{figures['n']:.0f}", f"{figures['macro_f1']:.3f}", f"{figures['accuracy']:.3f}"])
    return table


def tabulate_thresholds(predictions: Sequence[Prediction], label: Label) -> list[list[str]]:
    """Return precision and recall of a label by the probability from which it is given, as rows of text with a header.

    The first row is without threshold: the label is given where it is the most probable.
    """
    given = np.array([p.probabilities[LABELS.index(label)] for p in predictions])
    true = np.array([p.gold == label for p in predictions])
    chosen = [("none: most probable", np.array([p.predicted == label for p in predictions]))]
    chosen += [(f"{threshold:g}", given >= threshold) for threshold in THRESHOLDS]
    table = [["threshold", "precision", "recall", "given", "per 100 sentences"]]
    for name, said in chosen:
        precision = f"{true[said].mean():.2f}" if said.any() else "–"
        recall = f"{said[true].mean():.2f}" if true.any() else "–"
        table.append([name, precision, recall, str(said.sum()), f"{100 * said.mean():.1f}"])
    return table


def summarise(evaluation: Evaluation) -> list[str]:
    """Return the overall figures as lines of text."""
    return [
        f"accuracy {evaluation.accuracy:.3f}; counting other acceptable labels {evaluation.accuracy_lenient:.3f}; "
        f"of the 80 % most confident {evaluation.accuracy_confident80:.3f}",
        f"expected calibration error {evaluation.ece:.3f}",
    ]


def format_interval(value: float, interval: Sequence[float]) -> str:
    """Return a figure with its interval: ``0.704 [0.661, 0.742]``."""
    low, high = interval
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def format_difference(predictions: Sequence[Prediction], reference: Sequence[Prediction]) -> str:
    """Return the difference in macro-F1 to the reference with its interval: ``+0.021 [+0.004, +0.038]``."""
    value, (low, high) = paired_difference(predictions, reference)
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"


def format_plain_table(rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out in aligned columns, the first to the left and the others to the right."""
    rows = list(rows)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    )


def format_markdown_table(rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out as a Markdown table, the first being the header."""
    header, *body = rows
    lines = [header, ["---"] * len(header), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_report(
    folder: Path,
    documents: Sequence[LabelledDocument],
    params: TrainingParams,
    held_out: Sequence[Prediction],
    evaluation: Evaluation,
    uncertain_below: float,
) -> None:
    """Write ``model-card.md`` and its plots into ``folder``."""
    plots = folder / "plots"
    plots.mkdir()
    plot_confusion(evaluation, plots / "confusion.png")
    plot_reliability(held_out, plots / "reliability.png")
    plot_precision_recall(held_out, plots / "precision-recall.png")
    card = _format_model_card(documents, params, held_out, evaluation, uncertain_below)
    (folder / "model-card.md").write_text(card, encoding="utf-8")


def plot_confusion(evaluation: Evaluation, path: Path) -> None:
    """Draw gold against predicted labels, coloured by share of the gold label, annotated with counts."""
    from matplotlib.figure import Figure

    counts = np.array([[evaluation.confusion[g][p] for p in LABELS] for g in LABELS])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [label.replace("_", "\n") for label in LABELS]
    axes.set(xlabel="predicted", ylabel="gold", title="Held-out predictions, share of each gold label")
    axes.set_xticks(range(len(LABELS)), names)
    axes.set_yticks(range(len(LABELS)), names)
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 0.5 else "black"
        axes.text(column, row, f"{share:.0%}\n{counts[row, column]}", ha="center", va="center", color=colour)
    figure.colorbar(image, ax=axes, shrink=0.8)
    figure.savefig(path, dpi=120)


def plot_reliability(predictions: Sequence[Prediction], path: Path) -> None:
    """Draw, for each label, the share of sentences with the label against the probability that was predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", linewidth=1, label="perfect")
    for i, label in enumerate(LABELS):
        said, true = _bin_reliability(
            np.array([p.probabilities[i] for p in predictions]), [p.gold == label for p in predictions]
        )
        axes.plot(said, true, marker="o", markersize=4, color=COLOURS[label], label=label)
    axes.set(
        xlabel="probability given", ylabel="share that had the label", title="Reliability of held-out probabilities"
    )
    axes.legend(frameon=False)
    figure.savefig(path, dpi=120)


def plot_precision_recall(predictions: Sequence[Prediction], path: Path) -> None:
    """Draw precision against recall for each label as its threshold moves."""
    from matplotlib.figure import Figure
    from sklearn.metrics import average_precision_score, precision_recall_curve

    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    axes = figure.subplots()
    for i, label in enumerate(LABELS):
        values = [p.probabilities[i] for p in predictions]
        true = [p.gold == label for p in predictions]
        precision, recall, _ = precision_recall_curve(true, values)
        area = average_precision_score(true, values)
        axes.step(recall, precision, where="post", color=COLOURS[label], label=f"{label} (average {area:.2f})")
    axes.set(xlabel="recall", ylabel="precision", title="Precision and recall, held-out", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(frameon=False, loc="lower left")
    figure.savefig(path, dpi=120)


def _bin_reliability(probabilities: NDArray[np.float64], true: Sequence[bool]) -> tuple[list[float], list[float]]:
    bins = np.minimum((probabilities * 10).astype(int), 9)
    hits = np.array(true)
    kept = [bins == b for b in range(10) if np.sum(bins == b) >= 10]
    return [float(probabilities[k].mean()) for k in kept], [float(hits[k].mean()) for k in kept]


def _format_model_card(
    documents: Sequence[LabelledDocument],
    params: TrainingParams,
    held_out: Sequence[Prediction],
    evaluation: Evaluation,
    uncertain_below: float,
) -> str:
    composition = Counter((d.source, s.label) for d in documents for s in d.sentences if s.label)
    sources = sorted({source for source, _ in composition})
    corpus = [["source", "documents", *LABELS]]
    for source in sources:
        articles = sum(document.source == source for document in documents)
        corpus.append([source, str(articles), *(str(composition[source, label]) for label in LABELS)])
    threats = np.mean([p.gold == "threat" for p in held_out])
    labels = [["label", "meaning"], *([label, DEFINITIONS[label]] for label in LABELS)]
    return f"""# Model card

Labels each sentence of a news text by who vouches for it and what it does. TF-IDF fields and one multinomial logistic
regression, probabilities calibrated by temperature scaling.

{format_markdown_table(labels)}

## TrainingResult on

{format_markdown_table(corpus)}

Weights by source: {", ".join(f"{name} {weight:g}" for name, weight in params.source_weights.items())}.

## Held-out figures

From {params.validation_folds}-fold cross-validation; no article is in both training and test. Brackets: 95 % bootstrap
intervals over documents. These are figures on the corpus's own kinds of text; expect less on text from elsewhere.

{format_markdown_table(tabulate_scores(held_out, evaluation))}

{"; ".join(summarise(evaluation))}.

{format_markdown_table(tabulate_sources(evaluation))}

![confusion](plots/confusion.png)
![reliability](plots/reliability.png)
![precision and recall](plots/precision-recall.png)

## Uncertain sentences

A sentence is marked `uncertain` where its confidence is below {uncertain_below:.3f}: from that confidence upwards,
held-out predictions were right {params.uncertain_precision:.0%} of the time.

## Missing fewer threats

Where a missed threat costs more than a false alarm, say from which probability a sentence counts as one:
`stance classify --threshold threat=0.2`, the same option of `stance score`, or `"threshold": {{"threat": 0.2}}` in a
request. Every sentence that reaches the threshold is then labelled a threat, and none below it. Held-out predictions:

{format_markdown_table(tabulate_thresholds(held_out, "threat"))}

Threats are {threats:.1%} of the labelled sentences here. Where they are rarer, precision is lower at the same
threshold.

## Limits

English news. Truth is not predictions, only who vouches. The writer's own evaluation and plain fact are the labels most
often confused: no word marks the difference.
"""
