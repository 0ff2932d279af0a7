"""Shared by all tests: a real model, trained once in a few seconds on a part of the project's own corpus."""

from dataclasses import replace
from pathlib import Path

import pytest

from model import Classifier
from training.corpus import LabelledDocument, load_corpus
from training.fit import train
from training.params import load_params


@pytest.fixture(scope="session")
def corpus() -> list[LabelledDocument]:
    return load_corpus()


@pytest.fixture(scope="session")
def artifact(corpus, tmp_path_factory) -> Path:
    """Path of an artifact trained on every eighth document of the corpus."""
    folder = tmp_path_factory.mktemp("model") / "artifact"
    train(corpus[::8], replace(load_params(), validation_folds=2), folder)
    return folder


@pytest.fixture(scope="session")
def classifier(artifact) -> Classifier:
    return Classifier.load(artifact)
