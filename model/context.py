"""A sentence in its document becomes the text fields that the pipeline weighs.

The running text is a field as it stands. The others are lists of features written as words, so that each can have a
TF-IDF and an explanation like the text: the cue, what the article says of the speaker, flags of form, the
neighbourhood.
"""

import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import compress
from typing import NamedTuple

from model.attribution import Attribution, attribute
from model.attribution import lexicon as attribution_lexicon
from model.attribution.cues import ACCEPT
from model.lexicon import read_sections
from model.records import Speaker

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DIGIT = re.compile("[0-9]")
_ENDINGS = {"?": "question", "!": "exclamation", ".": "stop", ":": "colon"}
_PLACES = (("before", -1), ("after", 1), ("before2", -2), ("after2", 2))
_CUES = 3  # of a sentence's cues, the strongest
_DESCRIPTORS = 3  # of a speaker's descriptions, the first


class Fields(NamedTuple):
    """What the model sees of one sentence; each field has a TF-IDF of its own, over its text or all of its texts.

    Attributes:
        text: The sentence.
        cue: Its cues: lemma, form, and whether they attribute.
        descriptor: What the article says of the speaker: words of the descriptions, role, kind.
        flags: Its form: quotation, person, modality, figures, length.
        context: The speakers and cues of the sentences around it.
        neighbours: The sentences before and after.

    """

    text: str
    cue: str
    descriptor: str
    flags: str
    context: str
    neighbours: tuple[str, ...]


class _Voices(NamedTuple):
    """The voice of each sentence of a document; how many have a speaker, an analyst for one, or the writer's "I"."""

    by_sentence: Sequence[str]
    speakers: int
    analysts: int
    writer: int


def fields_of(sentences: Sequence[str], attributions: Sequence[Attribution] | None = None) -> list[Fields]:
    """Return the fields of a document's sentences, in order.

    Args:
        sentences: The document.
        attributions: Their attributions, where they are known already.

    """
    found = attribute(sentences) if attributions is None else attributions
    voices = _voices_of(found)
    return [
        Fields(
            text=sentence,
            cue=" ".join(_cue_features(found[i])),
            descriptor=" ".join(_descriptor_features(found[i])),
            flags=" ".join(_flag_features(sentence, found[i])),
            context=" ".join(_context_features(found, i, voices)),
            neighbours=(*sentences[max(0, i - 1) : i], *sentences[i + 1 : i + 2]),
        )
        for i, sentence in enumerate(sentences)
    ]


def _cue_features(attribution: Attribution) -> Iterator[str]:
    cues = attribution.cues[:_CUES]
    if not cues:
        yield "none"
    for rank, cue in enumerate(cues):
        lemma = cue.lemma.replace(" ", "_")
        yield lemma
        yield f"{cue.form}:{lemma}"
        if rank == 0:
            yield f"strongest:{lemma}" if cue.score >= ACCEPT else f"weak:{lemma}"


def _descriptor_features(attribution: Attribution) -> Iterator[str]:
    speaker = attribution.speaker
    if speaker is None:
        yield "nobody"
        return
    yield f"role:{speaker.role}"
    yield f"kind:{speaker.kind}"
    described = " ".join([*attribution.descriptors[:_DESCRIPTORS], speaker.descriptor]).lower()
    known = attribution_lexicon.known(speaker.name)
    if known:
        yield f"known:{known.role}"
        described += f" {known.descriptor}"
    if not described.strip():
        yield "undescribed"
    yield from dict.fromkeys(_WORD.findall(described))


def _flag_features(sentence: str, attribution: Attribution) -> list[str]:
    words, quoted = attribution.tokens.lower, attribution.tokens.quoted
    if attribution.quotation.ranges:
        features = [*_quotation_flags(attribution), *_word_flags(compress(words, map(operator.not_, quoted)))]
        features += [f"quoted:{flag}" for flag in _word_flags(compress(words, quoted))]
    else:
        features = ["unquoted", *_word_flags(words)]
    if _has_digit(sentence):
        features.append("digits")
    last = sentence.rstrip("\"'”’»)] ")[-1:]
    features += [_ENDINGS.get(last, "no-stop"), f"length:{min(len(words) // 8, 6)}"]
    return features


def _has_digit(sentence: str) -> bool:
    return bool(_DIGIT.search(sentence)) or (not sentence.isascii() and any(map(str.isdigit, sentence)))


def _word_flags(words: Iterable[str]) -> list[str]:
    """Return the flags that words set, each once, in a stable order: sums of the same numbers depend on it."""
    flags = _flags_by_word()
    return sorted({flag for word in flags.keys() & words for flag in flags[word]})


def _quotation_flags(attribution: Attribution) -> Iterator[str]:
    quotation, tokens = attribution.quotation, attribution.tokens
    share = sum(tokens.quoted) / max(len(tokens), 1)
    yield "quoted:whole" if share > 0.95 else "quoted:most" if share > 0.5 else "quoted:part"
    if quotation.continues:
        yield "continues"
    if quotation.runs_on:
        yield "runs-on"


def _context_features(found: Sequence[Attribution], index: int, voices: _Voices) -> list[str]:
    features: list[str] = []
    speaker = found[index].speaker
    for place, offset in _PLACES:
        neighbour = index + offset
        if not 0 <= neighbour < len(found):
            features.append(f"{place}:edge")
            continue
        other = found[neighbour].speaker
        features.append(f"{place}:{voices.by_sentence[neighbour]}")
        if speaker and other and speaker.name == other.name:
            features.append(f"{place}:same")
    if len(found) > 1:
        others = len(found) - 1
        spoken = (voices.speakers - (speaker is not None)) / others
        analysts = (voices.analysts - (speaker is not None and speaker.role == "analyst")) / others
        features += [
            f"document:spoken:{round(4 * spoken)}",
            f"document:analysts:{min(round(6 * analysts), 3)}",
            f"document:writer:{min(voices.writer, 3)}",
        ]
    return features


def _voices_of(found: Sequence[Attribution]) -> _Voices:
    speakers = [attribution.speaker for attribution in found if attribution.speaker]
    return _Voices(
        [_voice(attribution.speaker) for attribution in found],
        len(speakers),
        sum(speaker.role == "analyst" for speaker in speakers),
        sum("i" in a.tokens.lower and not any(a.tokens.quoted) for a in found),
    )


def _voice(speaker: Speaker | None) -> str:
    return "nobody" if speaker is None else f"{speaker.role}:{speaker.kind}"


@cache
def _flags_by_word() -> dict[str, list[str]]:
    flags: dict[str, list[str]] = {}
    for flag, listed in read_sections("flags.txt").items():
        for word in listed:
            flags.setdefault(word, []).append(flag)
    return flags
