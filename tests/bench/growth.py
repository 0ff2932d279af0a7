"""How time and memory grow with the number of sentences, and where the line bends."""

from itertools import pairwise
from pathlib import Path

from tests.bench import worker
from tests.bench.processes import at_once
from tests.bench.report import Table
from tests.bench.worker import Mark

STRAIGHT = 0.1  # a line is straight where no stretch of it is steeper or flatter than the whole by more than this share


def growth(artifact: Path, articles: list[str], largest: int, limit: float) -> Table:
    """Classify an endless stream in one process; note time and memory at 1 k, 3 k, 10 k, … sentences."""
    (marks,) = at_once(worker.grow, [(artifact, articles, largest, limit)])
    return growth_table(marks, limit)


def growth_table(marks: list[Mark], limit: float) -> Table:
    """Return the marks as rows, each with what a sentence cost since the row before, and how this compares with it."""
    rows: list[dict[str, float]] = []
    for mark, cost in zip(marks, _costs(marks), strict=True):
        against = {"× row before": cost / rows[-1]["µs each since row before"]} if rows else {}
        row = {"sentences": mark.sentences, "s": mark.seconds, "µs each": 1e6 * mark.seconds / mark.sentences}
        rows.append({**row, **against, "µs each since row before": cost, "MB resident": mark.resident})
    return Table(f"Growth, one process, at most {limit:.0f} s", rows, key="sentences", note=_shape(marks))


def straight_from(marks: list[Mark]) -> int | None:
    """Return from how many sentences on the line of seconds is straight; None where fewer than two stretches tell."""
    costs = _costs(marks)
    for i, mark in enumerate(marks[:-2]):
        whole = _cost(mark, marks[-1])
        if all(abs(cost / whole - 1) <= STRAIGHT for cost in costs[i + 1 :]):
            return mark.sentences
    return None


def _costs(marks: list[Mark]) -> list[float]:
    return [_cost(before, after) for before, after in pairwise([Mark(0, 0, 0), *marks])]


def _cost(before: Mark, after: Mark) -> float:
    """Return the microseconds of a sentence between two marks."""
    return 1e6 * (after.seconds - before.seconds) / (after.sentences - before.sentences)


def _shape(marks: list[Mark]) -> str:
    start = straight_from(marks)
    if start is None:
        return "Seconds of processor time. Not a straight line, or too few rows to tell."
    return (
        f"Seconds of processor time. A straight line from {start:,} sentences on: no stretch of it is steeper or "
        f"flatter than the whole by more than {STRAIGHT:.0%}. It bends where × row before is far from 1."
    )
