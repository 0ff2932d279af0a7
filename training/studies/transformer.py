"""MiniLM fine-tuned on the task: the strongest peer, and the only one that needs PyTorch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm
from transformers import AutoModel

from model.labels import LABELS
from training.split import Rows
from training.studies.libraries import find_minilm_folder, load_tokenizer, make_batches
from training.studies.peers import Documents, list_sentences, list_texts

LEARNING_RATE = 1e-4  # several times that of large models, as is usual for small ones
WARM_UP = 0.1  # share of the steps over which the rate rises, to fall linearly from there
EPOCHS = 2
MAX_TOKENS = 64  # a sentence of real news has 31; the two longest in a hundred are cut
THREADS = 1


class SentenceClassifier(torch.nn.Module):  # type: ignore[misc]
    """MiniLM, the mean over its tokens' vectors, and a linear layer to the labels."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(self.body.config.hidden_size, len(LABELS))

    def forward(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Any:  # noqa: ANN401 -- a tensor
        """Return logits of shape (texts, labels)."""
        attended = torch.from_numpy(mask)
        vectors = self.body(input_ids=torch.from_numpy(ids), attention_mask=attended).last_hidden_state
        mean = (vectors * attended[:, :, None]).sum(dim=1) / attended.sum(dim=1, keepdim=True)
        return self.head(self.dropout(mean))


class FineTuned:
    """all-MiniLM-L6-v2 (22 M parameters) with all its weights trained on the task; sees the sentence alone."""

    name = "MiniLM fine-tuned"

    def __init__(self, epochs: int = EPOCHS, seed: int = 0) -> None:
        self._epochs = epochs
        self._seed = seed
        self._tokenizer = load_tokenizer(MAX_TOKENS)
        self._model: Any = None

    def fit(self, rows: Rows) -> None:
        """Learn from labelled sentences: cross-entropy by weight, AdamW."""
        torch.set_num_threads(THREADS)
        torch.manual_seed(self._seed)
        self._model = SentenceClassifier(find_minilm_folder())
        batches = list(make_batches(self._tokenizer, list_texts(rows)))
        gold = torch.tensor([LABELS.index(label) for label in rows.labels.tolist()])
        weights = torch.tensor(rows.weights / rows.weights.mean(), dtype=torch.float32)
        optimizer = torch.optim.AdamW(self._model.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
        steps = self._epochs * len(batches)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, steps))
        self._model.train()
        for number in tqdm(self._shuffle_batches(len(batches)), total=steps, desc=self.name, unit="batch"):
            index, ids, mask = batches[number]
            with torch.autocast("cpu", dtype=torch.bfloat16):  # half the time on processors that know it
                logits = self._model(ids, mask)
            loss = torch.nn.functional.cross_entropy(logits.float(), gold[index], reduction="none")
            (loss * weights[index]).mean().backward()
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        self._model.eval()

    def probabilities(self, documents: Documents) -> NDArray[np.float64]:
        """Return one row for each sentence."""
        texts = list_sentences(documents)
        probabilities = np.empty((len(texts), len(LABELS)))
        with torch.inference_mode():
            for index, ids, mask in make_batches(self._tokenizer, texts):
                probabilities[index] = torch.softmax(self._model(ids, mask), dim=1).double().numpy()
        return probabilities

    def save(self, folder: Path) -> None:
        """Write weights and tokeniser."""
        torch.save(self._model.state_dict(), folder / "model.pt")
        self._tokenizer.save(str(folder / "tokenizer.json"))

    def _shuffle_batches(self, count: int) -> Iterator[int]:
        """Yield the numbers of the batches, shuffled anew in every epoch."""
        random = np.random.default_rng(self._seed)
        for _ in range(self._epochs):
            yield from random.permutation(count).tolist()


def rate_at(step: int, steps: int) -> float:
    """Return the share of the learning rate at a step: up to 1 over the warm-up, then down to 0."""
    warm_up = max(1, round(WARM_UP * steps))
    return min((step + 1) / warm_up, max(0, steps - step) / max(1, steps - warm_up))
