"""The code of docs/recipes.md runs as it stands, on the archive that the page says to score."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.archives import score

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE))
PACKAGES = {"pandas": "pandas", "DuckDB": "duckdb", "Spark SQL": "pyspark"}


@pytest.fixture(scope="module")
def folder(artifact, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("recipes")
    commands = re.findall(r"^\.venv/bin/stance score (\S+) (\S+)$", PAGE, flags=re.MULTILINE)
    assert [out for _, out in commands] == ["scored.parquet", "scored.jsonl"]
    for source, out in commands:
        assert score(artifact, ROOT / source, place / out) == 0
    return place


def test_there_are_recipes_for_each():
    assert set(SECTIONS) == set(PACKAGES)


@pytest.mark.slow
@pytest.mark.parametrize("section", PACKAGES)
def test_recipes_run(folder, section):
    if importlib.util.find_spec(PACKAGES[section]) is None:
        pytest.skip(f"{PACKAGES[section]} is not installed: pip install 'stancewire[spark]'")
    if section == "Spark SQL" and shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or newer, and there is none")
    blocks = re.findall(r"```python\n(.*?)```", SECTIONS[section], flags=re.DOTALL)
    assert len(blocks) >= 5
    code = "\n".join(f"print('recipe {number}')\n{block}" for number, block in enumerate(blocks))
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outputs = re.split(r"^recipe \d+\n", done.stdout, flags=re.MULTILINE)[1:]
    assert len(outputs) == len(blocks)
    pairs = zip(outputs, blocks, strict=True)
    shown = [bool(output.strip()) for output, block in pairs if re.search(r"print\(|\.show\(", block)]
    assert shown
    assert all(shown)
    if section == "pandas":
        header, *rows = (folder / "to_check.csv").read_text("utf-8").splitlines()
        assert header.endswith(",gold")
        assert len(rows) >= 20
