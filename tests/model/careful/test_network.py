"""The network gives each pair of texts its log probabilities, whatever else it reads."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.careful.bundle import LEARNED, NETWORK_FILE, TOKENIZER_FILE
from model.careful.network import Network

PAIRS = [
    ("nobody | ", "Rain fell on Monday."),
    ("official quote: Ann Lee, minister | ", "“We will strike back,” Lee said."),
    ("nobody | ", "word " * 200),
]
texts = st.text(max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(pairs=st.lists(st.tuples(texts, texts), max_size=5))
def test_each_pair_gets_what_it_gets_alone(careful, pairs):
    together = careful.log_probabilities_of(pairs)
    assert together.shape == (len(pairs), 4)
    np.testing.assert_allclose(np.exp(together).sum(axis=1), 1)
    for row, pair in zip(together, pairs, strict=True):
        np.testing.assert_array_equal(row, careful.log_probabilities_of([pair])[0])


def test_what_is_too_long_is_not_read():
    network = Network(LEARNED / NETWORK_FILE, LEARNED / TOKENIZER_FILE, longest=64)
    found = network.log_probabilities(PAIRS)
    assert np.isnan(found).all(axis=1).tolist() == [False, False, True]
    np.testing.assert_array_equal(found[0], network.log_probabilities(PAIRS[:1])[0])
