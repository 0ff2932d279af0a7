"""The wheel that ``make wheel`` leaves in ``dist``, whose attribution is compiled."""

from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
PACKAGES = ("model", "service", "training")


def built_wheel() -> Path | None:
    """Return the wheel made of the sources as they are now, if there is one."""
    for wheel in (ROOT / "dist").glob("*.whl"):
        with ZipFile(wheel) as archive:
            if {name: archive.read(name) for name in archive.namelist() if name.endswith(".py")} == _sources():
                return wheel
    return None


def unpack(wheel: Path, folder: Path) -> Path:
    """Return a folder that packages can be imported from."""
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _sources() -> dict[str, bytes]:
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files}
