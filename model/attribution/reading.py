"""One sentence while its document is being read: what was found in it, and who turned out to vouch for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.attribution.cues import Cue, find_cues
from model.attribution.memory import Entity
from model.attribution.names import Name, find_names
from model.attribution.quotations import Quotation, find_quotations
from model.attribution.tokens import Tokens, tokenize
from model.records import Speaker


@dataclass(slots=True)
class Reading:
    """A sentence's tokens, quotation, names and cues, and later its speaker with the entity behind it."""

    text: str
    tokens: Tokens
    quotation: Quotation
    names: list[Name]
    cues: list[Cue]
    entity: Entity | None = None
    speaker: Speaker | None = None


def read(sentences: Sequence[str]) -> list[Reading]:
    """Read the sentences of one document, in order; their speakers are not known yet."""
    readings = []
    for text, quotation in zip(sentences, find_quotations(sentences), strict=True):
        tokens = tokenize(text, quotation)
        readings.append(Reading(text, tokens, quotation, find_names(tokens), find_cues(tokens)))
    return readings
