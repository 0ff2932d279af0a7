"""What is worked out of a token of text, remembered: news says most of its words over and over."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

# Two generations of so many tokens, none longer than so many characters, are remembered by each memo.
GENERATION: Final = 32_768
LONGEST: Final = 40

Value = TypeVar("Value")


class TokenMemo(dict[str, Value], Generic[Value]):
    """A function of tokens, remembered; of bounded size, and safe to share between threads.

    Tokens in use survive: a full generation becomes the old one, from which tokens are taken over as they recur, and
    the generation before it is forgotten. Two threads at worst work out a token twice; values never change.
    """

    def __init__(self, function: Callable[[str], Value]) -> None:
        super().__init__()
        self._function = function
        self.older: dict[str, Value] = {}

    def __missing__(self, token: str) -> Value:
        value = self.older.get(token)
        if value is None:
            value = self._function(token)
        if len(token) <= LONGEST:
            if len(self) >= GENERATION:
                self.older = dict(self)
                self.clear()
            self[token] = value
        return value
