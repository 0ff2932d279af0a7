"""Measures what each block of features adds: removed, alone, and added to the text; on other text and held out.

``python -m training.studies.ablation EVAL.jsonl …`` fits the regression on every selection of blocks. A block is
vectorised once for each training set; a selection joins the matrices of its blocks. Fits are not calibrated:
calibration does not change which label is the highest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import sparse

from model.labels import LABELS
from training.corpus import load_corpus
from training.evaluate import Evaluation, Prediction, evaluate, order_by_label, pair_predictions
from training.parallel import run_parallel
from training.params import BlockParams, ModelParams, TrainingParams, load_params
from training.pipeline import FieldSelector, build_regression, build_vectorizer, shift_intercepts
from training.split import Rows, make_rows, split_by_article
from training.studies.command import add_corpus_option, choose_corpus, load_all, make_parser
from training.studies.page import PAGE, put_section
from training.tables import format_difference, format_interval, format_markdown_table

TEXT = "text"  # the field that every sentence has, whatever the article says
ALL = "all blocks"
PLOT = Path("plots") / "ablation.png"

Blocks = Mapping[str, sparse.csr_matrix]


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection of blocks to fit on.

    Attributes:
        kind: The part of the table it belongs to.
        name: What the table calls it.
        blocks: The names of its blocks.

    """

    kind: str
    name: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Vectorised blocks of a training and a test set.

    Attributes:
        train: Matrices of the training rows by block, weighed.
        test: Matrices of the test rows by block, weighed.
        labels: The training rows' labels.
        weights: The training rows' weights.

    """

    train: Blocks
    test: Blocks
    labels: NDArray[np.str_]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Results:
    """What each selection gave on one data set: the predictions and their figures."""

    predictions: list[list[Prediction]]
    evaluations: list[Evaluation]

    @classmethod
    def of(cls, predictions: Iterable[list[Prediction]]) -> "Results":
        """Evaluate the predictions of each selection."""
        gathered = list(predictions)
        return cls(gathered, [evaluate(own) for own in gathered])


def list_selections(blocks: Mapping[str, BlockParams]) -> list[Selection]:
    """Return all blocks, all but each, each alone, the text's blocks, and each other block with the text's."""
    text = tuple(name for name, block in blocks.items() if block.field == TEXT)
    others = [name for name in blocks if name not in text]
    base = " + ".join(text)
    return [
        Selection("all", ALL, tuple(blocks)),
        *(Selection("removed", f"without {name}", tuple(b for b in blocks if b != name)) for name in blocks),
        Selection("text", base, text),
        *(Selection("added", f"{base} + {name}", (*text, name)) for name in others),
        *(Selection("alone", f"{name} alone", (name,)) for name in blocks),
    ]


def vectorise_blocks(train: Rows, test: Rows, params: ModelParams) -> Split:
    """Vectorise every block once; vocabulary and weights of terms come from the training rows only."""
    fitted, applied = {}, {}
    for name, block in params.blocks.items():
        select, vectorizer = FieldSelector(block.field), build_vectorizer(block)
        fitted[name] = block.weight * vectorizer.fit_transform(select.transform(train.fields))
        applied[name] = block.weight * vectorizer.transform(select.transform(test.fields))
    return Split(fitted, applied, train.labels, train.weights)


def fit_and_predict(split: Split, blocks: Sequence[str], params: ModelParams) -> NDArray[np.float64]:
    """Fit the regression on some of the blocks; return the test rows' probabilities of shape (rows, labels)."""
    regression = build_regression(params)
    train = sparse.hstack([split.train[name] for name in blocks], format="csr")
    regression.fit(train, split.labels, sample_weight=split.weights)
    shift_intercepts(regression, regression.classes_.tolist(), params.offsets)
    test = sparse.hstack([split.test[name] for name in blocks], format="csr")
    return order_by_label(regression.predict_proba(test), regression.classes_)


def cross_validate(rows: Rows, params: TrainingParams, chosen: Sequence[Selection]) -> list[NDArray[np.float64]]:
    """Return each selection's probabilities for all rows, from cross-validation that never parts an article."""
    given = [np.empty((len(rows), len(LABELS))) for _ in chosen]
    for train, test in split_by_article(rows, params.validation_folds, params.seed):
        split = vectorise_blocks(rows.subset(train), rows.subset(test), params.model)
        for values, part in zip(given, _fit_all(split, chosen, params.model), strict=True):
            values[test] = part
    return given


def tabulate_selections(chosen: Sequence[Selection], elsewhere: Results, held: Results) -> list[list[str]]:
    """Return rows of text with a header; the differences are those to the first selection, with paired intervals.

    F1 by label is that on text from elsewhere.
    """
    header = ["blocks", "macro-F1", "difference", *(f"`{label}`" for label in LABELS), "held out", "difference"]
    rows = [header]
    for i, selection in enumerate(chosen):
        scores = [results.evaluations[i] for results in (elsewhere, held)]
        figures = [format_interval(e.macro_f1, e.macro_f1_ci95) for e in scores]
        gaps = [
            format_difference(results.predictions[i], results.predictions[0]) if i else ""
            for results in (elsewhere, held)
        ]
        by_label = [f"{scores[0].per_class[label].f1:.3f}" for label in LABELS]
        rows.append([selection.name, figures[0], gaps[0], *by_label, figures[1], gaps[1]])
    return rows


def plot_selections(chosen: Sequence[Selection], results: Mapping[str, Results], path: Path) -> None:
    """Draw macro-F1 with its interval for every selection, a panel for each data set."""
    figure = Figure(figsize=(10, 1 + 0.26 * len(chosen)), layout="constrained")
    panels = figure.subplots(1, len(results), sharey=True)
    colours = {"all": "black", "removed": "#D55E00", "text": "#0072B2", "added": "#009E73", "alone": "#E69F00"}
    for axes, (title, own) in zip(panels, results.items(), strict=True):
        for row, (selection, value) in enumerate(zip(chosen, own.evaluations, strict=True)):
            axes.plot(value.macro_f1_ci95, [row, row], color=colours[selection.kind], linewidth=2, alpha=0.5)
            axes.plot(value.macro_f1, row, "o", color=colours[selection.kind])
        axes.axvline(own.evaluations[0].macro_f1, color="grey", linestyle=":", linewidth=1)
        axes.set(title=title, xlabel="macro-F1, 95 % interval over documents")
        axes.grid(axis="x", alpha=0.3)
    panels[0].set_yticks(range(len(chosen)), [selection.name for selection in chosen])
    panels[0].invert_yaxis()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on every selection of blocks, measure on EVAL and held out, and write table and plot into the page."""
    parser = make_parser("ablation", main.__doc__)
    add_corpus_option(parser)
    options = parser.parse_args(arguments)
    params = load_params()
    rows = make_rows(load_corpus(choose_corpus(options)), params.source_weights, params.label_shares)
    target = make_rows(load_all(options.data), {})
    chosen = list_selections(params.model.blocks)
    given = _fit_all(vectorise_blocks(rows, target, params.model), chosen, params.model)
    elsewhere = Results.of(pair_predictions(target, values) for values in given)
    held = Results.of(pair_predictions(rows, values) for values in cross_validate(rows, params, chosen))
    plot_selections(
        chosen, {"real news, never trained on": elsewhere, "held out in the corpus": held}, options.out / PLOT
    )
    image = f"![macro-F1 of each selection of blocks]({PLOT.as_posix()})"
    put_section(
        options.out / PAGE,
        "ablation",
        f"{format_markdown_table(tabulate_selections(chosen, elsewhere, held))}\n\n{image}",
    )


def _fit_all(split: Split, chosen: Sequence[Selection], params: ModelParams) -> list[NDArray[np.float64]]:
    """Fit on each selection; return the test rows' probabilities by each fit."""
    jobs = [partial(fit_and_predict, split, selection.blocks, params) for selection in chosen]
    return run_parallel(jobs, "selections of blocks")


if __name__ == "__main__":
    main()
