"""Compares the readers on labelled real news: how right, how honest, how fast, and how well they find threats.

``python -m training.studies.readers [NAME=]EVAL.jsonl …`` measures ``artifact/`` with each choice of a reader. It writes a
table into the page, and the curves of precision and recall of threats into a plot.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve

from model.classifier import Classifier
from model.labels import LABELS
from model.reader_choice import ReaderChoice
from training.corpus import LabelledDocument
from training.evaluate import Prediction, evaluate, pair_documents
from training.studies.command import load_sets, make_parser
from training.studies.page import PAGE, put_section
from training.studies.threats import measure_recall_at
from training.tables import format_difference, format_interval, format_markdown_table

PLOT = Path("plots") / "threats.png"
_CHOICES: Final[tuple[ReaderChoice, ...]] = ("fast", "auto", "careful")
_COLOURS = {"fast": "#0072B2", "auto": "#D55E00", "careful": "#009E73"}
_THREAT = LABELS.index("threat")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one reader says of one file.

    Attributes:
        predictions: Of its labelled sentences.
        read: The share of the sentences with a label that the careful reader has read.
        seconds: Processor time of the whole way from sentences to labels.
        sentences: How many sentences that were.

    """

    predictions: list[Prediction]
    read: float
    seconds: float
    sentences: int


def measure(classifier: Classifier, documents: Sequence[LabelledDocument], choice: ReaderChoice) -> Measured:
    """Classify the documents with one choice of a reader."""
    start = time.process_time()
    results = [classifier.classify_sentences(document.texts, reader=choice, language="any") for document in documents]
    seconds = time.process_time() - start
    readers = [sentence.reader for result in results for sentence in result.sentences if sentence.reader]
    predictions = pair_documents(documents, results)
    return Measured(predictions, readers.count("careful") / max(len(readers), 1), seconds, len(readers))


def tabulate_readers(files: Mapping[str, Mapping[ReaderChoice, Measured]]) -> list[list[str]]:
    """Return the figures of each reader on each file, as rows of text with a header."""
    by_label = [f"`{label}`" for label in LABELS]
    threats = ["threats: precision", "recall", "recall at precision .5", "at .3"]
    table = [["", "reader", "macro-F1", *by_label, *threats, "ECE", "read by the careful one", "sentences/s"]]
    for name, by_choice in files.items():
        for choice, measured in by_choice.items():
            e = evaluate(measured.predictions)
            threat = e.per_class["threat"]
            table.append(
                [
                    name,
                    f"`{choice}`",
                    format_interval(e.macro_f1, e.macro_f1_ci95),
                    *(f"{e.per_class[label].f1:.3f}" for label in LABELS),
                    f"{threat.precision:.2f}",
                    f"{threat.recall:.2f}",
                    *(format_interval(*measure_recall_at(measured.predictions, at)) for at in (0.5, 0.3)),
                    f"{e.ece:.3f}",
                    f"{measured.read:.0%}",
                    f"{float(f'{measured.sentences / max(measured.seconds, 1e-9):.2g}'):,.0f}",
                ]
            )
    return table


def list_differences(files: Mapping[str, Mapping[ReaderChoice, Measured]]) -> list[str]:
    """Return how much the macro-F1 of ``auto`` differs from that of ``fast`` on each file, with paired intervals."""
    return [
        f"`auto` against `fast`, {name}: "
        f"{format_difference(by_choice['auto'].predictions, by_choice['fast'].predictions)} macro-F1."
        for name, by_choice in files.items()
    ]


def plot_threats(files: Mapping[str, Mapping[ReaderChoice, Measured]], path: Path) -> None:
    """Draw precision against recall of threats as the threshold moves: a panel a file, a curve a reader."""
    figure = Figure(figsize=(5.2 * len(files), 4.4), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(files), sharey=True))
    for axes, (name, by_choice) in zip(panels, files.items(), strict=True):
        for choice, measured in by_choice.items():
            true = [p.gold == "threat" for p in measured.predictions]
            given = [p.probabilities[_THREAT] for p in measured.predictions]
            precision, recall, _ = precision_recall_curve(true, given)
            axes.step(recall, precision, where="post", color=_COLOURS[choice], label=choice)
            found = evaluate(measured.predictions).per_class["threat"]
            axes.plot([found.recall], [found.precision], "o", color=_COLOURS[choice])
        axes.set(xlabel="recall of threats", title=f"{name}: {sum(true)} threats", xlim=(0, 1.01), ylim=(0, 1.02))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, loc="lower left", title="dots: most probable label")
    panels[0].set(ylabel="precision")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each reader on each file and write table and plot."""
    parser = make_parser("readers", main.__doc__)
    parser.add_argument("--artifact", type=Path, default=Path("artifact"), help="what to evaluate (%(default)s)")
    options = parser.parse_args(arguments)
    classifier = Classifier.load(options.artifact, "careful")
    files = {
        name: {choice: measure(classifier, documents, choice) for choice in _CHOICES}
        for name, documents in load_sets(options.data).items()
    }
    plot_threats(files, options.out / PLOT)
    image = f"![precision and recall of threats, by reader]({PLOT.as_posix()})"
    table = format_markdown_table(tabulate_readers(files))
    put_section(options.out / PAGE, "readers", "\n\n".join([table, *list_differences(files), image]))


if __name__ == "__main__":
    main()
