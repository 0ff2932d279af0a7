"""A real browser at a real server, for the tests of the page."""

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from service.web import pages
from tests.service.server import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds
PHONE = {"width": 390, "height": 800}
DESKTOP = {"width": 1280, "height": 900}
EXAMPLES = sorted((Path(pages.__file__).parent / "static" / "examples").glob("*.txt"))
ARTICLE = EXAMPLES[2].read_text(encoding="utf-8") + (
    "\nThe general threatened to bomb the port unless they leave by Friday. He vowed to attack every ship and "
    "destroy the harbour if they stay. He also threatened to retaliate with strikes if the blockade goes on."
)  # with threats that even a small model knows


def open_page(context: BrowserContext, server: Server, path: str = "/") -> tuple[Page, list[str]]:
    """Open a page; also return the list of errors that the browser reports, such as breaches of the policy."""
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"http://127.0.0.1:{server.port}{path}")
    return page, errors


def classify_text(page: Page, text: str) -> None:
    """Send a text and wait until its sentences are shown."""
    if page.locator("#source").get_attribute("open") is None:
        page.click("#source > summary")
    page.fill("#text", text)
    page.click("[type=submit]")
    expect(page.locator("#source")).not_to_have_attribute("open", "", timeout=PATIENCE)
    expect(page.locator("#result")).to_be_visible()


def ask_service(server: Server, text: str) -> list[dict[str, Any]]:
    """Return the sentences of a text as the service itself answers."""
    sentences: list[dict[str, Any]] = server.classify({"text": text}).json["sentences"]
    return sentences
