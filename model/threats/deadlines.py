"""By when something must be done: "by Friday", "until the end of the month", "48 hours"."""

from model.attribution.phrases import Range
from model.attribution.tokens import Tokens
from model.threats.lexicon import words

_GIVEN_WITHIN = 5  # tokens between "has", "gave" and the period
_LONGEST = 10  # tokens
_BEFORE = words("deadline-before")
_TIME = words("deadline-time") | words("period")
_WITHIN = words("deadline-within") | words("number") | _TIME
_PERIOD = words("period")
_NUMBER = words("number")
_GIVEN = words("opponent-deadline")


def is_time(tokens: Tokens, start: int, within: int = 3) -> bool:
    """Tell whether a time begins here: one of the next few words names one."""
    return not _TIME.isdisjoint(tokens.lower[start : start + within])


def is_period(tokens: Tokens, index: int) -> bool:
    """Tell whether a number of hours, days or weeks ends here."""
    before = tokens.lower[index - 1] if index else ""
    return tokens.lower[index] in _PERIOD and (before.isdigit() or before in _NUMBER)


def is_given(tokens: Tokens, index: int) -> bool:
    """Tell whether somebody has, or is given, the period that ends here, or it is one to do something in."""
    first = max(index - _GIVEN_WITHIN, 0)
    return tokens.lower[index + 1] in ("to", "deadline") or not _GIVEN.isdisjoint(tokens.lower[first:index])


def find_deadline(tokens: Tokens) -> Range | None:
    """Return the first deadline of a sentence."""
    for index in range(len(tokens)):
        if tokens.lower[index] in _BEFORE:
            stop = time_stop(tokens, index + 1)
            if stop:
                return index, stop
        elif is_period(tokens, index) and is_given(tokens, index):
            return index - 1, index + 1
    return None


def time_stop(tokens: Tokens, start: int) -> int:
    """Return where the time that begins at ``start`` ends (exclusive); 0 where none does."""
    stop = 0
    for index in range(start, min(start + _LONGEST, len(tokens))):
        word = tokens.lower[index]
        if word in _TIME or (stop and word[0].isdigit()):
            stop = index + 1
        elif word not in _WITHIN and not word[0].isdigit():
            break
    return stop
