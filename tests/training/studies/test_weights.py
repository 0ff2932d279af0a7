"""Weights are tried one at a time, on real news that is held out; authored text is always in training."""

from dataclasses import replace

import numpy as np
import pytest

from training.corpus import is_authored
from training.params import load_params
from training.split import make_rows, weigh_rows
from training.studies import weights
from training.studies.ablation import fit_and_predict, vectorise_blocks
from training.studies.weights import change_weight, fit_scaled, isolate_threats, split_real


@pytest.fixture(scope="module")
def documents(corpus):
    return corpus[::25]


@pytest.fixture(scope="module")
def rows(documents):
    return make_rows(documents, {})


def test_real_articles_are_held_out_once_and_authored_text_never(rows, documents):
    held = []
    for train, test in split_real(rows, documents, 3, seed=7):
        assert sorted([*train, *test]) == list(range(len(rows)))
        assert not set(rows.groups[train]) & set(rows.groups[test])
        held += test.tolist()
    assert sorted(held) == [i for i, group in enumerate(rows.groups) if not is_authored(documents[group].source)]


def test_each_setting_changes_one_weight():
    params = load_params()
    assert change_weight(params, weights.LABEL, "threat", 0.5).label_shares == {**params.label_shares, "threat": 0.5}
    changed = change_weight(params, weights.SOURCE, "authored", 0.7)
    assert changed == replace(params, source_weights={**params.source_weights, "authored": 0.7})
    blocks = change_weight(params, weights.BLOCK, "cue", 9.0).model.blocks
    assert {name for name, block in blocks.items() if block != params.model.blocks[name]} == {"cue"}
    assert blocks["cue"].weight == 9.0


def test_every_weight_that_is_tried_is_one_of_the_hyperparameters():
    params, (first, *settings) = load_params(), weights.list_settings(load_params())
    assert first.params == params
    assert len(settings) == sum(map(len, weights.TRIED.values()))
    assert all(setting.params != params for setting in settings), "a value tried is the one in params.toml"
    known = {
        weights.SOURCE: params.source_weights,
        weights.LABEL: params.label_shares,
        weights.BLOCK: params.model.blocks,
    }
    assert all(name in known[kind] for kind, name in weights.TRIED)


def test_scaling_a_block_is_as_making_it_with_that_weight(rows):
    params = load_params()
    changed = change_weight(params, weights.BLOCK, "threat", 1.0).model
    half = np.arange(len(rows)) % 2 == 0
    train, test = rows.subset(np.flatnonzero(half)), rows.subset(np.flatnonzero(~half))
    scaled = fit_scaled(vectorise_blocks(train, test, params.model), params.model, changed)
    made = fit_and_predict(vectorise_blocks(train, test, changed), tuple(changed.blocks), changed)
    np.testing.assert_allclose(scaled, made, atol=1e-9)


def test_weighing_rows_is_as_making_them_with_weights(documents, rows):
    params = load_params()
    made = make_rows(documents, params.source_weights, params.label_shares)
    weighed = weigh_rows(rows, documents, params.source_weights, params.label_shares)
    assert weighed.weights.tolist() == made.weights.tolist()
    assert set(rows.weights) != set(made.weights)


def test_threats_are_isolated_in_order(rows):
    alone = isolate_threats(rows)
    assert [s.text for s in alone.sentences] == [s.text for s in rows.sentences if s.label == "threat"]
    assert all(row.neighbours == () for row in alone.fields)


@pytest.mark.slow
def test_the_command_writes_a_row_for_each_setting(corpus, tmp_path, monkeypatch):
    real = [d for d in corpus if not is_authored(d.source) and any(s.label == "threat" for s in d.sentences)][::4]
    authored = [d for d in corpus if is_authored(d.source)][::60]
    monkeypatch.setattr(weights, "load_corpus", lambda paths: [*real, *authored])
    monkeypatch.setattr(weights, "FOLDS", 2)
    monkeypatch.setattr(weights, "TRIED", {(weights.LABEL, "threat"): (0.5,)})
    weights.main(["--out", str(tmp_path)])
    page = (tmp_path / "accuracy.md").read_text(encoding="utf-8")
    first, second = [line for line in page.splitlines() if "params.toml" in line or "share of" in line]
    assert "[" not in first.split("|")[3]
    assert second.startswith("| share of `threat` 0.5 |")
    assert "[" in second.split("|")[3]
