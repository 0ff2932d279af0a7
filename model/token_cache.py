"""Keeps what is computed from a token of text: news uses most of its words again and again."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

# Each memo keeps two generations of at most this many tokens, and only tokens of at most this many characters.
GENERATION_SIZE: Final = 32_768
MAX_LENGTH: Final = 40

Value = TypeVar("Value")


class TokenMemo(dict[str, Value], Generic[Value]):
    """The values of a function of tokens, each computed once and kept.

    Its size is bounded, and tokens in use are kept: once the current generation is full it becomes the older one, and
    the older one before it is dropped. A token found in the older generation moves into the current one. Threads may
    share a memo: at worst two of them compute the same value.

    >>> lengths = TokenMemo(len)
    >>> lengths["said"]
    4
    """

    def __init__(self, function: Callable[[str], Value]) -> None:
        super().__init__()
        self._function = function
        self.older: dict[str, Value] = {}

    def __missing__(self, token: str) -> Value:
        value = self.older.get(token)
        if value is None:
            value = self._function(token)
        if len(token) <= MAX_LENGTH:
            if len(self) >= GENERATION_SIZE:
                self.older = dict(self)
                self.clear()
            self[token] = value
        return value
