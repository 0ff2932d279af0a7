"""Measures an artifact on labelled real news and writes goals, scores, sources, errors and both modes into the page.

``python -m training.studies.real_news EVAL.jsonl`` measures ``artifact/`` as ``stance evaluate`` does.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.classifier import Classifier
from model.labels import LABELS
from training.corpus import LabelledDocument, load_documents
from training.evaluate import Evaluation, Prediction, evaluate, predict_documents
from training.studies.command import make_parser
from training.studies.page import PAGE, put_section
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


SOURCES_SHOWN = 8  # columns of the table of errors; with more sources it has none for them
GOALS = (
    Goal("macro-F1", lambda e: e.macro_f1, 0.70),
    Goal("F1 of `analyst_opinion`", lambda e: e.per_class["analyst_opinion"].f1, 0.50),
    Goal("F1 of `threat`", lambda e: e.per_class["threat"].f1, 0.65),
    Goal("expected calibration error", lambda e: e.ece, 0.05, at_most=True),
    Goal("accuracy of the 80 % most confident", lambda e: e.accuracy_confident80, 0.88),
)


def predict_alone(classifier: Classifier, documents: Sequence[LabelledDocument]) -> list[Prediction]:
    """Classify each labelled sentence as a document of its own; each prediction has the index of its document."""
    parts = [(i, replace(d, sentences=(s,))) for i, d in enumerate(documents) for s in d.sentences if s.label]
    predictions = predict_documents(classifier, [part for _, part in parts])
    return [replace(j, document=i) for j, (i, _) in zip(predictions, parts, strict=True)]


def tabulate_goals(evaluation: Evaluation) -> list[list[str]]:
    """Return goals and figures reached, as rows of text with a header."""
    table = [["", "goal", "reached", ""]]
    for goal in GOALS:
        aim = f"{'≤' if goal.at_most else '≥'} {goal.value:.2f}"
        table.append([goal.name, aim, f"{goal.of(evaluation):.4f}", "met" if goal.is_met(evaluation) else "missed"])
    return table


def tabulate_modes(within: Sequence[Prediction], alone: Sequence[Prediction]) -> list[list[str]]:
    """Return the figures of both modes and their difference in macro-F1, as rows of text with a header."""
    by_label = [f"`{label}`" for label in LABELS]
    table = [["each sentence", "macro-F1", *by_label, "accuracy", "ECE", "accuracy of the 80 % most confident"]]
    for name, predictions in (("in its article", within), ("alone", alone)):
        e = evaluate(predictions)
        scores = [f"{e.per_class[label].f1:.3f}" for label in LABELS]
        rest = [f"{value:.3f}" for value in (e.accuracy, e.ece, e.accuracy_confident80)]
        table.append([name, format_interval(e.macro_f1, e.macro_f1_ci95), *scores, *rest])
    return table


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


def format_sections(classifier: Classifier, documents: Sequence[LabelledDocument]) -> dict[str, str]:
    """Return the page's sections by name."""
    within, alone = predict_documents(classifier, documents), predict_alone(classifier, documents)
    evaluation = evaluate(within)
    tables = [tabulate_goals(evaluation), tabulate_scores(within, evaluation), tabulate_sources(evaluation)]
    size = (
        f"{len(documents)} documents, {evaluation.n} labelled sentences; accuracy {evaluation.accuracy:.3f}, "
        f"counting other acceptable labels {evaluation.accuracy_lenient:.3f}."
    )
    modes = format_markdown_table(tabulate_modes(within, alone))
    return {
        "figures": "\n\n".join([size, *map(format_markdown_table, tables)]),
        "modes": f"{modes}\n\nAlone against in its article: {format_difference(alone, within)} macro-F1.",
        "threats": format_markdown_table(tabulate_thresholds(within, "threat")),
        "errors": format_markdown_table(tabulate_errors(within)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Evaluate the artifact on EVAL and write the figures into the page."""
    parser = make_parser("real_news", main.__doc__)
    parser.add_argument("--artifact", type=Path, default=Path("artifact"), help="what to evaluate (%(default)s)")
    options = parser.parse_args(arguments)
    for name, content in format_sections(Classifier.load(options.artifact), load_documents(options.data)).items():
        put_section(options.out / PAGE, name, content)


if __name__ == "__main__":
    main()
