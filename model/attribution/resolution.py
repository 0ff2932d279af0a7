"""Who a source phrase stands for: a name, a surname, a pronoun, a description such as "the minister"."""

import re

from model.attribution import lexicon
from model.attribution.article import Reading
from model.attribution.cues import Cue
from model.attribution.descriptions import head_noun
from model.attribution.entities import Entity, Memory, is_body_entity
from model.attribution.names import Name, form_of
from model.attribution.phrases import AUXILIARY, DETERMINER, PREPOSITION, ROLES, Range
from model.attribution.roles import role_of

_LOOK_BACK = 3  # sentences a pronoun or a description looks back for a speaker
_RELATIVE = frozenset(("who", "which", "that"))
_MARKS = frozenset((",", "(", "—", "–", "-"))
_SEPARATE = (_MARKS - {","}) | AUXILIARY | {"who", "which", "whose", "that", "as", "because", "while", "when"}
_ACRONYM = re.compile(r"(?:[A-Z]\.){3,}|[A-Z]{3,5}")
_PORTFOLIOS = lexicon.name_words("portfolio")
_OWNING = frozenset(("'s", "'"))
_OF_OFFICES = frozenset(("chief", "executive", "general", "press", "prime", "vice"))
_LONGEST_SUBJECT = 7  # tokens of "The rival parties and unions"
_SINGULAR = {"he": "he", "his": "he", "she": "she", "her": "she"}
_PLURAL = frozenset(("they", "their"))
_BODIES = lexicon.name_words("organisation") | lexicon.name_words("body")
_GENERIC = lexicon.name_words("generic")
_SEVERAL = frozenset(map(lexicon.plural, _BODIES)) | lexicon.words("several")
_ENDS_GROUP = (AUXILIARY | PREPOSITION | lexicon.words("clause") | lexicon.words("time")) - {"and", "of"}
_PARTICULAR = re.compile(
    r"\d-year-old\b|\b(?:mother|father)-?of-|\b(?:mother|father) of (?:one|two|three|four|five|six)\b"
)
_DEFINITE = frozenset(("the", "this", "that", "his", "her", "its", "their"))


def resolve(readings: list[Reading], index: int, cue: Cue, memory: Memory) -> Entity | None:
    """Return the entity that a cue's source phrase stands for; None where it is nobody the article names."""
    reading = readings[index]
    tokens = reading.tokens
    start, stop = cue.head
    if stop <= start:
        return None
    last = tokens.lower[stop - 1]
    if reading.heading:
        form = form_of(" ".join(tokens.words[start:stop]))
        return form and memory.find_form(form, index)
    if stop - start == 1:
        if last in _SINGULAR:
            return _resolve_pronoun(readings, index, cue, _SINGULAR[last], memory)
        if last == "it":
            return _resolve_it(readings, index, cue, memory)
        if last in _PLURAL:
            return _plural_subject(readings, index, cue, memory) or _previous_entity(readings, index, person=None)
        if last in _RELATIVE and not tokens.words[start].isupper():  # WHO is no "who"
            return _antecedent(reading, start, index, memory)
    if "and" in tokens.lower[cue.source[0] : cue.source[1]]:
        joint = _resolve_joint(readings, index, cue, memory)
        if joint is not None:
            return joint
    name = _name_of(reading, cue)
    if name is not None:
        return memory.find(name, index)
    if tokens.lower[start] in _DEFINITE:
        return _resolve_description(readings, index, last, tokens.text(*cue.source), memory)
    return None


def _name_of(reading: Reading, cue: Cue) -> Name | None:
    """Return the name a source phrase holds: where its head ends, else of the person in apposition to it."""
    start, stop = cue.head
    apposition = stop
    while apposition < cue.source[1] and reading.tokens.words[apposition] not in _MARKS:
        apposition += 1
    pick: Name | None = None
    for name in reading.names:
        if name.start < start or name.stop > cue.source[1]:
            continue
        if name.stop >= stop and name.start < stop:
            pick = name
        elif (
            name.stop == cue.source[1] and name.form.person and _ACRONYM.fullmatch(reading.tokens.words[name.start - 1])
        ):
            return name  # "The head of the C.I.A. Ann Lee"
        elif (_ends_office(name, start, apposition) and not _owns(reading, name)) or (
            pick is None and _names_apposition(apposition, name)
        ):
            return name
    return pick


def _ends_office(name: Name, start: int, apposition: int) -> bool:
    """Tell whether a source phrase describes the person it ends with: "Minister of Transport Ann Lee"."""
    return name.described <= start < name.start < apposition


def _owns(reading: Reading, name: Name) -> bool:
    """Tell whether what follows is a name's: "Mr Dobbs's lawyer"."""
    return reading.tokens.lower[name.stop] in ("'s", "'")


def _names_apposition(apposition: int, name: Name) -> bool:
    """Tell whether a person is what the apposition names, not only mentions: ", Ann Lee," or ", minister Ann Lee,"."""
    return name.form.person and apposition + 1 in (name.described, name.start)


def _resolve_pronoun(readings: list[Reading], index: int, cue: Cue, pronoun: str, memory: Memory) -> Entity | None:
    reading = readings[index]
    for name in reversed(reading.names):
        if name.stop <= cue.head[0] and not reading.tokens.quoted[name.start]:
            entity = memory.find(name, index)
            if entity and entity.person and entity.gender in (pronoun, ""):
                return entity
    subject = _subject_before(readings, index, memory)
    if subject and subject.may_be_person and subject.gender in (pronoun, ""):
        return subject
    for earlier in reversed(readings[max(0, index - _LOOK_BACK) : index]):
        entity = earlier.voice.entity if earlier.voice else None
        if entity is not None and entity.may_be_person and entity.gender in (pronoun, ""):
            entity.gender, entity.person = pronoun, True
            return entity
    previous = readings[index - 1] if index else None
    if previous:
        for name in previous.names:
            entity = memory.find(name, index)
            if entity and entity.person and entity.gender in (pronoun, ""):
                return entity
    return memory.last_person(pronoun, index - 1)


def _subject_before(readings: list[Reading], index: int, memory: Memory) -> Entity | None:
    """Return whom the sentence before opens with, if nobody speaks in it: "Klima is not convinced. He said ..."."""
    previous = readings[index - 1] if index else None
    if previous is None or previous.voice or previous.heading:
        return None
    if previous.names:
        name = previous.names[0]
        opening = previous.tokens.lower[: name.described]  # "Her husband, Otto, agreed."
        if all(word in DETERMINER or word in ROLES or word == "," for word in opening):
            return memory.find(name, index)
    return _described_subject(previous, index - 1, memory)


def _described_subject(reading: Reading, index: int, memory: Memory, number: str = "") -> Entity | None:
    """Return whom a sentence opens with by description alone: "The mayor was unmoved.", "The miners walked out.".

    By ``number`` a body is sought ("it"), several people ("they"), or one person.
    """
    lower = reading.tokens.lower
    if number == "they":
        group = _opening_group(reading)
        return memory.describe_unnamed(group, group, person=False) if group else None
    if lower[0] not in DETERMINER or reading.tokens.quoted[0]:
        return None
    for stop in range(1, _LONGEST_SUBJECT):
        noun = lower[stop]
        if noun in ROLES and (lower[stop + 1] in _PORTFOLIOS or lower[stop + 1] in _OF_OFFICES):
            continue  # "The deputy prime minister"
        if (
            (noun in ROLES or noun in _BODIES)
            and lower[stop + 1] not in ROLES
            and lower[stop + 1] != "and"
            and (lower[stop + 1] not in _OWNING or number == "it")
        ):
            break
        if not noun or not noun[0].isalnum() or noun in AUXILIARY or noun in PREPOSITION or noun in DETERMINER:
            return None
    else:
        return None
    phrase = reading.tokens.text(0, stop + 1)
    if number == "it":
        known = memory.body_called(noun, index) if lower[0] in _DEFINITE else None
        return (known or memory.describe_unnamed(phrase, phrase, person=False)) if noun in _BODIES else None
    known = memory.described_by(noun, index) if lower[0] in _DEFINITE else None
    return (known or memory.describe_unnamed(phrase, phrase, person=True)) if _is_person_noun(noun) else None


def _opening_group(reading: Reading) -> str:
    """Return the several people or bodies a sentence opens with: "Twelve coastal states [led by Maine sued]"."""
    tokens, lower = reading.tokens, reading.tokens.lower
    for stop in range(min(_LONGEST_SUBJECT, len(tokens))):
        word, following = lower[stop], lower[stop + 1]
        if word in _ENDS_GROUP or tokens.quoted[stop] or not (word[0].isalnum() or word in _OWNING):
            return ""
        plural = word in _SEVERAL or (word in ROLES and word.endswith(("s", "men")))
        if plural and following not in ROLES and following not in _OWNING and following != "and":
            return tokens.text(0, stop + 1)
    return ""


def _is_person_noun(noun: str) -> bool:
    return lexicon.roles().get(noun, "media") != "media" and not noun.endswith("s") and noun not in _BODIES


def _resolve_it(readings: list[Reading], index: int, cue: Cue, memory: Memory) -> Entity | None:
    """Return the body that "it" stands for: the subject before, the body that spoke last, or the one named last."""
    reading = readings[index]
    if cue.head[0] > _LONGEST_SUBJECT:
        subject = _described_subject(reading, index, memory, "it")
        if subject is not None:
            return subject
    for name in reversed(reading.names if reading.tokens.lower[cue.head[0] - 1] == "," else ()):
        if name.stop <= cue.head[0]:
            entity = memory.find(name, index)
            if entity and is_body_entity(entity):
                return entity
    return (
        _body_before(readings, index, memory)
        or _speaking_body(readings, index)
        or _previous_entity(readings, index, person=False)
        or memory.last_body(index - 1, _LOOK_BACK)
    )


def _speaking_body(readings: list[Reading], index: int) -> Entity | None:
    """Return who speaks in the sentence before, if nothing shows a person: that "it" follows shows a body."""
    voice = readings[index - 1].voice if index else None
    if voice is None or voice.entity.gender or not voice.entity.seen or lexicon.known(voice.entity.name):
        return None
    if any(_is_person_noun(head_noun(descriptor)) for descriptor in voice.entity.descriptors):
        return None
    if voice.entity.person:
        voice.entity.become_body()
    return voice.entity


def _plural_subject(readings: list[Reading], index: int, cue: Cue, memory: Memory) -> Entity | None:
    """Return those whom this sentence, or a silent one before it, opens with: "The athletes paid, they said."."""
    if cue.head[0] > 2:
        subject = _described_subject(readings[index], index, memory, "they")
        if subject is not None or not readings[index].tokens.quoted[0]:
            return subject
    for at in range(index - 1, max(index - _LOOK_BACK, -1), -1):
        previous = readings[at]
        if previous.voice is not None or previous.heading:
            return None
        if previous.tokens.lower[0] not in _PLURAL:  # "They sent a letter": whoever stands before that
            return _described_subject(previous, at, memory, "they")
    return None


def _body_before(readings: list[Reading], index: int, memory: Memory) -> Entity | None:
    """Return the body that the sentence before opens with, if nobody speaks in it: "Acme cut jobs. It said ..."."""
    previous = readings[index - 1] if index else None
    if previous is None or previous.voice or previous.heading:
        return None
    described = _described_subject(previous, index - 1, memory, "it")
    if described is not None or not previous.names:
        return described
    name = previous.names[0]
    if any(word not in DETERMINER for word in previous.tokens.lower[: name.start]):
        return None
    entity = memory.find(name, index)
    if entity is None or entity.gender or (entity.person and (entity.descriptors or lexicon.known(entity.name))):
        return None
    if previous.tokens.lower[name.stop] in _OWNING:  # "Acme's profits fell"
        return entity if is_body_entity(entity) else None
    entity.become_body()
    return entity


def _resolve_joint(readings: list[Reading], index: int, cue: Cue, memory: Memory) -> Entity | None:
    """Return those who speak together: "Nina Falk and Jonas Weber", "the mayor and Jonas Weber"."""
    reading = readings[index]
    parts = _parts(reading, *cue.source)
    if len(parts) < 2:
        return None
    names = [_name_in(reading, start, stop) for start, stop in parts]
    if not any(names) or (names[0] is None and reading.tokens.lower[parts[0][1] - 1] not in ROLES):
        return None
    members: list[Entity] = []
    texts: list[str] = []
    for (start, stop), name in zip(parts, names, strict=True):
        text = reading.tokens.text(start, stop)
        if name is not None:
            entity = memory.find(name, index)
        elif reading.tokens.lower[stop - 1] in ROLES:
            entity = _resolve_description(readings, index, reading.tokens.lower[stop - 1], text, memory)
            entity = entity or memory.describe_unnamed(
                text, text, person=_is_person_noun(reading.tokens.lower[stop - 1])
            )
        else:
            return None
        if entity is None or entity in members:
            return None
        members.append(entity)
        article = "the " if texts and name is not None and reading.tokens.lower[start] == "the" else ""
        texts.append(article + entity.name)
    return memory.join(tuple(members), texts)


def _parts(reading: Reading, start: int, stop: int) -> list[Range]:
    """Return the parts of a source phrase that "and" and commas coordinate; one where nothing does."""
    lower = reading.tokens.lower
    inside = {i for name in reading.names for i in range(name.start, name.stop)}
    ands = [i for i in range(start + 1, stop - 1) if lower[i] == "and" and i not in inside]
    if len(ands) != 1 or _joins_portfolios(reading, ands[0]):
        return [(start, stop)]
    if lower[ands[0] - 1] == ",":  # "Ann Lee, the mayor, and Bo Lind, a farmer,"
        ends = [
            next((i for i in range(first, last) if lower[i] == ","), last)
            for first, last in ((start, ands[0]), (ands[0] + 1, stop))
        ]
        return [(start, ends[0]), (ands[0] + 1, ends[1])]
    if "," not in lower[start : ands[0]] and "," in lower[ands[0] : stop]:  # "Ann Lee and Bo Lind, the owners,"
        stop = lower.index(",", ands[0])
    cuts = [i for i in range(start + 1, ands[0] - 1) if lower[i] == ","] + ands
    if not _SEPARATE.isdisjoint(lower[start:stop]):
        return [(start, stop)]
    office = any(name.stop == ands[0] and name.described <= start for name in reading.names)
    if (
        not office
        and not PREPOSITION.isdisjoint(lower[start : ands[0]])
        and PREPOSITION.isdisjoint(lower[ands[0] : stop])
    ):
        return [(start, stop)]  # "hospitals in Kayes and Sikasso"
    return list(zip([start, *(cut + 1 for cut in cuts)], [*cuts, stop], strict=True))


def _joins_portfolios(reading: Reading, conjunction: int) -> bool:
    """Tell whether "and" stands inside an office: "Education and Science Minister Ann Lee"."""
    if any(name.stop == conjunction and name.form.person for name in reading.names):
        return False
    before, after = reading.tokens.lower[conjunction - 1], reading.tokens.lower[conjunction + 1]
    return before in _PORTFOLIOS or after in _PORTFOLIOS


def _name_in(reading: Reading, start: int, stop: int) -> Name | None:
    """Return the name a coordinated part ends in, or names before a preposition: "Jones of Utah"."""
    inside = [name for name in reading.names if start <= name.start and name.stop <= stop]
    last = next((name for name in inside if name.stop == stop), None)
    return last or next((name for name in inside if reading.tokens.lower[name.stop] in PREPOSITION), None)


def _resolve_description(readings: list[Reading], index: int, noun: str, phrase: str, memory: Memory) -> Entity | None:
    """Resolve "the minister": whoever is described so, or a speaker just before whom nothing yet describes."""
    if noun in _BODIES:
        return memory.body_called(noun, index) or _previous_body(readings, index, noun, memory)
    if _PARTICULAR.search(phrase):
        return _previous_entity(readings, index, person=True)
    entity = memory.described_by(noun, index)
    if entity is not None or noun not in lexicon.roles() or noun.endswith("s"):
        return entity
    earlier = _previous_entity(readings, index, person=True)
    known = lexicon.known(earlier.name) if earlier else None
    if earlier and not earlier.descriptors and (known is None or noun in known.descriptor.split()):
        earlier.describe(phrase)
        return earlier
    return None


def _previous_body(readings: list[Reading], index: int, noun: str, memory: Memory) -> Entity | None:
    """Return the body that spoke last and that "the company" or "the newspaper" may stand for, if it was named."""
    if noun not in _GENERIC:
        return None
    earlier = _previous_entity(readings, index, person=False)
    if earlier is None and index:
        named = memory.last_body(index - 1, _LOOK_BACK)
        return named if named is not None and named.group else None
    if earlier is None or not earlier.seen:
        return None
    role = role_of(earlier.descriptors, earlier.name, body=earlier.body)
    same = (role == "media") == (lexicon.roles().get(noun) == "media")
    return earlier if same and role != "unknown" else None


def _antecedent(reading: Reading, pronoun: int, index: int, memory: Memory) -> Entity | None:
    """Return what "who", "which" or "that" refers to: the person, or thing, named last before it."""
    before = [name for name in reading.names if name.stop <= pronoun]
    if reading.tokens.lower[pronoun] == "who":
        before = [name for name in before if name.form.person] or before
    return memory.find(before[-1], index) if before else None


def _previous_entity(readings: list[Reading], index: int, person: bool | None) -> Entity | None:
    """Return the last speaker before a sentence; of persons only, of bodies only, or of both."""
    for earlier in reversed(readings[max(0, index - _LOOK_BACK) : index]):
        if earlier.voice is not None and person in (None, earlier.voice.entity.person):
            return earlier.voice.entity
    return None
