"""Ragged rows give back what was put into them, before and after they grow."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.scoring.ragged import GrowingArray, GrowingRagged

rows = st.lists(st.lists(st.integers(0, 1000), max_size=5), max_size=8)


@given(parts=st.lists(rows.filter(bool), max_size=5), picks=st.lists(st.integers(0, 10**6), max_size=20))
def test_gathers_rows_with_their_tags(parts, picks):
    growing, held = GrowingRagged(), []
    for part in parts:
        added = growing.extend([np.array(row, dtype=np.int32).tobytes() for row in part])
        held += part
        assert added.values.tolist() == [value for row in part for value in row]
    if held:
        chosen = [pick % len(held) for pick in picks]
        values, tags = growing.ragged.gather(np.array(chosen, dtype=int), np.arange(len(chosen)))
        assert values.tolist() == [value for row in chosen for value in held[row]]
        assert tags.tolist() == [tag for tag, row in enumerate(chosen) for _ in held[row]]


def test_what_was_taken_before_growing_stays():
    growing = GrowingArray()
    growing.extend(np.arange(5))
    before = growing.array
    growing.extend(np.arange(10_000))
    assert before.tolist() == [0, 1, 2, 3, 4]
    assert len(growing) == len(growing.array) == 10_005
