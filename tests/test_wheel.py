"""What the wheel holds is what the sources hold, but faster: run after ``make wheel``."""

import json
import os
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES

import pytest

from tests.model.readings import HASHES
from tests.wheel import ROOT, built_wheel, unpack

NOT_COMPILED = {"__init__", "lexicon"}
READ = "import json; from tests.model.readings import *; print(json.dumps(readings(load_corpus())))"
FROM = "import model.attribution.entities as room; print(room.__file__)"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    wheel = built_wheel()
    if wheel is None:
        pytest.skip("dist/ has no wheel of these sources: make wheel")
    return unpack(wheel, tmp_path_factory.mktemp("wheel"))


def test_attribution_is_compiled(unpacked):
    modules = {file.stem for file in (ROOT / "model/attribution").glob("*.py")}
    compiled = {file.name.split(".")[0] for file in (unpacked / "model/attribution").glob(f"*{EXTENSION_SUFFIXES[0]}")}
    assert compiled == modules - NOT_COMPILED
    assert run(unpacked, FROM).endswith(f"{EXTENSION_SUFFIXES[0]}\n")


def test_nothing_compiled_is_a_cached_property():
    """Of which mypyc makes a property that is worked out at every look."""
    for file in (ROOT / "model/attribution").glob("*.py"):
        assert file.stem in NOT_COMPILED or "cached_property" not in file.read_text("utf-8"), file


@pytest.mark.slow
def test_it_reads_the_corpus_as_the_sources_do(unpacked):
    assert json.loads(run(unpacked, READ)) == json.loads(HASHES.read_text("utf-8"))


def run(folder, program):
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
