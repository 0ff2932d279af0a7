"""Backpressure: a few requests are classified at once, some wait for that, any more are refused.

How long a request takes depends on its length and on who reads: the careful reader takes many times as long as the fast
one. So the gate learns how long each kind of work takes, and refuses a request at once where the work ahead of it would
take longer than a caller waits.
"""

import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

_LEARNED = 0.2  # how much the latest piece of work counts in what a kind of work is expected to take


class BusyError(RuntimeError):
    """No place is free: neither to run nor to wait, or none to run in time."""


class Effort(NamedTuple):
    """What a caller is about to do.

    Attributes:
        kind: What work takes the same time for the same amount.
        amount: How much it is, in bytes.

    """

    kind: Hashable
    amount: int


class Gate:
    """Lets a few callers in at a time, lets some wait, and refuses the others.

    Args:
        running: Callers let in at the same time.
        waiting: Callers that may wait at the same time.
        patience: Seconds that a caller waits at the most.

    """

    def __init__(self, running: int, waiting: int, patience: float) -> None:
        self._running = running
        self._places = threading.Semaphore(running)
        self._callers = threading.Semaphore(running + waiting)
        self._patience = patience
        self._lock = threading.Lock()
        self._ahead = 0.0  # seconds that the work of all callers is expected to take
        self._rates: dict[Hashable, float] = {}  # seconds a byte, by the kind of work; as far as known

    @contextmanager
    def enter(self, effort: Effort | None = None, *, patiently: bool = False) -> Iterator[None]:
        """Hold a place while the block runs.

        Args:
            effort: What the block does; None where that is not known.
            patiently: Wait for a place as long as it takes, and even if every place to wait is taken.

        Raises:
            BusyError: There is no place to wait, no place to run came free in time, or none is expected to; never
                raised patiently.

        """
        if not self._callers.acquire(blocking=patiently):
            raise BusyError("too many requests are waiting")
        try:
            with self._announce(effort, patiently=patiently):
                if not self._places.acquire(timeout=None if patiently else self._patience):
                    raise BusyError(f"no place came free within {self._patience:g} seconds")
                try:
                    start = time.perf_counter()
                    yield
                    self._learn(effort, time.perf_counter() - start)
                finally:
                    self._places.release()
        finally:
            self._callers.release()

    @contextmanager
    def _announce(self, effort: Effort | None, *, patiently: bool) -> Iterator[None]:
        """Count work as being ahead of later callers while the block runs."""
        with self._lock:
            wait = self._ahead / self._running
            if wait > self._patience and not patiently:
                raise BusyError(f"the requests that came before take {wait:.0f} seconds more")
            expected = effort.amount * self._rates.get(effort.kind, 0.0) if effort else 0.0
            self._ahead += expected
        try:
            yield
        finally:
            with self._lock:
                self._ahead -= expected

    def _learn(self, effort: Effort | None, seconds: float) -> None:
        if effort is None or not effort.amount:
            return
        with self._lock:
            rate = seconds / effort.amount
            self._rates[effort.kind] = rate + (1 - _LEARNED) * (self._rates.get(effort.kind, rate) - rate)
