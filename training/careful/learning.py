"""Fine-tunes the network; a run that was cut off goes on from its last checkpoint and ends with the same weights."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from model.labels import LABELS
from training.careful.examples import Examples
from training.careful.network import SentenceClassifier
from training.careful.params import Learning

CHECKPOINT_STEPS = 100
_NOISE = 2.0  # tokens; sentences of like length are learned from together, but not always the same ones


class Batch(NamedTuple):
    """Pairs that are learned from together, as what the network takes; each is of shape (pairs, tokens)."""

    tokens: Any
    segments: Any
    mask: Any


def learn(
    network: SentenceClassifier,
    tokenizer: Tokenizer,
    examples: Examples,
    learning: Learning,
    checkpoint: Path | None = None,
) -> None:
    """Train the network in place, in bfloat16, which takes a third of the time on processors that know it.

    Args:
        network: The network as it begins.
        tokenizer: Its tokeniser.
        examples: What to learn from.
        learning: The hyperparameters.
        checkpoint: Where the state is kept every :data:`CHECKPOINT_STEPS` steps, and looked for at the start; None to
            keep none.

    """
    torch.set_num_threads(1)  # two take longer than one where anything else is running
    encoded = _encode(tokenizer, examples.pairs, learning.longest)
    weights = torch.tensor(examples.weights / examples.weights.mean(), dtype=torch.float32)
    gold = torch.from_numpy(examples.gold.astype(np.int64))
    epochs = [_plan_epoch(encoded.lengths, examples.shares, learning, epoch) for epoch in range(learning.epochs)]
    plan = [index for epoch in epochs for index in epoch]
    optimizer = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad], lr=learning.rate, weight_decay=0.01, fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, len(plan), learning.warm_up))
    done = _resume(checkpoint, network, optimizer, schedule) if checkpoint else 0
    network.train()
    progress = tqdm(plan[done:], desc="learning", unit="batch", initial=done, total=len(plan))
    for step, index in enumerate(progress, done):
        torch.manual_seed(learning.seed * len(plan) + step)  # of the dropout, so that going on changes nothing
        batch = encoded.batch(index)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(batch.tokens, batch.segments, batch.mask)
        loss = torch.nn.functional.cross_entropy(logits.float(), gold[index], reduction="none")
        (loss * weights[index]).mean().backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if checkpoint and (step + 1) % CHECKPOINT_STEPS == 0:
            _keep(checkpoint, step + 1, network, optimizer, schedule)
    network.eval()


def compute_logits(
    network: SentenceClassifier, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]], learning: Learning
) -> NDArray[np.float64]:
    """Return the logits of a network that is trained, of shape (pairs, labels)."""
    encoded = _encode(tokenizer, pairs, learning.longest)
    logits = np.empty((len(pairs), len(LABELS)))
    order = np.argsort(encoded.lengths, kind="stable")
    with torch.inference_mode():
        for start in range(0, len(order), learning.batch):
            index = order[start : start + learning.batch]
            batch = encoded.batch(index)
            logits[index] = network(batch.tokens, batch.segments, batch.mask).double().numpy()
    return logits


def rate_at(step: int, steps: int, warm_up: float) -> float:
    """Return the share of the learning rate at a step: up to 1 over the warm-up, then down to 0."""
    rising = max(1, round(warm_up * steps))
    return min((step + 1) / rising, max(0, steps - step) / max(1, steps - rising))


class _Encoded:
    """Pairs as tokens."""

    def __init__(self, tokens: list[list[int]], segments: list[list[int]]) -> None:
        self.lengths = np.array([len(each) for each in tokens], dtype=np.intp)
        self._tokens = tokens
        self._segments = segments

    def batch(self, index: NDArray[np.intp]) -> Batch:
        """Return the pairs at ``index``, filled up to the longest."""
        shape = (len(index), int(self.lengths[index].max()))
        tokens, segments, mask = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for row, pair in enumerate(index.tolist()):
            length = self.lengths[pair]
            tokens[row, :length], segments[row, :length] = self._tokens[pair], self._segments[pair]
            mask[row, :length] = 1
        return Batch(*map(torch.from_numpy, (tokens, segments, mask)))


def _encode(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]], longest: int) -> _Encoded:
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest, strategy="longest_first")
    encoded = tokenizer.encode_batch_fast(list(pairs))
    tokenizer.no_truncation()
    return _Encoded([each.ids for each in encoded], [each.type_ids for each in encoded])


def _plan_epoch(
    lengths: NDArray[np.intp], shares: NDArray[np.float64], learning: Learning, epoch: int
) -> Iterator[NDArray[np.intp]]:
    """Yield the indices of each batch of an epoch: sentences of like length together, batches in random order."""
    random = np.random.default_rng([learning.seed, epoch])
    order = np.argsort(lengths + random.normal(0, _NOISE, len(lengths)), kind="stable")
    order = order[random.random(len(order)) < shares[order]]
    batches = [order[start : start + learning.batch] for start in range(0, len(order), learning.batch)]
    yield from (batches[i] for i in random.permutation(len(batches)))


def _keep(checkpoint: Path, step: int, network: Any, optimizer: Any, schedule: Any) -> None:  # noqa: ANN401
    state = {"step": step, "parts": [part.state_dict() for part in (network, optimizer, schedule)]}
    unfinished = checkpoint.with_suffix(".part")
    torch.save(state, unfinished)
    unfinished.replace(checkpoint)


def _resume(checkpoint: Path, network: Any, optimizer: Any, schedule: Any) -> int:  # noqa: ANN401
    """Take the state from a checkpoint, where there is one, and return the number of steps that are done."""
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    for part, kept in zip((network, optimizer, schedule), state["parts"], strict=True):
        part.load_state_dict(kept)
    step: int = state["step"]
    return step
