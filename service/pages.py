"""The page at ``/``."""

from flask import Blueprint

pages = Blueprint("pages", __name__)

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Stancewire</title></head>
<body>
<h1>Stancewire</h1>
<p>Who vouches for each sentence of the news, and what does it do?</p>
<p>Post text to <code>/v1/classify</code>; <a href="docs">all of the HTTP interface</a>.</p>
</body>
</html>
"""


@pages.get("/")
def index() -> str:
    """Return the page."""
    return _PAGE
