"""The careful reader: a document's sentences with their evidence in, log probabilities out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.careful.bundle import LEARNED, NETWORK_FILE, TOKENIZER_FILE, Bundle, Decision, load_bundle
from model.careful.form import list_inputs
from model.careful.network import Network
from model.labels import LABELS
from model.preparation import Prepared


class CarefulReader:
    """A loaded network with its bundle; threads may share it."""

    def __init__(self, bundle: Bundle, network: Network) -> None:
        self.bundle = bundle
        self._network = network

    @classmethod
    def load(cls, folder: Path = LEARNED) -> "CarefulReader":
        """Load a bundle after verifying it.

        Raises:
            ArtifactError: It is missing, damaged or of another version.

        """
        bundle = load_bundle(folder)
        return cls(bundle, Network(folder / NETWORK_FILE, folder / TOKENIZER_FILE, bundle.decision.longest))

    @property
    def decision(self) -> Decision:
        """How its probabilities are used."""
        return self.bundle.decision

    def describe(self) -> dict[str, Any]:
        """Return what it is and how it is used, as JSON-ready data."""
        return {"hash": self.bundle.hash, **self.bundle.facts, "uncertain_below": self.decision.uncertain_below}

    def log_probabilities(self, documents: Sequence[Prepared], wanted: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return log probabilities of shape (sentences of all documents, labels).

        Args:
            documents: The documents.
            wanted: Which of their sentences to read, of shape (sentences,); the others get NaN, and so does one that is
                too long.

        """
        found = np.full((len(wanted), len(LABELS)), np.nan)
        pairs, start = list[tuple[str, str]](), 0
        for document in documents:
            stop = start + len(document.texts)
            pairs += list_inputs(document, self.decision.form, np.flatnonzero(wanted[start:stop]).tolist())
            start = stop
        found[wanted] = self._network.log_probabilities(pairs)
        return found

    def log_probabilities_of(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Return log probabilities of shape (pairs, labels) of evidence and sentences; NaN for one that is too long."""
        return self._network.log_probabilities(pairs)
