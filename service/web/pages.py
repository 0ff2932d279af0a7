"""The pages for a browser: ``/`` labels a text, ``/docs`` shows the OpenAPI document in Swagger UI.

Both are templates and static files without a build step. Those of Swagger UI are served from the installed package.
"""

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, render_template

from model.labels import DEFINITIONS, LABELS
from service.web.routes import get_service

pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
docs = Blueprint(
    "docs", __name__, static_folder=str(files("flask_swagger_ui") / "dist"), static_url_path="/docs/assets"
)
_EXAMPLES = sorted((Path(__file__).parent / "static" / "examples").glob("*.txt"))
# Swagger UI styles its elements in place.
_DOCS_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_DOCS_SCRIPT = 'SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", validatorUrl: null });\n'


class LabelView(NamedTuple):
    """A label as the page names it."""

    name: str
    title: str
    definition: str


class Example(NamedTuple):
    """An article to try: its headline, and its file below ``static``."""

    headline: str
    file: str


@pages.get("/")
def show_page() -> str:
    """Return the page that labels a text."""
    config = get_service().config
    return render_template(
        "index.html",
        labels=[LabelView(label, label.replace("_", " ").capitalize(), DEFINITIONS[label]) for label in LABELS],
        examples=[Example(_read_headline(path), f"examples/{path.name}") for path in _EXAMPLES],
        limits=config.limits,
        needs_key=config.api_keys is not None,
        corrections=config.corrections == "on",
    )


@docs.get("/docs")
def show_docs() -> Response:
    """Return the page that shows the OpenAPI document."""
    response = Response(render_template("docs.html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _DOCS_POLICY
    return response


@docs.get("/docs/")
def find_docs() -> Response:
    """Lead to the page without the slash: what it loads is named relative to that."""
    return Response(status=308, headers={"Location": "../docs"})


@docs.get("/docs/start.js")
def start_docs() -> Response:
    """Return the script that starts Swagger UI; it is a file, since the policy forbids scripts within the page."""
    return Response(_DOCS_SCRIPT, mimetype="text/javascript")


def _read_headline(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return next(lines).strip()
