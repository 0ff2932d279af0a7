"""Archives to score: articles of the project's corpus, over and over, with numbers put in: no two are the same."""

import json
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from model.segmentation import default_segmenter
from training.corpus import load_corpus

PARTS = 8  # files of a folder: Spark reads JSONL a file a task


def write_megabytes(path: Path, megabytes: int, *, repeated: bool = False) -> Path:
    """Write JSONL of this size; ``repeated``: without the numbers, so that articles do repeat."""
    size = 0
    with path.open("wb") as file:
        for number, text in enumerate(_articles(repeated=repeated)):
            size += file.write(_line(number, text))
            if size >= megabytes << 20:
                break
    return path


def write_sentences(folder: Path, sentences: int) -> Path:
    """Write a folder of JSONL files that have so many sentences in all, as the project's segmenter parts them."""
    folder.mkdir()
    left, segmenter = sentences, default_segmenter()
    with ExitStack() as stack:
        files = [stack.enter_context((folder / f"part-{part}.jsonl").open("wb")) for part in range(PARTS)]
        for number, text in enumerate(_articles()):
            spans = segmenter.spans(text)[:left]
            files[number % PARTS].write(_line(number, text[: spans[-1].end]))
            left -= len(spans)
            if not left:
                break
    return folder


def _articles(*, repeated: bool = False) -> Iterator[str]:
    documents, draw = load_corpus(), random.Random(7)
    number = 0
    while True:
        sentences = draw.choice(documents).texts
        if not repeated:
            sentences = [f"Report {number} of {draw.randint(1, 28)} May: {draw.random():.6f} per cent.", *sentences]
        yield "\n".join(sentences)
        number += 1


def _line(number: int, text: str) -> bytes:
    return json.dumps({"id": number, "text": text}).encode() + b"\n"
