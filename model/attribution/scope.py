"""Whether a cue governs its sentence, or only a clause inside it.

"The bridge, which the ministry announced, opened in rain" is the reporter's sentence: the ministry vouches for none of
it. Each rule here names one way in which a clause hangs on another.
"""

from model.attribution import lexicon
from model.attribution.phrases import ADVERB, AUXILIARY, CLAUSE, DETERMINER, PREPOSITION, PRONOUN, ROLES, TIME, Range
from model.attribution.tokens import Tokens

_SUBORDINATORS = lexicon.words("subordinating")
_RELATIVE = frozenset(("who", "which", "that"))
_VERBS = frozenset(lexicon.verbs())
_GAP_NOUNS = lexicon.reporting_words("nominal") | lexicon.reporting_words("gap")
_INDEFINITE = frozenset(("something", "anything", "nothing", "everything", "all"))
_OBJECTS = frozenset(("him", "her", "it", "us", "me", "them", "you"))
_FINITE = AUXILIARY - {"to", "not", "be", "been", "being"}
_NOT_NOUNS = CLAUSE | ADVERB | PREPOSITION | AUXILIARY | PRONOUN | TIME | DETERMINER | _VERBS | lexicon.words("linking")
_ENDS_CLAUSE = frozenset(("", ".", ",", ";", "?", "!", ")", "—", "–"))
_AFTER_GAP = _ENDS_CLAUSE | _FINITE | PREPOSITION | TIME | {"last", "next", "earlier"}  # no object follows the cue
_SAID = frozenset(form for form, verb in lexicon.verbs().items() if verb.strength == "say")
_OCCASIONS = frozenset((preposition, "which") for preposition in ("at", "during", "in"))
_DASHES = frozenset(("—", "–", "-"))
_OPENING_MARKS = _DASHES | {"("}
_QUOTED_WITHIN = 5  # tokens between a cue and the quotation it governs
_QUOTED = 4  # words; a cue that governs as many quoted words governs a quotation
_LONGEST_ASIDE = 40  # tokens
_LONGEST_OPENING = 12  # tokens of "After the match [he said]"


def is_subordinate(tokens: Tokens, position: int, source: Range, form: str) -> bool:
    """Tell whether the cue at ``position`` governs neither its main clause nor a quotation.

    Args:
        tokens: The sentence.
        position: The cue's token.
        source: The token range of its source phrase.
        form: The cue's form.

    """
    if form == "passive":
        return _relative_passive(tokens, position) and not _governs_quotation(tokens, position)
    if form not in ("verb", "ing"):
        return False
    if not (_hangs(tokens, position, source) or _in_aside(tokens, position, source)):
        return False
    return not _governs_quotation(tokens, position)


def _hangs(tokens: Tokens, position: int, source: Range) -> bool:
    """Tell whether the clause of source and cue is relative or adverbial."""
    start = source[0]
    before, first = tokens.lower[start - 1] if start else "", tokens.lower[start]
    if first in _RELATIVE and source[1] == start + 1 and not tokens.words[start].isupper():
        return _resumes(tokens, position)
    if before in _SUBORDINATORS or first in _SUBORDINATORS:
        return not _reports_occasion(tokens, position, start)
    if before == "that":
        return (
            _is_noun(tokens, start - 2) and tokens.lower[start - 2] not in _GAP_NOUNS and not _content(tokens, position)
        )
    return _contact_relative(tokens, position, source)


def _reports_occasion(tokens: Tokens, position: int, start: int) -> bool:
    """Tell whether what was said closes the sentence, whose main clause is the occasion: "in which he said"."""
    if not (tokens.lower[start - 1] == "where" or tokens.lower[start - 2 : start] in _OCCASIONS):
        return False
    following = tokens.lower[position + 1]
    if following == "that":
        return True
    named = position + 1 < len(tokens) and tokens.words[position + 1][0].isupper()
    return tokens.lower[position] in _SAID and (named or following in PRONOUN or following in DETERMINER)


def _resumes(tokens: Tokens, position: int) -> bool:
    """Tell whether the main clause goes on after a relative clause: "X, who said it was late, left"."""
    for index in range(position + 1, min(position + _LONGEST_ASIDE, len(tokens) - 1)):
        if tokens.words[index] == "," and not tokens.quoted[index]:
            following = tokens.lower[index + 1]
            if following in _FINITE or following in _VERBS or following.endswith("ed"):
                return True
    return False


def _contact_relative(tokens: Tokens, position: int, source: Range) -> bool:
    """Read "something Moscow denies", "a move critics say will hurt", "the letter she wrote": no pronoun joins them."""
    start, following = source[0], tokens.lower[position + 1]
    if following in _FINITE and start > 0 and tokens.lower[start - 1] != "," and tokens.words[start - 1] != "-":
        return _is_noun(tokens, start - 1)
    if following not in _AFTER_GAP or _content(tokens, position):
        return False
    begins = tokens.lower[start] in PRONOUN or tokens.lower[start] in DETERMINER
    if begins and _is_noun(tokens, start - 1) and not _opens_sentence(tokens, start):
        return True
    return _holds_gap(tokens, position, source)


def _holds_gap(tokens: Tokens, position: int, source: Range) -> bool:
    """Tell whether two noun phrases meet in a source: "a claim | Moscow [denies]", "a step | critics [condemned]"."""
    start, stop = source
    if tokens.lower[start] in _INDEFINITE and stop > start + 1:
        return True
    for index in range(start + 1, min(stop, position)):
        word = tokens.lower[index - 1]
        begins = tokens.words[index][0].isupper() or (tokens.lower[index] in ROLES and tokens.lower[index][-1] == "s")
        if begins and word in _GAP_NOUNS and tokens.words[index - 1][0].islower():
            return True
    return False


def _is_noun(tokens: Tokens, index: int) -> bool:
    """Tell whether a small word stands here that can be the noun a clause hangs on."""
    if index < 0 or tokens.quoted[index] or not tokens.words[index][0].islower():
        return False
    word = tokens.lower[index]
    if word.endswith(("ing", "ed", "ly")):
        return False
    return word in _INDEFINITE or word in _GAP_NOUNS or word not in _NOT_NOUNS


def _opens_sentence(tokens: Tokens, start: int) -> bool:
    """Tell whether all before a source is an opening phrase: "After the match [he said]"."""
    if start > _LONGEST_OPENING:
        return False
    first, opening = tokens.lower[0], tokens.lower[:start]
    adverbial = first in PREPOSITION or first in CLAUSE or first in ADVERB or not TIME.isdisjoint(opening)
    return adverbial and _FINITE.isdisjoint(opening)


def _content(tokens: Tokens, position: int) -> bool:
    """Tell whether what was said follows the cue: "that", a colon, or a quotation."""
    near = range(position + 1, min(position + _QUOTED_WITHIN, len(tokens)))
    return any(tokens.lower[index] in ("that", ":") or tokens.quoted[index] for index in near)


def _governs_quotation(tokens: Tokens, position: int) -> bool:
    """Tell whether a quotation of some length follows the cue in its clause."""
    for index in range(position + 1, min(position + _QUOTED_WITHIN, len(tokens))):
        if tokens.quoted[index]:
            return sum(tokens.quoted[index : index + 2 * _QUOTED]) > _QUOTED + 1  # marks count among the quoted tokens
    return False


def _relative_passive(tokens: Tokens, position: int) -> bool:
    """Read "which was condemned by the union"."""
    index = position - 1
    while index > 0 and (tokens.lower[index] in AUXILIARY or tokens.lower[index] in ADVERB):
        index -= 1
    return tokens.lower[index] in _RELATIVE and index > 0


def _in_aside(tokens: Tokens, position: int, source: Range) -> bool:
    """Tell whether source and cue stand in brackets or between dashes, with what was said beside them."""
    if source[0] < 2 or _OPENING_MARKS.isdisjoint(tokens.words[max(source[0] - _LONGEST_ASIDE, 0) : source[0]]):
        return False
    opening = _opening_before(tokens, source[0])
    if opening < 1:
        return False
    bracket = tokens.words[opening] == "("
    for index in range(position + 1, min(position + _LONGEST_ASIDE, len(tokens))):
        word = tokens.words[index]
        if word == ")" if bracket else word in _DASHES:
            return index < len(tokens) - 2 and index > position + 1
    return False


def _opening_before(tokens: Tokens, start: int) -> int:
    """Return where the bracket or dash stands that opens an aside before ``start``; -1 where none does."""
    for index in range(start - 1, max(start - _LONGEST_ASIDE, -1), -1):
        word = tokens.words[index]
        if word == ")" or tokens.quoted[index]:
            return -1
        if word == "(" or word in _DASHES:
            return index
    return -1
