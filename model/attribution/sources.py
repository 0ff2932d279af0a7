"""The source phrase of a cue: before it, over appositions and adverbs, after it, or the subject of its clause."""

from model.attribution import lexicon
from model.attribution.phrases import (
    ADVERB,
    AUXILIARY,
    CLAUSE,
    DETERMINER,
    LONGEST,
    NOTHING,
    PREPOSITION,
    PRONOUN,
    ROLES,
    TIME,
    Phrase,
    can_be_source,
    coordinates,
    head_of,
    phrase,
    phrase_start,
    phrase_stop,
    stops,
)
from model.attribution.tokens import Tokens

_LONGEST_APPOSITION = 32  # tokens
_LONGEST_BRACKET = 10
_LONGEST_PLACE = 5
_YEAR = 4  # digits
_LONGEST_OPENING = 24  # tokens of "Speaking in Paris on Monday, "
_APPOSITION_END = frozenset((",", ".", ";", ":", "—", "–", "?", "!"))
_OPENING_MARK = {")": "(", "—": "—", "–": "–", ",": ","}
_JOINS = frozenset(("and", "but", "or", "then", ";"))
_COMMON_TIME = lexicon.words("common-time")
_BEFORE_TIME = lexicon.words("before-time")
_LY_NOUNS = lexicon.words("ly-noun")
_PARTICULARS = frozenset(("who", "whose", "of"))
_OPENS_WITHIN = 5  # tokens: "According to", "In the words of"
_NO_APPOSITION = frozenset(("no", "some", "any", "this", "these", "that", "those", "many", "most", "it"))
_LEAST_BEFORE_AND = 5  # tokens of "Lee, mayor, and"
_LY_NAMES = ("elly", "olly", "illy", "aly", "mily")
_STARTERS = lexicon.words("starter")
_OPENING_WORDS = frozenset(("unlike", "besides", "beside", "alongside", "thanks", "according", "citing", "due"))
_IRREGULAR = lexicon.words("irregular")
_LINKING = lexicon.words("linking")
_PEOPLE = frozenset(("those", "people"))
_MANY = lexicon.words("plural")
_INDEFINITE = _PEOPLE | {"all", "everybody", "everyone"}
_MEETING = frozenset(("he", "i", "she", "they", "we"))
_LONGEST_CONTACT = 5  # tokens of "Everyone we spoke to"
_NOT_PARTICIPLES = frozenset(form for form, verb in lexicon.verbs().items() if verb.form != "ing")
_VERBAL = ((AUXILIARY | CLAUSE) - {"and", "to"}) | _NOT_PARTICIPLES
_PARTS_OF_SUBJECT = frozenset(("'s", "of", "for"))


def source_before(tokens: Tokens, cue: int) -> Phrase:
    """Return the source phrase before a cue: "the minister, a close ally, also [said]"."""
    everyone = _everyone(tokens, cue)
    if everyone.found:
        return everyone
    return _with_first_member(tokens, _source_up_to(tokens, cue))


def _everyone(tokens: Tokens, cue: int) -> Phrase:
    """Read "Everyone [we spoke to] said", "Those I met said": the clause only tells which people speak."""
    start = _clause_start(tokens, cue)
    if not 2 < cue - start <= _LONGEST_CONTACT or tokens.lower[start] not in _INDEFINITE:
        return NOTHING
    inside = tokens.lower[start + 2 : cue]
    if tokens.lower[start + 1] not in _MEETING or tokens.quoted[start] or not all(word.isalpha() for word in inside):
        return NOTHING
    return Phrase((start, cue), (start, start + 1))


def _with_first_member(tokens: Tokens, found: Phrase) -> Phrase:
    """Read "Ann Lee, the mayor, and Bo Lind said": the one that opens the sentence speaks too."""
    lower, words, start = tokens.lower, tokens.words, found.source[0]
    if start < _LEAST_BEFORE_AND or lower[start - 1] != "and" or lower[start - 2] != ",":
        return found
    comma = lower.index(",")
    apposed = lower[comma + 1 : start - 2]
    if not apposed or "," in apposed or len(apposed) > _LONGEST_APPOSITION or lower[0] in _STARTERS:
        return found
    named = all(word[0].isupper() for word in words[:comma]) and words[start][0].isupper()
    described = apposed[0] in DETERMINER or not ROLES.isdisjoint(apposed)
    if not named or not described or tokens.quoted[0] or any(stops(tokens, i) for i in range(comma + 1, start - 2)):
        return found
    return Phrase((0, found.source[1]), found.head)


def _source_up_to(tokens: Tokens, cue: int) -> Phrase:
    end = _skip_frame(tokens, cue - 1)
    if end > 1 and tokens.words[end] == ")" and not tokens.quoted[end]:  # NAME (D-Calif.) said
        closing, end = end, _before_bracket(tokens, end)
        before = _source_ending(tokens, end)
        return Phrase((before.source[0], max(before.source[1], closing + 1)), before.head) if before.found else NOTHING
    return _source_ending(tokens, end)


def _source_ending(tokens: Tokens, end: int) -> Phrase:
    if end < 0 or tokens.quoted[end]:
        return NOTHING
    word = tokens.lower[end]
    if word in ("which", "that") and end and (tokens.words[end - 1][0].isalnum() or tokens.words[end - 1] == ","):
        return Phrase((end, end + 1), (end, end + 1))
    if word in _JOINS:
        return subject(tokens, end)
    if word in _OPENING_MARK:
        return _over_apposition(tokens, end)
    start = phrase_start(tokens, end)
    return phrase(tokens, start, end + 1) if start <= end else NOTHING


def source_after(tokens: Tokens, start: int) -> Phrase:
    """Return the source phrase that begins at ``start``: after an inverted cue, "according to", "by"."""
    stop = phrase_stop(tokens, start)
    return Phrase((start, _with_apposition(tokens, start, stop)), head_of(tokens, start, stop))


def subject(tokens: Tokens, stop: int) -> Phrase:
    """Return the subject of the sentence's first clause, for a cue that shares it: "Lavrov met X and said ..."."""
    start = _clause_start(tokens, stop)
    if start >= stop or tokens.quoted[start]:
        return NOTHING
    if tokens.lower[start] in PRONOUN:
        return Phrase((start, start + 1), (start, start + 1))
    end = start
    while end < stop and end - start < LONGEST and _in_subject(tokens, start, end, stop):
        end += 1
    return phrase(tokens, start, end) if end > start and can_be_source(tokens, start, end) else NOTHING


def plural_subject(tokens: Tokens, stop: int) -> Phrase:
    """Return the long plural subject of a verb in its base form: "Lawyers for the family say", "Those near him say"."""
    start = _clause_start(tokens, stop)
    if start + 1 >= stop or stop - start > LONGEST:
        return NOTHING
    head = head_of(tokens, start, stop)
    if tokens.lower[start] in _PEOPLE:
        head = (start, start + 1)
    last = tokens.lower[head[1] - 1]
    if head[1] == stop or not (last in _PEOPLE or (last in ROLES and last.endswith(("s", "men")))):
        return NOTHING
    inside = range(head[1], stop)
    if any(tokens.quoted[i] or tokens.words[i] in _APPOSITION_END or tokens.lower[i] in _VERBAL for i in inside):
        return NOTHING
    return Phrase((start, stop), head)


def _in_subject(tokens: Tokens, start: int, index: int, stop: int) -> bool:
    lower, words = tokens.lower, tokens.words
    word = lower[index]
    if words[index][0].isupper() or word in DETERMINER or word in ROLES or word in _PARTS_OF_SUBJECT:
        return True
    if index == start + 1 and lower[start] in DETERMINER:  # "His opponent"
        return not stops(tokens, index)
    if words[index][0].islower() and (word in _IRREGULAR or word.endswith("ed")):  # "Lavrov met Kerry and [said]"
        return False
    joins = index + 1 < stop and (words[index + 1][0].isupper() or lower[index + 1] in ROLES)
    if word == "and" and index > start and index + 1 < stop:
        return coordinates(tokens, index)
    return joins and word not in PREPOSITION and not stops(tokens, index)


def _clause_start(tokens: Tokens, stop: int) -> int:
    """Step over what a sentence may open with before its subject: "On Monday, ", "Speaking in Paris, ", "But "."""
    lower = tokens.lower
    start = 0
    while start < stop and (lower[start] in _LINKING or not lower[start][0].isalnum()):
        start += 1
    if start < stop and (_opens_adverbially(lower[start]) or lower[start + 1] == "by"):  # "Stung by the attack, "
        comma = 0
        for index in range(start, min(start + _LONGEST_OPENING, stop)):
            if lower[index] == "," and not tokens.quoted[index]:
                comma = comma or index
                if not _opens_adverbially(lower[index + 1]):
                    return index + 1
        return comma + 1 if comma else start
    return start


def _opens_adverbially(word: str) -> bool:
    return word in PREPOSITION or word in CLAUSE or word in ADVERB or word.endswith(("ing", "ed"))


def _skip_frame(tokens: Tokens, index: int) -> int:
    """Step left over auxiliaries, adverbs and times between a cue and its source."""
    lower = tokens.lower
    while index >= 0 and not tokens.quoted[index]:
        word = lower[index]
        if word in TIME and (tokens.words[index][0].isupper() or word in _COMMON_TIME):
            index -= 1
            while index >= 0 and (lower[index] in _BEFORE_TIME or lower[index].isdigit()):
                index -= 1
        elif word in AUXILIARY or word in ADVERB or _is_ly_adverb(tokens, index):
            index -= 1
        elif len(word) == _YEAR and word.isdigit() and lower[index - 1] == "in":
            index -= 2
        else:
            break
    return index


def _is_ly_adverb(tokens: Tokens, index: int) -> bool:
    word = tokens.lower[index]
    return word.endswith("ly") and word not in _LY_NOUNS and tokens.words[index][0].islower()


def _before_bracket(tokens: Tokens, closing: int) -> int:
    """Return the index before the bracket that ``closing`` closes, or ``closing`` where none opens nearby."""
    for index in range(closing - 1, max(closing - _LONGEST_BRACKET, 0), -1):
        if tokens.words[index] == "(":
            return index - 1
    return closing


def _over_apposition(tokens: Tokens, end: int) -> Phrase:
    """Read "NAME, apposition, said": the phrase before the pair of commas (or dashes, or brackets)."""
    opening = _opening_of(tokens, end)
    if opening > 0 and tokens.words[opening] == _OPENING_MARK[tokens.lower[end]] and not tokens.quoted[opening - 1]:
        named = _named_before(tokens, opening, end)
        if named.found:
            return named
    inner_end = _skip_frame(tokens, end - 1)
    if inner_end > opening and not tokens.quoted[inner_end]:
        start = phrase_start(tokens, inner_end)
        if start <= inner_end and can_be_source(tokens, start, inner_end + 1):
            return phrase(tokens, start, inner_end + 1)
    return subject(tokens, end)


def _opening_of(tokens: Tokens, end: int) -> int:
    """Return where the pair of marks that ``end`` closes opens, or where the search for it ended."""
    mark = _OPENING_MARK[tokens.lower[end]]
    index = end - 1
    while index > 0 and end - index < _LONGEST_APPOSITION + 8 and not tokens.quoted[index]:
        if tokens.words[index] == mark:
            break
        index -= 1
    return index


def _named_before(tokens: Tokens, opening: int, end: int) -> Phrase:
    """Return the phrase before the mark ``opening``, with the apposition up to ``end`` as part of it."""
    last = opening - 1
    if tokens.words[last] == ")":
        last = _before_bracket(tokens, last)
    last = _before_particulars(tokens, last)
    start = phrase_start(tokens, last)
    if start > last or not can_be_source(tokens, start, last + 1):
        return NOTHING
    earlier = _before_comma(tokens, start)
    if earlier is not None:
        return Phrase((earlier[0], end), head_of(tokens, *earlier))
    return Phrase((start, end), head_of(tokens, start, last + 1))


def _before_particulars(tokens: Tokens, last: int) -> int:
    """Step left over an age and a place between commas: "Ann Lee, 59, of Salem, Ore.[, who ...,] said"."""
    while last > 1:
        comma = next((i for i in range(last - 1, max(last - _LONGEST_PLACE, 0), -1) if tokens.words[i] == ","), 0)
        if not comma or tokens.quoted[comma]:
            break
        particulars = tokens.lower[comma + 1] in ("of", "from") or tokens.words[comma + 1].isdigit()
        abbreviated = tokens.words[last] == "." and tokens.words[comma + 1][0].isupper()
        if not (particulars or abbreviated):
            break
        last = comma - 1
    return last


def _before_comma(tokens: Tokens, start: int) -> tuple[int, int] | None:
    """Return the name that the phrase at ``start`` is itself an apposition of."""
    last = start - 2
    if last < 0 or tokens.words[start - 1] != "," or not tokens.words[last][0].isupper() or tokens.quoted[last]:
        return None
    if tokens.lower[start] not in DETERMINER and tokens.lower[start] not in ROLES:
        return None
    begin = phrase_start(tokens, last)
    if begin > last or tokens.lower[last] in TIME or _only_opens(tokens, begin, last):
        return None
    return (begin, start - 1)


def _only_opens(tokens: Tokens, begin: int, last: int) -> bool:
    """Tell whether a phrase before a comma only opens its sentence: "In Bergen, the", "Nevertheless, the"."""
    lower = tokens.lower
    if begin and (lower[begin - 1] in PREPOSITION or lower[begin - 1] in CLAUSE):
        return True
    head = head_of(tokens, begin, last + 1)
    if lower[begin] in PREPOSITION or not (tokens.words[head[1] - 1][0].isupper() or lower[head[1] - 1] in ROLES):
        return True
    if begin > 1 or tokens.words[begin][0].islower():
        return False
    alone = head[1] == begin + 1 and (head[1] <= last or lower[begin] in _STARTERS)
    sentential = last == begin and _ends_like_adverb(lower[begin])
    return alone or sentential or _opens_adverbially(lower[begin]) or lower[begin] in _OPENING_WORDS


def _ends_like_adverb(word: str) -> bool:
    """Tell "Fortunately" from names such as "Kelly" and "Italy"."""
    return word.endswith("ly") and not word.endswith(_LY_NAMES) and word not in _LY_NOUNS


def _with_apposition(tokens: Tokens, start: int, stop: int) -> int:
    """Return the end of the source phrase with the bracket and the apposition that follow it, if they do.

    After a phrase that opens the sentence ("According to the ministry, the ...") the apposition has to close again.
    """
    if tokens.lower[stop] == "(":
        closing = next((i for i in range(stop, min(stop + 8, len(tokens))) if tokens.words[i] == ")"), None)
        stop = stop if closing is None else closing + 1
    following = tokens.lower[stop + 1]
    if tokens.lower[stop] != "," or following in _NO_APPOSITION:
        return stop
    noun = tokens.lower[stop - 1]  # not "according to exit polls, Lee leads"
    one = noun in ROLES and not noun.endswith("s") and noun not in _MANY and lexicon.roles()[noun] != "media"
    named = stop + 1 < len(tokens) and tokens.words[stop + 1][0].isupper() and one
    opens = named or following in DETERMINER or following in _PARTICULARS or _bare_apposition(tokens, stop + 1)
    if not opens:
        return stop
    end = stop + 1
    while end < len(tokens) and not tokens.quoted[end]:
        if tokens.words[end] in _APPOSITION_END and tokens.lower[end + 1] not in _PARTICULARS:
            break
        if end - stop > _LONGEST_APPOSITION:
            return stop
        end += 1
    return stop if start <= _OPENS_WITHIN and tokens.lower[end] != "," else end


def _bare_apposition(tokens: Tokens, start: int) -> bool:
    """Tell whether a role without article follows: ", director of the institute"."""
    for index in range(start, min(start + 4, len(tokens))):
        if tokens.lower[index] in ROLES:
            following = tokens.lower[index + 1]
            if following in PREPOSITION or following in _APPOSITION_END or following == "and":
                return True
    return False
