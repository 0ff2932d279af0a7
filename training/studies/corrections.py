"""Measures how much better the model reads somebody's news with each correction, by a simulated user.

``python -m training.studies.corrections EVAL.jsonl … --out docs`` takes half of the documents of every file to correct
from, and holds out the other half. The simulated user gives sentences of the first half their right labels: those of
which the model is least sure, or any. The model learns from the corpus and these, and is measured on the held-out half.
No model that is kept learns from the files.

The features are computed once: their vocabulary and frequencies are those of the corpus. Each fit starts from the one
before, with fewer corrections. Fits are not calibrated: calibration does not change which label is the highest.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from model.labels import LABELS
from training.corpus import CORRECTIONS_SOURCE, LabelledDocument, load_corpus
from training.evaluate import Prediction, evaluate, pair_predictions, paired_difference
from training.fit import list_offsets
from training.params import TrainingParams, load_params
from training.pipeline import build_features, build_regression
from training.plots import DOTS_PER_INCH
from training.split import Rows, make_rows, weigh_rows
from training.studies.command import add_corpus_option, choose_corpus, load_sets, make_parser
from training.studies.page import put_section
from training.tables import format_interval, format_markdown_table

PAGE: Final = "corrections.md"
SIZES: Final = (50, 200, 500)  # corrections
UNCERTAIN, RANDOM = "least sure first", "at random"
_COLOURS: Final = {UNCERTAIN: "#D55E00", RANDOM: "#0072B2"}


@dataclass(frozen=True, slots=True)
class Point:
    """The figures for the held-out documents after some corrections.

    Attributes:
        order: In which order the simulated user corrects; empty before the first correction.
        corrections: Number of sentences with their right label; the model had many of them right.
        mistakes: How many of these the model had wrong that chose them.
        sentences: Number of held-out sentences.
        accuracy: Share of them with the right label.
        macro_f1: Mean F1 of the labels.
        macro_f1_ci95: Its 95 % interval over documents.
        change: What macro-F1 has gained since before the first correction.
        change_ci95: The 95 % interval of that: paired bootstrap over documents.

    """

    order: str
    corrections: int
    mistakes: int
    sentences: int
    accuracy: float
    macro_f1: float
    macro_f1_ci95: tuple[float, float]
    change: float
    change_ci95: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Material:
    """Rows with their features: those of the corpus, those to correct from, those held out.

    Attributes:
        rows: All rows.
        documents: Their documents.
        features: Of shape (rows, features).
        corpus: Indices of the corpus's rows.
        pool: Indices of the rows to correct from.
        held_out: Indices of the rows to measure on.

    """

    rows: Rows
    documents: Sequence[LabelledDocument]
    features: csr_matrix
    corpus: NDArray[np.intp]
    pool: NDArray[np.intp]
    held_out: NDArray[np.intp]


def prepare_material(
    corpus: Sequence[LabelledDocument], sets: Mapping[str, Sequence[LabelledDocument]], params: TrainingParams
) -> Material:
    """Compute the features of the corpus and of the documents of all sets, every second of a set held out."""
    halves = [split_in_halves(documents, params.seed) for documents in sets.values()]
    to_correct = [document for half, _ in halves for document in half]
    measured = [document for _, half in halves for document in half]
    foreign = [replace(document, source=CORRECTIONS_SOURCE) for document in [*to_correct, *measured]]
    documents = [*corpus, *foreign]
    rows = make_rows(documents, {}, show_progress=True)
    own = np.flatnonzero(rows.groups < len(corpus))
    union = build_features(params.model)
    print("computing the features' values", file=sys.stderr, flush=True)
    union.fit(rows.subset(own).fields)
    begin_held_out = len(corpus) + len(to_correct)
    is_foreign = rows.groups >= len(corpus)
    return Material(
        rows,
        documents,
        csr_matrix(union.transform(rows.fields)),
        own,
        np.flatnonzero(is_foreign & (rows.groups < begin_held_out)),
        np.flatnonzero(rows.groups >= begin_held_out),
    )


def split_in_halves(
    documents: Sequence[LabelledDocument], seed: int
) -> tuple[list[LabelledDocument], list[LabelledDocument]]:
    """Return two random halves of the documents; the first has the odd one."""
    order = np.random.default_rng(seed).permutation(len(documents)).tolist()
    return [documents[i] for i in order[::2]], [documents[i] for i in order[1::2]]


def simulate(material: Material, params: TrainingParams, sizes: Sequence[int] = SIZES) -> Iterator[Point]:
    """Yield the figures before any correction, then after each number of them, in both orders.

    Raises:
        ValueError: There are fewer sentences to correct than the largest number.

    """
    if len(material.pool) < max(sizes):
        raise ValueError(f"{len(material.pool)} sentences to correct from; {max(sizes)} corrections need more")
    start = _fit(material, params, np.array([], dtype=np.intp), None)
    before = _predict_held_out(material, start, params)
    yield _measure("", 0, 0, before, before)
    shuffled = np.random.default_rng(params.seed).permutation(material.pool)
    for order in (UNCERTAIN, RANDOM):
        chosen, mistakes, regression = np.array([], dtype=np.intp), 0, start
        for size in sizes:
            rest = np.setdiff1d(material.pool, chosen)
            if order == UNCERTAIN:
                confidence = _predict(regression, material.features[rest], params).max(axis=1)
                more = rest[np.argsort(confidence, kind="stable")][: size - len(chosen)]
            else:
                more = shuffled[len(chosen) : size]
            said = np.array(LABELS)[_predict(regression, material.features[more], params).argmax(axis=1)]
            mistakes += int((said != material.rows.labels[more]).sum())
            chosen = np.concatenate([chosen, more])
            regression = _fit(material, params, chosen, regression)
            yield _measure(order, size, mistakes, _predict_held_out(material, regression, params), before)


def plot(points: Sequence[Point], path: Path) -> None:
    """Draw macro-F1 over the number of corrections, and what it has gained, with its interval."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    level, gain = figure.subplots(1, 2, sharex=True)
    for shift, (order, colour) in zip((-5, 5), _COLOURS.items(), strict=True):  # so that no bar hides another
        own = [point for point in points if point.order in ("", order)]
        level.plot([p.corrections for p in own], [p.macro_f1 for p in own], marker="o", color=colour, label=order)
        corrected = own[1:]
        bars = np.array([[p.change - p.change_ci95[0], p.change_ci95[1] - p.change] for p in corrected]).T
        gain.errorbar(
            [p.corrections + shift for p in corrected],
            [p.change for p in corrected],
            yerr=bars,
            marker="o",
            capsize=4,
            color=colour,
            label=order,
        )
    first = points[0]
    level.axhspan(*first.macro_f1_ci95, color="black", alpha=0.07, label="95 % interval before corrections")
    gain.axhline(0, color="black", linewidth=1)
    level.set(ylabel="macro-F1 on held-out documents", ylim=(0.5, 1))
    gain.set(ylabel="gained since before the first (95 % intervals)", ylim=(-0.1, 0.1))
    for axes in (level, gain):
        axes.set(xlabel="sentences looked at and corrected")
        axes.set_xticks(sorted({point.corrections for point in points}))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, loc="lower right")
    figure.savefig(path, dpi=DOTS_PER_INCH)


def tabulate(points: Sequence[Point]) -> list[list[str]]:
    """Return a row for each point, with a header; differences are to the model before any correction."""
    table = [["corrections", "order", "of them mistakes", "accuracy", "macro-F1", "change in macro-F1"]]
    for point in points:
        low, high = point.change_ci95
        change = f"{point.change:+.3f} [{low:+.3f}, {high:+.3f}]" if point.corrections else ""
        counts = [str(point.corrections), point.order, str(point.mistakes) if point.corrections else ""]
        score = format_interval(point.macro_f1, point.macro_f1_ci95)
        table.append([*counts, f"{point.accuracy:.3f}", score, change])
    return table


def describe(points: Sequence[Point], sets: Sequence[str]) -> str:
    """Return the section of the page."""
    measured = points[0].sentences
    return f"""## How much corrections help, by a simulated user

![macro-F1 over corrections, and its gain with intervals](plots/corrections.png)

A simulated user gives sentences their right labels, in half of the documents of {" and ".join(sets)}: those of
which the model is least sure, or any. Between the steps the model learns from what is corrected so far, and chooses
anew. Measured on the {measured} sentences of the other half; brackets are 95 % intervals over documents. These fits
serve the measurement alone: no model that ships has learned from these files.

{format_markdown_table(tabulate(points))}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure a simulated user's corrections; write plot and section."""
    parser = make_parser("corrections", main.__doc__)
    add_corpus_option(parser)
    options = parser.parse_args(arguments)
    print("reading the corpus", file=sys.stderr, flush=True)
    params, sets = load_params(), load_sets(options.data)
    material = prepare_material(load_corpus(choose_corpus(options)), sets, params)
    fits = simulate(material, params)
    points = list(tqdm(fits, total=1 + 2 * len(SIZES), desc="correcting and learning", unit="fit"))
    (options.out / "plots").mkdir(parents=True, exist_ok=True)
    plot(points, options.out / "plots" / "corrections.png")
    put_section(options.out / PAGE, "simulated-user", describe(points, list(sets)))


def _fit(
    material: Material, params: TrainingParams, chosen: NDArray[np.intp], start: LogisticRegression | None
) -> LogisticRegression:
    """Fit on the corpus and the chosen rows, from the coefficients of ``start`` where one is given."""
    index = np.concatenate([material.corpus, chosen])
    learned = weigh_rows(material.rows.subset(index), material.documents, params.source_weights, params.label_shares)
    regression = build_regression(params.model).set_params(warm_start=True)
    if start is not None:
        regression.coef_, regression.intercept_ = start.coef_.copy(), start.intercept_.copy()
        regression.classes_, regression.n_features_in_ = start.classes_, start.n_features_in_
    features = vstack([material.features[material.corpus], material.features[chosen]], format="csr")
    return regression.fit(features, learned.labels, sample_weight=learned.weights)


def _measure(
    order: str, corrections: int, mistakes: int, predictions: Sequence[Prediction], before: Sequence[Prediction]
) -> Point:
    figures = evaluate(predictions)
    change, change_ci95 = paired_difference(predictions, before)
    return Point(
        order,
        corrections,
        mistakes,
        figures.n,
        figures.accuracy,
        figures.macro_f1,
        figures.macro_f1_ci95,
        change,
        change_ci95,
    )


def _predict_held_out(material: Material, regression: LogisticRegression, params: TrainingParams) -> list[Prediction]:
    values = _predict(regression, material.features[material.held_out], params)
    return pair_predictions(material.rows.subset(material.held_out), values, material.documents)


def _predict(regression: LogisticRegression, features: csr_matrix, params: TrainingParams) -> NDArray[np.float64]:
    """Return probabilities of shape (rows, labels), with the offsets of the labels, in the order of LABELS."""
    columns = [regression.classes_.tolist().index(label) for label in LABELS]
    logits = regression.decision_function(features)[:, columns] + list_offsets(params.model)
    probabilities: NDArray[np.float64] = softmax(logits, axis=1)
    return probabilities


if __name__ == "__main__":
    main()
