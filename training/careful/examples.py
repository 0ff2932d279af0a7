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
from training.split import level_single_sentences

REAL = (NEWS_SOURCE, LEE_SOURCE)
_THREAT = LABELS.index("threat")


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled sentences; entry i of each attribute belongs to the same sentence.

    Attributes:
        pairs: What the reader reads: the evidence, and the sentence.
        gold: The number of the label.
        groups: The index of the document.
        weights: How much the sentence counts.
        shares: The share of the epochs in which it is learned from.

    """

    pairs: list[tuple[str, str]]
    gold: NDArray[np.intp]
    groups: NDArray[np.intp]
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
    gold: NDArray[np.intp],
    groups: NDArray[np.intp],
    documents: Sequence[LabelledDocument],
    fast: NDArray[np.float64],
    params: CarefulParams,
) -> Examples:
    """Return the labelled sentences with their weights.

    Args:
        pairs: What is read of each.
        gold: The number of each one's label.
        groups: The index of each one's document.
        documents: The documents.
        fast: The fast reader's probabilities by a model that has not seen them, of shape (sentences, labels).
        params: The hyperparameters.

    """
    sampling = params.sampling
    sources = [documents[group].source for group in groups.tolist()]
    is_threat = gold == _THREAT
    sure = (fast.max(axis=1) >= sampling.sure) & (fast[:, _THREAT] < sampling.no_threat)
    easy = sure & (fast.argmax(axis=1) == gold) & ~is_threat
    of_source = np.array([sampling.sources.get(source, 1.0) for source in sources])
    shares = np.where(easy, sampling.share, 1.0) * np.where(is_threat, 1.0, of_source)
    weights = np.array([params.source_weights.get(source, 1.0) for source in sources])
    weights *= np.where(is_threat, params.learning.threat, 1.0)
    alone = np.array([len(documents[group].sentences) == 1 for group in groups.tolist()], dtype=np.bool_)
    weights = level_single_sentences(weights, np.array(LABELS)[gold], alone) * np.where(easy, sampling.weight, 1.0)
    return Examples(pairs, gold, groups, weights, shares)


def find_held_out(documents: Sequence[LabelledDocument], one_in: int) -> NDArray[np.bool_]:
    """Return which documents are held out: one in so many of real news, by the hash of its name."""
    return np.array([document.source in REAL and _hash(document.id) % one_in == 0 for document in documents])


def _hash(name: str) -> int:
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16)
