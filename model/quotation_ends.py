"""Whether the text after a quoted question or exclamation says who spoke: “Will the bridge reopen?” Nora Fitch asked.

Then the sentence goes on. It has ended where other words follow ("Nora Fitch ran to the door"), or where the verb has
words of its own: "Nora Fitch said that it would", "asked the engineer to leave".
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from model.attribution import lexicon
from model.lexicon import read_sections

_WINDOW = 300  # code points after the quotation that are looked at, so that time grows with the text alone
_LONGEST_BRIEF = 80  # code points of "Nora Fitch said."
_LONGEST_SUBJECT = 20  # words
_TOKEN = re.compile(r"[^\W_][\w’'&-]*(?:\.[\w’'-]+)*\.?|[^\w\s]")

_LISTS = {section: frozenset(words) for section, words in read_sections("boundaries.txt").items()}
_VERBS = _LISTS["say"] | _LISTS["say-to"]
_PAUSES = frozenset('.?!,;…—–-”"')
_NO_WORDS_INSIDE = frozenset('.?!,;:…“”"')


def tells_who_spoke(text: str, start: int, *, briefly: bool = False) -> bool:
    """Tell whether what follows a quotation says who spoke.

    Args:
        text: The paragraph.
        start: Where it goes on after the quotation.
        briefly: Whether the sentence must end with its verb ("Ash said."), so that it cannot stand alone.

    """
    if not text[start].isupper() or (briefly and not _ends_with_verb(text, start)):
        return False
    tokens = _TOKEN.findall(text, start, start + _WINDOW)
    verb = _find_verb(tokens)
    if verb is None:
        return False
    return tokens[verb].endswith(".") or (not briefly and _has_quotation_for_object(tokens[verb], tokens[verb + 1 :]))


def _ends_with_verb(text: str, start: int) -> bool:
    """Tell whether the first full stop after ``start`` follows a verb of speech; that takes less time than all else."""
    stop = text.find(".", start, start + _LONGEST_BRIEF)
    return stop >= 0 and text[start:stop].rpartition(" ")[2] in _VERBS


def _find_verb(tokens: Sequence[str]) -> int | None:
    """Return the index of the verb of speech after a name or noun phrase with which the tokens begin, or None."""
    if tokens[0].lower() in _never_subjects():
        return None
    i, apposed = 1, False
    while i < min(len(tokens), _LONGEST_SUBJECT):
        word = tokens[i]
        if word.rstrip(".") in _VERBS:
            return i
        closes = word == "," and apposed and not _VERBS.isdisjoint(tokens[i + 1 : i + 3])
        if not closes and (word == "," or (apposed and not _is_of_subject(tokens, i))):
            apposed = True  # "Otto Brandt, 43, a baker, said": on to the next comma
            i += 1 + len(list(takewhile(_is_inside, tokens[i + 1 :])))
            if tokens[i : i + 1] != [","]:
                return None
        elif not closes and not _is_of_subject(tokens, i):
            return None
        i += 1
    return None


def _is_of_subject(tokens: Sequence[str], i: int) -> bool:
    """Tell whether a word may stand in a noun phrase for who speaks, or between it and its verb."""
    word = tokens[i]
    if word[0].isalnum() and not word.islower():  # "Ann", "al-Said", "43"
        return True
    if word in _subject_words() or word.endswith("ly"):
        return True
    return word.isalpha() and tokens[i + 1 : i + 2] != [] and tokens[i + 1][0].isupper()  # "BBC presenter Ann Moss"


def _is_inside(token: str) -> bool:
    return token not in _NO_WORDS_INSIDE


def _has_quotation_for_object(verb: str, rest: Sequence[str]) -> bool:
    """Tell whether a verb of speech has the quotation before it for its object, by the tokens after the verb."""
    if not rest or rest[0] in _PAUSES:
        return True
    clause = _clause(rest)
    words = set(takewhile(lambda word: word not in _LISTS["subordinate"], clause))
    if not words.isdisjoint(_LISTS["content"]) or not words.isdisjoint(lexicon.words("auxiliary") - {"to"}):
        return False
    first = clause[0] if clause else rest[0]
    if first == "to":
        return len(clause) > 1 and verb in _LISTS["say"] and _is_addressee(clause[1])
    if first in _LISTS["subordinate"] or first.lower() in _adverbial() or first.endswith("ly"):
        return True
    if first in lexicon.words("before-time") and not lexicon.words("time").isdisjoint(clause[1:3]):
        return True  # "said the next day"
    return verb in _LISTS["say-to"] and "to" not in words and _is_addressee(first)


def _clause(tokens: Sequence[str]) -> list[str]:
    """Return the words up to the next mark, without the full stop of the last."""
    words = []
    for token in takewhile(_is_inside, tokens):
        words.append(token.rstrip("."))
        if token.endswith("."):
            break
    return words


def _is_addressee(word: str) -> bool:
    if word[0].isupper() or word in _LISTS["spoken-to"]:
        return True
    return word in lexicon.words("determiner") or word in lexicon.roles()


@cache
def _subject_words() -> frozenset[str]:
    """Return the words in lower case that may stand in a noun phrase for who speaks, or before its verb."""
    classes = ("adverb", "attaching", "determiner", "human")
    nouns = frozenset(lexicon.roles()) | lexicon.name_words("link")
    return nouns.union(_LISTS["before-verb"], *map(lexicon.words, classes))


@cache
def _never_subjects() -> frozenset[str]:
    """Return the words, in lower case, with which no noun phrase for who speaks begins; "I" is one that may."""
    classes = ("adverb", "auxiliary", "clause", "linking", "preposition", "pronoun", "time")
    return frozenset().union(*map(lexicon.words, classes)) - {"i", "everyone", "nobody", "someone"}


@cache
def _adverbial() -> frozenset[str]:
    """Return the words, in lower case, with which it is told when, where or how something was said."""
    classes = ("adverb", "preposition", "time")
    return _LISTS["manner"].union(*map(lexicon.words, classes))
