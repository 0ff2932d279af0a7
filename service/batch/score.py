"""Rows to scored rows: what every engine, on one machine or on Spark, runs."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

import pyarrow as pa

from model.classifier import Classifier
from model.records import Document
from service.batch.contents import contents_of_batch, gold_of_batch
from service.batch.options import ScoreOptions
from service.batch.results import name_carried, result_batch, result_schema
from service.batch.rows import BadRow, Content, Gold, PlacedSentence, Rows, ScoredRows, Tally

_REMEMBERED = 4096  # distinct texts, with --dedupe; about 100 MB of results


def score_batches(
    batches: Iterable[pa.RecordBatch], classifier: Classifier, options: ScoreOptions
) -> Iterator[pa.RecordBatch]:
    """Score batch after batch, each with the schema of :func:`service.batch.results.result_schema`.

    Args:
        batches: Rows with a text column, or a list column ``sentences``.
        classifier: The model.
        options: Which columns hold what, and what to give.

    Yields:
        A batch for each batch: in order, a record for every row, or one for every sentence and for every bad row.

    Raises:
        ValueError: A batch has no column with text, or two columns would have the same name.

    """
    scorer = RowScorer(classifier, options)
    for batch in batches:
        contents = contents_of_batch(batch, options)
        rows = Rows(_select_carried(batch, options), contents, gold=gold_of_batch(batch, contents))
        yield result_batch(scorer.score(rows), result_schema(batch.schema, options), options)


class RowScorer:
    """A classifier with options, and with a memory of results where texts are to be scored once."""

    def __init__(self, classifier: Classifier, options: ScoreOptions) -> None:
        self._classifier = classifier
        self._options = options
        self._memory: OrderedDict[bytes, Document] = OrderedDict()

    def score(self, rows: Rows) -> ScoredRows:
        """Classify the content of each row."""
        contents = {row: content for row, content in enumerate(rows.contents) if not isinstance(content, BadRow)}
        tally = Tally(rows=len(rows.contents))
        documents = self._classify_once(contents, tally) if self._options.dedupe else self._classify(contents)
        results: list[Sequence[PlacedSentence] | BadRow] = []
        for row, content in enumerate(rows.contents):
            document = content if isinstance(content, BadRow) else documents[row]
            if isinstance(document, BadRow):
                tally.errors[document.kind] += 1
                results.append(document)
            else:
                tally.sentences += sum(sentence.label is not None for sentence in document.sentences)
                results.append(self._select(document, rows.gold[row] if rows.gold else None))
        for result in results:
            if not isinstance(result, BadRow):
                tally.given.update(item.sentence.label for item in result if item.sentence.label is not None)
                tally.boilerplate += sum(item.sentence.boilerplate for item in result)
                tally.uncertain += sum(item.sentence.uncertain for item in result)
        return ScoredRows(rows, results, tally)

    def _select(self, document: Document, gold: Sequence[Gold | None] | None) -> list[PlacedSentence]:
        return [
            PlacedSentence(position, sentence, gold[position] if gold else None)
            for position, sentence in enumerate(document.sentences)
            if self._options.is_given(sentence)
        ]

    def _classify(self, contents: Mapping[int, Content]) -> dict[int, Document | BadRow]:
        """Classify contents together; where the model fails, one by one, so that one text does not cost the others."""
        try:
            documents = self._classify_all(list(contents.values()))
        except Exception:
            return {row: self._classify_alone(content) for row, content in contents.items()}
        return dict(zip(contents, documents, strict=True))

    def _classify_all(self, contents: Sequence[Content]) -> list[Document | BadRow]:
        results = self._classifier.classify_each(
            contents,
            thresholds=self._options.thresholds,
            reader=self._options.reader,
            language=self._options.language,
        )
        return [
            result
            if isinstance(result, Document)
            else BadRow("not_english", f"{result}; label it all the same with --language any")
            for result in results
        ]

    def _classify_alone(self, content: Content) -> Document | BadRow:
        try:
            return self._classify_all([content])[0]
        except Exception as error:
            reason = f"the model failed on this text ({type(error).__name__}: {error}); please report it"
            return BadRow("failed", reason)

    def _classify_once(self, contents: Mapping[int, Content], tally: Tally) -> dict[int, Document | BadRow]:
        """Classify each distinct text once and remember the latest."""
        keys = {row: _hash_content(content) for row, content in contents.items()}
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


def _select_carried(batch: pa.RecordBatch, options: ScoreOptions) -> pa.RecordBatch:
    """Return the columns that are carried along, under their names in the output.

    Raises:
        ValueError: Two columns would have the same name.

    """
    carried = name_carried(batch.schema.names, options)
    return batch.select(list(carried)).rename_columns(list(carried.values()))


def _hash_content(content: Content) -> bytes:
    """Return a hash that identical contents share; a text differs from a list with it as its only sentence."""
    digest = blake2b(b"text" if isinstance(content, str) else b"sentences", digest_size=16)
    for part in [content] if isinstance(content, str) else content:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b" % (len(encoded), encoded))
    return digest.digest()
