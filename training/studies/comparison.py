"""Compares this model with others on the same sentences: accuracy, speed and size.

``python -m training.studies.comparison EVAL.jsonl …`` measures the quick ones; with ``--fine-tune`` it measures the
transformer, which takes half an hour on one core. Results are kept in ``plots/comparison.json``, and the page's table
shows all of them.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from model.labels import LABELS
from model.reader_choice import READER_CHOICES
from training.corpus import LabelledDocument, load_corpus
from training.evaluate import Prediction, evaluate
from training.fit import hash_corpus
from training.libraries import PeerMissingError
from training.params import TrainingParams, load_params
from training.split import Rows, make_rows
from training.studies.command import add_corpus_option, choose_corpus, load_all, make_parser
from training.studies.page import PAGE, put_section
from training.studies.peers import Embeddings, FastText, Peer, PlainTfidf, ThisModel
from training.tables import format_interval, format_markdown_table

RESULTS = Path("plots") / "comparison.json"
WARM_UP = 100  # documents classified before time is taken
TRANSFORMER = "pip install torch==2.13.0 transformers 'stancewire[compare]', or: make compare-transformer DATA=…"


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one peer.

    Attributes:
        name: What tables call it.
        macro_f1: On the evaluation file.
        macro_f1_ci95: Its 95 % interval over documents.
        f1: By label.
        accuracy: Share of sentences given the gold label.
        ece: Expected calibration error.
        sentences_per_second: On one core, in processor time, so other work on the machine does not count.
        megabytes: Size of the files that predicting needs, without the libraries.
        training_seconds: Processor time of training.
        training_sentences: What it was trained on.
        corpus: The first digits of the corpus's hash.

    """

    name: str
    macro_f1: float
    macro_f1_ci95: tuple[float, float]
    f1: dict[str, float]
    accuracy: float
    ece: float
    sentences_per_second: float
    megabytes: float
    training_seconds: float
    training_sentences: int
    corpus: str


def measure(peer: Peer, rows: Rows, corpus: Sequence[LabelledDocument], target: Sequence[LabelledDocument]) -> Result:
    """Train a peer on the rows of the corpus and evaluate it on the target.

    Raises:
        PeerMissingError: A package it needs is not installed.

    """
    with threadpool_limits(1):
        started = time.process_time()
        peer.fit(rows)
        training_seconds = time.process_time() - started
        peer.probabilities([document.texts for document in corpus[:WARM_UP]])
        started = time.process_time()
        probabilities = peer.probabilities([document.texts for document in target])
        seconds = time.process_time() - started
    evaluation = evaluate(pair_sentences(target, probabilities))
    return Result(
        name=peer.name,
        macro_f1=evaluation.macro_f1,
        macro_f1_ci95=evaluation.macro_f1_ci95,
        f1={label: score.f1 for label, score in evaluation.per_class.items()},
        accuracy=evaluation.accuracy,
        ece=evaluation.ece,
        sentences_per_second=len(probabilities) / max(seconds, 1e-9),
        megabytes=_measure_size(peer) / 1e6,
        training_seconds=training_seconds,
        training_sentences=len(rows),
        corpus=hash_corpus(corpus)[:8],
    )


def pair_sentences(documents: Sequence[LabelledDocument], probabilities: NDArray[np.float64]) -> list[Prediction]:
    """Pair each labelled sentence with its row, one for each sentence; a row of zeros predicts page furniture."""
    sentences = [(i, document, s) for i, document in enumerate(documents) for s in document.sentences]
    return [
        Prediction(
            document=i,
            source=document.source,
            gold=sentence.label,
            also=sentence.also,
            predicted=LABELS[values.argmax()] if values.any() else None,
            probabilities=tuple(values.tolist()),
        )
        for (i, document, sentence), values in zip(sentences, probabilities, strict=True)
        if sentence.label is not None
    ]


def _measure_size(peer: Peer) -> int:
    """Return the size, in bytes, of the files that a trained peer needs for predicting."""
    with tempfile.TemporaryDirectory() as folder:
        peer.save(Path(folder))
        return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def list_quick_peers(params: TrainingParams) -> list[Callable[[], Peer]]:
    """Return what makes each peer that trains within minutes."""
    own = [partial(ThisModel, params, reader) for reader in READER_CHOICES]
    return [PlainTfidf, *own, FastText, Embeddings]


def make_fine_tuned() -> Peer:
    """Make the transformer.

    Raises:
        PeerMissingError: PyTorch or another package it needs is not installed.

    """
    try:
        from training.studies.transformer import FineTuned
    except ImportError as error:
        raise PeerMissingError(f"{error.name} is not installed: {TRANSFORMER}") from None
    return FineTuned()


def read_results(path: Path) -> dict[str, Result]:
    """Return the results kept by earlier runs, by name; none where there is no such file."""
    if not path.is_file():
        return {}
    records: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    results = [Result(**{**record, "macro_f1_ci95": tuple(record["macro_f1_ci95"])}) for record in records]
    return {result.name: result for result in results}


def write_results(path: Path, results: Sequence[Result]) -> None:
    """Keep the results for runs to come."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n", encoding="utf-8")


def tabulate_results(results: Sequence[Result]) -> list[list[str]]:
    """Return rows of text with a header, best first."""
    header = ["", "macro-F1", *(f"`{label}`" for label in LABELS), "accuracy", "ECE", "sentences/s", "MB", "trained on"]
    rows = [header]
    for result in sorted(results, key=lambda result: -result.macro_f1):
        by_label = [f"{result.f1[label]:.3f}" for label in LABELS]
        cost = [f"{float(f'{result.sentences_per_second:.2g}'):,.0f}", f"{result.megabytes:.1f}"]
        trained = f"{result.training_sentences:,} in {float(f'{result.training_seconds:.2g}'):,.0f} s"
        score = format_interval(result.macro_f1, result.macro_f1_ci95)
        rows.append([result.name, score, *by_label, f"{result.accuracy:.3f}", f"{result.ece:.3f}", *cost, trained])
    return rows


def format_section(results: Sequence[Result]) -> str:
    """Return the page's section; says so where the results are not all from one corpus."""
    corpora = {result.corpus for result in results}
    mixed = "\n\nThe rows are from different states of the corpus: run both commands again." if len(corpora) > 1 else ""
    return format_markdown_table(tabulate_results(results)) + mixed


def main(arguments: Sequence[str] | None = None) -> int:
    """Train peers on the corpus, evaluate them on EVAL, and write the comparison into the page."""
    parser = make_parser("comparison", main.__doc__)
    add_corpus_option(parser)
    parser.add_argument("--fine-tune", action="store_true", help="measure the fine-tuned transformer, not the others")
    options = parser.parse_args(arguments)
    params, target = load_params(), load_all(options.data)
    corpus = load_corpus(choose_corpus(options))
    rows = make_rows(corpus, params.source_weights, params.label_shares)
    results = read_results(options.out / RESULTS)
    missing = 0
    for make in [make_fine_tuned] if options.fine_tune else list_quick_peers(params):
        try:
            result = measure(make(), rows, corpus, target)
        except PeerMissingError as error:
            print(f"left out: {error}", file=sys.stderr)
            missing += 1
            continue
        results[result.name] = result
        print(f"{result.name}: macro-F1 {format_interval(result.macro_f1, result.macro_f1_ci95)}", flush=True)
        write_results(options.out / RESULTS, list(results.values()))
        put_section(options.out / PAGE, "comparison", format_section(list(results.values())))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
