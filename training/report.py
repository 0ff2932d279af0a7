"""Writes the report of a training run: the model card in Markdown, and its plots."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from model.labels import DEFINITIONS, LABELS
from training.corpus import LabelledDocument, is_authored
from training.evaluate import Evaluation, Prediction, evaluate
from training.params import TrainingParams
from training.plots import plot_confusion, plot_precision_recall, plot_reliability
from training.tables import format_interval, format_markdown_table, summarise, tabulate_scores, tabulate_thresholds

EXAMPLE = 0.2  # the threshold for threats that the card shows


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


def tabulate_corpus(documents: Sequence[LabelledDocument]) -> list[list[str]]:
    """Return documents and sentences by label of each source, as rows of text with a header."""
    documents_by_source = Counter(document.source for document in documents)
    sentences = Counter((d.source, s.label) for d in documents for s in d.sentences if s.label)
    table = [["source", "documents", *LABELS]]
    for source in sorted({source for source, _ in sentences}):
        counts = [documents_by_source[source], *(sentences[source, label] for label in LABELS)]
        table.append([source, *map(str, counts)])
    return table


def tabulate_parts(held_out: Sequence[Prediction]) -> list[list[str]]:
    """Return the figures of each source, real news first, as rows of text with a header."""
    table = [["source", "sentences", "macro-F1", "accuracy", "threats", "precision of threats", "recall of threats"]]
    for own in sorted(_split_by_source(held_out), key=lambda own: (is_authored(own[0].source), -len(own))):
        evaluation = evaluate(own)
        threat = evaluation.per_class["threat"]
        score = format_interval(evaluation.macro_f1, evaluation.macro_f1_ci95)
        shares = [f"{value:.2f}" for value in (threat.precision, threat.recall)]
        table.append(
            [own[0].source, str(evaluation.n), score, f"{evaluation.accuracy:.3f}", str(threat.support), *shares]
        )
    return table


def _format_model_card(
    documents: Sequence[LabelledDocument],
    params: TrainingParams,
    held_out: Sequence[Prediction],
    evaluation: Evaluation,
    uncertain_below: float,
) -> str:
    labels = [["label", "meaning"], *([label, DEFINITIONS[label]] for label in LABELS)]
    return f"""# Model card

Labels each sentence of a news text by who vouches for it and what it does. TF-IDF fields and one multinomial logistic
regression, probabilities calibrated by temperature scaling.

{format_markdown_table(labels)}

## Trained on

{format_markdown_table(tabulate_corpus(documents))}

Weights by source: {_list_weights(params.source_weights)}. In every part of the corpus, labels have these shares of the
weight: {_list_weights(params.label_shares)}; the others as they come.

{_format_real_news(held_out)}## Held-out figures on all text

From {params.validation_folds}-fold cross-validation; no article is in both training and test. Brackets: 95 % bootstrap
intervals over documents. Expect less on text from elsewhere.

{format_markdown_table(tabulate_parts(held_out))}

{format_markdown_table(tabulate_scores(held_out, evaluation))}

{"; ".join(summarise(evaluation))}.

![confusion](plots/confusion.png)
![reliability](plots/reliability.png)
![precision and recall](plots/precision-recall.png)

## Uncertain sentences

A sentence is marked `uncertain` where its confidence is below {uncertain_below:.3f}: from that confidence upwards,
held-out predictions were right {params.uncertain_precision:.0%} of the time.

## Missing fewer threats

Where a missed threat costs more than a false alarm, say from which probability a sentence counts as one:
`stance classify --threshold threat={EXAMPLE:g}`, the same option of `stance score`, or
`"threshold": {{"threat": {EXAMPLE:g}}}` in a request. Every sentence that reaches the threshold is then labelled a
threat, and none below it.

{_format_thresholds(held_out)}

Where threats are rarer, precision is lower at the same threshold.

## Limits

English news. Truth is not judged, only who vouches. The writer's own evaluation and plain fact are the labels most
often confused: no word marks the difference.
"""


def _format_real_news(held_out: Sequence[Prediction]) -> str:
    """Return the section on real news, in figures and in words; nothing where the corpus has none."""
    real = _select_real(held_out)
    if not real:
        return ""
    evaluation = evaluate(real)
    threat = evaluation.per_class["threat"]
    said = np.array([p.probabilities[LABELS.index("threat")] >= EXAMPLE for p in real])
    true = np.array([p.gold == "threat" for p in real])
    precision, recall = ((said & true).sum() / max(part.sum(), 1) for part in (said, true))
    sources = ", ".join(sorted({p.source for p in real}))
    return f"""## How good it is on real news

Held-out predictions for articles of real news ({sources}), each by a model that has not seen the article.

{format_markdown_table(tabulate_scores(real, evaluation))}

{"; ".join(summarise(evaluation))}.

**What you lose**: of {threat.support} threats in these articles, {1 - threat.recall:.0%} are missed where the most
probable label decides, and of the sentences called threats {1 - threat.precision:.0%} are none. With
`--threshold threat={EXAMPLE:g}`, {1 - recall:.0%} are missed, and {1 - precision:.0%} of the sentences called threats
are none: see "Missing fewer threats". Threats are {threat.support / evaluation.n:.1%} of these sentences. In articles
about a conflict they are more, and precision is higher.

"""


def _format_thresholds(held_out: Sequence[Prediction]) -> str:
    """Return the tables of thresholds for threats: on real news, if the corpus has any, and on all text."""
    parts = []
    for name, own in (("real news", _select_real(held_out)), ("all text", held_out)):
        if own:
            share = np.mean([p.gold == "threat" for p in own])
            parts.append(f"Held-out predictions on {name}, of which {share:.1%} are threats:")
            parts.append(format_markdown_table(tabulate_thresholds(own, "threat")))
    return "\n\n".join(parts)


def _list_weights(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {weight:g}" for name, weight in weights.items())


def _select_real(predictions: Sequence[Prediction]) -> list[Prediction]:
    return [p for p in predictions if not is_authored(p.source)]


def _split_by_source(predictions: Sequence[Prediction]) -> list[list[Prediction]]:
    sources = sorted({p.source for p in predictions})
    return [[p for p in predictions if p.source == source] for source in sources]
