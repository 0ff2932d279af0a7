"""One tokenisation for the whole of attribution: words with their lower-case form and whether they are quoted."""

import re
from dataclasses import dataclass

from model.attribution.quotations import Quotation

# Dotted titles and initials are whole, a possessive 's is a token of its own, and so is every mark.
_TOKEN = re.compile(
    r"(?:[A-Z]\.)+(?:[A-Z]\b)?|(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sens?|Reps?|Gov|Gen|Lt|Col|Maj|Sgt|Capt|Adm|St|Rev|Hon|Jr|Sr)\."
    r"|(?:Inc|Corp|Co|Ltd)\."
    r"|['’]s\b|\w+(?:(?:[-.&/]|['’](?!s\b))\w+)*|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a sentence, as aligned lists.

    Attributes:
        words: As written.
        lower: In lower case, with straight apostrophes.
        starts: Offset of each in the sentence, in code points.
        quoted: Whether each stands inside a quotation.

    """

    words: list[str]
    lower: list[str]
    starts: list[int]
    quoted: list[bool]

    def __len__(self) -> int:
        return len(self.words)

    def at(self, index: int) -> str:
        """Return a token in lower case; "" outside the sentence."""
        return self.lower[index] if 0 <= index < len(self.lower) else ""

    def text(self, start: int, stop: int, sentence: str) -> str:
        """Return the words ``start`` to ``stop`` (exclusive) as the sentence has them."""
        if start >= stop:
            return ""
        return sentence[self.starts[start] : self.starts[stop - 1] + len(self.words[stop - 1])]


def tokenize(sentence: str, quotation: Quotation) -> Tokens:
    """Split a sentence into tokens; the marks of a quotation count as quoted."""
    matches = list(_TOKEN.finditer(sentence))
    words = [match[0] for match in matches]
    starts = [match.start() for match in matches]
    if not quotation.ranges:
        quoted = [False] * len(words)
    else:
        quoted = [any(start <= position < end for start, end in quotation.ranges) for position in starts]
    lower = [word.lower() for word in words]
    if "’" in sentence:
        lower = [word.replace("’", "'") for word in lower]
    return Tokens(words, lower, starts, quoted)
