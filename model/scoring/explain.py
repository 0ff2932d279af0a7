"""Explains a label: signed contributions of the sentence's words and context, which add up to the logit.

The model is linear: a feature adds its value times its coefficient to a label's logit. A feature of the running text
(a word or character n-gram) is shared equally among the words it comes from. A feature of the context stands for
itself. Nothing is approximated: intercept and contributions add up to the calibrated logit.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from model.features import Fields
from model.labels import Label
from model.records import Contribution, Explanation
from model.scoring.meanings import describe_feature
from model.scoring.ngrams import make_character_cutter
from model.scoring.scorer import Scorer
from model.scoring.weights import Block, Weights

_WORD = re.compile(r"\S+")
TEXT_FIELD = "text"
WORD = "word"


def explain_row(scorer: Scorer, row: Fields, label: Label) -> Explanation:
    """Return the explanation of ``label`` for one sentence, strongest contributions first."""
    index = scorer.classes.index(label)
    by_column = scorer.contributions(row, index)
    intercept = float(scorer.weights.intercepts[index])
    contributions = sorted(_list_contributions(scorer.weights, row, by_column), key=lambda c: -abs(c.weight))
    return Explanation(label, intercept + math.fsum(by_column.values()), intercept, tuple(contributions))


def _list_contributions(weights: Weights, row: Fields, by_column: Mapping[int, float]) -> Iterator[Contribution]:
    by_word: dict[int, float] = defaultdict(float)
    spans = [(match.start(), match.group()) for match in _WORD.finditer(getattr(row, TEXT_FIELD))]
    for block, columns in weights.list_blocks():
        shares = {block.names[column - columns.start]: by_column[column] for column in by_column if column in columns}
        if block.field == TEXT_FIELD:
            _add_to_words(by_word, block, [word for _, word in spans], shares)
        else:
            for name, share in shares.items():
                yield Contribution(block.name, name, share, meaning=describe_feature(block.name, name))
    for position, weight in by_word.items():
        yield Contribution(WORD, spans[position][1], weight, spans[position][0])


def _add_to_words(by_word: dict[int, float], block: Block, words: Sequence[str], shares: Mapping[str, float]) -> None:
    """Add each n-gram's share to the words it occurs in, by their position; all its words get the same."""
    occurrences: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for ngram, positions in _locate_ngrams(block, words):
        if ngram in shares:
            occurrences[ngram].append(positions)
    for ngram, places in occurrences.items():
        for positions in places:
            for position in positions:
                by_word[position] += shares[ngram] / (len(places) * len(positions))


def _locate_ngrams(block: Block, words: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each n-gram that the scorer counts, with the positions of its words.

    For words one by one and in pairs, "The end" gives ("the", (0,)), ("end", (1,)), ("the end", (0, 1)).
    """
    words = [word.lower() if block.lowercase else word for word in words]
    shortest, longest = block.ngrams
    if block.analyzer == "char_wb":
        cut = make_character_cutter(shortest, longest)
        for position, word in enumerate(words):
            for ngram in cut(word):
                yield ngram, (position,)
        return
    tokenize = re.compile(block.token_pattern).findall
    tokens = [(token, position) for position, word in enumerate(words) for token in tokenize(word)]
    for size in range(shortest, longest + 1):
        for start in range(len(tokens) - size + 1):
            run = tokens[start : start + size]
            yield " ".join(token for token, _ in run), tuple(position for _, position in run)
