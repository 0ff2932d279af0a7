"""Media that relay somebody's words: "..., the minister said, Reuters reported", "the minister told state television".

An outlet is known by name, or by a noun ("state television", "the newspaper Le Monde"). A report, a letter or data are
documents, and no outlets.
"""

from collections.abc import Mapping

from model.attribution import lexicon
from model.attribution.cues import QUOTING, Cue
from model.attribution.phrases import (
    ADVERB,
    AUXILIARY,
    CLAUSE,
    DETERMINER,
    PREPOSITION,
    PRONOUN,
    ROLES,
    TIME,
    Range,
    is_document,
    is_personal,
)
from model.attribution.quotations import UNQUOTED
from model.attribution.sources import source_after, source_before
from model.attribution.tokens import Tokens, tokenize

_OUTLETS = lexicon.reporting_words("outlet")
_PRESS = lexicon.reporting_words("press")
_RELAYING = lexicon.reporting_words("relaying")
_ADDRESSING = lexicon.reporting_words("addressing")
_INTO_PRESS = frozenset(("of", "from", "for", "at", "with"))  # "reporters of Le Monde"
_INTO_OUTLET = frozenset(("to", "with", "by", "on", "in", "via", "through", "during", "for"))
_OPENING = _INTO_OUTLET - {"for"}
_NAMED = lexicon.name_words("media")
_VERBS = frozenset(lexicon.verbs()) - lexicon.reporting_words("noun-like") - _OUTLETS
_CITING = {form: verb.lemma for form, verb in lexicon.verbs().items() if verb.form == "ing" and verb.lemma in QUOTING}
_STOPS = CLAUSE | AUXILIARY | PREPOSITION | PRONOUN | TIME | ADVERB | _VERBS
_NO_FRAME = (AUXILIARY | CLAUSE | _VERBS | {"."}) - {"that"}
_LONGEST = 9  # tokens of an outlet's noun phrase
_LONGEST_NAME = 5  # tokens of an outlet's name
_LONGEST_CHAIN = 30  # tokens of "in an interview on Monday with the BBC"

Outlets = Mapping[int, str]  # by token: the outlets that the article itself tells of, "Otava, a weekly"


def _clues() -> frozenset[str]:
    """Return words of which one stands wherever an outlet does: nouns, and the last of each well-known name."""
    media = [name.split() for name, known in lexicon.well_known().items() if known.role == "media"]
    named = {name[-1] for name in media if _NAMED.isdisjoint(name) and _OUTLETS.isdisjoint(name)}
    capital = _OUTLETS | _NAMED | named
    return frozenset((*_OUTLETS, *map(str.capitalize, capital), *map(str.title, capital), *map(str.upper, capital)))


_CLUES = _clues()
# "the", which may stand before any name, and the first words of well-known media
_OPENS_NAME = {"the"} | {
    tokenize(name, UNQUOTED).lower[0] for name, known in lexicon.well_known().items() if known.role == "media"
}


def is_outlet(noun: str) -> bool:
    """Tell whether a noun stands for an outlet: "newspaper", not "letter"."""
    return noun in _OUTLETS


def may_relay(tokens: Tokens, own: Outlets) -> bool:
    """Tell whether a sentence can hold an outlet at all: most hold none."""
    return bool(own) or not _CLUES.isdisjoint(tokens.words)


def outlet_at(tokens: Tokens, start: int, own: Outlets) -> str | None:
    """Return the name of the outlet whose noun phrase begins at ``start``; None where it is no outlet's."""
    stop = _phrase_end(tokens, start)
    for index in range(start, stop):
        if tokens.words[index][0].isupper():
            inside = index > start and tokens.words[index - 1][0].isupper()  # "Daily Herald" is more than "Herald"
            name = _known_at(tokens, index, start, stop) or (None if inside else own.get(index))
            if name is not None:
                return name
    return _by_noun(tokens, start, stop)


def _phrase_end(tokens: Tokens, start: int) -> int:
    stop, limit = start, min(start + _LONGEST, len(tokens))
    while stop < limit and not tokens.quoted[stop]:
        word = tokens.lower[stop]
        capital = tokens.words[stop][0].isupper()
        if not (word[0].isalnum() or word in ("'s", "&")):
            break
        opens = stop == start and word in DETERMINER
        if not capital and not opens and (word in _STOPS or word in DETERMINER):
            break
        stop += 1
    return stop


def _known_at(tokens: Tokens, start: int, first: int, stop: int) -> str | None:
    """Return the longest name of a well-known medium that begins at ``start``, in a phrase that begins at ``first``."""
    if tokens.lower[start] not in _OPENS_NAME:
        return None
    for end in range(min(stop, start + _LONGEST_NAME), start, -1):
        name = tokens.text(start, end)
        known = lexicon.known(name)
        if known and known.role == "media":
            while end < stop and (tokens.lower[end] in _NAMED or tokens.words[end].isdigit()):
                end += 1  # "BBC Radio 4"
            while start > first and tokens.lower[start] in _NAMED and tokens.words[start - 1][0].isupper():
                start -= 1  # "[Daily] Herald"
            while tokens.words[end - 1].islower():
                end -= 1  # "Tasnim [news agency]"
            return tokens.text(start, end)
    return None


def _by_noun(tokens: Tokens, start: int, stop: int) -> str | None:
    """Read "state television", "the newspaper Le Monde", "the Mizan news agency", "the Harbour Journal"."""
    lower, words = tokens.lower, tokens.words
    first = start
    for index in range(start, stop):
        if lower[index] == "'s":
            first = index + 1
    if first == start and start < stop and lower[start] in DETERMINER:
        first = start + 1
    nouns = [index for index in range(first, stop) if lower[index] in _OUTLETS]
    if not nouns:
        named = stop - first > 1 and words[stop - 1][0].isupper() and lower[stop - 1] in _NAMED
        return tokens.text(first, stop) if named and all(word[0].isupper() for word in words[first:stop]) else None
    last = nouns[-1]
    if any(word in _PRESS for word in lower[last + 1 : stop]):
        return tokens.text(first, last + 1)
    following = last + 1
    if lower[last] == "news" and words[last][0].islower():
        return None  # "told a news conference"
    if following < stop and words[last][0].islower():
        if not words[following][0].isupper():
            return None  # "the newspaper stand"
        return tokens.text(following, stop)
    while following < stop and words[following][0].isupper():  # "Daily Courant"
        following += 1
    return tokens.text(first, following)


def relay_of(tokens: Tokens, cue: Cue, own: Outlets) -> str | None:
    """Return the outlet through which a cue's words come, by the phrases around the cue; None where they name none."""
    told = _quoting_outlet(tokens, cue.position, own)
    told = told or _relay_from(tokens, cue.position + 1, own, addressed=cue.lemma in _ADDRESSING)
    if told is not None:
        return told
    opening = min(cue.source[0], cue.position)
    if opening > 2 and tokens.lower[0] in _OPENING:
        told = _relay_from(tokens, 0, own)
    return told or _by_participle(tokens, own)


def _quoting_outlet(tokens: Tokens, position: int, own: Outlets) -> str | None:
    """Read "Reuters quoted the minister as saying" and "was quoted as saying by Reuters"."""
    verb = lexicon.verbs().get(tokens.lower[position])
    if verb is None or verb.lemma not in QUOTING:
        return None
    saying = next((i for i in range(position, len(tokens)) if tokens.lower[i] == "saying"), len(tokens))
    after = _relay_from(tokens, saying + 1, own)
    if after is not None:
        return after
    quoting = source_before(tokens, position)
    return source_outlet(tokens, quoting.source, own) if quoting.found else None


def cited_by(tokens: Tokens, medium: Cue) -> Cue | None:
    """Read "Interfax reported, citing the ministry": a cue of who is cited; None where nobody who can speak is."""
    for index in range(medium.source[0], len(tokens) - 1):
        lemma = _CITING.get(tokens.lower[index])
        if lemma is None or tokens.quoted[index]:
            continue
        phrase = source_after(tokens, index + 1)
        if phrase.found and is_personal(tokens, phrase.head) and not is_document(tokens, phrase.head):
            return Cue(index, lemma, medium.score, phrase.source, phrase.head, "ing")
    return None


def _by_participle(tokens: Tokens, own: Outlets) -> str | None:
    """Read ", speaking to the BBC," and "was quoted by state radio"."""
    for participle in _RELAYING.intersection(tokens.lower):
        at = tokens.lower.index(participle)
        if not tokens.quoted[at] and tokens.lower[at + 1] in _INTO_OUTLET:
            name = _relay_from(tokens, at + 1, own)
            if name is not None:
                return name
    return None


def _relay_from(tokens: Tokens, start: int, own: Outlets, *, addressed: bool = False) -> str | None:
    """Walk a chain of prepositional phrases, "in an interview on Monday with the BBC", to an outlet.

    Args:
        tokens: The sentence.
        start: Where the chain begins.
        own: The article's own outlets.
        addressed: Whether who was spoken to stands first: "told [the BBC]".

    """
    lower, index, limit = tokens.lower, start, min(start + _LONGEST_CHAIN, len(tokens))
    if addressed and index < limit and lower[index] not in PREPOSITION:
        name = None if tokens.quoted[index] else outlet_at(tokens, index, own)
        if name is not None:
            return name
        index = max(_phrase_end(tokens, index), index + (lower[index] in PRONOUN))
    while index < limit and not tokens.quoted[index]:
        word = lower[index]
        press = lower[index - 1] in _PRESS and word in _INTO_PRESS
        if press or word in _INTO_OUTLET:
            name = outlet_at(tokens, index + 1, own)
            if name is not None:
                return name
            index = max(_phrase_end(tokens, index + 1), index + 1)
        elif word in PREPOSITION:
            index = max(_phrase_end(tokens, index + 1), index + 1)
        elif word in TIME or word in _RELAYING or word in ADVERB or word.isdigit():
            index += 1
        else:
            break
    return None


def relays(tokens: Tokens, medium: Cue, speech: Cue) -> bool:
    """Tell whether the cue of a medium covers somebody's words: "Reuters reported that the minister said"."""
    if medium.form == "according":
        return True
    if medium.position < speech.position:
        return is_content(tokens, medium.position + 1, speech.source[0])
    before = medium.source[0] - 1
    return medium.form == "inverted" or (
        before > 0 and (tokens.words[before] in (",", "—", "–") or tokens.quoted[before] == 1)
    )


def is_content(tokens: Tokens, start: int, stop: int) -> bool:
    """Tell whether nothing but a frame stands between a cue and the source of the next: "on Friday that, in May,"."""
    if not start <= stop <= start + _LONGEST_CHAIN:
        return False
    between = tokens.lower[start:stop]
    if not _NO_FRAME.isdisjoint(between):
        return False
    return len(between) < 2 or "that" in between or between[0] in PREPOSITION or between[0] in TIME


def source_outlet(tokens: Tokens, source: Range, own: Outlets) -> str | None:
    """Return the outlet that is a source itself; None where its head is somebody or something else."""
    if tokens.lower[source[0]] in PRONOUN:
        return None
    start = source[0] + (tokens.lower[source[0]] in DETERMINER)
    name = outlet_at(tokens, source[0], own)
    if name is None:
        return None
    stop = min(_phrase_end(tokens, start), source[1])
    last = tokens.lower[stop - 1]
    return None if last in ROLES and last not in _OUTLETS and last not in _NAMED else name
