"""Turns labelled documents into rows for the pipeline, and rows into folds; all of an article is in one fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold
from tqdm import tqdm

from model.features import Fields
from model.preparation import prepare
from training.corpus import LabelledDocument, LabelledSentence, is_authored

Fold = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Rows:
    """The labelled sentences of a corpus; entry i of each attribute belongs to the same sentence.

    Attributes:
        fields: What the model sees.
        labels: The gold labels.
        groups: The index of the document.
        weights: How much the sentence counts in training.
        sentences: The sentences as labelled.

    """

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

    def join(self, other: "Rows") -> "Rows":
        """Return these rows, then the others."""
        return Rows(
            [*self.fields, *other.fields],
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.groups, other.groups]),
            np.concatenate([self.weights, other.weights]),
            [*self.sentences, *other.sentences],
        )


def make_rows(
    documents: Sequence[LabelledDocument],
    source_weights: Mapping[str, float],
    label_shares: Mapping[str, float] = MappingProxyType({}),
    *,
    show_progress: bool = False,
) -> Rows:
    """Return the labelled sentences of the documents; context is taken from the whole document.

    A sentence recognised as page furniture is left out, as it is when classifying.

    Args:
        documents: The labelled documents.
        source_weights: The weight of a document by its source; 1 for a source not named.
        label_shares: The share of the weight that a label gets in every part of the corpus; see :func:`level_label`.
        show_progress: Whether to show a progress bar on standard error.

    """
    fields: list[Fields] = []
    sentences: list[LabelledSentence] = []
    groups: list[int] = []
    progress = tqdm(documents, desc="computing features", unit="article", disable=not show_progress)
    for group, document in enumerate(progress):
        prepared = prepare(document.texts)
        for index, row in zip(prepared.kept, prepared.fields, strict=True):
            sentence = document.sentences[index]
            if sentence.label is None:
                continue
            fields.append(row)
            sentences.append(sentence)
            groups.append(group)
    labels = np.array([sentence.label for sentence in sentences], dtype=np.str_)
    rows = Rows(fields, labels, np.array(groups, dtype=np.intp), np.ones(len(fields)), sentences)
    return weigh_rows(rows, documents, source_weights, label_shares)


def weigh_rows(
    rows: Rows,
    documents: Sequence[LabelledDocument],
    source_weights: Mapping[str, float],
    label_shares: Mapping[str, float] = MappingProxyType({}),
) -> Rows:
    """Return the same rows with weights by source and label; see :func:`make_rows`."""
    sources = [documents[group].source for group in rows.groups]
    alone = np.array([len(documents[group].sentences) == 1 for group in rows.groups], dtype=np.bool_)
    weights = np.array([source_weights.get(source, 1.0) for source in sources])
    weights = level_single_sentences(weights, rows.labels, alone)
    parts = [
        "alone" if is_alone else source if is_authored(source) else "real news"
        for source, is_alone in zip(sources, alone.tolist(), strict=True)
    ]
    for label, share in label_shares.items():
        weights = level_label(weights, rows.labels == label, np.array(parts, dtype=np.str_), share)
    return replace(rows, weights=weights)


def level_label(
    weights: NDArray[np.float64], has_label: NDArray[np.bool_], parts: NDArray[np.str_], share: float
) -> NDArray[np.float64]:
    """Return weights with which a label has the same share of the weight in every part of the corpus.

    Authored articles have several times as many threats as real ones. Without this step the model would learn that the
    style of real news, and that of the sentences around, speaks against a threat. Only the sentences of the label are
    weighed anew. A part without the label, or without any other, is left as it is.

    Args:
        weights: The weight of each row, of shape (rows,).
        has_label: Which rows have the label.
        parts: The part of each row.
        share: The label's share, more than 0 and less than 1.

    """
    level = weights.copy()
    for part in np.unique(parts):
        own, others = has_label & (parts == part), ~has_label & (parts == part)
        if own.any() and others.any():
            level[own] *= share / (1 - share) * weights[others].sum() / weights[own].sum()
    return level


def level_single_sentences(
    weights: NDArray[np.float64], labels: NDArray[np.str_], alone: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return weights that give single sentences the same shares of labels as the sentences of articles have.

    The corpus has more threats among its single sentences than in its articles. Without this step the model would
    learn that a sentence alone is likely a threat, which is not so in news. The total weight of the single sentences
    does not change.

    Args:
        weights: The weight of each row, of shape (rows,).
        labels: The rows' labels.
        alone: Which rows are the only sentence of their document.

    """
    level = weights.copy()
    total_alone, total_placed = weights[alone].sum(), weights[~alone].sum()
    if not (total_alone and total_placed):
        return level
    for label in np.unique(labels[alone]):
        own = alone & (labels == label)
        share = weights[~alone & (labels == label)].sum() / total_placed
        level[own] *= share * total_alone / weights[own].sum()
    return level


def split_by_article(rows: Rows, folds: int, seed: int) -> list[Fold]:
    """Return (train, test) row indices for each fold; articles stay whole, and labels have similar shares in each."""
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return list(splitter.split(rows.fields, rows.labels, rows.groups))
