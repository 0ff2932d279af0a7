"""The WSGI application: settings, model, routes and everything around a request, put together in one place."""

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from flask import Flask

from service.corrections import open_store
from service.corrections.queue_writer import QueueWriter
from service.web.compression import compress_answers
from service.web.config import Config
from service.web.corrections import corrections
from service.web.errors import register_error_handlers
from service.web.gate import Gate
from service.web.live_model import LiveModel
from service.web.logs import configure_logs, watch_requests
from service.web.metrics import Metrics
from service.web.openapi import build_document
from service.web.pages import docs, pages
from service.web.routes import Service, api
from service.web.security import secure_app

if TYPE_CHECKING:
    from service.corrections.store import Store


def create_app(config: Config | None = None) -> Flask:
    """Make the WSGI application.

    The model is loaded here. If there is none, or it is bad, the application still starts, says so in its log and at
    ``/readyz``, and looks again every ``reload_seconds``.

    Args:
        config: Its settings; without them, those of the environment (``STANCE_…``).

    Raises:
        ConfigError: A setting has a value it cannot have.
        CorrectionsConfigError: Corrections are on, and packages are missing or the database's URL is wrong.

    """
    config = config or Config.from_environment()
    configure_logs(config.log_level)
    metrics = Metrics()
    model = LiveModel(config.artifact, metrics.count_load, config.reader)
    gate = Gate(config.running, config.waiting, config.patience_seconds)

    document = build_document(config.limits, corrections=config.corrections == "on")
    store = open_store(config.database, connect=False) if config.corrections == "on" else None
    queue = _start_queue(store, config, metrics) if store is not None and config.queue_documents else None

    app = Flask("service.web", static_folder=None)
    app.extensions["stance"] = Service(config, model, gate, metrics, document, store, queue)
    watch_requests(app, metrics.count_request)
    compress_answers(app)
    secure_app(app, config)
    register_error_handlers(app)
    app.register_blueprint(api)
    app.register_blueprint(corrections)
    app.register_blueprint(pages)
    app.register_blueprint(docs)

    model.refresh()
    if config.reload_seconds:
        model.watch(config.reload_seconds)
    return app


def _start_queue(store: "Store", config: Config, metrics: Metrics) -> QueueWriter:
    def report_lost(documents: int, reason: str) -> None:
        metrics.queue_lost.inc(documents)
        structlog.get_logger().warning("documents_not_queued", documents=documents, reason=reason)

    return QueueWriter(store, config.queue_documents, timedelta(days=config.queue_days), report_lost)
