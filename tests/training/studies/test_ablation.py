"""Selections of blocks, and the command on a small corpus."""

import re
from dataclasses import replace

import numpy as np
import pytest

from model.labels import LABELS
from training.corpus import load_documents
from training.evaluate import pair_predictions
from training.fit import fit_uncalibrated
from training.params import BlockParams, load_params
from training.split import make_rows
from training.studies import ablation
from training.studies.ablation import Results, Selection, list_selections, vectorise_blocks
from training.studies.curves import predict

BLOCKS = {
    "words": BlockParams("text", "word"),
    "chars": BlockParams("text", "char_wb"),
    "cue": BlockParams("cue", "item"),
}


@pytest.fixture(scope="module")
def rows(data):
    return make_rows(load_documents(data.corpus), {"authored": 0.3})


@pytest.fixture(scope="module")
def target(data):
    return make_rows(load_documents(data.evaluation), {})


def test_blocks_are_removed_added_to_the_text_and_taken_alone():
    assert list_selections(BLOCKS) == [
        Selection("all", "all blocks", ("words", "chars", "cue")),
        Selection("removed", "without words", ("chars", "cue")),
        Selection("removed", "without chars", ("words", "cue")),
        Selection("removed", "without cue", ("words", "chars")),
        Selection("text", "words + chars", ("words", "chars")),
        Selection("added", "words + chars + cue", ("words", "chars", "cue")),
        Selection("alone", "words alone", ("words",)),
        Selection("alone", "chars alone", ("chars",)),
        Selection("alone", "cue alone", ("cue",)),
    ]


def test_all_blocks_give_what_the_pipeline_gives(rows, target):
    params = load_params().model
    given = ablation.fit_and_predict(vectorise_blocks(rows, target, params), tuple(params.blocks), params)
    expected = predict(fit_uncalibrated(rows, params), target)
    np.testing.assert_allclose(given, expected, atol=1e-6)


def test_differences_are_to_the_first_selection(target):
    right = np.array([[label == name for name in LABELS] for label in target.labels], dtype=float)
    perfect, facts = (
        pair_predictions(target, right),
        pair_predictions(target, np.tile([1.0, 0, 0, 0], (len(target), 1))),
    )
    chosen = [Selection("all", "all", ("a", "b")), Selection("removed", "worse", ("a",))]
    _, first, second = ablation.tabulate_selections(chosen, Results.of([perfect, facts]), Results.of([facts, perfect]))
    assert first[:3] == ["all", "1.000 [1.000, 1.000]", ""]
    assert second[2].startswith("-0.")
    assert second[-1].startswith("+0.")


@pytest.mark.slow
def test_the_command_writes_table_and_plot(data, tmp_path, monkeypatch):
    params = load_params()
    few = {name: params.model.blocks[name] for name in ("words", "cue", "flags")}
    small = replace(params, model=replace(params.model, blocks=few), validation_folds=2)
    monkeypatch.setattr(ablation, "load_params", lambda: small)
    ablation.main([str(data.evaluation), "--corpus", str(data.corpus), "--out", str(tmp_path)])
    page = (tmp_path / "accuracy.md").read_text(encoding="utf-8")
    assert all(f"| without {name} |" in page and f"| {name} alone |" in page for name in few)
    scores = [float(value) for value in re.findall(r"\| (0\.\d{3}) \[", page)]
    assert len(scores) == 2 * len(list_selections(few))
    assert scores[0] > 0.4
    assert (tmp_path / "plots" / "ablation.png").read_bytes().startswith(b"\x89PNG")
