"""Settings of the HTTP service: plain values, read from ``STANCE_*`` variables of the environment."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from limits import parse_many
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from model.reader_choice import ReaderChoice
from service.corrections.records import DEFAULT_DATABASE

PREFIX = "STANCE_"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?", re.IGNORECASE)
METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported, so set it before


class ConfigError(ValueError):
    """A setting has a value that cannot be used; the message names the variable and says what to do."""

    exit_status = 2  # of the command that it ends


class Limits(BaseModel):
    """What one request may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body_bytes: int = Field(4 * 1024 * 1024, ge=1024, description="bytes of the body, after decompression")
    characters: int = Field(200_000, ge=1, description="Unicode code points of one text, or of one sentence")
    page_characters: int = Field(2_000_000, ge=1, description="Unicode code points of one page of HTML")
    sentences: int = Field(2_000, ge=1, description="sentences of one document that comes already split")
    documents: int = Field(500, ge=1, description="documents of one request")


class Config(Limits):
    """Everything the service can be told; the variable of each is ``STANCE_`` and its name in capitals."""

    artifact: Path = Field(Path("artifact"), description="folder of the trained model")
    reader: ReaderChoice = Field("auto", description="who reads where a request does not say: fast, careful or auto")
    reload_seconds: float = Field(2.0, ge=0, description="how often to look for a new artifact; 0: never")
    running: int = Field(2, ge=1, description="requests that a worker classifies at the same time")
    waiting: int = Field(64, ge=0, description="requests that may wait for that; one more is answered 503")
    patience_seconds: float = Field(10.0, gt=0, description="how long one waits before it is answered 503")
    keep_alive_seconds: int = Field(
        75, ge=1, description="how long a connection may be silent between requests, or within a request's headers"
    )
    connections: int = Field(2_000, ge=1, description="connections that a worker holds open; one more waits")
    client_seconds: float = Field(20.0, gt=0, description="how long a client may take to send a body")
    drain_seconds: int = Field(30, ge=1, description="how long requests in flight may take once told to stop")
    api_keys: Path | None = Field(None, description="file of API keys, as `stance key` prints them; none: open to all")
    rate_limit: str = Field("", description="requests with texts by key or address, as 60/minute; empty: no limit")
    rate_limit_storage: str = Field("memory://", description="where they are counted: in each worker, or redis://HOST")
    cors_origins: str = Field(
        "", description="origins whose pages may ask, with commas between them, or * for all; empty: none but its own"
    )
    trusted_proxies: int = Field(0, ge=0, description="proxies in front, whose X-Forwarded-For is believed")
    corrections: Literal["off", "on"] = Field("off", description="whether corrections, and texts to look at, are kept")
    database: str = Field(DEFAULT_DATABASE, description="where: sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME")
    queue_documents: int = Field(1000, ge=0, description="documents kept at the most for people to look at; 0: none")
    queue_days: float = Field(30.0, gt=0, le=36_500, description="how long they are kept")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severe level logged")

    @field_validator("rate_limit")
    @classmethod
    def _check_rate(cls, value: str) -> str:
        if value:
            parse_many(value)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: str) -> str:
        for origin in value.split(",") if value else ():
            if origin.strip() != "*" and not _ORIGIN.fullmatch(origin.strip()):
                raise ValueError(f"{origin.strip()!r} is not an origin such as https://desk.example")
        return value

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins whose pages may ask, or "*"."""
        return frozenset(origin.strip().lower() for origin in self.cors_origins.split(",") if origin.strip())

    @property
    def limits(self) -> Limits:
        """The part of the settings that clients are told."""
        return Limits(**{name: getattr(self, name) for name in Limits.model_fields})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings; an unset or empty variable means the default.

        Raises:
            ConfigError: A variable has a value that its setting cannot have.

        """
        names = {name: PREFIX + name.upper() for name in cls.model_fields}
        given = {name: environment[variable] for name, variable in names.items() if environment.get(variable)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            faults = (_describe_fault(names, fault) for fault in error.errors(include_url=False))
            raise ConfigError("; ".join(faults)) from None

    @classmethod
    def describe(cls, name: str) -> str:
        """Return what a setting is, for a person."""
        return cls.model_fields[name].description or ""


def _describe_fault(names: Mapping[str, str], fault: ErrorDetails) -> str:
    name = str(fault["loc"][0])
    return f"{names[name]}={fault['input']}: {fault['msg']}; the setting is: {Config.describe(name)}"
