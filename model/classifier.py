"""Text to labelled sentences: the one path that every surface takes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from model import artifact
from model.explaining import explain
from model.labels import LABELS
from model.language import ENGLISH, ForeignLanguageError, Languages, find_foreign, find_languages
from model.placement import Placement
from model.preparation import Prepared, prepare
from model.reader_choice import ReaderChoice
from model.readers import Readers, Readings, load_careful
from model.records import Document, Reader, Sentence, Span
from model.scoring.scorer import Scorer
from model.segmentation import Segmenter, default_segmenter
from model.threats import find_threat
from model.thresholds import NO_THRESHOLDS, Thresholds

Explain = bool | Collection[int]


class SentenceIndexError(ValueError):
    """There is no sentence with the index given; the message says how many there are."""


DocumentError = ForeignLanguageError | SentenceIndexError


@dataclass(frozen=True, slots=True)
class _Document:
    """A document's sentences where they stand in it, their languages, and what is read of them."""

    texts: Sequence[str]
    spans: Sequence[Span]
    languages: Sequence[str]
    prepared: Prepared


class Classifier:
    """A loaded model; safe to share between threads, since classifying changes nothing in it."""

    def __init__(
        self,
        readers: Readers,
        uncertain_below: float,
        manifest: artifact.Manifest,
        segmenter: Segmenter,
        reader: ReaderChoice = "auto",
    ) -> None:
        self.manifest = manifest
        self.uncertain_below = uncertain_below
        self.readers = readers
        self.reader = readers.choose(reader)
        self._segmenter = segmenter

    @classmethod
    def load(cls, folder: str | Path, reader: ReaderChoice = "auto", *, choosable: bool = True) -> "Classifier":
        """Load an artifact, and the careful reader where it is installed and may be asked, after verifying them.

        Args:
            folder: The artifact.
            reader: Who reads unless a call says otherwise.
            choosable: Whether calls may choose another reader; if not, "fast" loads the careful one not at all.

        Raises:
            ArtifactError: The artifact, or what the careful reader has learned, is missing, damaged or of another
                version.
            ReaderUnavailableError: The careful reader is asked for by name, and is not installed.

        """
        weights, decision, manifest = artifact.load(Path(folder))
        readers = Readers(Scorer(weights), load_careful() if choosable or reader != "fast" else None)
        return cls(readers, decision["uncertain_below"], manifest, default_segmenter(), reader)

    @cached_property
    def known_words(self) -> frozenset[str]:
        """The words the model has learned something of, in lower case."""
        return self.readers.scorer.weights.known_words

    def classify(
        self,
        text: str,
        *,
        explain: Explain = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        reader: ReaderChoice | None = None,
        language: Languages = "any",
    ) -> Document:
        """Split running text into sentences and label them; offsets are code points of ``text``.

        Raises:
            ForeignLanguageError: The text is not in English, and ``language`` is "en".

        """
        return self.classify_documents(
            [text], explain=explain, thresholds=thresholds, reader=reader, language=language
        )[0]

    def classify_sentences(
        self,
        sentences: Sequence[str],
        *,
        explain: Explain = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        reader: ReaderChoice | None = None,
        language: Languages = "any",
    ) -> Document:
        """Label sentences that are split already, in order, as one document; offsets are within each sentence.

        Raises:
            ForeignLanguageError: The sentences are not in English, and ``language`` is "en".

        """
        return self.classify_documents(
            [list(sentences)], explain=explain, thresholds=thresholds, reader=reader, language=language
        )[0]

    def classify_documents(
        self,
        documents: Iterable[str | Sequence[str]],
        *,
        explain: Explain = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        reader: ReaderChoice | None = None,
        language: Languages = "any",
    ) -> list[Document]:
        """Label many documents in one pass through the pipeline; each gets the result it would get alone.

        Args:
            documents: Each is running text, or a list of sentences.
            explain: Whether each sentence carries the explanation of its label; or the indices of the sentences that
                do, in each document.
            thresholds: How probabilities become labels and doubts.
            reader: Who reads; None for the classifier's own choice.
            language: "any" to label all; what is not English is marked by its ``language``. "en" to label English
                only: a paragraph in another language gets no label, a document in another language is an error.

        Raises:
            ForeignLanguageError: A document is not in English, and ``language`` is "en".
            ReaderUnavailableError: The careful reader is asked for by name, and there is none.
            SentenceIndexError: A document has no sentence with one of the indices to explain.

        """
        results = self.classify_each(
            documents, explain=explain, thresholds=thresholds, reader=reader, language=language
        )
        refused = [result for result in results if isinstance(result, DocumentError)]
        if refused:
            raise refused[0]
        return [result for result in results if isinstance(result, Document)]

    def classify_each(
        self,
        documents: Iterable[str | Sequence[str]],
        *,
        explain: Explain = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        reader: ReaderChoice | None = None,
        language: Languages = "any",
    ) -> list[Document | DocumentError]:
        """Label many documents as ``classify_documents`` does; one that cannot be labelled is the error that says why.

        Raises:
            ReaderUnavailableError: The careful reader is asked for by name, and there is none.

        """
        split = [self._split(document, explain, language) for document in documents]
        read = [document for document in split if isinstance(document, _Document)]
        readings = self.readers.read([document.prepared for document in read], reader or self.reader)
        labelled, start = list[Document | DocumentError](), 0
        for document in split:
            if isinstance(document, _Document):
                stop = start + len(document.prepared.fields)
                labelled.append(self._label(document, readings.of(start, stop), thresholds, explain))
                start = stop
            else:
                labelled.append(document)
        return labelled

    def find_language(self, document: str | Sequence[str]) -> str:
        """Return the language of most of a document; English where too little text tells."""
        spans = self._segmenter.spans(document) if isinstance(document, str) else ()
        return find_languages(document, spans).document

    def _split(
        self, document: str | Sequence[str], explained: Explain, language: Languages
    ) -> _Document | DocumentError:
        if isinstance(document, str):
            spans: Sequence[Span] = self._segmenter.spans(document)
            texts: Sequence[str] = [document[span.start : span.end] for span in spans]
        else:
            texts = document
            spans = [Span(0, len(text)) for text in texts]
        found = find_languages(document, spans)
        if language == ENGLISH and found.document != ENGLISH:
            return ForeignLanguageError(found.document)
        if not isinstance(explained, bool) and explained and max(explained) >= len(texts):
            return SentenceIndexError(
                f"there is no sentence {max(explained)} to explain: a document has {len(texts)}, from 0 on"
            )
        aside = find_foreign(found.sentences) if language == ENGLISH else frozenset[int]()
        return _Document(texts, spans, found.sentences, prepare(texts, aside))

    def _label(self, document: _Document, readings: Readings, thresholds: Thresholds, explained: Explain) -> Document:
        """Return a document's results, given what the readers say of its sentences."""
        prepared, sentences = document.prepared, list[Sentence]()
        # As lists: numpy's arrays are slow one number at a time.
        values, careful = readings.probabilities.tolist(), readings.decided.tolist()
        likeliest = readings.probabilities.argmax(axis=1).tolist() if values else []
        bounds, own_bound = self.bounds_of_doubt, thresholds.uncertain
        for row, index in enumerate(prepared.kept):
            sentences += self._unread(document, len(sentences), index)
            text, span, language = document.texts[index], document.spans[index], document.languages[index]
            read, attribution = prepared.texts[row], prepared.attributions[row]
            by_label = dict(zip(LABELS, values[row], strict=True))
            label = thresholds.decide(by_label) if thresholds.labels else LABELS[likeliest[row]]
            place = Placement(text, span.start, visible=read is text or len(read) == len(text))
            speaker = attribution.speaker and place.speaker(attribution.speaker)
            wanted = explained if isinstance(explained, bool) else index in explained
            why = place.explanation(explain(self.readers, prepared, row, label, readings)) if wanted else None
            threat = place.threat(find_threat(attribution)) if label == "threat" else None
            of_label = by_label[label]
            reader: Reader = "careful" if careful[row] else "fast"
            doubt = of_label < (bounds[reader] if own_bound is None else own_bound)
            other = dict(zip(LABELS, readings.fast[row].tolist(), strict=True)) if careful[row] else None
            sentence = Sentence(  # by position, which is quicker
                text, *span, label, of_label, by_label, doubt, speaker, False, reader, language, threat, why, other
            )
            sentences.append(sentence)
        return Document((*sentences, *self._unread(document, len(sentences), len(document.texts))))

    @property
    def bounds_of_doubt(self) -> Mapping[Reader, float]:
        """The confidence below which a sentence is marked uncertain, by the reader that decided."""
        careful = self.readers.careful
        bounds: dict[Reader, float] = {"fast": self.uncertain_below}
        if careful is not None:
            bounds["careful"] = careful.decision.uncertain_below
        return bounds

    def _unread(self, document: _Document, start: int, stop: int) -> Iterator[Sentence]:
        """Yield the sentences from ``start`` to ``stop`` (exclusive), none of which was read."""
        for index in range(start, stop):
            text, span, language = document.texts[index], document.spans[index], document.languages[index]
            furniture = index in document.prepared.furniture
            yield Sentence(text, *span, None, None, None, False, None, furniture, None, language)
