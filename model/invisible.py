"""Characters that no reader sees: soft hyphens, zero-width spaces, joiners and marks of direction."""

import re
from typing import Final

# Soft hyphen, zero-width space to right-to-left mark, embeddings and overrides, word joiner, isolates, byte-order mark.
_RANGES: Final = (
    (0xAD, 0xAD),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x2069),
    (0xFEFF, 0xFEFF),
)
_REMOVE: Final = dict.fromkeys(code for first, last in _RANGES for code in range(first, last + 1))
INVISIBLE: Final = "".join(map(chr, _REMOVE))
_ANY: Final = re.compile(f"[{INVISIBLE}]")


def has_invisible(text: str) -> bool:
    r"""Tell whether the text has an invisible character.

    >>> has_invisible("min\xadister")
    True
    """
    # No invisible character is printable, and Python finds that out in half the time.
    return not (text.isascii() or text.replace("\n", "").isprintable()) and _ANY.search(text) is not None


def remove_invisible(text: str) -> str:
    r"""Return the text without its invisible characters.

    >>> remove_invisible("min\xadister")
    'minister'
    """
    return text if text.isascii() else text.translate(_REMOVE)


def original_offsets(text: str) -> list[int]:
    r"""Return, for each offset into the text without invisible characters, the offset into the text as it stands.

    The last entry is the offset after the last visible character.

    >>> original_offsets("a\xadb")
    [0, 2, 3]
    """
    visible = [i for i, character in enumerate(text) if ord(character) not in _REMOVE]
    return [*visible, visible[-1] + 1 if visible else 0]
