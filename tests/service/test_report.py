"""`stance report` on real files: the same figures from every format, clear refusals, and a page that all can read."""

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe

from service.cli import main
from service.report.archive import ReportFields, open_archive
from service.report.findings import Limits, count, describe_highlights, find_all, share
from service.report.plots import choose_ticks, list_steps, name_tick
from tests.service.archives import read, score, write

EXAMPLES = Path(__file__).parents[2] / "examples" / "archive.jsonl"
HOSTILE = "<script>alert(1)</script> | *bold* & co"


def sentence(**more: object) -> dict:
    """A record of a scored archive, written by hand."""
    return {
        "date": "2026-03-04",
        "outlet": "Daily",
        "article_row": 1,
        "sentence_id": 0,
        "text": "Rain fell.",
        "label": "factual_report",
        "confidence": 0.9,
        "uncertain": False,
        "speaker_name": None,
        "speaker_mention": None,
        "speaker_role": None,
        "via": None,
        "boilerplate": False,
        "threat_by": None,
        "threat_against": None,
        "threat_condition": None,
        "threat_deadline": None,
        "error_kind": None,
        **more,
    }


def threat(row: int, **more: object) -> dict:
    return sentence(**{"article_row": row, "text": f"The navy will fire, {row}.", "label": "threat", **more})


def find(*inputs: Path, fields: ReportFields = ReportFields(), limits: Limits = Limits()):  # noqa: B008 -- frozen
    with open_archive([str(path) for path in inputs], fields) as archive:
        return find_all(archive, limits)


@pytest.fixture(scope="module")
def scored(artifact, tmp_path_factory) -> Path:
    """A folder with the examples, scored in every format and both forms; one row of them is wrong."""
    folder = tmp_path_factory.mktemp("scored")
    rows = [*read(EXAMPLES), {"id": "wrong", "date": "2026-03-04", "outlet": "Daily", "text": None}]
    source = write(folder / "in.jsonl", rows)
    for name in ("out.jsonl", "out.jsonl.gz", "out.csv", "out.csv.gz", "out.parquet"):
        for form in ("articles", "sentences"):
            assert score(artifact, source, folder / form / name, "--rows", form) == 0
    return folder


def test_the_figures_are_those_of_the_records(scored):
    records = read(scored / "sentences" / "out.parquet")
    labelled = [record for record in records if record["label"]]
    found = find(scored / "sentences" / "out.parquet")
    assert found.totals["articles"] == 18
    assert found.totals["sentences"] == len(labelled)
    assert {label: found.totals[label] for label in {r["label"] for r in labelled}} == Counter(
        record["label"] for record in labelled
    )
    assert found.totals["furniture"] == sum(record["boilerplate"] or False for record in records) > 0
    assert found.errors.rows == [("null_text", 1)]
    by_day = Counter(record["date"] for record in labelled)
    assert {row["from"]: row["sentences"] for row in found.volume.records()} == by_day
    by_outlet = Counter(record["outlet"] for record in labelled)
    assert {row["outlet"]: row["sentences"] for row in found.outlets.records() if row["sentences"]} == by_outlet
    speakers = Counter(record["speaker_name"].lower() for record in labelled if record["speaker_name"])
    shown = {row["speaker"].lower(): row["sentences"] for row in found.speakers.records()}
    assert shown.items() <= speakers.items()
    assert max(shown.values()) == max(speakers.values())
    threats = [record for record in labelled if record["label"] == "threat"]
    assert sorted(row["sentence"] for row in found.threats.records()) == sorted(record["text"] for record in threats)
    doubted = sorted((r["confidence"], r["text"]) for r in labelled if r["uncertain"])[:20]
    assert [(row["confidence"], row["sentence"]) for row in found.uncertain.records()] == doubted


@pytest.mark.parametrize("form", ["articles", "sentences"])
@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.csv", "out.csv.gz", "out.parquet"])
def test_every_format_gives_the_same(scored, form, name):
    found, expected = find(scored / form / name), find(scored / "sentences" / "out.parquet")
    for field in ("totals", "volume", "outlets", "speakers", "threateners", "threats", "uncertain", "errors", "models"):
        assert getattr(found, field) == getattr(expected, field), field


def test_files_of_several_formats_are_one_archive(scored):
    alone = find(scored / "sentences" / "out.parquet")
    together = find(scored / "sentences" / "out.parquet", scored / "articles" / "out.jsonl")
    assert together.totals["sentences"] == 2 * alone.totals["sentences"]
    assert together.totals["articles"] == 2 * alone.totals["articles"]


def test_a_folder_by_day_gives_its_day(artifact, tmp_path):
    for day in ("2026-03-04", "2026-03-05"):
        source = write(tmp_path / f"{day}.jsonl", [{"id": day, "text": "Rain fell. Snow fell."}])
        assert score(artifact, source, tmp_path / "days" / f"day={day}" / "part.parquet") == 0
    found = find(tmp_path / "days")
    assert found.date_field == "day"
    assert [(str(row["from"]), row["articles"]) for row in found.volume.records()] == [
        ("2026-03-04", 1), ("2026-03-05", 1),
    ]  # fmt: skip


DATES = [
    ("2026-03-04", date(2026, 3, 4)),
    ("2026-03-04T23:30:00Z", date(2026, 3, 4)),
    ("2026-03-04 10:00", date(2026, 3, 4)),
    ("Wed, 04 Mar 2026 10:00:00 +0000", date(2026, 3, 4)),
    ("4 March 2026", date(2026, 3, 4)),
    ("20260304", date(2026, 3, 4)),
    ("soon", None),
    (None, None),
]


@pytest.mark.parametrize(("written", "day"), DATES)
def test_dates_are_read_in_the_usual_forms(tmp_path, written, day):
    rows = [sentence(date=written), sentence(date="2026-02-20", article_row=2)]
    found = find(write(tmp_path / "a.jsonl", rows))
    assert {row["from"] for row in found.volume.records()} == {date(2026, 2, 20), *([day] if day else [])}
    assert found.totals["undated"] == (0 if day else 1)


@pytest.mark.parametrize(
    ("last", "unit", "steps"),
    [("2026-03-31", "day", 2), ("2026-06-01", "week", 2), ("2027-06-01", "month", 2), ("2041-01-01", "year", 2)],
)
def test_long_times_are_divided_in_longer_steps(tmp_path, last, unit, steps):
    found = find(write(tmp_path / "a.jsonl", [sentence(date="2026-03-04"), sentence(date=last, article_row=2)]))
    assert (found.unit, len(found.volume.rows)) == (unit, steps)


def test_who_threatens_is_named(tmp_path):
    rows = [
        threat(1, threat_by="He", speaker_mention="He", speaker_name="Davit Koren"),
        threat(2, threat_by="Admiral Davit Koren", speaker_mention="Koren", speaker_name="Davit Koren"),
        threat(3, speaker_name="Davit Koren", threat_against="Varsa"),
        threat(4, threat_by="the navy", speaker_name="a captain"),
        threat(5, threat_by="The navy", threat_against="varsa"),
        threat(6, threat_by="The navy", threat_against="Varsa", threat_condition="if", threat_deadline="by Friday"),
        threat(7),
    ]
    found = find(write(tmp_path / "a.jsonl", rows)).threateners.records()
    assert [(row["threatener"], row["target"], row["threats"], row["conditional"]) for row in found] == [
        ("Davit Koren", None, 2, 0), ("The navy", "Varsa", 2, 1), ("Davit Koren", "Varsa", 1, 0),
        ("the navy", None, 1, 0), (None, None, 1, 0),
    ]  # fmt: skip


def test_what_a_table_leaves_out_is_counted(tmp_path):
    rows = [threat(number, outlet=f"Outlet {number}", uncertain=True) for number in range(7)]
    found = find(write(tmp_path / "a.jsonl", rows), limits=Limits(outlets=3, speakers=3, threats=3, uncertain=3))
    assert [len(table.rows) for table in (found.outlets, found.threats, found.uncertain)] == [3, 3, 3]
    assert [table.left_out for table in (found.outlets, found.threats, found.uncertain)] == [4, 4, 4]


def test_csv_has_every_threat_and_every_day(tmp_path, capsys):
    rows = [threat(number, date=f"2026-{month:02}-01") for month in range(1, 13) for number in range(20)]
    archive = write(tmp_path / "a.jsonl", [row | {"article_row": place} for place, row in enumerate(rows)])
    assert main(["report", str(archive), "--format", "csv", "--out", str(tmp_path / "tables")]) == 0
    written = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert sorted(written) == sorted(path.name for path in (tmp_path / "tables").iterdir())
    with (tmp_path / "tables" / "threats.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 240
    with (tmp_path / "tables" / "days.csv").open(newline="") as file:
        days = list(csv.DictReader(file))
    assert [(day["day"], day["threat"]) for day in days] == [(f"2026-{month:02}-01", "20") for month in range(1, 13)]


def test_texts_of_articles_cannot_change_the_page(tmp_path):
    rows = [threat(1, outlet=HOSTILE, threat_by=HOSTILE, text=HOSTILE), threat(2, speaker_name=HOSTILE, uncertain=True)]
    archive = write(tmp_path / "a.jsonl", rows)
    for form in ("html", "md"):
        command = ["report", str(archive), "--format", form, "--out", str(tmp_path / f"r.{form}"), "--title", HOSTILE]
        assert main(command) == 0
    page, notes = (tmp_path / "r.html").read_text(), (tmp_path / "r.md").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in notes.replace("\\<script", "")
    assert all(line.replace("\\|", "").count("|") == 8 for line in notes.splitlines() if "| 2026-" in line[:8])


def test_the_page_needs_no_network_and_no_script(scored, tmp_path, capsys):
    out = tmp_path / "new folder" / "report.html"
    assert main(["report", str(scored / "sentences" / "out.csv"), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    page = out.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|<script|<link|@import|url\((?!#)", page)
    assert page.count("<svg") >= 5
    for heading in ("Volume by day", "Labels by outlet", "Most quoted speakers", "Threats over time", "Page furniture"):
        assert f">{heading}</h2>" in page
    assert "null_text 1" in page


def test_without_date_and_outlet_it_says_how_to_name_them(tmp_path):
    rows = [{key: value for key, value in threat(1).items() if key not in ("date", "outlet")} | {"seen": "2026-03-04"}]
    archive, out = write(tmp_path / "a.jsonl", rows), tmp_path / "r.md"
    assert main(["report", str(archive), "--format", "md", "--out", str(out)]) == 0
    assert "name another with --date-field" in out.read_text()
    assert "name another with --outlet-field" in out.read_text()
    assert main(["report", str(archive), "--format", "md", "--out", str(out), "--date-field", "seen"]) == 0
    assert "| 2026-03-04 | 1 | 1 |" in out.read_text()


def write_bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


OLD = {name: value for name, value in sentence(row=1, speaker_kind="quote").items() if name != "article_row"}
REFUSED = [
    ("a.csv", b"id,text\n1,Rain.\n", [], "a.csv is not a scored archive: it has no 'label', 'confidence'"),
    ("a.jsonl", b'{"id": 1, "text": "Rain."}\n', [], "Score it first: stance score a.jsonl scored.jsonl"),
    ("a.jsonl", json.dumps(OLD).encode(), [], "was scored by an earlier version of Stancewire; score it again"),
    ("a.jsonl", b"", [], "a.jsonl is empty"),
    ("a.jsonl", b"\n\n", [], "a.jsonl is empty"),
    ("a.csv", b"", [], "a.csv is empty"),
    ("a.jsonl", b"not json\n", [], "a.jsonl:1: not JSON"),
    ("a.jsonl", b"[1]\n", [], "a.jsonl:1: expected a JSON object"),
    ("a.jsonl", (json.dumps(sentence()) + "\n").encode() * 1100 + b"{", [], "cannot be read as a scored archive"),
    ("a.parquet", b"PAR1 no", [], "a.parquet is not a Parquet file"),
    ("a.jsonl", json.dumps(sentence(label="rumour")).encode(), [], "unknown label 'rumour'"),
    ("a.jsonl", json.dumps(sentence(label=None)).encode(), [], "there is no labelled sentence to report on"),
    ("a.jsonl", json.dumps(sentence()).encode(), ["--date-field", "when"], "--date-field: there is no field 'when'"),
    ("a.jsonl", json.dumps(sentence()).encode(), ["--outlet-field", "x"], "there are article_row, date, error_kind"),
    ("a.xlsx", b"PK", [], "the extension tells the format"),
]


@pytest.mark.parametrize(("name", "content", "options", "message"), REFUSED, ids=[m for *_, m in REFUSED])
def test_what_cannot_be_reported_says_what_to_do(tmp_path, capsys, name, content, options, message):
    path = write_bytes(tmp_path / name, content)
    assert main(["report", str(path), "--out", str(tmp_path / "r.html"), *options]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert not (tmp_path / "r.html").exists()


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none.parquet")]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_a_table_scored_by_spark_has_the_articles_id(artifact, tmp_path):
    rows = [{name: value for name, value in threat(1).items() if name != "article_row"} | {"id": str(n)} for n in "aab"]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "part.parquet")
    assert find(tmp_path / "part.parquet").totals["articles"] == 2


@pytest.mark.parametrize(
    ("top", "ticks"),
    [(1, [0, 1]), (4, [0, 1, 2, 3, 4]), (7, [0, 2, 4, 6, 8]), (2300, [0, 500, 1000, 1500, 2000, 2500])],
)
def test_scales_have_round_numbers(top, ticks):
    assert choose_ticks(top) == ticks


@pytest.mark.parametrize(
    ("first", "last", "unit", "names"),
    [
        (date(2026, 2, 27), date(2026, 3, 1), "day", ["27 Feb", "28 Feb", "1 Mar"]),
        (date(2025, 12, 29), date(2026, 1, 5), "week", ["29 Dec", "5 Jan"]),
        (date(2025, 12, 1), date(2026, 1, 1), "month", ["Dec 2025", "Jan 2026"]),
        (date(2024, 1, 1), date(2026, 1, 1), "year", ["2024", "2025", "2026"]),
    ],
)
def test_steps_of_time_have_names(first, last, unit, names):
    assert [name_tick(day, unit) for day in list_steps(first, last, unit)] == names


def test_numbers_in_prose():
    assert [count(1, "article"), count(1200, "article")] == ["1 article", "1,200 articles"]
    assert [share(1, 3), share(1, 2000), share(0, 0)] == ["33.3 %", "0.05 %", "–"]


def test_what_stands_out_is_said(tmp_path):
    rows = [threat(1), threat(2), sentence(article_row=3, date="2026-03-05", uncertain=True)]
    said = describe_highlights(find(write(tmp_path / "a.jsonl", rows)))
    assert said[0] == "2 sentences of 3 (66.7 %) are threats, in 2 articles; the most in one day: 2 on 4 March 2026."
    assert said[-1].startswith("33.3 % of the sentences are marked uncertain")
    assert describe_highlights(find(write(tmp_path / "b.jsonl", [sentence()]))) == ["There is no threat."]


@pytest.fixture(scope="module")
def page_file(scored, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("report") / "report.html"
    assert main(["report", str(scored / "sentences" / "out.parquet"), "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_and_fits(browser, page_file, scheme, width):
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    failures = []
    page.on("console", lambda message: failures.append(message.text))
    page.goto(page_file.as_uri())
    for summary in page.locator("summary").all():
        summary.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert failures == []
    for plot in page.locator("figure svg[role=img]").all():
        assert len(plot.get_attribute("aria-label")) > 20
    context.close()


def test_on_paper_marks_stand_for_colours(browser, page_file, tmp_path):
    context = browser.new_context()
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.emulate_media(media="print")
    fill = "element => getComputedStyle(element).fill"
    assert "mark-official_statement" in page.locator("figure rect.official_statement").first.evaluate(fill)
    assert "mark-analyst_opinion" in page.locator("figure rect.analyst_opinion").first.evaluate(fill)
    assert page.locator("details").first.is_hidden()
    content = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox \[0 0 59[45][\d.]* 84[12][\d.]*\]", content)  # A4
    context.close()
