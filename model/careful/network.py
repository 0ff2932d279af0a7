"""Runs the network: pairs of texts in, a log probability for each label out."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from model.labels import LABELS


class Network:
    """A loaded network; threads may share it.

    Each pair is run by itself. The network calculates in 8 bits, and takes their scale from all that runs together: in
    a batch, a sentence's probabilities would depend on the others there. By itself it gets the same on every surface,
    nothing is padded, and a batch would save only a fifth of the time.

    Args:
        weights: The ONNX file.
        tokenizer: The tokeniser's JSON file.
        longest: Tokens of the longest pair that is read.
        threads: Threads that one run may use.

    """

    def __init__(self, weights: Path, tokenizer: Path, longest: int, threads: int = 1) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads would take other workers' processors
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self._session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._longest = longest

    def log_probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Return log probabilities of shape (pairs, labels); NaN for a pair that is too long, which is not read."""
        found = np.full((len(pairs), len(LABELS)), np.nan)
        for row, encoding in enumerate(self._tokenizer.encode_batch_fast(list(pairs))):
            if len(encoding) <= self._longest:
                found[row] = self._run(encoding)
        return found

    def _run(self, encoding: Encoding) -> NDArray[np.float64]:
        read = {"tokens": encoding.ids, "segments": encoding.type_ids, "mask": encoding.attention_mask}
        inputs = {name: np.array([values], dtype=np.int64) for name, values in read.items()}
        logits = self._session.run(["logits"], inputs)[0][0].astype(np.float64)
        logits -= logits.max()
        normalized: NDArray[np.float64] = logits - np.log(np.exp(logits).sum())
        return normalized
