"""A sentence in its document becomes the fields that the pipeline weighs.

The running text is a field as it stands. The others are features written as words, so that each field can have a TF-IDF
and an explanation like the text: the cue, what the article says of the speaker, flags of form, the neighbourhood.
"""

import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import compress, zip_longest
from typing import NamedTuple

from model.attribution import Attribution, attribute
from model.attribution import lexicon as attribution_lexicon
from model.attribution.cues import ACCEPT
from model.attribution.roles import is_party
from model.lexicon import read_sections
from model.records import Speaker
from model.threats import threat_features

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DIGITS = "1203456789"  # those that news holds most first
_ENDINGS = {"?": "question", "!": "exclamation", ".": "stop", ":": "colon"}
_PLACES = ("before", "after", "before2", "after2")  # the sentences around one, by distance
_EDGE = "edge"
_UNQUOTED = ("unquoted",)
_RELAYED = ("relayed",)  # of a speaker whose words a medium passes on
_WRITER = "writer"  # the flag of "I", among others
_NOBODY = "nobody"
_CUES = 3  # of a sentence's cues, the strongest
_DESCRIPTORS = 3  # of a speaker's descriptions, the first


Features = tuple[str, ...]


class Fields(NamedTuple):
    """What the model sees of one sentence; each field has a TF-IDF of its own.

    Attributes:
        text: The sentence.
        cue: Its cues: lemma, form, and whether they attribute.
        descriptor: What the article says of the speaker: words of the descriptions, role, kind.
        flags: Its form: quotation, person, modality, figures, length.
        threat: Who announces which harm, and how; empty where nothing speaks of harm.
        context: The speakers and cues of the sentences around it.
        neighbours: The sentences before and after.

    """

    text: str
    cue: Features
    descriptor: Features
    flags: Features
    threat: Features
    context: Features
    neighbours: tuple[str, ...]


def has_speaker(fields: Fields) -> bool:
    """Tell whether attribution found somebody who says the sentence, other than the reporter."""
    return fields.descriptor[:1] != (_NOBODY,)


def fields_of(sentences: Sequence[str], attributions: Sequence[Attribution] | None = None) -> list[Fields]:
    """Return the fields of a document's sentences, in order.

    Args:
        sentences: The document.
        attributions: Their attributions, where they are known already.

    """
    found = attribute(sentences) if attributions is None else attributions
    cues, descriptors = map(_cue_features, found), map(_descriptor_features, found)
    flags = list(map(_flag_features, sentences, found))
    threats = map(threat_features, found)
    contexts, neighbours = _contexts(found, flags), _neighbours(sentences)
    return list(map(Fields._make, zip(sentences, cues, descriptors, flags, threats, contexts, neighbours, strict=True)))


def _neighbours(sentences: Sequence[str]) -> list[tuple[str, ...]]:
    if len(sentences) < 2:
        return [()] * len(sentences)
    return [(sentences[1],), *zip(sentences, sentences[2:], strict=False), (sentences[-2],)]


def _cue_features(attribution: Attribution) -> Features:
    if not attribution.cues:
        return ("none",)
    return _features_of_cues(tuple([(cue.lemma, cue.form, cue.score >= ACCEPT) for cue in attribution.cues[:_CUES]]))


@lru_cache(maxsize=4096)
def _features_of_cues(cues: Sequence[tuple[str, str, bool]]) -> Features:
    """Return the features of cues, strongest first, each given by its lemma, its form, and whether it attributes."""
    features = []
    for rank, (lemma, form, attributes) in enumerate(cues):
        word = lemma.replace(" ", "_")
        features += [word, f"{form}:{word}"]
        if rank == 0:
            features.append(f"strongest:{word}" if attributes else f"weak:{word}")
    return tuple(features)


def _descriptor_features(attribution: Attribution) -> Features:
    speaker = attribution.speaker
    if speaker is None:
        return (_NOBODY,)
    descriptors = attribution.descriptors[:_DESCRIPTORS]
    if speaker.role == "private":  # a party makes no official of a voter
        descriptors = tuple(descriptor for descriptor in descriptors if not is_party(descriptor))
    described = " ".join([*descriptors, speaker.descriptor])
    part: Features = (_feature("role", speaker.role), _feature("kind", speaker.kind))
    if speaker.via is not None:
        part += _RELAYED
    return part + _words_of_description(described, speaker.name)


@lru_cache(maxsize=4096)
def _words_of_description(described: str, name: str) -> Features:
    """Return what the article, and what is generally known, say of who bears a name: each word once."""
    described, features = described.lower(), []
    known = attribution_lexicon.known(name)
    if known:
        features.append(f"known:{known.role}")
        described += f" {known.descriptor}"
    if not described.strip():
        features.append("undescribed")
    return (*features, *dict.fromkeys(_WORD.findall(described)))


def _flag_features(sentence: str, attribution: Attribution) -> Features:
    tokens, quotation = attribution.tokens, attribution.quotation
    ending = sentence.rstrip("\"'”’»)] ")[-1:]
    form = _features_of_form(_has_digit(sentence), _ENDINGS.get(ending, "no-stop"), min(len(tokens) // 8, 6))
    if not quotation.ranges:
        return _UNQUOTED + _flags_of(_bits(tokens.lower)) + form
    outside = _flags_of(_bits(compress(tokens.lower, map(operator.not_, tokens.quoted))))
    inside = [_feature("quoted", flag) for flag in _flags_of(_bits(compress(tokens.lower, tokens.quoted)))]
    return (*_quotation_flags(attribution), *outside, *inside, *form)


@cache
def _features_of_form(has_digit: bool, ending: str, eighths: int) -> Features:
    return (*(("digits",) if has_digit else ()), ending, f"length:{eighths}")


def _has_digit(sentence: str) -> bool:
    for digit in _DIGITS:  # each is sought faster than one of several
        if digit in sentence:
            return True
    return not sentence.isascii() and any(map(str.isdigit, sentence))


def _bits(words: Iterable[str]) -> int:
    """Return the flags that words set as the bits of a number."""
    bits, flags = 0, _flags_by_word()
    for word in _flag_words().intersection(words):
        bits |= flags[word]
    return bits


def _quotation_flags(attribution: Attribution) -> Iterator[str]:
    quotation, tokens = attribution.quotation, attribution.tokens
    share = sum(tokens.quoted) / max(len(tokens), 1)
    yield "quoted:whole" if share > 0.95 else "quoted:most" if share > 0.5 else "quoted:part"
    if quotation.continues:
        yield "continues"
    if quotation.runs_on:
        yield "runs-on"


def _contexts(found: Sequence[Attribution], flags: Sequence[Features]) -> list[Features]:
    """Return what the sentences around each say of it: who speaks there, and how much of the document is spoken."""
    speakers = [attribution.speaker for attribution in found]
    voices = [_voice(speaker) for speaker in speakers]
    names = [speaker.name if speaker else None for speaker in speakers]
    analysts = [voice.startswith("analyst:") for voice in voices]
    spoken, opined = len(found) - voices.count(_NOBODY), sum(analysts)
    own = (a.tokens for a, of_sentence in zip(found, flags, strict=True) if _WRITER in of_sentence)
    writer = sum("i" in tokens.lower and 1 not in tokens.quoted for tokens in own)
    voices, around = [_EDGE, _EDGE, *voices, _EDGE, _EDGE], [None, None, *names, None, None]
    contexts = []
    for i, name in enumerate(names, 2):
        same: tuple[bool, ...] = ()
        if name is not None:
            same = name == around[i - 1], name == around[i + 1], name == around[i - 2], name == around[i + 2]
        features = _features_around((voices[i - 1], voices[i + 1], voices[i - 2], voices[i + 2]), same)
        if len(found) > 1:
            features += _shares(len(found) - 1, spoken - (name is not None), opined - analysts[i - 2], writer)
        contexts.append(features)
    return contexts


@lru_cache(maxsize=16_384)
def _features_around(voices: Sequence[str], same: Sequence[bool]) -> Features:
    """Return who speaks in the sentences around one, by :data:`_PLACES`, and whether it is who speaks there."""
    features = []
    for place, voice, own in zip_longest(_PLACES, voices, same):
        features.append(_feature(place, voice))
        if own:
            features.append(_feature(place, "same"))
    return tuple(features)


@lru_cache(maxsize=4096)
def _shares(others: int, spoken: int, opined: int, writer: int) -> Features:
    """Return how many of the other sentences of a document have a speaker, an analyst for one, or the writer's "I"."""
    return (
        f"document:spoken:{round(4 * (spoken / others))}",
        f"document:analysts:{min(round(6 * (opined / others)), 3)}",
        f"document:writer:{min(writer, 3)}",
    )


def _voice(speaker: Speaker | None) -> str:
    return _NOBODY if speaker is None else _feature(speaker.role, speaker.kind)


@cache
def _feature(kind: str, value: str) -> str:
    """Return a feature of a kind; always the same string, which is looked up faster than an equal one."""
    return f"{kind}:{value}"


@cache
def _flags() -> tuple[str, ...]:
    return tuple(sorted(read_sections("flags.txt")))


@cache
def _flags_by_word() -> dict[str, int]:
    """Return the flags of each word as the bits of a number, in the order of the flags."""
    bits: dict[str, int] = {}
    sections = read_sections("flags.txt")
    for place, flag in enumerate(_flags()):
        for word in sections[flag]:
            bits[word] = bits.get(word, 0) | 1 << place
    return bits


@cache
def _flag_words() -> frozenset[str]:
    return frozenset(_flags_by_word())


@cache
def _flags_of(bits: int) -> tuple[str, ...]:
    return tuple(flag for place, flag in enumerate(_flags()) if bits >> place & 1)
