"""Labelled sentences for a terminal: coloured where it is one, plain where piped."""

from model.labels import LABELS, Label
from model.records import Document, Sentence

_SHORT: dict[Label, str] = dict(zip(LABELS, ["fact", "official", "opinion", "THREAT"], strict=True))
_COLOURS: dict[Label, str] = dict(zip(LABELS, ["34", "32", "33", "1;31"], strict=True))
_STRONGEST = 8


def render_document(document: Document, text: str, *, colour: bool) -> str:
    """Return a line a sentence: label, confidence, text and speaker, with a blank line where the text has one."""
    lines: list[str] = []
    before = None
    for sentence in document.sentences:
        if before is not None and "\n" in text[before.end : sentence.start]:
            lines.append("")
        lines += _render_sentence(sentence, colour)
        before = sentence
    return "\n".join(lines)


def _render_sentence(sentence: Sentence, colour: bool) -> list[str]:
    label = f"{_SHORT[sentence.label]:<8}"
    doubt = "?" if sentence.uncertain else " "
    head = f"{_paint(label, _COLOURS[sentence.label], colour)} {sentence.confidence:4.0%}{doubt} "
    speaker = f"  {_paint(f'[{_speaker(sentence)}]', '2', colour)}" if sentence.speaker else ""
    lines = [head + " ".join(sentence.text.split()) + speaker]
    if sentence.explanation:
        strongest = sentence.explanation.contributions[:_STRONGEST]
        why = ", ".join(f"{c.text if c.field == 'word' else f'{c.field}: {c.text}'} {c.weight:+.2f}" for c in strongest)
        lines.append(" " * 15 + _paint(why, "2", colour))
    return lines


def _speaker(sentence: Sentence) -> str:
    speaker = sentence.speaker
    if speaker is None:
        return ""
    return ", ".join(part for part in (speaker.name, speaker.descriptor) if part)


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\033[{code}m{text}\033[0m" if colour else text
