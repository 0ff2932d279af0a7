"""Which sentences the careful reader is asked about with ``auto``."""

import numpy as np
from numpy.typing import NDArray

from model.labels import LABELS

_THREAT = LABELS.index("threat")


def may_be_threats(fast: NDArray[np.float64], from_threat: float) -> NDArray[np.bool_]:
    """Return which sentences are a threat with at least the probability ``from_threat``.

    Args:
        fast: The fast reader's probabilities, of shape (sentences, labels).
        from_threat: The probability.

    """
    may_be: NDArray[np.bool_] = fast[:, _THREAT] >= from_threat
    return may_be


def list_asked(fast: NDArray[np.float64], below: float, from_threat: float) -> NDArray[np.bool_]:
    """Return which sentences it reads: those that may be threats, and those of which the fast reader is not sure.

    Args:
        fast: The fast reader's probabilities, of shape (sentences, labels).
        below: Confidence below which the fast reader is not sure.
        from_threat: Probability from which a sentence may be a threat.

    """
    asked: NDArray[np.bool_] = (fast.max(axis=1) < below) | may_be_threats(fast, from_threat)
    return asked
