"""The gate: how many callers enter, wait and are refused."""

import queue
import threading
import time

import pytest

from service.web.app import create_app
from service.web.gate import BusyError, Effort, Gate
from tests.service.server import PATIENCE


def test_as_many_enter_as_there_are_places():
    gate = Gate(running=2, waiting=0, patience=PATIENCE)

    with gate.enter(), gate.enter(), pytest.raises(BusyError, match="too many"), gate.enter():
        pass
    with gate.enter(), gate.enter():
        pass


def test_one_caller_waits_for_the_place_and_the_next_is_refused():
    gate = Gate(running=1, waiting=1, patience=PATIENCE)
    outcomes: queue.Queue[str] = queue.Queue()

    def try_to_enter() -> None:
        try:
            with gate.enter():
                outcomes.put("entered")
        except BusyError as error:
            outcomes.put(str(error))

    with gate.enter():
        for _ in range(2):
            threading.Thread(target=try_to_enter).start()
        assert outcomes.get(timeout=PATIENCE) == "too many requests are waiting"
        assert outcomes.empty()
    assert outcomes.get(timeout=PATIENCE) == "entered"


def test_a_caller_that_waits_too_long_is_refused():
    gate = Gate(running=1, waiting=1, patience=0.01)

    with gate.enter(), pytest.raises(BusyError, match="within"), gate.enter():
        pass
    with gate.enter():
        pass


def test_an_error_inside_frees_the_place():
    gate = Gate(running=1, waiting=0, patience=PATIENCE)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.enter():
            raise ZeroDivisionError


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_a_service_at_its_limit_says_when_to_try_again(config, accept):
    app = create_app(config.model_copy(update={"running": 1, "waiting": 0}))
    client = app.test_client()

    with app.extensions["stance"].gate.enter():
        answer = client.post("/v1/classify", json={"text": "A."}, headers={"Accept": accept})
        assert client.get("/readyz").status_code == 200

    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/v1/classify", json={"text": "A."}).status_code == 200


def test_a_caller_is_refused_at_once_where_the_work_ahead_takes_too_long():
    gate = Gate(running=1, waiting=9, patience=0.2)
    with gate.enter(Effort("careful", 1_000)):
        time.sleep(0.02)

    twenty_seconds = Effort("careful", 1_000_000)  # as far as is known
    with gate.enter(twenty_seconds), pytest.raises(BusyError, match=r"take \d+ seconds more"), gate.enter():
        pass
    with gate.enter():
        pass


def test_long_work_is_let_in_where_nothing_is_ahead():
    gate = Gate(running=1, waiting=0, patience=0.01)
    for _ in range(3):
        with gate.enter(Effort("careful", 1_000_000)):
            time.sleep(0.02)


def test_work_of_another_kind_says_nothing_of_this():
    gate = Gate(running=1, waiting=1, patience=0.01)
    with gate.enter(Effort("careful", 1)):
        time.sleep(0.02)
    with (
        gate.enter(Effort("fast", 1_000_000)),
        pytest.raises(BusyError, match="no place came free"),
        gate.enter(Effort("fast", 1)),
    ):
        pass
