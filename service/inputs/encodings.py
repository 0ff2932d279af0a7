"""Bytes to text in the encoding that is told; where they are evidently in another, the error names it."""

import codecs
from typing import Final

from service.inputs.article import InputError

UTF_8: Final = "utf-8"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4096  # bytes


def check_encoding(name: str) -> str:
    """Return the name of an encoding of text.

    Raises:
        ValueError: Python has no such encoding.

    """
    try:
        "a".encode(name)  # also refuses codecs that are not of text, such as "zip"
    except LookupError:
        raise ValueError(f"unknown encoding {name!r}; give one such as utf-8, utf-16, cp1252 or latin-1") from None
    return name


def decode(content: bytes, encoding: str) -> str:
    """Decode text, without a byte order mark.

    Raises:
        InputError: It is not in this encoding; the message names the likely one.

    """
    likely = suggest_encoding(content, encoding)
    if likely is None:
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeError as error:
            place = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
            advice = "" if encoding != UTF_8 else "; say which it is, most likely --encoding cp1252"
            raise InputError(f"is not {encoding.upper()}{place}{advice}") from None
    raise InputError(f"is not {encoding.upper()} but {likely.upper()}: say --encoding {likely}")


def suggest_encoding(content: bytes, encoding: str) -> str | None:
    """Return the encoding that content is evidently in, None where that is the one told or nothing tells.

    >>> suggest_encoding("Börse".encode("utf-16"), "utf-8")
    'utf-16'
    """
    family = codecs.lookup(encoding).name.replace("_", "-").removesuffix("-sig")
    for mark, name in _MARKS:
        if content.startswith(mark):
            return None if family.startswith(name) else name
    if family.startswith(("utf-16", "utf-32")):
        return None
    start = content[:_LOOKED_AT]
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):  # Latin letters: every second byte is 0
        if len(start) >= 4 and start[offset::2].count(0) * 10 >= len(start) * 4 and not start[1 - offset :: 2].count(0):
            return name
    return None
