"""Writes an artifact, and loads the scikit-learn pipeline from it.

What classifying needs of an artifact is read by :mod:`model.artifact`.
"""

import ctypes
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
from sklearn.pipeline import Pipeline

from model.artifact import (
    DECISION_FILE,
    FORMAT,
    MANIFEST_FILE,
    MODEL_FILE,
    ArtifactError,
    Manifest,
    advise_training,
    find_version,
    read_manifest,
    sha256_of,
    verify,
)
from training.pipeline import extract_weights

_LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib", "nltk")


def list_library_versions() -> dict[str, str]:
    """Return the versions of the libraries whose objects an artifact holds or depends on."""
    return {name: version(name) for name in _LIBRARIES}


@contextmanager
def replace_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that replaces ``folder`` in one step at the end; after an error nothing has changed.

    Raises:
        ArtifactError: ``folder`` is a link, or exists and is neither empty nor an artifact, or its parent cannot be
            written to.

    """
    folder = folder.absolute()
    if folder.is_symlink():
        raise ArtifactError(
            f"{folder} is a link, such as a registry has to its current version; name another folder, and then put it "
            "into service with: stance models promote FOLDER"
        )
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


def save(folder: Path, pipeline: Pipeline, decision: Mapping[str, Any], facts: Mapping[str, Any]) -> Manifest:
    """Write pipeline, weights and decision, and last the manifest, which lists every file in ``folder``.

    Args:
        folder: An existing folder from :func:`replace_folder`; model card and plots are already in it.
        pipeline: The fitted pipeline.
        decision: Thresholds, JSON-ready.
        facts: The manifest's fields other than ``format``, ``libraries`` and ``files``.

    """
    joblib.dump(pipeline, folder / MODEL_FILE)
    extract_weights(pipeline).save(folder)
    (folder / DECISION_FILE).write_text(json.dumps(decision, indent=2) + "\n", encoding="utf-8")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_FILE)
    hashes = {path.relative_to(folder).as_posix(): sha256_of(path) for path in paths}
    manifest = Manifest(format=FORMAT, libraries=list_library_versions(), files=hashes, **facts)
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest.to_dict(), indent=2) + "\n", encoding="utf-8")
    return manifest


def load_pipeline(folder: Path) -> Pipeline:
    """Verify an artifact and unpickle its pipeline.

    Raises:
        ArtifactError: It is missing, was altered, or was trained with another scikit-learn.

    """
    folder = find_version(folder)
    manifest = read_manifest(folder)
    trained, installed = manifest.libraries.get("scikit-learn"), version("scikit-learn")
    if trained != installed:
        raise ArtifactError(
            f"{folder} was trained with scikit-learn {trained}, {installed} is installed; {advise_training(folder)}, "
            f"or install scikit-learn=={trained}"
        )
    verify(folder, manifest)
    return joblib.load(folder / MODEL_FILE)


def export_skops(folder: Path, path: Path) -> None:
    """Write the verified model in the skops format, which runs no code when it is loaded.

    Raises:
        ArtifactError: The artifact cannot be used, or skops is not installed.

    """
    try:
        from skops.io import dump
    except ImportError:
        raise ArtifactError("skops is not installed: pip install 'stancewire[train]'") from None
    dump(load_pipeline(folder), path, compression=zipfile.ZIP_DEFLATED)


def _swap(new: Path, place: Path) -> None:
    """Move ``new`` to ``place``, and an earlier ``place`` to ``new``; on Linux in one system call, safe in a crash."""
    if not place.exists():
        new.rename(place)
        return
    exchange = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    at_cwd, flag_exchange = -100, 2
    if exchange and exchange(at_cwd, os.fsencode(new), at_cwd, os.fsencode(place), flag_exchange) == 0:
        return
    aside = Path(
        tempfile.mkdtemp(prefix=f".{place.name}-old-", dir=place.parent)
    )  # this system cannot swap two folders in one call
    place.rename(aside / place.name)
    new.rename(place)
    shutil.rmtree(aside)
