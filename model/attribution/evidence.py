"""What the words around a verb of speech say for or against its being a cue."""

from model.attribution import lexicon
from model.attribution.lexicon import Idioms, Verb
from model.attribution.phrases import (
    ADVERB,
    AUXILIARY,
    DETERMINER,
    NOTHING,
    PREPOSITION,
    PRONOUN,
    ROLES,
    TIME,
    Phrase,
    Range,
    is_document,
    is_personal,
)
from model.attribution.sources import source_after, source_before
from model.attribution.tokens import Tokens

_HYPOTHETICAL, _RELATIVE, _SHOWN, _NOT_SHOWN = -2.2, -0.8, 1.0, -1.0
_MODAL = lexicon.words("modal")
_CONDITION = frozenset(("if", "whether", "unless", "lest", "until"))
_RELATIVE_PRONOUN = frozenset(("who", "which", "that"))
_PASSIVE = lexicon.words("passive")
_NOUN_LIKE = lexicon.reporting_words("noun-like")
_TRANSITIVE = lexicon.reporting_words("transitive")
_CONVEYING = lexicon.reporting_words("conveying")
_REFUSING = lexicon.reporting_words("refusing")
_REFUSED = lexicon.reporting_words("refused")
_EVIDENTIAL = lexicon.reporting_words("evidential")
_NOMINAL_CUES = lexicon.reporting_words("nominal")
_BEFORE_NOUN = lexicon.words("before-noun") | DETERMINER
_ADJECTIVE = ("al", "ous", "ive", "ful", "ing")  # endings
_NOT_A_SOURCE = lexicon.words("not-a-source")
_HUMAN = lexicon.words("human")
_PLURAL = lexicon.words("plural")
_CLOSED_BY = lexicon.words("after-source") | frozenset(",.;:-–—(?!")
_CONTENT_WITHIN = 5
_ARTICLES = frozenset(("a", "an", "this", "that"))
_BEFORE_ADJECTIVE = frozenset(("the", "a", "an", "his", "its", "their"))
_POINTING = frozenset(("the", "this", "these", "those"))
_PAST = lexicon.words("past") | lexicon.words("irregular")
_TEENS = frozenset(
    ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
)
_TENS = frozenset(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"))
_OBJECT_WITHIN, _QUOTED_WITHIN = 4, 9  # tokens
_OPENING, _CLOSING = frozenset("\"“«'‘"), frozenset("\"”»'’")
_COMMENT_WITHIN = 7  # tokens back from "comment"
_ASKED = lexicon.reporting_words("asked")  # "reached for comment", "return calls seeking comment"
_HAVING = lexicon.reporting_words("having")  # "had no comment"
_THINGS = frozenset(("it", "this", "that", "these", "those", "which"))
_HEARINGS = lexicon.reporting_words("hearing")
_CLAUSE_WITHIN, _NOUN_WITHIN, _AS_WITHIN = 8, 3, 9  # tokens after a verb
_STAGING = lexicon.reporting_words("staging")
_STAGE = lexicon.reporting_words("stage")
_STAGED_WITHIN = 12  # tokens between "took" and "to accuse"
_SENT = _NOMINAL_CUES | lexicon.reporting_words("carrier") | {"message", "op-ed", "speech", "video", "words"}
_INTRANSITIVE = lexicon.reporting_words("intransitive")
_NAMING = lexicon.reporting_words("naming")
_MEASURES = lexicon.reporting_words("measure")
_ROLE_OF = lexicon.roles()
_COUNTED = frozenset(("a", "an", "another", "any", "her", "his", "its", "new", "no", "one", "their", "this"))
_COUNTED_WITHIN = 3  # tokens between "a" and "demand"
_FROM, _NOT = frozenset(("from", "by")), frozenset(("no", "without", "any"))


def particle_fits(tokens: Tokens, index: int, verb: Verb) -> bool:
    """Tell whether a verb has the particle it needs to attribute: "point out"."""
    return tokens.lower[index + 1] in verb.particles or tokens.lower[index + 2] in verb.particles


def may_be_noun(tokens: Tokens, index: int) -> bool:
    """Tell whether a form like "reports" can be a noun, as a small "said" cannot."""
    return tokens.lower[index] in _NOUN_LIKE or tokens.words[index][0].isupper()


def is_noun(tokens: Tokens, index: int, verb: Verb) -> bool:
    """Tell whether a form like "reports" or "claim" is a noun here."""
    if tokens.words[index][0].isupper() and index and tokens.words[index - 1][0].isupper():
        return verb.strength != "say" and not _is_title_case(tokens)
    if tokens.lower[index] not in _NOUN_LIKE:
        return False
    previous, following = tokens.lower[index - 1], tokens.lower[index + 1]
    if previous in _BEFORE_NOUN or _counts(previous) or (previous.endswith(_ADJECTIVE) and previous not in ROLES):
        return True
    if verb.form == "past" or previous == "to" or (previous in AUXILIARY and verb.form == "base"):
        return False  # "declined to comment", "would not comment"
    if verb.form == "base" and previous in ROLES and previous.endswith("s") and following in ("in", "on"):
        return False  # "scientists report in the journal"
    if verb.form == "third" and following != "," and _has_subject(tokens, index):
        return False
    governs = following in PREPOSITION and following not in ("as", "like")
    return governs or following in AUXILIARY or following in ",.;"


def _has_subject(tokens: Tokens, index: int) -> bool:
    """Tell whether a name or a role governs: "Lee calls for calm", "chairman calls for calm", no "an Acme reports"."""
    if tokens.lower[index - 2] in _ARTICLES:
        return False
    called_for = tokens.lower[index - 1] in ROLES and tokens.lower[index + 1] in ("for", "on")
    return tokens.words[index - 1][0].isupper() or called_for


def _counts(word: str) -> bool:
    return word.isdigit() or word.partition("-")[0] in _TENS or word in _TEENS


def is_adjective(tokens: Tokens, index: int, verb: Verb) -> bool:
    """Tell whether a participle only describes: "the alleged thief", "a report released in May"."""
    before = tokens.lower[index - 1]
    released = verb.lemma in _CONVEYING and is_document(tokens, (index - 1, index))
    return before in _BEFORE_ADJECTIVE or released


def is_passive(tokens: Tokens, index: int) -> bool:
    """Tell whether a form of "be" governs a participle."""
    for back in range(index - 1, max(index - 5, -1), -1):
        word = tokens.lower[back]
        if word in _PASSIVE:
            return True
        if not (word in ADVERB or word in AUXILIARY or word.endswith("ly")):
            return False
    return False


def may_invert(tokens: Tokens, index: int, lemma: str) -> bool:
    """Tell whether a source may follow the cue: "..., said the minister", '..." added Wang'."""
    if lemma in _TRANSITIVE:
        return False
    previous = tokens.lower[index - 1]
    opens = index == 0 and tokens.lower[0] not in _NOUN_LIKE
    after_quotation = opens or previous in _CLOSING or bool(tokens.quoted[index - 1])
    if not (after_quotation or previous == ","):
        return False
    following = tokens.lower[index + 1]
    if not following or following in _NOT_A_SOURCE:
        return False
    named = tokens.words[index + 1][0].isupper() or following in ("he", "she", "they")
    begins = named or _source_like(tokens, index + 1, after_quotation)
    if not named and not after_quotation and not _heads_person(tokens, index + 1):
        return False  # "The lawyer, Lee, said the film shows nothing."
    return begins and _source_closes(tokens, index + 1, after_quotation)


def _heads_person(tokens: Tokens, start: int) -> bool:
    """Tell whether the phrase that begins at ``start`` holds who can speak: "a person close to Lee", "the mayor"."""
    head = source_after(tokens, start).head
    if is_personal(tokens, head) or not _HUMAN.isdisjoint(tokens.lower[head[0] : head[1]]):
        return True
    return any(_ROLE_OF.get(word, "media") != "media" for word in tokens.lower[head[0] : head[1]])


def _source_closes(tokens: Tokens, start: int, after_quotation: bool) -> bool:
    """Tell whether nothing follows the source that makes it the subject of a clause of its own.

    In "Lavrov, a close ally, said Russia would not go" a clause follows, so the source stands before.
    """
    after = tokens.lower[source_after(tokens, start).source[1]]
    if not after or after in _CLOSED_BY:
        return True
    return after_quotation and (after in TIME or after in ADVERB or after in _OPENING)


def _source_like(tokens: Tokens, start: int, after_quotation: bool) -> bool:
    lower = tokens.lower
    if not after_quotation and lower[start] not in DETERMINER and lower[start] not in ROLES:
        return False
    return any(
        lower[i] in ROLES or lower[i] in _HUMAN or (i > start and tokens.words[i][0].isupper())
        for i in range(start, min(start + 6, len(tokens)))
    )


def may_be_finite(tokens: Tokens, index: int, head: Range) -> bool:
    """Tell whether a base form can be finite here: after a plural, "I", "we" or an auxiliary."""
    nearest = range(max(head[1], index - 4), index)  # "to" in "people close to the mayor say" is none
    if any(tokens.lower[i] in AUXILIARY and (tokens.lower[i] != "to" or i > index - 3) for i in nearest):
        return True
    if head[1] <= head[0]:
        return False
    last = tokens.lower[head[1] - 1]
    plural = last in _PLURAL or (last.endswith("s") and not last.endswith("ss"))
    return plural or "and" in tokens.lower[head[0] : head[1]]


def framing(tokens: Tokens, index: int, source: Range) -> float:
    """Return what a condition, a modal or a relative clause around the cue takes from its score."""
    loss = 0.0
    if tokens.lower[source[0] - 1] in _CONDITION:
        loss += _HYPOTHETICAL
    between = tokens.lower[source[1] : index]
    if not _MODAL.isdisjoint(between) and "not" not in between:
        loss += _HYPOTHETICAL
    if tokens.lower[source[0]] in _RELATIVE_PRONOUN:
        loss += _RELATIVE
    return loss


def content_follows(tokens: Tokens, index: int) -> bool:
    """Tell whether what was said follows the cue: after "that" or a colon, or quoted."""
    near = tokens.lower[index + 1 : index + _CONTENT_WITHIN]
    if "that" not in near and ":" not in near and 1 not in tokens.quoted[index + 1 : index + _CONTENT_WITHIN]:
        return False
    for following in range(index + 1, min(index + _CONTENT_WITHIN, len(tokens))):
        if tokens.quoted[following] or tokens.lower[following] in ("that", ":"):
            return True
        if not tokens.words[following][0].isalnum():
            return False
    return False


def is_speech_act(tokens: Tokens, index: int, verb: Verb) -> bool:
    """Tell whether a verb with its object is an act of speech: "issued a warning", "declined to discuss"."""
    if tokens.lower[index - 1] == "to":
        return tokens.lower[index - 2] in _REFUSING
    if tokens.lower[index] in _REFUSING:
        return tokens.lower[index + 1] == "to" and not _REFUSED.isdisjoint(tokens.lower[index + 2 : index + 4])
    if verb.lemma not in _CONVEYING:
        return False
    return not _NOMINAL_CUES.isdisjoint(tokens.lower[index + 1 : index + 1 + _OBJECT_WITHIN])


def showing(tokens: Tokens, verb: Verb, head: Range, final: bool) -> float:
    """Return what a document or data as source add, or take: "..., customs figures showed", "data show that".

    Only where the sentence closes with it does a document vouch for all of it.
    """
    if verb.lemma not in _EVIDENTIAL or not (is_document(tokens, head) or _finds(tokens, head)):
        return 0.0
    return _SHOWN if final and is_document(tokens, head) else _NOT_SHOWN


def _finds(tokens: Tokens, head: Range) -> bool:
    """Tell whether a head may as well be what shows as who says: no name and no pronoun."""
    last = head[1] - 1
    word = tokens.lower[last]
    if word in _THINGS:
        return True
    return (tokens.words[last].islower() or last == 0) and word not in PRONOUN and word not in ROLES


def hears(tokens: Tokens, index: int, head: Range) -> bool:
    """Tell whether a hearing hears what is said before it: "the inquest heard that", not "the court heard the case"."""
    if head[1] <= head[0] or tokens.lower[head[1] - 1] not in _HEARINGS:
        return False
    following = tokens.lower[index + 1 : index + 1 + _CLAUSE_WITHIN]
    if not following or following[0] in ("", ".", ",", "that", "how"):
        return True
    small = zip(following, tokens.words[index + 1 :], strict=False)  # "in May" is no auxiliary
    verb = next((i for i, (word, written) in enumerate(small) if word in AUXILIARY and word == written), len(following))
    return verb < len(following) and _RELATIVE_PRONOUN.isdisjoint(following[:verb]) and "," not in following[:verb]


def idiom_at(tokens: Tokens, index: int, idioms: Idioms) -> Verb | None:
    """Return the idiom of speech whose verb stands at ``index``: "cast doubt on", "hit back at", "pointed to X as"."""
    if idioms.first.isdisjoint(tokens.lower[index + 1 : index + 1 + _NOUN_WITHIN]):
        return None
    found = next((verb for words, verb in idioms.listed.items() if _follow(tokens, index, words)), None)
    return None if found is not None and _points_back(tokens, index) else found


def stage_before(tokens: Tokens, to: int) -> int:
    """Return the verb of "took to Facebook to accuse", "held a briefing to announce"; 0 where nobody goes on to speak.

    Args:
        tokens: The sentence.
        to: The "to" of the infinitive.

    """
    staged = False
    for index in range(to - 1, max(to - _STAGED_WITHIN, 0), -1):
        word = tokens.lower[index]
        if word in _STAGING and not tokens.quoted[index]:
            return index if staged or (word.startswith(("take", "taking", "took")) and _goes_to(tokens, index)) else 0
        if tokens.quoted[index] or not (word[0].isalnum() or word == "'s") or (word in AUXILIARY and word != "to"):
            return 0
        staged = staged or word in _STAGE
    return 0


def _goes_to(tokens: Tokens, index: int) -> bool:
    """Tell whether "to" and a name follow: "took to Mastodon", not "took Lee to"."""
    return tokens.lower[index + 1] == "to" and tokens.words[index + 2][:1].isupper()


def acts_in_reply(tokens: Tokens, index: int) -> bool:
    """Tell whether one responds with deeds: "responded with air strikes", not "with a statement"."""
    if tokens.lower[index + 1] != "with" or 1 in tokens.quoted[index:]:
        return False
    return _SENT.isdisjoint(tokens.lower[index + 2 : index + 2 + _CONTENT_WITHIN])


def summons(tokens: Tokens, index: int) -> bool:
    """Tell whether somebody is called in: "called in the army", "called in to a show", not "called in May for"."""
    after = tokens.lower[index + 2 :]
    return (
        tokens.lower[index + 1] == "in" and 1 not in tokens.quoted[index:] and "for" not in after and "on" not in after
    )


def is_reduced(tokens: Tokens, index: int, verb: Verb) -> bool:
    """Tell whether a past form only describes the noun before it: "the pay promised by the firm"."""
    if tokens.lower[index + 1] != "by" or verb.lemma in _INTRANSITIVE or is_passive(tokens, index):
        return False
    return not tokens.lower[index + 2].endswith("ing")


def only_names(tokens: Tokens, index: int, verb: Verb, head: Range) -> bool:
    """Tell whether a participle gives a thing its name: "a club called “Red”", not "aides called it “absurd”"."""
    if verb.lemma not in _NAMING or verb.form not in ("past", "participle") or not tokens.quoted[index + 1 : index + 2]:
        return False
    named = tokens.quoted[index + 1] == 1 and head[1] == index
    return named and (tokens.lower[head[0]] in ("a", "an") or tokens.lower[head[0] - 1] in PREPOSITION)


def is_measure(tokens: Tokens, head: Range) -> bool:
    """Tell whether what follows "according to" is a measure: "according to size", "according to his weight"."""
    return tokens.lower[head[1] - 1] in _MEASURES


def is_credit(tokens: Tokens, index: int) -> bool:
    """Tell whether a byline tells where reporters worked: "Ana Reyes reported from Riga."."""
    return tokens.lower[index + 1] == "from" and "that" not in tokens.lower[index:] and 1 not in tokens.quoted


def is_wanted(tokens: Tokens, noun: int) -> bool:
    """Tell whether "demand" is for goods: "demand from China", not "a demand from the union"."""
    return _COUNTED.isdisjoint(tokens.lower[max(noun - _COUNTED_WITHIN, 0) : noun])


def takes_thing(tokens: Tokens, index: int) -> bool:
    """Tell whether a verb has a thing as its object and no clause: "added a week", unlike "added the law was old"."""
    following = tokens.lower[index + 1]
    if (following not in DETERMINER and not following.isdigit()) or following == "that" or 1 in tokens.quoted:
        return False
    for after in range(index + 2, len(tokens)):
        word = tokens.lower[after]
        if (word in AUXILIARY and word != "to") or word in _PAST:
            return False
        if word in _CLOSED_BY:
            break
    return True


def _points_back(tokens: Tokens, index: int) -> bool:
    """Tell whether the noun of an act stands for what was told before: "made the remarks in Oslo"."""
    if tokens.lower[index + 1] not in _POINTING:
        return False
    following = tokens.lower[index + 3]
    if tokens.lower[index + 2] == "clear":  # "made this clear"
        return following != "that" and following != ":"
    return tokens.lower[index + 2] in _NOMINAL_CUES and following != "that" and following != ":"


def is_literal(tokens: Tokens, index: int, objects: frozenset[str]) -> bool:
    """Tell whether a verb of speech has an object that makes it none: "hailed a taxi", "slammed the door"."""
    return not objects.isdisjoint(tokens.lower[index + 1 : index + 1 + _NOUN_WITHIN])


def _follow(tokens: Tokens, index: int, words: tuple[str, ...]) -> bool:
    """Tell whether the words of an idiom follow: a noun or particle near, the next at once, "..." over a gap."""
    first, *rest = words
    within = _NOUN_WITHIN if not rest else 1
    near = tokens.lower[index + 1 : index + 1 + within]
    if first not in near:
        return False
    if rest[:1] == ["as"]:
        return "as" in tokens.lower[index + 2 : index + 2 + _AS_WITHIN]
    return not rest or tokens.lower[index + 2] == rest[0]


def quotes(tokens: Tokens, index: int) -> bool:
    """Tell whether "as saying" follows a verb of quoting."""
    following = tokens.lower[index + 1 : index + 1 + _QUOTED_WITHIN]
    return "as" in following and "saying" in following


def is_final(tokens: Tokens, index: int, source: Range) -> bool:
    """Tell whether cue and source close the sentence after what was said: "..., the minister added."."""
    before = source[0] - 1
    if before < 1 or not (tokens.words[before] == "," or tokens.quoted[before]):
        return False
    following = tokens.lower[index + 1]
    if tokens.quoted[before] and following in PREPOSITION:  # '"It is over," she posted on Facebook'
        return True
    return following in ("", ".", ",", ":") or following in TIME or index + 3 >= len(tokens)


def _is_title_case(tokens: Tokens) -> bool:
    """Tell whether most words are capitalised, as in a headline."""
    alphabetic = [word for word in tokens.words if word[0].isalpha()]
    return len(alphabetic) > 3 and sum(word[0].isupper() for word in alphabetic) > 0.7 * len(alphabetic)


def unanswered(tokens: Tokens, comment: int) -> Phrase:
    """Return who was asked in vain, for the noun "comment" at ``comment``; nobody where it means something else."""
    lower = tokens.lower
    if tokens.lower[comment + 1] in _FROM and not _NOT.isdisjoint(lower[max(comment - 2, 0) : comment]):
        return source_after(tokens, comment + 2)  # "There was no immediate comment from the embassy"
    for index in range(comment - 1, max(comment - _COMMENT_WITHIN, 0), -1):
        if lower[index] in _ASKED or (lower[index] in _HAVING and lower[index + 1] in _NOT):
            return source_before(tokens, index)
    return NOTHING
