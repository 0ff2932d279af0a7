"""Tables and figures of an evaluation as text."""

from collections.abc import Iterable, Sequence

import numpy as np

from model.labels import LABELS, Label
from training.evaluate import Evaluation, Prediction, compute_intervals, paired_difference

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5)  # rows of the threshold table


def tabulate_scores(predictions: Sequence[Prediction], evaluation: Evaluation) -> list[list[str]]:
    """Return per-class precision, recall and F1 with 95 % intervals over documents, as rows of text with a header."""
    intervals = compute_intervals(predictions)
    table = [["label", "precision", "recall", "F1", "support"]]
    for label in LABELS:
        score, own = evaluation.per_class[label], intervals[label]
        figures = [(score.precision, own.precision), (score.recall, own.recall), (score.f1, own.f1)]
        table.append([label, *(format_interval(*figure) for figure in figures), str(score.support)])
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
