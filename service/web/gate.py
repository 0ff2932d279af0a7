"""Backpressure: how many requests classify at once, how many wait for that, and none beyond."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class BusyError(RuntimeError):
    """Every place is taken, and so is every place to wait; try again later."""


class Gate:
    """Lets a few callers in at a time and turns away those who would have to wait in a long queue.

    Args:
        running: Callers let in at the same time.
        waiting: Callers that may wait.
        patience: Seconds that one waits at the most.

    """

    def __init__(self, running: int, waiting: int, patience: float) -> None:
        self._places = threading.Semaphore(running)
        self._callers = threading.Semaphore(running + waiting)
        self._patience = patience

    @contextmanager
    def enter(self, *, patiently: bool = False) -> Iterator[None]:
        """Hold a place while the block runs; patiently: wait for it however long, beyond the places to wait.

        Raises:
            BusyError: There is no place to wait, or none to run came free in time.

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
