"""What a run counts, and the summary it makes of that."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model.labels import LABELS


@dataclass(slots=True)
class Tally:
    """Counts over scored rows.

    Attributes:
        rows: Rows read.
        sentences: Sentences scored, whether given or left out.
        given: Sentences in the output by label.
        uncertain: Of these, the uncertain ones.
        errors: Rows without a result by kind of fault.
        repeated: Rows whose text had been scored already (with ``dedupe``).

    """

    rows: int = 0
    sentences: int = 0
    uncertain: int = 0
    repeated: int = 0
    given: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add the counts of ``other``."""
        self.rows += other.rows
        self.sentences += other.sentences
        self.uncertain += other.uncertain
        self.repeated += other.repeated
        self.given.update(other.given)
        self.errors.update(other.errors)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON-ready data."""
        return {
            "rows": self.rows,
            "scored": self.rows - self.wrong,
            "errors": dict(sorted(self.errors.items())),
            "sentences": self.sentences,
            "given": self.given.total(),
            "labels": {label: self.given[label] for label in LABELS},
            "uncertain": self.uncertain,
            "repeated": self.repeated,
        }

    @classmethod
    def from_dict(cls, counts: Mapping[str, Any]) -> "Tally":
        """Make a tally of what :meth:`to_dict` gave, whatever else is with it."""
        return cls(
            rows=counts["rows"],
            sentences=counts["sentences"],
            uncertain=counts["uncertain"],
            repeated=counts["repeated"],
            given=Counter(counts["labels"]),
            errors=Counter(counts["errors"]),
        )

    @property
    def wrong(self) -> int:
        """Rows without a result."""
        return self.errors.total()


def summary_of(tally: Tally, seconds_scoring: float, identity: Mapping[str, str]) -> dict[str, Any]:
    """Return the summary as JSON-ready data.

    Args:
        tally: The counts.
        seconds_scoring: Time spent on scoring, by all runs that had a part in it.
        identity: Which model it was.

    """
    return {**tally.to_dict(), "seconds_scoring": round(seconds_scoring, 3), "model": dict(identity)}
