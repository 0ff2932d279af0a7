"""Learning curves are drawn over nested subsets of whole articles; the datasheet shows the corpus as it is."""

import csv
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpus import CORPUS_DIR, is_authored, load_corpus
from training.fit import fit_uncalibrated
from training.params import load_params
from training.split import make_rows
from training.studies import composition, curves
from training.tables import format_markdown_table


@given(st.lists(st.integers(0, 400), min_size=1, max_size=900), st.integers(0, 5))
def test_subsets_are_nested_whole_articles_that_end_with_everything(groups, seed):
    groups = np.array(sorted(groups))
    index = np.flatnonzero(groups % 3 != 0)
    if not len(index):
        return
    subsets = [set(subset.tolist()) for subset in curves.select_nested_subsets(groups, index, seed)]
    assert all(small < large for small, large in pairwise(subsets))
    assert subsets[-1] == set(index.tolist())
    for subset in subsets:
        inside = {int(groups[i]) for i in subset}
        assert subset == {i for i in index.tolist() if groups[i] in inside}
    for size, subset in zip(curves.SIZES, subsets[:-1], strict=False):
        assert len(subset) >= size


def test_real_news_grows_with_all_authored_text_and_with_none(corpus):
    documents = corpus[::10]
    rows = make_rows(documents, {})
    real = {i for i, group in enumerate(rows.groups) if not is_authored(documents[group].source)}
    runs = curves.plan_runs(rows, documents)
    for run in runs:
        inside = set(run.rows.tolist())
        authored, grown = inside - real, inside & real
        assert len(authored) == (0 if run.series == curves.REAL else len(rows) - len(real))
        assert len(grown) == (len(real) if run.series == curves.WEIGHT else run.x)
    for series in (curves.REAL, curves.BOTH):
        assert sum(run.series == series and run.x == len(real) for run in runs) == 1
        assert {run.order for run in runs if run.series == series} == set(range(curves.ORDERS))


def test_a_training_set_without_threats_gives_them_no_probability():
    documents = load_corpus([CORPUS_DIR / "authored-seed.jsonl"])[:30]
    rows = make_rows(documents, {})
    peaceful = rows.subset(np.flatnonzero(rows.labels != "threat"))
    pipeline = fit_uncalibrated(peaceful, load_params().model)
    given_ = curves.predict(pipeline, rows)
    assert given_.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    assert (given_[:, curves.LABELS.index("threat")] == 0).all()


@pytest.mark.slow
def test_the_command_writes_every_curve(tmp_path, monkeypatch):
    seed = CORPUS_DIR / "authored-seed.jsonl"
    documents = [*load_corpus([seed])[:50], *load_corpus([CORPUS_DIR / "lee-labels.jsonl"])[:50]]
    monkeypatch.setattr(curves, "load_corpus", lambda: documents)
    monkeypatch.setattr(curves, "WEIGHTS", (0.5, 1.0))
    monkeypatch.setattr(curves, "ORDERS", 1)
    curves.main([str(seed), "--out", str(tmp_path)])
    with (tmp_path / "learning-curves.csv").open(encoding="utf-8") as file:
        points = list(csv.DictReader(file))
    assert {point["series"] for point in points} == {curves.AUTHORED, curves.REAL, curves.BOTH, curves.WEIGHT}
    assert all(float(p["ci95_low"]) <= float(p["macro_f1"]) <= float(p["ci95_high"]) for p in points)
    for name in ("learning-curves.png", "authored-weight.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_the_datasheet_shows_the_corpus_as_it_is():
    table = format_markdown_table(composition.tabulate_styles(composition.group_by_style(load_corpus())))
    assert table in (CORPUS_DIR / "README.md").read_text(encoding="utf-8"), (
        "the table in training/corpus/README.md is out of date: "
        "paste the output of python -m training.studies.composition"
    )


def test_the_plot_of_the_composition_is_drawn(tmp_path):
    composition.plot_styles(composition.group_by_style(load_corpus()), tmp_path / "corpus.png")
    assert (tmp_path / "corpus.png").read_bytes().startswith(b"\x89PNG")
