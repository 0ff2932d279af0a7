"""Jobs run in processes give their results in the order of the jobs, and show their progress."""

import time
from functools import partial

from training.parallel import run_parallel


def wait_and_return(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_results_have_the_order_of_the_jobs(capsys):
    seconds = [0.3, 0.0, 0.1]
    assert run_parallel([partial(wait_and_return, s) for s in seconds], "waiting") == seconds
    assert "waiting: 100%" in capsys.readouterr().err


def test_no_jobs_give_no_results():
    assert run_parallel([], "nothing") == []
