"""Trains an artifact from the corpus: cross-validated figures, the threshold, the final fit, and the report."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.pipeline import Pipeline

from model.artifact import Manifest
from model.labels import LABELS
from training.artifact import replace_folder, save
from training.corpus import CorpusError, LabelledDocument
from training.drift.held_out import measure_reference
from training.drift.reference import REFERENCE_FILE
from training.evaluate import Evaluation, Prediction, evaluate, pair_predictions
from training.parallel import run_parallel
from training.params import ModelParams, TrainingParams
from training.pipeline import build_features, build_pipeline, build_regression, shift_intercepts
from training.report import write_report
from training.split import Fold, Rows, make_rows, split_by_article

FIT_PER_FEATURES = 5.0  # a fit on all rows takes about so many times as long as their features


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The outcome of a training run: the artifact's manifest, and the held-out predictions with their figures."""

    manifest: Manifest
    held_out: list[Prediction]
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Fits:
    """What was fitted on rows.

    Attributes:
        final: The calibrated pipeline, fitted on all rows.
        folds: Folds of the rows.
        logits: For each fold, of a fit on the others: of shape (rows of the fold, labels), in the order of LABELS.

    """

    final: Pipeline
    folds: Sequence[Fold]
    logits: Sequence[NDArray[np.float64]]


def train(documents: Sequence[LabelledDocument], params: TrainingParams, out: Path) -> TrainingResult:
    """Train on the documents and write the artifact to ``out``, in place of an earlier one, in one step at the end.

    The same documents and hyperparameters give the same predictions.

    Raises:
        CorpusError: The documents are too few to cross-validate, or lack a label.
        ArtifactError: ``out`` cannot be written, or exists and is not an artifact.

    """
    with replace_folder(out) as folder:
        started = time.monotonic()
        rows = make_rows(documents, params.source_weights, params.label_shares, show_progress=True)
        seconds_for_features = time.monotonic() - started
        check_enough_articles(rows, params)
        folds = split_by_article(rows, params.validation_folds, params.seed)
        fits = _fit_all(rows, folds, params, seconds_for_features)
        return write_artifact(folder, documents, rows, fits, params)


def write_artifact(
    folder: Path,
    documents: Sequence[LabelledDocument],
    rows: Rows,
    fits: Fits,
    params: TrainingParams,
    records: Mapping[str, object] = MappingProxyType({}),
) -> TrainingResult:
    """Measure the fits on held-out rows and write model, figures and report.

    Args:
        folder: An empty folder from :func:`training.artifact.replace_folder`.
        documents: The documents.
        rows: Their rows.
        fits: What was fitted on them.
        params: The hyperparameters.
        records: More JSON-ready data to keep with the model, by the name of its file.

    """
    held_out = predict_folds(rows, documents, fits.logits, fits.folds, list_offsets(params.model))
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
    print("drawing plots and writing the model card", file=sys.stderr, flush=True)
    write_report(folder, documents, params, held_out, evaluation, decision["uncertain_below"])
    reference = measure_reference(rows, documents, held_out, params.model)
    for name, record in {REFERENCE_FILE: reference.to_dict(), **records}.items():
        (folder / name).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return TrainingResult(save(folder, fits.final, decision, facts), held_out, evaluation)


def fit(rows: Rows, params: ModelParams, calibration_folds: int, seed: int) -> Pipeline:
    """Fit the calibrated pipeline on the rows."""
    pipeline = build_pipeline(params, split_by_article(rows, calibration_folds, seed))
    pipeline.fit(rows.fields, rows.labels, classifier__sample_weight=rows.weights)
    (calibrated,) = pipeline.named_steps["classifier"].calibrated_classifiers_
    shift_intercepts(calibrated.estimator, pipeline.classes_.tolist(), params.offsets)
    return pipeline.set_params(classifier__cv=None)  # the folds' row indices: large, and not needed after the fit


def fit_uncalibrated(rows: Rows, params: ModelParams) -> Pipeline:
    """Fit the pipeline on the rows without its calibration, which does not change which label is the highest."""
    pipeline = _fit_regression(rows, params)
    shift_intercepts(pipeline.named_steps["classifier"], pipeline.classes_.tolist(), params.offsets)
    return pipeline


def list_offsets(params: ModelParams) -> NDArray[np.float64]:
    """Return what is added to the logit of each label, in the order of LABELS."""
    return np.array([params.offsets.get(label, 0.0) for label in LABELS])


def predict_held_out(rows: Rows, documents: Sequence[LabelledDocument], params: TrainingParams) -> NDArray[np.float64]:
    """Return probabilities of shape (rows, labels), each row's by a model that has not seen its article."""
    folds = split_by_article(rows, params.validation_folds, params.seed)
    jobs = [partial(compute_logits, rows.subset(seen), rows.subset(own), params.model) for seen, own in folds]
    logits = run_parallel(jobs, f"fitting on {len(rows)} sentences")
    held_out = predict_folds(rows, documents, logits, folds, list_offsets(params.model))
    return np.array([prediction.probabilities for prediction in held_out])


def find_uncertain_threshold(predictions: Sequence[Prediction], precision: float) -> float:
    """Return the lowest confidence from which at least a share ``precision`` of the predictions is right.

    If there is no such confidence, return 1.0: every prediction is uncertain.
    """
    confidence = np.array([max(j.probabilities) for j in predictions])
    right = np.array([j.gold == j.predicted for j in predictions])
    order = np.argsort(-confidence, kind="stable")
    precise = np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision
    precise[:-1] &= np.diff(confidence[order]) < 0  # equal confidences are all above the threshold, or none is
    return float(confidence[order][np.flatnonzero(precise)[-1]]) if precise.any() else 1.0


def hash_corpus(documents: Sequence[LabelledDocument]) -> str:
    """Return the SHA-256 of texts and labels; the order of the documents does not matter."""
    lines = sorted(json.dumps([d.id, [[s.text, s.label, s.also] for s in d.sentences]]) for d in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fit_inverse_temperature(logits: NDArray[np.float64], gold: NDArray[np.intp], weights: NDArray[np.float64]) -> float:
    """Return the factor that gives the logits the least log loss (Guo et al. 2017, https://arxiv.org/abs/1706.04599).

    Args:
        logits: Of shape (rows, labels).
        gold: The number of each row's label.
        weights: The weight of each row.

    """
    rows = np.arange(len(gold))

    def compute_loss(logarithm: float) -> float:
        return -float(weights @ log_softmax(np.exp(logarithm) * logits, axis=1)[rows, gold])

    return float(np.exp(minimize_scalar(compute_loss, bounds=(-10, 10), method="bounded").x))


def plan_fits(rows: Rows, folds: Sequence[Fold], params: TrainingParams) -> tuple[list[Callable[[], Any]], list[float]]:
    """Return the jobs that fit the pipeline on all rows and one for each fold on the other folds, and their costs.

    Costs are in fits on all rows: the calibration makes one for each of its folds, on the other folds, and a last one.
    """
    jobs: list[Callable[[], Any]] = [partial(fit, rows, params.model, params.calibration_folds, params.seed)]
    for train_index, test_index in folds:
        jobs.append(partial(compute_logits, rows.subset(train_index), rows.subset(test_index), params.model))
    return jobs, [float(params.calibration_folds), *(len(train) / len(rows) for train, _ in folds)]


def _fit_all(rows: Rows, folds: Sequence[Fold], params: TrainingParams, seconds_for_features: float) -> Fits:
    """Fit the pipeline on all rows, and one for each fold on the other folds.

    Args:
        rows: All rows.
        folds: Of the validation.
        params: Hyperparameters.
        seconds_for_features: How long the features of all rows took: the first guess of the time left is from this.

    """
    jobs, costs = plan_fits(rows, folds, params)
    description = f"fitting on {len(rows):,} sentences, final model and {len(folds)} folds"
    final, *logits = run_parallel(jobs, description, costs, FIT_PER_FEATURES * seconds_for_features)
    return Fits(final, folds, logits)


def _fit_regression(rows: Rows, params: ModelParams) -> Pipeline:
    """Fit the features and the regression; no offsets, no calibration."""
    pipeline = Pipeline([("features", build_features(params)), ("classifier", build_regression(params))])
    return pipeline.fit(rows.fields, rows.labels, classifier__sample_weight=rows.weights)


def compute_logits(rows: Rows, held_out: Rows, params: ModelParams) -> NDArray[np.float64]:
    """Fit on ``rows`` and return the logits of ``held_out``, of shape (rows, labels), in the order of LABELS.

    They are without the offsets, as those that the final temperature is fitted on.
    """
    pipeline = _fit_regression(rows, params)
    logits: NDArray[np.float64] = pipeline.decision_function(held_out.fields)
    return logits[:, [pipeline.classes_.tolist().index(label) for label in LABELS]]


def predict_folds(
    rows: Rows,
    documents: Sequence[LabelledDocument],
    logits: Sequence[NDArray[np.float64]],
    folds: Sequence[Fold],
    offsets: NDArray[np.float64],
) -> list[Prediction]:
    """Return the prediction for each row by a model that has not seen it; the temperature is from the other folds.

    Args:
        rows: The rows of the documents.
        documents: For the sources of the predictions.
        logits: Those of each fold's test rows, without offsets.
        folds: (train, test) row indices.
        offsets: What is added to the logit of each label.

    """
    tests = [test for _, test in folds]
    gold = np.array([LABELS.index(label) for label in rows.labels.tolist()])
    probabilities = np.empty((len(rows), len(LABELS)))
    for fold, test in enumerate(tests):
        others = np.concatenate([*tests[:fold], *tests[fold + 1 :]])
        logits_of_others = np.concatenate([*logits[:fold], *logits[fold + 1 :]])
        factor = fit_inverse_temperature(logits_of_others, gold[others], rows.weights[others])
        probabilities[test] = softmax(factor * (logits[fold] + offsets), axis=1)
    return pair_predictions(rows, probabilities, documents)


def check_enough_articles(rows: Rows, params: TrainingParams) -> None:
    """Check that every label occurs in enough articles to cross-validate.

    Raises:
        CorpusError: It does not.

    """
    least = max(params.validation_folds, params.calibration_folds + 1)
    for label in LABELS:
        articles = len(set(rows.groups[rows.labels == label].tolist()))
        if articles < least:
            raise CorpusError(f"{label} occurs in {articles} articles; training needs it in at least {least}")
