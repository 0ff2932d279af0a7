"""The registry: a folder of models, one of which is in service.

::

    artifacts/
      3f9c0a41d2b7e865/        an artifact; the name is the beginning of its hash
      3f9c0a41d2b7e865.json    how it came to be, and the gate's verdict
      current                  a symbolic link to the version in service
      history.jsonl            what was in service when

``current`` is switched by renaming a new link over it, which is atomic: a server that follows it finds the old version
or the new one, never none.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from model import Classifier
from model.artifact import CURRENT, MANIFEST_FILE, Manifest, find_version, read_manifest, verify
from service.web.live_model import run_self_test

DEFAULT_REGISTRY: Final = Path("artifacts")
HISTORY_FILE: Final = "history.jsonl"
_NAME_LENGTH: Final = 16  # hexadecimal digits of the hash
_PROMOTED, _ROLLED_BACK = "promoted", "rolled back"


class RegistryError(ValueError):
    """The registry has not what is asked for; the message says what it has."""


@dataclass(frozen=True, slots=True)
class Version:
    """A model in the registry.

    Attributes:
        name: Its folder's name, the beginning of its hash.
        folder: Its artifact.
        manifest: The artifact's manifest.
        record: How it came to be: ``before`` (the hash of the model then in service) and ``verdict`` of the gate, or
            nothing for one that was put in by hand.

    """

    name: str
    folder: Path
    manifest: Manifest
    record: Mapping[str, Any]

    @property
    def verdict(self) -> Mapping[str, Any] | None:
        """The gate's verdict as JSON-ready data; None for a version that did not go through it."""
        verdict: Mapping[str, Any] | None = self.record.get("verdict")
        return verdict


class Registry:
    """The models in a folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def find(cls, artifact: Path) -> "Registry | None":
        """Return the registry that ``artifact`` is, or whose current version or other part it is; else None."""
        for folder in (artifact, artifact.parent):
            if (folder / CURRENT).is_symlink():
                return cls(folder)
        return None

    def list_versions(self) -> list[Version]:
        """Return all versions, the oldest first.

        Raises:
            RegistryError: There is no registry.
            ArtifactError: A version's manifest cannot be read.

        """
        if not self.folder.is_dir():
            raise RegistryError(f"there is no registry {self.folder}; stance models promote ARTIFACT makes one")
        folders = [path.parent for path in self.folder.glob(f"*/{MANIFEST_FILE}")]
        own = [folder for folder in folders if not folder.is_symlink() and not folder.name.startswith(".")]
        return sorted(map(self._read, own), key=lambda version: (version.manifest.created, version.name))

    def get(self, name: str) -> Version:
        """Return the version whose hash begins with ``name``.

        Raises:
            RegistryError: None does, or several do.

        """
        versions = self.list_versions()
        found = [version for version in versions if name and version.manifest.hash.startswith(name)]
        if len(found) != 1:
            names = ", ".join(version.name for version in found or versions) or "none"
            what = "there is no version" if not found else "more than one version begins with"
            raise RegistryError(f"{what} {name!r} in {self.folder}; there are: {names}")
        return found[0]

    def get_current(self) -> Version | None:
        """Return the version in service; None where there is none yet.

        Raises:
            ArtifactError: The link leads nowhere.

        """
        link = self.folder / CURRENT
        return self._read(find_version(link)) if link.is_symlink() else None

    def add(self, artifact: Path, record: Mapping[str, Any] | None = None) -> Version:
        """Copy an artifact into the registry, unless it is there already.

        Args:
            artifact: The artifact.
            record: How it came to be, JSON-ready.

        Raises:
            ArtifactError: The artifact cannot be used.

        """
        artifact = find_version(artifact)
        manifest = read_manifest(artifact)
        verify(artifact, manifest)
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / manifest.hash[:_NAME_LENGTH]
        if not place.exists():
            staging = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
            try:
                shutil.copytree(artifact, staging, dirs_exist_ok=True)
                staging.chmod(0o755)
                staging.rename(place)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        if record is not None:
            _replace_text(self._record_file(place.name), json.dumps(record, indent=2) + "\n")
        return self._read(place)

    def promote(self, version: Version) -> None:
        """Put a version into service.

        Raises:
            ArtifactError: It was damaged, or fails the self-test of the server.

        """
        self._switch(version, _PROMOTED)

    def rollback(self) -> Version:
        """Put the version that was in service before into service again, and return it.

        Raises:
            RegistryError: There was none before.
            ArtifactError: It is gone, was damaged, or fails the self-test of the server.

        """
        earlier = self._list_served()
        if len(earlier) < 2:
            raise RegistryError(f"no other version was in service before in {self.folder}: nothing to go back to")
        version = self.get(earlier[-2])
        self._switch(version, _ROLLED_BACK)
        return version

    def _switch(self, version: Version, action: str) -> None:
        verify(version.folder, version.manifest)
        run_self_test(Classifier.load(version.folder, "fast", choosable=False))
        current = self.get_current() if (self.folder / CURRENT).exists() else None
        _replace_link(self.folder / CURRENT, version.name)
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "action": action,
            "version": version.name,
            "before": current and current.name,
        }
        with (self.folder / HISTORY_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def _list_served(self) -> list[str]:
        """Return the versions that were in service, the current one last; a rollback takes the one it leaves off."""
        path, served = self.folder / HISTORY_FILE, list[str]()
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            entry = json.loads(line)
            if entry["action"] == _ROLLED_BACK:
                served = served[:-1]
            if not served or served[-1] != entry["version"]:
                served.append(entry["version"])
        current = self.get_current() if (self.folder / CURRENT).exists() else None
        if current is not None and served[-1:] != [current.name]:  # the link was switched by hand, or a write failed
            served.append(current.name)
        return served

    def _read(self, folder: Path) -> Version:
        path = self._record_file(folder.name)
        record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return Version(folder.name, folder, read_manifest(folder), record)

    def _record_file(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def choose_registry(named: Path | None, artifact: Path) -> Registry:
    """Return the registry that is named, else the one that the artifact belongs to, else the default one.

    Raises:
        RegistryError: The folder that is named is an artifact.

    """
    registry = Registry(named) if named is not None else Registry.find(artifact) or Registry(DEFAULT_REGISTRY)
    if (registry.folder / MANIFEST_FILE).is_file():
        raise RegistryError(f"{registry.folder} is an artifact, not a registry; name another folder with --registry")
    return registry


def _replace_link(link: Path, target: str) -> None:
    """Let a symbolic link lead to ``target`` from one moment to the next."""
    with tempfile.TemporaryDirectory(prefix=".link-", dir=link.parent) as folder:
        new = Path(folder) / link.name
        new.symlink_to(target)
        new.replace(link)


def _replace_text(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".", delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
