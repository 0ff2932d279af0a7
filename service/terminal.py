"""Labelled sentences for people: coloured and folded to the width of a terminal, a line a sentence where piped."""

import os
import shutil
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

from model.labels import LABELS, Label
from model.language import ENGLISH, NAMES
from model.records import Contribution, Document, Sentence, Speaker, Threat

_SHORT: Mapping[Label, str] = dict(zip(LABELS, ["fact", "official", "opinion", "THREAT"], strict=True))
_COLOURS: Mapping[Label, str] = dict(zip(LABELS, ["34", "32", "33", "1;31"], strict=True))
_DIM = "2"
_NO_LABEL = "–"
_STRONGEST = 8
_INDENT = 15  # columns of label and confidence
_UNBROKEN = "\xa0"  # stands for a space at which no line ends
_NARROWEST = 20  # columns for text; a narrower terminal is left to fold by itself


@dataclass(frozen=True, slots=True)
class Style:
    """How to write.

    Attributes:
        colour: Whether to use colours.
        width: Columns to fold at; None for a line a sentence.

    """

    colour: bool = False
    width: int | None = None

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> "Style":
        """Return the style for a stream: plain unless it is a terminal; ``NO_COLOR`` and ``FORCE_COLOR`` are heeded."""
        terminal = stream.isatty()
        able = terminal and environment.get("TERM") != "dumb"
        colour = bool(environment.get("FORCE_COLOR")) or able
        width = shutil.get_terminal_size().columns if terminal else None
        return cls(colour and not environment.get("NO_COLOR"), width)

    def paint(self, text: str, code: str) -> str:
        """Return the text in a colour of the terminal (SGR); as it is, where ``code`` is empty."""
        return f"\033[{code}m{text}\033[0m" if self.colour and text and code else text


def render_document(document: Document, text: str, style: Style) -> str:
    """Return the sentences: label, confidence, text, speaker and threat, with a blank line between paragraphs.

    Page furniture has a dash for a label. On a terminal, a last line counts the labels.
    """
    lines: list[str] = []
    before = None
    for sentence in document.sentences:
        if before is not None and "\n" in text[before.end : sentence.start]:
            lines.append("")
        lines += _render_sentence(sentence, style)
        before = sentence
    if style.width is not None:
        lines += ["", _count_labels(document, style)]
    return "\n".join(lines)


def _render_sentence(sentence: Sentence, style: Style) -> Iterator[str]:
    text, speaker = _make_printable(sentence.text), _name_speaker(sentence)
    first, *more = _fold(text, style.width)
    dim = _DIM if sentence.label is None else ""
    threat = _describe_threat(sentence)
    language = "" if sentence.language == ENGLISH else NAMES.get(sentence.language, "not English")
    parts = [part for part in (speaker, threat, language) if part]
    asides = [f"  {style.paint(f'[{part}]', _DIM)}" for part in parts if style.width is None]
    yield _format_head(sentence, style) + style.paint(first, dim) + "".join(asides)
    yield from (" " * _INDENT + style.paint(line, dim) for line in more)
    if style.width is not None:
        yield from _indent(f"— {speaker}" if speaker else "", style)
        yield from _indent(threat, style)
        yield from _indent(language, style)
    yield from _indent(_explain(sentence), style)


def _format_head(sentence: Sentence, style: Style) -> str:
    if sentence.label is None or sentence.confidence is None:
        return style.paint(f"{_NO_LABEL:<{_INDENT}}", _DIM)
    doubt = "?" if sentence.uncertain else " "
    label = style.paint(f"{_SHORT[sentence.label]:<8}", _COLOURS[sentence.label])
    return f"{label} {sentence.confidence:4.0%}{doubt} "


def _indent(text: str, style: Style) -> Iterator[str]:
    for line in _fold(text, style.width) if text else ():
        yield " " * _INDENT + style.paint(line.replace(_UNBROKEN, " "), _DIM)


def _fold(text: str, width: int | None) -> list[str]:
    if width is None:
        return [text]
    columns = width - _INDENT
    if columns < _NARROWEST:
        return [text]
    return textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False) or [""]


def _count_labels(document: Document, style: Style) -> str:
    counts = Counter(sentence.label for sentence in document.sentences)
    parts = [style.paint(f"{counts[label]} {_SHORT[label]}", _COLOURS[label]) for label in LABELS]
    uncertain = sum(sentence.uncertain for sentence in document.sentences)
    if uncertain:
        parts.append(f"{uncertain} uncertain (?)")
    return " · ".join(parts)


def _name_speaker(sentence: Sentence) -> str:
    speaker = sentence.speaker
    if speaker is None:
        return ""
    named = ", ".join(part for part in (speaker.name, speaker.descriptor) if part)
    return _make_printable(f"{named}, via {speaker.via.name}" if speaker.via else named)


def _describe_threat(sentence: Sentence) -> str:
    """Return who threatens whom, on what condition and by when, as far as that is known."""
    threat = sentence.threat
    if threat is None:
        return ""
    by = _name_threatener(threat, sentence.speaker)
    parts = [
        by and f"by {by}",
        threat.against and f"against {threat.against.text}",
        threat.condition and threat.condition.text,  # both begin with a word of their own: "unless", "by", "within"
        threat.deadline and threat.deadline.text,
    ]
    return " · ".join(_make_printable(part) for part in parts if part)


def _name_threatener(threat: Threat, speaker: Speaker | None) -> str:
    """Return who threatens: the speaker's name where the words mean the speaker ("he"), else the words."""
    if threat.by is None:
        return ""
    is_speaker = speaker is not None and (speaker.start, speaker.end) == (threat.by.start, threat.by.end)
    return speaker.name if speaker is not None and is_speaker else threat.by.text


def _explain(sentence: Sentence) -> str:
    if sentence.explanation is None:
        return ""
    return ", ".join(_format_share(c) for c in sentence.explanation.contributions[:_STRONGEST])


def _format_share(contribution: Contribution) -> str:
    """Return a contribution with its weight; a line may end within a feature's meaning, but not before the weight."""
    what = contribution.meaning or f"“{contribution.text}”"
    return _make_printable(what) + f"{_UNBROKEN}{contribution.weight:+.2f}"


def _make_printable(text: str) -> str:
    """Return the text on one line, control characters replaced: an article must not steer the terminal."""
    flat = " ".join(text.split())
    return "".join("\ufffd" if unicodedata.category(character) == "Cc" else character for character in flat)
