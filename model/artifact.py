"""Reads the trained model from disk; every file is verified before use.

An artifact is a folder. It holds ``model.joblib`` (the fitted scikit-learn pipeline, for reference), the same model as
plain data to score with (:data:`model.scoring.weights.WEIGHT_FILES`), ``decision.json`` (thresholds chosen in
training), a model card and plots for people to read, and ``manifest.json`` with the SHA-256 of every other file.

In a registry (``artifacts/``), each version is an artifact of its own, and ``current`` is a symbolic link to the one in
service. Where an artifact is read, a registry's folder stands for its current version.
"""

import hashlib
import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from model.scoring.weights import WEIGHT_FILES, Weights

FORMAT = 3
MODEL_FILE = "model.joblib"
DECISION_FILE = "decision.json"
MANIFEST_FILE = "manifest.json"
CURRENT = "current"  # the link in a registry
REQUIRED_FILES = (MODEL_FILE, *WEIGHT_FILES, DECISION_FILE)


class ArtifactError(RuntimeError):
    """The artifact is missing, damaged, or of another format; the message says what to do."""


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
        """The artifact's hash: the SHA-256 of its files' hashes; equal contents have equal hashes."""
        return hash_files(self.files)

    def identity(self) -> dict[str, str]:
        """Return the data by which every answer names its model."""
        return {"name": "stancewire", "version": self.version, "artifact_hash": self.hash, "created": self.created}

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest as JSON-ready data."""
        return asdict(self)


def find_version(folder: Path) -> Path:
    """Return the artifact's own folder, where ``folder`` is a registry or the link to its current version.

    All files of one load must come from one version, even if another becomes the current one meanwhile.

    Raises:
        ArtifactError: The registry has no current version, or the link leads nowhere.

    """
    link = folder if folder.is_symlink() else folder / CURRENT
    if not link.is_symlink():
        return folder
    if not link.is_dir():
        raise ArtifactError(
            f"{link} leads to {link.readlink()}, which is not there; restore it, or choose another version with: "
            f"stance models promote VERSION --registry {shlex.quote(str(link.parent))}"
        )
    return link.resolve()


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest alone; nothing is unpickled and no other file is read.

    Raises:
        ArtifactError: There is no artifact, or its manifest is not one this version can use.

    """
    folder = find_version(folder)
    path, advice = folder / MANIFEST_FILE, advise_training(folder)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"no artifact in {folder} ({MANIFEST_FILE} is missing); {advice}") from None
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}); {advice}") from error
    expected = {field.name for field in fields(Manifest)}
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        found = record.get("format") if isinstance(record, dict) else None
        raise ArtifactError(f"{folder} has artifact format {found}, this version reads format {FORMAT}; {advice}")
    if set(record) != expected:
        raise ArtifactError(f"{path} lacks or has unknown keys: {sorted(set(record) ^ expected)}; {advice}")
    record["labels"] = tuple(record["labels"])
    return Manifest(**record)


def load(folder: Path) -> tuple[Weights, dict[str, Any], Manifest]:
    """Verify an artifact and load what classifying needs: weights, decision and manifest. Nothing is unpickled.

    Raises:
        ArtifactError: It is missing, was altered, or has another format.

    """
    folder = find_version(folder)
    manifest = read_manifest(folder)
    verify(folder, manifest)
    decision = json.loads((folder / DECISION_FILE).read_text(encoding="utf-8"))
    return Weights.load(folder), decision, manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Check that every file of the manifest is there with the hash it had when saved.

    Raises:
        ArtifactError: One is missing or differs, or a file the model needs is not listed.

    """
    folder = find_version(folder)
    verify_files(folder, manifest.files, REQUIRED_FILES, advise_training(folder))


def verify_files(folder: Path, files: Mapping[str, str], required: Iterable[str], advice: str) -> None:
    """Check that every file is there with the hash it had when saved.

    Args:
        folder: Where the files are.
        files: SHA-256 by path within the folder, as the manifest lists them.
        required: The files that the manifest must list.
        advice: What to do if one is not as it should be.

    Raises:
        ArtifactError: One is missing or differs, or a required file is not listed.

    """
    unlisted = set(required) - set(files)
    if unlisted:
        raise ArtifactError(f"{folder / MANIFEST_FILE} does not list {', '.join(sorted(unlisted))}; {advice}")
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            raise ArtifactError(f"{path} is missing; restore it, or {advice}")
        if sha256_of(path) != expected:
            raise ArtifactError(f"{path} is not the file that was saved (SHA-256 differs); do not use it: {advice}")


def advise_training(folder: Path) -> str:
    """Return the advice to train a new artifact into ``folder``, as a command that works from the current folder."""
    return f"train a new one with: stance train --out {shlex.quote(str(folder))}"


def hash_files(files: Mapping[str, str]) -> str:
    """Return the SHA-256 of files' hashes, given by their paths; equal contents have equal hashes."""
    return hashlib.sha256(json.dumps(dict(sorted(files.items()))).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's contents, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
