"""Fixtures for the tests of the service: the application in this process, with small limits, and databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from service.web.app import create_app
from service.web.config import Config
from tests.service.browser import CHROMIUM, DESKTOP, OPTIONS, PATIENCE, open_page
from tests.service.databases import PostgresServer, find_postgresql, run_postgresql
from tests.service.server import Server


@pytest.fixture(scope="session")
def config(artifact: Path) -> Config:
    return Config(artifact=artifact, reload_seconds=0, body_bytes=20_000, characters=2_000, sentences=20, documents=10)


@pytest.fixture(scope="session")
def app(config: Config) -> Flask:
    return create_app(config)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests."""
    folder = find_postgresql()
    if folder is None:
        pytest.skip("PostgreSQL is not installed")
    with run_postgresql(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'stance.db'}"
    server: PostgresServer = request.getfixturevalue("postgresql")
    return server.empty_database()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    """The page of the module's own server; in the end, the browser must have reported no errors."""
    page, errors = open_page(context, server)
    yield page
    assert errors == []
