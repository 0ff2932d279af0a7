"""Corpus to artifact: cross-validated figures, thresholds, the final fit, and the report beside it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.pipeline import Pipeline
from tqdm import tqdm

from model.artifact import Manifest
from model.labels import LABELS
from training.artifact import replace_folder, save
from training.corpus import CorpusError, LabelledDocument
from training.evaluate import Evaluation, Prediction, evaluate
from training.params import ModelParams, TrainingParams
from training.pipeline import build_features, build_pipeline, build_regression
from training.report import write_report
from training.split import Fold, Rows, make_rows, split_by_article


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training run produced: the artifact's manifest, and the held-out predictions with their figures."""

    manifest: Manifest
    held_out: list[Prediction]
    evaluation: Evaluation


def train(documents: Sequence[LabelledDocument], params: TrainingParams, out: Path) -> TrainingResult:
    """Train on the documents and write the artifact to ``out``, replacing one there in a single step at the end.

    The same documents and hyperparameters give the same predictions.

    Raises:
        CorpusError: The documents are too few to cross-validate, or lack a label.
        ArtifactError: ``out`` cannot be written or is something else than an artifact.

    """
    with replace_folder(out) as folder:
        rows = make_rows(documents, params.source_weights)
        _check_enough_articles(rows, params)
        folds = split_by_article(rows, params.validation_folds, params.seed)
        final, logits = _fit_all(rows, folds, params)
        held_out = _predict_held_out(rows, documents, logits, folds)
        evaluation = evaluate(held_out)
        decision = {"uncertain_below": find_uncertain_threshold(held_out, params.uncertain_precision)}
        facts = {
            "version": version("stancewire"),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "labels": LABELS,
            "corpus_sha256": hash_corpus(documents),
            "params_sha256": params.digest,
            "metrics": evaluation.to_dict(),
        }
        write_report(folder, documents, params, held_out, evaluation, decision["uncertain_below"])
        manifest = save(folder, final, decision, facts)
    return TrainingResult(manifest, held_out, evaluation)


def fit(rows: Rows, params: ModelParams, calibration_folds: int, seed: int) -> Pipeline:
    """Fit the calibrated pipeline on the rows."""
    pipeline = build_pipeline(params, split_by_article(rows, calibration_folds, seed))
    pipeline.fit(rows.fields, rows.labels, classifier__sample_weight=rows.weights)
    return pipeline.set_params(classifier__cv=None)  # row indices: of no use after the fit, and large


def find_uncertain_threshold(predictions: Sequence[Prediction], precision: float) -> float:
    """Return the least confidence from which the predictions are right at least ``precision`` of the time.

    1.0 (everything uncertain) where no confidence reaches it.
    """
    confidence = np.array([max(j.probabilities) for j in predictions])
    right = np.array([j.gold == j.predicted for j in predictions])
    order = np.argsort(-confidence, kind="stable")
    precise = np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision
    precise[:-1] &= np.diff(confidence[order]) < 0  # equal confidences stand or fall together
    return float(confidence[order][np.flatnonzero(precise)[-1]]) if precise.any() else 1.0


def hash_corpus(documents: Sequence[LabelledDocument]) -> str:
    """Return a SHA-256 over texts and labels, the same whatever the order of the documents."""
    lines = sorted(json.dumps([d.id, [[s.text, s.label, s.also] for s in d.sentences]]) for d in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _fit_all(rows: Rows, folds: Sequence[Fold], params: TrainingParams) -> tuple[Pipeline, list[NDArray[np.float64]]]:
    """Return the pipeline fitted on all rows, and each fold's logits by one fitted on the rest; in processes."""
    longest = joblib.delayed(fit)(rows, params.model, params.calibration_folds, params.seed)
    others = (
        joblib.delayed(_compute_held_out_logits)(rows.subset(train_index), rows.subset(test), params.model)
        for train_index, test in folds
    )
    jobs: list[Any] = [longest, *others]
    done = joblib.Parallel(n_jobs=-1, return_as="generator")(jobs)
    final, *logits = tqdm(done, desc=f"fitting on {len(rows)} sentences", total=len(jobs), unit="fit")
    return final, logits


def _compute_held_out_logits(rows: Rows, held_out: Rows, params: ModelParams) -> NDArray[np.float64]:
    """Fit on rows, and return logits of others, of shape (rows, labels), columns in the order of :data:`LABELS`."""
    pipeline = Pipeline([("features", build_features(params)), ("classifier", build_regression(params))])
    pipeline.fit(rows.fields, rows.labels, classifier__sample_weight=rows.weights)
    logits: NDArray[np.float64] = pipeline.decision_function(held_out.fields)
    return logits[:, [pipeline.classes_.tolist().index(label) for label in LABELS]]


def fit_inverse_temperature(logits: NDArray[np.float64], gold: NDArray[np.intp], weights: NDArray[np.float64]) -> float:
    """Return what to multiply logits with for the least log loss (Guo et al. 2017, https://arxiv.org/abs/1706.04599).

    Args:
        logits: Of shape (rows, labels).
        gold: The number of each row's label.
        weights: What each row counts.

    """
    rows = np.arange(len(gold))

    def loss(logarithm: float) -> float:
        return -float(weights @ log_softmax(np.exp(logarithm) * logits, axis=1)[rows, gold])

    return float(np.exp(minimize_scalar(loss, bounds=(-10, 10), method="bounded").x))


def _predict_held_out(
    rows: Rows, documents: Sequence[LabelledDocument], logits: Sequence[NDArray[np.float64]], folds: Sequence[Fold]
) -> list[Prediction]:
    """Return what was decided on each row by a model that has not seen it, with a temperature from the other folds."""
    tests = [test for _, test in folds]
    gold = np.array([LABELS.index(label) for label in rows.labels.tolist()])
    probabilities = np.empty((len(rows), len(LABELS)))
    for fold, test in enumerate(tests):
        others = np.concatenate([*tests[:fold], *tests[fold + 1 :]])
        of_others = np.concatenate([*logits[:fold], *logits[fold + 1 :]])
        scale = fit_inverse_temperature(of_others, gold[others], rows.weights[others])
        probabilities[test] = softmax(scale * logits[fold], axis=1)
    return [
        Prediction(
            int(group), documents[group].source, sentence.label, sentence.also, LABELS[values.argmax()], tuple(values)
        )
        for group, sentence, values in zip(rows.groups, rows.sentences, probabilities, strict=True)
        if sentence.label is not None
    ]


def _check_enough_articles(rows: Rows, params: TrainingParams) -> None:
    least = max(params.validation_folds, params.calibration_folds + 1)
    for label in LABELS:
        articles = len(set(rows.groups[rows.labels == label].tolist()))
        if articles < least:
            raise CorpusError(f"{label} occurs in {articles} articles; training needs it in at least {least}")
