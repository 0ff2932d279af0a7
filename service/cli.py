"""The command ``stance``: train, evaluate, classify, score, serve, key, info."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from model.labels import LABELS, Label
from service import commands

_ARTIFACT = "artifact"
_ARTIFACT_VARIABLE = "STANCE_ARTIFACT"
_READER_VARIABLE = "STANCE_READER"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0 done, 1 it could not be done, 2 wrong usage."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0
    except commands.expected_errors() as error:
        print(f"stance {options.command}: {error}", file=sys.stderr)
        return getattr(error, "exit_status", 1)
    except KeyboardInterrupt:
        print(f"stance {options.command}: interrupted", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="stance", description="Who vouches for each sentence of the news, and what does it do?"
    )
    parser.add_argument("--version", action=_PrintVersion, help="show the version and exit")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_train(subparsers.add_parser("train", help="fit the model on the corpus and write an artifact"))
    _add_evaluate(subparsers.add_parser("evaluate", help="measure an artifact on labelled documents"))
    _add_classify(subparsers.add_parser("classify", help="label the sentences of one text"))
    _add_serve(subparsers.add_parser("serve", help="answer over HTTP"))
    _add_key(subparsers.add_parser("key", help="make an API key for the HTTP service"))
    _add_score(subparsers.add_parser("score", help="label the sentences of whole archives"))
    _add_info(subparsers.add_parser("info", help="show what an artifact is"))
    return parser


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus",
        type=Path,
        action="append",
        metavar="PATH",
        help="labelled JSONL file or folder; may be repeated (default: the project's own corpus)",
    )
    parser.add_argument("--params", type=Path, metavar="FILE", help="hyperparameters (default: the project's own)")
    parser.add_argument(
        "--out", type=Path, default=Path(_ARTIFACT), metavar="DIR", help="artifact folder to write (default: artifact)"
    )
    parser.set_defaults(run=commands.train)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, metavar="DATA.jsonl", help="labelled documents")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON (default: as tables)")
    _add_reader(parser)
    _add_artifact(parser)
    parser.set_defaults(run=commands.evaluate)


def _add_classify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="UTF-8 text (default: -, standard input)")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON (default: a line a sentence)")
    parser.add_argument("--explain", action="store_true", help="also show the words that decided")
    _add_thresholds(parser)
    _add_reader(parser)
    _add_artifact(parser)
    parser.set_defaults(run=commands.classify)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=_integer_from(0, 65535), default=8000, help="port to listen on (default: 8000)")
    parser.add_argument(
        "--workers", type=_integer_from(1), default=2, metavar="N", help="processes that answer (default: 2)"
    )
    _add_reader(parser)
    _add_artifact(parser)
    parser.set_defaults(run=commands.serve)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="who the key is for: letters, digits and _.@-")
    parser.set_defaults(run=commands.key)


def _add_score(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Exit status: 0 done (wrong rows are error records in the output and counted in the summary); 1 it could not "
        "be done; 2 wrong usage; 3 stopped, for more than --max-errors rows are wrong; 4 done, but every row is wrong."
    )
    what = parser.add_argument_group("what to read and write")
    what.add_argument(
        "inputs",
        nargs="+",
        metavar="IN",
        help="JSONL, CSV or Parquet by extension, gzipped or not: files, folders, patterns; - for standard input",
    )
    what.add_argument(
        "out",
        metavar="OUT",
        help="a file; a folder/, or a name with {stem} or {path}, for an output for each input; - for standard output",
    )
    what.add_argument(
        "--from", dest="read_as", type=_extension, metavar="EXT", help="format of standard input (default: jsonl)"
    )
    what.add_argument(
        "--to",
        dest="write_as",
        type=_extension,
        metavar="EXT",
        help="format of the output (default: as OUT ends; as the input for a folder; jsonl for -)",
    )
    what.add_argument("--text-field", default="text", metavar="NAME", help="field with the text (default: text)")
    what.add_argument("--id-field", default="id", metavar="NAME", help="field with the article's id (default: id)")
    what.add_argument(
        "--keep",
        action="extend",
        type=_split_names,
        metavar="NAME,...",
        help="fields to carry along beside the id; '' for none (default: all)",
    )
    what.add_argument(
        "--rows",
        choices=["sentences", "articles"],
        help="a record a sentence or an article (default: articles for JSONL, sentences for CSV and Parquet)",
    )
    what.add_argument(
        "--labels",
        type=_labels,
        default=LABELS,
        metavar="LABEL,...",
        help="give the probabilities of these labels (default: all)",
    )
    what.add_argument(
        "--only",
        type=_labels,
        metavar="LABEL,...",
        help="give only sentences with one of these labels (default: all, and page furniture, which has none)",
    )
    what.add_argument(
        "--min-confidence",
        type=_probability,
        default=0.0,
        metavar="P",
        help="give only sentences with at least this confidence; above 0, no page furniture (default: 0)",
    )
    what.add_argument(
        "--max-text",
        type=_integer_from(1),
        default=1_000_000,
        metavar="N",
        help="longest text, in characters; a longer one is a wrong row (default: 1000000)",
    )
    _add_thresholds(what)
    _add_reader(what)
    how = parser.add_argument_group("how to run")
    how.add_argument("--engine", choices=["local", "spark"], default="local", help="where to run (default: local)")
    how.add_argument(
        "--workers",
        type=_integer_from(1),
        metavar="N",
        help="processes (default: one a processor, and one for little input)",
    )
    how.add_argument("--dedupe", action="store_true", help="score identical texts once and repeat the result")
    how.add_argument(
        "--max-errors",
        type=_integer_from(0),
        metavar="N",
        help="stop when more than N rows are wrong (default: never)",
    )
    how.add_argument("--overwrite", action="store_true", help="score again what is complete already")
    how.add_argument(
        "--summary", type=Path, metavar="FILE", help="where to write the summary (default: standard output)"
    )
    how.add_argument("--quiet", action="store_true", help="report no progress")
    _add_artifact(how)
    parser.set_defaults(run=commands.score)


def _add_info(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--export-skops",
        type=Path,
        metavar="FILE",
        help="also write the model in the skops format, free of pickle (default: not written)",
    )
    _add_artifact(parser)
    parser.set_defaults(run=commands.info)


def _add_artifact(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--artifact",
        type=Path,
        default=Path(os.environ.get(_ARTIFACT_VARIABLE) or _ARTIFACT),
        metavar="DIR",
        help=f"artifact folder (default: ${_ARTIFACT_VARIABLE}, or artifact where that is not set)",
    )


def _add_reader(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--reader",
        type=_reader,
        default=os.environ.get(_READER_VARIABLE) or "auto",
        metavar="READER",
        help="who reads: fast; careful, which is right more often and takes many times as long; or auto, which asks "
        "the careful one where the fast one is not sure "
        f"(default: ${_READER_VARIABLE}, or auto where that is not set)",
    )


def _add_thresholds(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--threshold",
        action="append",
        type=_threshold,
        default=[],
        metavar="NAME=P",
        help="give the label NAME from probability P on (threat=0.2), or mark as uncertain below it (uncertain=0.6); "
        "may be repeated (default: the likeliest label, and the model's own bound for uncertain)",
    )


class _PrintVersion(argparse.Action):
    """Prints the version; it is looked up only when it is asked for, which takes time."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:  # noqa: A002 -- argparse's name
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"stance {version('stancewire')}")
        parser.exit()


def _integer_from(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a parser of integers from ``least`` to ``most``."""
    allowed = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"

    def parse_integer(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{value!r} is not {allowed}")
        return number

    return parse_integer


def _probability(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number between 0 and 1")
    return number


def _reader(value: str) -> str:
    from model.reader_choice import READER_CHOICES

    if value not in READER_CHOICES:
        raise argparse.ArgumentTypeError(f"{value!r} is no reader; give {' or '.join(READER_CHOICES)}")
    return value


def _threshold(value: str) -> tuple[str, float]:
    """Parse ``NAME=P``."""
    from model.thresholds import Thresholds

    name, _, number = value.partition("=")
    try:
        pair = name, float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"give NAME=P, such as threat=0.2, not {value!r}") from None
    try:
        Thresholds.of(dict([pair]))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return pair


def _split_names(value: str) -> list[str]:
    return [name for name in (part.strip() for part in value.split(",")) if name]


def _labels(value: str) -> tuple[Label, ...]:
    names = _split_names(value)
    unknown = [name for name in names if name not in LABELS]
    if unknown or not names:
        what = f"unknown label {unknown[0]!r}" if unknown else "no label"
        raise argparse.ArgumentTypeError(f"{what}; give one or more of {','.join(LABELS)}")
    return cast("tuple[Label, ...]", tuple(names))


def _extension(value: str) -> str:
    from service.batch.plan import file_type_of_extension

    try:
        file_type_of_extension(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"unknown format {value!r}; give jsonl, csv, tsv or parquet, or one of the first three with .gz"
        ) from None
    return value
