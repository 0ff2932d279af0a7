"""The command ``stance``: train, evaluate, classify, score, serve, info."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from service import commands

ARTIFACT = Path("artifact")


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
        return 1
    except KeyboardInterrupt:
        print(f"stance {options.command}: interrupted", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="stance", description="Who vouches for each sentence of the news, and what does it do?"
    )
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
        "--corpus", type=Path, action="append", metavar="PATH", help="labelled JSONL file or folder; may be repeated"
    )
    parser.add_argument("--params", type=Path, metavar="FILE", help="hyperparameters (default: the project's own)")
    parser.add_argument("--out", type=Path, default=ARTIFACT, metavar="DIR", help="artifact folder (default: artifact)")
    parser.set_defaults(run=commands.train)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, metavar="DATA.jsonl", help="labelled documents")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    _add_artifact(parser)
    parser.set_defaults(run=commands.evaluate)


def _add_classify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="UTF-8 text; - or nothing: standard input")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--explain", action="store_true", help="show the words that decided")
    _add_thresholds(parser)
    _add_artifact(parser)
    parser.set_defaults(run=commands.classify)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that answer (default: 2)")
    parser.add_argument(
        "--artifact", type=Path, metavar="DIR", help="artifact folder (default: $STANCE_ARTIFACT, or artifact)"
    )
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
    what.add_argument("--from", dest="read_as", metavar="EXT", help="format of standard input (default: jsonl)")
    what.add_argument("--to", dest="write_as", metavar="EXT", help="format of the output, where OUT does not tell it")
    what.add_argument("--text-field", default="text", metavar="NAME", help="field with the text (default: text)")
    what.add_argument("--id-field", default="id", metavar="NAME", help="field with the article's id (default: id)")
    what.add_argument(
        "--keep", action="append", metavar="NAME,...", help="fields to carry along beside the id (default: all)"
    )
    what.add_argument(
        "--rows",
        choices=["sentences", "articles"],
        help="a record a sentence or an article (default: articles for JSONL, sentences for CSV and Parquet)",
    )
    what.add_argument("--labels", metavar="LABEL,...", help="give the probabilities of these labels (default: all)")
    what.add_argument("--only", metavar="LABEL,...", help="give only sentences with one of these labels")
    what.add_argument("--min-confidence", type=float, default=0.0, metavar="P", help="give only sentences from P on")
    what.add_argument("--max-text", type=int, default=1_000_000, metavar="N", help="longest text, in characters")
    _add_thresholds(what)
    how = parser.add_argument_group("how to run")
    how.add_argument("--engine", choices=["local", "spark"], default="local", help="where to run (default: local)")
    how.add_argument("--workers", type=_positive, metavar="N", help="processes (default: one a processor)")
    how.add_argument("--dedupe", action="store_true", help="score identical texts once and repeat the result")
    how.add_argument("--max-errors", type=int, metavar="N", help="stop when more than N rows are wrong")
    how.add_argument("--overwrite", action="store_true", help="score again what is complete already")
    how.add_argument("--summary", type=Path, metavar="FILE", help="write the summary there, not to standard output")
    how.add_argument("--quiet", action="store_true", help="report no progress")
    _add_artifact(how)
    parser.set_defaults(run=commands.score)


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _add_info(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--export-skops", type=Path, metavar="FILE", help="also write the model in the skops format, free of pickle"
    )
    _add_artifact(parser)
    parser.set_defaults(run=commands.info)


def _add_artifact(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--artifact", type=Path, default=ARTIFACT, metavar="DIR", help="artifact folder")


def _add_thresholds(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--threshold",
        action="append",
        default=[],
        metavar="NAME=P",
        help="give the label NAME from probability P on (threat=0.2), or mark as uncertain below it (uncertain=0.6)",
    )
