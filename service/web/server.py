"""Runs the application under granian: several workers, each replaced if it dies.

On SIGTERM, the requests in flight are finished.
"""

import ipaddress
import os
import resource
import signal
import socket
import sys
import tempfile
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from model.reader_choice import ReaderChoice
from service.corrections import open_store
from service.corrections.errors import CorrectionsConfigError
from service.web.asgi import AsgiAdapter
from service.web.config import METRICS_DIRECTORY, PREFIX, Config, ConfigError
from service.web.logs import configure_logs, configure_server_logs
from service.web.startup import STARTS_DIRECTORY, StartError, WorkerStarts, check_settings

_SPARE_THREADS = 8  # for health checks and refusals while every place to classify, and to wait for one, is taken
_HEADER_BYTES = 64 * 1024  # most bytes of a request's headers; also what one connection buffers of a body
_OTHER_FILES = 200  # files and sockets of a worker beside its connections


def create_asgi_app() -> AsgiAdapter:
    """Make what a worker process serves."""
    # A worker inherits its parent's signal handlers: while it makes its application, it would ignore a signal to stop.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    folder, workers = os.environ[STARTS_DIRECTORY].rsplit(":", 1)
    with WorkerStarts(Path(folder), int(workers)).watch():
        config = Config.from_environment()
        # Imported here: prometheus_client must be imported after `serve` has set the folder that the workers share.
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
        ConfigError: A variable of the environment has a value that cannot be used.
        CorrectionsConfigError: Corrections are on, and everybody could read and change them, or they have no database.
        StartError: The workers could not start.
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
    config = Config.from_environment()
    configure_logs(config.log_level)
    check_settings(config)  # a wrong setting is an error here, not in every worker
    if config.corrections == "on":
        _check_corrections(config, host)
    _allow_open_files(config.connections)
    with tempfile.TemporaryDirectory(prefix="stance-") as directory:
        if "prometheus_client" in sys.modules:
            raise RuntimeError("prometheus_client was imported too early: it would not share figures between workers")
        figures, starts = Path(directory, "metrics"), Path(directory, "starts")
        figures.mkdir()
        starts.mkdir()
        os.environ.setdefault(METRICS_DIRECTORY, str(figures))
        os.environ[STARTS_DIRECTORY] = f"{starts}:{workers}"
        # Before the workers are forked: they share its memory, and start quickly.
        import_module("model.classifier")
        server = _Server(
            "service.web.server:create_asgi_app",
            address=host,
            port=port,
            workers=workers,
            interface=Interfaces.ASGI,
            factory=True,
            websockets=False,
            http=HTTPModes.http1,  # granian has no deadlines for idle connections of HTTP/2
            respawn_failed_workers=True,
            workers_kill_timeout=config.drain_seconds,
            backpressure=config.connections,
            http1_settings=HTTP1Settings(
                header_read_timeout=config.keep_alive_seconds * 1000, max_buffer_size=_HEADER_BYTES
            ),
            log_dictconfig=configure_server_logs(),
        )
        watched = WorkerStarts(starts, workers)
        try:
            server.serve()
        except SystemExit:  # so granian ends where the same worker died twice within seconds
            if watched.failures:
                raise StartError(watched.describe()) from None
            raise
        if watched.gave_up:
            raise StartError(watched.describe())


class _Server(MPServer):
    def signal_handler_reload(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 -- granian's own types
        """Replace the workers on SIGHUP; where a setting has become wrong, the workers that run are kept."""
        try:
            check_settings(Config.from_environment())
        except ConfigError as error:
            structlog.get_logger().error("reload_refused", reason=str(error))
            return
        super().signal_handler_reload(*arguments, **options)  # type: ignore[no-untyped-call]


def _allow_open_files(connections: int) -> None:
    """Raise this process's limit of open files, which its workers inherit, as far as connections need and it may.

    Raises:
        ConfigError: The machine does not allow so many.

    """
    wanted = connections + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and wanted > hard:
        most = max(1, hard - _OTHER_FILES)
        raise ConfigError(
            f"STANCE_CONNECTIONS={connections}: this process may open {hard} files only: give at most {most}, "
            "or raise the hard limit (ulimit -Hn)"
        )
    if soft != resource.RLIM_INFINITY and wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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
