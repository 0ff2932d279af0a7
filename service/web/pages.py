"""The page at ``/``: a template, and files without a build step."""

from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, render_template

from model.labels import DEFINITIONS, LABELS
from service.web.routes import service

pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
_EXAMPLES = sorted((Path(__file__).parent / "static" / "examples").glob("*.txt"))


class ShownLabel(NamedTuple):
    """A label as the page names it."""

    name: str
    title: str
    definition: str


class Example(NamedTuple):
    """An article to try: its headline, and its file below ``static``."""

    headline: str
    file: str


@pages.get("/")
def index() -> str:
    """Return the page."""
    config = service().config
    return render_template(
        "index.html",
        labels=[ShownLabel(label, label.replace("_", " ").capitalize(), DEFINITIONS[label]) for label in LABELS],
        examples=[Example(_headline(path), f"examples/{path.name}") for path in _EXAMPLES],
        characters=config.characters,
        needs_key=config.api_keys is not None,
    )


def _headline(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return next(lines).strip()
