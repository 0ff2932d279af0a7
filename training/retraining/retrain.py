"""Fits a candidate on corpus and corrections, and compares it with the model in service.

On held-out articles, a model that has learned from them cannot be measured. So both are fitted anew for each fold, on
the other folds: the candidate on corpus and corrections, the model in service on the corpus and those corrections that
it has learned from. On evaluation files, both models are measured as they are.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.artifact import ArtifactError, find_version, read_manifest
from model.classifier import Classifier
from model.labels import LABELS
from training.artifact import replace_folder
from training.corpus import CorpusError, LabelledDocument
from training.evaluate import Prediction, predict_documents
from training.fit import (
    FIT_PER_FEATURES,
    Fits,
    TrainingResult,
    check_enough_articles,
    compute_logits,
    hash_corpus,
    list_offsets,
    plan_fits,
    predict_folds,
    write_artifact,
)
from training.parallel import run_parallel
from training.params import TrainingParams
from training.retraining.gate import MARGIN, Contradiction, Pair, Verdict, judge
from training.split import Fold, Rows, make_rows, split_by_article, weigh_rows

LEARNED_FILE: Final = "corrections.json"  # in an artifact: which corrected documents it has learned from
HELD_OUT = "held-out corpus"
CORRECTIONS = "held-out corrections"
_LEAST_WORDS: Final = 8  # a sentence of so many words that two documents share makes them one article


@dataclass(frozen=True, slots=True)
class Retrained:
    """A candidate, and whether it may go into service.

    Attributes:
        training: The training of the candidate.
        verdict: The gate's verdict.
        notes: What to know about the comparison, a sentence each.

    """

    training: TrainingResult
    verdict: Verdict
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Learning:
    """What the candidate learns from.

    Attributes:
        documents: Those of the corpus, then the corrected ones.
        corpus: How many belong to the corpus.
        rows: Their labelled sentences.
        known: Which rows the model in service has learned from, too.
        folds: Folds of the rows by article.
        seconds_for_features: How long the rows' features took to compute.

    """

    documents: Sequence[LabelledDocument]
    corpus: int
    rows: Rows
    known: NDArray[np.bool_]
    folds: Sequence[Fold]
    seconds_for_features: float


def retrain(
    corpus: Sequence[LabelledDocument],
    corrected: Sequence[LabelledDocument],
    in_service: Path,
    evaluation: Mapping[str, Sequence[LabelledDocument]],
    params: TrainingParams,
    out: Path,
    margin: float = MARGIN,
) -> Retrained:
    """Train a candidate, write it to ``out``, and judge it.

    Args:
        corpus: The corpus.
        corrected: Documents with the labels that people gave; sentences that nobody labelled have none.
        in_service: Artifact of the model in service.
        evaluation: Documents to compare both models on, by what tables call them.
        params: The hyperparameters.
        out: Folder for the candidate's artifact.
        margin: By how much a label's F1 may fall.

    Raises:
        CorpusError: There is nothing new to learn, or too little to cross-validate.
        ArtifactError: The model in service cannot be used, or ``out`` cannot be written.
        ValueError: The margin is no share.

    """
    in_service = find_version(in_service)
    learning = _prepare(corpus, corrected, in_service, params)
    with replace_folder(out) as folder:
        fits, logits_in_service = _fit(learning, params)
        print("measuring on held-out articles", file=sys.stderr, flush=True)
        rows, documents = learning.rows, learning.documents
        offsets = list_offsets(params.model)
        candidate = predict_folds(rows, documents, fits.logits, fits.folds, offsets)
        before = predict_folds(rows, documents, logits_in_service, fits.folds, offsets)
        records = {LEARNED_FILE: _describe_learned(corrected)}
        trained = write_artifact(folder, documents, rows, fits, params, records)
        pairs = [Pair(HELD_OUT, *(_of_corpus(said, learning) for said in (candidate, before)))]
        pairs += _evaluate(folder, in_service, evaluation)
    verdict = judge(
        pairs,
        Pair(CORRECTIONS, *(_of_corrections(said, learning) for said in (candidate, before))),
        _find_contradictions(*(_of_corrections(said, learning) for said in (candidate, before))),
        _measure_expected(_of_corpus(before, learning)),
        margin,
    )
    return Retrained(trained, verdict, _list_notes(corpus, corrected, in_service, params))


def find_articles(documents: Sequence[LabelledDocument]) -> list[int]:
    """Return the number of the article that each document is: documents that share a long sentence are one article.

    Whoever corrects an article of the corpus, or two copies of one, must not have it in training and test at once.
    """
    seen: dict[str, int] = {}
    articles = list[int]()
    for number, document in enumerate(documents):
        long = [" ".join(words) for text in document.texts if len(words := text.split()) >= _LEAST_WORDS]
        article = next((seen[text] for text in long if text in seen), number)
        for text in long:
            seen.setdefault(text, article)
        articles.append(article)
    return articles


def read_learned(artifact: Path) -> Mapping[str, str]:
    """Return the hash of each corrected document that an artifact has learned from, by the document's id.

    Raises:
        ArtifactError: The artifact's record of them cannot be read.

    """
    path = find_version(artifact) / LEARNED_FILE
    try:
        learned: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["documents"]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{path} cannot be read ({error!r}); use an artifact that is whole") from error
    return learned


def set_apart(
    corrected: Sequence[LabelledDocument], evaluation: Mapping[str, Sequence[LabelledDocument]]
) -> tuple[list[LabelledDocument], list[LabelledDocument]]:
    """Return the corrected documents to learn from, and those that are also in an evaluation file."""
    measured = [document for documents in evaluation.values() for document in documents]
    articles = find_articles([*measured, *corrected])
    of_measured = set(articles[: len(measured)])
    shared = [article in of_measured for article in articles[len(measured) :]]
    kept = [document for document, is_shared in zip(corrected, shared, strict=True) if not is_shared]
    return kept, [document for document, is_shared in zip(corrected, shared, strict=True) if is_shared]


def _prepare(
    corpus: Sequence[LabelledDocument], corrected: Sequence[LabelledDocument], in_service: Path, params: TrainingParams
) -> _Learning:
    learned = read_learned(in_service)
    is_known = [True] * len(corpus) + [learned.get(document.id) == hash_corpus([document]) for document in corrected]
    if all(is_known):
        raise CorpusError("the model in service has learned from all these corrections already: nothing is new")
    documents = [*corpus, *corrected]
    started = time.monotonic()
    rows = make_rows(documents, params.source_weights, params.label_shares, show_progress=True)
    seconds_for_features = time.monotonic() - started
    if not (rows.groups >= len(corpus)).any():
        raise CorpusError("no corrected sentence has a label to learn from (page furniture has none)")
    check_enough_articles(rows, params)
    articles = np.array(find_articles(documents), dtype=np.intp)[rows.groups]
    folds = split_by_article(replace(rows, groups=articles), params.validation_folds, params.seed)
    return _Learning(documents, len(corpus), rows, np.array(is_known)[rows.groups], folds, seconds_for_features)


def _fit(learning: _Learning, params: TrainingParams) -> tuple[Fits, list[NDArray[np.float64]]]:
    """Return the candidate's fits, and the logits of each fold by the model in service without that fold."""
    rows, folds = learning.rows, learning.folds
    jobs, costs = plan_fits(rows, folds, params)
    for train, test in folds:
        known = rows.subset(train[learning.known[train]])
        known = weigh_rows(known, learning.documents, params.source_weights, params.label_shares)
        jobs.append(partial(compute_logits, known, rows.subset(test), params.model))
        costs.append(len(known) / len(rows))
    description = f"fitting on {len(rows):,} sentences, the candidate and {len(folds)} folds of both models"
    final, *logits = run_parallel(jobs, description, costs, FIT_PER_FEATURES * learning.seconds_for_features)
    return Fits(final, folds, logits[: len(folds)]), logits[len(folds) :]


def _of_corpus(predictions: Sequence[Prediction], learning: _Learning) -> list[Prediction]:
    return [prediction for prediction in predictions if prediction.document < learning.corpus]


def _of_corrections(predictions: Sequence[Prediction], learning: _Learning) -> list[Prediction]:
    return [prediction for prediction in predictions if prediction.document >= learning.corpus]


def _evaluate(candidate: Path, in_service: Path, evaluation: Mapping[str, Sequence[LabelledDocument]]) -> list[Pair]:
    if not evaluation:
        return []
    print(f"measuring on {', '.join(evaluation)}", file=sys.stderr, flush=True)
    after, before = (Classifier.load(folder, "fast", choosable=False) for folder in (candidate, in_service))
    return [
        Pair(name, predict_documents(after, documents), predict_documents(before, documents))
        for name, documents in evaluation.items()
    ]


def _find_contradictions(candidate: Sequence[Prediction], in_service: Sequence[Prediction]) -> list[Contradiction]:
    return [
        Contradiction(after.probabilities[LABELS.index(after.gold)])
        for after, before in zip(candidate, in_service, strict=True)
        if before.predicted != before.gold
    ]


def _measure_expected(predictions: Sequence[Prediction]) -> float:
    """Return the mean probability of the right label where a prediction is wrong; 0 where none is."""
    found = [p.probabilities[LABELS.index(p.gold)] for p in predictions if p.predicted != p.gold]
    return float(np.mean(found)) if found else 0.0


def _describe_learned(corrected: Sequence[LabelledDocument]) -> dict[str, Any]:
    labelled = sum(sentence.label is not None for document in corrected for sentence in document.sentences)
    return {"sentences": labelled, "documents": {document.id: hash_corpus([document]) for document in corrected}}


def _list_notes(
    corpus: Sequence[LabelledDocument], corrected: Sequence[LabelledDocument], in_service: Path, params: TrainingParams
) -> tuple[str, ...]:
    """Say where the model in service is not what its recipe would give today."""
    manifest, learned = read_manifest(in_service), read_learned(in_service)
    known = [document for document in corrected if learned.get(document.id) == hash_corpus([document])]
    notes = []
    if manifest.params_sha256 != params.digest:
        notes.append("the model in service was trained with other hyperparameters; on folds it is fitted with today's")
    if len(known) < len(learned):
        notes.append(
            f"the model in service has learned from {len(learned) - len(known)} corrected documents that were deleted "
            "or changed since; on folds it is fitted without them"
        )
    elif manifest.corpus_sha256 != hash_corpus([*corpus, *known]):
        notes.append("the model in service was trained on another corpus; on folds it is fitted on today's")
    return tuple(notes)
