"""Sections of a hand-written page that commands fill in, so that its figures are always those of the last run."""

from collections.abc import Sequence
from pathlib import Path

PAGE = "accuracy.md"


def put_section(page: Path, name: str, content: str) -> None:
    """Replace what stands between ``<!-- name -->`` and ``<!-- /name -->``; a page or section not there is added.

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


def with_interval(value: float, interval: Sequence[float]) -> str:
    """Return a figure with its interval: ``0.704 [0.661, 0.742]``."""
    low, high = interval
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"
