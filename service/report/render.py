"""A report as a file: HTML for reading and printing, Markdown for notes, or a folder of CSV for further work."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from model.labels import DEFINITIONS, LABELS
from service.report.archive import Archive
from service.report.findings import (
    Findings,
    Limits,
    Table,
    count,
    describe_highlights,
    find_all,
    find_volume,
    share,
    write_day,
    write_threats,
)
from service.report.sections import LABEL_NAMES, Column, build_sections, describe_left_out, list_threats

_TEMPLATES: Final = Path(__file__).parent / "templates"
_NOTHING: Final = "–"
_MANY: Final = 100_000  # rows of a file of CSV, but for the threats, which are all there
CSV_FILES: Final = ("days.csv", "outlets.csv", "speakers.csv", "threateners.csv", "threats.csv", "uncertain.csv")


def write_report(archive: Archive, out: Path, form: str, title: str) -> list[Path]:
    """Write the report on an archive, and return the files that were written.

    Args:
        archive: The archive.
        out: The file to write; for CSV, the folder.
        form: "html", "md" or "csv".
        title: The heading.

    Raises:
        OSError: A file cannot be written.

    """
    return FORMATS[form](archive, out, title)


def render_html(findings: Findings, title: str) -> str:
    """Return the report as a page that needs nothing else."""
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template("report.html").render(
        **_describe(findings, title),
        style=(_TEMPLATES / "report.css").read_text("utf-8"),
        labels=[(label, LABEL_NAMES[label], DEFINITIONS[label]) for label in LABELS],
        sections=build_sections(findings),
        threats=list_threats(findings),
        threats_note=_describe_threats_shown(findings),
        write_cell=write_cell,
        label_names=LABEL_NAMES,
    )


def render_markdown(findings: Findings, title: str) -> str:
    """Return the report as Markdown, without plots."""
    facts = _describe(findings, title)
    lines = [f"# {_escape(title)}", "", facts["period"], ""]
    lines += [f"- {_escape(said)}" for said in facts["highlights"]] + [""]
    for section in build_sections(findings):
        lines += [f"## {section.title}", "", _escape(section.text), ""]
        if section.rows:
            lines += [*_render_table(section.columns, section.rows), ""]
        if section.note:
            lines += [section.note, ""]
        if section.name == "threateners" and findings.threats.rows:
            lines += ["## The threats", "", _describe_threats_shown(findings), ""]
            for threat in list_threats(findings):
                known = " · ".join(f"{name}: {value}" for name, value in threat.facts.items())
                lines += [f"> {_escape(' '.join(threat.sentence.split()))}", "", _escape(known), ""]
    return "\n".join([*lines, "---", "", *(_escape(line) for line in facts["origin"]), ""])


def write_cell(column: Column, value: Any) -> str:  # noqa: ANN401 -- whatever a table holds
    """Return a value as a report writes it."""
    if value is None:
        return _NOTHING
    if column.kind == "share":
        return share(*value)
    if column.kind == "percent":
        return f"{value * 100:.0f} %"
    if column.kind == "label":
        return LABEL_NAMES[value]
    if column.kind == "sentence":
        return " ".join(value.split())
    return f"{value:,}" if column.kind == "number" else str(value)


def _write_html(archive: Archive, out: Path, title: str) -> list[Path]:
    return _write_text(out, render_html(find_all(archive, Limits()), title))


def _write_markdown(archive: Archive, out: Path, title: str) -> list[Path]:
    return _write_text(out, render_markdown(find_all(archive, Limits()), title))


def _write_csv(archive: Archive, out: Path, title: str) -> list[Path]:  # noqa: ARG001 -- each format takes the same
    out.mkdir(parents=True, exist_ok=True)
    findings = find_all(archive, Limits(outlets=_MANY, speakers=_MANY, threats=_MANY, uncertain=_MANY))
    days = find_volume(archive.connection, "day")
    tables = {
        "days.csv": Table(["day", *days.columns[1:]], days.rows),
        "outlets.csv": findings.outlets,
        "speakers.csv": findings.speakers,
        "threateners.csv": findings.threateners,
        "uncertain.csv": findings.uncertain,
    }
    for name, table in tables.items():
        with (out / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            writer.writerows(table.rows)
    write_threats(archive.connection, out / "threats.csv")
    return [out / name for name in CSV_FILES]


FORMATS: Final[Mapping[str, Callable[[Archive, Path, str], list[Path]]]] = {
    "html": _write_html,
    "md": _write_markdown,
    "csv": _write_csv,
}


def _write_text(out: Path, content: str) -> list[Path]:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(content, encoding="utf-8")
    return [out]


def _describe(findings: Findings, title: str) -> dict[str, Any]:
    totals = findings.totals
    return {
        "title": title,
        "period": _describe_period(findings),
        "highlights": describe_highlights(findings),
        "tiles": [
            ("Articles", f"{totals['articles']:,}"),
            ("Sentences", f"{totals['sentences']:,}"),
            ("Outlets", f"{totals['outlets']:,}" if findings.outlet_field else _NOTHING),
            ("Speakers", f"{totals['speakers']:,}"),
            ("Threats", f"{totals['threat']:,}"),
            ("Uncertain", share(totals["uncertain"], totals["sentences"])),
        ],
        "origin": _describe_origin(findings),
    }


def _describe_period(findings: Findings) -> str:
    first, last = findings.totals["first_day"], findings.totals["last_day"]
    held = f"{count(findings.totals['articles'], 'article')}, {count(findings.totals['sentences'], 'sentence')}"
    if first is None:
        return f"{held}."
    return f"{held}, {write_day(first)} to {write_day(last)}." if first != last else f"{held}, {write_day(first)}."


def _describe_threats_shown(findings: Findings) -> str:
    shown, left_out = len(findings.threats.rows), findings.threats.left_out
    text = f"The {shown} of which the model is surest, by day." if left_out else "All of them, by day."
    return " ".join([text, *filter(None, [describe_left_out(left_out, "threat")])])


def _describe_origin(findings: Findings) -> list[str]:
    """Return the lines at the end: what the report is of, and what its labels are."""
    names = ", ".join(findings.files[:5]) + (f" and {len(findings.files) - 5} more" if len(findings.files) > 5 else "")
    lines = [
        f"Made by Stancewire {version('stancewire')} on {write_day(date.today())} from {names}.",
        "Labels, speakers and threats are found by a model, not by people: read a sentence in its article before you "
        "quote it.",
    ]
    if findings.models:
        lines.insert(1, f"Scored by {', '.join(findings.models)}.")
    if findings.errors.rows:
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in findings.errors.rows)
        lines.insert(1, f"{count(findings.totals['errors'], 'article')} could not be scored: {kinds}.")
    return lines


def _render_table(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[str]:
    right = [column.kind in ("number", "share", "percent") for column in columns]
    cells = [[_escape(write_cell(*pair)) for pair in zip(columns, row, strict=True)] for row in rows]
    head = [column.title for column in columns]
    return [
        "| " + " | ".join(line) + " |" for line in (head, ["---:" if is_right else "---" for is_right in right], *cells)
    ]


def _escape(text: str) -> str:
    """Return text that Markdown takes as it is: an article must not make headings, links or HTML."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>#|" else character for character in text)
