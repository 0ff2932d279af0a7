"""Why a sentence got its label: signed contributions of its words and its context that add up to the logit.

The model is linear, so each feature's share of a label's logit is its value times its coefficient. Features of the
running text (word and character n-grams) are handed to the words they come from in equal parts; features of the context
stand for themselves. Nothing is approximated: intercept and contributions sum to the calibrated logit.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline

from model.context import Fields
from model.labels import Label
from model.records import Contribution, Explanation

_WORD = re.compile(r"\S+")
TEXT_FIELD = "text"
WORD = "word"


def explain_row(pipeline: Pipeline, row: Fields, label: Label) -> Explanation:
    """Return the explanation of ``label`` for one sentence, contributions strongest first."""
    classifier = pipeline.named_steps["classifier"]
    calibrated = classifier.calibrated_classifiers_[0]
    regression, beta = calibrated.estimator, float(calibrated.calibrators[0].beta_)
    index = list(classifier.classes_).index(label)
    values = pipeline.named_steps["features"].transform([row])
    shares = values.multiply(regression.coef_[index] * beta).tocsr()
    intercept = float(regression.intercept_[index] * beta)
    contributions = list(_contributions(pipeline, row, shares))
    logit = intercept + float(shares.sum())
    ordered = sorted(contributions, key=lambda c: -abs(c.weight))
    return Explanation(label, logit, intercept, tuple(ordered))


def _contributions(pipeline: Pipeline, row: Fields, shares: sparse.csr_matrix) -> Iterator[Contribution]:
    words: dict[int, float] = defaultdict(float)
    text = getattr(row, TEXT_FIELD)
    spans = [(match.start(), match.group()) for match in _WORD.finditer(text)]
    start = 0
    for name, block in pipeline.named_steps["features"].transformer_list:
        vectorizer: TfidfVectorizer = block.named_steps["tfidf"]
        stop = start + len(vectorizer.vocabulary_)
        part = shares[:, start:stop].toarray()[0]
        if block.named_steps["select"].field == TEXT_FIELD:
            _spread(vectorizer, [word for _, word in spans], part, words)
        else:
            names = vectorizer.get_feature_names_out()
            for column in np.flatnonzero(part):
                yield Contribution(name, str(names[column]), float(part[column]))
        start = stop
    for position, weight in words.items():
        yield Contribution(WORD, spans[position][1], weight, spans[position][0])


def _spread(
    vectorizer: TfidfVectorizer, words: Sequence[str], part: NDArray[np.float64], into: dict[int, float]
) -> None:
    """Add each n-gram's share, in equal parts, to the positions of the words it occurs in."""
    positions: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for ngram, where in _occurrences(vectorizer, words):
        positions[ngram].append(where)
    for ngram, places in positions.items():
        column = vectorizer.vocabulary_.get(ngram)
        if column is None or part[column] == 0.0:
            continue
        for place in places:
            for position in place:
                into[position] += float(part[column]) / (len(places) * len(place))


def _occurrences(vectorizer: TfidfVectorizer, words: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each n-gram of the text with the positions of the words it lies in, as the vectoriser counts them."""
    if vectorizer.analyzer == "char_wb":
        analyze = vectorizer.build_analyzer()
        for position, word in enumerate(words):
            for ngram in analyze(word):
                yield ngram, (position,)
        return
    preprocess, tokenize = vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
    tokens = [(token, position) for position, word in enumerate(words) for token in tokenize(preprocess(word))]
    shortest, longest = vectorizer.ngram_range
    for size in range(shortest, longest + 1):
        for i in range(len(tokens) - size + 1):
            run = tokens[i : i + size]
            yield " ".join(token for token, _ in run), tuple(position for _, position in run)
