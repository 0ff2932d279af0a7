"""Who may ask, how often, and what browsers are told: API keys, rate limits, headers."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from werkzeug.middleware.proxy_fix import ProxyFix

from service.web.config import Config, ConfigError
from service.web.errors import Problem

_GUARDED = "/v1/"
_IN_MEMORY = "memory://"
_EXPECTED_LINE = "expected a new name, one space and 64 hexadecimal digits, as `stance key NAME` prints them"
_KEY_LINE = re.compile(r"([\w.@-]+) ([0-9a-f]{64})", re.ASCII)
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def secure_app(app: Flask, config: Config) -> None:
    """Guard the application as configured.

    Raises:
        ConfigError: The file of keys cannot be used, or the storage of the rate limits.

    """
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if config.api_keys is not None:
        _require_keys(app, ApiKeys.read(config.api_keys))
    if config.rate_limit:
        _limit_rate(app, config)
    app.after_request(_add_headers)


def check_api_keys(config: Config) -> None:
    """Read the file of keys, if there is to be one.

    Raises:
        ConfigError: The file cannot be read, or is no file of keys.

    """
    if config.api_keys is not None:
        ApiKeys.read(config.api_keys)


def check_rate_limit_storage(config: Config) -> None:
    """Check that the address of the storage is one that can be used; a Redis that does not answer is no fault.

    Raises:
        ConfigError: Nothing stores under such an address, or the package that it needs is not installed.

    """
    if config.rate_limit_storage == _IN_MEMORY:
        return
    try:
        storage_from_string(config.rate_limit_storage)
    except (ConfigurationError, ValueError) as error:
        scheme = config.rate_limit_storage.partition(":")[0]
        reason = str(error).replace(config.rate_limit_storage, f"{scheme}://…").rstrip(".")  # it may hold a password
        advice = "give memory://, or redis://HOST:PORT after pip install 'stancewire[redis]'"
        raise ConfigError(f"STANCE_RATE_LIMIT_STORAGE cannot be used ({reason}): {advice}") from error


class ApiKeys:
    """API keys by name, kept as SHA-256 hashes.

    A hash without salt is enough: a key is 256 random bits, too many to guess or to list.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = dict(hashes)

    @classmethod
    def read(cls, path: Path) -> "ApiKeys":
        """Read a file with a name and a hash on each line; empty lines and lines that begin with # are skipped.

        Raises:
            ConfigError: The file cannot be read, or a line is something else, or it holds no key.

        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            advice = "make the file with `stance key NAME >> FILE`, or correct the path"
            raise ConfigError(f"STANCE_API_KEYS: {path} cannot be read ({reason}): {advice}") from error
        hashes: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = _KEY_LINE.fullmatch(line.strip())
            if match is None or match[1] in hashes:
                raise ConfigError(f"STANCE_API_KEYS: {path}, line {number}: {_EXPECTED_LINE}")
            hashes[match[1]] = match[2]
        if not hashes:
            raise ConfigError(f"STANCE_API_KEYS: {path} holds no key: make one with `stance key NAME >> {path}`")
        return cls(hashes)

    def find_name(self, key: str) -> str | None:
        """Return the name of a key, or None; it takes as long for a wrong key as for a right one."""
        digest = _hash_key(key)
        found = None
        for name, known in self._hashes.items():
            if hmac.compare_digest(digest, known):
                found = name
        return found


def make_key(name: str) -> tuple[str, str]:
    """Return a new key, and the line for the file of keys.

    Raises:
        ValueError: The name has other characters than letters, digits and ``_.@-``.

    """
    key = secrets.token_urlsafe(32)
    line = f"{name} {_hash_key(key)}"
    if not _KEY_LINE.fullmatch(line):
        raise ValueError(f"a key's name has letters, digits and _.@- only, not {name!r}")
    return key, line


def _hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _require_keys(app: Flask, keys: ApiKeys) -> None:
    @app.before_request
    def check_key() -> None:
        if not request.path.startswith(_GUARDED):
            return
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        name = keys.find_name(key.strip()) if scheme.lower() == "bearer" else None
        if name is None:
            detail = "Send your API key in the header Authorization: Bearer KEY."
            raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
        g.key_name = name


def _limit_rate(app: Flask, config: Config) -> None:
    check_rate_limit_storage(config)
    Limiter(
        lambda: g.get("key_name") or request.remote_addr or "unknown",
        app=app,
        default_limits=[config.rate_limit],
        default_limits_exempt_when=lambda: request.path != "/v1/classify",
        storage_uri=config.rate_limit_storage,
        in_memory_fallback_enabled=True,  # where Redis is down, each worker counts by itself
        headers_enabled=True,
    )


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(_GUARDED):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
