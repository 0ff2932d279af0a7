"""The trained model on disk: saved atomically, verified before anything is unpickled.

An artifact is a folder: ``model.joblib`` (the fitted pipeline, the reference), what it has learned as plain data to
score with (:data:`model.weights.WEIGHT_FILES`), ``decision.json`` (thresholds chosen in training), whatever the
training adds for people (model card, plots), and ``manifest.json`` with the SHA-256 of every other file.
"""

import ctypes
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.weights import WEIGHT_FILES, Weights

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

FORMAT = 3
MODEL_FILE = "model.joblib"
DECISION_FILE = "decision.json"
MANIFEST_FILE = "manifest.json"
REQUIRED_FILES = (MODEL_FILE, *WEIGHT_FILES, DECISION_FILE)
_LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib", "nltk")
_RETRAIN = "train a new one with: make train"


class ArtifactError(RuntimeError):
    """The artifact is missing, damaged, of another format or of another scikit-learn; the message says what to do."""


@dataclass(frozen=True)
class Manifest:
    """What an artifact is and what is in it.

    Attributes:
        format: Version of the artifact's layout.
        version: The project's version that trained it.
        created: When, in ISO 8601, UTC.
        libraries: Versions of the libraries it was trained with.
        labels: The labels in the order of the probabilities.
        corpus_sha256: Hash of the labelled sentences it was trained on.
        params_sha256: Hash of the hyperparameters.
        metrics: Held-out figures from cross-validation grouped by article.
        files: SHA-256 of every other file, by path within the folder.

    """

    format: int
    version: str
    created: str
    libraries: Mapping[str, str]
    labels: tuple[str, ...]
    corpus_sha256: str
    params_sha256: str
    metrics: Mapping[str, Any]
    files: Mapping[str, str]

    @cached_property
    def hash(self) -> str:
        """The artifact's hash: SHA-256 over the hashes of its files, so equal contents have equal hashes."""
        return hashlib.sha256(json.dumps(dict(sorted(self.files.items()))).encode()).hexdigest()

    def identity(self) -> dict[str, str]:
        """Return what every answer carries to say which model gave it."""
        return {"name": "stancewire", "version": self.version, "artifact_hash": self.hash, "created": self.created}

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest as JSON-ready data."""
        return asdict(self)


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries whose objects an artifact holds or depends on."""
    return {name: version(name) for name in _LIBRARIES}


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``folder`` in one step on leaving; on an error nothing changes.

    Raises:
        ArtifactError: ``folder`` exists and is neither empty nor an artifact, or its parent cannot be written to.

    """
    folder = folder.absolute()
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / MANIFEST_FILE).is_file())):
        raise ArtifactError(f"{folder} exists and is not an artifact; name another folder, or remove it yourself")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ArtifactError(f"cannot write into {folder.parent}: {error.strerror}") from error
    try:
        yield staging
        staging.chmod(0o755)
        _swap(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def save(folder: Path, pipeline: "Pipeline", decision: Mapping[str, Any], facts: Mapping[str, Any]) -> Manifest:
    """Write pipeline, weights, decision and, last, the manifest over every file that lies in ``folder`` by then.

    Args:
        folder: An existing folder, as :func:`replacing` yields it; model card and plots lie there already.
        pipeline: The fitted pipeline.
        decision: Thresholds, JSON-ready.
        facts: The manifest's fields other than ``format``, ``libraries`` and ``files``.

    """
    import joblib  # with scikit-learn, for those who train

    from model.pipeline import weights_of

    joblib.dump(pipeline, folder / MODEL_FILE)
    weights_of(pipeline).save(folder)
    (folder / DECISION_FILE).write_text(json.dumps(decision, indent=2) + "\n", encoding="utf-8")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_FILE)
    hashes = {path.relative_to(folder).as_posix(): _sha256(path) for path in paths}
    manifest = Manifest(format=FORMAT, libraries=library_versions(), files=hashes, **facts)
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest.to_dict(), indent=2) + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest alone; nothing is unpickled and no other file is read.

    Raises:
        ArtifactError: There is no artifact, or its manifest is not one this version can use.

    """
    path = folder / MANIFEST_FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"no artifact in {folder} ({MANIFEST_FILE} is missing); {_RETRAIN}") from None
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}); {_RETRAIN}") from error
    expected = {field.name for field in fields(Manifest)}
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        found = record.get("format") if isinstance(record, dict) else None
        raise ArtifactError(f"{folder} has artifact format {found}, this version reads format {FORMAT}; {_RETRAIN}")
    if set(record) != expected:
        raise ArtifactError(f"{path} lacks or has unknown keys: {sorted(set(record) ^ expected)}; {_RETRAIN}")
    record["labels"] = tuple(record["labels"])
    return Manifest(**record)


def load(folder: Path) -> tuple[Weights, dict[str, Any], Manifest]:
    """Verify an artifact and load what it takes to score; scikit-learn is not imported and nothing is unpickled.

    Raises:
        ArtifactError: It is missing, was altered, or was trained with another scikit-learn.

    """
    manifest = _verified(folder)
    decision = json.loads((folder / DECISION_FILE).read_text(encoding="utf-8"))
    return Weights.load(folder), decision, manifest


def load_pipeline(folder: Path) -> "Pipeline":
    """Verify an artifact and unpickle its pipeline.

    Raises:
        ArtifactError: It is missing, was altered, or was trained with another scikit-learn.

    """
    import joblib

    _verified(folder)
    return joblib.load(folder / MODEL_FILE)


def _verified(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    trained, installed = manifest.libraries.get("scikit-learn"), version("scikit-learn")
    if trained != installed:
        raise ArtifactError(
            f"{folder} was trained with scikit-learn {trained}, {installed} is installed; {_RETRAIN}, "
            f"or install scikit-learn=={trained}"
        )
    verify(folder, manifest)
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Check that every file of the manifest is there with the hash it had when saved.

    Raises:
        ArtifactError: One is missing or differs, or a file the model needs is not listed.

    """
    unlisted = set(REQUIRED_FILES) - set(manifest.files)
    if unlisted:
        raise ArtifactError(f"{folder / MANIFEST_FILE} does not list {', '.join(sorted(unlisted))}; {_RETRAIN}")
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ArtifactError(f"{path} is missing; restore it, or {_RETRAIN}")
        if _sha256(path) != expected:
            raise ArtifactError(f"{path} is not the file that was saved (SHA-256 differs); do not use it: {_RETRAIN}")


def export_skops(folder: Path, path: Path) -> None:
    """Write the verified model in the skops format, which holds no code to run on loading.

    Raises:
        ArtifactError: The artifact cannot be used, or skops is not installed.

    """
    try:
        from skops.io import dump
    except ImportError:
        raise ArtifactError("skops is not installed: pip install 'stancewire[train]'") from None
    dump(load_pipeline(folder), path, compression=zipfile.ZIP_DEFLATED)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _swap(new: Path, place: Path) -> None:
    """Put ``new`` where ``place`` is; what was there is then at ``new``. One system call, so a crash loses neither."""
    if not place.exists():
        new.rename(place)
        return
    exchange = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    at_cwd, flag_exchange = -100, 2
    if exchange and exchange(at_cwd, os.fsencode(new), at_cwd, os.fsencode(place), flag_exchange) == 0:
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-old-", dir=place.parent))  # no exchange on this system
    place.rename(aside / place.name)
    new.rename(place)
    shutil.rmtree(aside)
