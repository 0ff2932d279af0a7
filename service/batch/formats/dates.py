"""Dates in files of text: told from other strings by their form, ISO 8601, and read as such."""

import re
from datetime import date, datetime
from typing import Final

import pyarrow as pa

DATE: Final = pa.date32()
TIME: Final = pa.timestamp("us")
INSTANT: Final = pa.timestamp("us", tz="UTC")
DATE_TYPES: Final = (DATE, TIME, INSTANT)

_DATE_FORM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME_FORM = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def type_of_text(text: str) -> pa.DataType:
    """Return the type of a string's value: a date, a time of day on a date (with a zone: an instant), or a string.

    >>> type_of_text("2026-03-04"), type_of_text("2026-03-04T09:30:00Z"), type_of_text("4 March")
    (DataType(date32[day]), TimestampType(timestamp[us, tz=UTC]), DataType(string))
    """
    try:
        if _DATE_FORM.fullmatch(text):
            date.fromisoformat(text)
            return DATE
        if _TIME_FORM.fullmatch(text):
            return TIME if datetime.fromisoformat(text).tzinfo is None else INSTANT
    except ValueError:  # the 31st of February
        pass
    return pa.string()


def read_date(text: str, kind: pa.DataType) -> date:
    """Return the value of a string of one of the :data:`DATE_TYPES`; a time with a zone keeps its instant."""
    return date.fromisoformat(text) if kind == DATE else datetime.fromisoformat(text)
