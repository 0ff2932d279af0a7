"""The word classes of threats, read once from ``threats.txt`` and laid out for look-up."""

from typing import NamedTuple

from model.lexicon import read_sections

_SECTIONS = read_sections("threats.txt")
_ACTS = (
    "tolerance",
    "grant",
    "cost",
    "struggle",
    "halt",
    "response",
    "measure",
    "force",
)  # of a form in two, the later kind counts
_VOWELS = "aeiou"


class Act(NamedTuple):
    """A form of a verb of harm.

    Attributes:
        kind: Which harm: "force", "measure", "response", "halt", "struggle", "cost", or one that harms only where it is
            negated, "tolerance" or "grant".
        base: Whether it may be the base form.
        past: Whether it may be the past participle.

    """

    kind: str
    base: bool
    past: bool


def words(section: str) -> frozenset[str]:
    """Return a class of words."""
    return frozenset(_SECTIONS[section])


def _conjugate(entry: str) -> tuple[str, str, str]:
    """Return base form, past participle and form in -ing of an entry, "burn" or "sink:sunk".

    >>> _conjugate("ban:banned"), _conjugate("seize")
    (('ban', 'banned', 'banning'), ('seize', 'seized', 'seizing'))
    """
    base, _, given = entry.partition(":")
    stem = base.removesuffix("e") if not base.endswith("ee") else base
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base, given or f"{base[:-1]}ied", f"{base}ing"
    ing = given.removesuffix("ed") if given.endswith(f"{base[-1]}ed") else stem
    return base, given or f"{stem}ed", f"{ing}ing"


def _read_acts() -> dict[str, Act]:
    acts: dict[str, Act] = {}
    for kind in _ACTS:
        for base, past, ing in map(_conjugate, _SECTIONS[kind]):
            acts[ing] = Act(kind, base=False, past=False)
            acts[past] = Act(kind, base=past == base, past=True)
            acts[base] = Act(kind, base=True, past=past == base)
    return acts


def _by_word(sections: tuple[str, ...], ending: str = "") -> dict[str, str]:
    """Return the name of the section of each word; of a word in several, the last."""
    return {word: section.removesuffix(ending) for section in sections for word in _SECTIONS[section]}


def _read_phrasal() -> dict[str, dict[str, str]]:
    """Return, by verb, the words that make it harmful, each with the kind of harm."""
    phrasal: dict[str, dict[str, str]] = {}
    for kind in ("halt", "force", "measure"):
        for verb, particle in (entry.rsplit(":", 1) for entry in _SECTIONS[f"phrasal-{kind}"]):
            for form in _conjugate(verb):
                phrasal.setdefault(form, {})[particle] = kind
    return phrasal


ACTS = _read_acts()
PHRASAL = _read_phrasal()
HARMS = _by_word(("cost-noun", "response-noun", "measure-noun", "force-noun"), "-noun")
MOODS = _by_word(("announce", "consider", "intend", "may", "would", "will", "warn", "vow", "threaten"))
PERSONS = _by_word(("they", "he", "addressee", "own"))
