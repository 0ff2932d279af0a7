"""Prometheus metrics: the traffic, and what the model says of it, so that a drift can be seen.

With ``PROMETHEUS_MULTIPROC_DIR`` set, as ``stance serve`` sets it, every worker's figures are added up in each answer.
"""

import collections
import os
import re
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from model import Classifier, Document, Sentence
from service.web.config import METRICS_DIRECTORY

_WORD = re.compile(r"[^\W\d_]+")
_SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_CONFIDENCE_BUCKETS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1)


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.requests = Counter(
            "stance_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "stance_http_request_duration_seconds",
            "Time to the answer (of a stream: to its first line).",
            ["route"],
            buckets=_SECONDS_BUCKETS,
            registry=registry,
        )
        self.documents = Counter("stance_documents", "Documents classified.", registry=registry)
        self.sentences = Counter("stance_sentences", "Sentences classified, by label.", ["label"], registry=registry)
        self.uncertain = Counter("stance_sentences_uncertain", "Sentences marked uncertain.", registry=registry)
        self.confidence = Histogram(
            "stance_sentence_confidence",
            "Confidence of the sentences' labels.",
            buckets=_CONFIDENCE_BUCKETS,
            registry=registry,
        )
        self.words = Counter("stance_words", "Words classified.", registry=registry)
        self.unknown_words = Counter(
            "stance_words_out_of_vocabulary", "Words that the model has never seen.", registry=registry
        )
        self.corrections = Counter(
            "stance_corrections", "Corrections kept (new), or sent again (same).", ["outcome"], registry=registry
        )
        self.queue_lost = Counter(
            "stance_queue_lost", "Documents that could not be put into the queue.", registry=registry
        )
        self.loads = Counter("stance_model_loads", "Attempts to load an artifact.", ["outcome"], registry=registry)
        self.model_info = Gauge(
            "stance_model_info",
            "Workers that answer with this model.",
            ["version", "artifact_hash"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._current: tuple[str, str] | None = None

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(route).observe(seconds)

    def count_correction(self, is_new: bool) -> None:
        """Count a correction that is kept."""
        self.corrections.labels("new" if is_new else "same").inc()

    def count_load(self, classifier: Classifier | None) -> None:
        """Count an attempt to load: the classifier that answers from now on, or None where it was refused."""
        self.loads.labels("refused" if classifier is None else "loaded").inc()
        if classifier is None:
            return
        if self._current:
            self.model_info.labels(*self._current).set(0)
        self._current = (classifier.manifest.version, classifier.manifest.hash)
        self.model_info.labels(*self._current).set(1)

    def count_documents(self, classifier: Classifier, documents: Iterable[Document]) -> None:
        """Count classified documents and what the model said of them; page furniture is not counted."""
        sentences: list[Sentence] = []
        for document in documents:
            self.documents.inc()
            sentences += [sentence for sentence in document.sentences if sentence.label is not None]
        for label, count in collections.Counter(sentence.label for sentence in sentences).items():
            self.sentences.labels(label).inc(count)
        self.uncertain.inc(sum(sentence.uncertain for sentence in sentences))
        for confidence in (sentence.confidence for sentence in sentences):
            if confidence is not None:
                self.confidence.observe(confidence)
        words = [word for sentence in sentences for word in _WORD.findall(sentence.text.lower())]
        self.words.inc(len(words))
        self.unknown_words.inc(len(words) - sum(map(classifier.known_words.__contains__, words)))

    def render(self) -> bytes:
        """Return the metrics of all workers in Prometheus's text format."""
        directory = os.environ.get(METRICS_DIRECTORY)
        if not directory:
            return generate_latest(self._registry)
        _forget_dead_workers(Path(directory))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, directory)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _forget_dead_workers(directory: Path) -> None:
    """Remove the gauges of workers that no longer run; their counters stay."""
    for file in directory.glob("gauge_live*_*.db"):
        pid = int(file.stem.rsplit("_", 1)[1])
        if not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]
