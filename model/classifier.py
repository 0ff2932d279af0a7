"""Text to labelled sentences: the one path that every surface takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model import artifact
from model.attribution import attribute
from model.features import Fields, fields_of
from model.labels import LABELS
from model.records import Document, Sentence, Span, Speaker
from model.scoring.explain import explain_row
from model.scoring.scorer import Scorer
from model.segmentation import Segmenter, default_segmenter
from model.thresholds import NO_THRESHOLDS, Thresholds


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready for the pipeline: its sentences with their offsets, speakers and fields."""

    texts: Sequence[str]
    spans: Sequence[Span]
    speakers: Sequence[Speaker | None]
    rows: Sequence[Fields]


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

    def classify(self, text: str, *, explain: bool = False, thresholds: Thresholds = NO_THRESHOLDS) -> Document:
        """Split running text into sentences and label them; offsets are code points of ``text``."""
        return self.classify_documents([text], explain=explain, thresholds=thresholds)[0]

    def classify_sentences(
        self, sentences: Sequence[str], *, explain: bool = False, thresholds: Thresholds = NO_THRESHOLDS
    ) -> Document:
        """Label sentences that are split already, in order, as one document; offsets are within each sentence."""
        return self.classify_documents([list(sentences)], explain=explain, thresholds=thresholds)[0]

    def classify_documents(
        self,
        documents: Iterable[str | Sequence[str]],
        *,
        explain: bool = False,
        thresholds: Thresholds = NO_THRESHOLDS,
    ) -> list[Document]:
        """Label many documents in one pass through the pipeline; each gets the result it would get alone.

        Args:
            documents: Each is running text, or a list of sentences.
            explain: Whether each sentence carries the explanation of its label.
            thresholds: How probabilities become labels and doubts.

        """
        prepared = [self._prepare(document) for document in documents]
        probabilities = self._probabilities([row for document in prepared for row in document.rows])
        likeliest = probabilities.argmax(axis=1).tolist() if len(probabilities) else []
        values = iter(zip(probabilities.tolist(), likeliest, strict=True))  # arrays are slow one number at a time
        return [self._document(d, islice(values, len(d.rows)), thresholds, explain) for d in prepared]

    def _prepare(self, document: str | Sequence[str]) -> Prepared:
        if isinstance(document, str):
            spans: Sequence[Span] = self._segmenter.spans(document)
            texts: Sequence[str] = [document[span.start : span.end] for span in spans]
        else:
            texts = document
            spans = [Span(0, len(text)) for text in texts]
        attributions = attribute(texts)
        return Prepared(texts, spans, [found.speaker for found in attributions], fields_of(texts, attributions))

    def _probabilities(self, rows: Sequence[Fields]) -> NDArray[np.float64]:
        """Return probabilities of shape (rows, labels), columns in the order of :data:`LABELS`."""
        return self.scorer.probabilities(rows)[:, self._columns]

    def _document(
        self, document: Prepared, values: Iterable[tuple[list[float], int]], thresholds: Thresholds, explained: bool
    ) -> Document:
        """Return a document's results, given each sentence's probabilities and the number of its likeliest label."""
        sentences = []
        doubtful = self.uncertain_below if thresholds.uncertain is None else thresholds.uncertain
        aligned = zip(document.texts, document.spans, document.speakers, document.rows, values, strict=True)
        for text, span, speaker, row, (of_sentence, likeliest) in aligned:
            by_label = dict(zip(LABELS, of_sentence, strict=True))
            label = thresholds.decide(by_label) if thresholds.labels else LABELS[likeliest]
            why = explain_row(self.scorer, row, label) if explained else None
            doubt = by_label[label] < doubtful
            sentences.append(  # by position, which is quicker
                Sentence(text, span.start, span.end, label, by_label[label], by_label, doubt, speaker, why)
            )
        return Document(tuple(sentences))
