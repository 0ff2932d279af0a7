"""Runs the application under granian: several workers, each replaced if it dies.

On SIGTERM, the requests in flight are finished.
"""

import ipaddress
import os
import signal
import socket
import sys
import tempfile
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from model.reader_choice import ReaderChoice
from service.corrections import open_store
from service.corrections.errors import CorrectionsConfigError
from service.web.asgi import AsgiAdapter
from service.web.config import METRICS_DIRECTORY, PREFIX, Config
from service.web.logs import configure_server_logs

_SPARE_THREADS = 8  # for health checks and refusals while every place to classify, and to wait for one, is taken
_HEADER_MILLISECONDS = 10_000  # a client that sends half a header is dropped after this


def create_asgi_app() -> AsgiAdapter:
    """Make what a worker process serves."""
    # A worker inherits its parent's signal handlers: while it makes its application, it would ignore a signal to stop.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    config = Config.from_environment()
    # Imported here, because prometheus_client must be imported after `serve` has set the folder that the workers share.
    from service.web.app import create_app

    app = create_app(config)
    threads = config.running + config.waiting + _SPARE_THREADS
    return AsgiAdapter(app, config.body_bytes, config.client_seconds, threads, app.extensions["stance"].close)


def serve(host: str, port: int, workers: int, artifact: Path | None = None, reader: ReaderChoice | None = None) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        host: Address to listen on.
        port: Port to listen on.
        workers: Processes that answer.
        artifact: Folder of the trained model; None for the one that the environment or the default names.
        reader: Who reads where a request does not say; None for what the environment or the default says.

    Raises:
        ConfigError: A variable of the environment has a value its setting cannot have.
        CorrectionsConfigError: Corrections are on, and everybody could read and change them, or they have no database.
        OSError: The address cannot be listened on.
        ValueError: There would be no worker.

    """
    if workers < 1:
        raise ValueError(f"it takes at least 1 worker, not {workers}")
    _check_address(host, port)
    if artifact is not None:
        os.environ[PREFIX + "ARTIFACT"] = str(artifact)
    if reader is not None:
        os.environ[PREFIX + "READER"] = reader
    config = Config.from_environment()  # a wrong setting is an error here, not in every worker
    if config.corrections == "on":
        _check_corrections(config, host)
    with tempfile.TemporaryDirectory(prefix="stance-metrics-") as directory:
        if "prometheus_client" in sys.modules:
            raise RuntimeError("prometheus_client was imported too early: it would not share figures between workers")
        os.environ.setdefault(METRICS_DIRECTORY, directory)
        # Before the workers are forked: they share its memory, and start quickly.
        import_module("model.classifier")
        Granian(
            "service.web.server:create_asgi_app",
            address=host,
            port=port,
            workers=workers,
            interface=Interfaces.ASGI,
            factory=True,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=config.drain_seconds,
            http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
            log_dictconfig=configure_server_logs(),
        ).serve()


def _check_corrections(config: Config, host: str) -> None:
    """Check that corrections are open to this machine or to keys alone, and bring their database up to date.

    What the settings allow the queue no longer is deleted, also where they allow it nothing.

    Raises:
        CorrectionsConfigError: They are open to others without a key, or the database cannot be used.

    """
    if config.api_keys is None and not _is_loopback(host):
        raise CorrectionsConfigError(
            f"STANCE_CORRECTIONS: on {host}, everybody could read and change them; ask for keys (STANCE_API_KEYS; make "
            "one with: stance key NAME --scope correct), or listen on 127.0.0.1"
        )
    store = open_store(config.database)
    store.shorten_queue(config.queue_documents, timedelta(days=config.queue_days))
    store.close()


def _is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}
    return all(ipaddress.ip_address(str(address).partition("%")[0]).is_loopback for address in addresses)


def _check_address(host: str, port: int) -> None:
    """Check that no other process listens there: granian would share the port, and its requests, with that process.

    Raises:
        OSError: The address cannot be listened on.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise OSError(f"cannot listen on {host}:{port}: {error}; choose another --host or --port") from error
