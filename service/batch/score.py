"""The one core of every engine: an iterator of Arrow record batches to the same, with results or faults.

What a batch must have is a text column, or a list column ``sentences``; readers may add which row of which file each
row was, and what is wrong with those that could not be read. All else is carried along.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from model.classifier import Classifier
from model.records import Document
from service.batch.faults import Content, Fault, checked_sentences, checked_text, decoded
from service.batch.options import ERROR, ERROR_KIND, SENTENCES, SENTENCES_FIELD, TEXT, ScoreOptions
from service.batch.results import Placed, result_batch
from service.batch.tally import Tally

_REMEMBERED = 4096  # distinct texts, with --dedupe; about 100 MB of results
_IS_TEXT = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored batch and what there was in it."""

    batch: pa.RecordBatch
    tally: Tally


def score_batches(
    batches: Iterable[pa.RecordBatch], classifier: Classifier, options: ScoreOptions
) -> Iterator[pa.RecordBatch]:
    """Score batch after batch, each with the schema of :func:`service.batch.results.result_schema`.

    Args:
        batches: Rows with a text column, or a list column ``sentences``.
        classifier: The model.
        options: Which columns hold what, and what to give.

    Yields:
        A batch for each batch: in order, a record for every row, or one for every sentence and for every fault.

    Raises:
        ValueError: A batch has no column with text.

    """
    scorer = Scorer(classifier, options)
    for batch in batches:
        yield scorer.score(batch).batch


class Scorer:
    """A classifier with options, and with a memory of results where texts are to be scored once."""

    def __init__(self, classifier: Classifier, options: ScoreOptions) -> None:
        self._classifier = classifier
        self._options = options
        self._memory: OrderedDict[bytes, Document] = OrderedDict()

    def score(self, batch: pa.RecordBatch) -> Scored:
        """Score one batch.

        Raises:
            ValueError: The batch has no column with text.

        """
        contents = contents_of(batch, self._options)
        faults = {row: content for row, content in enumerate(contents) if isinstance(content, Fault)}
        fine = {row: content for row, content in enumerate(contents) if not isinstance(content, Fault)}
        tally = Tally(rows=batch.num_rows)
        documents = self._classify_once(fine, tally) if self._options.dedupe else self._classify(fine)
        faults |= {row: result for row, result in documents.items() if isinstance(result, Fault)}
        placed: list[Placed] = []
        for row, document in documents.items():
            if isinstance(document, Document):
                tally.sentences += len(document.sentences)
                placed += self._selected(row, document)
        tally.errors.update(fault.kind for fault in faults.values())
        tally.given.update(item.sentence.label for item in placed)
        tally.uncertain = sum(item.sentence.uncertain for item in placed)
        return Scored(result_batch(batch, placed, faults, self._options), tally)

    def _selected(self, row: int, document: Document) -> Iterator[Placed]:
        for position, sentence in enumerate(document.sentences):
            if sentence.label in self._options.only and sentence.confidence >= self._options.min_confidence:
                yield Placed(row, position, sentence)

    def _classify(self, contents: Mapping[int, Content]) -> dict[int, Document | Fault]:
        try:
            documents = self._classify_all(list(contents.values()))
        except Exception:
            return {row: self._classify_alone(content) for row, content in contents.items()}
        return dict(zip(contents, documents, strict=True))

    def _classify_all(self, contents: Sequence[Content]) -> list[Document]:
        return self._classifier.classify_documents(contents, thresholds=self._options.thresholds)

    def _classify_alone(self, content: Content) -> Document | Fault:
        try:
            return self._classify_all([content])[0]
        except Exception as error:
            return Fault("failed", f"the model failed on this text ({type(error).__name__}: {error}); please report it")

    def _classify_once(self, contents: Mapping[int, Content], tally: Tally) -> dict[int, Document | Fault]:
        """Classify each distinct text once and remember the latest."""
        keys = {row: _digest(content) for row, content in contents.items()}
        known = {key: self._memory[key] for key in keys.values() if key in self._memory}
        firsts: dict[bytes, int] = {}
        for row, key in keys.items():
            if key not in known:
                firsts.setdefault(key, row)
        new = self._classify({row: contents[row] for row in firsts.values()})
        results = {**known, **{key: new[row] for key, row in firsts.items()}}
        tally.repeated = len(contents) - len(firsts)
        for key, result in results.items():
            if isinstance(result, Document):
                self._memory[key] = result
                self._memory.move_to_end(key)
        while len(self._memory) > _REMEMBERED:
            self._memory.popitem(last=False)
        return {row: results[key] for row, key in keys.items()}


def contents_of(batch: pa.RecordBatch, options: ScoreOptions) -> list[Content | Fault]:
    """Return what to classify in each row, or what is wrong with it.

    Raises:
        ValueError: There is no column with text, or it does not hold strings.

    """
    names = batch.schema.names
    text_name = TEXT if TEXT in names else options.text_field
    list_name = SENTENCES if SENTENCES in names else SENTENCES_FIELD
    texts = _texts(batch.column(text_name), text_name) if text_name in names else None
    lists = _lists(batch.column(list_name)) if list_name in names else None
    if texts is None and lists is None:
        raise ValueError(
            f"there is no column {options.text_field!r} and no {SENTENCES_FIELD!r}; "
            f"the columns are {', '.join(names)}: name the one with the text with --text-field"
        )
    faults = _faults_read(batch)
    contents: list[Content | Fault] = []
    for row in range(batch.num_rows):
        if fault := faults[row]:
            contents.append(fault)
        elif texts is not None and (lists is None or texts[row] is not None):
            contents.append(_checked(texts[row], options))
        elif lists is not None:
            value = lists[row]
            contents.append(value if isinstance(value, Fault) else checked_sentences(value, options))
    return contents


def _checked(text: bytes | None, options: ScoreOptions) -> str | Fault:
    if text is None:
        return checked_text(None, options)
    string = decoded(text)
    return string if isinstance(string, Fault) else checked_text(string, options)


def _texts(column: pa.Array, name: str) -> list[bytes | None]:
    """Return a text column as bytes: Arrow does not check that its strings are UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type):
        return [None] * len(column)
    if not any(test(column.type) for test in _IS_TEXT):
        raise ValueError(f"column {name!r} holds {column.type}, not strings")
    values: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    return values


def _lists(column: pa.Array) -> list[Any]:
    return [_python_value(column, row) for row in range(len(column))]


def _python_value(column: pa.Array, row: int) -> Any:  # noqa: ANN401 -- whatever the column holds; checked afterwards
    try:
        return column[row].as_py()
    except UnicodeDecodeError as error:
        return Fault("not_utf8", f"a sentence is not UTF-8: {error}")


def _faults_read(batch: pa.RecordBatch) -> list[Fault | None]:
    if ERROR_KIND not in batch.schema.names:
        return [None] * batch.num_rows
    kinds, reasons = batch.column(ERROR_KIND).to_pylist(), batch.column(ERROR).to_pylist()
    return [Fault(kind, reason) if kind else None for kind, reason in zip(kinds, reasons, strict=True)]


def _digest(content: Content) -> bytes:
    """Return what identical contents have in common; a text is not the same as a list with it as its only sentence."""
    digest = blake2b(b"text" if isinstance(content, str) else b"sentences", digest_size=16)
    for part in [content] if isinstance(content, str) else content:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b" % (len(encoded), encoded))
    return digest.digest()
