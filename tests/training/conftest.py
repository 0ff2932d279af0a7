"""What the measuring commands are tried on: small files of labelled documents from the project's own corpus."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from training.corpus import LabelledDocument


@dataclass(frozen=True)
class Data:
    """A file to train on and another to evaluate on; no document is in both."""

    corpus: Path
    evaluation: Path


def write_documents(path: Path, documents: Sequence[LabelledDocument]) -> Path:
    records = [
        {"id": d.id, "source": d.source, "sentences": [{"text": s.text, "label": s.label} for s in d.sentences]}
        for d in documents
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def data(corpus: list[LabelledDocument], tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Whole articles of both kinds; one has a sentence that is not scored."""
    folder = tmp_path_factory.mktemp("data")
    articles = [document for document in corpus if len(document.sentences) >= 4]
    small = write_documents(folder / "corpus.jsonl", articles[::10])
    return Data(small, write_documents(folder / "evaluation.jsonl", articles[5::40]))
