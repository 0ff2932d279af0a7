"""Why a sentence got its label: signed contributions of its words and its context that add up to the logit.

The model is linear, so each feature's share of a label's logit is its value times its coefficient. Features of the
running text (word and character n-grams) are handed to the words they come from in equal parts; features of the context
stand for themselves. Nothing is approximated: intercept and contributions sum to the calibrated logit.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from model.features import Fields
from model.labels import Label
from model.records import Contribution, Explanation
from model.scoring.meanings import describe_feature
from model.scoring.ngrams import character_cutter
from model.scoring.scorer import Scorer
from model.scoring.weights import Block, Weights

_WORD = re.compile(r"\S+")
TEXT_FIELD = "text"
WORD = "word"


def explain_row(scorer: Scorer, row: Fields, label: Label) -> Explanation:
    """Return the explanation of ``label`` for one sentence, contributions strongest first."""
    index = scorer.classes.index(label)
    by_column = scorer.contributions(row, index)
    intercept = float(scorer.weights.intercepts[index])
    contributions = sorted(_contributions(scorer.weights, row, by_column), key=lambda c: -abs(c.weight))
    return Explanation(label, intercept + math.fsum(by_column.values()), intercept, tuple(contributions))


def _contributions(weights: Weights, row: Fields, by_column: Mapping[int, float]) -> Iterator[Contribution]:
    words: dict[int, float] = defaultdict(float)
    spans = [(match.start(), match.group()) for match in _WORD.finditer(getattr(row, TEXT_FIELD))]
    for block, columns in weights.columns():
        shares = {block.names[column - columns.start]: by_column[column] for column in by_column if column in columns}
        if block.field == TEXT_FIELD:
            _spread(block, [word for _, word in spans], shares, words)
        else:
            for name, share in shares.items():
                yield Contribution(block.name, name, share, meaning=describe_feature(block.name, name))
    for position, weight in words.items():
        yield Contribution(WORD, spans[position][1], weight, spans[position][0])


def _spread(block: Block, words: Sequence[str], shares: Mapping[str, float], into: dict[int, float]) -> None:
    """Add each n-gram's share, in equal parts, to the positions of the words it occurs in."""
    positions: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for ngram, where in _occurrences(block, words):
        if ngram in shares:
            positions[ngram].append(where)
    for ngram, places in positions.items():
        for place in places:
            for position in place:
                into[position] += shares[ngram] / (len(places) * len(place))


def _occurrences(block: Block, words: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each n-gram of the text with the positions of the words it lies in, as the scorer counts them."""
    read = [word.lower() if block.lowercase else word for word in words]
    shortest, longest = block.ngrams
    if block.analyzer == "char_wb":
        cut = character_cutter(shortest, longest)
        for position, word in enumerate(read):
            for ngram in cut(word):
                yield ngram, (position,)
        return
    tokenize = re.compile(block.token_pattern).findall
    tokens = [(token, position) for position, word in enumerate(read) for token in tokenize(word)]
    for size in range(shortest, longest + 1):
        for i in range(len(tokens) - size + 1):
            run = tokens[i : i + size]
            yield " ".join(token for token, _ in run), tuple(position for _, position in run)
