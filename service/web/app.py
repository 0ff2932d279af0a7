"""The WSGI application: settings, model, routes and everything around a request, put together in one place."""

from flask import Flask

from service.web.access import watch_requests
from service.web.compression import compress_answers
from service.web.config import Config
from service.web.documentation import documentation
from service.web.errors import register_error_handlers
from service.web.gate import Gate
from service.web.live_model import LiveModel
from service.web.logs import configure_logs
from service.web.metrics import Metrics
from service.web.openapi import make_app
from service.web.operations import operations
from service.web.pages import pages
from service.web.routes import Service, api
from service.web.schema import request_model
from service.web.security import secure


def create_app(config: Config | None = None) -> Flask:
    """Make the WSGI application.

    The model is loaded here. If there is none, or it is bad, the application still starts, says so in its log and at
    ``/readyz``, and looks again every ``reload_seconds``.

    Args:
        config: Its settings; without them, those of the environment (``STANCE_…``).

    Raises:
        ConfigError: A setting has a value it cannot have.

    """
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
