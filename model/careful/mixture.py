"""What the two readers' probabilities are worth together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEAST = 1e-12  # a smaller probability has no useful logarithm


@dataclass(frozen=True, slots=True)
class Mixture:
    """A logarithmic pool with a bias for each label, as in multinomial logistic regression.

    A label's logit is the weighed sum of the logarithms of what the readers give it, and its bias.

    Attributes:
        fast: The weight of the fast reader.
        careful: The weight of the careful reader.
        bias: What is added for each label.

    """

    fast: float
    careful: float
    bias: tuple[float, ...]

    def probabilities(self, fast: NDArray[np.float64], careful: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities of shape (sentences, labels).

        Args:
            fast: The fast reader's probabilities, of the same shape.
            careful: The careful reader's log probabilities, of the same shape.

        """
        logits = self.fast * np.log(np.maximum(fast, _LEAST)) + self.careful * careful + np.array(self.bias)
        odds: NDArray[np.float64] = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        return odds
