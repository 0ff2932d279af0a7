"""The careful reader that comes with the project."""

import pytest

pytest.importorskip("onnxruntime", reason="the extra careful is not installed")
pytest.importorskip("tokenizers", reason="the extra careful is not installed")

from model.careful.reader import CarefulReader


@pytest.fixture(scope="session")
def careful() -> CarefulReader:
    return CarefulReader.load()
