"""Corrections on the page: one of a chosen sentence, and the review of what the model is not sure of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.service.artifacts import replace_artifact
from tests.service.browser import ARTICLE, PATIENCE, ask_service, classify_text, open_page
from tests.service.server import Server, run_server, wait_until


@pytest.fixture
def server(artifact: Path, tmp_path: Path) -> Iterator[Server]:
    """A server that keeps corrections, and whose model is uncertain of some sentences."""
    replace_artifact(artifact, tmp_path / "artifact", decision={"uncertain_below": 0.8})
    kept = {"corrections": "on", "database": f"sqlite:///{tmp_path / 'stance.db'}", "reader": "fast"}
    with run_server(tmp_path / "artifact", tmp_path / "log", workers=1, **kept) as server:
        yield server


def list_corrections(server: Server) -> list[dict]:
    return server.get("/v1/corrections").json["corrections"]


def test_a_label_is_corrected_by_keys_alone_and_taken_back(page: Page, server: Server) -> None:
    classify_text(page, ARTICLE)
    sentences = ask_service(server, ARTICLE)
    label = "analyst_opinion" if sentences[0]["label"] != "analyst_opinion" else "threat"
    number = {"analyst_opinion": "3", "threat": "4"}[label]
    counts = page.locator(f".chip[data-label={label}] .count").first
    before = int(counts.text_content())
    page.keyboard.press("j")
    first = page.locator("[role=option]").first
    expect(first).to_be_focused()
    page.keyboard.press(number)
    assert list_corrections(server) == [], "without the form, a number does nothing"
    page.keyboard.press("w")
    expect(page.locator("[data-correct]").first).to_be_focused()
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    page.keyboard.press(number)
    expect(page.locator("#panel .corrected")).to_be_visible(timeout=PATIENCE)
    (kept,) = list_corrections(server)
    assert (kept["label"], kept["sentence"], kept["text"]) == (label, 0, sentences[0]["text"])
    expect(first).to_have_attribute("data-label", label)
    expect(first).to_have_attribute("data-corrected", "")
    expect(counts).to_have_text(str(before + 1))
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []

    page.reload()
    expect(page.locator("[data-corrected]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(page.locator("[data-corrected]")).to_have_count(0, timeout=PATIENCE)
    assert list_corrections(server) == []
    expect(first).to_have_attribute("data-label", sentences[0]["label"])


def test_speaker_role_note_and_furniture(page: Page, server: Server) -> None:
    classify_text(page, ARTICLE)
    options = page.locator("[role=option]")
    options.nth(1).click()
    page.keyboard.press("w")
    page.fill("[data-speaker]", "Ada Novak")
    page.select_option(".correction select", "analyst")
    page.fill("[data-note]", "named in the headline")
    page.get_by_role("button", name="Send the speaker").click()
    expect(page.locator("#panel .corrected")).to_contain_text("Ada Novak speaks, as analyst", timeout=PATIENCE)
    (kept,) = list_corrections(server)
    assert (kept["speaker"], kept["role"], kept["label"]) == ("Ada Novak", "analyst", None)
    assert kept["note"] == "named in the headline"
    expect(page.locator("#speakers")).to_contain_text("Ada Novak")

    options.nth(2).click()
    page.keyboard.press("w")
    page.keyboard.press("f")
    expect(options.nth(2)).to_have_attribute("data-furniture", "", timeout=PATIENCE)
    assert list_corrections(server)[0]["boilerplate"] is True
    shown = len(ask_service(server, ARTICLE)) - 1
    expect(page.locator("#result-title")).to_have_text(f"{shown} sentences")


def test_the_review_goes_through_the_queue_by_keys_alone(page: Page, server: Server) -> None:
    sentences = server.classify({"text": ARTICLE}).json["sentences"]
    doubted = sorted(i for i, sentence in enumerate(sentences) if sentence["uncertain"])
    assert len(doubted) >= 3
    wait_until(lambda: len(server.get("/v1/queue").json["documents"]) == 1)
    (document,) = server.get("/v1/queue").json["documents"]
    order = [doubt["sentence"] for doubt in document["doubts"]]
    page.keyboard.press("r")
    passage = page.locator(".passage mark")
    expect(passage).to_have_text(sentences[order[0]]["text"], timeout=PATIENCE)
    expect(page.locator("#review")).to_contain_text(f"sentence 1 of {len(order)} in doubt")
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []

    page.keyboard.press("y")
    expect(passage).to_have_text(sentences[order[1]]["text"], timeout=PATIENCE)
    page.keyboard.press("4")
    expect(passage).to_have_text(sentences[order[2]]["text"], timeout=PATIENCE)
    kept = {correction["sentence"]: correction["label"] for correction in list_corrections(server)}
    assert kept == {order[0]: sentences[order[0]]["label"], order[1]: "threat"}
    page.keyboard.press("u")
    expect(passage).to_have_text(sentences[order[1]]["text"], timeout=PATIENCE)
    assert [correction["sentence"] for correction in list_corrections(server)] == [order[0]]
    page.keyboard.press("j")
    expect(passage).to_have_text(sentences[order[2]]["text"])
    page.keyboard.press("k")
    expect(passage).to_have_text(sentences[order[1]]["text"])
    page.keyboard.press("d")
    expect(page.locator("#review")).to_contain_text("Nothing more needs a look", timeout=PATIENCE)
    assert server.get("/v1/queue").json["documents"] == []
    page.get_by_role("button", name="Back to the articles").click()
    expect(page.locator("#review")).to_be_hidden()
    expect(page.locator("#text")).to_be_focused()


def test_nothing_of_it_where_corrections_are_off(context: BrowserContext, artifact: Path, tmp_path: Path) -> None:
    with run_server(artifact, tmp_path / "log", workers=1, reader="fast") as server:
        page, errors = open_page(context, server)
        classify_text(page, ARTICLE)
        page.locator("[role=option]").first.click()
        page.keyboard.press("w")
        page.keyboard.press("r")
        expect(page.locator("#article")).to_be_visible()
        assert page.locator("#open-review, #review, .wrong, [data-correct]").count() == 0
        page.keyboard.press("?")
        expect(page.locator("#keys")).not_to_contain_text("Where a label is wrong")
        assert errors == []
