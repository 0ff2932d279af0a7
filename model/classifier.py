"""Text to labelled sentences: the one path that every surface takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model import artifact
from model.features import Fields
from model.labels import LABELS
from model.language import ENGLISH, ForeignLanguageError, Languages, find_foreign, find_languages
from model.placement import Placement
from model.preparation import Prepared, prepare
from model.records import Document, Sentence, Span
from model.scoring.explain import explain_row
from model.scoring.scorer import Scorer
from model.segmentation import Segmenter, default_segmenter
from model.threats import find_threat
from model.thresholds import NO_THRESHOLDS, Thresholds


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
        self, scorer: Scorer, uncertain_below: float, manifest: artifact.Manifest, segmenter: Segmenter
    ) -> None:
        self.manifest = manifest
        self.uncertain_below = uncertain_below
        self.scorer = scorer
        self._columns = [scorer.classes.index(label) for label in LABELS]
        self._segmenter = segmenter

    @classmethod
    def load(cls, folder: str | Path) -> "Classifier":
        """Load an artifact after verifying it.

        Raises:
            ArtifactError: The artifact is missing, damaged or of another version.

        """
        weights, decision, manifest = artifact.load(Path(folder))
        return cls(Scorer(weights), decision["uncertain_below"], manifest, default_segmenter())

    @cached_property
    def known_words(self) -> frozenset[str]:
        """The words the model has learned something of, in lower case."""
        return self.scorer.weights.known_words

    def classify(
        self,
        text: str,
        *,
        explain: bool = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        language: Languages = "any",
    ) -> Document:
        """Split running text into sentences and label them; offsets are code points of ``text``.

        Raises:
            ForeignLanguageError: The text is not in English, and ``language`` is "en".

        """
        return self.classify_documents([text], explain=explain, thresholds=thresholds, language=language)[0]

    def classify_sentences(
        self,
        sentences: Sequence[str],
        *,
        explain: bool = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        language: Languages = "any",
    ) -> Document:
        """Label sentences that are split already, in order, as one document; offsets are within each sentence.

        Raises:
            ForeignLanguageError: The sentences are not in English, and ``language`` is "en".

        """
        return self.classify_documents([list(sentences)], explain=explain, thresholds=thresholds, language=language)[0]

    def classify_documents(
        self,
        documents: Iterable[str | Sequence[str]],
        *,
        explain: bool = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        language: Languages = "any",
    ) -> list[Document]:
        """Label many documents in one pass through the pipeline; each gets the result it would get alone.

        Args:
            documents: Each is running text, or a list of sentences.
            explain: Whether each sentence carries the explanation of its label.
            thresholds: How probabilities become labels and doubts.
            language: "any" to label all; what is not English is marked by its ``language``. "en" to label English
                only: a paragraph in another language gets no label, a document in another language is an error.

        Raises:
            ForeignLanguageError: A document is not in English, and ``language`` is "en".

        """
        results = self.classify_each(documents, explain=explain, thresholds=thresholds, language=language)
        refused = [result for result in results if isinstance(result, ForeignLanguageError)]
        if refused:
            raise refused[0]
        return [result for result in results if isinstance(result, Document)]

    def classify_each(
        self,
        documents: Iterable[str | Sequence[str]],
        *,
        explain: bool = False,
        thresholds: Thresholds = NO_THRESHOLDS,
        language: Languages = "any",
    ) -> list[Document | ForeignLanguageError]:
        """Label many documents as ``classify_documents`` does; one that is not in English is the error that says so."""
        split = [self._split(document, language) for document in documents]
        read = [document for document in split if isinstance(document, _Document)]
        probabilities = self._probabilities([row for document in read for row in document.prepared.fields])
        likeliest = probabilities.argmax(axis=1).tolist() if len(probabilities) else []
        values = iter(zip(probabilities.tolist(), likeliest, strict=True))  # arrays are slow one number at a time
        return [
            self._label(document, islice(values, len(document.prepared.fields)), thresholds, explain)
            if isinstance(document, _Document)
            else document
            for document in split
        ]

    def find_language(self, document: str | Sequence[str]) -> str:
        """Return the language of most of a document; English where too little text tells."""
        spans = self._segmenter.spans(document) if isinstance(document, str) else ()
        return find_languages(document, spans).document

    def _split(self, document: str | Sequence[str], language: Languages) -> _Document | ForeignLanguageError:
        if isinstance(document, str):
            spans: Sequence[Span] = self._segmenter.spans(document)
            texts: Sequence[str] = [document[span.start : span.end] for span in spans]
        else:
            texts = document
            spans = [Span(0, len(text)) for text in texts]
        found = find_languages(document, spans)
        if language == ENGLISH and found.document != ENGLISH:
            return ForeignLanguageError(found.document)
        aside = find_foreign(found.sentences) if language == ENGLISH else frozenset[int]()
        return _Document(texts, spans, found.sentences, prepare(texts, aside))

    def _probabilities(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        """Return probabilities of shape (rows, labels), columns in the order of :data:`LABELS`."""
        return self.scorer.probabilities(rows)[:, self._columns]

    def _label(
        self, document: _Document, values: Iterable[tuple[list[float], int]], thresholds: Thresholds, explained: bool
    ) -> Document:
        """Return a document's results, given each sentence's probabilities and the number of its likeliest label."""
        prepared, sentences = document.prepared, list[Sentence]()
        doubtful = self.uncertain_below if thresholds.uncertain is None else thresholds.uncertain
        aligned = zip(prepared.kept, prepared.texts, prepared.attributions, prepared.fields, values, strict=True)
        for index, read, attribution, row, (of_sentence, likeliest) in aligned:
            sentences += self._unread(document, len(sentences), index)
            text, span, language = document.texts[index], document.spans[index], document.languages[index]
            by_label = dict(zip(LABELS, of_sentence, strict=True))
            label = thresholds.decide(by_label) if thresholds.labels else LABELS[likeliest]
            place = Placement(text, span.start, visible=read is text or len(read) == len(text))
            speaker = attribution.speaker and place.speaker(attribution.speaker)
            why = place.explanation(explain_row(self.scorer, row, label)) if explained else None
            threat = place.threat(find_threat(attribution)) if label == "threat" else None
            of_label = by_label[label]
            doubt = of_label < doubtful
            sentences.append(  # by position, which is quicker
                Sentence(
                    text,
                    *span,
                    label,
                    of_label,
                    by_label,
                    doubt,
                    speaker,
                    False,
                    "fast",
                    language,
                    threat,
                    why,
                )
            )
        return Document((*sentences, *self._unread(document, len(sentences), len(document.texts))))

    def _unread(self, document: _Document, start: int, stop: int) -> Iterator[Sentence]:
        """Yield the sentences from ``start`` to ``stop`` (exclusive), none of which was read."""
        for index in range(start, stop):
            text, span, language = document.texts[index], document.spans[index], document.languages[index]
            furniture = index in document.prepared.furniture
            yield Sentence(text, *span, None, None, None, False, None, furniture, None, language)
