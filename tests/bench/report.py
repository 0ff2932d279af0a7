"""Tables on the terminal and in Markdown, and the figures as JSON."""

import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from training.tables import format_markdown_table, format_plain_table


@dataclass(frozen=True, slots=True)
class Table:
    """One measurement.

    Attributes:
        title: What was measured.
        rows: Named figures.
        key: The figure that says of which thing a row is.
        note: What one has to know to read the table.

    """

    title: str
    rows: list[dict[str, Any]]
    key: str = "what"
    note: str = ""

    def cells(self) -> list[list[str]]:
        """Return the header and rows as text; ratios come first."""
        names = dict.fromkeys(name for row in self.rows for name in row if name != self.key)
        columns = [self.key, *sorted(names, key=lambda name: not name.startswith("×"))]
        return [columns, *([_cell(row, column) for column in columns] for row in self.rows)]

    def show(self) -> None:
        """Print the table."""
        parts = [self.title, format_plain_table(self.cells()), *filter(None, [self.note])]
        print("\n" + "\n\n".join(parts) + "\n", flush=True)

    def markdown(self) -> str:
        """Return the table with its title, in Markdown."""
        return "\n\n".join([f"### {self.title}", format_markdown_table(self.cells()), *filter(None, [self.note])])


@dataclass(frozen=True, slots=True)
class Part:
    """Something to measure, and what it is called while one waits for it."""

    name: str
    measure: Callable[[], Table]


def measured(parts: Iterable[Part]) -> list[Table]:
    """Measure one part after the other, each shown as soon as it is done."""
    tables = []
    for part in parts:
        begin(part.name)
        tables.append(part.measure())
        tables[-1].show()
    return tables


def begin(what: str) -> None:
    """Say what is done next, for who waits."""
    print(f"… {what}", flush=True)


def number(value: float) -> str:
    """Return a figure as people read it: three digits, or all that stand before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


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


def line(facts: Mapping[str, Any]) -> str:
    """Return facts as a line of text."""
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def write_json(path: Path, facts: dict[str, Any], tables: Sequence[Table], missing: dict[str, str]) -> None:
    """Write the figures, in a folder that need not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {"machine": facts, "missing": missing, "tables": [asdict(table) for table in tables]}
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")


def write_markdown(path: Path, facts: dict[str, Any], tables: Sequence[Table], missing: dict[str, str]) -> None:
    """Write the tables, and what is missing in them."""
    skipped = [f"Skipped: {name} ({reason})." for name, reason in missing.items()]
    path.write_text("\n\n".join([line(facts), *skipped, *(table.markdown() for table in tables)]) + "\n", "utf-8")


def _cell(row: dict[str, Any], column: str) -> str:
    value = row.get(column, "")
    if isinstance(value, str):
        return value
    if column == "macro-F1":
        return f"{value:.3f}"
    return number(value)


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []
