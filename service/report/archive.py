"""Scored archives as one table of DuckDB, whatever their formats: a row a sentence, in bounded memory.

The table lies in a file in a temporary folder. It holds only what a report needs: texts of threats and of uncertain
sentences, no others.
"""

import csv
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from model.labels import LABELS
from service.batch.files import open_stream
from service.batch.formats import file_type_of
from service.batch.formats.csv import Csv
from service.batch.formats.jsonl import JSONL
from service.batch.plan import find_files
from service.batch.scored import read_objects

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ADVICE: Final = "reports need one more package: pip install 'stancewire[report]'"
_MEMORY: Final = "400MB"  # of DuckDB's own; what does not fit goes to the temporary folder
_MOST_THREADS: Final = 4  # each has buffers of its own
_SNIFFED_LINES: Final = 1000  # objects of JSONL that are looked at for the names of their fields
_LONGEST_OBJECT: Final = 1 << 25  # bytes: an article of the longest text that is scored by default, five times over

DATE_FIELDS: Final = ("date", "published", "published_at", "publish_date", "pub_date", "day", "timestamp")
OUTLET_FIELDS: Final = ("outlet", "source", "publisher", "publication", "site", "domain", "feed")
_DATE_FORMS: Final = ("%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %Z", "%Y%m%d", "%d %B %Y", "%B %d, %Y")

_NEEDED: Final = ("text", "label", "confidence", "uncertain", "boilerplate")
_OPTIONAL: Final = (  # of a record for each sentence; a table written by hand may lack them
    "speaker_name",
    "speaker_mention",
    "speaker_role",
    "via",
    "threat_by",
    "threat_against",
    "threat_condition",
    "threat_deadline",
)
_TYPES: Final[Mapping[str, str]] = {"confidence": "DOUBLE", "uncertain": "BOOLEAN", "boilerplate": "BOOLEAN"}
_PART: Final = 'STRUCT("text" VARCHAR)'
_SENTENCE: Final = (
    'STRUCT("text" VARCHAR, label VARCHAR, confidence DOUBLE, uncertain BOOLEAN, boilerplate BOOLEAN, '
    'speaker STRUCT("name" VARCHAR, mention VARCHAR, "role" VARCHAR, via STRUCT("name" VARCHAR)), '
    f'threat STRUCT("by" {_PART}, against {_PART}, "condition" {_PART}, deadline {_PART}))'
)
_NESTED: Final[Mapping[str, str]] = {  # where the columns of a sentence are in the nested form
    **{name: f's."{name}"' for name in _NEEDED},
    **{f"speaker_{name}": f's.speaker."{name}"' for name in ("name", "mention", "role")},
    "via": "s.speaker.via.name",
    **{f"threat_{name}": f's.threat."{name}"."text"' for name in ("by", "against", "condition", "deadline")},
}
_TABLE: Final = """
CREATE TABLE sentences (
    article UBIGINT, day DATE, outlet VARCHAR, label VARCHAR, confidence DOUBLE, uncertain BOOLEAN, boilerplate BOOLEAN,
    speaker VARCHAR, speaker_role VARCHAR, via VARCHAR,
    threatener VARCHAR, target VARCHAR, "condition" VARCHAR, deadline VARCHAR,
    "text" VARCHAR, error_kind VARCHAR
)
"""


@dataclass(frozen=True, slots=True)
class ReportFields:
    """The fields of the articles that a report is ordered by; None to look for one of the usual names."""

    date: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """Scored archives, ready to be asked.

    Attributes:
        connection: DuckDB, with the table ``sentences``.
        files: The files, in order.
        date_field: The field with the date; empty where there is none.
        outlet_field: The field with the outlet; empty where there is none.

    """

    connection: "DuckDBPyConnection"
    files: Sequence[Path]
    date_field: str
    outlet_field: str


@dataclass(frozen=True, slots=True)
class _File:
    """A scored file, and what is known of its records before they are read.

    Attributes:
        path: The file.
        kind: "parquet", "jsonl", or "csv" with its delimiter.
        columns: The names of its columns, those of the folders' names ("day=2026-05-01") among them.
        is_nested: Whether a record is an article.
        json_sentences: Whether the sentences of an article are JSON in a cell.

    """

    path: Path
    kind: tuple[str, ...]
    columns: frozenset[str]
    is_nested: bool
    json_sentences: bool = field(default=False)


@contextmanager
def open_archive(inputs: Sequence[str], fields: ReportFields) -> Iterator[Archive]:
    """Read scored archives into a table.

    Args:
        inputs: Outputs of ``stance score``: files, folders or patterns; Parquet, JSONL or CSV.
        fields: The fields with date and outlet.

    Raises:
        OSError: A file cannot be read.
        ValueError: DuckDB is not installed, a file is not a scored archive, or none has a field that is named.

    """
    try:
        import duckdb
    except ImportError:
        raise ValueError(ADVICE) from None
    files = [_inspect(Path(path)) for path, _ in find_files(inputs)[0]]
    columns = {name for file in files for name in file.columns}
    date_field = _choose_field(fields.date, DATE_FIELDS, columns, "--date-field")
    outlet_field = _choose_field(fields.outlet, OUTLET_FIELDS, columns, "--outlet-field")
    with tempfile.TemporaryDirectory(prefix="stance-report-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY,
            "threads": min(_MOST_THREADS, os.cpu_count() or 1),
            "temp_directory": f"{folder}/spilled",
        }
        with duckdb.connect(f"{folder}/report.duckdb", config=settings) as connection:
            connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
            connection.execute(_TABLE)
            for group in _group(files):
                try:
                    connection.execute(_insert(group, date_field, outlet_field))
                except duckdb.Error as error:
                    raise ValueError(_describe_failure(group, error)) from error
            _check_labels(connection)
            yield Archive(connection, [file.path for file in files], date_field, outlet_field)


def _choose_field(named: str | None, usual: Sequence[str], columns: set[str], option: str) -> str:
    """Return the field that is named, else the first of the usual ones, else an empty string.

    Raises:
        ValueError: The field that is named is in no file.

    """
    if named and named not in columns:
        own = sorted(columns - {*_NEEDED, *_OPTIONAL})
        raise ValueError(f"{option}: there is no field {named!r}; there are {', '.join(own)}")
    return named or next((name for name in usual if name in columns), "")


def _inspect(path: Path) -> _File:
    """Find out what a file holds.

    Raises:
        ValueError: It is not a scored archive.

    """
    form = file_type_of(path.name).format
    kind: tuple[str, ...]
    folders = {part.partition("=")[0] for part in path.parts[:-1] if "=" in part}
    json_sentences = False
    if form == JSONL:
        kind, names = ("jsonl",), _read_json_fields(path)
    elif isinstance(form, Csv):
        kind, names = ("csv", form.delimiter), _read_header(path, form.delimiter)
        json_sentences = "sentences" in names and "label" not in names
    else:
        kind, names = ("parquet",), _read_parquet_names(path)
    is_nested = "sentences" in names and "label" not in names
    missing = [name for name in _NEEDED if name not in names] if not is_nested else []
    if "article_row" not in names and "id" not in names:
        missing.append("article_row")
    if missing:
        raise ValueError(_describe_missing(path, names, missing))
    return _File(path, kind, frozenset({*names, *folders}), is_nested, json_sentences)


def _describe_missing(path: Path, names: Sequence[str], missing: Sequence[str]) -> str:
    if {"row", "speaker_kind"} <= set(names) or {"row", "sentences"} <= set(names):
        return f"{path} was scored by an earlier version of Stancewire; score it again"
    return (
        f"{path} is not a scored archive: it has no {', '.join(map(repr, missing))}; its fields are "
        f"{', '.join(names) or 'none'}. Score it first: stance score {path.name} scored{path.suffix}"
    )


def _read_json_fields(path: Path) -> list[str]:
    """Return the fields of the first objects.

    Raises:
        ValueError: A line is not a JSON object, or there is none.

    """
    names: dict[str, None] = {}
    for record in islice(read_objects(path, _LONGEST_OBJECT), _SNIFFED_LINES):
        names.update(dict.fromkeys(record))
    if not names:
        raise ValueError(f"{path} is empty")
    return list(names)


def _read_header(path: Path, delimiter: str) -> list[str]:
    with open_stream(str(path)) as stream:
        first = next(stream.lines(_LONGEST_OBJECT), None)
    if not first:
        raise ValueError(f"{path} is empty")
    return next(csv.reader([first.decode("utf-8-sig", "replace")], delimiter=delimiter), [])


def _read_parquet_names(path: Path) -> list[str]:
    try:
        names: list[str] = pq.read_schema(path).names
    except pa.ArrowInvalid as error:
        raise ValueError(f"{path} is not a Parquet file: {error}") from error
    return names


def _group(files: Sequence[_File]) -> list[list[_File]]:
    """Return the files in groups that one statement can read: of the same format and the same columns."""
    groups: dict[object, list[_File]] = {}
    for file in files:
        schema = pq.read_schema(file.path).remove_metadata() if file.kind == ("parquet",) else None
        groups.setdefault((file.kind, file.columns, str(schema)), []).append(file)
    return list(groups.values())


def _insert(group: Sequence[_File], date_field: str, outlet_field: str) -> str:
    """Return the statement that brings files of one kind into the table."""
    first = group[0]
    date, outlet = (name if name in first.columns else "" for name in (date_field, outlet_field))
    if first.is_nested:
        columns: Mapping[str, str] = _NESTED
        nested = f"from_json(sentences, '[{_json_form()}]')" if first.json_sentences else "sentences"
        source = (
            f"(SELECT *, unnest(CASE WHEN len(nested) > 0 THEN nested ELSE [NULL] END) AS s "
            f"FROM (SELECT *, {nested} AS nested FROM {_read(group, date, outlet)}))"
        )
    else:
        columns = {name: _cast(name) if name in first.columns else "NULL" for name in (*_NEEDED, *_OPTIONAL)}
        source = _read(group, date, outlet)
    return _SELECT.format(
        **columns,
        article=_article_key(first.columns),
        day=_parse_date(date),
        outlet=f"CAST({_quote(outlet)} AS VARCHAR)" if outlet else "NULL",
        error="error_kind" if "error_kind" in first.columns else "NULL",
        source=source,
    )


_SELECT: Final = """
INSERT INTO sentences
SELECT
    {article}, {day}, nullif(trim({outlet}), ''), nullif({label}, ''), {confidence}, {uncertain}, {boilerplate},
    nullif({speaker_name}, ''), nullif({speaker_role}, ''), nullif({via}, ''),
    CASE WHEN {label} = 'threat' THEN
        CASE
            WHEN coalesce({threat_by}, '') = '' OR lower({threat_by}) = lower({speaker_mention})
                OR contains(lower({threat_by}), lower({speaker_name}))
            THEN coalesce(nullif({speaker_name}, ''), nullif({threat_by}, ''))
            ELSE {threat_by}
        END
    END,
    nullif({threat_against}, ''), nullif({threat_condition}, ''), nullif({threat_deadline}, ''),
    CASE WHEN {label} = 'threat' OR {uncertain} THEN {text} END,
    nullif({error}, '')
FROM {source}
"""


def _read(group: Sequence[_File], date: str, outlet: str) -> str:
    """Return the expression that reads files of one kind."""
    paths = "[" + ", ".join(_literal(str(file.path)) for file in group) + "]"
    kind, *more = group[0].kind
    shared = "filename = true, hive_partitioning = true, hive_types_autocast = false"
    if kind == "parquet":
        return f"read_parquet({paths}, {shared})"
    if kind == "csv":
        longest = f", max_line_size = {_LONGEST_OBJECT}, buffer_size = {2 * _LONGEST_OBJECT}"
        form = f"""header = true, all_varchar = true, delim = {_literal(more[0])}, quote = '"', escape = '"'"""
        return f"read_csv({paths}, {form}, {shared}{longest if group[0].is_nested else ''})"
    columns = ", ".join(f"{_literal(name)}: {_literal(kind)}" for name, kind in _json_columns(group[0], date, outlet))
    form = f"format = 'newline_delimited', maximum_object_size = {_LONGEST_OBJECT}"
    return f"read_json({paths}, columns = {{{columns}}}, {form}, {shared})"


def _json_columns(file: _File, date: str, outlet: str) -> list[tuple[str, str]]:
    """Return the fields to read from JSONL, with their types; those of folders' names come by themselves."""
    folders = {part.partition("=")[0] for part in file.path.parts[:-1] if "=" in part}
    places = [("article_row", "BIGINT"), ("article_file", "VARCHAR"), ("id", "VARCHAR"), ("error_kind", "VARCHAR")]
    named = [(name, "VARCHAR") for name in dict.fromkeys((date, outlet)) if name and name not in dict(places)]
    if file.is_nested:
        results = [("sentences", _SENTENCE + "[]")]
    else:
        results = [(name, _TYPES.get(name, "VARCHAR")) for name in (*_NEEDED, *_OPTIONAL)]
    return [(name, kind) for name, kind in (*places, *named, *results) if name in file.columns - folders]


def _json_form() -> str:
    """Return the form of a nested sentence as DuckDB's ``from_json`` takes it."""
    part = {"text": "VARCHAR"}
    form = {
        **{name: _TYPES.get(name, "VARCHAR") for name in _NEEDED},
        "speaker": {**dict.fromkeys(["name", "mention", "role"], "VARCHAR"), "via": {"name": "VARCHAR"}},
        "threat": dict.fromkeys(["by", "against", "condition", "deadline"], part),
    }
    return orjson.dumps(form).decode()


def _article_key(columns: frozenset[str]) -> str:
    place = [name for name in ("article_file", "article_row") if name in columns]
    return f"hash(filename, {', '.join(place if 'article_row' in columns else ['id'])})"


def _cast(name: str) -> str:
    return f'CAST("{name}" AS {_TYPES.get(name, "VARCHAR")})'


def _parse_date(name: str) -> str:
    """Return the expression that reads a date: ISO 8601 at the beginning, else one of some other forms, else null."""
    if not name:
        return "NULL"
    text = f"CAST({_quote(name)} AS VARCHAR)"
    forms = ", ".join(map(_literal, _DATE_FORMS))
    return f"coalesce(TRY_CAST({text}[1:10] AS DATE), CAST(try_strptime({text}, [{forms}]) AS DATE))"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _describe_failure(group: Sequence[_File], error: Exception) -> str:
    names = str(group[0].path) if len(group) == 1 else f"one of {len(group)} files like {group[0].path}"
    return f"{names} cannot be read as a scored archive: {str(error).splitlines()[0]}"


def _check_labels(connection: "DuckDBPyConnection") -> None:
    """Check that there are sentences, with the labels of this project.

    Raises:
        ValueError: There are none, or others.

    """
    names = {name for (name,) in connection.execute("SELECT DISTINCT label FROM sentences").fetchall() if name}
    if unknown := sorted(names - {*LABELS}):
        raise ValueError(f"not a scored archive: unknown label {unknown[0]!r}; the labels are {', '.join(LABELS)}")
    if not names:
        raise ValueError("there is no labelled sentence to report on")
