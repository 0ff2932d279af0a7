"""What is checked before the workers start, and what ends the service when no worker can start.

Each setting that can be wrong in another way than its form has a check in CHECKS. A fault is one message that names the
variable and says what to do.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from service.web.config import Config, ConfigError
from service.web.live_model import check_artifact
from service.web.logs import log_failure
from service.web.security import check_api_keys, check_rate_limit_storage

Check = Callable[[Config], None]
CHECKS: Final[tuple[Check, ...]] = (check_artifact, check_api_keys, check_rate_limit_storage)
STARTS_DIRECTORY = "_STANCE_STARTS_DIRECTORY"  # tells the workers where starts are counted
_STARTS_IN_A_ROW = 3  # of each worker, before the service gives up
_REASON = "reason"


class StartError(ChildProcessError):
    """Workers cannot start; the message says how often it was tried, and why the last one could not."""


def check_settings(config: Config, checks: tuple[Check, ...] = CHECKS) -> None:
    """Run every check.

    Args:
        config: The settings.
        checks: Each takes the settings and raises ConfigError.

    Raises:
        ConfigError: Some are wrong; the message has all faults that were found.

    """
    faults = []
    for check in checks:
        try:
            check(config)
        except ConfigError as error:
            faults.append(str(error))
    if faults:
        raise ConfigError("; ".join(faults))


class WorkerStarts:
    """Counts workers that begin to start, until one is ready; the counts are files, so that all processes share them.

    A worker that dies while it starts, however it dies, leaves its file behind.

    Args:
        folder: An empty folder that the main process and its workers share.
        workers: Processes that answer.

    """

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._most = workers * _STARTS_IN_A_ROW

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Count this start; where too many failed in a row, tell the main process to stop.

        Raises:
            SystemExit: The worker cannot start; why is logged.

        """
        (self._folder / f"start-{os.getpid()}").touch()
        try:
            yield
        except Exception as error:
            if isinstance(error, ConfigError):
                reason = str(error)
            else:
                reason = repr(error)
                log_failure(error)
            structlog.get_logger().error("worker_cannot_start", reason=reason)
            (self._folder / _REASON).write_text(reason, encoding="utf-8")
            if self.gave_up:
                os.kill(os.getppid(), signal.SIGTERM)
            raise SystemExit(1) from None
        for file in self._find_starts():
            file.unlink(missing_ok=True)

    @property
    def failures(self) -> int:
        """How many workers began to start since the last one was ready, once all have ended."""
        return len(self._find_starts())

    @property
    def gave_up(self) -> bool:
        """Whether so many workers in a row could not start that no more are tried."""
        return self.failures >= self._most

    def describe(self) -> str:
        """Return how often it was tried, and why the last worker could not start."""
        file = self._folder / _REASON
        reason = file.read_text(encoding="utf-8") if file.exists() else "it died without saying why"
        return f"the service stops, as its workers cannot start ({self.failures} in a row): {reason}"

    def _find_starts(self) -> list[Path]:
        return list(self._folder.glob("start-*"))
