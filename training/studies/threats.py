"""How well threats are found: with and without a threshold, in articles and alone, with intervals over documents."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from model.labels import LABELS
from training.evaluate import Prediction, compute_intervals, draw_documents, evaluate, interval95
from training.tables import format_interval

THREAT = LABELS.index("threat")
PRECISIONS = (0.5, 0.3)  # those at which recall is reported
_CELLS = 4_000_000  # of the largest matrix of resamples and sentences, to spare memory

Figure = tuple[float, tuple[float, float]]  # a value and its 95 % interval
Weights = NDArray[np.float64]  # how often each sentence was drawn, of shape (resamples, sentences)


def tabulate_threats(modes: Mapping[str, Sequence[Prediction]]) -> list[list[str]]:
    """Return how well threats are found in each mode, as rows of text with a header.

    Precision, recall and F1 are those of the most probable label.
    """
    at = [f"recall at precision {precision:g}" for precision in PRECISIONS]
    table = [["", "threats", "F1", "precision", "recall", *at]]
    for name, predictions in modes.items():
        score, intervals = evaluate(predictions).per_class["threat"], compute_intervals(predictions)["threat"]
        figures = [(score.f1, intervals.f1), (score.precision, intervals.precision), (score.recall, intervals.recall)]
        figures += [measure_recall_at(predictions, precision) for precision in PRECISIONS]
        table.append([name, str(score.support), *(format_interval(*figure) for figure in figures)])
    return table


def measure_recall_at(predictions: Sequence[Prediction], precision: float) -> Figure:
    """Return the largest share of threats that any threshold finds with at least this precision; 0 where none does.

    The threshold is chosen anew in each resample of the documents.
    """
    given = np.array([p.probabilities[THREAT] for p in predictions])
    order = np.argsort(-given, kind="stable")
    ends = np.append(np.diff(given[order]) < 0, True)  # equal probabilities are all above a threshold, or none is
    true = _mark_threats(predictions)[order]

    def find_best(weights: Weights) -> Weights:
        found, said = np.cumsum(weights[:, order] * true, axis=1), np.cumsum(weights[:, order], axis=1)
        is_precise = ends & (found >= precision * said)
        best: Weights = np.where(is_precise, found, 0).max(axis=1) / np.maximum(found[:, -1], 1)
        return best

    return _bootstrap(predictions, find_best)


def measure_loss_in_place(within: Sequence[Prediction], alone: Sequence[Prediction]) -> Figure:
    """Return how much less probability a threat has in its article than alone, on average over the threats.

    Args:
        within: Sentences in their articles.
        alone: The same sentences, in the same order, each as a document of its own.

    Raises:
        ValueError: The sentences are not the same, or none is a threat.

    """
    true = _mark_threats(within)
    if [p.gold for p in within] != [p.gold for p in alone] or not true.any():
        raise ValueError("expected the same sentences in both modes, and a threat among them")
    loss = np.array([b.probabilities[THREAT] - a.probabilities[THREAT] for a, b in zip(within, alone, strict=True)])
    return _bootstrap(within, lambda weights: weights @ (loss * true) / np.maximum(weights @ true, 1))


def _mark_threats(predictions: Sequence[Prediction]) -> Weights:
    """Return 1 for each threat and 0 for any other sentence."""
    return np.array([p.gold == "threat" for p in predictions], dtype=np.float64)


def _bootstrap(predictions: Sequence[Prediction], measure: Callable[[Weights], Weights]) -> Figure:
    """Return a figure of all sentences and its 95 % interval over resamples of the documents.

    Args:
        predictions: The sentences.
        measure: Computes the figure of each resample from :data:`Weights`.

    """
    index = {document: i for i, document in enumerate(sorted({p.document for p in predictions}))}
    rows = np.array([index[p.document] for p in predictions])
    draws = draw_documents(len(index)).astype(np.float64)
    parts = np.array_split(draws, 1 + draws.shape[0] * len(rows) // _CELLS)
    (value,) = measure(np.ones((1, len(rows))))
    return float(value), interval95(np.concatenate([measure(part[:, rows]) for part in parts]))
