"""Resident memory of a process, and what of it is its own; imports next to nothing, for it runs in what it measures."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds, in MB of a million bytes.

    Attributes:
        resident: Everything in memory (RSS).
        own: What no other process uses, and one more such process would add.
        share: Its own and its part of what is shared (PSS); over all processes, this adds up to what they take.

    """

    resident: float
    own: float
    share: float

    @property
    def shared(self) -> float:
        """What other processes use, too: pages of libraries and of the artifact, and what was there before a fork."""
        return self.resident - self.own


def memory_of(pid: int | str = "self") -> Memory:
    """Read the memory of a process (Linux)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    parts = (line.split() for line in lines)
    megabytes = {name.rstrip(":"): int(kibibytes) * 1024 / 1e6 for name, kibibytes, *_ in parts}
    own = megabytes["Private_Clean"] + megabytes["Private_Dirty"]
    return Memory(megabytes["Rss"], own, megabytes["Pss"])
