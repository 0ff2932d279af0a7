"""The wheel that ``make wheel`` leaves in ``dist``, whose attribution is compiled."""

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
PACKAGES = ("model", "service", "training")


def built_wheel() -> Path | None:
    """Return the wheel made of the sources as they are now, if there is one."""
    for wheel in (ROOT / "dist").glob("*.whl"):
        with ZipFile(wheel) as archive:
            if {name: archive.read(name) for name in archive.namelist() if not _is_made(name)} == _sources():
                return wheel
    return None


def unpack(wheel: Path, folder: Path) -> Path:
    """Return a folder that packages can be imported from."""
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _is_made(name: str) -> bool:
    """Tell whether building makes a file: what is compiled, and what the wheel says of itself."""
    return name.endswith(tuple(EXTENSION_SUFFIXES)) or ".dist-info/" in name


def _sources() -> dict[str, bytes]:
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*") if file.is_file())
    return {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files if file.suffix != ".pyc"}
