"""The gate: figures of a candidate and of the model in service go in, a verdict comes out.

A candidate passes if on every set no label's F1 is likely to have fallen by more than the margin, if it gives the
labels of held-out corrections a higher probability, and if these look like the labels of people who know better.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.labels import LABELS, Label
from training.evaluate import Prediction, bootstrap_confusions, count_confusions, draw_documents, macro_f1

MARGIN: Final = 0.03  # by how much a label's F1 may fall
MOST_RISK: Final = 0.25  # how likely it may be that it fell by more: strict, yet a small file does not refuse all
_SURE: Final = 0.05  # the bound of a change is its quantile over resamples: a one-sided 95 % interval
_LEAST_CONTRADICTIONS: Final = 10  # fewer say nothing about whether corrections are plausible
# Of the probability that right labels have where the model errs. Measured on news of the corpus that the model had not
# learned from, four articles at a time: right labels had 0.8 to 1.3 of it, labels turned round 0.2 to 0.5 (one 0.7).
_LEAST_PLAUSIBLE: Final = 2 / 3


@dataclass(frozen=True, slots=True)
class Pair:
    """What both models say of the same sentences, in the same order, and what the set of these is called."""

    name: str
    candidate: Sequence[Prediction]
    in_service: Sequence[Prediction]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of both models on one set.

    Attributes:
        before: That of the model in service.
        after: That of the candidate.
        bound: The change, at least, with 95 % certainty: paired bootstrap over documents.
        risk: How likely it fell by more than the margin: share of the resamples.

    """

    before: float
    after: float
    bound: float
    risk: float

    @property
    def change(self) -> float:
        """What the candidate gains; negative where it loses."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both models on one set.

    Attributes:
        name: What the set is called.
        documents: Number of documents.
        sentences: Number of labelled sentences.
        f1: Of each label that occurs.
        macro_f1: Mean F1 of the labels that occur.
        accuracy: Share of sentences with the right label.
        given: Mean probability that the right label was given; it shows small gains that change no label yet.

    """

    name: str
    documents: int
    sentences: int
    f1: dict[Label, Change]
    macro_f1: Change
    accuracy: Change
    given: Change


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A held-out sentence to which people gave another label than the model in service.

    Attributes:
        probability: What the candidate, which has not seen the document, gives the people's label.

    """

    probability: float


@dataclass(frozen=True, slots=True)
class Plausibility:
    """Whether corrections look like those of people who know better.

    What people say of one article, a model can find plausible that has learned from their other corrections. Labels
    that are turned round, or given at random, remain ones that it has good reason to exclude.

    Attributes:
        contradictions: Number of held-out sentences to which people gave another label than the model in service.
        given: The mean probability that the candidate gives the people's label there.
        expected: The mean probability that the model in service gives the right label where it errs on the corpus.

    """

    contradictions: int
    given: float
    expected: float

    @property
    def is_plausible(self) -> bool:
        """Whether nothing speaks against the corrections; too few contradictions say nothing."""
        return self.contradictions < _LEAST_CONTRADICTIONS or self.given >= _LEAST_PLAUSIBLE * self.expected


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the candidate may go into service.

    Attributes:
        reasons: Why not, a sentence each; empty if it may.
        margin: By how much a label's F1 may fall.
        sets: The comparison on each set.
        corrections: The comparison on the sentences that people confirmed or corrected.
        plausibility: What speaks for the corrections.

    """

    reasons: tuple[str, ...]
    margin: float
    sets: tuple[Comparison, ...]
    corrections: Comparison
    plausibility: Plausibility

    @property
    def passed(self) -> bool:
        """Whether the candidate may go into service."""
        return not self.reasons

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON-ready data."""
        return {"passed": self.passed, **asdict(self)}


def judge(
    sets: Iterable[Pair],
    corrections: Pair,
    contradictions: Sequence[Contradiction],
    expected: float,
    margin: float = MARGIN,
) -> Verdict:
    """Return the verdict.

    Args:
        sets: The held-out corpus, and every evaluation file.
        corrections: The sentences that people confirmed or corrected, predicted by models without their documents.
        contradictions: Those of them where the model in service says something else than the people.
        expected: The mean probability that the model in service gives the right label where it errs elsewhere.
        margin: By how much a label's F1 may fall on any set.

    Raises:
        ValueError: The margin is no share, or a set has no sentences.

    """
    if not 0 <= margin < 1:
        raise ValueError(f"the margin must be from 0 to less than 1, not {margin}")
    compared = tuple(compare(pair, margin) for pair in sets)
    corrected = compare(corrections, margin)
    plausibility = assess_plausibility(contradictions, expected)
    reasons = [reason for comparison in compared for reason in _list_falls(comparison, margin)]
    if corrected.given.change <= 0:
        reasons.append(
            f"held-out corrections did not get better: the people's labels of {corrected.sentences} sentences had a "
            f"probability of {corrected.given.before:.3f} on average before, {corrected.given.after:.3f} after"
        )
    if not plausibility.is_plausible:
        reasons.append(
            f"the corrections look turned round or random: {plausibility.contradictions} contradict the model in "
            f"service, and even the candidate, which has learned from the others, gives the people's labels there a "
            f"probability of {plausibility.given:.2f} on average; where the model errs on the corpus, right labels "
            f"have {plausibility.expected:.2f}. Look at them (stance corrections list), or promote it by hand"
        )
    return Verdict(tuple(reasons), margin, compared, corrected, plausibility)


def compare(pair: Pair, margin: float = MARGIN) -> Comparison:
    """Compare both models on one set.

    Raises:
        ValueError: The set has no sentences, or the models were asked of different ones.

    """
    if not pair.candidate:
        raise ValueError(f"{pair.name}: no labelled sentence to compare on")
    if [(p.document, p.gold) for p in pair.candidate] != [(p.document, p.gold) for p in pair.in_service]:
        raise ValueError(f"{pair.name}: the models were asked of different sentences")
    before, after = count_confusions(pair.in_service), count_confusions(pair.candidate)
    drawn_before, drawn_after = bootstrap_confusions(before), bootstrap_confusions(after)
    total_before, total_after = before.sum(axis=0), after.sum(axis=0)
    f1_before, f1_after = score_labels(total_before), score_labels(total_after)
    gains = score_labels(drawn_after) - score_labels(drawn_before)
    changes = {
        label: _change(f1_before[i], f1_after[i], gains[:, i], margin)
        for i, label in enumerate(LABELS)
        if total_before[i].any()
    }
    macro = macro_f1(drawn_after) - macro_f1(drawn_before)
    accuracy = _accuracy(drawn_after) - _accuracy(drawn_before)
    return Comparison(
        name=pair.name,
        documents=len(before),
        sentences=len(pair.candidate),
        f1=changes,
        macro_f1=_change(macro_f1(total_before), macro_f1(total_after), macro, margin),
        accuracy=_change(_accuracy(total_before), _accuracy(total_after), accuracy, margin),
        given=_compare_given(pair, margin),
    )


def score_labels(confusion: NDArray[Any]) -> NDArray[np.float64]:
    """Return the F1 of each label, of shape (…, labels), for counts of shape (…, labels, outcomes)."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    support, predicted = confusion.sum(axis=-1), confusion.sum(axis=-2)[..., : len(LABELS)]
    f1: NDArray[np.float64] = 2 * hits / np.maximum(support + predicted, 1)
    return f1


def assess_plausibility(contradictions: Sequence[Contradiction], expected: float) -> Plausibility:
    """Weigh the probabilities of the people's labels against that of right labels elsewhere."""
    given = float(np.mean([each.probability for each in contradictions])) if contradictions else 0.0
    return Plausibility(len(contradictions), given, expected)


def _compare_given(pair: Pair, margin: float) -> Change:
    before, after = (
        np.array([p.probabilities[LABELS.index(p.gold)] for p in predictions])
        for predictions in (pair.in_service, pair.candidate)
    )
    gains = _resample_means([p.document for p in pair.candidate], after - before)
    return _change(before.mean(), after.mean(), gains, margin)


def _resample_means(documents: Sequence[int], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the values in each resample of the documents, of shape (rounds,)."""
    _, index = np.unique(documents, return_inverse=True)
    sums, counts = np.bincount(index, values), np.bincount(index)
    draws = draw_documents(len(sums))
    means: NDArray[np.float64] = (draws @ sums) / np.maximum(draws @ counts, 1)
    return means


def _list_falls(comparison: Comparison, margin: float) -> list[str]:
    return [
        f"{comparison.name}: the F1 of {label} has fallen by more than {margin:g} with a probability of "
        f"{change.risk:.0%} ({change.before:.3f} before, {change.after:.3f} after; {MOST_RISK:.0%} is allowed)"
        for label, change in comparison.f1.items()
        if change.risk > MOST_RISK
    ]


def _change(before: Any, after: Any, gains: NDArray[np.float64], margin: float) -> Change:  # noqa: ANN401 -- numpy's scalars
    bound, risk = np.quantile(gains, _SURE), (gains < -margin).mean()
    return Change(float(before), float(after), float(bound), float(risk))


def _accuracy(confusion: NDArray[Any]) -> NDArray[np.float64]:
    """Return the share of hits, for counts of shape (…, labels, outcomes)."""
    hits = np.trace(confusion, axis1=-2, axis2=-1)
    share: NDArray[np.float64] = hits / np.maximum(confusion.sum(axis=(-2, -1)), 1)
    return share
