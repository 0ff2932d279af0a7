"""The command-line options that the studies share."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from training.corpus import CORPUS_DIR, LabelledDocument, load_documents


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file to evaluate on, and what tables call it."""

    name: str
    path: Path

    @classmethod
    def parse(cls, text: str) -> "DataFile":
        """Read ``NAME=FILE``, or ``FILE`` alone: ``whole-articles.jsonl`` is then called "whole articles".

        Raises:
            ValueError: There is no name or no file.

        """
        name, separator, path = text.partition("=")
        if not separator:
            name, path = Path(text).stem.replace("-", " "), text
        if not (name.strip() and path.strip()):
            raise ValueError(f"expected NAME=FILE or FILE, got {text!r}")
        return cls(name.strip(), Path(path))


def make_parser(study: str, description: str | None, out: Path = Path("docs")) -> argparse.ArgumentParser:
    """Return a parser with the files to evaluate on (``data``) and the folder to write to (``--out``).

    Args:
        study: The name of the study's module.
        description: What the command does, for ``--help``.
        out: The folder where the user names none.

    """
    parser = argparse.ArgumentParser(prog=f"python -m training.studies.{study}", description=description)
    parser.add_argument(
        "data",
        type=DataFile.parse,
        nargs="+",
        metavar="[NAME=]EVAL.jsonl",
        help="labelled documents to evaluate on, and what tables call them (the file's name)",
    )
    parser.add_argument("--out", type=Path, default=out, help="folder to write to (%(default)s)")
    return parser


def load_sets(files: Iterable[DataFile]) -> dict[str, list[LabelledDocument]]:
    """Return the documents of each file by its name.

    Raises:
        CorpusError: A file is missing, empty or wrong.
        ValueError: Two files have the same name.

    """
    sets: dict[str, list[LabelledDocument]] = {}
    for file in files:
        if file.name in sets:
            raise ValueError(f"two files are called {file.name!r}; name them apart: NAME=FILE")
        sets[file.name] = load_documents(file.path)
    return sets


def load_all(files: Iterable[DataFile]) -> list[LabelledDocument]:
    """Return the documents of all files together.

    Raises:
        CorpusError: A file is missing, empty or wrong.

    """
    return [document for documents in load_sets(files).values() for document in documents]


def add_corpus_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--corpus``, which may be repeated; see :func:`choose_corpus`."""
    parser.add_argument("--corpus", type=Path, action="append", help="file or folder to train on (training/corpus)")


def choose_corpus(options: argparse.Namespace) -> list[Path]:
    """Return the files and folders given with ``--corpus``, or the project's own corpus."""
    return options.corpus or [CORPUS_DIR]
