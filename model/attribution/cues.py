"""Cues: the words of a sentence that attribute it, each with the phrase that names its source."""

from dataclasses import dataclass

from model.attribution import lexicon
from model.attribution.tokens import Tokens

ACCEPT = 1.0  # least score of a cue
_SCORES = {"say": 2.6, "speech": 2.0, "act": 1.3, "weak": 0.4, "belief": -1.0}
_INVERTED, _ACCORDING, _NOMINAL, _ING, _PERSONAL, _INFINITIVE = 1.5, 3.0, 1.4, -0.8, 0.5, -2.0
_CONTENT, _FINAL, _IMPERSONAL, _HYPOTHETICAL, _RELATIVE = 0.8, 1.0, -1.0, -1.6, -0.8
_MODAL = frozenset(("would", "could", "should", "might", "can", "may", "must"))
_CONTINUES = frozenset(
    ["appeared", "appears", "seemed", "seems", "began", "begins", "went", "goes", "proceeded", "tried", "failed"]
)
_TRANSITIVE = frozenset(
    [
        "tell",
        "accuse",
        "blame",
        "urge",
        "call",
        "criticize",
        "criticise",
        "assure",
        "remind",
        "inform",
        "describe",
        "condemn",
        "praise",
        "ask",
    ]
)
_CLOSED_BY = frozenset(
    (
        *",.;:-–—(?!",
        "in",
        "on",
        "at",
        "after",
        "during",
        "as",
        "who",
        "last",
        "when",
        "while",
        "before",
        "to",
        "early",
        "late",
    )
)
_LONGEST = 24  # tokens of a source phrase
_LONGEST_APPOSITION = 32
_APPOSITION_END = frozenset((",", ".", ";", ":", "—", "–", "?", "!"))
_CLAUSE = lexicon.words("clause")
_AUXILIARY = lexicon.words("auxiliary")
_ADVERB = lexicon.words("adverb")
_TIME = lexicon.words("time")
_PREPOSITION = lexicon.words("preposition")
_DETERMINER = lexicon.words("determiner")
_PRONOUN = lexicon.words("pronoun")
_PASSIVE = lexicon.words("passive")
_OPENING, _CLOSING = frozenset("\"“«'‘"), frozenset("\"”»'’")
_LY_NOUNS = frozenset(
    ("family", "reply", "ally", "supply", "assembly", "monopoly", "rally", "weekly", "daily", "italy")
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue and its source phrase.

    Attributes:
        position: Index of its token.
        lemma: Its verb ("say"), or "according to", or the noun.
        score: How surely it attributes; from :data:`ACCEPT` on it does.
        source: Token range of the source phrase, appositions included; empty where none was found.
        head: Token range of the part that names the source: no apposition, nothing from its first preposition on.
        form: "inverted", "verb", "ing", "according", "passive" or "noun".

    """

    position: int
    lemma: str
    score: float
    source: tuple[int, int]
    head: tuple[int, int]
    form: str


def find_cues(tokens: Tokens) -> list[Cue]:
    """Return every cue outside quotations, strongest first."""
    cues: list[Cue] = []
    verbs, nominal = lexicon.verbs(), lexicon.nominal_cues()
    for index, word in enumerate(tokens.lower):
        if tokens.quoted[index]:
            continue
        cue = None
        if word == "according" and _word(tokens, index + 1) == "to":
            cue = _according(tokens, index)
        elif word in verbs:
            cue = _verbal(tokens, index, verbs[word], cues)
        if cue is None and word in nominal:
            cue = _nominal(tokens, index)
        if cue is not None:
            cues.append(cue)
    return sorted(cues, key=lambda cue: -cue.score)


def _according(tokens: Tokens, index: int) -> Cue | None:
    source, head = _rightward(tokens, index + 2)
    return Cue(index, "according to", _ACCORDING, source, head, "according") if source[1] > source[0] else None


def _verbal(tokens: Tokens, index: int, verb: lexicon.Verb, before: list[Cue]) -> Cue | None:
    word, previous, verbs = tokens.lower[index], _word(tokens, index - 1), lexicon.verbs()
    if not _particle_fits(tokens, index, verb) or _is_noun(tokens, index, word, verb):
        return None
    score = _SCORES[verb.strength]
    if verb.form in ("past", "participle") and _is_passive(tokens, index):
        return _passive(tokens, index, verb.lemma, score)
    if verb.form != "ing" and verb.strength in ("say", "speech", "weak") and _may_invert(tokens, index, verb.lemma):
        source, head = _rightward(tokens, index + 1)
        if source[1] > source[0]:
            return Cue(index, verb.lemma, score + _INVERTED, source, head, "inverted")
    if verb.form == "ing":
        return _participial(tokens, index, verb, score, before)
    if previous == "to":
        governor = _word(tokens, index - 2)
        governed = governor in verbs or governor in _CONTINUES
        score += 0.0 if governed else _INFINITIVE
        source, head = _leftward(tokens, index - 2 if governed else index)
    else:
        source, head = _leftward(tokens, index)
    if source[1] <= source[0]:
        return None
    if verb.form == "base" and not _may_be_plural(tokens, index, head):
        return None
    personal = _personal(tokens, head)
    if not personal and verb.form in ("base", "third"):
        return None
    score += _PERSONAL if personal else _IMPERSONAL
    score += _framed(tokens, index, source)
    score += _CONTENT if _content_follows(tokens, index) else 0.0
    score += _FINAL if _is_final(tokens, index, source) else 0.0
    return Cue(index, verb.lemma, score, source, head, "verb")


def _framed(tokens: Tokens, index: int, source: tuple[int, int]) -> float:
    """Return what a condition, a modal or a relative clause around the cue takes from its score."""
    loss = 0.0
    if _word(tokens, source[0] - 1) in ("if", "whether", "unless", "lest", "until"):
        loss += _HYPOTHETICAL
    between = tokens.lower[source[1] : index]
    if any(word in _MODAL for word in between) and "not" not in between:
        loss += _HYPOTHETICAL
    if tokens.lower[source[0]] in ("who", "which", "that"):
        loss += _RELATIVE
    return loss


def _content_follows(tokens: Tokens, index: int) -> bool:
    """Tell whether what was said follows the cue: after "that" or a colon, or quoted."""
    for following in range(index + 1, min(index + 4, len(tokens))):
        if tokens.quoted[following] or tokens.lower[following] in ("that", ":"):
            return True
        if not tokens.words[following][0].isalnum():
            return False
    return False


def _is_final(tokens: Tokens, index: int, source: tuple[int, int]) -> bool:
    """Tell whether cue and source close the sentence after what was said: "..., the minister added."."""
    before = source[0] - 1
    if before < 1 or not (tokens.words[before] == "," or tokens.quoted[before]):
        return False
    return (
        _word(tokens, index + 1) in ("", ".", ",", ":") or _word(tokens, index + 1) in _TIME or index + 3 >= len(tokens)
    )


def _participial(tokens: Tokens, index: int, verb: lexicon.Verb, score: float, before: list[Cue]) -> Cue | None:
    """Read "..., adding that" with the source of the cue before it, and "is warning" as a verb of its own."""
    if _word(tokens, index - 1) in _AUXILIARY or _word(tokens, index - 2) in _AUXILIARY:
        source, head = _leftward(tokens, index)
        return Cue(index, verb.lemma, score, source, head, "verb") if source[1] > source[0] else None
    if before:
        return Cue(index, verb.lemma, score + _ING, before[-1].source, before[-1].head, "ing")
    if _word(tokens, index - 1) in (",", "-", "–", "—") or index == 0:
        source, head = _subject(tokens, index) if index else ((0, 0), (0, 0))
        if source[1] > source[0]:
            return Cue(index, verb.lemma, score + _ING, source, head, "ing")
    return None


def _passive(tokens: Tokens, index: int, lemma: str, score: float) -> Cue | None:
    for by in range(index + 1, min(index + 9, len(tokens))):
        if tokens.lower[by] == "by" and not tokens.quoted[by]:
            source, head = _rightward(tokens, by + 1)
            if source[1] > source[0] and not tokens.words[source[0]][0].isdigit():
                return Cue(index, lemma, score, source, head, "passive")
    return None


def _nominal(tokens: Tokens, index: int) -> Cue | None:
    """Read "drew praise from X", "a warning by X", "in a statement from X"."""
    if _word(tokens, index + 1) in ("from", "by") and _word(tokens, index - 1) not in ("to",):
        source, head = _rightward(tokens, index + 2)
        if source[1] > source[0] and (_personal(tokens, head) or tokens.words[head[0]][0].isupper()):
            return Cue(index, tokens.lower[index], _NOMINAL, source, head, "noun")
    return None


def _particle_fits(tokens: Tokens, index: int, verb: lexicon.Verb) -> bool:
    particles = lexicon.particles().get(verb.lemma)
    return particles is None or any(_word(tokens, index + k) in particles for k in (1, 2))


def _is_noun(tokens: Tokens, index: int, word: str, verb: lexicon.Verb) -> bool:
    """Tell whether a form like "reports" or "claim" is a noun here."""
    if tokens.words[index][0].isupper() and index and tokens.words[index - 1][0].isupper():
        return verb.strength != "say" and not _title_case(tokens)
    if word not in lexicon.noun_like():
        return False
    previous = _word(tokens, index - 1)
    following = _word(tokens, index + 1)
    if previous in ("'s", "of", "for", "in", "on", "with", "by", "from") or previous in _DETERMINER:
        return True
    if previous.endswith(("al", "ous", "ive", "ful", "ing")) and previous not in lexicon.roles():
        return True
    if verb.form == "past":
        return False
    return (
        following in _AUXILIARY or (following in _PREPOSITION and following not in ("as", "like")) or following in ",.;"
    )


def _is_passive(tokens: Tokens, index: int) -> bool:
    for back in range(index - 1, max(index - 5, -1), -1):
        word = tokens.lower[back]
        if word in _PASSIVE:
            return True
        if not (word in _ADVERB or word in _AUXILIARY or word.endswith("ly")):
            return False
    return False


def _may_invert(tokens: Tokens, index: int, lemma: str) -> bool:
    """Tell whether a source may follow the cue: "..., said the minister", '..." added Wang'."""
    previous = _word(tokens, index - 1)
    if lemma in _TRANSITIVE:
        return False
    if index and not (previous == "," or previous in _CLOSING or tokens.quoted[index - 1]):
        return False
    following = _word(tokens, index + 1)
    if not following or following in ("that", "to", "in", "on", "at", "it", "there", "when", "if", "and", "but", "for"):
        return False
    upper = tokens.words[index + 1][0].isupper()
    if not (upper or following in ("he", "she", "they") or _source_like(tokens, index + 1)):
        return False
    # "Lavrov, a close ally, said Russia would not go": a clause follows, so the source stands before.
    stop, _ = _rightward(tokens, index + 1)
    after = _word(tokens, stop[1])
    quoted_before = index == 0 or previous in _CLOSING or tokens.quoted[index - 1]
    return (
        not after
        or after in _CLOSED_BY
        or (quoted_before and (after in _TIME or after in _ADVERB or after in _OPENING))
    )


def _source_like(tokens: Tokens, start: int) -> bool:
    if tokens.lower[start] not in _DETERMINER and tokens.lower[start] not in lexicon.roles():
        return False
    roles = lexicon.roles()
    return any(
        tokens.lower[i] in roles or (i > start and tokens.words[i][0].isupper())
        for i in range(start, min(start + 6, len(tokens)))
    )


def _may_be_plural(tokens: Tokens, index: int, head: tuple[int, int]) -> bool:
    """Tell whether a base form can be finite here: after a plural, "I", "we" or an auxiliary."""
    if any(tokens.lower[i] in _AUXILIARY for i in range(max(head[1], index - 4), index)):
        return True
    if "and" in tokens.lower[head[0] : head[1]]:
        return True
    last = tokens.lower[head[1] - 1] if head[1] > head[0] else ""
    return last in ("they", "we", "i", "you", "who", "people", "police", "some", "many", "most", "others", "both") or (
        last.endswith("s") and not last.endswith("ss")
    )


def _personal(tokens: Tokens, head: tuple[int, int]) -> bool:
    if head[1] <= head[0]:
        return False
    last = tokens.lower[head[1] - 1]
    return last in _PRONOUN or last in lexicon.roles() or tokens.words[head[1] - 1][0].isupper()


def _leftward(tokens: Tokens, cue: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the source phrase before a cue, and its head."""
    end = _skip_frame(tokens, cue - 1)
    if end > 1 and tokens.words[end] == ")" and not tokens.quoted[end]:  # NAME (D-Calif.) said
        end = _before_bracket(tokens, end)
    if end < 0 or tokens.quoted[end]:
        return (0, 0), (0, 0)
    word = tokens.lower[end]
    if word in ("which", "that") and end and tokens.words[end - 1][0].isalnum() | (tokens.words[end - 1] == ","):
        return (end, end + 1), (end, end + 1)
    if word in ("and", "but", "or", "then", ";"):
        return _subject(tokens, end)
    if word in (",", "—", "–", ")"):
        return _over_apposition(tokens, end)
    start = _phrase_start(tokens, end)
    if start > end:
        return (0, 0), (0, 0)
    return (start, end + 1), _head(tokens, start, end + 1)


def _before_bracket(tokens: Tokens, closing: int) -> int:
    """Return the index before the bracket that ``closing`` closes, or ``closing`` where none opens nearby."""
    for index in range(closing - 1, max(closing - 10, 0), -1):
        if tokens.words[index] == "(":
            return index - 1
    return closing


def _skip_frame(tokens: Tokens, index: int) -> int:
    """Step left over auxiliaries, adverbs and times between a cue and its source."""
    lower = tokens.lower
    while index >= 0 and not tokens.quoted[index]:
        word = lower[index]
        if word in _TIME and tokens.words[index][0].isupper() | (
            word in ("today", "yesterday", "week", "month", "year", "night", "ago", "morning", "evening")
        ):
            index -= 1
            while index >= 0 and (
                lower[index] in ("on", "in", "last", "this", "late", "early", "earlier", "late", "the", "next")
                or lower[index].isdigit()
            ):
                index -= 1
        elif (
            word in _AUXILIARY
            or word in _ADVERB
            or (word.endswith("ly") and word not in _LY_NOUNS and tokens.words[index][0].islower())
        ):
            index -= 1
        else:
            break
    return index


def _over_apposition(tokens: Tokens, end: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Read "NAME, apposition, said": the phrase before the pair of commas (or dashes, or brackets)."""
    opening = {")": "(", "—": "—", "–": "–"}.get(tokens.lower[end], ",")
    stop = end - 1
    while stop > 0 and end - stop < 40 and (tokens.words[stop] != opening or tokens.quoted[stop]):
        if tokens.quoted[stop]:
            break
        stop -= 1
    inner_end = _skip_frame(tokens, end - 1)
    if stop > 0 and tokens.words[stop] == opening and not tokens.quoted[stop - 1]:
        last = _before_bracket(tokens, stop - 1) if tokens.words[stop - 1] == ")" else stop - 1
        start = _phrase_start(tokens, last)
        if start <= last and _can_be_source(tokens, start, last + 1):
            earlier = _before_comma(tokens, start)
            if earlier is not None:
                return (earlier[0], end), _head(tokens, *earlier)
            return (start, end), _head(tokens, start, last + 1)
    if inner_end > stop and not tokens.quoted[inner_end]:
        start = _phrase_start(tokens, inner_end)
        if start <= inner_end and _can_be_source(tokens, start, inner_end + 1):
            return (start, inner_end + 1), _head(tokens, start, inner_end + 1)
    return _subject(tokens, end)


def _before_comma(tokens: Tokens, start: int) -> tuple[int, int] | None:
    """Return the name that the phrase at ``start`` is itself an apposition of."""
    if (
        start < 2
        or tokens.words[start - 1] != ","
        or not tokens.words[start - 2][0].isupper()
        or tokens.quoted[start - 2]
    ):
        return None
    if tokens.lower[start] not in _DETERMINER and tokens.lower[start] not in lexicon.roles():
        return None
    begin = _phrase_start(tokens, start - 2)
    if begin <= 1 and tokens.lower[begin] in _PREPOSITION:
        return None
    return (begin, start - 1) if begin <= start - 2 else None


def _can_be_source(tokens: Tokens, start: int, stop: int) -> bool:
    """Tell whether a phrase can name a source: a name, a pronoun, or a role."""
    if tokens.lower[start] in _PREPOSITION or tokens.lower[start].endswith("ing"):
        return False
    roles = lexicon.roles()
    return any(
        (tokens.words[i][0].isupper() and tokens.lower[i] not in _TIME)
        or tokens.lower[i] in roles
        or tokens.lower[i] in _PRONOUN
        for i in range(start, stop)
    )


def _phrase_start(tokens: Tokens, end: int) -> int:
    """Walk left to where the noun phrase that ends at ``end`` begins."""
    lower, words = tokens.lower, tokens.words
    if lower[end] in _PRONOUN:
        return end + 1 if lower[end] in ("them", "him", "us", "me") else end
    index = end
    if _stops(tokens, index):
        return end + 1
    while index > 0 and end - index < _LONGEST:
        if (
            lower[index] in _DETERMINER
            and lower[index - 1] not in _PREPOSITION
            and lower[index - 1] not in ("all", "and")
        ):
            break
        before = index - 1
        if lower[before] == "and" and before > 0 and _coordinates(tokens, before):
            index = before
            continue
        if _stops(tokens, before):
            break
        index = before
    while index < end and lower[index] in _PREPOSITION and lower[index] != "of":
        index += 1
    return index


def _stops(tokens: Tokens, index: int) -> bool:
    """Tell whether a source phrase cannot reach over this token."""
    word = tokens.lower[index]
    if tokens.quoted[index] or word in _CLAUSE or word in _AUXILIARY or word in _PRONOUN:
        return True
    if not word[0].isalnum():
        return word not in ("'s", "&", "-", "/", "'", "%", "$", "#", "@")
    verb = lexicon.verbs().get(word)
    return (
        verb is not None
        and verb.form != "base"
        and word not in lexicon.noun_like()
        and tokens.words[index][0].islower()
    )


def _coordinates(tokens: Tokens, conjunction: int) -> bool:
    """Tell whether "and" joins two names or two roles rather than two clauses."""
    before, after = tokens.words[conjunction - 1], tokens.words[conjunction + 1]
    roles = lexicon.roles()
    named = before[0].isupper() and after[0].isupper()
    return named or (before.lower() in roles and (after.lower() in roles or after[0].isupper()))


def _rightward(tokens: Tokens, start: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the source phrase that begins at ``start`` (after an inverted cue, "according to", "by") and its head."""
    lower, words, count = tokens.lower, tokens.words, len(tokens)
    stop = start
    while stop < count and stop - start < _LONGEST and not tokens.quoted[stop]:
        word = lower[stop]
        if stop == start and word in _PRONOUN:
            stop += 1
            break
        if word in ("of", "for", "at", "from", "with", "in", "to", "on") and stop > start:
            if (
                word in ("in", "on", "to", "with", "from", "at")
                and stop + 1 < count
                and (lower[stop + 1] in _TIME or not _place_or_body(tokens, stop + 1))
            ):
                break
            stop += 1
            continue
        if word == "and" and stop > start and stop + 1 < count and _coordinates(tokens, stop):
            stop += 1
            continue
        if (
            word in _PREPOSITION
            or word in _CLAUSE
            or word in _AUXILIARY
            or (word in _TIME and words[stop][0].isupper())
        ):
            break
        if not word[0].isalnum() and word not in ("'s", "&", "-", "/", "'"):
            break
        if (
            word in lexicon.verbs()
            and word not in lexicon.noun_like()
            and lexicon.verbs()[word].form != "base"
            and words[stop][0].islower()
        ):
            break
        if word in _ADVERB and stop > start:
            break
        stop += 1
    head = _head(tokens, start, stop)
    return (start, _with_apposition(tokens, stop)), head


def _place_or_body(tokens: Tokens, index: int) -> bool:
    return tokens.words[index][0].isupper() or (
        tokens.lower[index] in _DETERMINER and index + 1 < len(tokens) and tokens.words[index + 1][0].isupper()
    )


def _with_apposition(tokens: Tokens, stop: int) -> int:
    """Return the end of the source phrase with the apposition that follows it, if one does."""
    if _word(tokens, stop) == "(":
        closing = next((i for i in range(stop, min(stop + 8, len(tokens))) if tokens.words[i] == ")"), None)
        if closing is not None:
            stop = closing + 1
    if _word(tokens, stop) != "," or _word(tokens, stop + 1) not in _DETERMINER | {"who", "whose"}:
        if _word(tokens, stop) != "," or not _bare_apposition(tokens, stop + 1):
            return stop
    end = stop + 1
    while end < len(tokens) and not tokens.quoted[end] and tokens.words[end] not in _APPOSITION_END:
        if end - stop > _LONGEST_APPOSITION:
            return stop
        end += 1
    return end


def _bare_apposition(tokens: Tokens, start: int) -> bool:
    """Tell whether a role without article follows: ", director of the institute"."""
    for index in range(start, min(start + 4, len(tokens))):
        if tokens.lower[index] in lexicon.roles():
            following = _word(tokens, index + 1)
            if following in _PREPOSITION or following in _APPOSITION_END or following == "and":
                return True
    return False


def _head(tokens: Tokens, start: int, stop: int) -> tuple[int, int]:
    """Return the part of a source phrase before its first preposition."""
    for index in range(start + 1, stop):
        if tokens.lower[index] in _PREPOSITION and tokens.lower[index] not in ("like", "over", "under"):
            return (start, index)
    return (start, stop)


def _subject(tokens: Tokens, stop: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the subject of the sentence's first clause, for a cue that shares it: "Lavrov met X and said ..."."""
    start = _clause_start(tokens, stop)
    lower, words = tokens.lower, tokens.words
    if start >= stop or tokens.quoted[start]:
        return (0, 0), (0, 0)
    if lower[start] in _PRONOUN:
        return (start, start + 1), (start, start + 1)
    end = start
    roles = lexicon.roles()
    while end < stop and end - start < _LONGEST:
        named = (
            words[end][0].isupper()
            or lower[end] in _DETERMINER
            or lower[end] in roles
            or lower[end] in ("'s", "of", "for")
        )
        joins = end + 1 < stop and (words[end + 1][0].isupper() or lower[end + 1] in roles)
        if not (named or (joins and not _stops(tokens, end) and lower[end] not in _PREPOSITION)):
            break
        end += 1
    if end == start or not _can_be_source(tokens, start, end):
        return (0, 0), (0, 0)
    return (start, end), _head(tokens, start, end)


def _clause_start(tokens: Tokens, stop: int) -> int:
    """Step over what a sentence may open with before its subject: "On Monday, ", "Speaking in Paris, ", "But "."""
    start = 0
    lower = tokens.lower
    while start < stop and (
        lower[start] in ("but", "and", "so", "yet", "meanwhile", "however", "still") or not lower[start][0].isalnum()
    ):
        start += 1
    opens = start < stop and (
        lower[start] in _PREPOSITION
        or lower[start] in _CLAUSE
        or lower[start].endswith(("ing", "ed"))
        or lower[start] in _ADVERB
    )
    if opens:
        for index in range(start, min(start + 20, stop)):
            if lower[index] == "," and not tokens.quoted[index]:
                return index + 1
    return start


def _title_case(tokens: Tokens) -> bool:
    """Tell whether most words are capitalised, as in a headline."""
    alphabetic = [word for word in tokens.words if word[0].isalpha()]
    return len(alphabetic) > 3 and sum(word[0].isupper() for word in alphabetic) > 0.7 * len(alphabetic)


def _word(tokens: Tokens, index: int) -> str:
    return tokens.lower[index] if 0 <= index < len(tokens) else ""
