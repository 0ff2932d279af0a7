"""What the text was like that a model was measured on: the reference that later text is compared with.

Five features of a sentence are counted in bins: its label, the label's confidence, whether its words are known, whether
it has a speaker, and its length. The figures are of real news that the model had not seen: predictions come from
cross-validation, and a word counts as known if the other documents make it so. This module needs the standard library
alone, for the service counts with it, too.
"""

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, get_args

from model.artifact import ArtifactError, find_version
from model.labels import LABELS, Label
from model.records import Sentence

REFERENCE_FILE: Final = "reference.json"
Feature = Literal["label", "confidence", "words", "speaker", "length"]
FEATURES: Final[tuple[Feature, ...]] = get_args(Feature)
KNOWN, UNKNOWN = "known", "unknown"
WITH, WITHOUT = "with", "without"
_WORD: Final = re.compile(r"[^\W\d_]+")
_CONFIDENCES: Final = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)  # upper ends of the bins, which belong to them
_LENGTHS: Final = (5, 10, 15, 20, 25, 30, 40)  # words; one more bin has all that is longer


def _name_bins(ends: Sequence[float], last: str | None = None) -> tuple[str, ...]:
    """Return names such as "to 0.4", "0.4 to 0.5"; with ``last``, one more for what is above all ends."""
    names = [f"to {ends[0]:g}", *(f"{low:g} to {high:g}" for low, high in pairwise(ends))]
    return (*names, *([last] if last else []))


BINS: Final[Mapping[Feature, tuple[str, ...]]] = {
    "label": LABELS,
    "confidence": _name_bins(_CONFIDENCES),
    "words": (KNOWN, UNKNOWN),
    "speaker": (WITH, WITHOUT),
    "length": _name_bins(_LENGTHS, f"over {_LENGTHS[-1]}"),
}
Counts = Mapping[Feature, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Observation:
    """What is counted of a sentence.

    Attributes:
        label: Its likeliest label, whatever thresholds may make of it.
        confidence: That label's probability.
        known_words: How many of its words the model knows.
        words: How many words it has.
        has_speaker: Whether it has a speaker.

    """

    label: Label
    confidence: float
    known_words: int
    words: int
    has_speaker: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference of a model.

    Attributes:
        documents: Number of documents.
        sentences: Number of sentences.
        counts: Sentences (of "words": words) in each bin of each feature.

    """

    documents: int
    sentences: int
    counts: Counts

    def to_dict(self) -> dict[str, Any]:
        """Return the reference as JSON-ready data."""
        counts = {feature: dict(bins) for feature, bins in self.counts.items()}
        return {"documents": self.documents, "sentences": self.sentences, "counts": counts}


def observe(sentence: Sentence, known_words: Container[str]) -> Observation | None:
    """Return what is counted of a classified sentence; None for one without label, such as page furniture."""
    if not sentence.probabilities:
        return None
    label = max(sentence.probabilities, key=sentence.probabilities.__getitem__)
    words = split_words(sentence.text)
    known = sum(word in known_words for word in words)
    return Observation(label, sentence.probabilities[label], known, len(words), sentence.speaker is not None)


def count_bins(observations: Iterable[Observation]) -> dict[Feature, Counter[str]]:
    """Return how many sentences (of "words": words) are in each bin of each feature; bins without any are left out."""
    counts: dict[Feature, Counter[str]] = {feature: Counter() for feature in FEATURES}
    for each in observations:
        counts["label"][each.label] += 1
        counts["confidence"][BINS["confidence"][_find_bin(each.confidence, _CONFIDENCES, len(_CONFIDENCES) - 1)]] += 1
        counts["speaker"][WITH if each.has_speaker else WITHOUT] += 1
        counts["length"][BINS["length"][_find_bin(each.words, _LENGTHS, len(_LENGTHS))]] += 1
        counts["words"] += Counter({KNOWN: each.known_words, UNKNOWN: each.words - each.known_words})
    return counts


def make_reference(documents: int, observations: Sequence[Observation]) -> Reference:
    """Return the reference, with every bin, empty ones too."""
    counted = count_bins(observations)
    counts = {feature: {name: counted[feature][name] for name in BINS[feature]} for feature in FEATURES}
    return Reference(documents, len(observations), counts)


def split_words(text: str) -> list[str]:
    """Return the words of a text in lower case; figures are none."""
    return _WORD.findall(text.lower())


def load_reference(folder: Path) -> Reference | None:
    """Read an artifact's reference, after the artifact was verified; None where it was trained without one.

    Raises:
        ArtifactError: The file is not a reference of this version.

    """
    path = find_version(folder) / REFERENCE_FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read ({error})") from error
    try:
        bins = {feature: tuple(record["counts"][feature]) for feature in FEATURES}
        reference = Reference(record["documents"], record["sentences"], record["counts"])
    except (KeyError, TypeError) as error:
        raise ArtifactError(f"{path} is no reference ({error!r})") from error
    if bins != BINS:
        raise ArtifactError(
            f"{path} has other bins than this version; train a new model, or use the version it is from"
        )
    return reference


def _find_bin(value: float, ends: Sequence[float], last: int) -> int:
    """Return the number of the bin; upper ends belong to it, and what is above them to the last."""
    return min(bisect_left(ends, value), last)
