"""The simulated user's corrections are nested, come from one half, and are measured on the other."""

from dataclasses import replace

import pytest

from training.corpus import is_authored
from training.params import load_params
from training.studies import corrections

SIZES = (20, 60)


@pytest.fixture(scope="module")
def params():
    return load_params()


@pytest.fixture(scope="module")
def sets(corpus):
    news = [d for i, d in enumerate(corpus) if i % 8 == 5 and not is_authored(d.source) and len(d.sentences) > 4]
    return {"first": news[:21], "second": news[21:41]}


@pytest.fixture(scope="module")
def material(corpus, sets, params):
    return corrections.prepare_material(corpus[::32], sets, params)


@pytest.fixture(scope="module")
def points(material, params):
    return list(corrections.simulate(material, params, SIZES))


def test_no_document_is_in_both_halves(sets):
    for documents in sets.values():
        first, second = corrections.split_in_halves(documents, 7)
        assert {d.id for d in first} | {d.id for d in second} == {d.id for d in documents}
        assert not {d.id for d in first} & {d.id for d in second}
        assert len(first) - len(second) in (0, 1)


def test_the_parts_of_the_material_share_no_document(material):
    groups = material.rows.groups
    parts = [set(groups[part].tolist()) for part in (material.corpus, material.pool, material.held_out)]
    assert sum(map(len, parts)) == len(set.union(*parts))
    assert {material.documents[group].source for group in parts[1] | parts[2]} == {"corrections"}
    assert material.features.shape[0] == len(material.rows)


def test_there_is_a_point_for_each_size_in_both_orders_and_one_before(points, material):
    assert [(p.order, p.corrections) for p in points] == [
        ("", 0),
        *((corrections.UNCERTAIN, size) for size in SIZES),
        *((corrections.RANDOM, size) for size in SIZES),
    ]
    assert {p.sentences for p in points} == {len(material.held_out)}
    assert all(0 <= p.mistakes <= p.corrections for p in points)
    assert (points[0].change, points[0].change_ci95) == (0, (0, 0))
    assert all(p.change == pytest.approx(p.macro_f1 - points[0].macro_f1) for p in points)
    doubted, any_sentence = points[len(SIZES)], points[-1]
    assert doubted.mistakes > any_sentence.mistakes  # what the model doubts is wrong more often


def test_more_corrections_than_sentences_are_an_error(material, params):
    with pytest.raises(ValueError, match="need more"):
        next(corrections.simulate(replace(material, pool=material.pool[:10]), params, SIZES))


def test_plot_and_section_are_written(points, tmp_path):
    corrections.plot(points, tmp_path / "corrections.png")
    section = corrections.describe(points, ["first", "second"])

    assert (tmp_path / "corrections.png").read_bytes()[:4] == b"\x89PNG"
    assert section.startswith("## How much corrections help")
    assert f"| {SIZES[-1]} | least sure first |" in section
    assert "in half of the documents of first and second" in section
