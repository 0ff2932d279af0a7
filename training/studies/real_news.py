"""Measures an artifact on labelled real news and writes the figures into the page.

``python -m training.studies.real_news [NAME=]EVAL.jsonl …`` measures ``artifact/`` as ``stance evaluate`` does, on each
file by itself. Tables show the files side by side, or one after the other under their names.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from model.classifier import Classifier
from model.labels import LABELS, Label
from training.corpus import LabelledDocument
from training.evaluate import Evaluation, Prediction, compute_intervals, evaluate, predict_documents
from training.studies.command import load_sets, make_parser
from training.studies.page import PAGE, put_section
from training.studies.threats import measure_loss_in_place, tabulate_threats
from training.tables import (
    format_difference,
    format_interval,
    format_markdown_table,
    tabulate_scores,
    tabulate_sources,
    tabulate_thresholds,
)


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that the project wants to reach; ``at_most`` where less is better."""

    name: str
    of: Callable[[Evaluation], float]
    value: float
    at_most: bool = False

    def is_met(self, evaluation: Evaluation) -> bool:
        """Whether the evaluation reaches it."""
        reached = self.of(evaluation)
        return reached <= self.value if self.at_most else reached >= self.value


@dataclass(frozen=True, slots=True)
class Measured:
    """What the artifact predicts for one file.

    Attributes:
        documents: How many the file has.
        within: Its labelled sentences, read in their articles.
        alone: The same sentences in the same order, each read as a document of its own.

    """

    documents: int
    within: list[Prediction]
    alone: list[Prediction]


SOURCES_SHOWN = 8  # columns of the table of errors; with more sources it has none for them
GOALS = (
    Goal("macro-F1", lambda e: e.macro_f1, 0.70),
    Goal("F1 of `analyst_opinion`", lambda e: e.per_class["analyst_opinion"].f1, 0.50),
    Goal("F1 of `threat`", lambda e: e.per_class["threat"].f1, 0.65),
    Goal("expected calibration error", lambda e: e.ece, 0.05, at_most=True),
    Goal("accuracy of the 80 % most confident", lambda e: e.accuracy_confident80, 0.88),
)


def measure_files(classifier: Classifier, sets: Mapping[str, Sequence[LabelledDocument]]) -> dict[str, Measured]:
    """Return what the artifact predicts for each file, by its name."""
    return {
        name: Measured(len(documents), predict_documents(classifier, documents), predict_alone(classifier, documents))
        for name, documents in sets.items()
    }


def predict_alone(classifier: Classifier, documents: Sequence[LabelledDocument]) -> list[Prediction]:
    """Classify each labelled sentence as a document of its own; each prediction has the index of its document."""
    parts = [(i, replace(d, sentences=(s,))) for i, d in enumerate(documents) for s in d.sentences if s.label]
    predictions = predict_documents(classifier, [part for _, part in parts])
    return [replace(j, document=i) for j, (i, _) in zip(predictions, parts, strict=True)]


def tabulate_goals(evaluations: Mapping[str, Evaluation]) -> list[list[str]]:
    """Return goals and the figures that each file reached, as rows of text with a header."""
    table = [["", "goal", *evaluations]]
    for goal in GOALS:
        reached = [f"{goal.of(e):.4f}, {'met' if goal.is_met(e) else 'missed'}" for e in evaluations.values()]
        table.append([goal.name, f"{'≤' if goal.at_most else '≥'} {goal.value:.2f}", *reached])
    return table


def tabulate_files(files: Mapping[str, Measured]) -> list[list[str]]:
    """Return the main figures of each file side by side, as rows of text with a header."""
    evaluations = {name: evaluate(file.within) for name, file in files.items()}
    intervals = {name: compute_intervals(file.within) for name, file in files.items()}

    def format_f1(name: str, label: Label) -> str:
        return format_interval(evaluations[name].per_class[label].f1, intervals[name][label].f1)

    return [
        ["", *files],
        ["documents", *(str(file.documents) for file in files.values())],
        ["labelled sentences", *(str(e.n) for e in evaluations.values())],
        ["threats", *(str(e.per_class["threat"].support) for e in evaluations.values())],
        ["macro-F1", *(format_interval(e.macro_f1, e.macro_f1_ci95) for e in evaluations.values())],
        *([f"F1 of `{label}`", *(format_f1(name, label) for name in files)] for label in LABELS),
        ["accuracy", *(f"{e.accuracy:.3f}" for e in evaluations.values())],
        ["accuracy, other acceptable labels counted", *(f"{e.accuracy_lenient:.3f}" for e in evaluations.values())],
        ["expected calibration error", *(f"{e.ece:.3f}" for e in evaluations.values())],
    ]


def tabulate_modes(files: Mapping[str, Measured]) -> list[list[str]]:
    """Return the figures of both modes for each file, as rows of text with a header."""
    by_label = [f"`{label}`" for label in LABELS]
    table = [["each sentence", "macro-F1", *by_label, "accuracy", "ECE", "accuracy of the 80 % most confident"]]
    for name, predictions in split_modes(files).items():
        e = evaluate(predictions)
        scores = [f"{e.per_class[label].f1:.3f}" for label in LABELS]
        rest = [f"{value:.3f}" for value in (e.accuracy, e.ece, e.accuracy_confident80)]
        table.append([name, format_interval(e.macro_f1, e.macro_f1_ci95), *scores, *rest])
    return table


def split_modes(files: Mapping[str, Measured]) -> dict[str, list[Prediction]]:
    """Return the predictions of each file in both modes, by the names that tables have for them."""
    modes: dict[str, list[Prediction]] = {}
    for name, file in files.items():
        modes[f"{name}: in its article"], modes[f"{name}: alone"] = file.within, file.alone
    return modes


def join_tables(tables: Mapping[str, Sequence[Sequence[str]]]) -> list[list[str]]:
    """Put tables with the same first column side by side; the header of each other column names its table."""
    (first, *_), *_ = tables.values()
    columns = [[f"{name}: {column}" for column in header[1:]] for name, (header, *_) in tables.items()]
    rows = [
        [lines[0][0], *chain.from_iterable(line[1:] for line in lines)]
        for lines in zip(*(body for _, *body in tables.values()), strict=True)
    ]
    return [[first[0], *chain.from_iterable(columns)], *rows]


def tabulate_errors(predictions: Sequence[Prediction]) -> list[list[str]]:
    """Return counts of each confusion, most frequent first, as rows of text with a header; by source if these are few.

    "Acceptable" counts those where annotators found the predicted label acceptable, too.
    """
    wrong = [j for j in predictions if j.predicted != j.gold]
    sources = sorted({j.source for j in predictions})
    if len(sources) > SOURCES_SHOWN:
        sources = []
    table = [["gold", "predicted", "errors", "acceptable", *sources]]
    for (gold, predicted), count in Counter((j.gold, j.predicted) for j in wrong).most_common():
        own = [j for j in wrong if (j.gold, j.predicted) == (gold, predicted)]
        by_source = Counter(j.source for j in own)
        acceptable = sum(predicted in j.also for j in own)
        table.append(
            [f"`{gold}`", f"`{predicted}`", str(count), str(acceptable), *(str(by_source[s]) for s in sources)]
        )
    total = Counter(j.source for j in predictions)
    table.append(["sentences", "", str(len(predictions)), "", *(str(total[s]) for s in sources)])
    return table


def format_sections(files: Mapping[str, Measured]) -> dict[str, str]:
    """Return the page's sections by name."""
    evaluations = {name: evaluate(file.within) for name, file in files.items()}
    figures = [format_markdown_table(tabulate_files(files)), format_markdown_table(tabulate_goals(evaluations))]
    for name, file in files.items():
        tables = (tabulate_scores(file.within, evaluations[name]), tabulate_sources(evaluations[name]))
        figures += [f"**{name}**", *map(format_markdown_table, tables)]
    modes = [format_markdown_table(tabulate_modes(files))]
    modes += [
        f"Alone against in its article, {name}: {format_difference(file.alone, file.within)} macro-F1."
        for name, file in files.items()
    ]
    errors = [
        part
        for name, file in files.items()
        for part in (f"**{name}**", format_markdown_table(tabulate_errors(file.within)))
    ]
    thresholds = {name: tabulate_thresholds(file.within, "threat") for name, file in files.items()}
    return {
        "figures": "\n\n".join(figures),
        "modes": "\n\n".join(modes),
        "threats": format_markdown_table(join_tables(thresholds)),
        "threats-apart": _format_threats(files),
        "errors": "\n\n".join(errors),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Evaluate the artifact on each file and write the figures into the page."""
    parser = make_parser("real_news", main.__doc__)
    parser.add_argument("--artifact", type=Path, default=Path("artifact"), help="what to evaluate (%(default)s)")
    options = parser.parse_args(arguments)
    files = measure_files(Classifier.load(options.artifact), load_sets(options.data))
    for name, content in format_sections(files).items():
        put_section(options.out / PAGE, name, content)


def _format_threats(files: Mapping[str, Measured]) -> str:
    """Return the table on threats, and how much probability they lose in their articles."""
    parts = [format_markdown_table(tabulate_threats(split_modes(files)))]
    for name, file in files.items():
        if evaluate(file.within).per_class["threat"].support:
            loss, (low, high) = measure_loss_in_place(file.within, file.alone)
            parts.append(
                f"Alone, a threat has {loss:+.3f} [{low:+.3f}, {high:+.3f}] of probability on average, "
                f"against in its article ({name})."
            )
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
