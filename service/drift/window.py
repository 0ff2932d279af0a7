"""A window of text that a model has read, compared with the model's reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from model import Classifier
from training.drift.compare import Shift, compare, describe
from training.drift.reference import Counts, Feature, Reference


@dataclass(frozen=True, slots=True)
class Window:
    """What was read.

    Attributes:
        counts: Sentences (of "words": words) in each bin of each feature.
        careful: How many of the sentences the careful reader decided.
        since: Begin of the window, in seconds since 1970; None where it is not known.

    """

    counts: Counts
    careful: int = 0
    since: float | None = None

    @property
    def sentences(self) -> int:
        """Number of sentences, without page furniture."""
        return sum(self.counts["label"].values())


@dataclass(frozen=True, slots=True)
class Drift:
    """A window beside the reference."""

    identity: Mapping[str, str]
    reference: Reference
    window: Window
    shifts: Mapping[Feature, Shift]

    @property
    def summary(self) -> str:
        """What has moved, in words."""
        return describe(self.shifts)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-ready data."""
        since = self.window.since
        return {
            "model": dict(self.identity),
            "since": None if since is None else datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds"),
            "sentences": self.window.sentences,
            "careful_sentences": self.window.careful,
            "reference": {"documents": self.reference.documents, "sentences": self.reference.sentences},
            "moved": any(shift.moved for shift in self.shifts.values()),
            "summary": self.summary,
            "features": {feature: shift.to_dict() for feature, shift in self.shifts.items()},
        }


def measure_drift(classifier: Classifier, reference: Reference, window: Window) -> Drift:
    """Compare a window that a classifier has read with the classifier's reference."""
    manifest = classifier.manifest
    shifts = compare(reference, window.counts, manifest.created, window.careful)
    return Drift(manifest.identity(), reference, window, shifts)
