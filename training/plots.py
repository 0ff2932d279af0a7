"""Plots of an evaluation, as PNG."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from model.labels import LABELS
from training.evaluate import Evaluation, Prediction

# Okabe and Ito's palette, which colour-blind people can tell apart (https://jfly.uni-koeln.de/color/).
COLOURS = dict(zip(LABELS, ["#0072B2", "#009E73", "#E69F00", "#D55E00"], strict=True))
DOTS_PER_INCH = 120


def plot_confusion(evaluation: Evaluation, path: Path) -> None:
    """Draw gold against predicted labels, coloured by share of the gold label, annotated with counts."""
    counts = np.array([[evaluation.confusion[g][p] for p in LABELS] for g in LABELS])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = _make_figure()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [label.replace("_", "\n") for label in LABELS]
    axes.set(xlabel="predicted", ylabel="gold", title="Held-out predictions, share of each gold label")
    axes.set_xticks(range(len(LABELS)), names)
    axes.set_yticks(range(len(LABELS)), names)
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 0.5 else "black"
        axes.text(column, row, f"{share:.0%}\n{counts[row, column]}", ha="center", va="center", color=colour)
    figure.colorbar(image, ax=axes, shrink=0.8)
    figure.savefig(path, dpi=DOTS_PER_INCH)


def plot_reliability(predictions: Sequence[Prediction], path: Path) -> None:
    """Draw, for each label, the share of sentences with the label against the probability that was predicted."""
    figure, axes = _make_figure()
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
    figure.savefig(path, dpi=DOTS_PER_INCH)


def plot_precision_recall(predictions: Sequence[Prediction], path: Path) -> None:
    """Draw precision against recall for each label as its threshold moves."""
    figure, axes = _make_figure()
    for i, label in enumerate(LABELS):
        values = [p.probabilities[i] for p in predictions]
        true = [p.gold == label for p in predictions]
        precision, recall, _ = precision_recall_curve(true, values)
        area = average_precision_score(true, values)
        axes.step(recall, precision, where="post", color=COLOURS[label], label=f"{label} (average {area:.2f})")
    axes.set(xlabel="recall", ylabel="precision", title="Precision and recall, held-out", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(frameon=False, loc="lower left")
    figure.savefig(path, dpi=DOTS_PER_INCH)


def _bin_reliability(probabilities: NDArray[np.float64], true: Sequence[bool]) -> tuple[list[float], list[float]]:
    bins = np.minimum((probabilities * 10).astype(int), 9)
    hits = np.array(true)
    kept = [bins == b for b in range(10) if np.sum(bins == b) >= 10]
    return [float(probabilities[k].mean()) for k in kept], [float(hits[k].mean()) for k in kept]


def _make_figure() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    return figure, figure.subplots()
