"""The wheel's package, with attribution compiled, imported beside the sources' own, so that both run in turn."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.wheel import unpack

PACKAGE = "model"


@dataclass(frozen=True)
class Compiled:
    """What the wheel's package offers to be measured."""

    Classifier: type
    attribute: Callable[..., Any]


def beside(wheel: Path, folder: Path) -> Compiled:
    """Return the classifier and attribution as the wheel has them, unpacked into a folder that has to stay."""
    own = _taken_out()
    sys.path.insert(0, str(unpack(wheel, folder)))
    try:
        classifier = importlib.import_module(f"{PACKAGE}.classifier")
        return Compiled(classifier.Classifier, importlib.import_module(f"{PACKAGE}.attribution").attribute)
    finally:
        del sys.path[0]
        _taken_out()
        sys.modules.update(own)


def _taken_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == PACKAGE]
    return {name: sys.modules.pop(name) for name in names}
