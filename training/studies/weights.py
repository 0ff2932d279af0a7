"""Measures the weights in ``params.toml`` by cross-validation on real news, one weight changed at a time.

``python -m training.studies.weights`` holds out real articles in turn. All authored text is always in training. So the
figures are those of real news, and no evaluation file is looked at. It writes a table into the page.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.corpus import LabelledDocument, is_authored, load_corpus
from training.evaluate import Prediction, evaluate, pair_predictions
from training.parallel import run_parallel
from training.params import ModelParams, TrainingParams, load_params
from training.split import Fold, Rows, make_rows, split_by_article, weigh_rows
from training.studies.ablation import Split, fit_and_predict, vectorise_blocks
from training.studies.command import add_corpus_option, choose_corpus
from training.studies.page import PAGE, put_section
from training.studies.threats import measure_loss_in_place, measure_recall_at
from training.tables import format_difference, format_interval, format_markdown_table

FOLDS = 3
PRECISION = 0.5  # at which recall of threats is reported
SOURCE, LABEL, BLOCK = "source", "share of", "block"
TRIED = {  # by what is weighed: the values tried beside that in params.toml
    (LABEL, "threat"): (0.1, 0.3),
    (SOURCE, "authored"): (0.05, 0.3),
    (SOURCE, "authored-as-filed"): (0.25, 1.0),
    (BLOCK, "threat"): (2.0, 4.5),
    (BLOCK, "context"): (0.25, 1.0),
    (BLOCK, "neighbours"): (0.25, 1.0),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """Hyperparameters to try, and what the table calls them."""

    name: str
    params: TrainingParams


@dataclass(frozen=True, slots=True)
class Held:
    """What a setting predicts for the real sentences that it has not seen, in their articles and alone."""

    within: list[Prediction]
    alone: list[Prediction]


def list_settings(params: TrainingParams) -> list[Setting]:
    """Return the hyperparameters as they are, then each with one weight changed."""
    changed = [
        Setting(f"{kind} `{name}` {value:g}", change_weight(params, kind, name, value))
        for (kind, name), values in TRIED.items()
        for value in values
    ]
    return [Setting("as in `params.toml`", params), *changed]


def change_weight(params: TrainingParams, kind: str, name: str, value: float) -> TrainingParams:
    """Return the hyperparameters with another weight of a source or a block, or another share of a label."""
    if kind == SOURCE:
        return replace(params, source_weights={**params.source_weights, name: value})
    if kind == LABEL:
        return replace(params, label_shares={**params.label_shares, name: value})
    blocks = {**params.model.blocks, name: replace(params.model.blocks[name], weight=value)}
    return replace(params, model=replace(params.model, blocks=blocks))


def find_real(documents: Sequence[LabelledDocument], groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the indices of the rows that are of real news."""
    return np.flatnonzero([not is_authored(documents[group].source) for group in groups])


def split_real(rows: Rows, documents: Sequence[LabelledDocument], folds: int, seed: int) -> Iterator[Fold]:
    """Yield (train, test) row indices: real articles are held out in turn, and all other text is always in training."""
    real = find_real(documents, rows.groups)
    for _, test in split_by_article(rows.subset(real), folds, seed):
        yield np.setdiff1d(np.arange(len(rows)), real[test]), real[test]


def isolate_threats(rows: Rows) -> Rows:
    """Return the threats among the rows, in order, each read as a document of its own."""
    threats = [sentence for sentence in rows.sentences if sentence.label == "threat"]
    return make_rows([LabelledDocument(str(i), "", (sentence,)) for i, sentence in enumerate(threats)], {})


def cross_validate(rows: Rows, documents: Sequence[LabelledDocument], settings: Sequence[Setting]) -> list[Held]:
    """Return what each setting predicts for real sentences, from fits that have not seen their articles.

    The first setting's weights of blocks must be those of ``params.toml`` that the others change.
    """
    held = [Held([], []) for _ in settings]
    reference = settings[0].params
    for train, test in split_real(rows, documents, FOLDS, reference.seed):
        learned, inside = rows.subset(train), rows.subset(test)
        alone = isolate_threats(inside)
        split = vectorise_blocks(learned, inside.join(alone), reference.model)
        jobs = []
        for setting in settings:
            params = setting.params
            weighed = weigh_rows(learned, documents, params.source_weights, params.label_shares)
            jobs.append(partial(fit_scaled, replace(split, weights=weighed.weights), reference.model, params.model))
        for own, values in zip(held, run_parallel(jobs, "weights"), strict=True):
            own.within.extend(pair_predictions(inside, values[: len(inside)]))
            own.alone.extend(pair_predictions(alone, values[len(inside) :]))
    return held


def fit_scaled(split: Split, made: ModelParams, wanted: ModelParams) -> NDArray[np.float64]:
    """Fit on blocks whose weights are changed from those they were made with; return the test rows' probabilities."""
    factors = {name: wanted.blocks[name].weight / block.weight for name, block in made.blocks.items()}
    train, test = (
        {name: factors[name] * matrix if factors[name] != 1 else matrix for name, matrix in blocks.items()}
        for blocks in (split.train, split.test)
    )
    return fit_and_predict(replace(split, train=train, test=test), tuple(wanted.blocks), wanted)


def tabulate_settings(settings: Sequence[Setting], held: Sequence[Held]) -> list[list[str]]:
    """Return the figures of each setting, as rows of text with a header; differences are to the first setting."""
    at = f"recall at precision {PRECISION:g}"
    table = [["weight", "macro-F1", "difference", "threat F1", "precision", "recall", at, "alone, more by"]]
    for setting, own in zip(settings, held, strict=True):
        evaluation = evaluate(own.within)
        score = evaluation.per_class["threat"]
        threats = [p for p in own.within if p.gold == "threat"]
        table.append(
            [
                setting.name,
                format_interval(evaluation.macro_f1, evaluation.macro_f1_ci95),
                format_difference(own.within, held[0].within) if own is not held[0] else "",
                *(f"{value:.2f}" for value in (score.f1, score.precision, score.recall)),
                f"{measure_recall_at(own.within, PRECISION)[0]:.2f}",
                f"{measure_loss_in_place(threats, own.alone)[0]:+.3f}",
            ]
        )
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Cross-validate each weight on real news and write the table into the page."""
    parser = argparse.ArgumentParser(prog="python -m training.studies.weights", description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder to write to (%(default)s)")
    add_corpus_option(parser)
    options = parser.parse_args(arguments)
    documents, settings = load_corpus(choose_corpus(options)), list_settings(load_params())
    held = cross_validate(make_rows(documents, {}), documents, settings)
    put_section(options.out / PAGE, "weights", format_markdown_table(tabulate_settings(settings, held)))


if __name__ == "__main__":
    main()
