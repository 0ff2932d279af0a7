"""Several articles on the page, who said what in one, and what can be taken away: files, a report, paper."""

import base64
import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from model import LABELS
from tests.service.browser import ARTICLE, EXAMPLES, PATIENCE, ask_service, classify_text, open_page
from tests.service.document_files import TEXT, TITLE, make_docx, make_html
from tests.service.server import Server, run_server

GERMAN = "Der Minister sagte am Montag, die Regierung werde die Brücke sperren, und niemand weiß, was danach geschieht."


@pytest.fixture(scope="module")
def server(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of three documents a request: several files need several requests."""
    folder = tmp_path_factory.mktemp("desk")
    with run_server(artifact, folder / "log", workers=1, documents="3", reader="fast") as server:
        yield server


def open_files(page: Page, files: dict[str, bytes]) -> None:
    payloads = [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]
    page.set_input_files("#files", payloads)
    expect(page.locator("#working")).to_be_hidden(timeout=PATIENCE)
    expect(page.locator("#result")).to_be_visible(timeout=PATIENCE)


def read_rows(table: Any) -> list[list[str]]:
    rows: list[list[str]] = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return rows


def make_page(outlet: str, text: str) -> bytes:
    return make_html(text.split("\n\n")).replace("Harbour Times", outlet).encode()


def test_several_files_are_a_tab_each_with_counts_and_outlets_side_by_side(page: Page, server: Server) -> None:
    texts = [path.read_text(encoding="utf-8").strip() for path in EXAMPLES]
    open_files(
        page,
        {
            "one.html": make_page("Daily", texts[0]),
            "two.htm": make_page("Herald", texts[1]),
            "three.docx": make_docx(),
            "four.txt": texts[2].encode(),
            "five.txt": GERMAN.encode(),
            "six.csv": b"id,text\n",
        },
    )
    expect(page.locator("[role=tab]")).to_have_text([TITLE, TITLE, TITLE, "four.txt"])
    expect(page.locator("#desk-title")).to_contain_text("6 articles")
    failed = page.locator("#desk .doubt")
    expect(failed).to_have_count(2)
    expect(failed.first).to_contain_text("six.csv: The page takes .txt, .html, .docx, .pdf and .eml")
    expect(failed.last).to_contain_text("five.txt: The text is in German (de)")

    page.get_by_text("Counts by article").click()
    counts = read_rows(page.locator("#desk table").first)
    docx = server.classify({"file": {"name": "a.docx", "content": base64.b64encode(make_docx()).decode()}}).json
    expected = [server.classify({"html": make_page("Daily", text).decode()}).json["sentences"] for text in texts[:2]]
    for row, sentences in zip(counts, [*expected, docx["sentences"], ask_service(server, texts[2])], strict=True):
        found = Counter(sentence["label"] for sentence in sentences)
        assert row[3:7] == [str(found[label]) for label in LABELS]
    assert [row[1:3] for row in counts] == [
        ["Daily", "2026-05-04"],
        ["Herald", "2026-05-04"],
        ["", "2026-05-04"],
        ["", ""],
    ]
    page.get_by_text("Shares of the labels by outlet").click()
    shares = read_rows(page.locator("#desk table").last)
    assert [row[:2] for row in shares] == [["Daily", "1"], ["Herald", "1"]]
    for row, sentences in zip(shares, expected, strict=True):
        labels = [sentence["label"] for sentence in sentences if sentence["label"]]
        assert [int(share.strip("<%")) for share in row[2:]] == pytest.approx(
            [100 * labels.count(label) / len(labels) for label in LABELS], abs=1
        )
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []

    page.keyboard.press("]")
    expect(page.locator("[role=tab]").nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#facts")).to_contain_text("Herald")
    page.locator("[role=tab]").nth(1).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[role=tab]").nth(2)).to_be_focused()
    assert page.locator("[role=option]").all_text_contents() == [s["text"] for s in docx["sentences"]]
    failed.last.get_by_role("button", name="Label it all the same").click()
    expect(page.locator("#language-note")).to_contain_text("in German: labelled all the same", timeout=PATIENCE)
    page.reload()
    expect(page.locator("[role=tab]")).to_have_count(5)
    expect(page.locator("#language-note")).to_contain_text("in German")
    for _ in range(4):
        page.click("#close-article")
    expect(page.locator("#desk")).to_contain_text("six.csv")
    page.click("#close-article")
    expect(page.locator("#result")).to_be_hidden()
    expect(page.locator("#text")).to_be_focused()


def test_files_can_be_dropped_anywhere(page: Page) -> None:
    dropped = page.evaluate_handle(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "note.txt", { type: "text/plain" }));
            return data;
        }""",
        TEXT,
    )
    page.dispatch_event("header", "dragover", {"dataTransfer": dropped})
    assert page.locator("body[data-dragging]").count() == 1
    page.dispatch_event("header", "drop", {"dataTransfer": dropped})
    expect(page.locator("#result")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#facts")).to_have_text("note.txt")
    assert page.locator("body[data-dragging]").count() == 0


def test_html_that_is_pasted_is_read_as_a_page(page: Page, server: Server) -> None:
    classify_text(page, make_html())
    expected = server.classify({"html": make_html()}).json
    assert page.locator("[role=option]").all_text_contents() == [s["text"] for s in expected["sentences"]]
    expect(page.locator("#facts")).to_have_text("Port stays closed · Harbour Times · 2026-05-04")


def test_a_paragraph_in_another_language_is_dimmed_and_not_labelled(page: Page) -> None:
    classify_text(page, f"{ARTICLE}\n\n{GERMAN}")
    foreign = page.locator("[data-foreign]")
    expect(foreign).to_have_text(GERMAN)
    expect(foreign).to_have_attribute("lang", "de")
    expect(page.locator("#language-note")).to_contain_text("1 sentence in German: not labelled")
    foreign.click()
    expect(page.locator("#panel-title")).to_have_text("German, not labelled")
    expect(page.locator("#panel")).to_contain_text("not counted")


def test_the_article_survives_a_reload_in_its_own_tab_only(context: BrowserContext, page: Page, server: Server) -> None:
    classify_text(page, ARTICLE)
    shown = page.locator("#article").text_content()
    page.reload()
    expect(page.locator("#result")).to_be_visible()
    assert page.locator("#article").text_content() == shown
    page.locator("[role=option]").first.click()
    expect(page.locator("#panel .weights.for")).to_be_attached(timeout=PATIENCE)
    other, _ = open_page(context, server)
    expect(other.locator("#result")).to_be_hidden()


def test_who_said_what(page: Page, server: Server) -> None:
    classify_text(page, ARTICLE)
    sentences = ask_service(server, ARTICLE)
    names = [(s["speaker"] or {"name": "The writer"})["name"] for s in sentences if s["label"]]
    labels = [s["label"] for s in sentences if s["label"]]
    table = page.locator("#speakers table")
    rows = read_rows(table)
    assert [row[0].split("\n")[0] for row in rows] == list(dict.fromkeys(names))
    for row in rows:
        name = row[0].split("\n")[0]
        its = [label for speaker, label in zip(names, labels, strict=True) if speaker == name]
        assert row[1:6] == [*(str(its.count(label)) for label in LABELS), str(len(its))]

    speaker = next(s["speaker"] for s in sentences if s["speaker"] and s["speaker"]["descriptor"])
    pick = page.get_by_role("button", name=f"{speaker['name']}, ")
    expect(table.locator("tr", has=pick)).to_contain_text(speaker["descriptor"])
    pick.click()
    its = [s["text"] for s in sentences if s["speaker"] and s["speaker"]["name"] == speaker["name"]]
    assert page.locator("[role=option]:not([aria-disabled=true])").all_text_contents() == its
    assert page.locator("#strip rect:not([data-dim])").count() == len(its)
    expect(page.locator("#status")).to_have_text(f"{len(its)} of {len(labels)} sentences shown.")
    expect(page.locator("#speaker-only")).to_have_text(f"Only {speaker['name']}")
    page.click("#show-all")
    assert page.locator("[aria-disabled=true]").count() == 0
    expect(table.locator("[aria-pressed=true]")).to_have_count(0)

    table.get_by_role("button", name="Sort by Speaker").click()
    sorted_names = [row[0].split("\n")[0] for row in read_rows(table)]
    assert sorted_names == sorted(sorted_names, key=str.casefold)
    table.get_by_role("button", name="Sort by Speaker").click()
    assert [row[0].split("\n")[0] for row in read_rows(table)] == sorted_names[::-1]
    page.keyboard.press("/")
    page.keyboard.insert_text(speaker["descriptor"][:12].upper())
    assert speaker["name"] in [row[0].split("\n")[0] for row in read_rows(table)]
    assert len(read_rows(table)) < len(rows)
    page.fill("#speaker-search", "nobody at all")
    expect(page.locator("#speakers")).to_contain_text("Nobody of that name.")
    page.fill("#speaker-search", "")
    page.get_by_role("button", name="Go to sentence 1", exact=True).click()
    expect(page.locator("[role=option]").first).to_be_focused()


def test_keys_work_wherever_the_focus_is_but_not_while_typing(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    classify_text(page, ARTICLE)
    threats = page.locator("[role=option][data-label=threat]")
    page.locator("#model").click()
    page.keyboard.press("t")
    expect(threats.first).to_have_attribute("aria-selected", "true")
    page.focus("#copy-json")
    page.keyboard.press("t")
    expect(threats.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(threats.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("n")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("That is not all? jtk")
    expect(page.locator("#text")).to_have_value("That is not all? jtk")
    expect(threats.nth(1)).to_have_attribute("aria-selected", "true")
    page.click("#keys-help")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.focus("#copy-json")
    page.keyboard.press("t")
    expect(threats.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)


def save(page: Page, button: str) -> tuple[str, str]:
    """Press a button that saves; return the file's name and what is in it."""
    with page.expect_download() as download:
        page.click(button)
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


def test_saves_json_csv_and_a_report_that_needs_nothing_else(
    context: BrowserContext, page: Page, server: Server, tmp_path: Path
) -> None:
    text = f"{ARTICLE}\n\n<script>document.title = 1</script>"
    classify_text(page, text)
    answer = server.classify({"text": text}).json
    name, content = save(page, "#save-json")
    assert name.endswith(".json")
    assert json.loads(content) == answer
    name, content = save(page, "#save-csv")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["text"] for row in rows] == [sentence["text"] for sentence in answer["sentences"]]
    assert {row["language"] for row in rows} == {"en"}
    name, content = save(page, "#save-report")
    assert name.endswith(".html")
    (tmp_path / name).write_text(content, encoding="utf-8")
    asked: list[str] = []
    report = context.new_page()
    report.on("request", lambda request: asked.append(request.url))
    report.goto(f"file://{tmp_path / name}")
    assert len(asked) == 1
    assert report.title() == ARTICLE.split("\n")[0]
    shown = report.locator(".sentence").all_text_contents()
    assert shown == [sentence["text"] for sentence in answer["sentences"] if sentence["label"]]
    assert report.locator("ol blockquote").count() == sum(s["label"] == "threat" for s in answer["sentences"])
    assert [fault["id"] for fault in Axe().run(report).response["violations"]] == []


def test_saves_all_articles_together(page: Page, server: Server) -> None:
    open_files(page, {"one.html": make_html().encode(), "two.txt": ARTICLE.encode()})
    _, content = save(page, "#save-all-json")
    documents = json.loads(content)["documents"]
    assert [document["id"] for document in documents] == [TITLE, "two.txt"]
    assert documents[0]["outlet"] == "Harbour Times"
    assert documents[1]["sentences"] == ask_service(server, ARTICLE)
    _, content = save(page, "#save-all-csv")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [(row["article_row"], row["sentence_id"]) for row in rows] == [
        (str(place), str(number))
        for place, document in enumerate(documents, start=1)
        for number in range(len(document["sentences"]))
    ]
    _, content = save(page, "#save-all-report")
    assert content.count("<h2>") == 2
    assert "<title>2 articles</title>" in content


def test_on_paper_marks_stand_for_colours_and_nothing_covers_the_article(page: Page) -> None:
    classify_text(page, ARTICLE)
    page.keyboard.press("t")
    page.emulate_media(media="print")
    for hidden in ("#panel", "#source", ".actions", "#strip", "nav"):
        expect(page.locator(hidden)).to_be_hidden()
    for shown in ("#article", "#speakers table", "#threat-cards", ".legend"):
        expect(page.locator(shown)).to_be_visible()
    marks = page.locator("[role=option][data-label]").evaluate_all(
        """options => options.map(option => {
            const mark = getComputedStyle(option, "::before").content.replaceAll('"', "");
            return [option.dataset.label[0].toUpperCase(), mark, getComputedStyle(option).backgroundColor];
        })"""
    )
    assert all(mark == label and colour == "rgba(0, 0, 0, 0)" for label, mark, colour in marks)
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
