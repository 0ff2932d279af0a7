"""Surfaces of the model: the command line, the HTTP service, and batch scoring."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from service.config import Config


def create_app(config: "Config | None" = None) -> "Flask":
    """Make the WSGI application.

    Args:
        config: Its settings; without them, those of the environment (``STANCE_…``).

    The model is loaded here. If there is none, or it is bad, the application still starts, says so in its log and at
    ``/readyz``, and looks again every ``reload_seconds``.

    Raises:
        ConfigError: A setting has a value it cannot have.

    """
    # Here, so that other surfaces start without the web framework.
    from service.access import watch_requests
    from service.api import Service, api
    from service.compression import compress_answers
    from service.config import Config
    from service.documentation import documentation
    from service.errors import register_error_handlers
    from service.gate import Gate
    from service.live_model import LiveModel
    from service.logs import configure_logs
    from service.metrics import Metrics
    from service.openapi import make_app
    from service.operations import operations
    from service.pages import pages
    from service.schema import request_model
    from service.security import secure

    config = config or Config.from_environment()
    configure_logs(config.log_level)
    metrics = Metrics()
    model = LiveModel(config.artifact, metrics.note_load)
    gate = Gate(config.running, config.waiting, config.patience_seconds)
    app = make_app(config.limits)
    app.extensions["stance"] = Service(config, model, gate, metrics, request_model(config.limits))
    watch_requests(app, metrics)
    compress_answers(app)
    secure(app, config)
    register_error_handlers(app)
    app.register_api(api)
    app.register_api(operations)
    app.register_blueprint(documentation)
    app.register_blueprint(pages)
    model.refresh()
    if config.reload_seconds:
        model.watch(config.reload_seconds)
    return app
