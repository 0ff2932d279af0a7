"""One tokenisation for the whole of attribution: words with their lower-case form and whether they are quoted."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from model.attribution.quotations import Quotation

# Dotted titles and initials are whole, a possessive 's is a token of its own, and so is every mark.
_TOKEN = re.compile(
    r"(?:[A-Z]\.)+(?:[A-Z]\b)?|(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sens?|Reps?|Del|Det|Insp|Supt|Cmdr|Brig|Cllr|Amb|Gov|Gen|Lt|Col|Maj|Sgt|Capt|Adm|St|Rev|Hon|Jr|Sr)\."
    r"|(?:Inc|Corp|Co|Ltd)\."
    r"|['’]s\b|\w+(?:(?:[-.&/]|['’](?!s\b))\w+)*|[^\w\s]"
)


@dataclass(slots=True)
class Tokens:
    """The tokens of a sentence, as aligned lists; not to be changed.

    Attributes:
        sentence: The sentence.
        words: As written.
        lower: In lower case, with straight apostrophes.
        quoted: Whether each stands inside a quotation.

    """

    sentence: str
    words: list[str]
    lower: list[str]
    quoted: list[bool]
    _starts: list[int] | None = field(default=None, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def starts(self) -> list[int]:
        """Offset of each in the sentence, in code points; found when first asked for, as few sentences need it."""
        if self._starts is None:
            self._starts = [match.start() for match in _TOKEN.finditer(self.sentence)]
        return self._starts

    def at(self, index: int) -> str:
        """Return a token in lower case; "" outside the sentence."""
        return self.lower[index] if 0 <= index < len(self.lower) else ""

    def text(self, start: int, stop: int) -> str:
        """Return the words ``start`` to ``stop`` (exclusive) as the sentence has them."""
        if start >= stop:
            return ""
        return self.sentence[self.starts[start] : self.starts[stop - 1] + len(self.words[stop - 1])]


def tokenize(sentence: str, quotation: Quotation) -> Tokens:
    """Split a sentence into tokens; the marks of a quotation count as quoted."""
    words = _TOKEN.findall(sentence)
    # Lower-casing once is several times faster than word by word; no word holds white space.
    lower = " ".join(words).lower().replace("’", "'").split(" ") if words else []
    tokens = Tokens(sentence, words, lower, [False] * len(words))
    for start, end in quotation.ranges:
        for index in range(bisect_left(tokens.starts, start), bisect_left(tokens.starts, end)):
            tokens.quoted[index] = True
    return tokens
