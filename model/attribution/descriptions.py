"""How an article describes the people it names: titles before a name, appositions, affiliations, predicates."""

import re
from functools import lru_cache

from model.attribution import lexicon
from model.attribution.names import Name
from model.attribution.phrases import CLAUSE, DETERMINER, PREPOSITION, PRONOUN, ROLES
from model.attribution.tokens import Tokens

_LONGEST_AFTER, _LONGEST_BEFORE, _LONGEST_BRACKET, _LONGEST_PREDICATE = 16, 12, 8, 10  # tokens
_ROLE_WITHIN = 8  # tokens from the beginning of an apposition
PARTY = re.compile(r"[drl]-[a-z]")  # "D-Calif."
_VERBS = frozenset(lexicon.verbs())
_FINITE = frozenset(form for form, verb in lexicon.verbs().items() if verb.form != "base")
_CLAUSAL = (_FINITE - lexicon.reporting_words("noun-like")) | lexicon.words("auxiliary")
_STOPS = frozenset(".;:?!—–,")
_OPENS = DETERMINER | ROLES | frozenset(("who", "whose", "from", "of", "head", "director", "former"))
_OPENS_WITHOUT_ROLE = frozenset(("a", "an", "the", "who"))
_KINDS_OF_BODY = lexicon.description_words("kind-of-body")
_BODIES = lexicon.name_words("organisation") | lexicon.name_words("body")
_MEN, _WOMEN = lexicon.name_words("noun-he"), lexicon.name_words("noun-she")
_NEVER_OPENS = (PRONOUN - {"who"}) | frozenset(("and", "but", "as", "after", "while", "when", "saying"))
_AFFILIATED = frozenset(("of", "at", "from", "with"))
_COPULAS = frozenset(("is", "was", "became"))
_BEFORE_APPOSITION = frozenset((",", "—", "–", "-"))
_MAY_DESCRIBE = _AFFILIATED | _COPULAS | _BEFORE_APPOSITION | {"("}  # what follows a name that is described after it
_INSIDE_BODY = frozenset(("of", "for", "&", "the"))


def may_be_described(name: Name, tokens: Tokens) -> bool:
    """Tell whether anything stands around a name that can describe it: most names stand bare."""
    start, stop, described, _ = name
    lower = tokens.lower
    return described < start or lower[stop] in _MAY_DESCRIBE or lower[described - 1] == ","


def descriptors_of(name: Name, tokens: Tokens) -> list[str]:
    """Return how a sentence describes a name it holds: before it, in apposition, after "of", or by "is a"."""
    found: list[str] = []
    if _is_dateline(name, tokens):
        return found
    if name.described < name.start:
        found.append(tokens.text(name.described, name.start))
    found.append(_predicate(name, tokens))
    if name.form.person:
        found += [_apposition(name, tokens), _apposition_before(name, tokens), _affiliation(name, tokens)]
    elif _may_have_apposition(name, tokens):
        found.append(_apposition(name, tokens))
    elif len(name.form.words) == 1:  # "her husband, Otto, agreed"
        found.append(_apposition_before(name, tokens))
    return [descriptor for descriptor in found if descriptor]


def _is_dateline(name: Name, tokens: Tokens) -> bool:
    """Tell whether a name is the place an agency writes from: "ACCRA, March 3 - The ministry said"."""
    if name.described > 0 or not tokens.words[0].isupper():
        return False
    following = tokens.words[name.stop : name.stop + _LONGEST_BRACKET]
    dash = next((i for i, word in enumerate(following) if word in ("-", "–", "—")), None)
    return dash is not None and all(word[0].isupper() or word[0] in ",().0123456789" for word in following[:dash])


def _apposition(name: Name, tokens: Tokens) -> str:
    """Read "NAME, 52, the foreign minister," and "NAME (D-Calif.)"."""
    start, count = name.stop, len(tokens)
    if tokens.lower[start] == "(":
        close = next((i for i in range(start, min(start + _LONGEST_BRACKET, count)) if tokens.words[i] == ")"), None)
        return tokens.text(start + 1, close) if close else ""
    if tokens.lower[start] not in _BEFORE_APPOSITION:
        return ""
    start += 1
    if tokens.lower[start].isdigit():  # an age
        start += 2
    stop = start
    while stop < count and not tokens.quoted[stop] and tokens.words[stop] not in _STOPS:
        stop += 1
        if stop - start > _LONGEST_AFTER:
            break
    return tokens.text(start, stop) if start < stop and _is_apposition(tokens, start, stop) else ""


def _may_have_apposition(name: Name, tokens: Tokens) -> bool:
    """Tell whether what follows a body, a place or a lone surname describes it: "Acme, a maker of pumps, ...".

    After a dateline ("ACCRA, March 3 -") or an adverbial ("In Paris, the ministry said ...") a clause follows,
    not a description.
    """
    start = name.stop + 1
    if tokens.lower[name.stop] != "," or tokens.lower[start] not in ("a", "an", "the"):
        return False
    limit = min(start + _LONGEST_AFTER, len(tokens))
    stop = next((i for i in range(start, limit) if tokens.words[i] in _STOPS), limit)
    return _CLAUSAL.isdisjoint(tokens.lower[start:stop])


def _is_apposition(tokens: Tokens, start: int, stop: int) -> bool:
    first = tokens.lower[start]
    if first in _NEVER_OPENS:
        return False
    if PARTY.match(first):
        return True
    if not ROLES.isdisjoint(tokens.lower[start : min(stop, start + _ROLE_WITHIN)]):
        return first in _OPENS or first not in _VERBS
    return first in _OPENS_WITHOUT_ROLE


def _apposition_before(name: Name, tokens: Tokens) -> str:
    """Read "the group's director, NAME, said"."""
    comma = name.described - 1
    if tokens.lower[comma] != "," or comma < 1 or name.stop >= len(tokens) or tokens.quoted[comma]:
        return ""
    if tokens.words[name.stop][0].isalnum() and not tokens.quoted[name.stop]:  # "until troops came, AP reported"
        return ""
    start = comma
    while start > 0 and comma - start < _LONGEST_BEFORE and _in_apposition(tokens, start - 1):
        start -= 1
    if tokens.lower[start] in PREPOSITION:  # "In a post on X, NAME wrote"
        return ""
    return tokens.text(start, comma) if not ROLES.isdisjoint(tokens.lower[start:comma]) else ""


def _in_apposition(tokens: Tokens, index: int) -> bool:
    word = tokens.lower[index]
    if tokens.quoted[index] or word in CLAUSE or word in _FINITE:
        return False
    return word[0].isalnum() or word == "'s"


def _affiliation(name: Name, tokens: Tokens) -> str:
    """Read "NAME of the Institute", "NAME at Acme Bank"."""
    start, count = name.stop, len(tokens)
    if tokens.lower[start] not in _AFFILIATED:
        return ""
    stop = start + (2 if tokens.lower[start + 1] == "the" else 1)
    while stop < count and not tokens.quoted[stop]:
        if not (tokens.words[stop][0].isupper() or tokens.lower[stop] in _INSIDE_BODY):
            break
        stop += 1
    named = stop - start > 1 and tokens.words[stop - 1][0].isupper()
    return tokens.text(start, stop) if named else ""


def _predicate(name: Name, tokens: Tokens) -> str:
    """Read "NAME is the minister of ..."."""
    start, count = name.stop, len(tokens)
    if tokens.lower[start] not in _COPULAS or tokens.lower[start + 1] not in ("a", "an", "the"):
        return ""
    stop = start + 1
    while stop < min(count, start + _LONGEST_PREDICATE):
        if not tokens.words[stop][0].isalnum() or tokens.lower[stop] in CLAUSE:
            break
        stop += 1
    return tokens.text(start + 1, stop) if not ROLES.isdisjoint(tokens.lower[start + 1 : stop]) else ""


def is_body(descriptor: str) -> bool:
    """Tell whether a description is a body's: "an environmental group in Oslo", not "the head of a group"."""
    opening = descriptor.partition(" ")[0].lower()
    return opening in _OPENS_WITHOUT_ROLE and head_noun(descriptor) in _KINDS_OF_BODY


def gender_of(descriptor: str) -> str:
    """Return the pronoun that a description tells: "he" for "Her husband", "she" for "an actress", else ""."""
    noun = head_noun(descriptor)
    return "he" if noun in _MEN else "she" if noun in _WOMEN else ""


def is_body_noun(noun: str) -> bool:
    """Tell whether a noun stands for a body: "the ministry", "the firm"."""
    return noun in _KINDS_OF_BODY or noun in _BODIES


@lru_cache(maxsize=4096)
def head_noun(phrase: str) -> str:
    """Return the last word, in lower case, before the first preposition or clause: "a spokesman for Acme"."""
    words = phrase.lower().split()
    cut = next((i for i, word in enumerate(words) if i and (word in PREPOSITION or word in CLAUSE)), len(words))
    return words[cut - 1].strip(",.'") if words else ""
