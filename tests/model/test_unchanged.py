"""What the model reads of the corpus is what it was: whoever makes this faster changes no prediction.

Spans, speakers and fields of every article are compared by hash; that scoring adds nothing of its own is for the
comparison with scikit-learn in ``test_scoring.py``. After a change that is meant, write the hashes anew:

    python -m tests.model.test_unchanged
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from model.attribution import attribute
from model.features import fields_of
from model.segmentation import default_segmenter
from training.corpus import LabelledDocument, load_corpus

HASHES = Path(__file__).with_name("unchanged.json")


def readings(documents: Iterable[LabelledDocument]) -> dict[str, str]:
    """Return a hash for each source, over its articles as given and as running text."""
    hashes: dict[str, hashlib._Hash] = {}
    for document in documents:
        text = " ".join(document.texts)
        spans = default_segmenter().spans(text)
        read = [reading(list(document.texts)), [(s.start, s.end) for s in spans]]
        read.append(reading([text[s.start : s.end] for s in spans]))
        hashes.setdefault(document.source, hashlib.sha256()).update(json.dumps(read).encode())
    return {source: of_source.hexdigest() for source, of_source in sorted(hashes.items())}


def reading(sentences: list[str]) -> list[object]:
    """Return speakers and fields of a document's sentences, JSON-ready; features in words."""
    found = attribute(sentences)
    speakers = [a.speaker and [a.speaker.name, a.speaker.mention, a.speaker.role, a.speaker.cue] for a in found]
    rows = [[row.text, *map(" ".join, row[1:5]), *row.neighbours] for row in fields_of(sentences, found)]
    return [speakers, rows]


@pytest.mark.slow
def test_the_corpus_is_read_as_before(corpus):
    expected, read = json.loads(HASHES.read_text("utf-8")), readings(corpus)
    changed = {source for source in expected | read if expected.get(source) != read.get(source)}
    assert not changed, f"read otherwise than before: {', '.join(sorted(changed))}; see {__name__}"


if __name__ == "__main__":
    HASHES.write_text(json.dumps(readings(load_corpus()), indent=2) + "\n", "utf-8")
