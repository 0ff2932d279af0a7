"""What is asked of a scoring run, as far as it changes the result; how it is run (workers, engine) is no part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from model.labels import LABELS, Label
from model.thresholds import NO_THRESHOLDS, Thresholds

Form = Literal["articles", "sentences"]

SENTENCES_FIELD = "sentences"
# Columns that readers add to what they read: where a row comes from, its whole JSON object, its content where that is
# not simply a column of the input, and what is wrong with it. The core turns them into result columns.
ROW, FILE, RECORD = "__row", "__file", "__record"
TEXT, SENTENCES = "__text", "__sentences"
ERROR_KIND, ERROR = "__error_kind", "__error"
ADDED = (ROW, FILE, RECORD, TEXT, SENTENCES, ERROR_KIND, ERROR)

_RENAMED = "input_"


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """Options of scoring.

    Attributes:
        form: "articles" (a record an article, its sentences nested) or "sentences" (a record a sentence).
        text_field: The column that holds running text.
        id_field: The column that identifies an article; carried along whatever ``keep`` says.
        keep: Columns to carry along; None for all but the text itself.
        labels: Labels whose probabilities are given.
        only: Labels whose sentences are given.
        min_confidence: Sentences below this confidence are left out.
        thresholds: How probabilities become labels and doubts.
        max_text: Longest text in code points (all sentences together, where split already); longer is an error.
        dedupe: Whether results are remembered and given again for identical texts.

    """

    form: Form = "articles"
    text_field: str = "text"
    id_field: str = "id"
    keep: Sequence[str] | None = None
    labels: Sequence[Label] = LABELS
    only: Sequence[Label] = LABELS
    min_confidence: float = 0.0
    thresholds: Thresholds = field(default=NO_THRESHOLDS)
    max_text: int = 1_000_000
    dedupe: bool = False

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: A value is out of range or a label is unknown; the message lists the valid ones.

        """
        for name in (*self.labels, *self.only):
            if name not in LABELS:
                raise ValueError(f"unknown label {name!r}; the labels are {', '.join(LABELS)}")
        if not 0 <= self.min_confidence <= 1:
            raise ValueError(f"the least confidence must lie between 0 and 1, got {self.min_confidence:g}")
        if self.max_text < 1:
            raise ValueError(f"the longest text must have at least 1 character, got {self.max_text}")

    def carried(self, columns: Sequence[str]) -> Mapping[str, str]:
        """Return which of ``columns`` are carried along, each with its name in the output.

        A column whose name a result column has gets the prefix "input_".

        Raises:
            ValueError: Two columns would have the same name in the output.

        """
        carried = {name: self.output_name(name) for name in columns if self.is_carried(name, columns)}
        doubles = sorted(name for name in set(carried.values()) if list(carried.values()).count(name) > 1)
        if doubles:
            raise ValueError(
                f"two columns of the input would be called {', '.join(doubles)} in the output; "
                "rename one, or leave it out with --keep"
            )
        return carried

    def is_carried(self, name: str, columns: Sequence[str]) -> bool:
        """Tell whether the column ``name`` of an input with these ``columns`` is carried along."""
        if name in ADDED:
            return False
        if self.keep is not None:
            return name in self.keep or name == self.id_field
        return name != (self.text_field if self.text_field in columns else SENTENCES_FIELD)

    def output_name(self, name: str) -> str:
        """Return what the input column ``name`` is called in the output."""
        from service.batch.results import RESULT_COLUMNS

        return _RENAMED + name if name in RESULT_COLUMNS[self.form] else name

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON-ready data."""
        record = asdict(self)
        record["thresholds"] = {"uncertain": self.thresholds.uncertain, **self.thresholds.labels}
        return record
