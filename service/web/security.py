"""Who may ask, how often, and what browsers are told: API keys, rate limits, headers."""

from collections.abc import Mapping

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits.errors import ConfigurationError
from werkzeug.middleware.proxy_fix import ProxyFix

from service.web.config import Config, ConfigError
from service.web.errors import Problem
from service.web.keys import Keys

_GUARDED = "/v1/"
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


def secure(app: Flask, config: Config) -> None:
    """Guard the application as configured.

    Raises:
        ConfigError: The file of keys cannot be used.

    """
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if config.api_keys is not None:
        _ask_for_keys(app, Keys.read(config.api_keys))
    if config.rate_limit:
        _limit_rate(app, config)
    app.after_request(_add_headers)


def _ask_for_keys(app: Flask, keys: Keys) -> None:
    @app.before_request
    def check_key() -> None:
        if not request.path.startswith(_GUARDED):
            return
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        name = keys.name_of(key.strip()) if scheme.lower() == "bearer" else None
        if name is None:
            detail = "Send your API key in the header Authorization: Bearer KEY."
            raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
        g.key_name = name


def _limit_rate(app: Flask, config: Config) -> None:
    try:
        Limiter(
            lambda: g.get("key_name") or request.remote_addr or "unknown",
            app=app,
            default_limits=[config.rate_limit],
            default_limits_exempt_when=lambda: request.path != "/v1/classify",
            storage_uri=config.rate_limit_storage,
            in_memory_fallback_enabled=True,  # where Redis is down, each worker counts by itself
            headers_enabled=True,
        )
    except ConfigurationError as error:
        raise ConfigError(f"STANCE_RATE_LIMIT_STORAGE: {error} For Redis: pip install 'stancewire[redis]'") from error


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(_GUARDED):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
