"""Draws learning curves: how F1 on other text grows with real news, and how it depends on the weight of authored text.

``python -m training.studies.curves EVAL.jsonl … --out docs/plots`` fits the pipeline on nested random subsets of the
corpus's real news, of whole articles, with all authored text and without any. It evaluates each fit on all the files
together. Fits are not calibrated: calibration does not change which label is the highest.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from model.labels import LABELS
from training.corpus import LabelledDocument, is_authored, load_corpus
from training.evaluate import Evaluation, evaluate, order_by_label, pair_predictions
from training.fit import fit_uncalibrated
from training.parallel import run_parallel
from training.params import TrainingParams, load_params
from training.plots import COLOURS
from training.split import Rows, make_rows, weigh_rows
from training.studies.command import load_all, make_parser

SIZES = (500, 1000, 2000, 4000, 8000, 16000, 32000)  # sentences; those beyond the corpus become "all of it"
WEIGHTS = (0.03, 0.1, 0.3, 0.5, 1.0)
ORDERS = 2  # random orders of the documents; each gives one nested series of subsets
AUTHORED, REAL, BOTH, WEIGHT = "authored text alone", "real news alone", "real news, all authored text", "weight"
_COLOURS = {REAL: "#D55E00", BOTH: "#009E73"}


@dataclass(frozen=True, slots=True)
class Run:
    """One fit to make.

    Attributes:
        series: The curve it belongs to.
        x: What the curve is drawn over: sentences of real news, or the weight.
        order: The random order its documents were drawn in.
        rows: Indices of the training rows.
        weight: Weight of an authored sentence; None: as in the hyperparameters.

    """

    series: str
    x: float
    order: int
    rows: NDArray[np.intp]
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A run's figures: means over its orders where several were made."""

    series: str
    x: float
    macro_f1: float
    low: float
    high: float
    label_f1: tuple[float, ...]


def plan_runs(rows: Rows, documents: Sequence[LabelledDocument]) -> list[Run]:
    """Return the runs of every curve, the largest first; ``rows`` are the rows of the documents.

    What an order ends with, all real news, is fitted once for all orders.
    """
    written = np.array([is_authored(documents[group].source) for group in rows.groups])
    authored, real, everything = np.flatnonzero(written), np.flatnonzero(~written), np.arange(len(rows))
    runs = [Run(WEIGHT, weight, 0, everything, weight) for weight in WEIGHTS]
    runs.append(Run(AUTHORED, 0, 0, authored))
    for order in range(ORDERS):
        for subset in select_nested_subsets(rows.groups, real, order):
            if order == 0 or len(subset) < len(real):
                runs.append(Run(BOTH, len(subset), order, np.concatenate([authored, subset])))
                runs.append(Run(REAL, len(subset), order, subset))
    return runs


def select_nested_subsets(groups: NDArray[np.intp], index: NDArray[np.intp], seed: int) -> Iterator[NDArray[np.intp]]:
    """Yield growing subsets of the rows at ``index``, whole groups in random order, each holding the one before.

    The last holds all. Sizes are those of :data:`SIZES`, rounded up to whole groups.
    """
    order = np.random.default_rng(seed).permutation(np.unique(groups[index]))
    rank = dict(zip(order.tolist(), range(len(order)), strict=True))
    ranks = np.array([rank[group] for group in groups[index].tolist()])
    held = np.cumsum(np.bincount(ranks, minlength=len(order)))
    ends = [int(np.searchsorted(held, size)) for size in SIZES if size < len(index)]
    for end in dict.fromkeys([*ends, len(order) - 1]):
        yield index[ranks <= end]


def measure(
    run: Run, rows: Rows, documents: Sequence[LabelledDocument], target: Rows, params: TrainingParams
) -> Evaluation:
    """Fit one run's rows, which are those of the documents, and evaluate on the target's."""
    sources = dict(params.source_weights)
    if run.weight is not None:
        sources |= {d.source: run.weight for d in documents if is_authored(d.source)}
    learned = weigh_rows(rows.subset(run.rows), documents, sources, params.label_shares)
    return evaluate(pair_predictions(target, predict(fit_uncalibrated(learned, params.model), target)))


def predict(pipeline: Pipeline, rows: Rows) -> NDArray[np.float64]:
    """Return probabilities of shape (rows, labels); 0 for a label that a small training set lacked."""
    return order_by_label(pipeline.predict_proba(rows.fields), pipeline.classes_)


def average_runs(runs: Iterable[Run], evaluations: Iterable[Evaluation]) -> list[Point]:
    """Return a point for each size of each curve: the mean over its orders, and of the ends of their intervals."""
    gathered: dict[tuple[str, int], list[tuple[float, Evaluation]]] = {}
    rank: dict[tuple[str, int], int] = {}
    for run, evaluation in zip(runs, evaluations, strict=True):
        step = rank[run.series, run.order] = rank.get((run.series, run.order), -1) + 1
        gathered.setdefault((run.series, step), []).append((run.x, evaluation))
    return [
        Point(
            series,
            fmean(x for x, _ in made),
            fmean(e.macro_f1 for _, e in made),
            fmean(e.macro_f1_ci95[0] for _, e in made),
            fmean(e.macro_f1_ci95[1] for _, e in made),
            tuple(fmean(e.per_class[label].f1 for _, e in made) for label in LABELS),
        )
        for (series, _), made in gathered.items()
    ]


def write_csv(points: Iterable[Point], path: Path) -> None:
    """Write the points as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["series", "x", "macro_f1", "ci95_low", "ci95_high", *LABELS])
        for point in points:
            figures = (point.macro_f1, point.low, point.high, *point.label_f1)
            writer.writerow([point.series, f"{point.x:g}", *(f"{figure:.3f}" for figure in figures)])


def plot_sizes(points: Sequence[Point], path: Path) -> None:
    """Draw macro-F1 of real news with and without authored text, and F1 by label with it, over real sentences."""
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    overall, by_label = figure.subplots(1, 2, sharex=True, sharey=True)
    for series, colour in _COLOURS.items():
        own = [point for point in points if point.series == series]
        x = [point.x for point in own]
        overall.plot(x, [point.macro_f1 for point in own], marker="o", markersize=4, color=colour, label=series)
        overall.fill_between(x, [p.low for p in own], [p.high for p in own], color=colour, alpha=0.12, linewidth=0)
    (nothing_real,) = (point for point in points if point.series == AUTHORED)
    overall.axhline(nothing_real.macro_f1, color="#0072B2", linestyle="--", linewidth=1, label=AUTHORED)
    _plot_labels(by_label, [point for point in points if point.series == BOTH])
    for i, label in enumerate(LABELS):
        by_label.axhline(nothing_real.label_f1[i], color=COLOURS[label], linestyle="--", linewidth=1)
    overall.set(xscale="log", ylabel="F1 on real news", title="Macro-F1", ylim=(0, 1))
    by_label.set(title="By label, with all authored text (dashed: without real news)")
    for axes in (overall, by_label):
        axes.set(xlabel="labelled sentences of real news to learn from")
        axes.set_xticks(SIZES[:-1], [f"{size:,}" for size in SIZES[:-1]])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize="small", loc="lower right")
    figure.savefig(path, dpi=100)


def plot_weights(points: Sequence[Point], path: Path) -> None:
    """Draw macro-F1 and F1 by label over the weight of an authored sentence against 1 for a real one."""
    own = [point for point in points if point.series == WEIGHT]
    figure = Figure(figsize=(6, 4.2), layout="constrained")
    axes = figure.subplots()
    x = [point.x for point in own]
    axes.plot(x, [point.macro_f1 for point in own], marker="o", color="black", label="macro-F1")
    axes.fill_between(x, [p.low for p in own], [p.high for p in own], color="black", alpha=0.1, linewidth=0)
    _plot_labels(axes, own)
    axes.set(xscale="log", xlabel="weight of an authored sentence (a real one: 1)", ylabel="F1 on real news")
    axes.set(ylim=(0, 1))
    axes.set_xticks(x, [f"{weight:g}" for weight in x])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize="small", ncols=2, loc="lower right")
    figure.savefig(path, dpi=100)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the curves on EVAL and write them as PNG and CSV."""
    parser = make_parser("curves", main.__doc__, out=Path("docs/plots"))
    options = parser.parse_args(arguments)
    params, documents = load_params(), load_corpus()
    rows, target = make_rows(documents, {}), make_rows(load_all(options.data), {})
    runs = plan_runs(rows, documents)
    jobs = [partial(measure, run, rows, documents, target, params) for run in runs]
    points = average_runs(runs, run_parallel(jobs, "subsets and weights"))
    options.out.mkdir(parents=True, exist_ok=True)
    write_csv(points, options.out / "learning-curves.csv")
    plot_sizes(points, options.out / "learning-curves.png")
    plot_weights(points, options.out / "authored-weight.png")


def _plot_labels(axes: Axes, points: Sequence[Point]) -> None:
    for i, label in enumerate(LABELS):
        values = [point.label_f1[i] for point in points]
        axes.plot([p.x for p in points], values, marker="o", markersize=3, color=COLOURS[label], label=label)


if __name__ == "__main__":
    main()
