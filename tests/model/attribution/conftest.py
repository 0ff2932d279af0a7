"""Counting work instead of time, so that a busy machine fails no test."""

import sys
from collections.abc import Callable

import pytest


def _calls(work: Callable[[], object]) -> int:
    calls = 0

    def count(frame, event, argument) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.fixture
def count_calls() -> Callable[[Callable[[], object]], int]:
    """Return a function that counts the function calls of some work."""
    return _calls
