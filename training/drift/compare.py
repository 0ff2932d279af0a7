"""How far the text of a window has moved from a model's reference: two measures, and plain words.

The population stability index is the sum over bins of (p - q) ln(p / q), for shares p now and q then. The
Jensen-Shannon distance, from 0 to 1, is the square root of the divergence in bits (Lin 1991,
https://doi.org/10.1109/18.61115). Half a count is added to every bin, so that an empty one has a logarithm. Where
nothing has moved, the index of n and m counts in B bins is about (1/n + 1/m) times a chi-squared variable with B - 1
degrees of freedom (Yurdakul and Naranjo 2020, https://doi.org/10.21314/JRMV.2020.227). So small windows have large
indices by chance alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

from training.drift.reference import BINS, FEATURES, UNKNOWN, Counts, Feature, Reference

MOVED: Final = 0.1  # the index from which a shift is usually called one; 0.25 is called a large one
LARGE: Final = 0.25
LEAST: Final = 100  # sentences; of fewer nothing is said
_SURE: Final = NormalDist().inv_cdf(0.99)  # an index above this quantile of chance is none
_UNKNOWN_RISE: Final = 1.5  # unknown words are few: the index hardly sees it when they double
_MOST_CAREFUL: Final = 0.05  # share of sentences that another reader may have decided where confidences are compared
_NAMES: Final[Mapping[Feature, tuple[str, str]]] = {
    "label": ("labels", "are"),
    "confidence": ("confidence", "is"),
    "words": ("the words", "are"),
    "speaker": ("the share of sentences with a speaker", "is"),
    "length": ("the length of sentences", "is"),
}
_BINS: Final[Mapping[Feature, str]] = {
    "label": "{}",
    "confidence": "confidence {}",
    "words": "{} words",
    "speaker": "{} a speaker",
    "length": "{} words",
}


@dataclass(frozen=True, slots=True)
class Shift:
    """One feature now and then.

    Attributes:
        psi: Population stability index; None without any count.
        js_distance: Jensen-Shannon distance; None without any count.
        chance: What the index stays below 99 times of 100 where nothing has moved; None without any count.
        sample: Counts of the window.
        reference_sample: Counts of the reference.
        moved: Whether the feature has moved; None where nothing can be said.
        words: The same in plain words.
        now: The share of each bin in the window.
        then: Its share in the reference.

    """

    psi: float | None
    js_distance: float | None
    chance: float | None
    sample: int
    reference_sample: int
    moved: bool | None
    words: str
    now: Mapping[str, float]
    then: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the shift as JSON-ready data; each bin with its two shares."""
        shares = {name: {"now": self.now.get(name), "then": share} for name, share in self.then.items()}
        numbers = {"psi": self.psi, "js_distance": self.js_distance, "chance": self.chance}
        samples = {"sample": self.sample, "reference_sample": self.reference_sample}
        return {**numbers, **samples, "moved": self.moved, "words": self.words, "shares": shares}


def compare(reference: Reference, counts: Counts, created: str, careful: int = 0) -> dict[Feature, Shift]:
    """Compare the counts of a window with the reference.

    Args:
        reference: The reference of the model that read the window.
        counts: Sentences (of "words": words) in each bin of each feature; bins may be left out.
        created: When the model was trained, for the words: "2026-11-28…".
        careful: How many of the sentences the careful reader decided. The reference's confidences are the fast one's.

    """
    sentences = sum(counts["label"].values())
    shifts = {}
    for feature in FEATURES:
        is_comparable = feature != "confidence" or careful <= _MOST_CAREFUL * sentences
        note = "" if is_comparable else f"the careful reader decided {careful} of {sentences} sentences; it did not"
        shifts[feature] = _measure(feature, reference.counts[feature], counts[feature], sentences, created[:10], note)
    return shifts


def describe(shifts: Mapping[Feature, Shift]) -> str:
    """Return what has moved, in one sentence after another; that nothing has where nothing has."""
    moved = [shift.words for shift in shifts.values() if shift.moved]
    if moved:
        return " ".join(moved)
    if all(shift.moved is None for shift in shifts.values()):
        return next(iter(shifts.values())).words
    return "Nothing has moved by more than chance and the usual bounds."


def population_stability_index(now: Mapping[str, float], then: Mapping[str, float]) -> float:
    """Return the index of two distributions over the same bins, none of them empty."""
    return sum((p - then[name]) * math.log(p / then[name]) for name, p in now.items())


def jensen_shannon_distance(now: Mapping[str, float], then: Mapping[str, float]) -> float:
    """Return the distance of two distributions over the same bins, none of them empty."""
    middle = {name: (p + then[name]) / 2 for name, p in now.items()}
    divergence = sum(
        side[name] * math.log2(side[name] / share) / 2 for side in (now, then) for name, share in middle.items()
    )
    return math.sqrt(max(divergence, 0.0))


def quantile_of_chance(sample: int, reference_sample: int, bins: int) -> float:
    """Return what the index stays below with 99 % certainty where nothing has moved.

    The chi-squared quantile is approximated (Wilson and Hilferty 1931, https://doi.org/10.1073/pnas.17.12.684).
    """
    freedom = bins - 1
    spread = 2 / (9 * freedom)
    return float((1 / sample + 1 / reference_sample) * freedom * (1 - spread + _SURE * math.sqrt(spread)) ** 3)


def _measure(
    feature: Feature, then_counts: Mapping[str, int], now_counts: Mapping[str, int], sentences: int, day: str, note: str
) -> Shift:
    bins = BINS[feature]
    sample, reference_sample = (sum(counts.get(name, 0) for name in bins) for counts in (now_counts, then_counts))
    then_shares = _share(then_counts, bins)
    if not sample or not reference_sample:
        return Shift(None, None, None, sample, reference_sample, None, "No sentence has come yet.", {}, then_shares)
    now, then = _smooth(now_counts, bins), _smooth(then_counts, bins)
    psi, chance = population_stability_index(now, then), quantile_of_chance(sample, reference_sample, len(bins))
    now_shares = _share(now_counts, bins)
    rose = feature == "words" and now_shares[UNKNOWN] >= _UNKNOWN_RISE * then_shares[UNKNOWN]
    moved = None if sentences < LEAST or note else psi > chance and (psi >= MOVED or rose)
    words = _put_in_words(feature, moved, sentences, day, psi, _find_largest(feature, now, then), note)
    distance = jensen_shannon_distance(now, then)
    return Shift(psi, distance, chance, sample, reference_sample, moved, words, now_shares, then_shares)


def _put_in_words(
    feature: Feature, moved: bool | None, sentences: int, day: str, psi: float, largest: str, note: str
) -> str:
    name, verb = _NAMES[feature]
    begin = name[0].upper() + name[1:]
    if note:
        return f"{begin} {verb} not compared: {note} when the model was measured."
    if moved is None:
        return f"{sentences} sentences are too few to tell what has moved; {LEAST} are the least."
    if not moved:
        return f"{begin} {verb} as in the news the model was measured on; the largest difference: {largest}."
    much = " a lot" if psi >= LARGE else ""
    have = "have" if verb == "are" else "has"
    return f"{begin} {have} moved{much} since the model of {day} was measured, mostly {largest}."


def _find_largest(feature: Feature, now: Mapping[str, float], then: Mapping[str, float]) -> str:
    """Return the bin whose share differs most, with both shares: "threat (12.0 % now, 4.1 % then)"."""
    name = max(now, key=lambda name: abs(now[name] - then[name]))
    if feature == "words":
        name = UNKNOWN
    return f"{_BINS[feature].format(name)} ({now[name]:.1%} now, {then[name]:.1%} then)"


def _smooth(counts: Mapping[str, int], bins: tuple[str, ...]) -> dict[str, float]:
    total = sum(counts.get(name, 0) for name in bins) + len(bins) / 2
    return {name: (counts.get(name, 0) + 0.5) / total for name in bins}


def _share(counts: Mapping[str, int], bins: tuple[str, ...]) -> dict[str, float]:
    total = max(sum(counts.get(name, 0) for name in bins), 1)
    return {name: counts.get(name, 0) / total for name in bins}
