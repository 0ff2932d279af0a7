"""The options of a scoring run that change its result. How it is run (workers, engine) is not among them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from model.labels import LABELS, Label
from model.language import ENGLISH, Languages
from model.reader_choice import ReaderChoice
from model.records import Sentence
from model.thresholds import NO_THRESHOLDS, Thresholds
from service.inputs.encodings import check_encoding

ResultForm = Literal["articles", "sentences"]

SENTENCES_FIELD = "sentences"  # the input field that holds sentences split already


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """Options of scoring.

    Attributes:
        form: "articles" (a record for each article, its sentences nested) or "sentences" (a record for each sentence).
        text_field: The field that holds running text; of several, the texts are joined, with an empty line between.
            In JSON, "fields.body" is also the field "body" of the object "fields".
        id_field: The column that identifies an article; carried along whatever ``keep`` says.
        keep: Columns to carry along; None for all but the text itself.
        labels: Labels whose probabilities are given.
        only: Labels whose sentences are given; None for all sentences, page furniture included.
        min_confidence: Sentences below this confidence are left out; above 0, so is page furniture, which has none.
        thresholds: How probabilities become labels and doubts.
        reader: Who reads the sentences.
        max_text: Longest text in code points (all sentences together, where split already); longer is an error.
        dedupe: Whether results are remembered and given again for identical texts.
        encoding: The encoding of JSON, CSV and plain text; None for UTF-8, and for what a web page declares.
        separator: The character between cells of CSV; None for the one that the extension stands for.
        language: "en" to refuse what is not in English; "any" to label it, marked by its language.

    """

    form: ResultForm = "articles"
    text_field: str | Sequence[str] = "text"
    id_field: str = "id"
    keep: Sequence[str] | None = None
    labels: Sequence[Label] = LABELS
    only: Sequence[Label] | None = None
    min_confidence: float = 0.0
    thresholds: Thresholds = field(default=NO_THRESHOLDS)
    reader: ReaderChoice = "auto"
    max_text: int = 1_000_000
    dedupe: bool = False
    encoding: str | None = None
    separator: str | None = None
    language: Languages = ENGLISH

    @property
    def text_fields(self) -> tuple[str, ...]:
        """The fields that hold running text."""
        return (self.text_field,) if isinstance(self.text_field, str) else tuple(self.text_field)

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: A value is out of range or a label is unknown; the message lists the valid ones.

        """
        for name in (*self.labels, *(self.only or ())):
            if name not in LABELS:
                raise ValueError(f"unknown label {name!r}; the labels are {', '.join(LABELS)}")
        if not self.text_fields:
            raise ValueError("name at least one field with the text")
        if self.encoding is not None:
            check_encoding(self.encoding)
        if self.separator is not None and (len(self.separator) != 1 or self.separator in '"\r\n'):
            raise ValueError(f"the separator must be one character, such as ; or a tab, not {self.separator!r}")
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
        fields = [field for field in self.text_fields if field in columns]
        return name not in (fields or [SENTENCES_FIELD])

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON-ready data."""
        record = asdict(self)
        record["thresholds"] = {"uncertain": self.thresholds.uncertain, **self.thresholds.labels}
        return record
