"""The options of a scoring run that change its result. How it is run (workers, engine) is not among them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from model.labels import LABELS, Label
from model.language import ENGLISH, Languages
from model.records import Sentence
from model.thresholds import NO_THRESHOLDS, Thresholds

ResultForm = Literal["articles", "sentences"]

SENTENCES_FIELD = "sentences"  # the input field that holds sentences split already


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """Options of scoring.

    Attributes:
        form: "articles" (a record for each article, its sentences nested) or "sentences" (a record for each sentence).
        text_field: The column that holds running text.
        id_field: The column that identifies an article; carried along whatever ``keep`` says.
        keep: Columns to carry along; None for all but the text itself.
        labels: Labels whose probabilities are given.
        only: Labels whose sentences are given; None for all sentences, page furniture included.
        min_confidence: Sentences below this confidence are left out; above 0, so is page furniture, which has none.
        thresholds: How probabilities become labels and doubts.
        max_text: Longest text in code points (all sentences together, where split already); longer is an error.
        dedupe: Whether results are remembered and given again for identical texts.
        language: "en" to refuse what is not in English; "any" to label it, marked by its language.

    """

    form: ResultForm = "articles"
    text_field: str = "text"
    id_field: str = "id"
    keep: Sequence[str] | None = None
    labels: Sequence[Label] = LABELS
    only: Sequence[Label] | None = None
    min_confidence: float = 0.0
    thresholds: Thresholds = field(default=NO_THRESHOLDS)
    max_text: int = 1_000_000
    dedupe: bool = False
    language: Languages = ENGLISH

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: A value is out of range or a label is unknown; the message lists the valid ones.

        """
        for name in (*self.labels, *(self.only or ())):
            if name not in LABELS:
                raise ValueError(f"unknown label {name!r}; the labels are {', '.join(LABELS)}")
        if not 0 <= self.min_confidence <= 1:
            raise ValueError(f"the least confidence must lie between 0 and 1, got {self.min_confidence:g}")
        if self.max_text < 1:
            raise ValueError(f"the longest text must have at least 1 character, got {self.max_text}")

    def is_given(self, sentence: Sentence) -> bool:
        """Tell whether a sentence is to be in the output."""
        if sentence.label is None or sentence.confidence is None:
            return self.only is None and self.min_confidence == 0
        return (self.only is None or sentence.label in self.only) and sentence.confidence >= self.min_confidence

    def is_carried(self, name: str, columns: Sequence[str]) -> bool:
        """Tell whether the column ``name`` of an input with these ``columns`` is carried along."""
        if self.keep is not None:
            return name in self.keep or name == self.id_field
        return name != (self.text_field if self.text_field in columns else SENTENCES_FIELD)

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON-ready data."""
        record = asdict(self)
        record["thresholds"] = {"uncertain": self.thresholds.uncertain, **self.thresholds.labels}
        return record
