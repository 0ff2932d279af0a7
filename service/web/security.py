"""Who may ask, how often, and what browsers are told: API keys, rate limits, headers."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast, get_args

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from werkzeug.middleware.proxy_fix import ProxyFix

from service.web.config import Config, ConfigError
from service.web.cors import answer_options
from service.web.errors import Problem

Scope = Literal["read", "correct", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)  # each may do what those before it may
_GUARDED = "/v1/"
_NEEDED: Final[Mapping[str, Scope]] = {"/v1/corrections": "correct", "/v1/queue": "correct"}  # by beginning; else read
_LIMITED = frozenset({"api.classify", "corrections.add_correction"})
_TRY_AGAIN = frozenset({429, 503})
_KEY_LINE = re.compile(rf"([\w.@-]+) ([0-9a-f]{{64}})(?: ({'|'.join(SCOPES)}))?", re.ASCII)
_IN_MEMORY = "memory://"
_EXPECTED_LINE = (
    "expected a new name, 64 hexadecimal digits and a scope or none, with one space between, as `stance key NAME` "
    "prints them"
)
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
    app.after_request(_drop_retry_after)  # the first to be registered comes last: after that of the rate limits
    answer_options(app, config.allowed_origins)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if config.api_keys is not None:
        _require_keys(app, ApiKeys.read(config.api_keys))
    if config.rate_limit:
        _limit_rate(app, config)
    app.after_request(_add_headers)


class ApiKey(NamedTuple):
    """Who a key is for, and what it may be used for."""

    name: str
    scope: Scope

    def allows(self, scope: Scope) -> bool:
        """Tell whether the key may be used for what needs this scope."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


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
    """API keys by their SHA-256 hashes.

    A hash without salt is enough: a key is 256 random bits, too many to guess or to list.
    """

    def __init__(self, keys: Mapping[str, ApiKey]) -> None:
        self._keys = dict(keys)

    @classmethod
    def read(cls, path: Path) -> "ApiKeys":
        """Read a file with a name, a hash and a scope on each line.

        A line without a scope means "read". Empty lines and lines that begin with # are skipped.

        Raises:
            ConfigError: The file cannot be read, or a line is something else, or it holds no key.

        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            advice = "make the file with `stance key NAME >> FILE`, or correct the path"
            raise ConfigError(f"STANCE_API_KEYS: {path} cannot be read ({reason}): {advice}") from error
        keys: dict[str, ApiKey] = {}
        names: set[str] = set()
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = _KEY_LINE.fullmatch(line.strip())
            if match is None or match[1] in names:
                raise ConfigError(f"STANCE_API_KEYS: {path}, line {number}: {_EXPECTED_LINE}")
            names.add(match[1])
            keys[match[2]] = ApiKey(match[1], cast("Scope", match[3] or "read"))
        if not keys:
            raise ConfigError(f"STANCE_API_KEYS: {path} holds no key: make one with `stance key NAME >> {path}`")
        return cls(keys)

    def find(self, secret: str) -> ApiKey | None:
        """Return a key, or None if it is unknown; it takes as long for a wrong one as for a right one."""
        digest = _hash_key(secret)
        found = None
        for known, key in self._keys.items():
            if hmac.compare_digest(digest, known):
                found = key
        return found


def make_key(name: str, scope: Scope = "read") -> tuple[str, str]:
    """Return a new key, and the line for the file of keys.

    Raises:
        ValueError: The name has other characters than letters, digits and ``_.@-``.

    """
    key = secrets.token_urlsafe(32)
    line = f"{name} {_hash_key(key)} {scope}"
    if not _KEY_LINE.fullmatch(line):
        raise ValueError(f"a key's name has letters, digits and _.@- only, not {name!r}")
    return key, line


def find_requester() -> ApiKey:
    """Return the key of the current request; where none is asked for, everybody may do everything."""
    return cast("ApiKey", g.get("key") or ApiKey("", "admin"))


def _hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _require_keys(app: Flask, keys: ApiKeys) -> None:
    @app.before_request
    def check_key() -> None:
        if not request.path.startswith(_GUARDED):
            return
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        key = keys.find(secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            detail = "Send your API key in the header Authorization: Bearer KEY."
            raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
        g.key, g.key_name = key, key.name
        needed = _find_needed(request.path)
        if not key.allows(needed):
            raise Problem(403, f"This takes a key with the scope {needed}; yours has {key.scope}: ask for another key.")


def _find_needed(path: str) -> Scope:
    """Return the scope that an address takes."""
    for start, scope in _NEEDED.items():
        if path.startswith(start):
            return scope
    return "read"


def _limit_rate(app: Flask, config: Config) -> None:
    check_rate_limit_storage(config)
    Limiter(
        lambda: g.get("key_name") or request.remote_addr or "unknown",
        app=app,
        default_limits=[config.rate_limit],
        default_limits_exempt_when=lambda: request.endpoint not in _LIMITED,
        storage_uri=config.rate_limit_storage,
        in_memory_fallback_enabled=True,  # where Redis is down, each worker counts by itself
        headers_enabled=True,
    )


def _drop_retry_after(response: Response) -> Response:
    """Take off the header that the rate limits put on every answer: it is for those who shall come again."""
    if response.status_code not in _TRY_AGAIN:
        response.headers.pop("Retry-After", None)
    return response


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(_GUARDED):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
