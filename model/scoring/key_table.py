"""A hash table of integer keys that looks up a whole array of keys at once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): the upper bits of a product with an odd number.
_FACTOR: Final = 0x9E3779B97F4A7C15
_SLOTS_PER_KEY: Final = 4  # at least; a lookup is then several times faster than a binary search


class KeyTable:
    """Gives each key its index in the array of keys; keys are distinct and not negative.

    The table has levels. Where several keys hash to one slot of a level, one stays there and the others go on to the
    next level, which has more slots for each key. So few keys reach the second level, and the last level has no
    collision.
    """

    def __init__(self, keys: NDArray[np.int64]) -> None:
        self._keys = np.append(
            keys, -1
        )  # an empty slot holds index -1, and so leads to this key, which nobody asks for
        self._levels: list[tuple[np.uint64, np.uint64, NDArray[np.int32]]] = []
        left = np.arange(len(keys), dtype=np.int32)
        while len(left):
            level = len(self._levels)
            bits = (_SLOTS_PER_KEY * len(left)).bit_length() + level
            factor, shift = np.uint64(_FACTOR * (2 * level + 1) % (1 << 64)), np.uint64(64 - bits)
            places = _hash_keys(keys[left], factor, shift)
            slots = np.full(1 << bits, -1, dtype=np.int32)
            slots[places] = left
            self._levels.append((factor, shift, slots))
            left = left[slots[places] != left]

    def find(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index of each wanted key, -1 for a key that is not in the table.

        >>> KeyTable(np.array([50, 70])).find(np.array([70, 60, 50])).tolist()
        [1, -1, 0]

        """
        found = np.full(len(wanted), -1, dtype=np.int64)
        left = np.arange(len(wanted))
        for factor, shift, slots in self._levels:
            keys = wanted.take(left)
            indices = slots.take(_hash_keys(keys, factor, shift))
            is_same = self._keys.take(indices) == keys
            found[left] = np.where(is_same, indices, -1)
            left = left[(indices >= 0) & ~is_same]  # an empty slot: the key is on no further level either
            if not len(left):
                break
        return found


def _hash_keys(keys: NDArray[np.int64], factor: np.uint64, shift: np.uint64) -> NDArray[np.int64]:
    """Return the slot of each key."""
    return ((keys.view(np.uint64) * factor) >> shift).view(np.int64)
