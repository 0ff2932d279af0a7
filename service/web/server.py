"""Runs the application under granian: several workers, a dead one replaced, requests in flight finished on SIGTERM."""

import os
import signal
import socket
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from service.web.asgi import Front
from service.web.config import METRICS_DIRECTORY, PREFIX, Config
from service.web.logs import server_logging

_QUICK_THREADS = 8  # for health checks and refusals while all places to classify, and to wait for one, are taken
_HEADER_MILLISECONDS = 10_000  # a client that sends half a header is dropped after this


def create_front() -> Front:
    """Make what a worker process serves.

    Until its application is there, a worker has the signal handlers of its parent and would ignore being told to stop.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    config = Config.from_environment()
    # Only here: prometheus_client must be imported after `serve` has named the folder that the workers share.
    from service.web.app import create_app

    threads = config.running + config.waiting + _QUICK_THREADS
    return Front(create_app(config), config.body_bytes, config.client_seconds, threads)


def serve(host: str, port: int, workers: int, artifact: Path | None) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        host: Address to listen on.
        port: Port to listen on.
        workers: Processes that answer.
        artifact: Folder of the trained model; None for the one that the environment or the default names.

    Raises:
        ConfigError: A variable of the environment has a value its setting cannot have.
        OSError: The address cannot be listened on.
        ValueError: There would be no worker.

    """
    if workers < 1:
        raise ValueError(f"it takes at least 1 worker, not {workers}")
    _check_address(host, port)
    if artifact is not None:
        os.environ[PREFIX + "ARTIFACT"] = str(artifact)
    config = Config.from_environment()  # a wrong setting ends it here, not in every worker anew
    with tempfile.TemporaryDirectory(prefix="stance-metrics-") as directory:
        if "prometheus_client" in sys.modules:
            raise RuntimeError("prometheus_client was imported too early: it would not share figures between workers")
        os.environ.setdefault(METRICS_DIRECTORY, directory)
        import_module("model.classifier")  # once, before the workers are forked: they share it, and start at once
        Granian(
            "service.web.server:create_front",
            address=host,
            port=port,
            workers=workers,
            interface=Interfaces.ASGI,
            factory=True,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=config.drain_seconds,
            http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
            log_dictconfig=server_logging(),
        ).serve()


def _check_address(host: str, port: int) -> None:
    """Fail where another process listens already; granian itself would share the port, and the requests, with it.

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
