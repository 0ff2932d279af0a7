"""Results as records: JSON objects for JSONL, Arrow columns for tables; an article each, or a sentence each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import numpy as np
import pyarrow as pa

from model.labels import LABELS
from model.records import Sentence, Speaker
from service.batch.options import ResultForm, ScoreOptions
from service.batch.rows import BadRow, PlacedSentence, Rows, ScoredRows

_SPEAKER_FIELDS: Final = tuple(field.name for field in fields(Speaker))
_SPEAKER: Final = pa.struct([(name, pa.string()) for name in _SPEAKER_FIELDS])
_SENTENCE_TYPES: Final[Mapping[str, pa.DataType]] = {
    "text": pa.string(),
    "start": pa.int32(),
    "end": pa.int32(),
    "label": pa.string(),
    "confidence": pa.float64(),
    "uncertain": pa.bool_(),
}
_ROW: Final = pa.field("row", pa.int64())
_FILE: Final = pa.field("file", pa.string())
_ERROR: Final = (pa.field("error_kind", pa.string()), pa.field("error", pa.string()))

# Every name that a result column can have, by form: a carried column of the same name is renamed.
RESULT_COLUMNS: Final[Mapping[ResultForm, frozenset[str]]] = {
    "articles": frozenset(["row", "file", "sentences", "error_kind", "error"]),
    "sentences": frozenset(
        ["row", "file", "sentence", "sentences", *_SENTENCE_TYPES, "error_kind", "error"]
        + [f"p_{name}" for name in LABELS]
        + [f"speaker_{name}" for name in _SPEAKER_FIELDS]
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
    return output_schema(carried, options, with_row=False, with_file=False)


def output_schema(
    carried: Sequence[pa.Field], options: ScoreOptions, *, with_row: bool = True, with_file: bool
) -> pa.Schema:
    """Return the schema of an output with these ``carried`` columns, with each record's row and file or without."""
    place = [*([_ROW] if with_row else []), *([_FILE] if with_file else [])]
    if options.form == "articles":
        results = [pa.field("sentences", pa.list_(_sentence_type(options)))]
    else:
        results = [pa.field("sentence", pa.int32()), *_flat_fields(options)]
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
        columns.append(pa.ListArray.from_arrays(offsets, _struct(sentences, options), mask=pa.array(is_bad)))
    else:  # a record for each sentence and for each bad row
        rows = np.repeat(np.arange(len(bad)), np.where(is_bad, 1, lengths))
        columns = [column.take(pa.array(rows)) for column in columns]
        columns += _flat_columns(sentences, is_bad[rows], options)
        bad = [bad[row] for row in rows.tolist()]
    columns.append(pa.array([row and row.kind for row in bad], pa.string()))
    columns.append(pa.array([row and row.reason for row in bad], pa.string()))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def result_objects(scored: ScoredRows, options: ScoreOptions) -> Iterator[dict[str, Any]]:
    """Yield rows that carry JSON objects, with their results, as JSON-ready records.

    Only bad rows have "error_kind" and "error", and they have no result.
    """
    rows = scored.rows
    for place, (carried, result) in enumerate(zip(rows.carried, scored.results, strict=True)):
        record = dict(carried)
        if rows.numbers is not None:
            record["row"] = rows.numbers[place]
        if rows.file is not None:
            record["file"] = rows.file
        if isinstance(result, BadRow):
            yield {**record, "error_kind": result.kind, "error": result.reason}
        elif options.form == "articles":
            yield {**record, "sentences": [_object(item.sentence, options) for item in result]}
        else:
            for item in result:
                yield {**record, "sentence": item.position, **_flatten(_object(item.sentence, options))}


def _object(sentence: Sentence, options: ScoreOptions) -> dict[str, Any]:
    """Return a sentence as a JSON-ready object with the probabilities asked for."""
    record = sentence.to_dict()
    record["probabilities"] = {name: sentence.probabilities[name] for name in options.labels}
    return record


def _flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sentence's object without objects inside.

    >>> _flatten({"text": "Rain fell.", "probabilities": {"threat": 0.1}})
    {'text': 'Rain fell.', 'p_threat': 0.1}
    """
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if name == "probabilities":
            flat.update((f"p_{label}", probability) for label, probability in value.items())
        elif name == "speaker":
            flat.update((f"speaker_{part}", value and value[part]) for part in _SPEAKER_FIELDS)
        else:
            flat[name] = value
    return flat


def _place_columns(rows: Rows) -> Iterator[pa.Array]:
    if rows.numbers is not None:
        yield pa.array(rows.numbers, pa.int64())
    if rows.file is not None:
        yield pa.array([rows.file] * len(rows.contents), pa.string())


def _sentence_type(options: ScoreOptions) -> pa.StructType:
    probabilities = pa.struct([(name, pa.float64()) for name in options.labels])
    before = dict(_SENTENCE_TYPES)
    uncertain = before.pop("uncertain")
    return pa.struct(
        [*before.items(), ("probabilities", probabilities), ("uncertain", uncertain), ("speaker", _SPEAKER)]
    )


def _flat_fields(options: ScoreOptions) -> list[pa.Field]:
    prefixes = {"probabilities": "p_", "speaker": "speaker_"}
    flat = []
    for field in _sentence_type(options):
        if field.name in prefixes:
            flat += [pa.field(prefixes[field.name] + part.name, part.type) for part in field.type]
        else:
            flat.append(field)
    return flat


def _struct(placed: Sequence[PlacedSentence], options: ScoreOptions) -> pa.StructArray:
    """Return the sentences as one struct array, in the shape of ``Sentence.to_dict``."""
    sentences = [item.sentence for item in placed]
    kind = _sentence_type(options)
    columns: dict[str, pa.Array] = {
        name: pa.array([getattr(sentence, name) for sentence in sentences], type_)
        for name, type_ in _SENTENCE_TYPES.items()
    }
    columns["probabilities"] = pa.StructArray.from_arrays(
        [pa.array([sentence.probabilities[name] for sentence in sentences], pa.float64()) for name in options.labels],
        fields=list(kind.field("probabilities").type),
    )
    speakers = [sentence.speaker for sentence in sentences]
    columns["speaker"] = pa.StructArray.from_arrays(
        [pa.array([getattr(speaker, name, None) for speaker in speakers], pa.string()) for name in _SPEAKER_FIELDS],
        fields=list(_SPEAKER),
        mask=pa.array([speaker is None for speaker in speakers], pa.bool_()),
    )
    return pa.StructArray.from_arrays([columns[field.name] for field in kind], fields=list(kind))


def _flat_columns(
    sentences: Sequence[PlacedSentence], is_bad: np.ndarray[Any, np.dtype[np.bool_]], options: ScoreOptions
) -> list[pa.Array]:
    """Return position and sentence as columns, with nulls for the records that stand for bad rows."""
    indices = pa.array(np.cumsum(~is_bad) - 1, mask=is_bad)
    columns = [pa.array([item.position for item in sentences], pa.int32()).take(indices)]
    for column in _struct(sentences, options).take(indices).flatten():
        columns += column.flatten() if pa.types.is_struct(column.type) else [column]
    return columns
