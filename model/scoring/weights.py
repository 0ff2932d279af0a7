"""What a trained model has learned, as plain data: all that scoring and explaining need.

On disk it is text and an array, with nothing to unpickle and nothing of scikit-learn's, which takes longer to import
than a model to load. The array is memory-mapped: worker processes share its pages.
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
    """The features of one field of a sentence.

    Attributes:
        name: What the block is called in the hyperparameters.
        field: The name of the field in :class:`model.features.Fields`.
        analyzer: "word" or "char_wb", as in scikit-learn.
        ngrams: Shortest and longest n-gram.
        token_pattern: What a word is; of no use to "char_wb".
        lowercase: Whether the field is read in lower case.
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
        classes: The labels in the order of the terms.
        blocks: The blocks of features, one after the other in ``terms``.
        terms: What one occurrence of a feature adds to the calibrated logit of each label before its block is brought
            to unit length (idf and the regression's coefficient, multiplied) and, last, to the square of the block's
            length (the square of its idf); of shape (features, classes + 1).
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
            tuple(_block(record) for record in description["blocks"]),
            np.asarray(np.load(folder / TERMS_FILE, mmap_mode="r", allow_pickle=False)),
            np.array(description["intercepts"]),
        )

    def columns(self) -> Iterator[tuple[Block, range]]:
        """Yield each block with its columns among those of all."""
        start = 0
        for block in self.blocks:
            yield block, range(start, start + len(block.names))
            start += len(block.names)

    @property
    def known_words(self) -> frozenset[str]:
        """The words of the running text that have terms, in lower case."""
        read = [block.names for block in self.blocks if block.field == "text" and block.analyzer == "word"]
        return frozenset(word for word in chain.from_iterable(read) if word.isalpha())


def _block(record: dict[str, Any]) -> Block:
    return Block(**{**record, "ngrams": tuple(record["ngrams"]), "names": tuple(record["names"])})
