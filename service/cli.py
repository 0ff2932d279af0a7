"""The command ``stance``: from training and serving to scored archives, corrections and the registry of models."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from model.labels import LABELS, Label
from service import commands
from service.corrections.records import DEFAULT_DATABASE

_ARTIFACT = "artifact"
_ARTIFACT_VARIABLE = "STANCE_ARTIFACT"
_READER_VARIABLE = "STANCE_READER"
_DATABASE_VARIABLE = "STANCE_DATABASE"
_NOTHING_WRITTEN = {
    "train": "nothing is written, and an artifact that was there is as it was",
    "report": "nothing is written",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0 done, 1 it could not be done, 2 wrong usage, 130 interrupted."""
    options = build_parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0
    except commands.expected_errors() as error:
        print(f"stance {options.command}: {commands.describe_error(error)}", file=sys.stderr)
        return commands.find_exit_status(error)
    except KeyboardInterrupt as interrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not break off the end
        said = str(interrupt) or _NOTHING_WRITTEN.get(options.command, "")
        end_of_line = "\n" if sys.stderr.isatty() else ""  # after the ^C that a terminal shows
        print(f"{end_of_line}stance {options.command}: interrupted{said and '; '}{said}", file=sys.stderr)
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
    _add_corrections(subparsers.add_parser("corrections", help="list, export, import and delete what people corrected"))
    _add_retrain(subparsers.add_parser("retrain", help="learn from corrections, and let nothing worse into service"))
    _add_models(subparsers.add_parser("models", help="list the models of the registry, and choose the one in service"))
    _add_score(subparsers.add_parser("score", help="label the sentences of whole archives"))
    _add_drift(subparsers.add_parser("drift", help="tell how scored news differs from what the model was measured on"))
    _add_report(subparsers.add_parser("report", help="show what is in scored archives: a page, Markdown or tables"))
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
    parser.add_argument(
        "data",
        type=Path,
        metavar="DATA",
        help="labelled documents as JSONL, or an output of stance score that has gold labels",
    )
    parser.add_argument(
        "--gold-field",
        default="gold",
        metavar="NAME",
        help="field of a scored archive that holds the gold labels (default: gold)",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON (default: as tables)")
    _add_reader(parser)
    _add_artifact(parser)
    parser.set_defaults(run=commands.evaluate)


def _add_classify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        help="text, or a file .html, .docx, .pdf or .eml with text in it (default: -, standard input)",
    )
    parser.add_argument(
        "--from", dest="read_as", type=_document_extension, metavar="EXT", help="kind of the file (default: as it ends)"
    )
    _add_encoding(parser)
    _add_language(parser)
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
    parser.add_argument(
        "--scope",
        choices=["read", "correct", "admin"],
        default="read",
        help="what it is for: read: label texts; correct: also correct labels, and see what others corrected; admin: "
        "also delete what others corrected (default: read)",
    )
    parser.set_defaults(run=commands.key)


def _add_corrections(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=commands.corrections)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="print corrections")
    listing.add_argument("--label", choices=LABELS, help="with this label (default: any)")
    listing.add_argument("--model", metavar="HASH", help="about what this model said; the hash's beginning will do")
    listing.add_argument("--since", type=_time, metavar="TIME", help="not older than this day or time")
    listing.add_argument("--by", metavar="NAME", help="from this person")
    listing.add_argument(
        "--disagreement",
        choices=["model", "people", "any", "none"],
        help="which say something else than the model, than other people, than any, or than none of them",
    )
    listing.add_argument(
        "--order", choices=["newest", "uncertain"], default="newest", help="what comes first (default: newest)"
    )
    listing.add_argument("--limit", type=_integer_from(1), metavar="N", help="print at most N (default: all)")
    listing.add_argument("--json", action="store_true", help="print a JSON object a line (default: for people)")
    exporting = actions.add_parser("export", help="write documents with their corrections")
    exporting.add_argument("out", type=Path, metavar="OUT", help="file to write; - for standard output")
    exporting.add_argument("--queue", action="store_true", help="the documents that need a look instead")
    importing = actions.add_parser("import", help="keep the corrections in files")
    importing.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a corpus, or an export of Label Studio")
    importing.add_argument("--by", default="", metavar="NAME", help="who labelled, where the file does not tell")
    for action in (exporting, importing):
        action.add_argument(
            "--format",
            choices=["corpus", "label-studio"],
            help="format of the file (default: label-studio for .json, else corpus)",
        )
        action.add_argument("--quiet", action="store_true", help="report no progress")
        _add_artifact(action)
    deleting = actions.add_parser("delete", help="delete corrections, and texts that nothing else refers to")
    deleting.add_argument("ids", nargs="*", metavar="ID", help="corrections")
    deleting.add_argument("--document", metavar="ID", help="this document with all its corrections")
    deleting.add_argument("--by", metavar="NAME", help="all corrections from this person")
    deleting.add_argument("--all", action="store_true", help="all corrections, and the queue")
    migrating = actions.add_parser("migrate", help="create the tables of the database, or bring them up to date")
    for action in (listing, exporting, importing, deleting, migrating):
        _add_database(action)
    actions.add_parser("label-config", help="print the labelling interface for a project of Label Studio")


def _add_retrain(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Exit status: 0 the gate lets the candidate pass; 1 it could not be done; 2 wrong usage, or corrections cannot "
        "be read as configured; 3 the gate refuses the candidate, and the model in service stays."
    )
    parser.add_argument(
        "--with",
        dest="corrections",
        action="append",
        default=[],
        metavar="WHAT",
        help="what to learn from beside the corpus: corrections (those in the database), or a JSONL file in the corpus "
        "format; may be repeated (default: corrections)",
    )
    parser.add_argument(
        "--promote", action="store_true", help="put the candidate into service if the gate lets it pass"
    )
    parser.add_argument(
        "--evaluate",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="labelled documents on which the candidate must not be worse; may be repeated",
    )
    parser.add_argument(
        "--margin",
        type=_probability,
        default=0.03,
        metavar="D",
        help="by how much a label's F1 may fall (default: 0.03)",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        action="append",
        metavar="PATH",
        help="labelled JSONL file or folder; may be repeated (default: the project's own corpus)",
    )
    parser.add_argument("--params", type=Path, metavar="FILE", help="hyperparameters (default: the project's own)")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON (default: as tables)")
    _add_database(parser)
    _add_registry(parser)
    _add_artifact(parser)
    parser.set_defaults(run=commands.retrain)


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=commands.models)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="print all versions, with their figures beside their predecessors'")
    listing.add_argument("--json", action="store_true", help="print them as JSON (default: as a table)")
    showing = actions.add_parser("show", help="print a version's card, and its figures beside its predecessor's")
    showing.add_argument(
        "version", nargs="?", metavar="VERSION", help="its hash, or the beginning (default: in service)"
    )
    promoting = actions.add_parser("promote", help="put a version into service")
    promoting.add_argument(
        "version", metavar="VERSION", help="its hash, or the beginning of it; or an artifact's folder"
    )
    rolling = actions.add_parser("rollback", help="go back to the version that was in service before")
    for action in (listing, showing, promoting, rolling):
        _add_registry(action)
        _add_artifact(action)


def _add_drift(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scored", nargs="+", metavar="SCORED", help="outputs of stance score: files, folders, patterns")
    parser.add_argument("--json", action="store_true", help="print the comparison as JSON (default: in words)")
    parser.add_argument("--quiet", action="store_true", help="report no progress")
    _add_artifact(parser)
    parser.set_defaults(run=commands.drift)


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
        help="JSONL, CSV, Parquet, JSON, or documents (.txt, .html, .docx, .pdf, .eml, .rss, .atom, .xml, .warc), by "
        "extension: files, folders, patterns; - for standard input",
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
    what.add_argument(
        "--text-field",
        action="extend",
        type=_split_names,
        metavar="NAME,...",
        help="field with the text; the texts of several are joined, as in title,description,content (default: text)",
    )
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
    what.add_argument(
        "--separator",
        type=_separator,
        metavar="C",
        help=r"what stands between the cells of CSV, such as ';' or '\t' (default: a comma; of .tsv, a tab)",
    )
    _add_encoding(what)
    _add_language(what)
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
        "--summary", type=Path, metavar="FILE", help="write the summary to a file, as JSON (default: standard output)"
    )
    how.add_argument("--json", action="store_true", help="print the summary as JSON (default: in a few lines)")
    how.add_argument("--quiet", action="store_true", help="report no progress")
    _add_artifact(how)
    parser.set_defaults(run=commands.score)


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="SCORED",
        help="outputs of stance score: JSONL, CSV or Parquet; files, folders, patterns",
    )
    parser.add_argument(
        "--out",
        metavar="OUT",
        help="file to write; for csv, a folder (default: report.html, report.md or report, by the format)",
    )
    parser.add_argument("--format", choices=["html", "md", "csv"], default="html", help="what to write (default: html)")
    parser.add_argument("--title", default="Claim and stance report", help="heading (default: Claim and stance report)")
    parser.add_argument(
        "--date-field", metavar="NAME", help="field with the article's date (default: date, or another usual name)"
    )
    parser.add_argument(
        "--outlet-field", metavar="NAME", help="field with the outlet (default: outlet, or another usual name)"
    )
    parser.set_defaults(run=commands.report)


def _add_info(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--export-skops",
        type=Path,
        metavar="FILE",
        help="also write the model in the skops format, free of pickle (default: not written)",
    )
    parser.add_argument("--json", action="store_true", help="print the manifest as JSON (default: in a few lines)")
    _add_artifact(parser)
    parser.set_defaults(run=commands.info)


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        default=os.environ.get(_DATABASE_VARIABLE) or DEFAULT_DATABASE,
        metavar="URL",
        help=f"sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME (default: ${_DATABASE_VARIABLE}, or "
        f"{DEFAULT_DATABASE} where that is not set)",
    )


def _add_registry(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--registry",
        type=Path,
        metavar="DIR",
        help="folder of models (default: the one that --artifact is or belongs to, or artifacts)",
    )


def _add_artifact(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--artifact",
        type=Path,
        default=Path(os.environ.get(_ARTIFACT_VARIABLE) or _ARTIFACT),
        metavar="DIR",
        help=f"artifact, or a registry for its current version (default: ${_ARTIFACT_VARIABLE}, or artifact where that "
        "is not set)",
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


def _add_encoding(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--encoding",
        type=_encoding,
        metavar="NAME",
        help="encoding of text, JSON and CSV, such as cp1252 or utf-16 (default: utf-8; of HTML, as the page says)",
    )


def _add_language(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--language",
        choices=["en", "any"],
        default="en",
        help="any: also label text that is not in English, and mark it by its language (default: en, which refuses it)",
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


def _time(value: str) -> datetime:
    """Parse a day or a point in time; one without an offset is UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no day or time, such as 2026-11-28") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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


def _separator(value: str) -> str:
    separator = "\t" if value in {r"\t", "tab"} else value
    if len(separator) != 1 or separator in '"\r\n':
        raise argparse.ArgumentTypeError(rf"{value!r} is not one character such as ';', or '\t' for a tab")
    return separator


def _encoding(value: str) -> str:
    from service.inputs.encodings import check_encoding

    try:
        return check_encoding(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _document_extension(value: str) -> str:
    from service.inputs.registry import KINDS

    extension = f".{value.lstrip('.').lower()}"
    if extension not in KINDS:
        known = ", ".join(name.lstrip(".") for name in KINDS)
        raise argparse.ArgumentTypeError(f"unknown kind {value!r}; give one of {known}")
    return extension


def _extension(value: str) -> str:
    from service.batch.plan import file_type_of_extension

    try:
        file_type_of_extension(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"unknown format {value!r}; give jsonl, csv, tsv or parquet, or one of the first three with .gz"
        ) from None
    return value
