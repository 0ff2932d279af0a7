"""A sentence in its document becomes the text fields that the pipeline weighs."""

from collections.abc import Sequence
from typing import NamedTuple


class Fields(NamedTuple):
    """What the model sees of one sentence; each field has a TF-IDF of its own."""

    text: str


def fields_of(sentences: Sequence[str]) -> list[Fields]:
    """Return the fields of a document's sentences, in order."""
    return [Fields(text=sentence) for sentence in sentences]
