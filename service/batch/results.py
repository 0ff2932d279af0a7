"""Results as records: JSON objects for JSONL, Arrow columns for tables; an article each, or a sentence each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from model.labels import LABELS
from model.records import Sentence, Threat
from service.batch.contents import has_gold
from service.batch.options import ResultForm, ScoreOptions
from service.batch.rows import BadRow, PlacedSentence, Rows, ScoredRows

_SPEAKER: Final = pa.struct(
    [
        *((name, pa.string()) for name in ("name", "mention", "role", "descriptor", "cue", "kind")),
        ("via", pa.struct([("name", pa.string()), ("role", pa.string())])),
        *((name, pa.int32()) for name in ("id", "start", "end")),
        ("confidence", pa.float64()),
    ]
)
_PART: Final = pa.struct([("text", pa.string()), ("start", pa.int32()), ("end", pa.int32())])
_THREAT_PARTS: Final = tuple(field.name for field in fields(Threat))
_Path: TypeAlias = tuple[str, ...]  # names of a field, of a field in it, …

# The columns of a record for each sentence, but for the probabilities, each with its place in the nested form.
_FLAT_BEFORE: Final[Mapping[str, _Path]] = {name: (name,) for name in ("text", "start", "end", "label", "confidence")}
_FLAT_AFTER: Final[Mapping[str, _Path]] = {
    "uncertain": ("uncertain",),
    **{f"speaker_{name}": ("speaker", name) for name in ("name", "mention", "role", "descriptor", "cue", "kind")},
    **{f"speaker_{name}": ("speaker", name) for name in ("id", "start", "end", "confidence")},
    "via": ("speaker", "via", "name"),
    "via_role": ("speaker", "via", "role"),
    "boilerplate": ("boilerplate",),
    "reader": ("reader",),
    "language": ("language",),
    **{f"threat_{name}": ("threat", name, "text") for name in _THREAT_PARTS},
}
_FILE: Final = pa.field("article_file", pa.string())
_ROW: Final = pa.field("article_row", pa.int64())
_ERROR: Final = (pa.field("error_kind", pa.string()), pa.field("error", pa.string()))

# The gold labels of the input, where it has some; a label beside them is the model's.
_GOLD: Final = (pa.field("gold", pa.string()), pa.field("gold_also", pa.list_(pa.string())))

# Every name that a result column can have, by form: a carried column of the same name is renamed.
RESULT_COLUMNS: Final[Mapping[ResultForm, frozenset[str]]] = {
    "articles": frozenset(["article_file", "article_row", "sentences", "error_kind", "error"]),
    "sentences": frozenset(
        ["article_file", "article_row", "sentence_id", "sentences", *_FLAT_BEFORE, *_FLAT_AFTER, "error_kind", "error"]
        + [f"p_{name}" for name in LABELS]
        + [field.name for field in _GOLD]
    ),
}


def name_carried(columns: Sequence[str], options: ScoreOptions) -> dict[str, str]:
    """Return which of the input's ``columns`` are carried along, each with its name in the output.

    A column with the name of a result column gets the prefix "input_".

    Raises:
        ValueError: Two columns would have the same name in the output.

    """
    taken = RESULT_COLUMNS[options.form]
    carried = {
        name: f"input_{name}" if name in taken else name for name in columns if options.is_carried(name, columns)
    }
    if len(set(carried.values())) < len(carried):
        names = list(carried.values())
        doubles = sorted(name for name in set(names) if names.count(name) > 1)
        raise ValueError(
            f"two columns of the input would be called {', '.join(doubles)} in the output; "
            "rename one, or leave it out with --keep"
        )
    return carried


def result_schema(schema: pa.Schema, options: ScoreOptions) -> pa.Schema:
    """Return the schema of the results of a table with ``schema``.

    Raises:
        ValueError: Two columns would have the same name.

    """
    carried = [pa.field(new, schema.field(name).type) for name, new in name_carried(schema.names, options).items()]
    return output_schema(carried, options, with_row=False, with_file=False, with_gold=has_gold(schema))


def output_schema(
    carried: Sequence[pa.Field],
    options: ScoreOptions,
    *,
    with_row: bool = True,
    with_file: bool,
    with_gold: bool = False,
) -> pa.Schema:
    """Return the schema of an output with these ``carried`` columns.

    Args:
        carried: The columns of the input.
        options: What to give.
        with_row: Whether each record has the number of its row.
        with_file: Whether each record has the name of its file.
        with_gold: Whether sentences have the gold labels of the input.

    """
    place = [*([_FILE] if with_file else []), *([_ROW] if with_row else [])]
    if options.form == "articles":
        results = [pa.field("sentences", pa.list_(_sentence_type(options, with_gold=with_gold)))]
    else:
        results = [pa.field("sentence_id", pa.int32()), *_flat_fields(options), *(_GOLD if with_gold else ())]
    return pa.schema([*carried, *place, *results, *_ERROR])


def result_batch(scored: ScoredRows, schema: pa.Schema, options: ScoreOptions) -> pa.RecordBatch:
    """Return rows that carry Arrow columns, with their results, as a batch with the output's ``schema``."""
    is_bad = np.array([isinstance(result, BadRow) for result in scored.results], dtype=bool)
    sentences = [item for result in scored.results if not isinstance(result, BadRow) for item in result]
    lengths = np.array([0 if isinstance(result, BadRow) else len(result) for result in scored.results], dtype=np.int64)
    bad = [result if isinstance(result, BadRow) else None for result in scored.results]
    carried: pa.RecordBatch = scored.rows.carried
    columns = [*carried.columns, *_place_columns(scored.rows)]
    if options.form == "articles":
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
        nested = _structs(sentences, options, with_gold=_has_nested_gold(schema))
        columns.append(pa.ListArray.from_arrays(offsets, nested, mask=pa.array(is_bad)))
    else:  # a record for each sentence and for each bad row
        rows = np.repeat(np.arange(len(bad)), np.where(is_bad, 1, lengths))
        columns = [column.take(pa.array(rows)) for column in columns]
        columns += _flat_columns(sentences, is_bad[rows], options, with_gold=_GOLD[0].name in schema.names)
        bad = [bad[row] for row in rows.tolist()]
    columns.append(pa.array([row and row.kind for row in bad], pa.string()))
    columns.append(pa.array([row and row.reason for row in bad], pa.string()))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def result_objects(scored: ScoredRows, options: ScoreOptions) -> Iterator[dict[str, Any]]:
    """Yield rows that carry JSON objects, with their results, as JSON-ready records.

    Only bad rows have "error_kind" and "error", and they have no result.
    """
    rows = scored.rows
    paths = _flat_paths(options)
    for place, (carried, result) in enumerate(zip(rows.carried, scored.results, strict=True)):
        record = dict(carried)
        if rows.file is not None:
            record["article_file"] = rows.file
        if rows.numbers is not None:
            record["article_row"] = rows.numbers[place]
        if isinstance(result, BadRow):
            yield {**record, "error_kind": result.kind, "error": result.reason}
        elif options.form == "articles":
            yield {**record, "sentences": [_object(item.sentence, options) | _gold(item) for item in result]}
        else:
            for item in result:
                nested = _object(item.sentence, options)
                flat = {name: _find(nested, path) for name, path in paths.items()}
                yield {**record, "sentence_id": item.position, **flat, **_gold(item)}


def _gold(item: PlacedSentence) -> dict[str, Any]:
    """Return the fields of a sentence's gold label; none where it has no such label."""
    return {} if item.gold is None else {"gold": item.gold.label, "gold_also": list(item.gold.also)}


def _object(sentence: Sentence, options: ScoreOptions) -> dict[str, Any]:
    """Return a sentence as a JSON-ready object with the probabilities asked for."""
    record = sentence.to_dict()
    if sentence.probabilities is not None:
        record["probabilities"] = {name: sentence.probabilities[name] for name in options.labels}
    return record


def _flat_paths(options: ScoreOptions) -> dict[str, _Path]:
    """Return the columns of a record for each sentence, in order, each with its place in the nested form."""
    return {**_FLAT_BEFORE, **{f"p_{label}": ("probabilities", label) for label in options.labels}, **_FLAT_AFTER}


def _find(record: Any, path: _Path) -> Any:  # noqa: ANN401 -- any value of a JSON object
    """Return the value at a place in nested objects; None where one on the way is None.

    >>> _find({"speaker": {"name": "Ida Moll", "via": None}}, ("speaker", "via", "name"))
    """
    for name in path:
        if record is None:
            return None
        record = record[name]
    return record


def _place_columns(rows: Rows) -> Iterator[pa.Array]:
    if rows.file is not None:
        yield pa.array([rows.file] * len(rows.contents), pa.string())
    if rows.numbers is not None:
        yield pa.array(rows.numbers, pa.int64())


def _sentence_type(options: ScoreOptions, *, with_gold: bool = False) -> pa.StructType:
    """Return the nested form of a sentence: that of ``Sentence.to_dict``, and its gold label."""
    return pa.struct(
        [
            ("text", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("label", pa.string()),
            ("confidence", pa.float64()),
            ("probabilities", pa.struct([(name, pa.float64()) for name in options.labels])),
            ("uncertain", pa.bool_()),
            ("speaker", _SPEAKER),
            ("boilerplate", pa.bool_()),
            ("reader", pa.string()),
            ("language", pa.string()),
            ("threat", pa.struct([(name, _PART) for name in _THREAT_PARTS])),
            *(_GOLD if with_gold else ()),
        ]
    )


def _flat_fields(options: ScoreOptions) -> list[pa.Field]:
    nested = _sentence_type(options)
    return [pa.field(name, _type_at(nested, path)) for name, path in _flat_paths(options).items()]


def _type_at(kind: pa.DataType, path: _Path) -> pa.DataType:
    for name in path:
        kind = kind.field(name).type
    return kind


def _to_array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return records, mappings or plain values as an array; what is None becomes null."""
    if not pa.types.is_struct(kind):
        return pa.array(values, kind)
    columns = [_to_array([_get(value, field.name) for value in values], field.type) for field in kind]
    is_null = pa.array([value is None for value in values], pa.bool_())
    return pa.StructArray.from_arrays(columns, fields=list(kind), mask=is_null)


def _get(value: Any, name: str) -> Any:  # noqa: ANN401 -- a record's field, or a probability
    if value is None:
        return None
    return value[name] if isinstance(value, dict) else getattr(value, name)


def _structs(placed: Sequence[PlacedSentence], options: ScoreOptions, *, with_gold: bool) -> pa.StructArray:
    """Return the sentences as one array in the nested form."""
    sentences: pa.StructArray = _to_array([item.sentence for item in placed], _sentence_type(options))
    if not with_gold:
        return sentences
    arrays = [*sentences.flatten(), *_gold_columns(placed)]
    return pa.StructArray.from_arrays(arrays, fields=list(_sentence_type(options, with_gold=True)))


def _gold_columns(placed: Sequence[PlacedSentence]) -> list[pa.Array]:
    values = [item.gold and (item.gold.label, list(item.gold.also)) for item in placed]
    return [pa.array([value and value[place] for value in values], field.type) for place, field in enumerate(_GOLD)]


def _has_nested_gold(schema: pa.Schema) -> bool:
    return bool(schema.field("sentences").type.value_type.get_field_index(_GOLD[0].name) >= 0)


def _flat_columns(
    sentences: Sequence[PlacedSentence],
    is_bad: np.ndarray[Any, np.dtype[np.bool_]],
    options: ScoreOptions,
    *,
    with_gold: bool,
) -> list[pa.Array]:
    """Return position and sentence as columns, with nulls for the records that stand for bad rows."""
    indices = pa.array(np.cumsum(~is_bad) - 1, mask=is_bad)
    columns = [pa.array([item.position for item in sentences], pa.int32()).take(indices)]
    nested = _structs(sentences, options, with_gold=False).take(indices)
    columns += [pc.struct_field(nested, list(path)) for path in _flat_paths(options).values()]
    return columns + [column.take(indices) for column in (_gold_columns(sentences) if with_gold else ())]
