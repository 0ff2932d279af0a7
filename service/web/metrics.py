"""Prometheus metrics: the traffic, and what the model says of it, so that a drift can be seen.

With ``PROMETHEUS_MULTIPROC_DIR`` set, as ``stance serve`` sets it, every worker's figures are added up in each answer.
"""

import collections
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from model import Classifier, Document, Sentence
from service.drift.window import Drift, Window, measure_drift
from service.web.config import METRICS_DIRECTORY
from service.web.live_model import Live
from training.drift.reference import FEATURES, count_bins, observe

_READER = "reader"  # a feature that is counted beside those of drift
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
        self.observations = Counter(
            "stance_drift_observations",
            "Sentences (of the feature words: words) by bin of each feature that drift is measured by.",
            ["artifact_hash", "feature", "bin"],
            registry=registry,
        )
        self.first_loads = Gauge(
            "stance_model_first_loaded_timestamp_seconds",
            "When the first worker loaded the model.",
            ["artifact_hash"],
            registry=registry,
            multiprocess_mode="min",
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
        self._loaded: set[str] = set()

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
        if classifier.manifest.hash not in self._loaded:  # a model may come back
            self._loaded.add(classifier.manifest.hash)
            self.first_loads.labels(classifier.manifest.hash).set(time.time())

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
        observations = [seen for each in sentences if (seen := observe(each, classifier.known_words)) is not None]
        words = sum(each.words for each in observations)
        self.words.inc(words)
        self.unknown_words.inc(words - sum(each.known_words for each in observations))
        readers = collections.Counter(str(sentence.reader) for sentence in sentences)
        for feature, bins in (*count_bins(observations).items(), (_READER, readers)):
            for name, number in bins.items():
                self.observations.labels(classifier.manifest.hash, feature, name).inc(number)

    def render(self, live: Live | None = None) -> bytes:
        """Return the metrics of all workers in Prometheus's text format, with the drift of the live model's window."""
        registry = self._join_workers()
        metrics: bytes = generate_latest(registry)
        if live is None or live.reference is None:
            return metrics
        drift = CollectorRegistry()
        drift.register(_DriftCollector(measure_drift(live.classifier, live.reference, _read_window(registry, live))))
        return metrics + generate_latest(drift)

    def read_window(self, live: Live) -> Window:
        """Return what all workers have read with the live model."""
        return _read_window(self._join_workers(), live)

    def _join_workers(self) -> CollectorRegistry:
        directory = os.environ.get(METRICS_DIRECTORY)
        if not directory:
            return self._registry
        _forget_dead_workers(Path(directory))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, directory)  # type: ignore[no-untyped-call]
        return registry


class _DriftCollector(Collector):
    """The drift of a window as gauges."""

    def __init__(self, drift: Drift) -> None:
        self._drift = drift

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; a feature without any count has none."""
        shifts = self._drift.shifts.items()
        psi = GaugeMetricFamily("stance_drift_psi", "Population stability index to the reference.", labels=["feature"])
        distance = GaugeMetricFamily(
            "stance_drift_js_distance", "Jensen-Shannon distance to the reference.", labels=["feature"]
        )
        moved = GaugeMetricFamily("stance_drift_moved", "Whether the feature has moved (1) or not.", labels=["feature"])
        for feature, shift in shifts:
            if shift.psi is not None and shift.js_distance is not None:
                psi.add_metric([feature], shift.psi)
                distance.add_metric([feature], shift.js_distance)
                moved.add_metric([feature], float(bool(shift.moved)))
        sentences = GaugeMetricFamily("stance_drift_sentences", "Sentences of the window.")
        sentences.add_metric([], self._drift.window.sentences)
        yield from (psi, distance, moved, sentences)


def _read_window(registry: CollectorRegistry, live: Live) -> Window:
    counts: dict[str, dict[str, int]] = {}
    since = None
    for sample in (sample for family in registry.collect() for sample in family.samples):
        if sample.labels.get("artifact_hash") != live.classifier.manifest.hash:
            continue
        if sample.name == "stance_drift_observations_total":
            counts.setdefault(sample.labels["feature"], {})[sample.labels["bin"]] = int(sample.value)
        elif sample.name == "stance_model_first_loaded_timestamp_seconds":
            since = sample.value
    careful = counts.get(_READER, {}).get("careful", 0)
    return Window({feature: counts.get(feature, {}) for feature in FEATURES}, careful, since)


def _forget_dead_workers(directory: Path) -> None:
    """Remove the gauges of workers that no longer run; their counters stay."""
    for file in directory.glob("gauge_live*_*.db"):
        pid = int(file.stem.rsplit("_", 1)[1])
        if not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]
