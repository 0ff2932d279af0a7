"""What the network's probabilities are worth: the mixture with the fast reader, and the bounds of "auto" and of doubt.

All of it is settled on articles of real news that neither reader has learned from.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold

from model.careful.asking import may_be_threats
from model.careful.mixture import Mixture
from model.labels import LABELS

FOLDS = 5
_THREAT = LABELS.index("threat")
_LEAST = 1e-12  # a smaller probability has no useful logarithm


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The sentences of the articles held out; entry i of each attribute belongs to the same sentence.

    Attributes:
        gold: The number of the label.
        groups: The index of the document.
        fast: The fast reader's probabilities, of shape (sentences, labels).
        careful: The network's log probabilities, of the same shape.
        threats: The share of threats in the news to calibrate for; see :attr:`weights`.

    """

    gold: NDArray[np.intp]
    groups: NDArray[np.intp]
    fast: NDArray[np.float64]
    careful: NDArray[np.float64]
    threats: float

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weight of each sentence, so that threats have their share.

        In news of all kinds hardly one sentence in a hundred is a threat. Probabilities that are right for it miss most
        threats in the articles in which people look for them, where one sentence in fifteen or twenty is one.
        """
        is_threat = self.gold == _THREAT
        others, threats = (~is_threat).sum(), is_threat.sum()
        return np.where(is_threat, self.threats / (1 - self.threats) * others / max(threats, 1), 1.0)

    def subset(self, index: NDArray[np.intp]) -> "HeldOut":
        """Return the sentences at ``index``."""
        return HeldOut(self.gold[index], self.groups[index], self.fast[index], self.careful[index], self.threats)


def fit_mixture(held_out: HeldOut) -> Mixture:
    """Return the mixture with the least log loss, each sentence counted by its weight.

    This is multinomial logistic regression with one slope for each reader and one intercept for each label.
    """
    rows, weights = np.arange(len(held_out.gold)), held_out.weights

    def measure_loss(values: NDArray[np.float64]) -> float:
        probabilities = _make_mixture(values).probabilities(held_out.fast, held_out.careful)
        return -float(np.average(np.log(np.maximum(probabilities[rows, held_out.gold], _LEAST)), weights=weights))

    start = np.array([0.5, 0.5, *([0.0] * (len(LABELS) - 1))])
    return _make_mixture(minimize(measure_loss, start, method="BFGS").x)


def mix_held_out(held_out: HeldOut) -> NDArray[np.float64]:
    """Return the mixture's probabilities for each sentence, fitted on the other articles."""
    mixed = np.empty_like(held_out.fast)
    for others, own in GroupKFold(FOLDS).split(held_out.fast, groups=held_out.groups):
        part = held_out.subset(own)
        mixed[own] = fit_mixture(held_out.subset(others)).probabilities(part.fast, part.careful)
    return mixed


def find_ask_below(fast: NDArray[np.float64], ask_from_threat: float, asked: float) -> float:
    """Return the confidence below which the careful reader is asked, so that it reads a share ``asked`` of all.

    Args:
        fast: The fast reader's probabilities, of shape (sentences, labels).
        ask_from_threat: Probability of a threat from which it is asked whatever the confidence.
        asked: The share.

    """
    others = np.sort(fast.max(axis=1)[~may_be_threats(fast, ask_from_threat)])
    count = round(asked * len(fast)) - (len(fast) - len(others))
    if count <= 0:
        return 0.0
    return float(others[count]) if count < len(others) else 1.0


def _make_mixture(values: Sequence[float] | NDArray[np.float64]) -> Mixture:
    fast, careful, *bias = (float(value) for value in values)
    return Mixture(fast, careful, (*bias, 0.0))
