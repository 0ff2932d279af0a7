"""Runs independent jobs in several processes and shows how many are done and how long the others may take."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import joblib
from tqdm import tqdm

T = TypeVar("T")


def run_parallel(jobs: Sequence[Callable[[], T]], description: str) -> list[T]:
    """Run each job once, one process for each processor; return the results in the order of the jobs.

    Args:
        jobs: What to run; put the longest first.
        description: What stands before the progress bar, which goes to standard error.

    """
    numbered = (joblib.delayed(_run_numbered)(number, job) for number, job in enumerate(jobs))
    finished = joblib.Parallel(n_jobs=-1, return_as="generator_unordered")(numbered)
    results: dict[int, T] = dict(tqdm(finished, desc=description, total=len(jobs), unit="fit"))
    return [results[number] for number in range(len(jobs))]


def _run_numbered(number: int, job: Callable[[], T]) -> tuple[int, T]:
    return number, job()
