"""What tests share: a small model, trained once a session on a part of the project's own corpus."""

from dataclasses import replace
from pathlib import Path

import pytest

from model import Classifier
from training.corpus import LabelledDocument, load_corpus
from training.fit import train
from training.params import load_params

EVERY = 6  # the share of the corpus that the small model is trained on


@pytest.fixture(scope="session")
def corpus() -> list[LabelledDocument]:
    return load_corpus()


@pytest.fixture(scope="session")
def artifact(corpus: list[LabelledDocument], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an artifact trained on every sixth document."""
    folder = tmp_path_factory.mktemp("trained") / "artifact"
    train(corpus[::EVERY], replace(load_params(), validation_folds=2, calibration_folds=2), folder)
    return folder


@pytest.fixture(scope="session")
def classifier(artifact: Path) -> Classifier:
    return Classifier.load(artifact)
