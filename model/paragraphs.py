"""Text to paragraphs: its lines, but for lines that were broken in the middle of a sentence, which are joined."""

import re
from collections.abc import Iterator
from itertools import pairwise

_LINE_BREAKS = "\r\n\v\f\x85\u2028\u2029"
_SEPARATORS = "\x1c\x1d\x1e"  # break a line for ``str.splitlines``, but not here
_MIN_WRAP, _MAX_WRAP = 30, 120  # code points of the longest line of hard-wrapped text
_MIN_BROKEN = 30  # code points; a shorter line may be an entry of a list
_ENDED = re.compile(r"[.?!…:;][\"'”’»)\]]*$")  # ends a sentence, or introduces a list
_IN_MID_SENTENCE = re.compile(r"[\w,’'%–—)-]$")
BULLETS = "•‣⁃◦▪●■"
_ITEM = rf"[{BULLETS}]|[-*]\s|[–—]\s+[^\W_a-z]|\(?\d{{1,3}}[.)]\s|\(?[a-z][.)]\s|\(?[A-Z]\)\s"
_TURN = r"(?:[A-Z]|[A-Z][A-Z.'’-]+[A-Z .,'’()-]{0,80}):(?:\s|$)"  # in a transcript: "Q:", "LYDIA CRANE, HOST:"
_OPENS_PARAGRAPH = re.compile(rf"\s*(?:{_ITEM}|{_TURN})")


def paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    r"""Yield the paragraphs of ``text`` in order, without the line breaks around them.

    >>> list(paragraph_spans("One.\nTwo."))
    [(0, 4), (5, 9)]
    """
    for block in _blocks(text):
        if len(block) == 1:
            yield block[0]
        else:
            yield from _paragraphs(block, [text[start:end].rstrip() for start, end in block])


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the runs of lines that are not blank, each line without its line break."""
    for separator in _SEPARATORS:
        text = text.replace(separator, " ")
    block: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        if not line.isspace():
            block.append((start, start + len(line.rstrip(_LINE_BREAKS))))
        elif block:
            yield block
            block = []
        start += len(line)
    if block:
        yield block


def _paragraphs(block: list[tuple[int, int]], lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs of a block, given its lines' spans and their text."""
    start, end = block[0]
    for (next_start, next_end), joined in zip(block[1:], _joins(lines), strict=True):
        if not joined:
            yield start, end
            start = next_start
        end = next_end
    yield start, end


def _joins(lines: list[str]) -> list[bool]:
    """Return for each line break whether it stands inside a paragraph."""
    pairs = list(pairwise(lines))
    width = max(map(len, lines))
    filled = [len(line) + 1 + len(after.split(maxsplit=1)[0]) > width for line, after in pairs]
    broken = [_is_broken(*pair) for pair in pairs]
    wrapped = _MIN_WRAP <= width <= _MAX_WRAP and _is_hard_wrapped(pairs, filled, broken)
    joins = [inside or (full and wrapped) for inside, full in zip(broken, filled, strict=True)]
    return [join and not _OPENS_PARAGRAPH.match(after) for join, (_, after) in zip(joins, pairs, strict=True)]


def _is_broken(line: str, after: str) -> bool:
    """Tell whether a line stops in the middle of a sentence that the next line carries on in lower case."""
    if not after.lstrip()[:1].islower():
        return False
    return line.endswith(("”", '"')) or (
        len(line) >= _MIN_BROKEN and _IN_MID_SENTENCE.search(line, len(line) - 1) is not None
    )


def _is_hard_wrapped(pairs: list[tuple[str, str]], filled: list[bool], broken: list[bool]) -> bool:
    """Tell whether a block's lines were broken for width.

    Then a line ends where the next word has no room, where a paragraph ends or where an item of a list follows.
    """
    if not any(broken) and (len(pairs) == 1 or not all(filled)):
        return False
    return all(
        full or inside or _ENDED.search(line) or _OPENS_PARAGRAPH.match(after)
        for (line, after), full, inside in zip(pairs, filled, broken, strict=True)
    )
