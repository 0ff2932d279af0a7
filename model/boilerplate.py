"""Page furniture: what stands on a news page and is no sentence of its article.

A sentence is furniture only where a pattern matches all of it, so that prose is never lost for a word.
"""

import re
from collections.abc import Sequence
from typing import Final

_PATTERNS: Final = (
    r"read (?:more|also|next)(?::.*)?",
    r"(?:photo|image|picture|credit)s?:.*",
    r"by [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}(?:, [\w' ]+)?",
)
_FURNITURE: Final = re.compile("|".join(_PATTERNS), re.IGNORECASE)


def find_boilerplate(sentences: Sequence[str]) -> frozenset[int]:
    """Return the indices of the sentences that are page furniture."""
    return frozenset(i for i, sentence in enumerate(sentences) if _FURNITURE.fullmatch(sentence.strip()))
