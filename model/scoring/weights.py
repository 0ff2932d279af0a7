"""What a trained model has learned, as plain data: all that scoring and explaining need.

On disk it is a JSON file and an array. Nothing is unpickled, and scikit-learn is not imported, which would take longer
than loading the model. The array is memory-mapped, so worker processes share its memory.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

DESCRIPTION_FILE = "weights.json"
TERMS_FILE = "terms.npy"
WEIGHT_FILES = (DESCRIPTION_FILE, TERMS_FILE)


@dataclass(frozen=True)
class Block:
    """The features taken from one field of a sentence.

    Attributes:
        name: The block's name in the hyperparameters.
        field: The name of the field in :class:`model.features.Fields`.
        analyzer: "word" or "char_wb", as in scikit-learn.
        ngrams: Shortest and longest n-gram.
        token_pattern: The regular expression of a word; "char_wb" does not use it.
        lowercase: Whether the field is converted to lower case.
        names: The n-grams in the order of their columns.

    """

    name: str
    field: str
    analyzer: Literal["word", "char_wb"]
    ngrams: tuple[int, int]
    token_pattern: str
    lowercase: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model.

    Attributes:
        classes: The labels in the order of the columns of ``terms``.
        blocks: The blocks of features; their features follow each other in the rows of ``terms``.
        terms: One row for each feature, of shape (features, classes + 1). The first columns: what one occurrence adds
            to each label's calibrated logit before the block is divided by its length (idf times the regression's
            coefficient). The last column: what it adds to the square of that length (idf squared).
        intercepts: The calibrated logit of each label without any feature, of shape (classes,).

    """

    classes: tuple[str, ...]
    blocks: tuple[Block, ...]
    terms: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def save(self, folder: Path) -> None:
        """Write :data:`WEIGHT_FILES` into ``folder``."""
        blocks = list(map(asdict, self.blocks))
        description = {"classes": self.classes, "intercepts": self.intercepts.tolist(), "blocks": blocks}
        (folder / DESCRIPTION_FILE).write_text(json.dumps(description), encoding="utf-8")
        np.save(folder / TERMS_FILE, self.terms, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "Weights":
        """Read :data:`WEIGHT_FILES` from ``folder``, the array memory-mapped."""
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        return cls(
            tuple(description["classes"]),
            tuple(_parse_block(record) for record in description["blocks"]),
            np.asarray(np.load(folder / TERMS_FILE, mmap_mode="r", allow_pickle=False)),
            np.array(description["intercepts"]),
        )

    def list_blocks(self) -> Iterator[tuple[Block, range]]:
        """Yield each block with the numbers of its features: its columns in a TF-IDF matrix of all blocks."""
        start = 0
        for block in self.blocks:
            yield block, range(start, start + len(block.names))
            start += len(block.names)

    @property
    def known_words(self) -> frozenset[str]:
        """The words of the running text that have terms, in lower case."""
        names = [block.names for block in self.blocks if block.field == "text" and block.analyzer == "word"]
        return frozenset(word for word in chain.from_iterable(names) if word.isalpha())


def _parse_block(record: dict[str, Any]) -> Block:
    return Block(**{**record, "ngrams": tuple(record["ngrams"]), "names": tuple(record["names"])})
