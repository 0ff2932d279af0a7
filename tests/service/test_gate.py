import threading

import pytest

from service.web.app import create_app
from service.web.gate import BusyError, Gate
from tests.service.conftest import PATIENCE, wait_until


def test_it_lets_in_as_many_as_it_has_places():
    gate = Gate(running=2, waiting=0, patience=PATIENCE)

    with gate.enter(), gate.enter(), pytest.raises(BusyError, match="too many"), gate.enter():
        pass
    with gate.enter(), gate.enter():
        pass


def test_who_waits_gets_the_place_that_comes_free():
    gate = Gate(running=1, waiting=1, patience=PATIENCE)
    entered = threading.Event()

    def wait() -> None:
        with gate.enter():
            entered.set()

    with gate.enter():
        waiter = threading.Thread(target=wait)
        waiter.start()
        wait_until(lambda: gate._callers._value == 0)
        with pytest.raises(BusyError, match="too many"), gate.enter():
            pass
        assert not entered.is_set()
    waiter.join(PATIENCE)
    assert entered.is_set()


def test_who_waits_too_long_is_turned_away():
    gate = Gate(running=1, waiting=1, patience=0.01)

    with gate.enter(), pytest.raises(BusyError, match="within"), gate.enter():
        pass
    with gate.enter():
        pass


def test_a_fault_inside_frees_the_place():
    gate = Gate(running=1, waiting=0, patience=PATIENCE)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.enter():
            raise ZeroDivisionError


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_a_service_at_its_limit_says_when_to_come_back(config, accept):
    app = create_app(config.model_copy(update={"running": 1, "waiting": 0}))
    client = app.test_client()

    with app.extensions["stance"].gate.enter():
        answer = client.post("/v1/classify", json={"text": "A."}, headers={"Accept": accept})
        assert client.get("/readyz").status_code == 200

    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/v1/classify", json={"text": "A."}).status_code == 200
