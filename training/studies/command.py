"""The command-line options that the studies share."""

import argparse
from pathlib import Path

from training.corpus import CORPUS_DIR


def make_parser(study: str, description: str | None, out: Path = Path("docs")) -> argparse.ArgumentParser:
    """Return a parser with the file to evaluate on (``data``) and the folder to write to (``--out``).

    Args:
        study: The name of the study's module.
        description: What the command does, for ``--help``.
        out: The folder where the user names none.

    """
    parser = argparse.ArgumentParser(prog=f"python -m training.studies.{study}", description=description)
    parser.add_argument("data", type=Path, metavar="EVAL.jsonl", help="labelled documents to evaluate on")
    parser.add_argument("--out", type=Path, default=out, help="folder to write to (%(default)s)")
    return parser


def add_corpus_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--corpus``, which may be repeated; see :func:`choose_corpus`."""
    parser.add_argument("--corpus", type=Path, action="append", help="file or folder to train on (training/corpus)")


def choose_corpus(options: argparse.Namespace) -> list[Path]:
    """Return the files and folders given with ``--corpus``, or the project's own corpus."""
    return options.corpus or [CORPUS_DIR]
