"""Which words moved the careful reader: each is left out once, and the reader reads again.

This is an approximation (occlusion; Zeiler and Fergus 2014, https://doi.org/10.1007/978-3-319-10590-1_53): of two words
that say the same, each seems to do nothing, since the other is still there.
"""

import re

from model.careful.reader import CarefulReader
from model.labels import LABELS, Label
from model.records import Contribution

_WORD = re.compile(r"\S+")


def find_moving_words(reader: CarefulReader, pair: tuple[str, str], label: Label) -> tuple[Contribution, ...]:
    """Return for each word of a sentence how much the label's log probability falls without it, in order.

    Args:
        reader: The reader.
        pair: What it reads: the evidence, and the sentence.
        label: The label.

    """
    evidence, sentence = pair
    words = list(_WORD.finditer(sentence))
    without = [(evidence, sentence[: word.start()] + sentence[word.end() :]) for word in words]
    whole, *others = reader.log_probabilities_of([pair, *without])[:, LABELS.index(label)].tolist()
    return tuple(
        Contribution("word", word.group(), whole - other, word.start())
        for word, other in zip(words, others, strict=True)
    )
