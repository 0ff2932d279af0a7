"""What the tree promises: what may import what, beyond the contracts of import-linter, and how tests are built."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PUBLIC = {"_asdict", "_fields", "_make", "_replace", "_exit"}  # of named tuples, and os._exit
TESTS = sorted(ROOT.glob("tests/**/*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_model_needs_numpy_and_the_standard_library_alone_but_for_the_careful_readers_network():
    allowed = {"model", "numpy", *sys.stdlib_module_names}
    of_network = {"onnxruntime", "tokenizers"}
    for path in ROOT.glob("model/**/*.py"):
        foreign = {name for name in imported(path) if name.partition(".")[0] not in allowed}
        if path == ROOT / "model" / "careful" / "network.py":
            foreign = {name for name in foreign if name.partition(".")[0] not in of_network}
        assert not foreign, f"{path.relative_to(ROOT)} imports {foreign}"


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_tests_share_helpers_not_tests(path: Path):
    shared = {name for name in imported(path) if name.startswith("tests.") and ".test_" in name}
    assert not shared, f"move what is shared with {shared} into a module of helpers"


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_tests_touch_no_private_name(path: Path):
    """What a test needs is given to the code from outside: an argument, a public constant, a file."""
    tree = ast.parse(path.read_text("utf-8"))
    found = [f"line {node.lineno}: {node.attr}" for node in ast.walk(tree) if is_private(node)]
    found += [f"line {node.lineno}: {node.args[1].value}" for node in ast.walk(tree) if patches_private(node)]
    assert not found, f"{path.relative_to(ROOT)}: {found}"


def is_private(node: ast.AST) -> bool:
    """Tell whether a node looks up a private attribute of something other than the object itself."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and node.attr not in PUBLIC
        and not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"})
    )


def patches_private(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "setattr"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and str(node.args[1].value).startswith("_")
    )
