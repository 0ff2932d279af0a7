"""What to classify in a row, or why the row is bad: the same checks for every format."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import pyarrow as pa

from service.batch.options import SENTENCES_FIELD, ScoreOptions
from service.batch.rows import BadRow, Content, Gold

_IS_TEXT = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
)
_JSON_NAMES = {
    bool: "boolean",
    int: "number",
    float: "number",
    list: "list",
    dict: "object",
    str: "string",
    type(None): "null",
}
_MISSING: Final = object()
_NAMES_SHOWN = 20
_Content = TypeVar("_Content", str, list[str])


def decode_utf8(content: bytes) -> str | BadRow:
    """Decode UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte 0x{content[error.start]:02x} at {error.start}"
        return BadRow("not_utf8", f"not UTF-8: {place}; where all of the file is in another encoding, give --encoding")


def check_texts(texts: Mapping[str, object], options: ScoreOptions) -> str | BadRow:
    """Return the texts of a row's fields as one if they can be classified, else what is wrong with them.

    Args:
        texts: The value of each field with text that the row has, by name; those that are null or empty count for
            nothing beside others.
        options: The limits.

    """
    if len(texts) == 1:
        ((name, text),) = texts.items()
        return check_text(text, name, options)
    wrong = [(name, text) for name, text in texts.items() if text is not None and not isinstance(text, str)]
    if wrong:
        return check_text(wrong[0][1], wrong[0][0], options)
    given = [text for text in texts.values() if isinstance(text, str)]
    joined = "\n\n".join(text for text in given if text.strip())
    return check_text(joined if given else None, "+".join(texts), options)


def check_text(text: object, name: str, options: ScoreOptions) -> str | BadRow:
    """Return the text of a field if it can be classified, else what is wrong with it."""
    if text is None:
        return BadRow("null_text", f"{name!r} is null")
    if not isinstance(text, str):
        return BadRow("not_a_string", f"{name!r} is a {json_type_name(text)}, not a string")
    if not text.strip():
        return BadRow("empty_text", f"{name!r} is empty")
    return _check_length(text, len(text), name, options)


def check_sentences(sentences: object, options: ScoreOptions) -> list[str] | BadRow:
    """Return the sentences as a list of strings if they can be classified, else what is wrong with them.

    Each of them is a string, or an object whose "text" is one, as in the project's corpus format.
    """
    if sentences is None:
        return BadRow("null_text", f"{SENTENCES_FIELD!r} is null")
    if not isinstance(sentences, list):
        return BadRow("not_a_list", f"{SENTENCES_FIELD!r} is a {json_type_name(sentences)}, not a list of strings")
    texts: list[str] = []
    for position, item in enumerate(sentences):
        text = item.get("text") if isinstance(item, dict) else item
        if not isinstance(text, str):
            return BadRow("not_a_string", f"sentence {position} is a {json_type_name(text)}, not a string")
        if isinstance(item, dict) and (fault := _check_gold(item)):
            return BadRow("not_a_string", f"sentence {position}: {fault}")
        texts.append(text)
    return check_strings(texts, options)


def gold_of_sentences(sentences: object) -> list[Gold | None] | None:
    """Return the gold label of each of a row's sentences ({"text", "label", "also"}); None where none has one."""
    items = sentences if isinstance(sentences, list) else []
    found = [
        Gold(item["label"], tuple(item.get("also") or ())) if isinstance(item, dict) and "label" in item else None
        for item in items
    ]
    return found if any(found) else None


def _check_gold(item: Mapping[str, Any]) -> str:
    """Return what is wrong with the gold label of a sentence, or an empty string."""
    label, also = item.get("label"), item.get("also") or []
    if label is not None and not isinstance(label, str):
        return f"'label' is a {json_type_name(label)}, not a string"
    if not isinstance(also, list) or not all(isinstance(name, str) for name in also):
        return "'also' is not a list of strings"
    return ""


def check_strings(sentences: list[str], options: ScoreOptions) -> list[str] | BadRow:
    """Return a list of strings if it holds text and not too much of it, else what is wrong with it."""
    if not any(text.strip() for text in sentences):
        return BadRow("empty_text", f"{SENTENCES_FIELD!r} holds no text")
    return _check_length(sentences, sum(map(len, sentences)), SENTENCES_FIELD, options)


def content_of_object(record: Mapping[str, Any], options: ScoreOptions) -> Content | BadRow:
    """Return what to classify in a JSON object: its text, or its sentences where it has no text."""
    found = {name: _find_field(record, name) for name in options.text_fields}
    texts = {name: value for name, value in found.items() if value is not _MISSING}
    if SENTENCES_FIELD in record and all(text is None for text in texts.values()):
        return check_sentences(record[SENTENCES_FIELD], options)
    if not texts:
        return BadRow("missing_text", describe_missing("there", "field", list(record), options))
    return check_texts(texts, options)


def describe_missing(place: str, what: str, names: Sequence[str], options: ScoreOptions) -> str:
    """Return what to say where no field or column holds text.

    >>> describe_missing("x.csv", "column", ["a", "b"], ScoreOptions())
    "x.csv has no column 'text' and no 'sentences'; its columns are 'a', 'b': name the one with the text: --text-field"
    """
    wanted = ", ".join(map(repr, options.text_fields))
    shown = ", ".join(map(repr, names[:_NAMES_SHOWN])) + (", …" if len(names) > _NAMES_SHOWN else "")
    begin = f"there is no {what}" if place == "there" else f"{place} has no {what}"
    owner = "the" if place == "there" else "its"
    found = f"{owner} {what}s are {shown}" if names else f"there are no {what}s at all"
    return f"{begin} {wanted} and no {SENTENCES_FIELD!r}; {found}: name the one with the text with --text-field"


def _find_field(record: Mapping[str, Any], name: str) -> object:
    """Return the value of a field, or of one in an object of the record where the name has dots; else _MISSING."""
    if name in record or "." not in name:
        return record.get(name, _MISSING)
    first, _, rest = name.partition(".")
    inner = record.get(first)
    return _find_field(inner, rest) if isinstance(inner, dict) else _MISSING


def contents_of_batch(batch: pa.RecordBatch, options: ScoreOptions) -> list[Content | BadRow]:
    """Return what to classify in each row of an Arrow batch: its text, or its sentences where the text is null.

    Raises:
        ValueError: There is no column with text, or it does not hold strings.

    """
    names = batch.schema.names
    lists = batch.column(SENTENCES_FIELD) if SENTENCES_FIELD in names else None
    fields = find_text_columns(names, options)
    if not fields:
        if lists is None:
            raise ValueError(describe_missing("there", "column", names, options))
        return [_sentences_in(lists, row, options) for row in range(batch.num_rows)]
    columns = [_read_bytes(batch.column(name), name) for name in fields]
    return [
        _sentences_in(lists, row, options)
        if lists is not None and all(text is None for text in texts)
        else _texts_in(dict(zip(fields, texts, strict=True)), options)
        for row, texts in enumerate(zip(*columns, strict=True))
    ]


def find_text_columns(names: Sequence[str], options: ScoreOptions) -> list[str]:
    """Return the columns of a table that hold text; none where sentences that are split already are to be taken.

    Raises:
        ValueError: Some of several columns are there, and others not.

    """
    found = [name for name in options.text_fields if name in names]
    if found and len(found) < len(options.text_fields):
        missing = [name for name in options.text_fields if name not in names]
        raise ValueError(
            f"there is no column {', '.join(map(repr, missing))}; the columns are {', '.join(map(repr, names))}: "
            "name with --text-field only those that there are"
        )
    return found


def has_gold(schema: pa.Schema) -> bool:
    """Tell whether the sentences of a table with this schema have gold labels."""
    if SENTENCES_FIELD not in schema.names:
        return False
    kind = schema.field(SENTENCES_FIELD).type
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return bool(is_list and pa.types.is_struct(kind.value_type) and kind.value_type.get_field_index("label") >= 0)


def gold_of_batch(batch: pa.RecordBatch, contents: Sequence[Content | BadRow]) -> list[list[Gold | None] | None] | None:
    """Return the gold labels of each row whose sentences are classified; None where the table has none."""
    if not has_gold(batch.schema):
        return None
    column = batch.column(SENTENCES_FIELD)
    return [
        gold_of_sentences(column[row].as_py()) if isinstance(content, list) else None
        for row, content in enumerate(contents)
    ]


def json_type_name(value: object) -> str:
    """Return what JSON calls the type of ``value`` ("boolean", "list")."""
    return _JSON_NAMES.get(type(value), type(value).__name__)


def _check_length(content: _Content, length: int, name: str, options: ScoreOptions) -> _Content | BadRow:
    if length > options.max_text:
        limit = f"the limit is {options.max_text:,} (--max-text)"
        return BadRow("too_long", f"{name!r} has {length:,} characters, {limit}")
    return content


def _texts_in(texts: Mapping[str, bytes | None], options: ScoreOptions) -> str | BadRow:
    decoded = {name: None if text is None else decode_utf8(text) for name, text in texts.items()}
    bad = [text for text in decoded.values() if isinstance(text, BadRow)]
    return bad[0] if bad else check_texts(decoded, options)


def _sentences_in(column: pa.Array, row: int, options: ScoreOptions) -> list[str] | BadRow:
    try:
        value = column[row].as_py()
    except UnicodeDecodeError as error:
        return BadRow("not_utf8", f"a sentence is not UTF-8: {error}")
    return check_sentences(value, options)


def _read_bytes(column: pa.Array, name: str) -> list[bytes | None]:
    """Return a text column as bytes: Arrow does not check that its strings are UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type):
        return [None] * len(column)
    if not any(test(column.type) for test in _IS_TEXT):
        raise ValueError(f"column {name!r} holds {column.type}, not strings")
    values: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    return values
