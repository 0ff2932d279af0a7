"""The shipped corpus holds to its rules, and the checker sees each kind of fault when one is planted."""

import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import corpus_check, repetition
from training.corpus import CORPUS_DIR, LabelledDocument, LabelledSentence, load_documents
from training.corpus_check import (
    EVALUATION_HASHES,
    FLOORS,
    Article,
    count_corpus,
    find_faults,
    load_articles,
    read_hashes,
)
from training.repetition import LocatedSentence

EVALUATION = os.environ.get("STANCEWIRE_EVALUATION")  # a labelled JSONL that the corpus must share no run with


@pytest.fixture(scope="module")
def shipped() -> list[Article]:
    return load_articles()


@pytest.fixture(scope="module")
def evaluation_hashes() -> frozenset[bytes]:
    return read_hashes(CORPUS_DIR / EVALUATION_HASHES)


def test_the_shipped_corpus_has_no_fault(shipped, evaluation_hashes):
    assert find_faults(shipped, evaluation_hashes) == []


def test_every_floor_is_counted(shipped):
    assert set(FLOORS) <= set(count_corpus(shipped))


@pytest.mark.skipif(not EVALUATION, reason="STANCEWIRE_EVALUATION names no evaluation file")
def test_the_stored_hashes_are_those_of_the_evaluation_file(evaluation_hashes):
    documents = load_documents(Path(EVALUATION))
    assert repetition.hash_runs(text for document in documents for text in document.texts) <= evaluation_hashes


def article(*sentences: LabelledSentence, style: str = "wire", speakers: bool = False) -> Article:
    return Article(LabelledDocument("authored/0001", "authored", sentences), style, "courts", "Peru", speakers)


FACT = LabelledSentence("The court sat for two hours.", "factual_report")
SAID = LabelledSentence("The ministry denied it.", "official_statement")


@pytest.mark.parametrize(
    ("faulty", "complaint"),
    [
        (article(FACT, SAID, style="limerick"), "unknown style"),
        (article(FACT, SAID, style="single"), "with 2 sentences"),
        (article(FACT), "with 1 sentences"),
        (article(FACT, replace(SAID, text=" The ministry denied it.")), "white space"),
        (article(FACT, replace(SAID, also=("official_statement",))), "label twice"),
        (article(FACT, replace(SAID, also=("threat", "threat"))), "label twice"),
        (article(FACT, SAID, speakers=True), "official_statement without speaker"),
        (article(FACT, replace(SAID, label="threat"), speakers=True), "threat without speaker"),
    ],
)
def test_a_planted_fault_of_shape_is_named(faulty, complaint):
    (found,) = corpus_check.find_shape_faults([faulty])
    assert complaint in found


def test_a_sound_article_has_no_fault_of_shape():
    sound = article(FACT, replace(SAID, speaker="the ministry", also=("factual_report",)), speakers=True)
    assert corpus_check.find_shape_faults([sound]) == []


def test_an_id_given_twice_is_named():
    assert corpus_check.find_shape_faults([article(FACT, SAID)] * 2) == ["authored/0001: id given 2 times"]


def test_a_corpus_below_every_floor_says_so():
    assert len(corpus_check.find_shortfalls([article(FACT, SAID)])) == len(FLOORS)


def located(*texts: str) -> list[LocatedSentence]:
    return [LocatedSentence(f"authored/{i:04d}", 0, text) for i, text in enumerate(texts)]


@given(st.lists(st.sampled_from(["court", "Peru's", "sat", "1,200", "denied"]), min_size=1, max_size=9))
def test_case_and_punctuation_hide_no_duplicate(tokens):
    plain, dressed = " ".join(tokens), f"“{' - '.join(tokens).upper().replace(chr(39), '’')}!”"
    assert len(repetition.find_duplicates(located(plain, dressed))) == 1
    assert repetition.find_duplicates(located(plain, plain + " more")) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (
            "Taxi drivers in Oran will stop work on Sunday over fuel prices.",
            "Taxi drivers in Sfax will stop work on Sunday over fuel prices.",
            True,
        ),
        (
            "Taxi drivers in Oran will stop work on Sunday over fuel prices.",
            "The port of Oran was shut on Sunday by a strike of its pilots.",
            False,
        ),
        ("He declined to comment.", "She declined to comment.", False),
    ],
)
def test_near_duplicates_are_found_in_sentences_long_enough(one, other, alike):
    assert bool(repetition.find_near_duplicates(located(one, other))) is alike


def test_an_overused_phrase_counts_documents_and_ignores_names():
    limit = repetition.MAX_FIVE_GRAM
    firsts = ["".join(pair) for pair in product("abcdefgh", repeat=2)][: limit + 1]
    worn = [f"It was {n} that they would not be drawn on it" for n in firsts]
    assert len(worn) > limit
    assert repetition.find_overused_phrases(located(*worn[:limit])) == []
    assert any("would not be drawn on" in fault for fault in repetition.find_overused_phrases(located(*worn)))
    assert repetition.find_overused_phrases(located(*["the Bank of Ghana in Accra"] * (limit + 1))) == []
    assert (
        repetition.find_overused_phrases([LocatedSentence("authored/0001", i, text) for i, text in enumerate(worn)])
        == []
    )


def test_a_run_of_eight_words_shared_with_an_evaluation_text_is_found_but_seven_are_not():
    known = repetition.hash_runs(["In Oran, drivers of taxis will stop work on Sunday."])
    assert repetition.find_shared_runs(located("Drivers of taxis will stop work on Sunday, they said."), known)
    assert repetition.find_shared_runs(located("Some drivers of taxis will stop work on Monday."), known) == []


def test_hashes_survive_the_file_and_a_cut_off_file_is_refused(tmp_path):
    documents = [article(FACT, SAID, FACT).document, LabelledDocument("d", "s", (replace(FACT, text="a b c " * 9),))]
    path = tmp_path / EVALUATION_HASHES
    corpus_check.write_hashes(path, documents)
    assert read_hashes(path) == repetition.hash_runs(text for d in documents for text in d.texts)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="write it anew with --evaluation"):
        read_hashes(path)


def test_the_command_fails_on_a_corpus_that_is_too_small(tmp_path, capsys):
    lines = (CORPUS_DIR / "authored-articles.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "authored-articles.jsonl").write_text("".join(lines[:5]), encoding="utf-8")
    (tmp_path / EVALUATION_HASHES).write_bytes((CORPUS_DIR / EVALUATION_HASHES).read_bytes())
    assert corpus_check.main(["--corpus", str(tmp_path)]) == 1
    assert "at least 10000 needed" in capsys.readouterr().out
