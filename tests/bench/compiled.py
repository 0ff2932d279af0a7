"""The wheel's package, with attribution compiled, imported beside the sources' own, so that both run in turn."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from tests.wheel import unpack

PACKAGE = "model"


def beside(wheel: Path, folder: Path) -> ModuleType:
    """Return ``model.classifier`` as the wheel has it, unpacked into a folder that has to stay."""
    own = _taken_out()
    sys.path.insert(0, str(unpack(wheel, folder)))
    try:
        return importlib.import_module(f"{PACKAGE}.classifier")
    finally:
        del sys.path[0]
        _taken_out()
        sys.modules.update(own)


def _taken_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == PACKAGE]
    return {name: sys.modules.pop(name) for name in names}
