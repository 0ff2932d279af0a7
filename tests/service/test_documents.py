"""Pages, files and languages over HTTP, and errors by document; once with a real server."""

import base64
import json

import pytest
from flask.testing import FlaskClient

from service.web.app import create_app
from service.web.config import Config
from tests.service.document_files import (
    DATE,
    GERMAN,
    OUTLET,
    PARAGRAPHS,
    TEXT,
    TITLE,
    make_docx,
    make_email,
    make_html,
    make_pdf,
    make_rss,
)
from tests.service.server import run_server

PAGE = make_html()
NOT_ENGLISH = "is in German (de), and the model knows English only"
STREAM = {"Accept": "application/x-ndjson"}


@pytest.fixture(scope="module")
def client(artifact) -> FlaskClient:
    config = Config(artifact=artifact, reload_seconds=0, body_bytes=100_000, characters=2_000, documents=10)
    return create_app(config).test_client()


def make_file(name: str, content: bytes) -> dict:
    return {"file": {"name": name, "content": base64.b64encode(content).decode()}}


def classify(client: FlaskClient, body: dict, status: int = 200, headers: dict | None = None):
    answer = client.post("/v1/classify", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return [json.loads(line) for line in answer.text.splitlines()] if headers else answer.json


@pytest.mark.parametrize(
    ("document", "paragraphs", "facts"),
    [
        ({"html": PAGE}, [TITLE, *PARAGRAPHS], (TITLE, DATE, OUTLET)),
        ({"html": make_html(charset='<meta charset="utf-16">')}, [TITLE, *PARAGRAPHS], (TITLE, DATE, OUTLET)),
        ({"html": "<p>Rain fell.</p>"}, ["Rain fell."], (None, None, None)),
        (make_file("a.HTML", PAGE.encode()), [TITLE, *PARAGRAPHS], (TITLE, DATE, OUTLET)),
        (make_file("a.txt", TEXT.encode()), PARAGRAPHS, (None, None, None)),
        (make_file("a.docx", make_docx()), [*PARAGRAPHS, "Ships 2"], (TITLE, DATE, None)),
        (make_file("a.pdf", make_pdf()), PARAGRAPHS, (TITLE, DATE, None)),
        (make_file("a.eml", make_email(TEXT.replace("\n\n", " "))), None, (TITLE, DATE, OUTLET)),
    ],
)
def test_offsets_count_in_the_text_that_is_given_back(client, classifier, document, paragraphs, facts):
    answer = classify(client, {"id": 7, **document})
    text = answer["text"]
    assert list(answer) == ["model", "id", "text", "title", "date", "outlet", "sentences"]
    assert (answer["title"], answer["date"], answer["outlet"]) == facts
    if paragraphs is not None:
        assert text == "\n\n".join(paragraphs)
    assert [s["text"] for s in answer["sentences"]] == [text[s["start"] : s["end"]] for s in answer["sentences"]]
    assert (
        answer["sentences"] == json.loads(json.dumps(classifier.classify(text, language="en").to_dict()))["sentences"]
    )
    within = classify(client, {"documents": [{"id": 7, **document}, {"text": "Rain fell."}]})["documents"]
    assert within[0] == {name: value for name, value in answer.items() if name != "model"}
    assert list(within[1]) == ["id", "sentences"]


@pytest.mark.parametrize(
    ("document", "pointer", "message"),
    [
        ({"html": " "}, "/html", "holds no text"),
        ({"html": 1}, "/html", "must be a string"),
        ({"html": "<script>x</script>"}, "/html", "holds no text that a browser would show"),
        ({"html": "<div>" * 3000 + "Rain"}, "/html", "nested deeper than 256 elements"),
        ({"html": f"<p>{'Rain fell. ' * 200}</p>"}, "/html", "a text of 2199 characters, more than 2000: split it"),
        ({"html": make_html([GERMAN])}, "/html", NOT_ENGLISH),
        ({"text": GERMAN}, "/text", NOT_ENGLISH),
        ({"sentences": GERMAN.split(". ")}, "/sentences", NOT_ENGLISH),
        (make_file("a.rss", make_rss()), "/file/name", "must end in .txt, .html"),
        (make_file("a.doc", b"x"), "/file/name", "must end in .txt, .html"),
        ({"file": {"name": "a.pdf", "content": "no base64!"}}, "/file/content", "is not base64"),
        ({"file": {"name": "a.pdf"}}, "/file/content", "is missing"),
        ({"file": "a.pdf"}, "/file", "must be an object"),
        (make_file("a.pdf", make_pdf([""])), "/file", "has no text layer"),
        (make_file("a.txt", "café".encode("latin-1")), "/file", "is not UTF-8"),
        ({"text": "Rain fell.", "language": "de"}, "/language", "must be 'en' or 'any'"),
        ({"text": "Rain fell.", "on_error": "report"}, "/on_error", "is not known here"),
        ({"documents": [{"text": "Rain fell."}], "on_error": "ignore"}, "/on_error", "must be 'refuse' or 'report'"),
    ],
)
def test_what_cannot_be_classified_is_422_and_says_what_to_do(client, document, pointer, message):
    for headers in (None, STREAM):
        answer = client.post("/v1/classify", json=document, headers=headers)
        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"
        (fault,) = answer.json["errors"]
        assert fault["pointer"] == pointer
        assert message in fault["detail"]
        if "documents" in document or "language" in document or "on_error" in document:
            continue
        many = client.post("/v1/classify", json={"documents": [{"text": "Rain."}, document]}, headers=headers)
        assert [fault["pointer"] for fault in many.json["errors"]] == [f"/documents/1{pointer}"]


BATCH = [
    {"id": "good", "text": "Rain fell."},
    {"id": "empty", "text": " "},
    {"id": "german", "text": GERMAN},
    {"id": "page", "html": PAGE},
    {"id": "bare", "html": "<br>"},
    {"id": True, "text": "Rain fell."},
    {"id": "two", "text": "Rain fell.", "sentences": ["Rain fell."]},
    "Rain fell.",
    {"id": "last", "sentences": ["Rain fell.", "Snow fell."]},
]
FAULTS = {
    1: ("empty", "/documents/1/text"),
    2: ("german", "/documents/2/text"),
    4: ("bare", "/documents/4/html"),
    5: (None, "/documents/5/id"),
    6: ("two", "/documents/6"),
    7: (None, "/documents/7"),
}


@pytest.mark.parametrize("headers", [None, STREAM])
def test_bad_documents_are_reported_in_their_place(client, headers):
    answer = classify(client, {"documents": BATCH, "on_error": "report"}, headers=headers)
    records = answer if headers else answer["documents"]
    good = [document for place, document in enumerate(BATCH) if place not in FAULTS]
    alone = iter(classify(client, {"documents": good})["documents"])
    for place, record in enumerate(records):
        assert ("model" in record) == bool(headers)
        if place not in FAULTS:
            assert {name: value for name, value in record.items() if name != "model"} == next(alone)
            continue
        identifier, pointer = FAULTS[place]
        assert set(record) - {"model"} == {"id", "error"}
        assert record["id"] == identifier
        error = record["error"]
        assert (error["status"], error["type"]) == (422, "about:blank")
        assert [fault["pointer"] for fault in error["errors"]] == [pointer]
        assert error["errors"][0]["detail"] in error["detail"]


def test_all_documents_may_be_bad(client):
    answer = classify(client, {"documents": [{"text": ""}, {"text": GERMAN}], "on_error": "report"})
    assert [set(record) for record in answer["documents"]] == [{"id", "error"}] * 2


def test_bad_documents_are_refused_by_default_all_at_once(client):
    answer = classify(client, {"documents": BATCH}, status=422)
    assert [fault["pointer"] for fault in answer["errors"]] == [
        pointer
        for place, (_, pointer) in FAULTS.items()
        if place not in {2, 4}  # not valid before anything is read
    ]
    read = [BATCH[place] for place in (0, 2, 4)]
    assert classify(client, {"documents": read}, status=422)["errors"][0]["pointer"] == "/documents/2/html"
    assert classify(client, {"documents": read[:2]}, status=422)["errors"][0]["pointer"] == "/documents/1/text"


@pytest.mark.parametrize(
    "body",
    [
        {"documents": [], "on_error": "report"},
        {"documents": [{"text": ""}], "on_error": "report", "threshold": 7},
        {"documents": [{"text": ""}] * 11, "on_error": "report"},
        {"documents": {"0": {"text": ""}}, "on_error": "report"},
    ],
)
def test_what_is_wrong_with_the_request_itself_is_never_reported_by_document(client, body):
    classify(client, body, status=422)


def test_any_language_is_labelled_and_marked_by_paragraph(client):
    mixed = {"text": f"{TEXT}\n\n{GERMAN}"}
    marked = classify(client, {**mixed, "language": "any"})["sentences"]
    assert [s["language"] for s in marked] == ["en", "en", "en", "de", "de"]
    assert all(s["label"] for s in marked)
    english = classify(client, mixed)["sentences"]
    assert english[:3] == classify(client, {"text": TEXT})["sentences"]
    assert [(s["language"], s["label"], s["boilerplate"]) for s in english[3:]] == [("de", None, False)] * 2
    (first, *_) = classify(client, {"text": GERMAN, "language": "any"})["sentences"]
    assert first["language"] == "de"


def test_the_model_says_its_language(client):
    assert client.get("/v1/model").json["language"] == "en"


def test_metrics_count_no_document_that_was_refused(client):
    def count() -> list[str]:
        lines = client.get("/metrics").text.splitlines()
        return [line for line in lines if line.startswith(("stance_documents_total", "stance_sentences_total"))]

    before = count()
    classify(client, {"documents": [{"text": GERMAN}], "on_error": "report"})
    assert count() == before


@pytest.mark.slow
def test_a_real_server_reads_pages_and_stops_hostile_ones(artifact, tmp_path):
    with run_server(artifact, tmp_path / "log") as server:
        assert server.classify({"html": PAGE}).json["title"] == TITLE
        hostile = server.classify({"html": "<div>" * 200_000 + "x"})
        assert (hostile.status, hostile.json["errors"][0]["pointer"]) == (422, "/html")
        assert server.classify(make_file("a.docx", make_docx())).json["date"] == DATE
        assert server.classify({"text": GERMAN}).status == 422
        batch = {"documents": [{"html": PAGE}, {"text": GERMAN}], "on_error": "report"}
        lines = server.classify(batch, Accept="application/x-ndjson").body.splitlines()
        assert ["error" in json.loads(line) for line in lines] == [False, True]
        assert not server.events("unexpected_error")
