"""Variants of an artifact, for the tests and benchmarks of what happens when it changes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model import artifact as artifacts
from training.artifact import load_pipeline, replace_folder, save


def replace_artifact(
    source: Path, folder: Path, version: str = "9.9.9", decision: Mapping[str, Any] | None = None
) -> None:
    """Put a variant of an artifact in the place of ``folder``, in one step, as training does.

    Args:
        source: The artifact.
        folder: Where the variant is put.
        version: Version of the variant; its model card has it too, so that its hash is another.
        decision: Thresholds that differ from those of the artifact.

    """
    manifest = artifacts.read_manifest(source)
    pipeline = load_pipeline(source)
    _, thresholds, _ = artifacts.load(source)
    facts = {name: value for name, value in manifest.to_dict().items() if name not in {"format", "libraries", "files"}}
    with replace_folder(folder) as staging:
        (staging / "model-card.md").write_text(version)
        save(staging, pipeline, {**thresholds, **(decision or {})}, {**facts, "version": version})
