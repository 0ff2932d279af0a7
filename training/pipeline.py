"""Builds the scikit-learn pipeline: TF-IDF of each field, then one multinomial logistic regression, calibrated."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from model.features import Fields
from model.scoring.ngrams import WHOLE_TOKENS
from model.scoring.weights import Block, Weights
from training.params import BlockParams, ModelParams
from training.vectorizer import MemoTfidfVectorizer

# scikit-learn's default keeps words of two letters and more; news needs "I" and punctuation marks, too.
TOKEN_PATTERN = r"\w+|[\"“”«»?!$€£%…;:]"


class FieldSelector(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Selects one field of each sentence: ``list[Fields] -> list[str]``; several texts or features are joined."""

    def __init__(self, field: str) -> None:
        self.field = field

    def fit(self, X: Sequence[Fields], y: object = None) -> "FieldSelector":  # noqa: ARG002, N803 -- scikit-learn's signature
        """Do nothing: there is nothing to learn."""
        return self

    def transform(self, X: Sequence[Fields]) -> list[str]:  # noqa: N803 -- scikit-learn's signature
        """Return the selected field of each row."""
        values = (getattr(row, self.field) for row in X)
        return [value if isinstance(value, str) else " ".join(value) for value in values]

    def __sklearn_is_fitted__(self) -> bool:
        return True


def build_pipeline(params: ModelParams, folds: Sequence[tuple[Any, Any]]) -> Pipeline:
    """Return the unfitted pipeline.

    Args:
        params: Hyperparameters.
        folds: (train, test) row indices, grouped by article, on whose held-out decisions the temperature of the
            probabilities is fitted (temperature scaling, Guo et al. 2017, https://arxiv.org/abs/1706.04599).

    """
    calibrated = CalibratedClassifierCV(build_regression(params), method="temperature", ensemble=False, cv=list(folds))
    return Pipeline([("features", build_features(params)), ("classifier", calibrated)])


def build_features(params: ModelParams) -> FeatureUnion:
    """Return the unfitted blocks of features, side by side and weighed."""
    blocks = [
        (name, Pipeline([("select", FieldSelector(block.field)), ("tfidf", build_vectorizer(block))]))
        for name, block in params.blocks.items()
    ]
    return FeatureUnion(blocks, transformer_weights={name: block.weight for name, block in params.blocks.items()})


def extract_weights(pipeline: Pipeline) -> Weights:
    """Return the weights of a fitted pipeline; block weights and temperature are multiplied into the coefficients.

    Raises:
        TypeError: A vectorizer is not a :class:`MemoTfidfVectorizer`, or has options that the scorer does not support.

    """
    union, classifier = pipeline.named_steps["features"], pipeline.named_steps["classifier"]
    (calibrated,) = classifier.calibrated_classifiers_
    regression, inverse_temperature = calibrated.estimator, float(calibrated.calibrators[0].beta_)
    blocks, idf, scale = [], [], []
    for name, steps in union.transformer_list:
        vectorizer = steps.named_steps["tfidf"]
        blocks.append(_make_block(name, steps.named_steps["select"].field, vectorizer))
        idf.append(vectorizer.idf_)
        scale.append(np.full(len(vectorizer.idf_), union.transformer_weights[name] * inverse_temperature))
    all_idf = np.concatenate(idf)
    return Weights(
        classes=tuple(classifier.classes_.tolist()),
        blocks=tuple(blocks),
        terms=np.column_stack([(regression.coef_ * np.concatenate(scale) * all_idf).T, all_idf**2]),
        intercepts=regression.intercept_ * inverse_temperature,
    )


def _make_block(name: str, field: str, vectorizer: TfidfVectorizer) -> Block:
    if not isinstance(vectorizer, MemoTfidfVectorizer) or not vectorizer.is_separable:
        raise TypeError(f"only a MemoTfidfVectorizer with separable options can be scored, not {vectorizer}")
    return Block(
        name=name,
        field=field,
        analyzer=vectorizer.analyzer,
        ngrams=vectorizer.ngram_range,
        token_pattern=vectorizer.token_pattern,
        lowercase=vectorizer.lowercase,
        names=tuple(vectorizer.get_feature_names_out().tolist()),
    )


def build_regression(params: ModelParams) -> LogisticRegression:
    """Return the unfitted regression over all blocks."""
    return LogisticRegression(
        C=params.c,
        solver="lbfgs",
        max_iter=params.max_iter,
        tol=params.tolerance,
    )


def shift_intercepts(regression: LogisticRegression, classes: Sequence[str], offsets: Mapping[str, float]) -> None:
    """Add the offsets to the intercepts of a fitted regression; a label that is not among the classes has none.

    Args:
        regression: What is changed.
        classes: The labels in the order of its intercepts.
        offsets: What to add by label.

    """
    regression.intercept_ = regression.intercept_ + np.array([offsets.get(label, 0.0) for label in classes])


def build_vectorizer(block: BlockParams) -> MemoTfidfVectorizer:
    """Return the unfitted vectorizer of one block; it does not apply the block's weight."""
    shape: dict[str, Any] = {"min_df": block.min_df, "sublinear_tf": True, "dtype": np.float64}
    if block.analyzer == "item":
        return MemoTfidfVectorizer(token_pattern=WHOLE_TOKENS, lowercase=False, ngram_range=block.ngrams, **shape)
    if block.analyzer == "char_wb":
        return MemoTfidfVectorizer(analyzer="char_wb", ngram_range=block.ngrams, **shape)
    return MemoTfidfVectorizer(token_pattern=TOKEN_PATTERN, ngram_range=block.ngrams, **shape)
