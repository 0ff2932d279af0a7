"""What people together say of a sentence: most votes decide, and a tie decides nothing.

Of each person, the newest word counts. Corrections without a name count as those of one person.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from model.labels import Label
from model.records import Role
from service.corrections.records import Correction

T = TypeVar("T")  # the PEP 695 syntax needs Python 3.12


@dataclass(frozen=True, slots=True)
class Settled:
    """What is settled of one sentence; None where nothing is, be it that nobody says anything or that there is a tie.

    Attributes:
        label: Its label.
        boilerplate: Whether it is page furniture.
        speaker: The speaker's name; None for the reporter, or where nothing is settled.
        speaker_settled: Whether the speaker is settled.
        role: What the speaker speaks as.
        contradicted: Whether any two corrections of the sentence contradict each other.

    """

    label: Label | None
    boilerplate: bool | None
    speaker: str | None
    speaker_settled: bool
    role: Role | None
    contradicted: bool


def settle(corrections: Sequence[Correction]) -> Settled:
    """Return what is settled by the corrections of one sentence, given oldest first."""
    changes = [correction.change for correction in corrections]
    boilerplate = _elect((change.by, change.boilerplate) for change in changes)
    label: Label | None = _elect([(change.by, change.label) for change in changes])
    speaker = _elect((change.by, (change.speaker,) if change.speaker_given else None) for change in changes)
    return Settled(
        label=None if boilerplate else label,
        boilerplate=boilerplate,
        speaker=speaker[0] if speaker else None,
        speaker_settled=speaker is not None,
        role=_elect((change.by, change.role) for change in changes),
        contradicted=any(correction.contradicts for correction in corrections),
    )


def _elect(votes: Iterable[tuple[str, T | None]]) -> T | None:
    """Return what most voters want; None where there is no vote or a tie.

    Args:
        votes: Voter and choice, oldest first; a later vote replaces the same voter's earlier one, and None is no vote.

    """
    choices = {voter: choice for voter, choice in votes if choice is not None}
    ranked = Counter(choices.values()).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
