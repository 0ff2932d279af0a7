"""Documents as tasks of Label Studio, with the model's answers as predictions, and annotations back as corrections.

A region is a sentence. Label Studio runs in a browser, so its offsets count UTF-16 units; some versions and tools count
code points, so on the way in both are understood, by the text that each region repeats.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, get_args

from model.labels import LABELS
from model.records import Document, Role, Sentence
from service.corrections.exchange import (
    ExchangeError,
    ImportedCorrection,
    ImportedDocument,
    check_characters,
    read_change,
)
from service.corrections.records import OWN_SOURCE, Change, CorrectedDocument, Correction, KeptDocument, SentenceText

Segment = Callable[[str], Sequence[Sentence]]
FURNITURE: Final = "page_furniture"  # the label of page furniture, which has none of the four
REPORTER: Final = "reporter"  # the role that stands for the reporter's own voice: no speaker
_LABEL, _SPEAKER, _ROLE, _NOTE, _TEXT = "label", "speaker", "role", "note", "text"
_COLOURS: Final = ("#5b7fa6", "#3d8b6d", "#a67c2e", "#b5443c", "#8a8a8a")


def write_labelling_config() -> str:
    """Return the XML to paste into a Label Studio project: Settings, Labeling Interface, Code."""
    labels = "\n".join(
        f'    <Label value="{label}" background="{colour}"/>'
        for label, colour in zip((*LABELS, FURNITURE), _COLOURS, strict=True)
    )
    roles = "\n".join(f'    <Choice value="{role}"/>' for role in (*get_args(Role), REPORTER))
    return f"""<View>
  <Labels name="{_LABEL}" toName="{_TEXT}">
{labels}
  </Labels>
  <Text name="{_TEXT}" value="$text" granularity="sentence"/>
  <TextArea name="{_SPEAKER}" toName="{_TEXT}" perRegion="true" placeholder="Speaker" maxSubmissions="1"/>
  <Choices name="{_ROLE}" toName="{_TEXT}" perRegion="true">
{roles}
  </Choices>
  <TextArea name="{_NOTE}" toName="{_TEXT}" perRegion="true" placeholder="Note" maxSubmissions="1"/>
</View>
"""


def to_task(corrected: CorrectedDocument, predicted: Document, model_version: str) -> dict[str, Any]:
    """Return a document as a task.

    Args:
        corrected: The document, and what people said of it: an annotation for each of them.
        predicted: What the model says, sentence by sentence as the document has them.
        model_version: Which model that is.

    """
    document = corrected.document
    text, sentences = _join(document)
    units = _Utf16(text)
    regions = [_Region(f"s{i}", units.encode(s.start), units.encode(s.end), s.text) for i, s in enumerate(sentences)]
    by_person: dict[str, list[Correction]] = {}
    for correction in corrected.corrections:
        by_person.setdefault(correction.change.by, []).append(correction)
    confidences = [s.confidence for s in predicted.sentences if s.confidence is not None]
    return {
        "data": {
            "text": text,
            "document": document.id,
            "source": document.source,
            "name": document.name,
            "split": document.text is None,
            "spans": [[sentence.start, sentence.end] for sentence in sentences],
        },
        "predictions": [
            {
                "model_version": model_version,
                "score": min(confidences, default=1.0),
                "result": [
                    result
                    for region, sentence in zip(regions, predicted.sentences, strict=True)
                    for result in _predict(region, sentence)
                ],
            }
        ],
        "annotations": [
            {"by": person, "result": [r for c in corrections for r in _annotate(regions[c.sentence], c)]}
            for person, corrections in by_person.items()
        ],
    }


def parse_task(task: Mapping[str, Any], segment: Segment) -> ImportedDocument:
    """Read the annotations of a task.

    Args:
        task: A task as Label Studio exports it in its JSON format.
        segment: Returns the sentences of a running text; used where the task is not from an export of ours.

    Raises:
        ExchangeError: The task has no text or no list of annotations. What is wrong in one region does not stop the
            others: it is a fault of the document.

    """
    data, annotations = task.get("data"), task.get("annotations")
    if not isinstance(data, dict) or not isinstance(data.get(_TEXT), str) or not data[_TEXT].strip():
        raise ExchangeError('no text in "data"; export the project as JSON (not JSON-MIN)')
    check_characters(data[_TEXT])
    if not isinstance(annotations, list):
        raise ExchangeError('no list of "annotations"; export the project as JSON (not JSON-MIN)')
    document, spans = _read_document(data, segment)
    units = _Utf16(data[_TEXT])
    corrections: list[ImportedCorrection] = []
    faults: list[str] = []
    for number, annotation in enumerate(annotations, 1):
        if not isinstance(annotation, dict) or not isinstance(annotation.get("result"), list):
            faults.append(f'annotation {number}: no list of "result"')
            continue
        if annotation.get("was_cancelled"):
            continue  # skipped by the annotator
        for name, results in _group_results(annotation["result"]).items():
            try:
                change = _read_results(results, _name_person(annotation))
                corrections.append(ImportedCorrection(_find_sentence(results, spans, units), change))
            except ExchangeError as error:
                faults.append(f"annotation {number}, region {name}: {error}")
    return ImportedDocument(document, tuple(corrections), tuple(faults))


class _Utf16:
    """Offsets of a text in code points and in UTF-16 units."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._units = [0, *accumulate(2 if ord(character) > 0xFFFF else 1 for character in text)]

    def encode(self, offset: int) -> int:
        """Return an offset in UTF-16 units for one in code points."""
        return self._units[offset]

    def decode(self, units: int) -> int:
        """Return an offset in code points for one in UTF-16 units; half a pair counts as its start."""
        return max(0, bisect_right(self._units, units) - 1)


class _Region:
    """A sentence as the results about it name it."""

    def __init__(self, identifier: str, start: int, end: int, text: str) -> None:
        self._head = {"id": identifier, "to_name": _TEXT}
        self._place = {"start": start, "end": end}
        self._text = text

    def label(self, label: str, score: float | None = None) -> dict[str, Any]:
        """Return a result that labels the sentence."""
        record = self._make(_LABEL, "labels", {"text": self._text, "labels": [label]})
        return record if score is None else {**record, "score": score}

    def write(self, name: str, text: str) -> dict[str, Any]:
        """Return a result with a text that somebody typed."""
        return self._make(name, "textarea", {"text": [text]})

    def choose(self, choice: str) -> dict[str, Any]:
        """Return a result with a role."""
        return self._make(_ROLE, "choices", {"text": self._text, "choices": [choice]})

    def _make(self, name: str, kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._head, "from_name": name, "type": kind, "value": {**self._place, **value}}


def _join(document: KeptDocument) -> tuple[str, Sequence[SentenceText]]:
    """Return the running text and the sentences in it; what came split is joined with line breaks."""
    if document.text is not None:
        return document.text, document.sentences
    texts = [sentence.text for sentence in document.sentences]
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    return "\n".join(texts), [SentenceText(t, s, s + len(t)) for t, s in zip(texts, starts, strict=False)]


def _predict(region: _Region, sentence: Sentence) -> Iterator[dict[str, Any]]:
    if sentence.label is None:
        yield region.label(FURNITURE)
        return
    yield region.label(sentence.label, sentence.confidence)
    if sentence.speaker is None:
        yield region.choose(REPORTER)
    else:
        yield region.write(_SPEAKER, sentence.speaker.name)
        yield region.choose(sentence.speaker.role)


def _annotate(region: _Region, correction: Correction) -> Iterator[dict[str, Any]]:
    change = correction.change
    if change.boilerplate:
        yield region.label(FURNITURE)
    elif change.label is not None:
        yield region.label(change.label)
    if change.speaker is not None:
        yield region.write(_SPEAKER, change.speaker)
    if change.role is not None or (change.speaker_given and change.speaker is None):
        yield region.choose(change.role or REPORTER)
    if change.note:
        yield region.write(_NOTE, change.note)


def _read_document(data: Mapping[str, Any], segment: Segment) -> tuple[KeptDocument, list[tuple[int, int]]]:
    """Return the document, and where its sentences stand in the task's text."""
    text: str = data[_TEXT]
    source, name = data.get("source"), data.get("name")
    if not isinstance(source, str | None) or not isinstance(name, str | None):
        raise ExchangeError('"source" and "name" in "data" must be strings')
    check_characters(f"{source}{name}")
    if "spans" not in data:
        sentences: Sequence[Sentence | SentenceText] = segment(text)
        spans = [(sentence.start, sentence.end) for sentence in sentences]
        return KeptDocument.of(text, sentences, source or OWN_SOURCE, name), spans
    spans = _read_spans(data["spans"], len(text))
    if data.get("split"):
        sentences = [SentenceText(text[start:end], 0, end - start) for start, end in spans]
        return KeptDocument.of(None, sentences, source or OWN_SOURCE, name), spans
    sentences = [SentenceText(text[start:end], start, end) for start, end in spans]
    return KeptDocument.of(text, sentences, source or OWN_SOURCE, name), spans


def _read_spans(spans: object, length: int) -> list[tuple[int, int]]:
    try:
        pairs = [(start, end) for start, end in spans]  # type: ignore[attr-defined]
        sound = all(isinstance(s, int) and isinstance(e, int) and 0 <= s < e <= length for s, e in pairs)
    except (TypeError, ValueError):
        sound = False
    if not sound or not pairs:
        raise ExchangeError('"spans" in "data" do not fit its text; leave "data" as it was exported')
    return pairs


def _group_results(results: Sequence[object]) -> dict[str, list[dict[str, Any]]]:
    """Return the results by the region they are about; relations are about none."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, result in enumerate(results, 1):
        if isinstance(result, dict) and isinstance(result.get("value"), dict):
            groups.setdefault(str(result.get("id", number)), []).append(result)
    return groups


def _find_sentence(results: Sequence[Mapping[str, Any]], spans: Sequence[tuple[int, int]], units: _Utf16) -> int:
    """Return the position of the sentence that a region covers, white space at its ends aside."""
    values = [result["value"] for result in results]
    value = next((v for v in values if isinstance(v.get("text"), str)), values[0])
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        raise ExchangeError('"start" and "end" must be whole numbers')
    text = value.get("text") if isinstance(value.get("text"), str) else None
    for place in ((units.decode(start), units.decode(end)), (start, end)):
        found = units.text[place[0] : place[1]]
        if text is None or found.strip() == text.strip():
            left = place[0] + len(found) - len(found.lstrip())
            span = (left, left + len(found.strip()))
            if span in spans:
                return spans.index(span)
            raise ExchangeError(f"characters {place[0]} to {place[1]} are not one whole sentence")
    raise ExchangeError('"text" is not what stands from "start" to "end"')


def _read_results(results: Sequence[Mapping[str, Any]], by: str) -> Change:
    """Return what the results about one region say; page furniture has no speaker, whatever else is chosen."""
    record: dict[str, Any] = {}
    for result in results:
        kind, name, value = result.get("type"), result.get("from_name"), result["value"]
        if kind == "labels":
            label = _read_single(value, "labels")
            record |= {"boilerplate": True} if label == FURNITURE else {"label": label}
        elif kind == "textarea" and name in (_SPEAKER, _NOTE):
            record[name] = _read_single(value, "text")
        elif kind == "choices" and name == _ROLE:
            record["role"] = _read_single(value, "choices")
        else:
            raise ExchangeError(f"a result of type {kind!r} named {name!r} is not of the labelling interface")
    if record.get("boilerplate"):
        record = {name: value for name, value in record.items() if name in ("boilerplate", "note")}
    if record.get("role") == REPORTER:
        if "speaker" in record:
            raise ExchangeError(f"it names a speaker, and yet the role is {REPORTER}")
        record |= {"speaker": None, "role": None}
    return read_change(record, by)


def _read_single(value: Mapping[str, Any], key: str) -> str:
    given = value.get(key)
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], str):
        raise ExchangeError(f'"{key}" must be a list with one string')
    return given[0]


def _name_person(annotation: Mapping[str, Any]) -> str:
    """Return who annotated: the name in an export of ours, the address or number in one of Label Studio."""
    if isinstance(annotation.get("by"), str):
        return str(annotation["by"])
    person = annotation.get("completed_by")
    if isinstance(person, dict):
        person = person.get("email") or person.get("id")
    return "" if person is None else str(person)
