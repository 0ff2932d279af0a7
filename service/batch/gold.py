"""Scored archives with gold labels beside the model's: read as predictions to be measured."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from model.labels import LABELS, Label
from service.batch.formats import file_type_of
from service.batch.formats.jsonl import JSONL
from service.batch.scored import Record, read_records
from training.evaluate import Prediction

GOLD_FIELD: Final = "gold"
_GOLD_ALSO: Final = "gold_also"
_PLACE: Final = "article_row"  # every record of a scored archive has it, wrong rows too


def is_scored(path: Path) -> bool:
    """Tell whether a file is an output of ``stance score``, and not labelled documents, which are JSONL.

    Raises:
        OSError: The file cannot be read.
        ValueError: Its extension is unknown, or it is not of the format that its extension says.

    """
    if file_type_of(path.name).format != JSONL:
        return True
    try:
        first = next(read_records(path), None)
    except ValueError:  # a broken line: the reader of labelled documents names it
        return False
    return first is not None and _PLACE in first


def read_predictions(path: Path, gold_field: str = GOLD_FIELD) -> list[Prediction]:
    """Read the sentences of a scored archive that have a gold label, with the label that the model gave.

    Args:
        path: An output of ``stance score``: JSONL, CSV or Parquet, a record an article or a sentence.
        gold_field: The field of each sentence that holds the gold label; where it is empty, the sentence is left out.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not a scored archive, has no gold labels or unknown ones, or lacks probabilities.

    """
    documents: dict[object, int] = {}
    predictions: list[Prediction] = []
    fields: dict[str, None] = {}
    for record, sentence in _read_sentences(path):
        fields.update(dict.fromkeys(sentence))
        gold = sentence.get(gold_field)
        if gold in (None, ""):
            continue
        document = documents.setdefault((record.get("article_file"), record[_PLACE]), len(documents))
        place = f"{path.name}, article_row {record[_PLACE]}"
        predictions.append(
            Prediction(
                document=document,
                source=str(record.get("source") or record.get("outlet") or ""),
                gold=_check_label(gold, place),
                also=tuple(_check_label(name, place) for name in _parse_list(sentence.get(_GOLD_ALSO))),
                predicted=sentence["label"] or None,
                probabilities=_read_probabilities(sentence, place),
            )
        )
    if gold_field not in fields:
        raise ValueError(_describe_missing_gold(path, gold_field, list(fields)))
    return predictions


def _describe_missing_gold(path: Path, gold_field: str, fields: list[str]) -> str:
    likely = [name for name in fields if name.startswith("input_label") or "gold" in name]
    hint = f"; {likely[0]!r} may be it: --gold-field {likely[0]}" if likely else ""
    return (
        f"{path} is an output of stance score: its labels are the model's own, and there is no field {gold_field!r} "
        f"with labels to measure them by{hint}. Score articles whose sentences have labels, or write the right labels "
        f"into a field {GOLD_FIELD!r} of some sentences"
    )


def _read_sentences(path: Path) -> Iterator[tuple[Record, Record]]:
    """Yield each sentence as a flat or a nested record, with the record that it is in."""
    for record in read_records(path):
        if _PLACE not in record:
            raise ValueError(
                f"{path} is no output of stance score: it has no field {_PLACE!r}. Labelled documents to evaluate are "
                'JSONL: {"id", "source", "sentences": [{"text", "label"}]}'
            )
        if record.get("error_kind"):
            continue
        if "sentences" not in record:
            yield record, record
            continue
        nested = record["sentences"]
        for sentence in orjson.loads(nested) if isinstance(nested, str) else nested or ():
            yield record, sentence


def _parse_list(value: Any) -> list[Any]:  # noqa: ANN401 -- a list, or one as JSON in a cell of CSV
    return orjson.loads(value) if isinstance(value, str) and value else value or []


def _read_probabilities(sentence: Record, place: str) -> tuple[float, ...]:
    """Return the probabilities of all labels; 0 for page furniture, which has none."""
    given = sentence.get("probabilities")
    if sentence["label"] in (None, ""):
        return (0.0,) * len(LABELS)
    values = [given.get(label) if given else sentence.get(f"p_{label}") for label in LABELS]
    found = [float(value) for value in values if value not in (None, "")]
    if len(found) < len(LABELS):
        raise ValueError(f"{place}: some probabilities are missing; score again without --labels")
    return tuple(found)


def _check_label(value: object, place: str) -> Label:
    if value not in LABELS:
        raise ValueError(f"{place}: unknown gold label {value!r}; the labels are {', '.join(LABELS)}")
    return value
