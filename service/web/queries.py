"""Query strings of lists: filters, the size of a page, and the cursor that says where the next one goes on."""

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar, cast, get_args

from werkzeug.datastructures import MultiDict

from model.labels import LABELS, Label
from service.corrections.records import Disagreement, Filter, Order, Position
from service.web.errors import Problem

MOST: Final = 200  # corrections in a page; more would make answers of many megabytes
MOST_QUEUED: Final = 50  # documents, with their texts
# Order, sort key, id. Each string that matches stands for a position, though not for one that was given out.
_NEWEST_CURSOR: Final = "n([0-2][0-9a-f]{14})([0-9a-f]{32})"
_UNCERTAIN_CURSOR: Final = "u(0{16}|3[0-9a-f]{15})([0-9a-f]{32})"
CURSOR_PATTERN: Final = f"^(?:{_NEWEST_CURSOR}|{_UNCERTAIN_CURSOR})$"
QUEUE_CURSOR_PATTERN: Final = f"^{_UNCERTAIN_CURSOR}$"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR: Final = re.compile(f"{_NEWEST_CURSOR}|{_UNCERTAIN_CURSOR}", re.ASCII)
_DATE: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # RFC 3339, of which Python reads more forms than it has
_HASH: Final = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
T = TypeVar("T")  # the PEP 695 syntax needs Python 3.12


@dataclass(frozen=True, slots=True)
class CorrectionsQuery:
    """Which page of which corrections is wanted."""

    wanted: Filter
    order: Order
    limit: int
    after: Position | None


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Which page of the queue is wanted."""

    limit: int
    after: Position | None


def parse_corrections_query(query: "MultiDict[str, str]") -> CorrectionsQuery:
    """Read the query string of a list of corrections.

    Raises:
        Problem: 422, naming each parameter that is wrong.

    """
    values = _parse(
        query,
        {
            "limit": _parse_limit(MOST),
            "cursor": _parse_cursor("nu"),
            "order": _parse_choice(get_args(Order)),
            "label": _parse_choice(LABELS),
            "model": _parse_pattern(_HASH, "the hash of an artifact, or its beginning"),
            "document": _parse_pattern(_ID, "the id of a document"),
            "since": _parse_time,
            "disagreement": _parse_choice(get_args(Disagreement)),
        },
    )
    order, after = values.get("cursor", (values.get("order", "newest"), None))
    wanted = Filter(
        label=cast("Label | None", values.get("label")),
        model=values.get("model"),
        since=values.get("since"),
        document=values.get("document"),
        disagreement=values.get("disagreement"),
    )
    return CorrectionsQuery(wanted, order, values.get("limit", 50), after)


def parse_queue_query(query: "MultiDict[str, str]") -> QueueQuery:
    """Read the query string of the queue.

    Raises:
        Problem: 422, naming each parameter that is wrong.

    """
    values = _parse(query, {"limit": _parse_limit(MOST_QUEUED), "cursor": _parse_cursor("u")})
    _, after = values.get("cursor", (None, None))
    return QueueQuery(values.get("limit", 20), after)


def write_cursor(position: Position | None) -> str | None:
    """Return the cursor of a position, as 16 hexadecimal digits for the sort key and the id."""
    if position is None:
        return None
    if isinstance(position.key, datetime):
        return f"n{(position.key - _EPOCH) // timedelta(microseconds=1):015x}{position.id}"
    return f"u{struct.pack('>d', position.key).hex()}{position.id}"


def _parse(query: "MultiDict[str, str]", parsers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """Parse each parameter that is given; one that is unknown or given twice is an error, as is a wrong value."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, given in query.lists():
        if name not in parsers:
            faults.append(f"{name[:40]!r} is not known here; there are {', '.join(parsers)}")
        elif len(given) > 1:
            faults.append(f"{name} is given more than once")
        else:
            try:
                values[name] = parsers[name](given[0])
            except ValueError as error:
                faults.append(f"{name} must be {error}")
    if faults:
        raise Problem(422, f"The query string is wrong: {'; '.join(faults)}.")
    return values


def _parse_limit(most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
            raise ValueError(f"a whole number from 1 to {most}")
        return int(value)

    return parse


def _parse_choice(choices: tuple[T, ...]) -> Callable[[str], T]:
    def parse(value: str) -> T:
        for choice in choices:
            if value == choice:
                return choice
        raise ValueError(f"one of {', '.join(map(str, choices))}")

    return parse


def _parse_pattern(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(what)
        return value

    return parse


def _parse_time(value: str) -> datetime:
    """Parse a point in time (RFC 3339) into UTC; one that no calendar of Python reaches becomes its nearest end."""
    what = "a time with its offset, such as 2026-11-28T14:30:00Z (in an address, + is written %2B)"
    if not _DATE.fullmatch(value):
        raise ValueError(what)
    try:
        parsed = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError(what) from None
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        return (datetime.min if parsed.year == 1 else datetime.max).replace(tzinfo=UTC)


def _parse_cursor(orders: str) -> Callable[[str], tuple[Order, Position]]:
    """Return a parser of cursors of these orders, named by their first letters."""

    def parse(value: str) -> tuple[Order, Position]:
        match = _CURSOR.fullmatch(value)
        if not match or value[0] not in orders:
            raise ValueError("the value of next in an answer")
        if match[1]:
            return "newest", Position(_EPOCH + timedelta(microseconds=int(match[1], 16)), match[2])
        return "uncertain", Position(struct.unpack(">d", bytes.fromhex(match[3]))[0], match[4])

    return parse
