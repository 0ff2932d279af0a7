"""Words that are a name here and another word elsewhere: "Harriet May", "So Yong-ho", "Save the Children".

A word that turns out to be part of a name gets a lower-case form that starts with :data:`NAMED`, so that no list of
common words (months, adverbs, pronouns, prepositions) finds it.
"""

import re
from collections.abc import Sequence

from model.attribution import lexicon
from model.attribution.phrases import ADVERB, AUXILIARY, DETERMINER, PREPOSITION, PRONOUN, ROLES, TIME
from model.attribution.tokens import Tokens

_SURNAMES = lexicon.name_words("common-surname")
_GIVEN = lexicon.name_words("common-given")
_FAMILY = lexicon.name_words("common-family")
_PORTFOLIOS = lexicon.name_words("portfolio")
_CAUSES = lexicon.name_words("cause")
_IMPERATIVES = lexicon.name_words("imperative")
_GENDERS = lexicon.genders()
_TITLES = lexicon.titles()
_VERBS = lexicon.verbs()
_FINITE = frozenset(form for form, verb in _VERBS.items() if verb.form in ("third", "past"))
_SAID = frozenset(form for form, verb in _VERBS.items() if verb.form == "past" and verb.strength == "say")
_MONTHS = frozenset(("april", "august", "june", "march", "may"))
_SMALL_WORDS = PREPOSITION | DETERMINER | AUXILIARY | lexicon.words("clause") | PRONOUN | {"and", "s", "'s"}

_FUSING = frozenset(("against", "before", "beyond", "for", "in", "of", "on", "over", "under", "with", "without"))
_PLURALS = frozenset(("children", "men", "people", "women"))
_MEMBERS_FOR = frozenset(("against", "for", "without"))  # "Physicians for Human Rights"
_ARTICLES = frozenset(("the", "our", "a"))
_CANDIDATES = frozenset(word.capitalize() for word in _SURNAMES | _GIVEN | _FAMILY)
_LINKED = frozenset(("against", "beyond", "for", "in", "of", "without"))
_PARTICLES = lexicon.name_words("link") & (DETERMINER | AUXILIARY)  # "Erik ten Cate"
_FUSED = frozenset(word.capitalize() for word in _FUSING | _IMPERATIVES)
_OF_TIME = frozenset(
    (
        "after",
        "before",
        "between",
        "by",
        "during",
        "each",
        "early",
        "every",
        "from",
        "in",
        "last",
        "late",
        "mid",
        "next",
    )
) | {"of", "on", "since", "the", "this", "through", "to", "until"}
_BEFORE_GIVEN = _OF_TIME - {"by", "from", "to"}
_SYLLABLES = re.compile(r"[A-Z][a-z]+-[a-z]{2,6}")  # "Yong-ho"
_NOT_SYLLABLES = ("-led", "-born", "-based", "-era", "-made", "-owned", "-run", "-wide", "-like", "-style", "-elect")
_MIDDLE_NAMES = frozenset(("huu", "thi", "van", "xuan"))
_APPOSES = DETERMINER | {"who", "of", "from", "whose", "director", "head"}
_JOINING = _LINKED | _PARTICLES
_VOWELS = "aeiou"
_LONGEST_HEADING = 30  # tokens


def is_heading(tokens: Tokens) -> bool:
    """Tell whether a sentence is a headline: no full stop, and all words but small ones capitalised."""
    words, lower = tokens.words, tokens.lower
    if not 2 <= len(words) <= _LONGEST_HEADING or not (words[-1][0].isalnum() or words[-1] in "?!"):
        return False
    capitalised = 0
    for index, word in enumerate(words):
        if word[0].isupper():
            capitalised += 1
        elif word[0].isalpha() and lower[index] not in _SMALL_WORDS:
            return False
    return capitalised > 1


def mark_names(article: Sequence[Tokens], headings: Sequence[bool]) -> None:
    """Mark, in all sentences but headlines, the words that are part of a name though they look like others."""
    unsure: list[tuple[Tokens, int]] = []
    surnames: set[str] = set()
    for tokens, heading in zip(article, headings, strict=True):
        words, lower = tokens.words, tokens.lower
        for index in () if heading else tokens.capitals:
            word = words[index]
            if word in _CANDIDATES:
                _mark_person(tokens, index, surnames, unsure)
            if word in _FUSED:
                tokens.mark_name(*_inside_name(tokens, index))
            if lower[index + 1] in _JOINING and word[0].isupper():
                _mark_joining(tokens, index + 1)
    for tokens, index in unsure:
        word = tokens.lower[index]
        if word in surnames and word != "he" and _is_mention(tokens, index):
            tokens.mark_name(index)


def _mark_person(tokens: Tokens, index: int, surnames: set[str], unsure: list[tuple[Tokens, int]]) -> None:
    """Mark a common word that is somebody's name by what stands around it; note surnames, and what remains unsure."""
    if _is_family_name(tokens, index) or _is_surname(tokens, index):
        surnames.add(tokens.lower[index])
        tokens.mark_name(index)
    elif _is_given_name(tokens, index):
        tokens.mark_name(index)
    else:
        unsure.append((tokens, index))


def _is_capitalised(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens.words[index][0].isupper()


def _is_family_name(tokens: Tokens, index: int) -> bool:
    """Tell whether a Chinese, Korean or Vietnamese family name stands here: "So Yong-ho", "He Wei", "An Jun, a"."""
    word = tokens.lower[index]
    if word not in _FAMILY or not _is_capitalised(tokens, index + 1):
        return False
    following = tokens.words[index + 1]
    if _SYLLABLES.fullmatch(following):
        return not following.endswith(_NOT_SYLLABLES)
    if word in PREPOSITION and word != "to":
        return False
    if word == "to" and tokens.lower[index + 1] in _MIDDLE_NAMES and _is_capitalised(tokens, index + 2):
        return True
    if not following[1:].islower() or tokens.lower[index + 1] in TIME or tokens.lower[index + 1] in _TITLES:
        return False
    if word == "he" or (index and tokens.words[index - 1][0].isalnum()):  # no sentence begins here
        return True
    if word == "an" and tokens.lower[index + 1][0] in _VOWELS:
        return False
    stop = index + 2 + _is_capitalised(tokens, index + 2)
    if word != "to" and _is_apposition(tokens, stop):
        return True
    return word != "so" and tokens.lower[stop] in _FINITE


def _is_apposition(tokens: Tokens, comma: int) -> bool:
    """Tell whether a comma opens a description: ", a nurse", ", 52", ", deputy head of"."""
    following = tokens.lower[comma + 1]
    return tokens.lower[comma] == "," and (following in _APPOSES or following in ROLES or following.isdigit())


def _is_surname(tokens: Tokens, index: int) -> bool:
    """Tell whether a common word is a surname here: "Theresa May", "Mr Day", "Economist Kirsi March said"."""
    word, lower = tokens.lower[index], tokens.lower
    if word not in _SURNAMES or (word in _MONTHS and lower[index + 1].isdigit()):
        return False
    before = lower[index - 1] if index else ""
    if word in _MONTHS | {"day"} and lower[index + 1] in _SAID and before not in _OF_TIME:
        return True  # "May said", and no "in May said"
    if not index or not tokens.words[index - 1][0].isupper():
        return False
    if before in _GENDERS or before in _TITLES:
        return True
    if len(before) == 2 and before[1] == ".":  # "Anna T. March"
        return index > 1 and tokens.words[index - 2][0].isupper()
    if before in _OF_TIME:
        return False
    described = index > 1 and (lower[index - 2] in ROLES or lower[index - 2] in _TITLES)
    opens = index == 1 and before not in TIME and before not in _SMALL_WORDS
    if not (described or opens) or before in ROLES:
        return False
    return lower[index + 1] in _FINITE or _is_apposition(tokens, index + 1)


def _is_given_name(tokens: Tokens, index: int) -> bool:
    """Tell whether a month or "will" is a given name here: "June Carter", "Will Smith"."""
    word, lower = tokens.lower[index], tokens.lower
    if word not in _GIVEN or not _is_capitalised(tokens, index + 1):
        return False
    if lower[index + 1] in TIME and not (word == "will" and _is_surname(tokens, index + 1)):
        return False
    if lower[index - 1] in _BEFORE_GIVEN and index:
        return False
    if index == 0 and tokens.words[-1] == "?":
        return False
    if word == "will":
        return True
    stop = index + 2 + _is_capitalised(tokens, index + 2)
    return lower[stop] in _FINITE or lower[stop] in (",", ".", "'s", "(", "who", "and", "")


def _is_mention(tokens: Tokens, index: int) -> bool:
    """Tell whether a word that the article uses as a surname is one here: "May told", "said March.", "Day's plan"."""
    lower = tokens.lower
    before, after = lower[index - 1] if index else "", lower[index + 1]
    if before in _OF_TIME and not (before == "to" and lower[index - 2] == "according"):
        return False
    if after in _FINITE or after == "'s" or before in _FINITE or before == "to":
        return True
    if (after in AUXILIARY or after in ADVERB) and lower[index + 2] in _FINITE:
        return True
    return _is_apposition(tokens, index + 1)


def _mark_joining(tokens: Tokens, index: int) -> None:
    """Mark a small word after a capital where it joins a name: "Erik ten Cate", "Physicians for Human Rights"."""
    word = tokens.words[index]
    if word in _PARTICLES and _is_capitalised(tokens, index + 1):
        tokens.mark_name(index)
    elif word in _LINKED and _joins_members(tokens, index):
        article = tokens.lower[index + 1] in _ARTICLES
        tokens.mark_name(index - 1, index, *(index + 1,) * article)


def _inside_name(tokens: Tokens, index: int) -> tuple[int, ...]:
    """Return the words to mark where a capitalised preposition or imperative makes a name of the words around it."""
    words, lower = tokens.words, tokens.lower
    if lower[index] in _IMPERATIVES:
        named = lower[index + 1] in _ARTICLES and _is_capitalised(tokens, index + 2)
        return (index, index + 1) if named and lower[index + 2] not in TIME else ()
    if not index or not words[index - 1][0].isupper() or words[index - 1].endswith("."):
        return ()
    if index == 1 and lower[0] in _SMALL_WORDS:
        return ()
    article = lower[index + 1] in _ARTICLES
    if not _is_capitalised(tokens, index + 1 + article):
        return ()
    return (index - 1, index, index + 1) if article else (index - 1, index)


def _joins_members(tokens: Tokens, link: int) -> bool:
    """Tell whether a small preposition joins the members of a body to its cause: "Physicians for Human Rights"."""
    words, lower = tokens.words, tokens.lower
    members = words[link - 1]
    if members.isupper() or (link == 1 and lower[0] in _SMALL_WORDS):
        return False
    cause = link + 1 + (lower[link + 1] in _ARTICLES)
    if not _is_capitalised(tokens, cause):
        return False
    if lower[link] == "of" and lower[cause] in _PORTFOLIOS:  # "Ministers of Health"
        return False
    if lower[cause] in _CAUSES or (_is_capitalised(tokens, cause + 1) and lower[cause + 1] in _CAUSES):
        plural = members[-1] == "s" or lower[link - 1] in _PLURALS
        return plural or (lower[link] in _MEMBERS_FOR and lower[link - 1] not in ROLES)  # "Habitat for Humanity"
    opens = link == 1 or not words[link - 2][0].isalnum()
    return members[-1] == "s" and not opens and lower[link - 1] in ROLES and lower[link] in _MEMBERS_FOR
