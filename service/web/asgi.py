"""What stands between the network and the WSGI application: an ASGI application that no slow client can hold up.

Bodies are read, and answers sent, by the event loop, with a deadline; a thread is used only while there is work to do.
(A WSGI server reads bodies in its threads, without a deadline: so many clients that vanish, so many threads lost.)
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

import structlog

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_DRAIN_FACTOR = 8  # so much more than allowed is read and thrown away, since many clients read no answer before


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    chunks: Iterator[bytes]
    whole: bytes | None
    close: Callable[[], None]


class Front:
    """Serves a WSGI application over ASGI.

    Args:
        app: The application.
        body_bytes: Bytes of a body that are kept; of a larger one, just enough to show that it is too large.
        seconds: How long a body may take to arrive, and a part of an answer to be taken.
        threads: Calls of the application at the same time.

    """

    def __init__(self, app: WSGIApplication, body_bytes: int, seconds: float, threads: int) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request (or take part in the server's start and end)."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        environ = _environ(scope)
        try:
            await self._read_body(environ, receive)
        except ConnectionError:
            return  # nobody is left to answer
        context = contextvars.copy_context()  # one for the whole request, whichever threads run its parts
        answer: _Answer = await self._in_thread(context, self._call, environ)
        try:
            async with asyncio.timeout(self._seconds):
                await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            await self._send_chunks(context, answer, receive, send)
        except TimeoutError:
            structlog.get_logger().warning("answer_not_taken", seconds=self._seconds)
            raise  # the server closes the connection: the client must not take a part for the whole
        finally:
            await self._in_thread(context, answer.close)

    async def _in_thread(self, context: contextvars.Context, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, function, *arguments)

    async def _read_body(self, environ: WSGIEnvironment, receive: Receive) -> None:
        """Read the body into the environment; one that is too large or incomplete has a length that says so.

        Raises:
            ConnectionError: The client is gone.

        """
        body, size, whole = bytearray(), 0, False
        try:
            async with asyncio.timeout(self._seconds):
                while not whole and size <= self._body_bytes * _DRAIN_FACTOR:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ConnectionError
                    part: bytes = message.get("body", b"")
                    size += len(part)
                    body += part[: max(0, self._body_bytes + 1 - len(body))]
                    whole = not message.get("more_body", False)
        except TimeoutError:
            pass
        announced = int(environ.get("CONTENT_LENGTH") or 0)
        environ["CONTENT_LENGTH"] = str(size if whole else max(announced, size + 1))
        environ["wsgi.input"] = BytesIO(body)
        environ.pop("HTTP_TRANSFER_ENCODING", None)  # it has been undone

    def _call(self, environ: WSGIEnvironment) -> _Answer:
        """Run the application; an answer of known length is made whole here, so that it needs no thread any more."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            started[:] = [
                int(status.split(" ", 1)[0]),
                [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            ]
            return _no_write

        chunks: Iterable[bytes] = self._app(environ, start_response)
        close = getattr(chunks, "close", lambda: None)
        status, headers = started
        whole = b"".join(chunks) if any(name == b"content-length" for name, _ in headers) else None
        return _Answer(status, headers, iter(chunks), whole, close)

    async def _send_chunks(self, context: contextvars.Context, answer: _Answer, receive: Receive, send: Send) -> None:
        if answer.whole is not None:
            async with asyncio.timeout(self._seconds):
                await send({"type": "http.response.body", "body": answer.whole, "more_body": False})
            return
        gone = asyncio.ensure_future(receive())  # with the body read, the only message left is that the client is gone
        try:
            while (chunk := await self._in_thread(context, next, answer.chunks, None)) is not None and not gone.done():
                async with asyncio.timeout(self._seconds):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()


def _environ(scope: Message) -> WSGIEnvironment:
    """Return the WSGI environment of an ASGI scope (PEP 3333), without a body yet."""
    host, port = scope.get("server") or ("localhost", 80)
    client, _ = scope.get("client") or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            continue  # would be taken for the same name with a hyphen, which a proxy may have checked
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else "HTTP_" + key
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


async def _live(receive: Receive, send: Send) -> None:
    for step in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{step}.complete"})


def _no_write(_: bytes) -> object:
    raise NotImplementedError("return the body instead of writing it")
