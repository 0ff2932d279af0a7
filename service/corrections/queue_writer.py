"""Puts classified documents into the queue, in a thread of its own: no answer waits for the database."""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from model.records import Document, Reader
from service.corrections.doubts import find_doubts
from service.corrections.errors import StoreUnavailableError
from service.corrections.records import KeptDocument, QueuedDocument

if TYPE_CHECKING:
    from service.corrections.store import Store

_WAITING: Final = 200  # documents in memory; any more are not kept
_AT_ONCE: Final = 50
_IDLE_SECONDS: Final = 60.0  # after which the queue is looked through for what is too old
_PAUSE_SECONDS: Final = 0.2  # between two writes, so that other writers get their turn


class QueueWriter:
    """Writes documents to the store behind the back of whoever classified them.

    Args:
        store: The store.
        documents: How many documents the queue may have.
        age: How old they may get.
        on_lost: Called with the number of documents that could not be kept, and why.

    """

    def __init__(
        self, store: "Store", documents: int, age: timedelta, on_lost: Callable[[int, str], None] = lambda *_: None
    ) -> None:
        self._store = store
        self._documents = documents
        self._age = age
        self._on_lost = on_lost
        self._waiting: queue.Queue[QueuedDocument] = queue.Queue(_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._write_forever, name="queue-writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is waiting, then stop; it takes no document any more."""
        self._closing.set()
        self._thread.join()

    def put(
        self, text: str | None, document: Document, identity: Mapping[str, str], bounds: Mapping[Reader, float]
    ) -> None:
        """Have a document put into the queue soon, unless nothing in it is in doubt.

        Args:
            text: The running text; None if it came split into sentences.
            document: The classified document.
            identity: The model's identity, from its manifest.
            bounds: The confidence below which a sentence is in doubt, by the reader that decided.

        """
        doubts = find_doubts(document, identity, bounds)
        if not doubts:
            return
        queued = QueuedDocument(KeptDocument.of(text, document.sentences), datetime.now(UTC), tuple(doubts))
        try:
            self._waiting.put_nowait(queued)
        except queue.Full:
            self._on_lost(1, "too many documents are waiting to be written")

    def _write_forever(self) -> None:
        looked_through = time.monotonic()
        while not (self._closing.wait(_PAUSE_SECONDS) and self._waiting.empty()):
            documents = self._take()
            if not documents and time.monotonic() - looked_through < _IDLE_SECONDS:
                continue
            try:
                if documents:
                    self._store.remember(list(documents.values()))
                self._store.shorten_queue(self._documents, self._age)
            except StoreUnavailableError as error:
                if documents:
                    self._on_lost(len(documents), str(error))
            looked_through = time.monotonic()

    def _take(self) -> dict[str, QueuedDocument]:
        """Return waiting documents by id, so that one that came several times is written once."""
        documents: dict[str, QueuedDocument] = {}
        while len(documents) < _AT_ONCE and not self._waiting.empty():
            queued = self._waiting.get_nowait()  # this thread alone takes from it
            documents[queued.document.id] = queued
        return documents
