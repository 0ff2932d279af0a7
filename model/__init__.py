"""Text in, labelled sentences out: ``Classifier.load("artifact").classify(text)``."""

from typing import TYPE_CHECKING, Any

from model.labels import DEFINITIONS, LABELS, Label
from model.language import ForeignLanguageError
from model.records import Contribution, Document, Explanation, Sentence, Speaker

if TYPE_CHECKING:
    from model.artifact import ArtifactError
    from model.classifier import Classifier

__all__ = [
    "DEFINITIONS",
    "LABELS",
    "ArtifactError",
    "Classifier",
    "Contribution",
    "Document",
    "Explanation",
    "ForeignLanguageError",
    "Label",
    "Sentence",
    "Speaker",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- PEP 562; importing numpy only once a model is wanted
    if name == "Classifier":
        from model.classifier import Classifier

        return Classifier
    if name == "ArtifactError":
        from model.artifact import ArtifactError

        return ArtifactError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
