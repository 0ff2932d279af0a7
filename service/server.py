"""Runs the application under granian: several workers, a dead one replaced, requests in flight finished on SIGTERM."""

import os
import tempfile
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from service.config import METRICS_DIRECTORY, PREFIX, Config


def serve(host: str, port: int, workers: int, artifact: Path | None) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        host: Address to listen on.
        port: Port to listen on.
        workers: Processes that answer.
        artifact: Folder of the trained model; None for the one that the environment or the default names.

    Raises:
        ConfigError: A variable of the environment has a value its setting cannot have.

    """
    if artifact is not None:
        os.environ[PREFIX + "ARTIFACT"] = str(artifact)
    Config.from_environment()  # a wrong setting ends it here, not in every worker anew
    with tempfile.TemporaryDirectory(prefix="stance-metrics-") as directory:
        os.environ.setdefault(METRICS_DIRECTORY, directory)
        Granian(
            "service:create_app",
            address=host,
            port=port,
            workers=workers,
            interface=Interfaces.WSGI,
            factory=True,
            respawn_failed_workers=True,
        ).serve()
