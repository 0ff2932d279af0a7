"""Jobs run in processes give their results in the order of the jobs, and show their progress."""

import time
from functools import partial

import pytest

from training.parallel import FitProgress, estimate_seconds, run_parallel


def wait_and_return(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_results_have_the_order_of_the_jobs(capsys):
    seconds = [0.3, 0.0, 0.1]
    assert run_parallel([partial(wait_and_return, s) for s in seconds], "waiting") == seconds
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "waiting: 0 of 3 done after 0:00"  # said before the first job is done
    assert lines[-1].startswith("waiting: 3 of 3 done after 0:0")
    assert "left" not in lines[-1]


def test_no_jobs_give_no_results():
    assert run_parallel([], "nothing") == []


@pytest.mark.parametrize(
    ("costs", "processes", "finished", "guess", "seconds"),
    [
        ([1, 1, 1, 1], 2, [], None, None),  # nothing is known yet
        ([1, 1, 1, 1], 2, [], 10, 20),
        ([3, 1, 1], 2, [], 10, 30),  # not sooner than the longest job
        ([3, 1, 1], 2, [(1, 20)], 10, 60),  # what is finished replaces the guess
        ([2, 2, 2], 1, [(2, 10), (2, 14)], None, 36),
    ],
)
def test_the_time_of_all_is_estimated(costs, processes, finished, guess, seconds):
    assert estimate_seconds(costs, processes, finished, guess) == seconds


def test_the_time_left_is_shown_from_the_beginning():
    progress = FitProgress("fitting", [1.0, 1.0], 1, 60.0)
    assert progress.describe() == "fitting: 0 of 2 done after 0:00, about 2:00 left"
