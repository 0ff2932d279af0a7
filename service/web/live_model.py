"""The model that answers: loaded and self-tested before it is used, and replaced while requests go on."""

import math
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from model import ArtifactError, Classifier
from model.artifact import find_version
from model.reader_choice import ReaderChoice
from model.records import Sentence
from service.web.config import Config, ConfigError
from training.drift.reference import Reference, load_reference

_SELF_TEST_SENTENCES: Final = (
    "The fire destroyed four houses in the old town on Monday.",
    "“We have sent two hundred soldiers to the region,” the defence ministry said in a statement.",
)
_FolderState = tuple[tuple[str, int, int, int], ...]


class Live(NamedTuple):
    """A model that answers, and the text that it was measured on; None where it was trained without that record."""

    classifier: Classifier
    reference: Reference | None


class NotReadyError(RuntimeError):
    """No model has passed its tests yet; the message says why."""


class LiveModel:
    """Holds the current classifier, and replaces it when the artifact changes.

    Args:
        folder: The artifact.
        on_load: Called after every attempt to load: with the classifier, or None if it was refused.
        reader: Who reads where a request does not say.

    """

    def __init__(
        self,
        folder: Path,
        on_load: Callable[[Classifier | None], None] = lambda _: None,
        reader: ReaderChoice = "auto",
    ) -> None:
        self._folder = folder
        self._reader = reader
        self._on_load = on_load
        self._live: Live | None = None
        self._fault = "the model is not loaded yet"
        self._seen: _FolderState | None = None
        self._lock = threading.Lock()
        self._log = structlog.get_logger()

    def get_classifier(self) -> Classifier:
        """Return the classifier to answer with; a request uses one and the same until its end.

        Raises:
            NotReadyError: There is none.

        """
        return self.get_live().classifier

    def get_live(self) -> Live:
        """Return the classifier to answer with, and the reference that belongs to it.

        Raises:
            NotReadyError: There is none.

        """
        live = self._live
        if live is None:
            raise NotReadyError(self._fault)
        return live

    def find_live(self) -> Live | None:
        """Return the same; None where there is none."""
        return self._live

    def refresh(self) -> None:
        """Load the artifact if it changed since the last call; one that fails its self-test is refused and logged."""
        with self._lock:
            state = _read_state(self._folder)
            if state == self._seen:
                return
            self._seen = state
            try:
                folder = find_version(self._folder)
                classifier = Classifier.load(folder, self._reader)
                run_self_test(classifier)
                live = Live(classifier, load_reference(folder))
            except Exception as error:  # whatever a bad artifact raises, the old model goes on
                self._fault = str(error) if isinstance(error, ArtifactError) else f"the artifact fails: {error!r}"
                self._on_load(None)
                self._log.error("model_refused", reason=self._fault, still_serving=self._live is not None)
                return
            self._live = live
            self._on_load(classifier)
            self._log.info("model_loaded", **classifier.manifest.identity())

    def watch(self, seconds: float) -> None:
        """Refresh every so many seconds in a thread that ends with the process."""

        def refresh_forever() -> None:
            pause = threading.Event()
            while not pause.wait(seconds):
                self.refresh()

        threading.Thread(target=refresh_forever, name="artifact-watch", daemon=True).start()


def check_artifact(config: Config) -> None:
    """Check that the artifact can be read, if there is one; a folder that is missing may still come.

    Raises:
        ConfigError: There is something else than a folder, or this user may not read it.

    """
    folder = config.artifact
    try:
        for file in folder.iterdir():
            if file.is_file():
                file.open("rb").close()
    except FileNotFoundError:
        return
    except OSError as error:
        at = error.filename or folder
        advice = "give a folder that the user of the service may read, such as `stance train` writes"
        raise ConfigError(f"STANCE_ARTIFACT={folder}: {at} cannot be read ({error.strerror}): {advice}") from error


def run_self_test(classifier: Classifier) -> None:
    """Classify a known text with each reader and check the answers.

    Raises:
        ArtifactError: An answer is not what any sound model gives.

    """
    readers: tuple[ReaderChoice, ...] = ("fast",) if classifier.readers.careful is None else ("fast", "careful")
    for reader in readers:
        fault = _find_fault(classifier.classify(" ".join(_SELF_TEST_SENTENCES), explain=True, reader=reader).sentences)
        if fault:
            advice = "train a new one with: make train" if reader == "fast" else "install Stancewire again"
            raise ArtifactError(f"the model fails its self-test ({reader} reader): {fault}; {advice}")


def _find_fault(sentences: Sequence[Sentence]) -> str:
    """Return what is wrong with the answer to the known text; empty where nothing is."""
    sums = [sum((sentence.probabilities or {}).values()) for sentence in sentences]
    if tuple(sentence.text for sentence in sentences) != _SELF_TEST_SENTENCES:
        return "it does not find the two sentences of a known text"
    if not all(math.isclose(total, 1, abs_tol=1e-6) for total in sums):
        return f"probabilities add up to {sums} instead of 1"
    if len({sentence.label for sentence in sentences}) < len(_SELF_TEST_SENTENCES):
        return "it gives a plain report and a ministry's words the same label"
    return ""


def _read_state(folder: Path) -> _FolderState:
    """Return name, inode, time and size of every file: equal as long as no file is replaced or written to.

    Of a registry, those of its current version.
    """
    try:
        found = [(path.name, path.stat()) for path in sorted(find_version(folder).iterdir())]
    except (OSError, ArtifactError):
        return ()
    return tuple((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in found)
