"""Plots as SVG, drawn by hand: text stays text, colours are the report's, and nothing is loaded.

Each plot is for the eye only, and has a short text in its place for others; the table beside it has the figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from math import ceil, floor, log10, sqrt
from typing import Final

from model.labels import LABELS, Label

_WIDTH: Final = 760
_NAME_WIDTH: Final = 190  # for the names of rows
_ROW_HEIGHT: Final = 26
_LONGEST_NAME: Final = 24  # characters that fit beside a row
_TICKS: Final = 5  # at most so many lines of a scale
_DAY_TICKS: Final = 8

Counts = Mapping[Label, int]


def draw_steps(steps: Mapping[date, Counts], unit: str, description: str) -> str:
    """Return stacked columns: the sentences by label in each step of time; steps without any are gaps.

    Args:
        steps: Counts by label, by the first day of the step.
        unit: "day", "week", "month" or "year".
        description: What is read out in place of the plot.

    """
    days = list(list_steps(min(steps), max(steps), unit))
    top = max(max(sum(counts.values()) for counts in steps.values()), 1)
    ticks = choose_ticks(top)
    left, right, height, above = 52, 8, 220, 12
    slot = (_WIDTH - left - right) / len(days)
    width = min(slot * 0.78, 46)

    def place(value: float) -> float:
        return above + height * (1 - value / ticks[-1])

    parts = [_line(left, place(tick), _WIDTH - right, place(tick), "grid") for tick in ticks]
    parts += [_text(left - 8, place(tick) + 4, f"{tick:,}", "end") for tick in ticks]
    for number, day in enumerate(days):
        x, base = left + slot * (number + 0.5) - width / 2, 0
        for label in LABELS:
            value = steps.get(day, {}).get(label, 0)
            if value:
                tip = f"{name_tick(day, unit)}: {value:,} {label.replace('_', ' ')}"
                parts.append(_box(x, place(base + value), width, place(base) - place(base + value), label, tip))
            base += value
    every = ceil(len(days) / _DAY_TICKS)
    for number in range(0, len(days), every):
        x = left + slot * (number + 0.5)
        parts.append(_line(x, above + height, x, above + height + 5, "axis"))
        parts.append(_text(x, above + height + 20, name_tick(days[number], unit), "middle"))
    parts.append(_line(left, above + height, _WIDTH - right, above + height, "axis"))
    return _svg(parts, above + height + 28, description)


def draw_shares(rows: Mapping[str, Counts], description: str) -> str:
    """Return a bar a row, divided by the shares of the labels, with those shares that there is room for."""
    parts: list[str] = []
    left, right = _NAME_WIDTH, 70
    width = _WIDTH - left - right
    for number, (name, counts) in enumerate(rows.items()):
        y, x, total = number * _ROW_HEIGHT + 4, float(left), sum(counts.values())
        parts.append(_name(y, name))
        parts.append(_text(_WIDTH - right + 8, y + 14, f"{total:,}", "start", "quiet"))
        for label in LABELS:
            value = width * counts.get(label, 0) / max(total, 1)
            if value:
                written = f"{100 * value / width:.0f} %"
                parts.append(_box(x, y, value, 18, label, f"{name}: {label.replace('_', ' ')} {written}"))
                if value > 38:
                    parts.append(_text(x + value / 2, y + 13, written, "middle", "on"))
            x += value
    bottom = len(rows) * _ROW_HEIGHT + 6
    for tick in range(0, 101, 25):
        x = left + width * tick / 100
        parts.append(_line(x, bottom - 4, x, bottom + 2, "axis"))
        parts.append(_text(x, bottom + 16, f"{tick} %", "middle"))
    return _svg(parts, bottom + 24, description)


def draw_bars(rows: Mapping[str, Counts], description: str) -> str:
    """Return a bar a row as long as its count, divided by label."""
    left, right = _NAME_WIDTH, 70
    ticks = choose_ticks(max(max(sum(counts.values()) for counts in rows.values()), 1))
    scale = (_WIDTH - left - right) / ticks[-1]
    bottom = len(rows) * _ROW_HEIGHT + 6
    parts = [_line(left + tick * scale, 0, left + tick * scale, bottom, "grid") for tick in ticks]
    parts += [_text(left + tick * scale, bottom + 16, f"{tick:,}", "middle") for tick in ticks]
    for number, (name, counts) in enumerate(rows.items()):
        y, x = number * _ROW_HEIGHT + 4, float(left)
        parts.append(_name(y, name))
        for label in LABELS:
            value = counts.get(label, 0)
            if value:
                parts.append(_box(x, y, value * scale, 18, label, f"{name}: {value:,} {label.replace('_', ' ')}"))
                x += value * scale
        parts.append(_text(x + 6, y + 14, f"{sum(counts.values()):,}", "start", "quiet"))
    return _svg(parts, bottom + 24, description)


def draw_percentages(rows: Mapping[str, float], description: str) -> str:
    """Return a bar a row as long as its share, from 0 to 1."""
    left, right = _NAME_WIDTH, 70
    ticks = choose_ticks(max(100 * max(rows.values()), 1))
    scale = (_WIDTH - left - right) / ticks[-1]
    bottom = len(rows) * _ROW_HEIGHT + 6
    parts = [_line(left + tick * scale, 0, left + tick * scale, bottom, "grid") for tick in ticks]
    parts += [_text(left + tick * scale, bottom + 16, f"{tick} %", "middle") for tick in ticks]
    for number, (name, value) in enumerate(rows.items()):
        y = number * _ROW_HEIGHT + 4
        parts.append(_name(y, name))
        parts.append(_box(left, y, 100 * value * scale, 18, "plain", f"{name}: {100 * value:.1f} %"))
        parts.append(_text(left + 100 * value * scale + 6, y + 14, f"{100 * value:.1f} %", "start", "quiet"))
    return _svg(parts, bottom + 24, description)


def draw_dots(rows: Mapping[str, Mapping[date, int]], first: date, last: date, unit: str, description: str) -> str:
    """Return a line of time a row, with a dot for each step that has a count; its area is in proportion to it."""
    days = list(list_steps(first, last, unit))
    left, right, row_height = _NAME_WIDTH, 24, 34
    slot = (_WIDTH - left - right) / len(days)
    most = max(value for counts in rows.values() for value in counts.values())
    largest = min(row_height / 2 - 2, 14)
    bottom = len(rows) * row_height + 4
    places = {day: left + slot * (number + 0.5) for number, day in enumerate(days)}
    every = ceil(len(days) / _DAY_TICKS)
    parts = [_line(places[day], 0, places[day], bottom, "grid") for day in days[::every]]
    parts += [_text(places[day], bottom + 18, name_tick(day, unit), "middle") for day in days[::every]]
    for number, (name, counts) in enumerate(rows.items()):
        y = number * row_height + row_height / 2
        parts.append(_name(y - 9, name))
        parts.append(_line(left, y, _WIDTH - right, y, "grid"))
        for day, value in counts.items():
            radius = max(largest * sqrt(value / most), 4)
            tip = f"<title>{escape(name)}, {name_tick(day, unit)}: {value:,}</title>"
            parts.append(f'<circle class="threat" cx="{places[day]:.1f}" cy="{y:.1f}" r="{radius:.1f}">{tip}</circle>')
            if radius > 8:
                parts.append(_text(places[day], y + 4, f"{value:,}", "middle", "on"))
    return _svg(parts, bottom + 26, description)


def list_steps(first: date, last: date, unit: str) -> Iterator[date]:
    """Yield the first days of all steps of time from ``first`` to ``last``, which are such days.

    >>> [str(day) for day in list_steps(date(2025, 12, 1), date(2026, 2, 1), "month")]
    ['2025-12-01', '2026-01-01', '2026-02-01']
    """
    day = first
    while day <= last:
        yield day
        if unit in ("day", "week"):
            day += timedelta(days=1 if unit == "day" else 7)
        elif unit == "month":
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        else:
            day = date(day.year + 1, 1, 1)


def choose_ticks(top: float) -> list[int]:
    """Return the values of a scale from 0 to at least ``top``: whole numbers at even distances of 1, 2 or 5.

    >>> choose_ticks(7), choose_ticks(2300)
    ([0, 2, 4, 6, 8], [0, 500, 1000, 1500, 2000, 2500])
    """
    power = 10 ** max(0, floor(log10(top / _TICKS))) if top > _TICKS else 1
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * _TICKS >= top)
    return list(range(0, step * ceil(top / step) + 1, step))


def name_tick(day: date, unit: str) -> str:
    """Return a short name of a step of time.

    >>> name_tick(date(2026, 3, 4), "day"), name_tick(date(2026, 3, 1), "month"), name_tick(date(2026, 1, 1), "year")
    ('4 Mar', 'Mar 2026', '2026')
    """
    if unit == "year":
        return f"{day:%Y}"
    return f"{day:%b %Y}" if unit == "month" else f"{day.day} {day:%b}"


def _svg(parts: Sequence[str], height: float, description: str) -> str:
    body = "".join(parts)
    size = f'viewBox="0 0 {_WIDTH} {height:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(description)}">{body}</svg>'


def _box(x: float, y: float, width: float, height: float, name: str, tip: str) -> str:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
    return f'<rect class="{name}" {size}><title>{escape(tip)}</title></rect>'


def _line(x: float, y: float, to_x: float, to_y: float, name: str) -> str:
    return f'<line class="{name}" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str, name: str = "tick") -> str:
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _name(y: float, name: str) -> str:
    """Return the name of a row, cut to the room there is; the whole name is in the table."""
    short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"
    return _text(_NAME_WIDTH - 10, y + 14, short, "end", "name")
