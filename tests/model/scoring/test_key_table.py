"""Keys are found where they are, and only there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.scoring.key_table import KeyTable

keys = st.integers(0, 2**62)


@given(held=st.lists(keys, unique=True, max_size=60), wanted=st.lists(st.integers(-(2**62), 2**62), max_size=30))
def test_finds_what_it_holds_and_nothing_else(held, wanted):
    table = KeyTable(np.array(held, dtype=np.int64))
    assert table.find(np.array(held, dtype=np.int64)).tolist() == list(range(len(held)))
    place = {key: i for i, key in enumerate(held)}
    assert table.find(np.array(wanted, dtype=np.int64)).tolist() == [place.get(key, -1) for key in wanted]


def test_many_keys_in_a_row():
    held = np.arange(200_000) * 70_001
    table = KeyTable(held)
    assert np.array_equal(table.find(held), np.arange(len(held)))
    assert (table.find(held + 1) == -1).all()
