"""Weights: by source, the same labels for sentences alone as for others, a label's share the same in every part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.predictions import A, F, T
from training.corpus import LabelledDocument, LabelledSentence
from training.params import PARAMS_FILE, load_params
from training.split import level_label, make_rows

DOCUMENTS = [
    LabelledDocument("1", "wire", (LabelledSentence("It rained.", F), LabelledSentence("We will strike.", T))),
    LabelledDocument("2", "daily", tuple(LabelledSentence(f"It rained {i} times.", F) for i in range(6))),
    LabelledDocument("3", "authored", tuple(LabelledSentence(f"It may rain {i} times.", A) for i in range(3))),
    LabelledDocument("4", "authored", (LabelledSentence("We will hit back.", T), LabelledSentence("It snowed.", F))),
    LabelledDocument("5", "authored", (LabelledSentence("They will pay for it.", T),)),
    LabelledDocument("6", "authored", (LabelledSentence("It is a fine day.", F),)),
]


def test_a_label_has_its_share_in_real_news_in_authored_articles_and_alone():
    rows = make_rows(DOCUMENTS, {"authored": 0.1}, {T: 0.25})
    for documents in ({0, 1}, {2, 3}, {4, 5}):
        own = np.isin(rows.groups, list(documents))
        assert rows.weights[own & (rows.labels == T)].sum() / rows.weights[own].sum() == pytest.approx(0.25)


def test_sentences_of_other_labels_keep_their_weight():
    plain, level = make_rows(DOCUMENTS, {"authored": 0.1}), make_rows(DOCUMENTS, {"authored": 0.1}, {T: 0.25})
    others = plain.labels != T
    assert level.weights[others].tolist() == plain.weights[others].tolist()


@given(
    st.lists(st.tuples(st.floats(0.1, 10), st.booleans(), st.sampled_from("abc")), min_size=1, max_size=30),
    st.floats(0.01, 0.9),
)
def test_every_part_with_the_label_and_another_gets_the_share(sentences, share):
    weights, has_label, parts = map(np.array, zip(*sentences, strict=True))
    level = level_label(weights, has_label, parts, share)
    for part in set(parts.tolist()):
        own = parts == part
        if has_label[own].all() or not has_label[own].any():
            assert level[own].tolist() == weights[own].tolist()
        else:
            assert level[own & has_label].sum() / level[own].sum() == pytest.approx(share)


@pytest.mark.parametrize("share", ["0", "1", "1.5", "-0.1"])
def test_a_share_that_is_none_is_refused(tmp_path, share):
    path = tmp_path / "params.toml"
    path.write_text(PARAMS_FILE.read_text(encoding="utf-8").replace("\nthreat = 0.2\n", f"\nthreat = {share}\n"))
    with pytest.raises(ValueError, match="label_shares must be between 0 and 1"):
        load_params(path)
