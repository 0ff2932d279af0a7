"""MiniLM fine-tuned on the sentence alone, as the careful reader is on the sentence with its evidence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.careful.examples import Examples, number_labels
from training.careful.learning import compute_logits, learn
from training.careful.network import SentenceClassifier
from training.careful.params import Learning, load_params
from training.libraries import find_minilm_folder, load_tokenizer
from training.split import Rows
from training.studies.peers import Documents, list_sentences, list_texts


class FineTuned:
    """all-MiniLM-L6-v2 (22 M parameters), its layers trained on the task; sees the sentence alone."""

    name = "MiniLM fine-tuned"

    def __init__(self, learning: Learning | None = None) -> None:
        self._learning = learning or load_params().learning
        self._tokenizer = load_tokenizer()
        self._network: Any = None

    def fit(self, rows: Rows) -> None:
        """Learn from labelled sentences: cross-entropy by weight, AdamW."""
        torch.manual_seed(self._learning.seed)
        self._network = SentenceClassifier(find_minilm_folder())
        examples = Examples(_pair(list_texts(rows)), number_labels(rows), rows.weights, np.ones(len(rows)))
        learn(self._network, self._tokenizer, examples, self._learning)

    def probabilities(self, documents: Documents) -> NDArray[np.float64]:
        """Return one row for each sentence."""
        pairs = _pair(list_sentences(documents))
        logits = compute_logits(self._network, self._tokenizer, pairs, self._learning)
        probabilities: NDArray[np.float64] = torch.softmax(torch.from_numpy(logits), dim=1).numpy()
        return probabilities

    def save(self, folder: Path) -> None:
        """Write weights and tokeniser."""
        torch.save(self._network.state_dict(), folder / "model.pt")
        self._tokenizer.save(str(folder / "tokenizer.json"))


def _pair(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return the texts as the careful reader reads them, without evidence."""
    return [("", text) for text in texts]
