"""What passes from a reader to the scorer and on to a writer: rows, their results, and counts of both."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import pyarrow as pa

from model.labels import LABELS
from model.records import Sentence


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why a row cannot be scored.

    Attributes:
        kind: One of a few words, for counting ("bad_json").
        reason: A sentence that says what is wrong, and where.

    """

    kind: str
    reason: str


Content: TypeAlias = str | list[str]  # running text, or sentences split already


class Gold(NamedTuple):
    """The label that a person gave to a sentence of the input (None: it is not to be evaluated), and others as good."""

    label: str | None
    also: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of one file, in order, read and checked.

    Attributes:
        carried: What each row carries along unchanged, under its names in the output: Arrow columns if the output is
            a table, a JSON object for each row if it is JSONL.
        contents: What to classify in each row, or why the row is bad.
        numbers: The number of each row in its file, from 1: of the line in JSONL, else of the row of data. None where
            the rows come from no file.
        file: The name of the file, where records are to give it.
        gold: For each row, the gold label of each sentence, where the input has some; None where no row has any.

    """

    carried: pa.RecordBatch | Sequence[Mapping[str, Any]]
    contents: Sequence[Content | BadRow]
    numbers: Sequence[int] | None = None
    file: str | None = None
    gold: Sequence[Sequence[Gold | None] | None] | None = None


class PlacedSentence(NamedTuple):
    """A sentence of the result with its position in the article, from 0, and its gold label if the input has one."""

    position: int
    sentence: Sentence
    gold: Gold | None = None


@dataclass(slots=True)
class Tally:
    """Counts over scored rows.

    Attributes:
        rows: Rows read.
        sentences: Sentences scored, whether given or left out; page furniture is none.
        uncertain: Sentences in the output that are uncertain.
        repeated: Rows whose text had been scored already (with ``dedupe``).
        boilerplate: Pieces of page furniture in the output.
        given: Sentences in the output by label.
        errors: Bad rows by kind.

    """

    rows: int = 0
    sentences: int = 0
    uncertain: int = 0
    repeated: int = 0
    boilerplate: int = 0
    given: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add the counts of ``other``."""
        self.rows += other.rows
        self.sentences += other.sentences
        self.uncertain += other.uncertain
        self.repeated += other.repeated
        self.boilerplate += other.boilerplate
        self.given.update(other.given)
        self.errors.update(other.errors)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON-ready data."""
        return {
            "rows": self.rows,
            "scored": self.rows - self.bad,
            "errors": dict(sorted(self.errors.items())),
            "sentences": self.sentences,
            "given": self.given.total(),
            "labels": {label: self.given[label] for label in LABELS},
            "uncertain": self.uncertain,
            "boilerplate": self.boilerplate,
            "repeated": self.repeated,
        }

    @classmethod
    def from_dict(cls, counts: Mapping[str, Any]) -> "Tally":
        """Make a tally from what :meth:`to_dict` returned; other keys are ignored."""
        return cls(
            rows=counts["rows"],
            sentences=counts["sentences"],
            uncertain=counts["uncertain"],
            repeated=counts["repeated"],
            boilerplate=counts["boilerplate"],
            given=Counter(counts["labels"]),
            errors=Counter(counts["errors"]),
        )

    @property
    def bad(self) -> int:
        """Rows without a result."""
        return self.errors.total()


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """Rows with their results.

    Attributes:
        rows: The rows.
        results: For each row the sentences to give, or why there are none.
        tally: The counts of these rows.

    """

    rows: Rows
    results: Sequence[Sequence[PlacedSentence] | BadRow]
    tally: Tally


def summarize(tally: Tally, seconds_scoring: float, identity: Mapping[str, str]) -> dict[str, Any]:
    """Return the summary of a run as JSON-ready data.

    Args:
        tally: The counts.
        seconds_scoring: Time spent on scoring, by all runs that worked on this output.
        identity: Which model scored.

    """
    return {**tally.to_dict(), "seconds_scoring": round(seconds_scoring, 3), "model": dict(identity)}
