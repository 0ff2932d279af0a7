"""What the model reads of the corpus, as hashes: spans, speakers and fields of every article.

After a change that is meant, write the hashes anew: ``python -m tests.model.readings``.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from model.attribution import attribute
from model.features import fields_of
from model.segmentation import default_segmenter
from training.corpus import LabelledDocument, load_corpus

HASHES = Path(__file__).with_name("unchanged.json")


def readings(documents: Sequence[LabelledDocument]) -> dict[str, str]:
    """Return a hash for each source, over its articles as given and as running text."""
    hashes = {document.source: hashlib.sha256() for document in documents}
    for document in documents:
        text = " ".join(document.texts)
        spans = default_segmenter().spans(text)
        read = [reading(list(document.texts)), [(s.start, s.end) for s in spans]]
        read.append(reading([text[s.start : s.end] for s in spans]))
        hashes[document.source].update(json.dumps(read).encode())
    return {source: of_source.hexdigest() for source, of_source in sorted(hashes.items())}


def reading(sentences: list[str]) -> list[object]:
    """Return speakers and fields of a document's sentences, JSON-ready; features in words."""
    found = attribute(sentences)
    speakers = [a.speaker and [a.speaker.name, a.speaker.mention, a.speaker.role, a.speaker.cue] for a in found]
    rows = [[row.text, *map(" ".join, row[1:5]), *row.neighbours] for row in fields_of(sentences, found)]
    return [speakers, rows]


if __name__ == "__main__":
    HASHES.write_text(json.dumps(readings(load_corpus()), indent=2) + "\n", "utf-8")
