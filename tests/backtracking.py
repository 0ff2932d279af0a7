"""Counts the steps that a backtracking matcher needs, as Python's ``re`` is one and does not tell.

It runs the same parsed pattern in the same order, without the short cuts of ``re``. So its counts are not those of
``re``, but they grow in the same way, and they are the same on every machine, however busy it is.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from re import _constants as sre  # what `re` itself compiles from
from re import _parser as parser
from typing import Any

Continue = Callable[[int], bool]
_DEEPEST = 200_000  # calls within each other: one or more for each character of a text


class TooManyStepsError(Exception):
    """A match took more steps than it may."""


@contextmanager
def _go_deep() -> Iterator[None]:
    """Allow deep recursion while the block runs, and no longer: elsewhere it would crash what should be refused."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEEPEST)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class StepCounter:
    """Matches a pattern and counts the steps.

    Args:
        pattern: A compiled pattern.
        most: Steps after which it stops.

    """

    def __init__(self, pattern: re.Pattern[str], most: int = 2_000_000) -> None:
        self._tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
        self._flags = pattern.flags
        self._most = most
        self.steps = 0

    @_go_deep()
    def scan(self, text: str) -> int:
        """Search from left to right until the end, as ``finditer`` does; return the steps."""
        self._text = text
        self.steps = 0
        at = 0
        while at <= len(text):
            ends: list[int] = []
            self._groups: dict[int, tuple[int, int]] = {}
            if self._match(list(self._tree), 0, at, self._flags, lambda end, ends=ends: ends.append(end) or True):
                at = max(ends[-1], at + 1)
            else:
                at += 1
        return self.steps

    @_go_deep()
    def match(self, text: str, *, whole: bool = False, on_end: Callable[[int], None] = lambda _: None) -> int:
        """Match once at the beginning, as ``match`` does, or to the end, as ``fullmatch`` does; return the steps.

        ``on_end`` is told where the match ends.
        """
        self._text = text
        self.steps = 0
        self._groups = {}

        def finish(end: int) -> bool:
            if whole and end != len(text):
                return False
            on_end(end)
            return True

        self._match(list(self._tree), 0, 0, self._flags, finish)
        return self.steps

    def _match(self, nodes: list[Any], index: int, at: int, flags: int, done: Continue) -> bool:
        self.steps += 1
        if self.steps > self._most:
            raise TooManyStepsError
        if index == len(nodes):
            return done(at)
        kind, value = nodes[index]

        def go_on(end: int) -> bool:
            return self._match(nodes, index + 1, end, flags, done)

        if kind in _REPEATS:
            return self._repeat(kind, value, at, flags, go_on)
        if kind is sre.SUBPATTERN:
            group, added, removed, items = value

            def close(end: int) -> bool:
                if group is not None:
                    self._groups[group] = (at, end)
                return go_on(end)

            return self._match(list(items), 0, at, (flags | added) & ~removed, close)
        if kind is sre.BRANCH:
            return any(self._match(list(items), 0, at, flags, go_on) for items in value[1])
        if kind in {sre.ASSERT, sre.ASSERT_NOT}:
            direction, items = value
            start = at if direction > 0 else at - items.getwidth()[0]
            found = start >= 0 and self._match(list(items), 0, start, flags, lambda end: direction > 0 or end == at)
            return found is (kind is sre.ASSERT) and go_on(at)
        if kind is sre.AT:
            return self._is_at(value, at, flags) and go_on(at)
        if kind is sre.GROUPREF:
            start, end = self._groups[value]
            return self._text.startswith(self._text[start:end], at) and go_on(at + end - start)
        return at < len(self._text) and takes(nodes[index], self._text[at], flags) and go_on(at + 1)

    def _repeat(self, kind: Any, value: Any, at: int, flags: int, go_on: Continue) -> bool:
        least, most, items = value
        nodes = list(items)
        if len(nodes) == 1 and nodes[0][0] in _SINGLE:  # one character each: a loop, as in `re`, and no recursion
            return self._repeat_single(kind, least, most, nodes[0], at, flags, go_on)

        def once_more(count: int, at: int) -> bool:
            def again(end: int) -> bool:
                return end != at and once_more(count + 1, end)  # an empty round would go on for ever

            if count < least:
                return self._match(nodes, 0, at, flags, lambda end: once_more(count + 1, end))
            if kind is sre.MIN_REPEAT:
                return go_on(at) or (count < most and self._match(nodes, 0, at, flags, again))
            return (count < most and self._match(nodes, 0, at, flags, again)) or go_on(at)

        return once_more(0, at)

    def _repeat_single(self, kind: Any, least: int, most: int, node: Any, at: int, flags: int, go_on: Continue) -> bool:
        text, end = self._text, at
        limit = len(text) if most is sre.MAXREPEAT else min(len(text), at + most)
        if kind is sre.MIN_REPEAT:
            while True:
                if end - at >= least and go_on(end):
                    return True
                self.steps += 1
                if end >= limit or not takes(node, text[end], flags):
                    return False
                end += 1
        while end < limit and takes(node, text[end], flags):
            end += 1
            self.steps += 1
        for stop in range(end, at + least - 1, -1):
            if go_on(stop):
                return True
            if kind is sre.POSSESSIVE_REPEAT:
                return False
        return False

    def _is_at(self, place: Any, at: int, flags: int) -> bool:
        text = self._text
        if place in {sre.AT_BEGINNING, sre.AT_BEGINNING_STRING}:
            return at == 0 or bool(flags & re.MULTILINE and text[at - 1] == "\n")
        if place is sre.AT_END:
            return at == len(text) or text[at:] == "\n" or bool(flags & re.MULTILINE and text[at] == "\n")
        if place is sre.AT_END_STRING:
            return at == len(text)
        before, after = (0 <= i < len(text) and _is_word(text[i], flags) for i in (at - 1, at))
        return (before != after) is (place is sre.AT_BOUNDARY)


_REPEATS = frozenset((sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT))
_SINGLE = frozenset((sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN))


def takes(node: Any, character: str, flags: int) -> bool:
    """Tell whether a part of a pattern that takes one character takes this one."""
    if flags & re.IGNORECASE:
        plain = flags & ~re.IGNORECASE
        return any(
            takes(node, form, plain) for form in {character, character.lower(), character.upper()} if len(form) == 1
        )
    kind, value = node
    if kind is sre.LITERAL:
        return ord(character) == value
    if kind is sre.NOT_LITERAL:
        return ord(character) != value
    if kind is sre.ANY:
        return character != "\n" or bool(flags & re.DOTALL)
    negated = value[0][0] is sre.NEGATE
    return any(_is_in(item, character, flags) for item in value[negated:]) is not negated


def _is_in(item: Any, character: str, flags: int) -> bool:
    kind, value = item
    if kind is sre.LITERAL:
        return ord(character) == value
    if kind is sre.RANGE:
        return value[0] <= ord(character) <= value[1]
    ascii_only = bool(flags & re.ASCII) and ord(character) > 127
    name = str(value).removeprefix("CATEGORY_")
    found = {"DIGIT": character.isdecimal(), "SPACE": character.isspace(), "WORD": _is_word(character, flags)}
    return (found[name.removeprefix("NOT_")] and not ascii_only) is not name.startswith("NOT_")


def _is_word(character: str, flags: int) -> bool:
    return (character.isalnum() or character == "_") and not (flags & re.ASCII and ord(character) > 127)


def find_repeated(pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield, for each repeat in a pattern, a text that it takes once."""
    tree = list(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    for nodes in _walk(tree):
        if text := _make_text(nodes, pattern.flags):
            yield text


def make_text(pattern: re.Pattern[str]) -> str:
    """Return a text that the pattern takes, but for what its look-arounds demand."""
    return _make_text(list(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)), pattern.flags)


_ALPHABET = "aA1 .,'’”“-—([:@#é\n" + "".join(map(chr, range(33, 127)))


def _make_text(nodes: list[Any], flags: int) -> str:
    parts = []
    for kind, value in nodes:
        if kind in _REPEATS:
            parts.append(_make_text(list(value[2]), flags) * max(value[0], 1))
        elif kind is sre.SUBPATTERN:
            parts.append(_make_text(list(value[3]), (flags | value[1]) & ~value[2]))
        elif kind is sre.BRANCH:
            parts.append(_make_text(list(value[1][-1]), flags))
        elif kind in _SINGLE:
            parts.append(next((c for c in _ALPHABET if takes((kind, value), c, flags)), ""))
    return "".join(parts)


def _walk(nodes: list[Any]) -> Iterator[list[Any]]:
    for kind, value in nodes:
        if kind in _REPEATS:
            yield list(value[2])
            yield from _walk(list(value[2]))
        elif kind is sre.SUBPATTERN:
            yield from _walk(list(value[3]))
        elif kind is sre.BRANCH:
            for items in value[1]:
                yield from _walk(list(items))
        elif kind in {sre.ASSERT, sre.ASSERT_NOT}:
            yield from _walk(list(value[1]))
