"""Drift: two measures, what chance makes of small windows, and the words for it."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2

from model import ArtifactError
from model.labels import LABELS
from training.drift.compare import (
    compare,
    describe,
    jensen_shannon_distance,
    population_stability_index,
    quantile_of_chance,
)
from training.drift.reference import (
    BINS,
    FEATURES,
    REFERENCE_FILE,
    Observation,
    count_bins,
    load_reference,
    make_reference,
)

NOW, THEN = {"a": 0.5, "b": 0.3, "c": 0.2}, {"a": 0.4, "b": 0.2, "c": 0.4}
DAY = "2026-11-28T12:00:00+00:00"


def observe_many(sentences: int, threats: float = 0.05, unknown: float = 0.1, seed: int = 0) -> list[Observation]:
    draw = np.random.default_rng(seed)
    shares = [0.5, 0.3, 0.2 - threats, threats] if threats <= 0.2 else [0.3, 0.2, 0.5 - threats, threats]
    labels = draw.choice(LABELS, size=sentences, p=shares).tolist()
    return [
        Observation(
            label, float(draw.uniform(0.5, 1)), 20 - int(draw.binomial(20, unknown)), 20, bool(draw.random() < 0.4)
        )
        for label in labels
    ]


REFERENCE = make_reference(100, observe_many(5000))


def test_the_measures_are_those_of_their_definitions():
    now, then = np.array(list(NOW.values())), np.array(list(THEN.values()))

    assert population_stability_index(NOW, THEN) == pytest.approx(((now - then) * np.log(now / then)).sum())
    assert jensen_shannon_distance(NOW, THEN) == pytest.approx(jensenshannon(now, then, base=2))
    assert population_stability_index(NOW, NOW) == jensen_shannon_distance(NOW, NOW) == 0


@pytest.mark.parametrize("bins", [2, 4, 8])
def test_the_bound_of_chance_is_that_of_chi_squared(bins: int):
    exact = (1 / 300 + 1 / 5000) * chi2.ppf(0.99, bins - 1)

    assert quantile_of_chance(300, 5000, bins) == pytest.approx(exact, rel=0.03)


def test_chance_alone_passes_its_bound_about_once_in_a_hundred():
    draw = np.random.default_rng(1)
    shares, above = [0.5, 0.3, 0.15, 0.05], 0
    for _ in range(1000):
        counts = [dict(zip(LABELS, draw.multinomial(n, shares).tolist(), strict=True)) for n in (500, 5000)]
        now, then = ({k: (v + 0.5) / (sum(c.values()) + 2) for k, v in c.items()} for c in counts)
        above += population_stability_index(now, then) > quantile_of_chance(500, 5000, 4)
    assert above < 25


def test_the_same_news_has_not_moved():
    shifts = compare(REFERENCE, count_bins(observe_many(800, seed=5)), DAY)

    assert not any(shift.moved for shift in shifts.values())
    assert describe(shifts) == "Nothing has moved by more than chance and the usual bounds."


def test_moved_labels_are_told_with_the_label_that_moved_most():
    shifts = compare(REFERENCE, count_bins(observe_many(800, threats=0.4, seed=5)), DAY)

    assert shifts["label"].moved
    assert "Labels have moved a lot since the model of 2026-11-28 was measured, mostly threat (" in describe(shifts)
    assert not shifts["speaker"].moved
    assert shifts["label"].sample == 800
    assert shifts["label"].to_dict()["shares"]["threat"]["now"] == pytest.approx(0.4, abs=0.06)


def test_twice_as_many_unknown_words_are_seen_although_their_share_is_small():
    shifts = compare(REFERENCE, count_bins(observe_many(800, unknown=0.2, seed=5)), DAY)

    assert shifts["words"].psi < 0.1
    assert shifts["words"].moved
    assert "mostly unknown words (2" in shifts["words"].words


def test_nothing_is_said_of_a_few_sentences_or_of_none():
    few = compare(REFERENCE, count_bins(observe_many(99, threats=0.4)), DAY)
    none = compare(REFERENCE, count_bins([]), DAY)

    assert {shift.moved for shift in few.values()} == {None}
    assert few["label"].psi > 0.1
    assert "99 sentences are too few" in describe(few)
    assert {shift.psi for shift in none.values()} == {None}
    assert describe(none) == "No sentence has come yet."


def test_confidence_is_not_compared_where_another_reader_decided():
    counts = count_bins(observe_many(800))

    assert compare(REFERENCE, counts, DAY, careful=400)["confidence"].moved is None
    assert "400 of 800 sentences" in compare(REFERENCE, counts, DAY, careful=400)["confidence"].words
    assert compare(REFERENCE, counts, DAY, careful=10)["confidence"].moved is False


@pytest.mark.parametrize(
    ("confidence", "words", "bins"),
    [
        (0.25, 0, ("to 0.4", "to 5")),
        (0.4, 5, ("to 0.4", "to 5")),
        (0.41, 6, ("0.4 to 0.5", "5 to 10")),
        (1.0, 41, ("0.95 to 1", "over 40")),
        (1.0000001, 400, ("0.95 to 1", "over 40")),
    ],
)
def test_every_value_has_a_bin(confidence: float, words: int, bins: tuple[str, str]):
    counts = count_bins([Observation("threat", confidence, 0, words, False)])

    assert (counts["confidence"], counts["length"]) == (Counter([bins[0]]), Counter([bins[1]]))
    assert counts["words"].total() == words


def test_an_artifact_has_the_reference_of_its_held_out_news(artifact: Path, corpus):
    reference = load_reference(artifact)
    news = [d for d in corpus[::8] if not d.source.startswith("authored")]

    assert reference.documents == len(news)
    assert 0.9 * sum(len(d.sentences) for d in news) < reference.sentences
    assert {feature: tuple(bins) for feature, bins in reference.counts.items()} == BINS
    for feature in set(FEATURES) - {"words"}:
        assert sum(reference.counts[feature].values()) == reference.sentences
    unknown = reference.counts["words"]["unknown"] / sum(reference.counts["words"].values())
    assert 0.02 < unknown < 0.2


def test_a_file_that_is_no_reference_is_an_error(tmp_path: Path):
    assert load_reference(tmp_path) is None
    for content, message in [("[]", "no reference"), ("{", "cannot be read")]:
        (tmp_path / REFERENCE_FILE).write_text(content)
        with pytest.raises(ArtifactError, match=message):
            load_reference(tmp_path)
    record = REFERENCE.to_dict()
    record["counts"]["speaker"]["perhaps"] = 1
    (tmp_path / REFERENCE_FILE).write_text(json.dumps(record))
    with pytest.raises(ArtifactError, match="other bins"):
        load_reference(tmp_path)
