"""Labelled documents to rows for the pipeline, and folds that never part an article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from model.features import Fields
from model.preparation import prepare
from training.corpus import LabelledDocument, LabelledSentence

Fold = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Scored sentences of a corpus, aligned: fields, gold label, index of the document, weight, and the sentence."""

    fields: list[Fields]
    labels: NDArray[np.str_]
    groups: NDArray[np.intp]
    weights: NDArray[np.float64]
    sentences: list[LabelledSentence]

    def __len__(self) -> int:
        return len(self.fields)

    def subset(self, index: NDArray[np.intp]) -> "Rows":
        """Return the rows at ``index``, in its order."""
        return Rows(
            [self.fields[i] for i in index],
            self.labels[index],
            self.groups[index],
            self.weights[index],
            [self.sentences[i] for i in index],
        )


def make_rows(documents: Sequence[LabelledDocument], source_weights: Mapping[str, float]) -> Rows:
    """Return the labelled sentences of the documents; context is taken from the whole document.

    A sentence that is taken for page furniture is left out, as it is when answering.
    """
    fields: list[Fields] = []
    sentences: list[LabelledSentence] = []
    groups: list[int] = []
    weights: list[float] = []
    for group, document in enumerate(documents):
        prepared = prepare(document.texts)
        for index, row in zip(prepared.kept, prepared.fields, strict=True):
            sentence = document.sentences[index]
            if sentence.label is None:
                continue
            fields.append(row)
            sentences.append(sentence)
            groups.append(group)
            weights.append(source_weights.get(document.source, 1.0))
    labels = np.array([sentence.label for sentence in sentences], dtype=np.str_)
    alone = np.array([len(documents[group].sentences) == 1 for group in groups], dtype=np.bool_)
    return Rows(
        fields,
        labels,
        np.array(groups, dtype=np.intp),
        level_single_sentences(np.array(weights), labels, alone),
        sentences,
    )


def level_single_sentences(
    weights: NDArray[np.float64], labels: NDArray[np.str_], alone: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return weights by which sentences that stand alone have the same shares of labels as those in articles.

    The corpus holds more threats among its single sentences than in its articles. Without this, being alone would
    speak for a threat, which it does not in news. The weight of all single sentences together stays what it is.

    Args:
        weights: What each row counts, of shape (rows,).
        labels: The rows' labels.
        alone: Which rows are the only sentence of their document.

    """
    levelled = weights.copy()
    total_alone, total_placed = weights[alone].sum(), weights[~alone].sum()
    if not (total_alone and total_placed):
        return levelled
    for label in np.unique(labels[alone]):
        own = alone & (labels == label)
        share = weights[~alone & (labels == label)].sum() / total_placed
        levelled[own] *= share * total_alone / weights[own].sum()
    return levelled


def split_by_article(rows: Rows, folds: int, seed: int) -> list[Fold]:
    """Return (train, test) row indices: whole articles, labels about equally spread."""
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return list(splitter.split(rows.fields, rows.labels, rows.groups))
