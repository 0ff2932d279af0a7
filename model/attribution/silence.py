"""Refusals to speak, which report a source though nothing was said: "had no comment", "could not be reached"."""

from model.attribution import lexicon
from model.attribution.phrases import NOTHING, Phrase
from model.attribution.sources import source_after, source_before
from model.attribution.tokens import Tokens

_WITHIN = 7  # tokens back from "comment"
_ASKED = lexicon.reporting_words("asked")  # "reached for comment", "return calls seeking comment"
_HAVING = lexicon.reporting_words("having")  # "had no comment"
_FROM, _NOT = frozenset(("from", "by")), frozenset(("no", "without", "any"))


def unanswered(tokens: Tokens, comment: int) -> Phrase:
    """Return who was asked in vain, for the noun "comment" at ``comment``; nobody where it means something else."""
    lower = tokens.lower
    if tokens.lower[comment + 1] in _FROM and not _NOT.isdisjoint(lower[max(comment - 2, 0) : comment]):
        return source_after(tokens, comment + 2)  # "There was no immediate comment from the embassy"
    for index in range(comment - 1, max(comment - _WITHIN, 0), -1):
        if lower[index] in _ASKED or (lower[index] in _HAVING and lower[index + 1] in _NOT):
            return source_before(tokens, index)
    return NOTHING
