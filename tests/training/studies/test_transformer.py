"""The fine-tuned transformer: its schedule, and that it learns a few sentences by heart; where PyTorch is installed."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="make compare-transformer installs it")
pytest.importorskip("transformers", reason="make compare-transformer installs it")

from model.labels import LABELS
from training.careful.learning import rate_at
from training.careful.params import load_params
from training.corpus import load_documents
from training.split import make_rows
from training.studies.transformer import FineTuned


def test_the_rate_rises_to_one_and_falls_to_nought():
    rates = [rate_at(step, 100, 0.1) for step in range(101)]
    assert max(rates) == rates[9] == 1
    assert rates[:10] == sorted(rates[:10])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[0] > 0
    assert rates[100] == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_learns_a_few_sentences_by_heart(data, tmp_path):
    rows = make_rows(load_documents(data.corpus), {})
    few = rows.subset(np.arange(64))
    model = FineTuned(replace(load_params().learning, epochs=12, batch=16))
    model.fit(few)
    given = model.probabilities([[sentence.text for sentence in few.sentences]])
    assert np.mean([LABELS[i] for i in given.argmax(axis=1)] == few.labels) > 0.9
    model.save(tmp_path)
    assert (tmp_path / "model.pt").stat().st_size > 10_000_000
