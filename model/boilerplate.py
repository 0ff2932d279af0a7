"""Page furniture: what stands on a news page and is no sentence of its article.

By-lines, photo credits, "Read more:", share buttons, dates of publication, newsletter prompts, notes on cookies. A
sentence is furniture only where a pattern of ``furniture.txt`` matches all of it, so that prose is not lost for a word.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from model.lexicon import read_text

_LONGEST = 400  # code points; furniture that is longer runs into prose
_FILE = "furniture.txt"


def find_boilerplate(sentences: Sequence[str]) -> frozenset[int]:
    """Return the indices of the sentences that are page furniture."""
    return frozenset(i for i, sentence in enumerate(sentences) if is_boilerplate(sentence))


def is_boilerplate(sentence: str) -> bool:
    """Tell whether a sentence is page furniture.

    >>> is_boilerplate("Photo: Ida Moll"), is_boilerplate("A photo shows Ida Moll.")
    (True, False)
    """
    return len(sentence) <= _LONGEST and _furniture().fullmatch(" ".join(sentence.split())) is not None


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in read_patterns()), re.IGNORECASE)


def read_patterns() -> list[str]:
    """Return the patterns of the file, the names of parts replaced by what they stand for."""
    parts: dict[str, str] = {}
    patterns: list[str] = []
    section = ""
    for line in read_text(_FILE).splitlines():
        content = line.strip()
        if content.startswith("[") and content.endswith("]") and content[1:-1].isalpha():
            section = content[1:-1]
        elif content and not content.startswith("#"):
            if section == "parts":
                name, _, pattern = content.partition(" = ")
                parts[name] = _with_parts(pattern, parts)
            else:
                patterns.append(_with_parts(content, parts))
    return patterns


def _with_parts(pattern: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"\b[A-Z]{3,}\b", lambda match: parts.get(match.group(), match.group()), pattern)
