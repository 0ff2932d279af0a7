"""What the exchange formats have in common: documents that come in, and faults that name their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast, get_args

from model.labels import LABELS, Label
from model.records import Role
from service.corrections.records import Change, KeptDocument, Said

_ROLES: Final[tuple[Role, ...]] = get_args(Role)
_LONGEST: Final = {"speaker": 256, "note": 2000, "by": 256}  # characters, as over HTTP


class ExchangeError(ValueError):
    """A document, or a part of it, that does not keep to its format; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class ImportedCorrection:
    """A correction that comes in.

    Attributes:
        sentence: Position of the sentence, from 0.
        change: What is said of it.
        said: What the model had said; None where the file does not tell.
        key: Name of the API key it once came with.
        created: When it was made; None where the file does not tell.

    """

    sentence: int
    change: Change
    said: Said | None = None
    key: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """A document that comes in, what is said of its sentences, and what in it could not be read."""

    document: KeptDocument
    corrections: tuple[ImportedCorrection, ...]
    faults: tuple[str, ...] = ()


def read_change(record: Mapping[str, Any], by: str = "") -> Change:
    """Read what a record with label, speaker, role, boilerplate, note and by says; keys may be absent.

    Args:
        record: The record.
        by: Who says so where the record does not tell.

    Raises:
        ExchangeError: A value is of the wrong kind, or they do not fit together.

    """
    strings = {name: _read_string(record, name) for name in _LONGEST}
    boilerplate = record.get("boilerplate")
    if not isinstance(boilerplate, bool | None):
        raise ExchangeError('"boilerplate" must be true or false')
    try:
        return Change(
            label=cast("Label | None", _read_choice(record, "label", LABELS)),
            speaker=strings["speaker"],
            speaker_given="speaker" in record,
            role=cast("Role | None", _read_choice(record, "role", _ROLES)),
            boilerplate=boilerplate,
            note=strings["note"] or "",
            by=strings["by"] or by,
        )
    except ValueError as error:
        raise ExchangeError(str(error)) from None


def check_characters(text: str) -> None:
    """Check that a database can keep a text.

    Raises:
        ExchangeError: It holds NUL, or half a surrogate pair.

    """
    if "\0" in text:
        raise ExchangeError("it holds a NUL character (U+0000)")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ExchangeError(f"it holds half a surrogate pair (character {error.start})") from None


def _read_string(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ExchangeError(f'"{name}" must be a string')
    check_characters(value)
    if len(value) > _LONGEST[name]:
        raise ExchangeError(f'"{name}" must have at most {_LONGEST[name]} characters')
    if name == "speaker" and not value.strip():
        raise ExchangeError('"speaker" is blank; use null for the reporter')
    return value


def _read_choice(record: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str | None:
    value = record.get(name)
    if value is not None and value not in choices:
        raise ExchangeError(f'"{name}" must be one of {", ".join(choices)}')
    return cast("str | None", value)
