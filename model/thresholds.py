"""Thresholds: which label is given for the probabilities of a sentence, and when it is marked uncertain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from model.labels import LABELS, Label


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What decides on the label of a sentence and on "uncertain".

    Attributes:
        uncertain: Confidence below which a sentence is marked uncertain; None: the model's own, chosen in training.
        labels: Probability from which a label is given. A label that reaches its threshold goes before labels without
            one; of several, the one with the highest ratio to its threshold is given. A label below its threshold
            is not given, unless every label has a threshold and none is reached.

    """

    uncertain: float | None = None
    labels: Mapping[Label, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: A threshold lies outside (0, 1], or a label is unknown.

        """
        for name, value in [("uncertain", self.uncertain), *self.labels.items()]:
            if name not in (*LABELS, "uncertain"):
                raise ValueError(f"unknown threshold {name!r}; give uncertain or one of {', '.join(LABELS)}")
            if value is not None and not 0 < value <= 1:
                raise ValueError(f"the threshold of {name} must lie above 0 and be at most 1, got {value:g}")

    @classmethod
    def of(cls, values: Mapping[str, float]) -> "Thresholds":
        """Make thresholds of a flat mapping such as ``{"threat": 0.2, "uncertain": 0.6}``.

        Raises:
            ValueError: A threshold lies outside (0, 1], or a name is unknown.

        """
        labels = {name: value for name, value in values.items() if name != "uncertain"}
        return cls(values.get("uncertain"), cast("Mapping[Label, float]", labels))  # __post_init__ checks the names

    def decide(self, probabilities: Mapping[Label, float]) -> Label:
        """Return the label for one sentence's probabilities."""
        if not self.labels:
            return max(probabilities, key=probabilities.__getitem__)
        reached = {name: probabilities[name] / t for name, t in self.labels.items() if probabilities[name] >= t}
        if reached:
            return max(reached, key=reached.__getitem__)
        rest = [label for label in LABELS if label not in self.labels] or LABELS
        return max(rest, key=probabilities.__getitem__)


NO_THRESHOLDS: Final = Thresholds()
