"""Noun phrases that can name a source: where they begin and end, what their head is, what can stand in them."""

from typing import NamedTuple

from model.attribution import lexicon
from model.attribution.tokens import Tokens

LONGEST = 24  # tokens of a source phrase
CLAUSE = lexicon.words("clause")
AUXILIARY = lexicon.words("auxiliary")
ADVERB = lexicon.words("adverb")
TIME = lexicon.words("time")
PREPOSITION = lexicon.words("preposition")
DETERMINER = lexicon.words("determiner")
QUANTITY = lexicon.words("quantity") | DETERMINER
PRONOUN = lexicon.words("pronoun")
ROLES = frozenset(lexicon.roles())
# Finite verbs, written small, end a phrase; base forms ("people say") are left to the words around them.
_FINITE = frozenset(form for form, verb in lexicon.verbs().items() if verb.form != "base")
_FINITE -= lexicon.reporting_words("noun-like")
_FINITE |= lexicon.words("past")
_DOCUMENTS = frozenset(noun for noun, role in lexicon.roles().items() if role == "media")
_LEFT_STOP = CLAUSE | AUXILIARY | PRONOUN
_RIGHT_STOP = (PREPOSITION - lexicon.words("attaching")) | CLAUSE | AUXILIARY
_LEFT_MARKS = frozenset(("'s", "&", "-", "/", "'", "%", "$", "#", "@"))
_RIGHT_MARKS = frozenset(("'s", "&", "-", "/", "'"))
_ATTACHING = lexicon.words("attaching")  # prepositions a source phrase may reach over: "ministry of", "Lee from"
_PLACING = _ATTACHING - {"of", "for"}  # ... if a name follows
_WITHIN_HEAD = frozenset(("like", "over", "under"))
_SOURCING = lexicon.words("sourcing")
_STARTERS = lexicon.words("starter")
_LISTING = frozenset((",", "and"))
_LONGEST_LIST, _LONGEST_MEMBER = 16, 6  # tokens
_OBJECT_PRONOUN = frozenset(("them", "him", "us", "me"))

Range = tuple[int, int]


class Phrase(NamedTuple):
    """A source phrase.

    Attributes:
        source: Token range of it all, appositions included; empty where there is none.
        head: Token range of the part that names the source: no apposition, nothing from its first preposition on.

    """

    source: Range
    head: Range

    @property
    def found(self) -> bool:
        """Whether there is such a phrase."""
        return self.source[1] > self.source[0]


NOTHING = Phrase((0, 0), (0, 0))


def phrase(tokens: Tokens, start: int, stop: int) -> Phrase:
    """Return the phrase of the tokens ``start`` to ``stop`` (exclusive), without an apposition."""
    return Phrase((start, stop), head_of(tokens, start, stop))


def head_of(tokens: Tokens, start: int, stop: int) -> Range:
    """Return the part of a phrase before its first preposition."""
    for index in range(start + 1, stop):
        word = tokens.lower[index]
        if word in PREPOSITION and word not in _WITHIN_HEAD:
            if word == "of" and tokens.lower[index - 1] in QUANTITY:  # "most of the voters", "a group of farmers"
                continue
            return (start, index)
        if word.endswith("ed") and index > start + 1 and _is_participle(tokens, index):
            return (start, index)
    return (start, stop)


def _is_participle(tokens: Tokens, index: int) -> bool:
    """Tell whether a word in -ed follows its noun: "a report published by", "remarks carried by"."""
    return tokens.words[index][0].islower() and tokens.lower[index + 1] in PREPOSITION


def phrase_start(tokens: Tokens, end: int) -> int:
    """Walk left to where the noun phrase that ends with token ``end`` begins; ``end + 1`` where none does."""
    lower = tokens.lower
    if lower[end] in PRONOUN:
        return end + 1 if lower[end] in _OBJECT_PRONOUN else end
    if stops(tokens, end):
        return end + 1
    index = end
    while index > 0 and end - index < LONGEST and not _opens(tokens, index):
        before = index - 1
        joins = lower[before] == "and" and before > 0 and coordinates(tokens, before)
        if not joins and stops(tokens, before):
            break
        index = before
    while index < end and lower[index] in PREPOSITION and lower[index] != "of":
        index += 1
    if index > 1 and lower[index - 1] in _LISTING:
        return _list_start(tokens, index, end)
    return index


def _list_start(tokens: Tokens, index: int, end: int) -> int:
    """Return where a list begins that opens the sentence and goes on at ``index``; ``index`` where there is none.

    Read "France, [Germany and Italy]", "The mayor and [the governor]".
    """
    words, lower = tokens.words, tokens.lower
    first = index - 2
    if lower[index - 1] == ",":
        if (
            "and" not in lower[index:end]
            or lower[first] in TIME
            or any(word.islower() for word in words[index:end] if word != "and")
        ):
            return index
        named = all(word[0].isupper() or word == "," for word in words[:index]) and not tokens.quoted[0]
        return 0 if named and lower[0] not in _STARTERS and index <= _LONGEST_LIST else index
    if lower[index] not in DETERMINER or tokens.quoted[0] or first > _LONGEST_MEMBER:
        return index
    named = all(words[i][0].isupper() for i in range(first + 1)) and (
        not first or lower[0] not in _STARTERS or lower[0] == "the"
    )
    described = (
        lower[0] in DETERMINER
        and lower[first] in ROLES
        and not any(
            lower[i] in ROLES or lower[i] in DETERMINER or lower[i] in PREPOSITION or stops(tokens, i)
            for i in range(1, first)
        )
    )
    return 0 if (named and lower[first] not in TIME) or described else index


def _opens(tokens: Tokens, index: int) -> bool:
    """Tell whether a determiner opens the phrase here, rather than a part of it ("all the", "of the")."""
    before = tokens.lower[index - 1]
    return tokens.lower[index] in DETERMINER and before not in PREPOSITION and before not in ("all", "and")


def stops(tokens: Tokens, index: int) -> bool:
    """Tell whether a source phrase cannot reach left over this token."""
    word = tokens.lower[index]
    if tokens.quoted[index]:
        return True
    if word in _LEFT_STOP:
        if word == "her":  # left of a noun it is a possessive
            return tokens.lower[index + 1] in _FINITE
        if word == "to" and tokens.lower[index - 1] in _SOURCING:
            return False
        return word != "to" or tokens.lower[index - 1] not in ROLES or not _is_named(tokens, index + 1)
    if not word[0].isalnum():
        return word not in _LEFT_MARKS
    # "the accused's brother" holds a noun
    return word in _FINITE and tokens.words[index][0].islower() and tokens.lower[index + 1] != "'s"


def _is_named(tokens: Tokens, index: int) -> bool:
    """Tell whether a name follows, not a verb: "advisers to Mr Lee", "allowed officials to go"."""
    return index < len(tokens) and tokens.words[index][0].isupper()


def coordinates(tokens: Tokens, conjunction: int) -> bool:
    """Tell whether "and" joins two names or two roles rather than two clauses."""
    before, after = tokens.words[conjunction - 1], tokens.words[conjunction + 1]
    if before != before.lower():  # "Khalid al-Rashidi and Ann Lee", "Ann Lee and banker Bo Lind"
        if after != after.lower():
            return True
        if after in ROLES and _is_named(tokens, conjunction + 2):
            return True
    return before.lower() in ROLES and (after.lower() in ROLES or after[0].isupper())


def phrase_stop(tokens: Tokens, start: int) -> int:
    """Walk right to where the noun phrase that begins at ``start`` ends (exclusive)."""
    count = len(tokens)
    if start < count and tokens.lower[start] in PRONOUN and not tokens.quoted[start]:
        return start + 1
    stop = start
    while stop < count and stop - start < LONGEST and not tokens.quoted[stop] and _extends(tokens, start, stop):
        stop += 1
    return stop


def _extends(tokens: Tokens, start: int, index: int) -> bool:
    """Tell whether the phrase that begins at ``start`` goes on with the token ``index``."""
    lower, words = tokens.lower, tokens.words
    word = lower[index]
    if word in _ATTACHING:
        if tokens.lower[index + 1].endswith("ing") and tokens.words[index + 1][0].islower():  # "accused by X of lying"
            return False
        return index > start and (word not in _PLACING or _attaches(tokens, index))
    if word == "and" and index > start and index + 1 < len(tokens) and coordinates(tokens, index):
        return True
    if (word in _RIGHT_STOP and not words[index][0].isupper()) or (word in TIME and words[index][0].isupper()):
        return False
    if not word[0].isalnum() and word not in _RIGHT_MARKS:
        return False
    if word in _FINITE and words[index][0].islower():
        return False
    return index == start or word not in ADVERB


def _attaches(tokens: Tokens, preposition: int) -> bool:
    """Tell whether "in", "at", "from" introduce a place or body that belongs to the phrase, not a time."""
    after = preposition + 1
    if after >= len(tokens):
        return True
    if tokens.lower[after] in TIME:
        return False
    if tokens.lower[after] in _SOURCING or tokens.lower[preposition - 1] in _SOURCING:
        return True
    if tokens.words[after][0].isupper():
        return True
    named = after + 1 < len(tokens) and tokens.words[after + 1][0].isupper()
    return named and tokens.lower[after] in DETERMINER


def can_be_source(tokens: Tokens, start: int, stop: int) -> bool:
    """Tell whether a phrase can name a source: a name, a pronoun, or a role."""
    lower = tokens.lower
    if lower[start] in PREPOSITION or lower[start].endswith("ing"):
        return False
    return any(
        lower[i] in ROLES or lower[i] in PRONOUN or (tokens.words[i][0].isupper() and lower[i] not in TIME)
        for i in range(start, stop)
    )


def is_document(tokens: Tokens, head: Range) -> bool:
    """Tell whether a head ends in a document, in data or in a medium."""
    return head[1] > head[0] and tokens.lower[head[1] - 1] in _DOCUMENTS


def is_personal(tokens: Tokens, head: Range) -> bool:
    """Tell whether a head can speak: it ends in a pronoun, a role or a name."""
    if head[1] <= head[0]:
        return False
    last = head[1] - 1
    return tokens.lower[last] in PRONOUN or tokens.lower[last] in ROLES or tokens.words[last][0].isupper()
