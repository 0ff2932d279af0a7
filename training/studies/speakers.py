"""Evaluate attribution against the speakers that the corpus's own articles name.

``python -m training.studies.speakers`` prints the score. Only articles that name their speakers count. A speaker is
correct if the last word of the name is.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from model.attribution import Attribution, attribute
from training.corpus import CORPUS_DIR, LabelledDocument, LabelledSentence, load_corpus

_WORD = re.compile(r"\w[\w.'’-]*\w|\w")


@dataclass(frozen=True, slots=True)
class Score:
    """How well speakers were found.

    Attributes:
        sentences: Number of sentences.
        precision, recall, f1: Of "this sentence has a speaker".
        name_accuracy: Share of the sentences with a speaker in both whose names end in the same word.

    """

    sentences: int
    precision: float
    recall: float
    f1: float
    name_accuracy: float


def score_speakers(documents: Sequence[LabelledDocument]) -> Score:
    """Score the attribution of documents that name their speakers."""
    pairs = [(gold.speaker, found.speaker and found.speaker.name) for gold, found in _pair_sentences(documents)]
    both = [(gold, ours) for gold, ours in pairs if gold and ours]
    precision = len(both) / max(sum(ours is not None for _, ours in pairs), 1)
    recall = len(both) / max(sum(gold is not None for gold, _ in pairs), 1)
    right = sum(is_same_name(gold, ours) for gold, ours in both)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return Score(len(pairs), precision, recall, f1, right / max(len(both), 1))


def is_same_name(gold: str, ours: str) -> bool:
    """Tell whether two names end in the same word, whatever its case.

    >>> is_same_name("Sergei Lavrov", "Lavrov")
    True
    """
    return _last_word(gold) == _last_word(ours)


def _last_word(name: str) -> str:
    words = _WORD.findall(name.lower())
    return words[-1].removesuffix("'s").removesuffix("’s") if words else ""


def _pair_sentences(documents: Sequence[LabelledDocument]) -> Iterator[tuple[LabelledSentence, Attribution]]:
    for document in documents:
        if any(sentence.speaker for sentence in document.sentences):
            yield from zip(document.sentences, attribute(document.texts), strict=True)


def _list_errors(documents: Sequence[LabelledDocument]) -> Iterator[str]:
    for gold, found in _pair_sentences(documents):
        ours = found.speaker.name if found.speaker else None
        if (gold.speaker or ours) and not (gold.speaker and ours and is_same_name(gold.speaker, ours)):
            yield f"[{gold.speaker or '-'} / ours: {ours or '-'}] {gold.text}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the score as JSON, and errors if asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="*", type=Path, default=[CORPUS_DIR], help="JSONL files or folders of them")
    parser.add_argument("--errors", action="store_true", help="print every sentence whose speaker is wrong")
    options = parser.parse_args(arguments)
    documents = load_corpus(options.corpus)
    if options.errors:
        print("\n".join(_list_errors(documents)))
    print(json.dumps({name: round(value, 3) for name, value in asdict(score_speakers(documents)).items()}))


if __name__ == "__main__":
    main()
