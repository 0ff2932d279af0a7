"""The two readers of a sentence, and which of them decides.

The fast reader gives every sentence its probabilities. With "careful" the careful reader reads every sentence, too;
with "auto" it reads those of which the fast one is not sure, and those that may be a threat. Where it has read, the
probabilities are a mixture of both readers'.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.careful.asking import list_asked
from model.labels import LABELS
from model.preparation import Prepared
from model.reader_choice import ReaderChoice, ReaderUnavailableError
from model.scoring.scorer import Scorer

if TYPE_CHECKING:  # it imports onnxruntime, which is not always there
    from model.careful.reader import CarefulReader

_NEEDED = ("onnxruntime", "tokenizers")


class Readings(NamedTuple):
    """What the readers say of the sentences of several documents, one row a sentence, columns as in ``LABELS``.

    Attributes:
        probabilities: What counts.
        fast: What the fast reader gives by itself.
        careful: What the careful reader gives by itself; NaN in the rows that it has not read.
        decided: Which rows the careful reader has read, of shape (sentences,).

    """

    probabilities: NDArray[np.float64]
    fast: NDArray[np.float64]
    careful: NDArray[np.float64]
    decided: NDArray[np.bool_]

    def of(self, start: int, stop: int) -> "Readings":
        """Return the readings of the sentences from ``start`` to ``stop`` (exclusive)."""
        return Readings(
            self.probabilities[start:stop], self.fast[start:stop], self.careful[start:stop], self.decided[start:stop]
        )


class Readers:
    """The fast reader and, where it is installed, the careful one."""

    def __init__(self, scorer: Scorer, careful: "CarefulReader | None" = None) -> None:
        self.scorer = scorer
        self.careful = careful
        self._columns = [scorer.classes.index(label) for label in LABELS]

    def choose(self, choice: ReaderChoice) -> ReaderChoice:
        """Return who reads: "auto" is "fast" where there is no careful reader.

        Raises:
            ReaderUnavailableError: The careful reader is asked for by name, and there is none.

        """
        if self.careful is not None:
            return choice
        if choice == "careful":
            raise ReaderUnavailableError(
                "the careful reader is not installed; install it with: pip install 'stancewire[careful]', "
                "or choose the reader fast or auto"
            )
        return "fast"

    def read(self, documents: Sequence[Prepared], choice: ReaderChoice) -> Readings:
        """Read the sentences of documents.

        Raises:
            ReaderUnavailableError: The careful reader is asked for by name, and there is none.

        """
        choice = self.choose(choice)
        rows = [row for document in documents for row in document.fields]
        fast = self.scorer.probabilities(rows)[:, self._columns]
        if self.careful is None or choice == "fast":
            return Readings(fast, fast, np.full(fast.shape, np.nan), np.zeros(len(fast), dtype=np.bool_))
        decision = self.careful.decision
        if choice == "careful":
            wanted = np.ones(len(fast), dtype=np.bool_)
        else:
            wanted = list_asked(fast, decision.ask_below, decision.ask_from_threat)
        careful = self.careful.log_probabilities(documents, wanted)
        decided = ~np.isnan(careful[:, 0])
        probabilities = fast.copy()
        probabilities[decided] = decision.mixture.probabilities(fast[decided], careful[decided])
        return Readings(probabilities, fast, np.exp(careful), decided)


def is_careful_installed() -> bool:
    """Tell whether the libraries of the careful reader are installed."""
    return all(find_spec(name) is not None for name in _NEEDED)


def load_careful(folder: Path | None = None) -> "CarefulReader | None":
    """Load the careful reader; None where its libraries are not installed.

    Args:
        folder: What it has learned; what comes with this package by default.

    Raises:
        ArtifactError: What it has learned is missing, damaged or of another version.

    """
    if not is_careful_installed():
        return None
    from model.careful.reader import CarefulReader

    return CarefulReader.load() if folder is None else CarefulReader.load(folder)
