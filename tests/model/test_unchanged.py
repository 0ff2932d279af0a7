"""What the model reads of the corpus is what it was: whoever makes this faster changes no prediction.

Spans, speakers and fields of every article are compared by hash. That scoring adds nothing of its own is shown by the
comparison with scikit-learn in ``scoring/test_scorer.py``.
"""

import json

import pytest

from tests.model.readings import HASHES, readings


@pytest.mark.slow
def test_the_corpus_is_read_as_before(corpus):
    expected, read = json.loads(HASHES.read_text("utf-8")), readings(corpus)
    changed = {source for source in expected | read if expected.get(source) != read.get(source)}
    assert not changed, f"read otherwise than before: {', '.join(sorted(changed))}; see tests/model/readings.py"
