"""What the subcommands of ``stance`` do; each takes the parsed options and returns the exit status.

Imports are local: training, tables and the server are each needed by one command only, and start-up should be quick.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from service.terminal import Style, render_document

if TYPE_CHECKING:
    from model.thresholds import Thresholds


def expected_errors() -> tuple[type[Exception], ...]:
    """Return the errors whose message is for the user; any other is a fault of the program and keeps its traceback."""
    from model import ArtifactError

    return (ArtifactError, ValueError, OSError)


def train(options: argparse.Namespace) -> int:
    """Train and print the table of held-out figures."""
    from training import corpus, fit, params, report

    documents = corpus.load_corpus(options.corpus or (corpus.CORPUS_DIR,))
    trained = fit.train(documents, params.load_params(options.params or params.PARAMS_FILE), options.out)
    print("\nHeld-out figures (cross-validation grouped by article; 95 % intervals over documents)\n")
    print(report.plain_table(report.score_table(trained.held_out, trained.evaluation)))
    print("\n".join(["", *report.summary_lines(trained.evaluation)]))
    print(f"\n{options.out}: artifact {trained.manifest.hash[:12]}, with model-card.md and plots/")
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Evaluate the artifact on labelled documents and print the figures."""
    from model import Classifier
    from training import evaluate as evaluation
    from training import report
    from training.corpus import load_documents

    documents = load_documents(options.data)
    judged = evaluation.judge(Classifier.load(options.artifact), documents)
    figures = evaluation.evaluate(judged)
    if options.json:
        print(json.dumps(figures.to_dict(), indent=2))
        return 0
    print(report.plain_table(report.score_table(judged, figures)))
    print("\n".join(["", *report.summary_lines(figures), ""]))
    print(report.plain_table(report.source_table(figures)))
    return 0


def classify(options: argparse.Namespace) -> int:
    """Classify one text and print its sentences."""
    from model import Classifier

    text = _read_text(options.file)
    thresholds = parse_thresholds(options.threshold)
    classifier = Classifier.load(options.artifact)
    document = classifier.classify(text, explain=options.explain, thresholds=thresholds)
    if options.json:
        answer = {"model": classifier.manifest.identity(), **document.to_dict()}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(render_document(document, text, Style.of(sys.stdout)))
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve over HTTP until told to stop."""
    from service.web.server import serve as run

    run(options.host, options.port, options.workers, options.artifact)
    return 0


def key(options: argparse.Namespace) -> int:
    """Print a new API key, and the line that belongs into the service's file of keys."""
    from service.web.security import make_key

    secret, line = make_key(options.name)
    print(f"key, shown only now: {secret}\nline for the file that STANCE_API_KEYS names:", file=sys.stderr)
    print(line)
    return 0


def score(options: argparse.Namespace) -> int:
    """Score archives and print the summary of the run."""
    from service.batch.command import score_archives

    return score_archives(options)


def info(options: argparse.Namespace) -> int:
    """Print the artifact's manifest; with --export-skops, write the model in the exchange format."""
    from model import artifact

    manifest = artifact.read_manifest(options.artifact)
    artifact.verify(options.artifact, manifest)
    print(json.dumps({"hash": manifest.hash, **manifest.to_dict()}, indent=2))
    if options.export_skops:
        from training.artifact import export_skops

        export_skops(options.artifact, options.export_skops)
        print(f"wrote {options.export_skops}", file=sys.stderr)
    return 0


def parse_thresholds(pairs: Sequence[str]) -> "Thresholds":
    """Parse ``NAME=P`` pairs.

    Raises:
        ValueError: A pair has another form, an unknown name or a value outside (0, 1].

    """
    from model.thresholds import Thresholds

    values: dict[str, float] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            values[name] = float(value)
        except ValueError:
            raise ValueError(f"--threshold takes NAME=P, such as threat=0.2, got {pair!r}") from None
    return Thresholds.of(values)


def _read_text(name: str) -> str:
    """Read UTF-8 text from a file, or standard input for "-", keeping its line ends: offsets count them.

    Raises:
        ValueError: The input is not UTF-8, or holds no text.

    """
    if name == "-" and sys.stdin.isatty():
        print("Type or paste the text, then end it with Ctrl-D on a line of its own.", file=sys.stderr)
    content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    place = "standard input" if name == "-" else name
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{place} is not UTF-8 (byte {error.start}); convert it first, e.g. with iconv") from error
    if not text.strip():
        raise ValueError(f"{place} holds no text")
    return text
