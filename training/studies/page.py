"""Writes measured figures into marked sections of a hand-written page, so that they are those of the last run."""

from pathlib import Path

PAGE = "accuracy.md"


def put_section(page: Path, name: str, content: str) -> None:
    """Replace the text between ``<!-- name -->`` and ``<!-- /name -->``; add the page or the section if it is missing.

    Raises:
        ValueError: The page has one of the marks but not the other after it.

    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    before, opened, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if bool(opened) != bool(closed) or end in before:
        raise ValueError(f"{page}: {start} and {end} must both be there, in this order, or neither")
    if not opened:
        before, after = f"{text.rstrip()}\n\n" if text.strip() else "", "\n"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"{before}{start}\n{content.strip()}\n{end}{after}", encoding="utf-8")
