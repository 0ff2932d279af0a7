"""The choice of a reader: fast, careful, or both."""

from typing import Final, Literal

ReaderChoice = Literal["auto", "fast", "careful"]
READER_CHOICES: Final[tuple[ReaderChoice, ...]] = ("auto", "fast", "careful")


class ReaderUnavailableError(ValueError):
    """The careful reader is asked for and not installed; the message says what to do."""
