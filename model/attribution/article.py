"""One sentence while its document is being read: what was found in it, and who turned out to vouch for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from model.attribution.confidence import Step, Way
from model.attribution.cues import Cue, find_cues
from model.attribution.entities import Entity
from model.attribution.names import Name, find_names
from model.attribution.namesakes import is_heading, mark_names
from model.attribution.phrases import Range
from model.attribution.quotations import Quotation, find_quotations
from model.attribution.tokens import Tokens, tokenize
from model.records import Kind, Medium


class Voice(NamedTuple):
    """Who vouches for a sentence, while descriptions of them may still come: see :class:`model.records.Speaker`.

    ``way``, ``score``, ``at`` and ``step`` tell how they were found, for the
    :class:`~model.attribution.confidence.Evidence`.
    """

    entity: Entity
    name: str
    mention: str
    cue: str
    kind: Kind
    where: Range | None = None  # the mention's tokens, where it stands in this sentence
    via: Medium | None = None
    way: Way = "label"
    score: float = 0.0  # the cue's; 0 where there is none
    at: int = 0  # the sentence that attributes; of no account for a label
    step: Step = ""


@dataclass(slots=True)
class Reading:
    """A sentence's tokens, quotation, names and cues, and later its voice.

    A headline (``heading``) holds no names: all of its words are capitalised. ``unresolved`` tells that somebody speaks
    whom the article does not name: "she said".
    """

    text: str
    tokens: Tokens
    quotation: Quotation
    names: list[Name]
    cues: list[Cue]
    heading: bool = False
    voice: Voice | None = None
    unresolved: bool = False


def read(sentences: Sequence[str]) -> list[Reading]:
    """Read the sentences of one document, in order; their speakers are not known yet."""
    quotations = find_quotations(sentences)
    article = [tokenize(text, quotation) for text, quotation in zip(sentences, quotations, strict=True)]
    headings = [is_heading(tokens) for tokens in article]
    mark_names(article, headings)
    return [
        Reading(text, tokens, quotation, [] if heading else find_names(tokens), find_cues(tokens), heading)
        for text, tokens, quotation, heading in zip(sentences, article, quotations, headings, strict=True)
    ]
