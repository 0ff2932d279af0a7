"""Corpus to artifact: cross-validated figures, thresholds, the final fit, and the report beside it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from tqdm import tqdm

from model import artifact
from model.labels import LABELS
from model.pipeline import ModelParams, build_pipeline
from training.corpus import CorpusError, LabelledDocument
from training.evaluate import Evaluation, Judged, evaluate
from training.params import TrainingParams
from training.report import write_report
from training.split import Fold, Rows, article_folds, rows_of


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training run produced: the artifact's manifest, and the held-out predictions with their figures."""

    manifest: artifact.Manifest
    held_out: list[Judged]
    evaluation: Evaluation


def train(documents: Sequence[LabelledDocument], params: TrainingParams, out: Path) -> Trained:
    """Train on the documents and write the artifact to ``out``, replacing one there in a single step at the end.

    The same documents and hyperparameters give the same predictions.

    Raises:
        CorpusError: The documents are too few to cross-validate, or lack a label.
        ArtifactError: ``out`` cannot be written or is something else than an artifact.

    """
    with artifact.replacing(out) as folder:
        rows = rows_of(documents, params.source_weights)
        _check(rows, params)
        folds = article_folds(rows, params.validation_folds, params.seed)
        jobs = [*(rows.subset(train_index) for train_index, _ in folds), rows]
        fits = _fit_all(jobs, params)
        held_out = _held_out(rows, documents, islice(fits, len(folds)), folds)
        evaluation = evaluate(held_out)
        decision = {"uncertain_below": uncertain_below(held_out, params.uncertain_precision)}
        facts = {
            "version": version("stancewire"),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "labels": LABELS,
            "corpus_sha256": corpus_digest(documents),
            "params_sha256": params.digest,
            "metrics": evaluation.to_dict(),
        }
        write_report(folder, documents, params, held_out, evaluation, decision["uncertain_below"])
        (final,) = fits  # it was still being fitted while the figures were worked out
        manifest = artifact.save(folder, final, decision, facts)
    return Trained(manifest, held_out, evaluation)


def fit(rows: Rows, params: ModelParams, calibration_folds: int, seed: int) -> Pipeline:
    """Fit the calibrated pipeline on the rows."""
    pipeline = build_pipeline(params, article_folds(rows, calibration_folds, seed))
    pipeline.fit(rows.fields, rows.labels, classifier__sample_weight=rows.weights)
    return pipeline.set_params(classifier__cv=None)  # row indices: of no use after the fit, and large


def predict(pipeline: Pipeline, rows: Rows) -> NDArray[np.float64]:
    """Return probabilities of shape (rows, labels), columns in the order of :data:`LABELS`."""
    columns = [list(pipeline.classes_).index(label) for label in LABELS]
    probabilities: NDArray[np.float64] = pipeline.predict_proba(rows.fields)[:, columns]
    return probabilities


def uncertain_below(judged: Sequence[Judged], precision: float) -> float:
    """Return the least confidence from which the predictions are right at least ``precision`` of the time.

    1.0 (everything uncertain) where no confidence reaches it.
    """
    confidence = np.array([max(j.probabilities) for j in judged])
    right = np.array([j.gold == j.predicted for j in judged])
    order = np.argsort(-confidence, kind="stable")
    precise = np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision
    precise[:-1] &= np.diff(confidence[order]) < 0  # equal confidences stand or fall together
    return float(confidence[order][np.flatnonzero(precise)[-1]]) if precise.any() else 1.0


def corpus_digest(documents: Sequence[LabelledDocument]) -> str:
    """Return a SHA-256 over texts and labels, the same whatever the order of the documents."""
    lines = sorted(json.dumps([d.id, [[s.text, s.label, s.also] for s in d.sentences]]) for d in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _fit_all(jobs: Sequence[Rows], params: TrainingParams) -> Iterator[Pipeline]:
    """Fit a pipeline on each, in processes, showing progress; results come in the order of the jobs."""
    fits = joblib.Parallel(n_jobs=-1, return_as="generator")(
        joblib.delayed(fit)(rows, params.model, params.calibration_folds, params.seed) for rows in jobs
    )
    yield from tqdm(fits, desc=f"fitting on {len(jobs[-1])} sentences", total=len(jobs), unit="fit")


def _held_out(
    rows: Rows, documents: Sequence[LabelledDocument], models: Iterable[Pipeline], folds: Sequence[Fold]
) -> list[Judged]:
    probabilities = np.empty((len(rows), len(LABELS)))
    for model, (_, test) in zip(models, folds, strict=True):
        probabilities[test] = predict(model, rows.subset(test))
    return [
        Judged(
            int(group), documents[group].source, sentence.label, sentence.also, LABELS[values.argmax()], tuple(values)
        )
        for group, sentence, values in zip(rows.groups, rows.sentences, probabilities, strict=True)
        if sentence.label is not None
    ]


def _check(rows: Rows, params: TrainingParams) -> None:
    least = max(params.validation_folds, params.calibration_folds + 1)
    for label in LABELS:
        articles = len(set(rows.groups[rows.labels == label].tolist()))
        if articles < least:
            raise CorpusError(f"{label} occurs in {articles} articles; training needs it in at least {least}")
