"""What is read from a file, and the error that says why it cannot be."""

from dataclasses import asdict, dataclass

MISSING_FORMATS = "reading this kind of file needs more packages: pip install 'stancewire[formats]'"


class InputError(ValueError):
    """A file cannot be read; the message says why and what to do, and goes on from the file's name ("is encrypted")."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article found in a file.

    Attributes:
        text: Its text; offsets of sentences count in it.
        title: Its headline; None where none was found.
        date: The day of publication as YYYY-MM-DD; likewise.
        outlet: Who published it; likewise.
        url: Where it was published; likewise.

    """

    text: str
    title: str | None = None
    date: str | None = None
    outlet: str | None = None
    url: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """Return the article as JSON-ready data."""
        return asdict(self)


def join_paragraphs(paragraphs: list[str]) -> str:
    """Return paragraphs as one text, an empty line between them; those without text are left out."""
    return "\n\n".join(stripped for paragraph in paragraphs if (stripped := paragraph.strip()))


def clean(value: object) -> str | None:
    """Return a string of metadata on one line; None for one that is empty or no string."""
    return (" ".join(value.split()) or None) if isinstance(value, str) else None
