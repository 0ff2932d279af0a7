"""Faults on the wire, sent byte by byte to a real server: each gets its documented answer."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.web.config import Config
from tests.service.server import Server, read_metrics, run_server, wait_until

KEEP_ALIVE = 4
BODY = b'{"text": "Rain fell on Monday."}'
POST = b"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
WHOLE = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
ALIVE = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
CLOSE = b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    settings = {"client_seconds": "2", "keep_alive_seconds": str(KEEP_ALIVE), "connections": "1100"}
    with run_server(artifact, log, workers=1, **settings) as server:
        yield server


def read_all(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:  # it closed while more was on its way to it
        pass
    return b"".join(parts)


def exchange(server: Server, *parts: bytes, half_close: bool = False) -> bytes:
    with server.connect() as connection:
        for part in parts:
            connection.sendall(part)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return read_all(connection)


def count_refused(server: Server) -> float:
    found = read_metrics(server.get("/metrics").body.decode())
    return found.get(("stance_http_requests_total", "POST", "/v1/classify", "400"), 0)


@pytest.mark.parametrize(
    ("request_bytes", "half_close"),
    [
        (POST + b"Content-Length: 900\r\n\r\n{", True),
        (POST + b"Content-Length: 900\r\n\r\n{", False),  # the rest never comes: the deadline ends it
        (POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{", False),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{\r\n", False),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{", False),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", True),
    ],
    ids=["cut short", "stalled", "no size", "negative size", "size too large", "chunk cut short"],
)
def test_a_body_that_does_not_arrive_whole_is_a_problem_that_is_logged_and_counted(
    server: Server, request_bytes: bytes, half_close: bool
):
    before = count_refused(server)

    head, _, body = exchange(server, request_bytes, half_close=half_close).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    problem = json.loads(body)
    assert "did not arrive whole" in problem["detail"]
    assert [event["status"] for event in server.events("request") if event["request_id"] == problem["request_id"]] == [
        400
    ]
    assert count_refused(server) == before + 1


def test_requests_sent_at_once_are_answered_in_order(server: Server):
    requests = [ALIVE + b"X-Request-ID: first-%d\r\n\r\n" % i for i in range(5)]
    requests += [WHOLE, ALIVE + b"X-Request-ID: last\r\n" + CLOSE]

    received = exchange(server, b"".join(requests))

    assert received.count(b"HTTP/1.1 200 OK") == 7
    places = [received.index(b"x-request-id: first-%d\r\n" % i) for i in range(5)]
    places += [received.index(b'"sentences"'), received.index(b"x-request-id: last\r\n")]
    assert places == sorted(places)


def test_a_request_may_come_byte_by_byte(server: Server):
    request = WHOLE.replace(b"\r\n\r\n", b"\r\n" + CLOSE, 1)

    received = exchange(server, *(request[i : i + 1] for i in range(len(request))))

    assert received.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (ALIVE + b"".join(b"X-%d: y\r\n" % i for i in range(500)) + b"\r\n", 431),
        (ALIVE + b"X: " + b"y" * 900_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"hello\r\n\r\n", 400),
        (ALIVE + b"X: \0\r\n\r\n", 400),
        (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400),
        (POST + b"Content-Length: -1\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: gzip\r\n\r\nabc", 400),
    ],
    ids=["many headers", "large header", "long address", "no HTTP", "NUL", "two lengths", "bad length", "encoding"],
)
def test_what_the_server_refuses_by_itself_is_a_client_error_and_closes(
    server: Server, request_bytes: bytes, status: int
):
    received = exchange(server, request_bytes)

    assert received.startswith(b"HTTP/1.1 %d " % status)
    assert server.get("/healthz").status == 200


def test_a_request_with_two_kinds_of_length_is_never_read_as_two(server: Server):
    """A proxy and the service could otherwise disagree on where the next request begins."""
    smuggled = b"0\r\n\r\n" + ALIVE + CLOSE
    request = POST + b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(smuggled)

    received = exchange(server, request + smuggled)

    assert received.count(b"HTTP/1.1 ") == 1
    assert received.startswith(b"HTTP/1.1 400 ")


def test_a_thousand_idle_connections_do_not_delay_others(server: Server):
    connections = [server.connect() for _ in range(1000)]
    try:
        for connection in connections:
            connection.sendall(ALIVE + b"\r\n")
        assert all(connection.recv(4096).startswith(b"HTTP/1.1 200 ") for connection in connections)
        assert [server.classify({"text": "Rain fell on Monday."}).status for _ in range(5)] == [200] * 5
        connections[-1].sendall(ALIVE + CLOSE)
        assert read_all(connections[-1]).startswith(b"HTTP/1.1 200 ")
        assert all(connection.recv(4096) == b"" for connection in connections[:-1])  # closed once they were silent
    finally:
        for connection in connections:
            connection.close()


def test_a_silent_connection_is_kept_as_long_as_is_set(server: Server):
    with server.connect() as connection:
        connection.sendall(ALIVE + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        began = time.monotonic()
        assert connection.recv(4096) == b""
        waited = time.monotonic() - began
    assert waited > KEEP_ALIVE - 0.5


def test_connections_are_kept_longer_than_a_load_balancer_keeps_them():
    assert Config().keep_alive_seconds > 60


def test_a_connection_above_the_limit_waits_until_one_closes(artifact: Path, tmp_path: Path):
    with run_server(artifact, tmp_path / "log", workers=1, connections="3") as server:
        held = [server.connect() for _ in range(3)]
        for connection in held:
            connection.sendall(ALIVE + b"\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        with server.connect() as waiting:
            waiting.sendall(ALIVE + CLOSE)
            waiting.settimeout(0.5)
            with pytest.raises(TimeoutError):
                waiting.recv(4096)
            held.pop().close()
            waiting.settimeout(30)
            assert read_all(waiting).startswith(b"HTTP/1.1 200 ")
        for connection in held:
            connection.close()
        wait_until(lambda: server.get("/healthz").status == 200)
