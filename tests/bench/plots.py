"""The figures of one run as one picture."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from tests.bench.report import Table, number

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by the colour-blind
ACROSS = 2  # panels side by side


def plot(path: Path, tables: Sequence[Table]) -> None:
    """Draw the ratios of every comparison, time and memory as they grow, and latency by connections."""
    panels = [(draw, table) for table in tables if table.rows and (draw := _panel_of(table))]
    down = -(-len(panels) // ACROSS)
    figure = Figure(figsize=(14, 3.4 * down), layout="constrained")
    axes = figure.subplots(down, ACROSS, squeeze=False).flat
    for axis, (draw, table) in zip(axes, panels, strict=False):
        draw(axis, table.rows)
        axis.set_title(table.title)
    for axis in list(figure.axes)[len(panels) : down * ACROSS]:
        axis.set_axis_off()
    figure.savefig(path, dpi=110)


def _panel_of(table: Table) -> Callable[[Axes, list[dict[str, Any]]], None] | None:
    if table.key == "sentences":
        return _growth
    if table.key == "connections":
        return _latency
    return _ratios if all("× stock" in row for row in table.rows) else None


def _ratios(axis: Axes, rows: list[dict[str, Any]]) -> None:
    rows = rows[::-1]  # bars are drawn from below
    names, ratios = [row["what"] for row in rows], [row["× stock"] for row in rows]
    axis.barh(names, [ratio - 1 for ratio in ratios], left=1, color=BLUE)
    for name, ratio in zip(names, ratios, strict=True):
        axis.text(max(ratio, 1), name, f" {number(ratio)}", va="center")
    axis.axvline(1, color=GREY)
    axis.set_xscale("log")  # one peer is hundreds of times as fast, another a hundredth
    axis.margins(x=0.15)
    _label_powers(axis.xaxis)
    axis.set_xlabel("times as fast as stock")


def _growth(axis: Axes, rows: list[dict[str, Any]]) -> None:
    counts = [row["sentences"] for row in rows]
    slope = rows[-1]["s"] / counts[-1]
    axis.loglog(counts, [slope * count for count in counts], linestyle="--", color=GREY, label="straight line")
    axis.loglog(counts, [row["s"] for row in rows], marker="o", color=BLUE, label="seconds")
    axis.set(xlabel="sentences", ylabel="seconds of processor time")
    axis.xaxis.set_major_formatter("{x:,.0f}")
    memory = axis.twinx()
    memory.plot(counts, [row["MB resident"] for row in rows], marker="s", color=ORANGE, label="MB resident")
    memory.set(ylabel="MB resident", ylim=(0, 1.4 * max(row["MB resident"] for row in rows)))
    _label_powers(axis.yaxis)
    axis.legend(handles=[*axis.lines, *memory.lines], loc="lower right", frameon=False)


def _latency(axis: Axes, rows: list[dict[str, Any]]) -> None:
    answered = [row for row in rows if "p50 ms" in row]
    places = range(len(answered))
    for name, marker, colour in (("p99.9 ms", "^", ORANGE), ("p99 ms", "s", GREEN), ("p50 ms", "o", BLUE)):
        axis.semilogy(places, [row[name] for row in answered], marker=marker, color=colour, label=name)
    axis.set_xticks(places, [f"{row['connections']}\n{row['requests/s']:,.0f} requests/s" for row in answered])
    axis.set(xlabel="connections", ylabel="milliseconds")
    _label_powers(axis.yaxis)
    axis.grid(axis="y", which="both", alpha=0.2)
    axis.legend(frameon=False)


def _label_powers(axis: Axis) -> None:
    """Write plain numbers at 1 and 3 of each power of ten, so that a short axis has labels, too."""
    axis.set_major_locator(LogLocator(subs=(1, 3)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())
