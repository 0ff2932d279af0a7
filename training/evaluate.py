"""Measures predictions on labelled documents: accuracy, F1, calibration, with intervals over documents."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier
from model.labels import LABELS, Label
from model.records import Document
from training.corpus import LabelledDocument

if TYPE_CHECKING:  # importing it brings scikit-learn, which evaluating a trained model does not need
    from training.split import Rows

BOOTSTRAP_ROUNDS = 2000
ECE_BINS = 10
_SEED = 20
_POSITION: dict[Label | None, int] = {label: i for i, label in enumerate(LABELS)}
OUTCOMES = (*LABELS, "boilerplate")  # what can be predicted for a sentence
BOILERPLATE = OUTCOMES.index("boilerplate")


@dataclass(frozen=True, slots=True)
class Prediction:
    """A labelled sentence with what the model predicts for it.

    Attributes:
        document: Index of its document.
        source: Its document's source.
        gold: The annotated label.
        also: Other acceptable labels.
        predicted: The predicted label; None for a sentence recognised as page furniture, which counts as wrong.
        probabilities: By label, in the order of :data:`model.labels.LABELS`.

    """

    document: int
    source: str
    gold: Label
    also: tuple[Label, ...]
    predicted: Label | None
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Precision, recall and F1 of a label, and its support: the number of sentences with this gold label."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class LabelIntervals:
    """The 95 % intervals of a label's precision, recall and F1: percentile bootstrap over documents."""

    precision: tuple[float, float]
    recall: tuple[float, float]
    f1: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of an evaluation; ``macro_f1`` is the mean over the labels that occur as gold labels.

    Attributes:
        n: Number of labelled sentences.
        accuracy: Share of sentences whose predicted label is the gold label.
        macro_f1: Mean F1 of the labels.
        macro_f1_ci95: Its 95 % interval: percentile bootstrap over documents.
        accuracy_lenient: Share whose predicted label is the gold label or another acceptable one.
        accuracy_confident80: Accuracy of the 80 % of sentences with the highest confidence.
        per_class: Scores by label.
        confusion: Counts by gold label, then by predicted label or "boilerplate".
        ece: Expected calibration error of the highest probability over ten equal bins (Naeini et al. 2015,
            https://doi.org/10.1609/aaai.v29i1.9602).
        by_source: ``n``, ``macro_f1`` and ``accuracy`` of each source.

    """

    n: int
    accuracy: float
    macro_f1: float
    macro_f1_ci95: tuple[float, float]
    accuracy_lenient: float
    accuracy_confident80: float
    per_class: dict[Label, LabelScore]
    confusion: dict[Label, dict[str, int]]
    ece: float
    by_source: dict[str, dict[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON-ready data."""
        return asdict(self)


def predict_documents(classifier: Classifier, documents: Sequence[LabelledDocument]) -> list[Prediction]:
    """Classify each document's sentences, in order, as one document, and pair the results with the gold labels."""
    results = classifier.classify_documents((document.texts for document in documents), language="any")
    return pair_documents(documents, results)


def pair_documents(documents: Sequence[LabelledDocument], results: Sequence[Document]) -> list[Prediction]:
    """Pair the sentences of labelled documents with what a classifier said of them."""
    predictions = []
    for index, (document, result) in enumerate(zip(documents, results, strict=True)):
        for gold, said in zip(document.sentences, result.sentences, strict=True):
            if gold.label is not None:
                given = said.probabilities or {}
                values = tuple(given.get(label, 0.0) for label in LABELS)
                predictions.append(Prediction(index, document.source, gold.label, gold.also, said.label, values))
    return predictions


def order_by_label(values: NDArray[np.float64], classes: Iterable[str]) -> NDArray[np.float64]:
    """Return the columns in the order of :data:`model.labels.LABELS`; 0 for a label that is not a class."""
    ordered = np.zeros((len(values), len(LABELS)))
    ordered[:, [LABELS.index(label) for label in classes]] = values
    return ordered


def pair_predictions(
    rows: "Rows", probabilities: NDArray[np.float64], documents: Sequence[LabelledDocument] = ()
) -> list[Prediction]:
    """Pair rows with probabilities of shape (rows, labels); with the documents, predictions know their source."""
    return [
        Prediction(
            document=int(group),
            source=documents[group].source if documents else "",
            gold=sentence.label,
            also=sentence.also,
            predicted=LABELS[values.argmax()],
            probabilities=tuple(values.tolist()),
        )
        for group, sentence, values in zip(rows.groups, rows.sentences, probabilities, strict=True)
        if sentence.label is not None
    ]


def evaluate(predictions: Sequence[Prediction]) -> Evaluation:
    """Compute the figures.

    Raises:
        ValueError: There is no labelled sentence.

    """
    if not predictions:
        raise ValueError("no labelled sentence to evaluate: every label is null")
    counts = count_confusions(predictions)
    total = counts.sum(axis=0)
    right = np.array([p.gold == p.predicted for p in predictions])
    confidence = np.array([max(p.probabilities) for p in predictions])
    return Evaluation(
        n=len(predictions),
        accuracy=float(right.mean()),
        macro_f1=float(macro_f1(total)),
        macro_f1_ci95=interval95(macro_f1(bootstrap_confusions(counts))),
        accuracy_lenient=float(np.mean([p.predicted in (p.gold, *p.also) for p in predictions])),
        accuracy_confident80=_measure_confident_accuracy(right, confidence, 0.8),
        per_class=_score_labels(total),
        confusion={g: {p: int(total[i, k]) for k, p in enumerate(OUTCOMES)} for i, g in enumerate(LABELS)},
        ece=calibration_error(right, confidence),
        by_source=_score_sources(predictions),
    )


def count_confusions(predictions: Sequence[Prediction]) -> NDArray[np.int64]:
    """Return counts of shape (documents, labels, outcomes): by gold label and by :data:`OUTCOMES`."""
    index = {document: i for i, document in enumerate(sorted({p.document for p in predictions}))}
    counts = np.zeros((len(index), len(LABELS), len(OUTCOMES)), dtype=np.int64)
    for p in predictions:
        counts[index[p.document], _POSITION[p.gold], _POSITION.get(p.predicted, BOILERPLATE)] += 1
    return counts


def macro_f1(confusion: NDArray[Any]) -> NDArray[np.float64]:
    """Return the mean F1 over the labels with support, for counts of shape (…, labels, outcomes)."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    support, predicted = confusion.sum(axis=-1), confusion.sum(axis=-2)[..., : len(LABELS)]
    f1 = 2 * hits / np.maximum(support + predicted, 1)
    occurs = support > 0
    mean: NDArray[np.float64] = (f1 * occurs).sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1)
    return mean


def bootstrap_confusions(counts: NDArray[np.int64], rounds: int = BOOTSTRAP_ROUNDS) -> NDArray[np.int64]:
    """Return counts of shape (rounds, labels, outcomes), each over a resample of the documents (Efron 1979)."""
    resampled: NDArray[np.int64] = np.tensordot(draw_documents(len(counts), rounds), counts, axes=1)
    return resampled


def draw_documents(documents: int, rounds: int = BOOTSTRAP_ROUNDS) -> NDArray[np.int64]:
    """Return how often each document was drawn in each resample, of shape (rounds, documents)."""
    return np.random.default_rng(_SEED).multinomial(documents, np.full(documents, 1 / documents), size=rounds)


def compute_intervals(predictions: Sequence[Prediction]) -> dict[Label, LabelIntervals]:
    """Return the intervals of each label's scores."""
    draws = bootstrap_confusions(count_confusions(predictions)).astype(float)
    hits = np.diagonal(draws, axis1=1, axis2=2)
    support, predicted = draws.sum(axis=2), draws.sum(axis=1)[:, : len(LABELS)]
    precision, recall = hits / np.maximum(predicted, 1), hits / np.maximum(support, 1)
    f1 = 2 * hits / np.maximum(support + predicted, 1)
    return {
        label: LabelIntervals(*(interval95(drawn[:, i]) for drawn in (precision, recall, f1)))
        for i, label in enumerate(LABELS)
    }


def interval95(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % percentile interval of bootstrapped values."""
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def paired_difference(
    predictions: Sequence[Prediction], reference: Sequence[Prediction]
) -> tuple[float, tuple[float, float]]:
    """Return macro-F1 minus the reference's on the same sentences, and the 95 % interval of the difference.

    Both are resampled over the same documents. So a document that is hard for both does not widen the interval.
    """
    counts, other = count_confusions(predictions), count_confusions(reference)
    drawn = macro_f1(bootstrap_confusions(counts)) - macro_f1(bootstrap_confusions(other))
    return float(macro_f1(counts.sum(axis=0)) - macro_f1(other.sum(axis=0))), interval95(drawn)


def calibration_error(right: NDArray[np.bool_], confidence: NDArray[np.float64]) -> float:
    """Return the expected calibration error: mean gap of accuracy and confidence over ten equal bins."""
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    gaps = [abs(right[bins == b].mean() - confidence[bins == b].mean()) * np.mean(bins == b) for b in np.unique(bins)]
    return float(sum(gaps))


def _measure_confident_accuracy(right: NDArray[np.bool_], confidence: NDArray[np.float64], share: float) -> float:
    most = np.argsort(-confidence, kind="stable")[: max(1, round(share * len(right)))]
    return float(right[most].mean())


def _score_labels(confusion: NDArray[np.int64]) -> dict[Label, LabelScore]:
    scores = {}
    for i, label in enumerate(LABELS):
        hits, support, predicted = int(confusion[i, i]), int(confusion[i].sum()), int(confusion[:, i].sum())
        precision, recall = hits / max(predicted, 1), hits / max(support, 1)
        scores[label] = LabelScore(precision, recall, 2 * hits / max(support + predicted, 1), support)
    return scores


def _score_sources(predictions: Sequence[Prediction]) -> dict[str, dict[str, float]]:
    figures = {}
    for source in sorted({p.source for p in predictions}):
        own = [p for p in predictions if p.source == source]
        total = count_confusions(own).sum(axis=0)
        accuracy = float(np.trace(total) / total.sum())
        figures[source] = {"n": len(own), "macro_f1": float(macro_f1(total)), "accuracy": accuracy}
    return figures
