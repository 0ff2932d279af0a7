"""Tables on the terminal and in Markdown, the figures as JSON, and a plot."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from training.report import markdown_table, plain_table


@dataclass(frozen=True, slots=True)
class Table:
    """One measurement: rows of named figures; "what" says of which thing."""

    title: str
    rows: list[dict[str, Any]]

    def cells(self) -> list[list[str]]:
        """Return the header and rows as text; ratios come first."""
        names = dict.fromkeys(name for row in self.rows for name in row if name != "what")
        columns = ["what", *sorted(names, key=lambda name: not name.startswith("×"))]
        return [columns, *([_cell(row, column) for column in columns] for row in self.rows)]

    def show(self) -> None:
        """Print the table."""
        print(f"\n{self.title}\n\n{plain_table(self.cells())}", flush=True)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    libraries = ("scikit-learn", "numpy", "scipy", "nltk")
    cpu = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load average at start": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in libraries},
    }


def write(folder: Path, facts: dict[str, Any], tables: Sequence[Table], missing: dict[str, str]) -> None:
    """Write ``bench.json``, ``bench.md`` and ``bench.png`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    record = {"machine": facts, "missing": missing, "tables": [asdict(table) for table in tables]}
    (folder / "bench.json").write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
    parts = [", ".join(f"{name} {value}" for name, value in facts.items())]
    parts += [f"### {table.title}\n\n{markdown_table(table.cells())}" for table in tables]
    (folder / "bench.md").write_text("\n\n".join(parts) + "\n", "utf-8")
    plot(folder / "bench.png", tables)


def plot(path: Path, tables: Sequence[Table]) -> None:
    """Draw the ratios of every comparison, and time and memory as they grow."""
    from matplotlib.figure import Figure

    compared = [table for table in tables if any("× stock" in row for row in table.rows) and table.title != "Stages"]
    grown = [[row for row in table.rows if "µs each" in row] for table in tables if table.title.startswith("Growth")]
    figure = Figure(figsize=(9, 2.2 * (len(compared) + bool(grown and grown[0]))), layout="constrained")
    axes = figure.subplots(len(compared) + bool(grown and grown[0]), squeeze=False)[:, 0]
    for axis, table in zip(axes, compared, strict=False):
        rows = [row for row in reversed(table.rows) if "× stock" in row]
        bars = axis.barh([row["what"] for row in rows], [row["× stock"] for row in rows], color="#0072B2")
        axis.bar_label(bars, fmt="%.1f", padding=3)
        axis.set(title=table.title, xlabel="times as fast as stock")
    if grown and grown[0]:
        counts = [int(row["what"].split()[0].replace(",", "")) for row in grown[0]]
        axis, memory = axes[-1], axes[-1].twinx()
        axis.loglog(counts, [row["s"] for row in grown[0]], marker="o", color="#0072B2")
        memory.plot(counts, [row["MB resident"] for row in grown[0]], marker="s", color="#D55E00")
        axis.set(title="Growth", xlabel="sentences", ylabel="seconds (blue)")
        memory.set(ylabel="MB resident (orange)", ylim=(0, None))
    figure.savefig(path, dpi=110)


def _cell(row: dict[str, Any], column: str) -> str:
    value = row.get(column, "")
    if isinstance(value, str):
        return value
    if column == "macro-F1":
        return f"{value:.3f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []
