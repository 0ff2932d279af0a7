"""Fixtures for the tests of the service: the application in this process, with small limits."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.web.app import create_app
from service.web.config import Config


@pytest.fixture(scope="session")
def config(artifact: Path) -> Config:
    return Config(artifact=artifact, reload_seconds=0, body_bytes=20_000, characters=2_000, sentences=20, documents=10)


@pytest.fixture(scope="session")
def app(config: Config) -> Flask:
    return create_app(config)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
