"""Serves the WSGI application over ASGI, so that slow clients cannot block the others.

The event loop reads bodies and sends answers, both with a deadline; a thread is used only while the application runs.
A WSGI server reads bodies in its threads and without a deadline: every client that stops sending would block a thread.
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
_DRAIN_FACTOR = 8  # up to so many times the limit is read and thrown away: many clients read no answer while they send


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    chunks: Iterator[bytes]
    whole: bytes | None
    close: Callable[[], None]


class AsgiAdapter:
    """Serves a WSGI application over ASGI.

    Args:
        app: The application.
        body_bytes: Largest body that is read whole; a larger one is cut, and a Content-Length above this limit says so.
        seconds: How long a body may take to arrive, and a part of an answer to be taken.
        threads: How many calls of the application may run at the same time.
        close: Called when the server stops, after the last request.

    """

    def __init__(
        self,
        app: WSGIApplication,
        body_bytes: int,
        seconds: float,
        threads: int,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._seconds = seconds
        self._close = close
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request (or take part in the server's start and end)."""
        if scope["type"] == "lifespan":
            await self._answer_lifespan(receive, send)
            return
        environ = _build_environ(scope)
        await self._read_body(environ, receive)
        context = contextvars.copy_context()  # one for the whole request, whichever threads run its parts
        answer: _Answer = await self._run_in_thread(context, self._run_application, environ)
        try:
            async with asyncio.timeout(self._seconds):
                await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            await self._send_chunks(context, answer, receive, send)
        except TimeoutError:
            structlog.get_logger().warning("answer_not_taken", seconds=self._seconds)
            raise  # the server then closes the connection, so that the client sees that the answer is cut off
        finally:
            await self._run_in_thread(context, answer.close)

    async def _answer_lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self._close)
        await send({"type": "lifespan.shutdown.complete"})

    async def _run_in_thread(
        self, context: contextvars.Context, function: Callable[..., Any], *arguments: object
    ) -> Any:  # noqa: ANN401
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, function, *arguments)

    async def _read_body(self, environ: WSGIEnvironment, receive: Receive) -> None:
        """Read the body into the environment.

        A body that is too large or incomplete gets a CONTENT_LENGTH greater than what was read, which the application
        then refuses. That holds for one that the server stopped reading, too: the client sent less than it announced,
        or a chunk without a size, and may still read an answer.
        """
        body, size, whole = bytearray(), 0, False
        try:
            async with asyncio.timeout(self._seconds):
                while not whole and size <= self._body_bytes * _DRAIN_FACTOR:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        break
                    part: bytes = message.get("body", b"")
                    size += len(part)
                    body += part[: max(0, self._body_bytes + 1 - len(body))]
                    whole = not message.get("more_body", False)
        except TimeoutError:
            pass
        announced = int(environ.get("CONTENT_LENGTH") or 0)
        environ["CONTENT_LENGTH"] = str(size if whole else max(announced, size + 1))
        environ["wsgi.input"] = BytesIO(body)
        environ.pop("HTTP_TRANSFER_ENCODING", None)  # the body is no longer in chunks

    def _run_application(self, environ: WSGIEnvironment) -> _Answer:
        """Run the application; read an answer of known length to its end here, so that sending it needs no thread."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            started[:] = [
                int(status.split(" ", 1)[0]),
                [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            ]
            return _refuse_write

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
        gone = asyncio.ensure_future(receive())  # the only message that can still come: the client is gone
        try:
            while (
                chunk := await self._run_in_thread(context, next, answer.chunks, None)
            ) is not None and not gone.done():
                async with asyncio.timeout(self._seconds):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()


def _build_environ(scope: Message) -> WSGIEnvironment:
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
            continue  # WSGI cannot tell it from the name with a hyphen, which a proxy may have checked
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else "HTTP_" + key
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _refuse_write(_: bytes) -> object:
    raise NotImplementedError("return the body instead of writing it")
