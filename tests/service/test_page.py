"""The page in a real browser, against a real server: what it shows, what its keys do, and its error messages."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, expect

from model import LABELS, Document, Sentence
from service.batch import ScoreOptions, result_schema
from service.batch.results import result_objects
from service.batch.rows import PlacedSentence, Rows, ScoredRows, Tally
from service.web.security import make_key
from tests.service.artifacts import replace_artifact
from tests.service.browser import (
    ARTICLE,
    DESKTOP,
    EXAMPLES,
    PATIENCE,
    PHONE,
    ask_service,
    classify_text,
    open_page,
)
from tests.service.sentences import FURNITURE, TEXT, THREAT
from tests.service.server import Server, run_server

EMOJI = "Sirens 🚨 sounded in Sefra 🏙️ on Monday.\n\n“We will close the port 🚢,” the minister said. Rain 🌧️ fell."


@pytest.fixture(scope="module")
def server(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose model is uncertain below 80 %, so that some sentences are."""
    folder = tmp_path_factory.mktemp("page")
    replace_artifact(artifact, folder / "artifact", decision={"uncertain_below": 0.8})
    with run_server(folder / "artifact", folder / "log", workers=1, characters="60000") as server:
        yield server


@pytest.fixture(scope="module")
def guarded(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server that asks for a key and takes one text an hour, and the key."""
    folder = tmp_path_factory.mktemp("guarded")
    key, line = make_key("reader")
    (folder / "keys").write_text(line + "\n")
    keys = {"api_keys": str(folder / "keys"), "rate_limit": "1/hour"}
    with run_server(artifact, folder / "log", workers=1, **keys) as server:
        yield server, key


@pytest.mark.parametrize("example", range(3))
def test_examples_are_shown_as_the_service_answers(page: Page, server: Server, example: int) -> None:
    page.click(f"[data-example] >> nth={example}")
    expect(page.locator("#result")).to_be_visible(timeout=PATIENCE)
    text = EXAMPLES[example].read_text(encoding="utf-8")
    expected = ask_service(server, text)
    options = page.locator("[role=option]")
    assert options.all_text_contents() == [sentence["text"] for sentence in expected]
    shown = options.evaluate_all("all => all.map(o => o.dataset.label)")
    assert shown == [sentence["label"] for sentence in expected]
    assert page.locator("#article p").count() == text.strip().count("\n\n") + 1
    assert page.locator("#strip rect").count() == len(expected)
    counts = Counter(shown)
    for label in LABELS:
        expect(page.locator(f".chip[data-label={label}] .count")).to_have_text(str(counts[label]))
    uncertain = [sentence["text"] for sentence in expected if sentence["uncertain"]]
    assert 0 < len(uncertain) < len(expected)
    assert page.locator("[role=option][data-uncertain]").all_text_contents() == uncertain


def test_examples_cover_every_label(server: Server) -> None:
    found = [
        sentence["label"] for path in EXAMPLES for sentence in ask_service(server, path.read_text(encoding="utf-8"))
    ]
    assert set(found) == set(LABELS)


def test_offsets_beyond_the_basic_plane(page: Page, server: Server) -> None:
    classify_text(page, EMOJI)
    expected = [sentence["text"] for sentence in ask_service(server, EMOJI)]
    assert page.locator("[role=option]").all_text_contents() == expected
    assert all(text in EMOJI for text in expected)
    assert page.locator("#article p").count() == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.one_of(st.sampled_from("a. \n🚨"), st.characters(exclude_categories=["Cs"])), min_size=1),
    data=st.data(),
)
def test_pieces_of_paragraphs_are_the_article(page: Page, text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    sentences = [{"start": start, "end": end} for start, end in list(pairwise(cuts))[::2]]
    got = page.evaluate(
        """async ([text, sentences]) => {
            const { splitParagraphs, countCodePoints } = await import("/static/offsets.js");
            return [countCodePoints(text), splitParagraphs(text, sentences)];
        }""",
        [text, sentences],
    )
    length, paragraphs = got
    assert length == len(text)
    assert "".join("".join(p["text"] for p in part["pieces"]) + part["end"] for part in paragraphs) == text
    pieces = {p["index"]: p["text"] for part in paragraphs for p in part["pieces"] if "index" in p}
    assert pieces == {i: text[s["start"] : s["end"]] for i, s in enumerate(sentences)}


def test_text_is_never_read_as_markup(page: Page) -> None:
    classify_text(page, '<img src=x onerror="document.title=1"> The <b>minister</b> said no.')
    assert page.locator("#article img, #article b, #panel img").count() == 0
    page.locator("[role=option]").first.click()
    assert page.locator("#panel img").count() == 0
    assert page.title() == "Stancewire"


def test_details_of_a_sentence(page: Page, server: Server) -> None:
    classify_text(page, ARTICLE)
    sentences = ask_service(server, ARTICLE)
    index = next(i for i, s in enumerate(sentences) if s["speaker"] and s["speaker"]["descriptor"])
    page.locator("[role=option]").nth(index).click()
    panel = page.locator("#panel")
    expect(panel.locator(".weights.for")).to_be_attached(timeout=PATIENCE)
    speaker = sentences[index]["speaker"]
    expect(panel).to_contain_text(speaker["name"])
    expect(panel).to_contain_text(speaker["descriptor"])
    shares = panel.locator(".probabilities .number").all_text_contents()
    assert [int(share.strip("<%")) for share in shares] == pytest.approx(
        [100 * sentences[index]["probabilities"][label] for label in LABELS], abs=1
    )
    assert panel.locator(".marked").text_content() == sentences[index]["text"]
    assert panel.locator("mark.for").count() > 0
    assert "line-through" not in panel.locator("mark").evaluate_all(
        "all => all.map(m => getComputedStyle(m).textDecoration).join()"
    )
    weights = [float(weight.replace("−", "-")) for weight in panel.locator(".weights.for .number").all_text_contents()]
    assert weights[:-1] == sorted(weights[:-1], reverse=True)
    assert weights[-2] > 0
    assert panel.locator(".weights.against .number").first.text_content().startswith("−")
    explained = server.classify({"text": ARTICLE, "explain": True}).json["sentences"][index]["explanation"]
    reasons = [c for c in explained["contributions"] if c["weight"] > 0]
    meaning = next(c["meaning"] for c in reasons if c["meaning"])
    expect(panel.locator(".weights.for")).to_contain_text(meaning)
    expect(panel.locator(".reasons").last).to_contain_text(
        reasons[0]["meaning"] or reasons[0]["text"].strip("“”\"‘’'(),.;:")
    )
    start = speaker["start"] - sentences[index]["start"]
    end = speaker["end"] - sentences[index]["start"]
    option = page.locator("[role=option]").nth(index)
    assert option.locator("mark.mention").text_content() == sentences[index]["text"][start:end] == speaker["mention"]
    assert option.text_content() == sentences[index]["text"]
    page.keyboard.press("Escape")
    expect(page.locator("#article mark")).to_have_count(0)
    assert option.text_content() == sentences[index]["text"]


def test_page_furniture_is_shown_and_counts_nowhere(page: Page, server: Server) -> None:
    text = f"By Anna Weil\n\n{EMOJI}\n\nPhoto: Ida Moll"
    expected = ask_service(server, text)
    labelled = [sentence for sentence in expected if not sentence["boilerplate"]]
    assert len(expected) == len(labelled) + 2
    classify_text(page, text)
    options = page.locator("[role=option]")
    assert options.all_text_contents() == [sentence["text"] for sentence in expected]
    assert page.locator("[data-furniture]").all_text_contents() == ["By Anna Weil", "Photo: Ida Moll"]
    expect(page.locator("#result-title")).to_have_text(f"{len(labelled)} sentences")
    expect(page.locator("#furniture-note")).to_be_visible()
    counts = page.locator(".chip[data-label] .count").all_text_contents()
    assert sum(map(int, counts)) == page.locator("#strip rect").count() == len(labelled)
    options.first.click()
    expect(page.locator("#panel-title")).to_have_text("Page furniture")
    expect(page.locator("#panel")).to_contain_text("not counted")
    assert page.locator("#panel h4").count() == 0
    page.keyboard.press("ArrowDown")
    expect(page.locator("#panel")).to_contain_text(f"1 of {len(labelled)}")
    page.click("#uncertain-only")
    assert page.locator("[data-furniture][aria-disabled=true]").count() == 2
    expect(page.locator("#status")).to_contain_text(f" of {len(labelled)} sentences")


def test_an_article_of_nothing_but_furniture(page: Page) -> None:
    classify_text(page, "Photo: Ida Moll")
    expect(page.locator("#result-title")).to_have_text("0 sentences")
    assert page.locator("#strip rect").count() == 0
    page.locator("#strip").click()
    expect(page.locator("[aria-selected=true]")).to_have_count(0)


def show_answer(page: Page, *sentences: Sentence) -> None:
    """Show these sentences, all parts of which a small model would not find."""
    model = {"name": "stancewire", "version": "1", "artifact_hash": "0" * 64, "created": ""}
    answer = {"model": model, **Document(sentences).to_dict()}
    page.route("**/v1/classify", lambda route: route.fulfill(json=answer))
    classify_text(page, TEXT)


def test_a_threat_says_who_threatens_whom_and_who_relays_it(page: Page) -> None:
    show_answer(page, FURNITURE, THREAT)
    page.click("#threat-after")
    assert page.locator("[role=option] mark.mention").text_content() == "Koren"
    assert page.locator("#panel .who").text_content() == "Davit Koren?, transport minister, via Reuters"
    expect(page.locator("#panel")).to_contain_text("it may be somebody else who speaks (40% sure)")
    rows = page.locator("#panel dl").evaluate_all(
        "all => all.map(dl => [...dl.children].map(child => child.textContent))"
    )
    assert rows[0][2:6] == ["Relayed by", "Reuters (medium)", "Named here", "“Koren”"]
    facts = [
        *("Who", "He"),
        *("Against", "Varsa"),
        *("Condition", "unless the fee is lifted"),
        *("By when", "by Friday"),
    ]
    assert rows[1] == facts
    card = page.locator("#threat-cards li")
    assert card.locator("dl").evaluate("dl => [...dl.children].map(child => child.textContent)") == facts
    expect(card).to_contain_text(THREAT.text)
    page.keyboard.press("Escape")
    card.get_by_role("button", name="Read it there").click()
    expect(page.locator("[role=option]").nth(1)).to_be_focused()
    expect(page.locator("#panel")).to_contain_text("Decided by the careful reader.")


def test_csv_of_the_page_has_the_columns_of_a_scored_archive(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    show_answer(page, FURNITURE, THREAT)
    page.click("#copy-csv")
    expect(page.locator("#status")).to_contain_text("CSV")
    rows = csv.DictReader(io.StringIO(page.evaluate("navigator.clipboard.readText()"), newline=""))
    options = ScoreOptions(form="sentences", keep=())
    columns = result_schema(pa.schema([("text", pa.string())]), options).names
    assert rows.fieldnames == [name for name in columns if name not in {"error_kind", "error"}]
    results = [[PlacedSentence(position, sentence) for position, sentence in enumerate([FURNITURE, THREAT])]]
    expected = result_objects(ScoredRows(Rows([{}], [TEXT]), results, Tally(rows=1)), options)

    def write_cell(value: object) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    assert list(rows) == [{name: write_cell(value) for name, value in record.items()} for record in expected]


def test_everything_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    page.focus("#text")
    page.keyboard.insert_text(ARTICLE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result-title")).to_be_focused(timeout=PATIENCE)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.role") == "option":
            break
    options = page.locator("[role=option]")
    expect(options.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_be_focused()
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(options.last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("t")
    threats = page.locator("[role=option][data-label=threat]")
    expect(threats.first).to_be_focused()
    expect(page.locator("#threat-place")).to_have_text(f"Threat 1 of {threats.count()}")
    page.keyboard.press("Shift+T")
    expect(threats.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(threats.last).to_be_focused()
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    assert page.locator("[role=option][tabindex='0']").count() == 1


def test_legend_filters_and_keys_pass_over_the_rest(page: Page) -> None:
    classify_text(page, ARTICLE)
    chip = page.locator(".chip[data-label=threat]")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    threats = page.locator("[role=option][data-label=threat]").count()
    assert page.locator("[role=option]:not([aria-disabled=true])").count() == threats
    expect(page.locator("#status")).to_contain_text(f"{threats} of ")
    page.locator("[role=option][data-label=threat]").first.click()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][data-label=threat]").nth(1)).to_be_focused()
    page.click("#show-all")
    assert page.locator("[role=option][aria-disabled=true]").count() == 0
    page.click("#uncertain-only")
    shown = page.locator("[role=option]:not([aria-disabled=true])")
    assert shown.count() == page.locator("[role=option][data-uncertain]").count()


def test_strip_leads_to_its_sentence(page: Page) -> None:
    classify_text(page, ARTICLE)
    box = page.locator("#strip").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 10)
    expect(page.locator("[role=option]").last).to_have_attribute("aria-selected", "true")
    expect(page.locator("#strip rect").last).to_have_attribute("data-chosen", "")


def test_copies_as_json_and_csv(context: BrowserContext, page: Page, server: Server) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    classify_text(page, EMOJI)
    answer = server.classify({"text": EMOJI}).json
    page.click("#copy-json")
    expect(page.locator("#status")).to_contain_text("Copied")
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == answer
    page.click("#copy-csv")
    expect(page.locator("#status")).to_contain_text("CSV")
    rows = list(csv.DictReader(io.StringIO(page.evaluate("navigator.clipboard.readText()"), newline="")))
    assert [row["text"] for row in rows] == [sentence["text"] for sentence in answer["sentences"]]
    assert float(rows[1]["p_threat"]) == answer["sentences"][1]["probabilities"]["threat"]
    assert rows[1]["speaker_name"] == answer["sentences"][1]["speaker"]["name"]


def test_only_the_chosen_sentence_is_explained_by_itself(page: Page, server: Server) -> None:
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request.post_data_json) if request.method == "POST" else None)
    classify_text(page, ARTICLE)
    sentences = ask_service(server, ARTICLE)
    readers = [sentence["reader"] for sentence in sentences]
    fast, careful = readers.index("fast"), readers.index("careful")
    panel = page.locator("#panel")

    page.locator("[role=option]").nth(careful).click()
    table = panel.locator(".readers")
    expect(table).to_be_visible(timeout=PATIENCE)
    assert asked == [{"text": ARTICLE}, {"text": ARTICLE, "explain": [careful]}]
    explained = server.classify({"text": ARTICLE, "explain": [careful]}).json["sentences"][careful]["explanation"]
    shown = table.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(c => c.textContent))")
    assert [[int(share.strip("<%")) for share in shares] for _, *shares in shown] == [
        pytest.approx([100 * explained["readers"][reader][label] for reader in ("fast", "careful")], abs=1)
        for label in LABELS
    ]
    expect(panel).to_contain_text("Decided by the careful reader.")
    expect(panel).to_contain_text("This is an approximation")
    assert panel.locator(".moved").text_content() == sentences[careful]["text"]
    moved = [float(n.lstrip("≈ ").replace("−", "-")) for n in panel.locator(".moving .number").all_text_contents()]
    weights = sorted((c["weight"] for c in explained["approximate"]), key=abs, reverse=True)[: len(moved)]
    assert moved == pytest.approx(weights, abs=0.0051)
    assert not panel.locator(".marked").is_visible()
    panel.get_by_text("What the fast reader weighed, exactly").click()
    assert panel.locator(".marked").is_visible()

    page.locator("[role=option]").nth(fast).click()
    expect(panel.locator(".weights.for")).to_be_visible(timeout=PATIENCE)
    assert table.count() == panel.locator(".moved").count() == 0
    page.locator("[role=option]").nth(careful).click()
    expect(table).to_be_visible()
    assert len(asked) == 3, "what was explained once is not asked for again"


def test_a_problem_with_the_explanation_can_be_tried_again(context: BrowserContext, server: Server) -> None:
    page, _ = open_page(context, server)
    classify_text(page, EMOJI)
    context.set_offline(True)
    page.locator("[role=option]").first.click()
    expect(page.locator(".why")).to_contain_text("The service did not answer", timeout=PATIENCE)
    context.set_offline(False)
    page.locator(".why").get_by_role("button", name="Try again").click()
    expect(page.locator(".weights.for")).to_be_attached(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("text", "title", "advice"),
    [
        ("   ", "There is no article yet", "pick an example"),
        ("word 🚢" * 11_000, "The article is too long", "6,000 characters over the limit of 60,000"),
    ],
)
def test_what_cannot_be_sent_says_what_to_do(page: Page, text: str, title: str, advice: str) -> None:
    page.evaluate("text => document.getElementById('text').value = text", text)
    page.click("[type=submit]")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text(title)
    expect(problem).to_contain_text(advice)
    expect(page.locator("#text")).to_be_focused()


def test_the_message_of_the_service_is_shown(context: BrowserContext, server: Server) -> None:
    page, _ = open_page(context, server)
    page.evaluate("document.getElementById('text').value = 'Half a pair: \\ud83d.'")
    page.click("[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("half a surrogate pair")
    expect(page.locator("#result")).to_be_hidden()


def test_a_service_that_cannot_be_reached_for_a_while(context: BrowserContext, server: Server) -> None:
    page, _ = open_page(context, server)
    page.fill("#text", EMOJI)
    context.set_offline(True)
    page.click("[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("did not answer")
    context.set_offline(False)
    page.click("#retry")
    expect(page.locator("#result")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_key_is_asked_for_and_the_rate_limit_is_explained(
    context: BrowserContext, guarded: tuple[Server, str]
) -> None:
    server, key = guarded
    page, _ = open_page(context, server)
    page.fill("#text", EMOJI)
    page.click("[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("An API key is needed")
    expect(page.locator("#key")).to_be_focused()
    page.fill("#key", key)
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(page.locator("#key")).to_have_value(key)
    page.click("#source > summary")
    page.fill("#text", EMOJI)
    page.click("[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("Too many requests")
    expect(page.locator("#retry")).to_have_text(re.compile(r"Try again in \d+ s"))
    expect(page.locator("#retry")).to_be_disabled()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_nothing_cut_off(browser: Browser, server: Server, viewport: Any, scheme: Any) -> None:
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page, errors = open_page(context, server)
    faults = Axe().run(page).response["violations"]
    classify_text(page, f"{ARTICLE}\n\nPhoto: Ida Moll")
    page.locator("[data-furniture]").click()
    faults += Axe().run(page).response["violations"]
    page.click("#threat-after")
    faults += Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in faults] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chosen, panel = page.locator("[aria-selected=true]").bounding_box(), page.locator("#panel").bounding_box()
    assert chosen
    assert panel
    covered = chosen["y"] + chosen["height"] > panel["y"] and chosen["x"] + chosen["width"] > panel["x"]
    assert not covered, "the panel hides the sentence it is about"
    assert errors == []
    context.close()


def test_swagger_ui_shows_every_operation(context: BrowserContext, server: Server) -> None:
    page, errors = open_page(context, server, "/docs")
    expect(page.locator(".opblock")).to_have_count(7, timeout=PATIENCE)
    assert errors == []
    page.locator(".opblock-summary-control").first.click()
    expect(page.locator(".opblock-body .microlight").first).to_contain_text("Admiral Omar Rossi")
    faults = [fault for fault in Axe().run(page).response["violations"] if fault["id"] == "color-contrast"]
    assert [node["target"] for fault in faults for node in fault["nodes"]] == []


def test_nothing_is_loaded_from_another_host(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"http://127.0.0.1:{server.port}/", wait_until="networkidle")
    assert len(asked) > 5
    assert all(url.startswith(f"http://127.0.0.1:{server.port}/") for url in asked)
    policy = server.get("/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
