"""A table of many keys, in which many are looked up at once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): the upper bits of a product with an odd number.
_FACTOR: Final = 0x9E3779B97F4A7C15
_SLOTS: Final = 4  # for each key, at least; several times faster than a binary search, whose steps miss the cache


class KeyTable:
    """Numbers keys, which are non-negative and distinct, in the order they are given in.

    Keys that share a slot of a hash table are parted by a further one, and so on; few remain for the second. For each
    key the further ones are larger, so that all are parted in the end.
    """

    def __init__(self, keys: NDArray[np.int64]) -> None:
        self._keys = np.append(keys, -1)  # where no key is looked for: at -1
        self._levels: list[tuple[np.uint64, np.uint64, NDArray[np.int32]]] = []
        left = np.arange(len(keys), dtype=np.int32)
        while len(left):
            level = len(self._levels)
            bits = (_SLOTS * len(left)).bit_length() + level
            factor, shift = np.uint64(_FACTOR * (2 * level + 1) % (1 << 64)), np.uint64(64 - bits)
            places = _places(keys[left], factor, shift)
            slots = np.full(1 << bits, -1, dtype=np.int32)
            slots[places] = left
            self._levels.append((factor, shift, slots))
            left = left[slots[places] != left]

    def find(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of each key, -1 for those that are not in the table."""
        found = np.full(len(wanted), -1, dtype=np.int64)
        left = np.arange(len(wanted))
        for factor, shift, slots in self._levels:
            keys = wanted.take(left)
            numbers = slots.take(_places(keys, factor, shift))
            same = self._keys.take(numbers) == keys
            found[left] = np.where(same, numbers, -1)
            left = left[(numbers >= 0) & ~same]  # an empty slot says that there is no such key
            if not len(left):
                break
        return found


def _places(keys: NDArray[np.int64], factor: np.uint64, shift: np.uint64) -> NDArray[np.int64]:
    """Return the slot of each key."""
    return ((keys.view(np.uint64) * factor) >> shift).view(np.int64)
