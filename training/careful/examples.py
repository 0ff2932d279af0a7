"""The labelled sentences of the corpus as the careful reader learns from them, and the articles that it never sees."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.careful.form import Form, list_inputs
from model.labels import LABELS
from model.preparation import prepare
from training.careful.params import CarefulParams
from training.corpus import LEE_SOURCE, NEWS_SOURCE, LabelledDocument
from training.split import Rows, weigh_rows

REAL = (NEWS_SOURCE, LEE_SOURCE)
_THREAT = LABELS.index("threat")


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled sentences; entry i of each attribute belongs to the same sentence.

    Attributes:
        pairs: What the reader reads: the evidence, and the sentence.
        gold: The number of the label.
        weights: How much the sentence counts.
        shares: The share of the epochs in which it is learned from.

    """

    pairs: list[tuple[str, str]]
    gold: NDArray[np.intp]
    weights: NDArray[np.float64]
    shares: NDArray[np.float64]


def list_pairs(documents: Sequence[LabelledDocument], form: Form) -> list[tuple[str, str]]:
    """Return what is read of each labelled sentence, in the order of :func:`training.split.make_rows`."""
    pairs = []
    for document in tqdm(documents, desc="reading evidence", unit="article"):
        prepared = prepare(document.texts)
        labelled = [row for row, index in enumerate(prepared.kept) if document.sentences[index].label is not None]
        pairs += list_inputs(prepared, form, labelled)
    return pairs


def make_examples(
    pairs: list[tuple[str, str]],
    rows: Rows,
    documents: Sequence[LabelledDocument],
    fast: NDArray[np.float64],
    params: CarefulParams,
) -> Examples:
    """Return the labelled sentences with their weights.

    Args:
        pairs: What is read of each.
        rows: The sentences.
        documents: All documents of the corpus.
        fast: The fast reader's probabilities by a model that has not seen them, of shape (sentences, labels).
        params: The hyperparameters.

    """
    sampling, gold = params.sampling, number_labels(rows)
    is_threat = gold == _THREAT
    sure = (fast.max(axis=1) >= sampling.sure) & (fast[:, _THREAT] < sampling.no_threat)
    easy = sure & (fast.argmax(axis=1) == gold) & ~is_threat
    of_source = np.array([sampling.sources.get(documents[group].source, 1.0) for group in rows.groups])
    shares = np.where(easy, sampling.share, 1.0) * np.where(is_threat, 1.0, of_source)
    weights = weigh_rows(rows, documents, params.source_weights, params.label_shares).weights
    weights = weights * np.where(easy, sampling.weight, 1.0)
    return Examples(pairs, gold, weights, shares)


def number_labels(rows: Rows) -> NDArray[np.intp]:
    """Return the number of each sentence's label."""
    return np.array([LABELS.index(label) for label in rows.labels.tolist()], dtype=np.intp)


def find_held_out(documents: Sequence[LabelledDocument], one_in: int) -> NDArray[np.bool_]:
    """Return which documents are held out: one in so many of real news, by the hash of its name."""
    return np.array([document.source in REAL and _hash(document.id) % one_in == 0 for document in documents])


def _hash(name: str) -> int:
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16)
