"""Backpressure: a few requests are classified at once, some wait for that, any more are refused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class BusyError(RuntimeError):
    """No place is free: neither to run nor to wait, or none to run in time."""


class Gate:
    """Lets a few callers in at a time, lets some wait, and refuses the others.

    Args:
        running: Callers let in at the same time.
        waiting: Callers that may wait at the same time.
        patience: Seconds that a caller waits at the most.

    """

    def __init__(self, running: int, waiting: int, patience: float) -> None:
        self._places = threading.Semaphore(running)
        self._callers = threading.Semaphore(running + waiting)
        self._patience = patience

    @contextmanager
    def enter(self, *, patiently: bool = False) -> Iterator[None]:
        """Hold a place while the block runs.

        Args:
            patiently: Wait for a place as long as it takes, and even if every place to wait is taken.

        Raises:
            BusyError: There is no place to wait, or no place to run came free in time; never raised patiently.

        """
        if not self._callers.acquire(blocking=patiently):
            raise BusyError("too many requests are waiting")
        try:
            if not self._places.acquire(timeout=None if patiently else self._patience):
                raise BusyError(f"no place came free within {self._patience:g} seconds")
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._callers.release()
