"""The project's linguistic knowledge as data files, and how to read them."""

from importlib.resources import files


def read_text(name: str) -> str:
    """Return the contents of the data file ``name``."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def read_sections(name: str) -> dict[str, list[str]]:
    """Read a word list: ``[section]`` headings, words parted by white space, ``#`` comments.

    A phrase of several words is written with underscores ("chief_executive") and returned with spaces.

    Raises:
        ValueError: A word stands before the first section.

    """
    sections: dict[str, list[str]] = {}
    words: list[str] | None = None
    for number, line in enumerate(read_text(name).splitlines(), 1):
        content = line.split("#", 1)[0].strip()
        if content.startswith("["):
            words = sections.setdefault(content.strip("[]"), [])
        elif content:
            if words is None:
                raise ValueError(f"{name}:{number}: words before the first [section]")
            words += [word.replace("_", " ") for word in content.split()]
    return sections
