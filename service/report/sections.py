"""The sections of a report, from what was found: for each a text, a plot and a table, in the order of reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from model.labels import LABELS
from service.report.archive import DATE_FIELDS, OUTLET_FIELDS
from service.report.findings import Findings, count, share
from service.report.plots import draw_bars, draw_dots, draw_percentages, draw_shares, draw_steps

LABEL_NAMES: Final[Mapping[str, str]] = dict(zip(LABELS, ["Fact", "Official", "Opinion", "Threat"], strict=True))
_STEP_NAMES: Final = {"day": "Day", "week": "Week from", "month": "Month from", "year": "Year from"}
_ADVERBS: Final = {"day": "by day", "week": "by week", "month": "by month", "year": "by year"}
_BARS: Final = 15  # rows of a plot


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, and how its values are written ("text", "number", "date", "share", "label")."""

    title: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a report.

    Attributes:
        name: A short name for addresses.
        title: Its heading.
        text: What it says, in a sentence or two.
        plot: SVG; empty where there is none.
        columns: The columns of its table.
        rows: The rows of its table.
        folded: Whether the table only repeats the plot, and is folded up beside it.
        note: What the table leaves out; empty where that is nothing.

    """

    name: str
    title: str
    text: str
    plot: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[Any]] = ()
    folded: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A threat as a report shows it: the sentence, and what is known of it."""

    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)


def build_sections(findings: Findings) -> list[Section]:
    """Return the sections but for the sentences of the threats."""
    sections = [_build_volume(findings), _build_outlets(findings), _build_speakers(findings)]
    sections += [_build_threats_over_time(findings), _build_threateners(findings)]
    sections += [_build_uncertain(findings), _build_furniture(findings)]
    return sections


def list_threats(findings: Findings) -> list[Quotation]:
    """Return the threats with their sentences."""
    quotations = []
    for row in findings.threats.records():
        facts = {
            "who": row["threatener"] or "not said",
            "against": row["target"],
            "condition": row["condition"],
            "deadline": row["deadline"],
            "said by": row["speaker"] if row["speaker"] != row["threatener"] else None,
            "outlet": row["outlet"],
            "day": row["day"] and row["day"].isoformat(),
            "confidence": f"{row['confidence']:.0%}".replace("%", " %"),
        }
        quotations.append(Quotation(row["sentence"], {name: value for name, value in facts.items() if value}))
    return quotations


def describe_left_out(left_out: int, noun: str) -> str:
    """Return a note on rows that a table leaves out; empty where there are none."""
    if not left_out:
        return ""
    return f"{left_out:,} more {noun}{'' if left_out == 1 else 's'}: stance report --format csv gives all."


def _build_volume(findings: Findings) -> Section:
    title = f"Volume {_ADVERBS[findings.unit]}"
    if not findings.volume.rows:
        return Section("volume", title, _describe_no_field("date", DATE_FIELDS, "--date-field"))
    steps = {row["from"]: {label: row[label] for label in LABELS} for row in findings.volume.records()}
    undated = findings.totals["undated"]
    text = f"Labelled sentences, {_ADVERBS[findings.unit]} of the field “{findings.date_field}”."
    if undated:
        text += f" {count(undated, 'sentence')} without a readable date are left out."
    columns = [Column(_STEP_NAMES[findings.unit], "date"), Column("Articles", "number"), Column("Sentences", "number")]
    columns += [Column(LABEL_NAMES[label], "number") for label in LABELS]
    first, last = min(steps), max(steps)
    plot = draw_steps(
        steps, findings.unit, f"Columns: sentences by label, {_ADVERBS[findings.unit]}, {first} to {last}."
    )
    return Section("volume", title, text, plot, columns, findings.volume.rows, folded=True)


def _build_outlets(findings: Findings) -> Section:
    title = "Labels by outlet"
    rows = findings.outlets.records()
    if not rows:
        return Section("outlets", title, _describe_no_field("outlet", OUTLET_FIELDS, "--outlet-field"))
    counts = {row["outlet"]: {label: row[label] for label in LABELS} for row in rows[:_BARS]}
    columns = [Column("Outlet"), Column("Articles", "number"), Column("Sentences", "number")]
    columns += [Column(LABEL_NAMES[label], "share") for label in LABELS] + [Column("Uncertain", "share")]
    values = [
        [row["outlet"], row["articles"], row["sentences"]]
        + [(row[name], row["sentences"]) for name in (*LABELS, "uncertain")]
        for row in rows
    ]
    return Section(
        "outlets",
        title,
        f"Shares of the labels in the sentences of each outlet (field “{findings.outlet_field}”).",
        draw_shares(counts, f"Bars: shares of the labels in the sentences of {count(len(counts), 'outlet')}."),
        columns,
        values,
        note=describe_left_out(findings.outlets.left_out, "outlet"),
    )


def _build_speakers(findings: Findings) -> Section:
    totals, rows = findings.totals, findings.speakers.records()
    if not rows:
        return Section("speakers", "Most quoted speakers", "No sentence has a speaker.")
    text = (
        f"{share(totals['quoted'], totals['sentences'])} of the sentences have a speaker, one of "
        f"{totals['speakers']:,}. The same name in several articles counts as one speaker."
    )
    counts = {row["speaker"]: {label: row[label] for label in LABELS} for row in rows[:_BARS]}
    columns = [Column("Speaker"), Column("Role"), Column("Sentences", "number"), Column("Articles", "number")]
    columns += [Column(LABEL_NAMES[label], "number") for label in LABELS]
    columns += [Column("Relayed", "number"), Column("Most often via")]
    names = ("speaker", "role", "sentences", "articles", *LABELS, "relayed", "via")
    return Section(
        "speakers",
        "Most quoted speakers",
        text,
        draw_bars(counts, f"Bars: sentences by label of {count(len(counts), 'speaker')}."),
        columns,
        [[row[name] for name in names] for row in rows],
        note=describe_left_out(findings.speakers.left_out, "speaker"),
    )


def _build_threats_over_time(findings: Findings) -> Section:
    title = "Threats over time"
    rows = findings.threats_over_time.records()
    if not rows:
        return Section("threats", title, "There is no threat with a date and somebody who threatens.")
    counts: dict[str, dict[date, int]] = {}
    for row in rows:
        counts.setdefault(row["threatener"], {})[row["from"]] = row["threats"]
    days = findings.volume.column("from")
    columns = [Column("Who threatens"), Column(_STEP_NAMES[findings.unit], "date"), Column("Threats", "number")]
    text = f"Those who threaten most, {_ADVERBS[findings.unit]}. The area of a dot is the number of threats."
    plot = draw_dots(
        counts, min(days), max(days), findings.unit, f"Dots: threats of {len(counts)} threateners over time."
    )
    return Section("threats", title, text, plot, columns, findings.threats_over_time.rows, folded=True)


def _build_threateners(findings: Findings) -> Section:
    title = "Who threatens whom"
    if not findings.threateners.rows:
        return Section("threateners", title, "There is no threat.")
    columns = [Column("Who threatens"), Column("Whom"), Column("Threats", "number"), Column("First", "date")]
    columns += [Column("Last", "date"), Column("On a condition", "number"), Column("With a deadline", "number")]
    text = "Who would act and whom it would hit, as the sentences say it; where they name nobody, who speaks."
    note = describe_left_out(findings.threateners.left_out, "pair")
    return Section("threateners", title, text, "", columns, findings.threateners.rows, note=note)


def _build_uncertain(findings: Findings) -> Section:
    title = "Least certain sentences"
    if not findings.uncertain.rows:
        return Section("uncertain", title, "No sentence is marked uncertain.")
    columns = [Column("Confidence", "percent"), Column("Label", "label"), Column("Speaker"), Column("Day", "date")]
    columns += [Column("Outlet"), Column("Sentence", "sentence")]
    text = "Of the sentences marked uncertain, those with the lowest confidence: a person should read them."
    note = describe_left_out(findings.uncertain.left_out, "uncertain sentence").replace("gives all", "gives more")
    return Section("uncertain", title, text, "", columns, findings.uncertain.rows, note=note)


def _build_furniture(findings: Findings) -> Section:
    totals, rows = findings.totals, findings.outlets.records()
    pieces = totals["furniture"] + totals["sentences"]
    text = (
        f"{totals['furniture']:,} of {pieces:,} pieces of text ({share(totals['furniture'], pieces)}) are page "
        "furniture, such as bylines and photo credits. They have no label and are counted nowhere else."
    )
    with_furniture = [row for row in rows if row["furniture"]]
    if not with_furniture:
        return Section("furniture", "Page furniture", text)
    by_share = sorted(with_furniture, key=lambda row: -row["furniture"] / (row["furniture"] + row["sentences"]))
    parts = [(row["outlet"], row["furniture"], row["furniture"] + row["sentences"]) for row in by_share]
    shares = {outlet: own / whole for outlet, own, whole in parts[:_BARS]}
    return Section(
        "furniture",
        "Page furniture",
        text,
        draw_percentages(shares, f"Bars: share of page furniture in {count(len(shares), 'outlet')}."),
        [Column("Outlet"), Column("Pieces of furniture", "number"), Column("Share", "share")],
        [[outlet, own, (own, whole)] for outlet, own, whole in parts],
        folded=True,
    )


def _describe_no_field(what: str, usual: Sequence[str], option: str) -> str:
    return f"No field with the {what} was found. Usual names are {', '.join(usual)}; name another with {option}."
