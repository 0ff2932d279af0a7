"""Evaluate attribution against the speakers that the corpus's own articles name.

``python -m training.studies.speakers`` prints the score. Only articles that name their speakers count. A speaker is
right where the last word of the name is.

``--calibrate`` fits how sure each speaker is (:mod:`model.attribution.confidence`) on the same articles, writes the
weights, and prints how good they are on articles that they were not fitted on.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from model import lexicon
from model.attribution import Attribution, attribute
from model.attribution.confidence import Evidence, Step, Weights, facts_of, probability
from training.corpus import CORPUS_DIR, LabelledDocument, LabelledSentence, load_corpus
from training.evaluate import calibration_error

_WEIGHTS = Path(lexicon.__file__).with_name("confidence.json")
_FOLDS = 10
_REGULARISATION = 1.0  # the inverse strength of scikit-learn's "C"
_SEED = 0
_PRIOR, _PRIOR_WEIGHT = 0.9, 10.0  # of a speaker rightly taken over: as if seen that often, right in this share
_WORD = re.compile(r"\w[\w.'’-]*\w|\w")


@dataclass(frozen=True, slots=True)
class Score:
    """How well speakers were found.

    Attributes:
        sentences: Sentences judged.
        precision, recall, f1: Of "this sentence has a speaker".
        name_accuracy: Share of the sentences with a speaker in both whose names end in the same word.

    """

    sentences: int
    precision: float
    recall: float
    f1: float
    name_accuracy: float


def score(documents: Sequence[LabelledDocument]) -> Score:
    """Score the attribution of documents that name their speakers."""
    pairs = [(gold.speaker, found.speaker and found.speaker.name) for gold, found in _pairs(documents)]
    both = [(gold, ours) for gold, ours in pairs if gold and ours]
    precision = len(both) / max(sum(ours is not None for _, ours in pairs), 1)
    recall = len(both) / max(sum(gold is not None for gold, _ in pairs), 1)
    right = sum(same_name(gold, ours) for gold, ours in both)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return Score(len(pairs), precision, recall, f1, right / max(len(both), 1))


def same_name(gold: str, ours: str) -> bool:
    """Tell whether two names end in the same word, whatever its case.

    >>> same_name("Sergei Lavrov", "Lavrov")
    True
    """
    return _last_word(gold) == _last_word(ours)


def _last_word(name: str) -> str:
    words = _WORD.findall(name.lower())
    return words[-1].removesuffix("'s").removesuffix("’s") if words else ""


def _pairs(documents: Sequence[LabelledDocument]) -> Iterator[tuple[LabelledSentence, Attribution]]:
    for document in documents:
        if any(sentence.speaker for sentence in document.sentences):
            yield from zip(document.sentences, attribute(document.texts), strict=True)


def _errors(documents: Sequence[LabelledDocument]) -> Iterator[str]:
    for gold, found in _pairs(documents):
        ours = found.speaker.name if found.speaker else None
        if (gold.speaker or ours) and not (gold.speaker and ours and same_name(gold.speaker, ours)):
            yield f"[{gold.speaker or '-'} / ours: {ours or '-'}] {gold.text}"


@dataclass(frozen=True, slots=True)
class Found:
    """A speaker that attribution found: the article's number, what speaks for the speaker, and whether it is right."""

    article: int
    evidence: Evidence
    right: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well confidence tells right speakers from wrong ones, on articles it was not fitted on.

    Attributes:
        speakers: Speakers found.
        right: Share of them that are right.
        brier: Mean squared difference of confidence and rightness; lower is better.
        brier_constant: The same, were every speaker as sure as ``right``.
        ece: Expected calibration error over ten bins.
        auc: Chance that a right speaker is surer than a wrong one.
        reliability: By step (else way) and source: how many, mean confidence, and share right.

    """

    speakers: int
    right: float
    brier: float
    brier_constant: float
    ece: float
    auc: float
    reliability: dict[str, tuple[int, float, float]]


def find_speakers(documents: Sequence[LabelledDocument]) -> list[Found]:
    """Return every speaker found in the documents that name theirs; wrong too where the annotation has none."""
    annotated = [document for document in documents if any(sentence.speaker for sentence in document.sentences)]
    return [
        Found(number, found.evidence, bool(gold.speaker and same_name(gold.speaker, found.speaker.name)))
        for number, document in enumerate(annotated)
        for gold, found in _pairs([document])
        if found.speaker is not None and found.evidence is not None
    ]


def fit_weights(speakers: Sequence[Found]) -> Weights:
    """Fit a logistic regression on the sentences that say themselves who speaks, then the steps on the others."""
    from sklearn.linear_model import LogisticRegression

    own = [one for one in speakers if not one.evidence.step]
    facts = [frozenset(facts_of(one.evidence)) for one in own]
    kept = sorted(frozenset().union(*facts))
    held = np.array([[fact in one for fact in kept] for one in facts], float)
    model = LogisticRegression(C=_REGULARISATION, max_iter=1000).fit(held, [one.right for one in own])
    by_fact = {fact: round(float(weight), 3) for fact, weight in zip(kept, model.coef_[0], strict=True)}
    weights = Weights(round(float(model.intercept_[0]), 3), by_fact, {})
    for step in filter(None, get_args(Step)):
        taken = [one for one in speakers if one.evidence.step == step]
        right = sum(one.right for one in taken) + _PRIOR * _PRIOR_WEIGHT
        weights.steps[step] = round(right / (len(taken) + _PRIOR_WEIGHT), 3)
    return weights


def cross_validate(speakers: Sequence[Found]) -> NDArray[np.float64]:
    """Return each speaker's confidence by weights fitted on the articles of the other folds."""
    from sklearn.model_selection import StratifiedGroupKFold

    confidence = np.empty(len(speakers))
    right, articles = [one.right for one in speakers], [one.article for one in speakers]
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    for others, held_out in folds.split(right, right, articles):
        weights = fit_weights([speakers[index] for index in others])
        for index in held_out:
            confidence[index] = probability(weights, speakers[index].evidence)
    return confidence


def calibrate(speakers: Sequence[Found]) -> Calibration:
    """Measure confidence by cross-validation over articles."""
    from sklearn.metrics import roc_auc_score

    confidence, right = cross_validate(speakers), np.array([one.right for one in speakers])
    kinds = np.array([f"{one.evidence.step or one.evidence.way}, {one.evidence.source}" for one in speakers])
    reliability = {
        str(kind): (int(here.sum()), round(float(confidence[here].mean()), 3), round(float(right[here].mean()), 3))
        for kind in np.unique(kinds)
        for here in [kinds == kind]
    }
    return Calibration(
        speakers=len(speakers),
        right=float(right.mean()),
        brier=float(np.mean((confidence - right) ** 2)),
        brier_constant=float(right.mean() * (1 - right.mean())),
        ece=calibration_error(right, confidence),
        auc=float(roc_auc_score(right, confidence)),
        reliability=reliability,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the score as JSON, and errors if asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="*", type=Path, default=[CORPUS_DIR], help="JSONL files or folders of them")
    parser.add_argument("--errors", action="store_true", help="print every sentence whose speaker is wrong")
    parser.add_argument("--calibrate", action="store_true", help=f"fit confidence and write {_WEIGHTS.name}")
    given = parser.parse_args(arguments)
    documents = load_corpus(given.corpus)
    if given.errors:
        print("\n".join(_errors(documents)))
    if given.calibrate:
        speakers = find_speakers(documents)
        _WEIGHTS.write_text(json.dumps(fit_weights(speakers)._asdict(), indent=1) + "\n", encoding="utf-8")
        print(json.dumps(_rounded(asdict(calibrate(speakers))), indent=1))
    print(json.dumps(_rounded(asdict(score(documents)))))


def _rounded(record: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in record.items()}


if __name__ == "__main__":
    main()
