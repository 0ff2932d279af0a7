"""Figures of an artifact on labelled text from elsewhere, for the page: goals, labels, sources, errors, both modes.

``python -m training.studies.real_news EVAL.jsonl`` measures ``artifact/`` as ``stance evaluate`` does, and writes it
down.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.classifier import Classifier
from model.labels import LABELS
from training.corpus import LabelledDocument, load_documents
from training.evaluate import Evaluation, Judged, evaluate, judge, paired_difference
from training.report import markdown_table, score_table, source_table, threshold_table
from training.studies.page import PAGE, put_section, with_interval


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure the project has set itself; ``at_most`` where less is better."""

    name: str
    of: Callable[[Evaluation], float]
    value: float
    at_most: bool = False

    def is_met(self, evaluation: Evaluation) -> bool:
        """Whether the evaluation reaches it."""
        reached = self.of(evaluation)
        return reached <= self.value if self.at_most else reached >= self.value


GOALS = (
    Goal("macro-F1", lambda e: e.macro_f1, 0.70),
    Goal("F1 of `analyst_opinion`", lambda e: e.per_class["analyst_opinion"].f1, 0.50),
    Goal("F1 of `threat`", lambda e: e.per_class["threat"].f1, 0.65),
    Goal("expected calibration error", lambda e: e.ece, 0.05, at_most=True),
    Goal("accuracy of the 80 % most confident", lambda e: e.accuracy_confident80, 0.88),
)


def judge_alone(classifier: Classifier, documents: Sequence[LabelledDocument]) -> list[Judged]:
    """Classify each labelled sentence as a document of its own; the results know the documents they are from."""
    parts = [(i, replace(d, sentences=(s,))) for i, d in enumerate(documents) for s in d.sentences if s.label]
    judged = judge(classifier, [part for _, part in parts])
    return [replace(j, document=i) for j, (i, _) in zip(judged, parts, strict=True)]


def goal_table(evaluation: Evaluation) -> list[list[str]]:
    """Return what was aimed at and what was reached, as rows of text with a header."""
    table = [["", "goal", "reached", ""]]
    for goal in GOALS:
        aim = f"{'≤' if goal.at_most else '≥'} {goal.value:.2f}"
        table.append([goal.name, aim, f"{goal.of(evaluation):.4f}", "met" if goal.is_met(evaluation) else "missed"])
    return table


def mode_table(within: Sequence[Judged], alone: Sequence[Judged]) -> list[list[str]]:
    """Return the figures of both modes and their difference in macro-F1, as rows of text with a header."""
    by_label = [f"`{label}`" for label in LABELS]
    table = [["each sentence", "macro-F1", *by_label, "accuracy", "ECE", "accuracy of the 80 % most confident"]]
    for name, judged in (("in its article", within), ("alone", alone)):
        e = evaluate(judged)
        scores = [f"{e.per_class[label].f1:.3f}" for label in LABELS]
        rest = [f"{value:.3f}" for value in (e.accuracy, e.ece, e.accuracy_confident80)]
        table.append([name, with_interval(e.macro_f1, e.macro_f1_ci95), *scores, *rest])
    return table


def error_table(judged: Sequence[Judged]) -> list[list[str]]:
    """Return counts of each confusion, most frequent first, by source, as rows of text with a header.

    "Acceptable" counts those where annotators found the predicted label acceptable, too.
    """
    wrong = [j for j in judged if j.predicted != j.gold]
    sources = sorted({j.source for j in judged})
    table = [["gold", "predicted", "errors", "acceptable", *sources]]
    for (gold, predicted), count in Counter((j.gold, j.predicted) for j in wrong).most_common():
        own = [j for j in wrong if (j.gold, j.predicted) == (gold, predicted)]
        by_source = Counter(j.source for j in own)
        acceptable = sum(predicted in j.also for j in own)
        table.append(
            [f"`{gold}`", f"`{predicted}`", str(count), str(acceptable), *(str(by_source[s]) for s in sources)]
        )
    total = Counter(j.source for j in judged)
    table.append(["sentences", "", str(len(judged)), "", *(str(total[s]) for s in sources)])
    return table


def sections(classifier: Classifier, documents: Sequence[LabelledDocument]) -> dict[str, str]:
    """Return the page's sections by name."""
    within, alone = judge(classifier, documents), judge_alone(classifier, documents)
    evaluation = evaluate(within)
    tables = [goal_table(evaluation), score_table(within, evaluation), source_table(evaluation)]
    value, (low, high) = paired_difference(alone, within)
    size = (
        f"{len(documents)} documents, {evaluation.n} labelled sentences; accuracy {evaluation.accuracy:.3f}, "
        f"counting other acceptable labels {evaluation.accuracy_lenient:.3f}."
    )
    modes = markdown_table(mode_table(within, alone))
    return {
        "figures": "\n\n".join([size, *map(markdown_table, tables)]),
        "modes": f"{modes}\n\nAlone against in its article: {value:+.3f} [{low:+.3f}, {high:+.3f}] macro-F1.",
        "threats": markdown_table(threshold_table(within, "threat")),
        "errors": markdown_table(error_table(within)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Evaluate the artifact on EVAL and write the figures into the page."""
    parser = argparse.ArgumentParser(prog="python -m training.studies.real_news", description=main.__doc__)
    parser.add_argument("data", type=Path, metavar="EVAL.jsonl", help="labelled documents to evaluate on")
    parser.add_argument("--artifact", type=Path, default=Path("artifact"), help="what to evaluate (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the page (%(default)s)")
    options = parser.parse_args(arguments)
    for name, content in sections(Classifier.load(options.artifact), load_documents(options.data)).items():
        put_section(options.out / PAGE, name, content)


if __name__ == "__main__":
    main()
