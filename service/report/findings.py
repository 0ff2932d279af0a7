"""What a report says: questions to the table of an archive, answered as small tables of plain values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from model.labels import LABELS
from service.report.archive import Archive

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MOST_BARS: Final = 62  # about two months of days
_UNITS: Final = (("day", 1), ("week", 7), ("month", 30), ("year", 365))  # with their days
_COUNTS: Final = ", ".join(f"count(*) FILTER (label = '{label}') AS {label}" for label in LABELS)
_NAME: Final = "mode({column} ORDER BY {column})"  # of several spellings, the one that is used most
_FEW_SENTENCES: Final = 30  # an outlet with fewer says little about its shares


@dataclass(frozen=True, slots=True)
class Limits:
    """How many rows the tables of a report may have."""

    outlets: int = 20
    speakers: int = 20
    threats: int = 50
    uncertain: int = 20


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows with named columns.

    Attributes:
        columns: The names.
        rows: The values, in the order of the columns; None for what is not known.
        left_out: Rows that are not in it, because of a limit.

    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    left_out: int = 0

    def column(self, name: str) -> list[Any]:
        """Return the values of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """Return each row as a mapping from its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report says.

    Attributes:
        files: The names of the files.
        date_field: The field with the date; empty where there is none.
        outlet_field: The field with the outlet; empty where there is none.
        totals: Counts over all.
        unit: The step of the tables over time: "day", "week", "month" or "year".
        volume: Articles and sentences by label, for each step of time.
        outlets: The same for each outlet, with threats, doubts and page furniture.
        speakers: Who is quoted most.
        threateners: Who threatens whom.
        threats_over_time: Threats of those who threaten most, for each step of time.
        threats: The threats.
        uncertain: The sentences of which the model is least sure.
        errors: Articles that could not be scored, by kind.
        models: Which models scored the files, as far as their summaries say it.

    """

    files: Sequence[str]
    date_field: str
    outlet_field: str
    totals: Mapping[str, Any]
    unit: str
    volume: Table
    outlets: Table
    speakers: Table
    threateners: Table
    threats_over_time: Table
    threats: Table
    uncertain: Table
    errors: Table
    models: Sequence[str] = ()


def find_all(archive: Archive, limits: Limits) -> Findings:
    """Ask the archive all questions of a report."""
    connection = archive.connection
    totals = _find_totals(connection)
    unit = _choose_unit(totals["first_day"], totals["last_day"])
    return Findings(
        files=[path.name for path in archive.files],
        date_field=archive.date_field,
        outlet_field=archive.outlet_field,
        totals=totals,
        unit=unit,
        volume=find_volume(connection, unit),
        outlets=_find_outlets(connection, limits.outlets),
        speakers=_find_speakers(connection, limits.speakers),
        threateners=_find_threateners(connection, limits.threats),
        threats_over_time=_find_threats_over_time(connection, unit),
        threats=_find_threats(connection, limits.threats),
        uncertain=_find_uncertain(connection, limits.uncertain),
        errors=_ask(
            connection,
            "SELECT error_kind AS kind, count(*) AS articles FROM sentences WHERE error_kind IS NOT NULL "
            "GROUP BY 1 ORDER BY 2 DESC, 1",
        ),
        models=read_models(archive.files),
    )


def find_volume(connection: "DuckDBPyConnection", unit: str) -> Table:
    """Return articles and sentences by label for each day, week, month or year that has any."""
    return _ask(
        connection,
        f"SELECT CAST(date_trunc('{unit}', day) AS DATE) AS \"from\", count(DISTINCT article) AS articles, "
        f"count(label) AS sentences, {_COUNTS} FROM sentences WHERE day IS NOT NULL GROUP BY 1 ORDER BY 1",
    )


def read_models(files: Sequence[Path]) -> list[str]:
    """Return which models scored the files, as the summaries beside them say."""
    models: dict[str, None] = {}
    for path in files:
        summary = path.parent / f"_{path.name}.summary.json"
        if summary.is_file():
            model = json.loads(summary.read_text("utf-8"))["model"]
            models[f"{model['name']} {model['version']} ({model['artifact_hash'][:12]})"] = None
    return list(models)


def write_threats(connection: "DuckDBPyConnection", path: Path) -> None:
    """Write all threats to a file of CSV, however many there are."""
    relation = connection.sql(f"{_THREATS} ORDER BY day, outlet, threatener, sentence")
    relation.write_csv(str(path), header=True)


def _find_totals(connection: "DuckDBPyConnection") -> dict[str, Any]:
    (record,) = _ask(
        connection,
        f"SELECT count(DISTINCT article) FILTER (error_kind IS NULL) AS articles, {_COUNTS}, "
        "count(label) AS sentences, "
        "count(*) FILTER (uncertain) AS uncertain, count(*) FILTER (boilerplate) AS furniture, "
        "count(*) FILTER (error_kind IS NOT NULL) AS errors, min(day) AS first_day, max(day) AS last_day, "
        "count(DISTINCT outlet) AS outlets, count(DISTINCT lower(speaker)) AS speakers, "
        "count(speaker) AS quoted, count(label) FILTER (day IS NULL) AS undated, "
        "count(DISTINCT article) FILTER (label = 'threat') AS articles_with_threats FROM sentences",
    ).records()
    return record


def _choose_unit(first: date | None, last: date | None) -> str:
    """Return the smallest step of time that gives a plot not too many bars."""
    days = 1 if first is None or last is None else (last - first).days + 1
    return next((unit for unit, length in _UNITS if days <= length * _MOST_BARS), _UNITS[-1][0])


def _find_outlets(connection: "DuckDBPyConnection", limit: int) -> Table:
    return _ask_limited(
        connection,
        f"SELECT outlet, count(DISTINCT article) AS articles, count(label) AS sentences, {_COUNTS}, "
        "count(*) FILTER (uncertain) AS uncertain, count(*) FILTER (boilerplate) AS furniture "
        "FROM sentences WHERE outlet IS NOT NULL GROUP BY 1",
        "sentences DESC, outlet",
        limit,
    )


def _find_speakers(connection: "DuckDBPyConnection", limit: int) -> Table:
    name, role, via = (_NAME.format(column=column) for column in ("speaker", "speaker_role", "via"))
    return _ask_limited(
        connection,
        f"SELECT {name} AS speaker, {role} AS role, count(*) AS sentences, count(DISTINCT article) AS articles, "
        f"{_COUNTS}, count(via) AS relayed, {via} AS via "
        "FROM sentences WHERE speaker IS NOT NULL AND label IS NOT NULL GROUP BY lower(speaker)",
        "sentences DESC, speaker",
        limit,
    )


def _find_threateners(connection: "DuckDBPyConnection", limit: int) -> Table:
    who, whom = (_NAME.format(column=column) for column in ("threatener", "target"))
    return _ask_limited(
        connection,
        f"SELECT {who} AS threatener, {whom} AS target, count(*) AS threats, min(day) AS first, max(day) AS last, "
        'count("condition") AS conditional, count(deadline) AS with_deadline '
        "FROM sentences WHERE label = 'threat' GROUP BY lower(threatener), lower(target)",
        "threats DESC, threatener NULLS LAST, target NULLS LAST",
        limit,
    )


def _find_threats_over_time(connection: "DuckDBPyConnection", unit: str) -> Table:
    """Return a row for each of those who threaten most and each step of time in which they do."""
    who = _NAME.format(column="threatener")
    return _ask(
        connection,
        f"WITH most AS (SELECT lower(threatener) AS k, {who} AS threatener, count(*) AS total FROM sentences "
        "WHERE label = 'threat' AND threatener IS NOT NULL AND day IS NOT NULL "
        "GROUP BY 1 ORDER BY total DESC, k LIMIT 10) "
        f"SELECT most.threatener, CAST(date_trunc('{unit}', day) AS DATE) AS \"from\", count(*) AS threats "
        "FROM sentences JOIN most ON lower(sentences.threatener) = k WHERE label = 'threat' AND day IS NOT NULL "
        "GROUP BY 1, 2, total ORDER BY total DESC, 1, 2",
    )


_THREATS: Final = (
    'SELECT day, outlet, threatener, target, "condition", deadline, speaker, confidence, "text" AS sentence '
    "FROM sentences WHERE label = 'threat'"
)


def _find_threats(connection: "DuckDBPyConnection", limit: int) -> Table:
    """Return the surest threats, by day."""
    surest = _ask_limited(connection, _THREATS, "confidence DESC, day, sentence", limit)
    day, sentence = surest.columns.index("day"), surest.columns.index("sentence")
    rows = sorted(surest.rows, key=lambda row: (row[day] or date.max, row[sentence]))
    return Table(surest.columns, rows, surest.left_out)


def _find_uncertain(connection: "DuckDBPyConnection", limit: int) -> Table:
    return _ask_limited(
        connection,
        'SELECT confidence, label, speaker, day, outlet, "text" AS sentence FROM sentences '
        "WHERE uncertain AND label IS NOT NULL",
        "confidence, sentence",
        limit,
    )


def _ask_limited(connection: "DuckDBPyConnection", query: str, order: str, limit: int) -> Table:
    """Return the first rows, and how many are left out."""
    found = _ask(connection, f"{query} ORDER BY {order} LIMIT {limit}")
    (total,) = connection.execute(f"SELECT count(*) FROM ({query})").fetchone() or (0,)
    return Table(found.columns, found.rows, max(0, total - limit))


def _ask(connection: "DuckDBPyConnection", query: str) -> Table:
    cursor = connection.execute(query)
    return Table([name for name, *_ in cursor.description], cursor.fetchall())


def describe_highlights(findings: Findings) -> list[str]:
    """Return what stands out, in sentences."""
    totals = findings.totals
    said = [_describe_threats(findings)]
    if speakers := findings.speakers.records():
        most = speakers[0]
        said.append(
            f"The most quoted speaker is {most['speaker']} ({most['role']}): {count(most['sentences'], 'sentence')} "
            f"in {count(most['articles'], 'article')}."
        )
    said += _describe_opinion(findings.outlets.records())
    if totals["uncertain"]:
        said.append(
            f"{share(totals['uncertain'], totals['sentences'])} of the sentences are marked uncertain: read them "
            "before you count on their labels."
        )
    return said


def _describe_threats(findings: Findings) -> str:
    totals = findings.totals
    if not totals["threat"]:
        return "There is no threat."
    is_threat = "is a threat" if totals["threat"] == 1 else "are threats"
    said = (
        f"{count(totals['threat'], 'sentence')} of {totals['sentences']:,} "
        f"({share(totals['threat'], totals['sentences'])}) {is_threat}, "
        f"in {count(totals['articles_with_threats'], 'article')}"
    )
    steps = findings.volume.records()
    most = max(steps, key=lambda step: step["threat"], default=None)
    if most is None or len(steps) < 2 or most["threat"] < 2:
        return said + "."
    return f"{said}; the most in one {findings.unit}: {most['threat']:,} {name_step(most['from'], findings.unit)}."


def _describe_opinion(outlets: Sequence[Mapping[str, Any]]) -> list[str]:
    """Compare the outlet with the most opinion with that with the least."""
    large = [row for row in outlets if row["sentences"] >= _FEW_SENTENCES]
    if len(large) < 2:
        return []
    by_share = sorted(large, key=lambda row: row["analyst_opinion"] / row["sentences"])
    least, most = by_share[0], by_share[-1]
    return [
        f"Opinion is {share(most['analyst_opinion'], most['sentences'])} of the sentences of {most['outlet']}, and "
        f"{share(least['analyst_opinion'], least['sentences'])} of those of {least['outlet']}."
    ]


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "article"), count(1200, "article")
    ('1 article', '1,200 articles')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def share(part: int, whole: int) -> str:
    """Return a share in per cent.

    >>> share(1, 3), share(1, 2000), share(0, 0)
    ('33.3 %', '0.05 %', '–')
    """
    if not whole:
        return "–"
    value = 100 * part / whole
    return f"{value:.2f} %" if 0 < value < 0.1 else f"{value:.1f} %"


def name_step(first: date, unit: str) -> str:
    """Return when a step of time is, as in prose.

    >>> name_step(date(2026, 3, 2), "week"), name_step(date(2026, 3, 1), "month")
    ('from 2 March 2026', 'in March 2026')
    """
    forms = {"day": f"on {write_day(first)}", "week": f"from {write_day(first)}", "month": f"in {first:%B %Y}"}
    return forms.get(unit, f"in {first:%Y}")


def write_day(day: date) -> str:
    """Return a day as in prose.

    >>> write_day(date(2026, 3, 4))
    '4 March 2026'
    """
    return f"{day.day} {day:%B %Y}"
