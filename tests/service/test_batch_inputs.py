"""``stance score`` on documents, web archives, lists of JSON, other encodings and separators, and other languages."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service.batch.formats.json import split_list
from tests.service.archives import read, score, write
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
    make_warc,
)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.html").write_text(make_html())
    (folder / "b.txt").write_text(TEXT)
    (folder / "c.docx").write_bytes(make_docx())
    (folder / "d.pdf").write_bytes(make_pdf())
    (folder / "deep" / "e.eml").write_bytes(make_email())
    (folder / "f.rss").write_bytes(make_rss())
    (folder / "g.warc.gz").write_bytes(make_warc(gzipped=True))
    (folder / "h.json").write_text(json.dumps([{"id": 7, "text": TEXT}]))
    (folder / "i.pdf").write_bytes(b"no PDF")
    (folder / "j.txt").write_text("")
    write(folder / "k.jsonl", [{"id": 8, "text": TEXT, "outlet": "Daily"}])
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


FILES = [
    "a.html",
    "b.txt",
    "c.docx",
    "d.pdf",
    "deep/e.eml",
    "f.rss",
    "g.warc.gz",
    "h.json",
    "i.pdf",
    "j.txt",
    "k.jsonl",
]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("extension", ["jsonl", "parquet"])
def test_a_mixed_folder_becomes_one_output(artifact, classifier, folder, tmp_path, extension, workers):
    out = tmp_path / f"out.{extension}"
    assert score(artifact, folder, out, "--rows", "articles", "--workers", workers) == 0
    records = read(out)
    assert list(dict.fromkeys(record["article_file"] for record in records)) == FILES
    bad = {
        (record["article_file"], record["article_row"]): record["error_kind"]
        for record in records
        if record.get("error_kind")
    }
    assert bad == {
        ("f.rss", 2): "empty_text",
        ("g.warc.gz", 2): "not_english",
        ("i.pdf", 1): "unreadable",
        ("j.txt", 1): "empty_text",
    }
    by_file = {record["article_file"]: record for record in records if not record.get("error_kind")}
    for name in ("a.html", "f.rss", "g.warc.gz", "deep/e.eml"):
        found = by_file[name]
        assert (found["title"], str(found["date"]), found["outlet"]) == (TITLE, DATE, OUTLET)  # a date in Parquet
    expected = [sentence.text for sentence in classifier.classify(TEXT).sentences]
    for name, record in by_file.items():
        texts = [sentence["text"] for sentence in record["sentences"]]
        assert texts[-len(expected) :] == expected or name == "c.docx"
    assert by_file["g.warc.gz"]["url"] == "https://example.org/1"
    assert "is no PDF" in next(record["error"] for record in records if record["article_file"] == "i.pdf")


def test_an_output_for_each_document_keeps_its_name(artifact, folder, tmp_path):
    assert score(artifact, folder / "a.html", folder / "b.txt", f"{tmp_path}/out/") == 0
    assert [path.name for path in sorted((tmp_path / "out").glob("*.jsonl"))] == ["a.html.jsonl", "b.txt.jsonl"]


@pytest.mark.parametrize("gzipped", [True, False])
def test_pages_of_a_web_archive_are_rows(artifact, tmp_path, gzipped):
    source = tmp_path / ("x.warc.gz" if gzipped else "x.warc")
    source.write_bytes(make_warc(gzipped=gzipped))
    assert score(artifact, source, tmp_path / "out.jsonl", "--language", "any") == 0
    english, german = read(tmp_path / "out.jsonl")
    assert [sentence["language"] for sentence in english["sentences"]][-1] == "en"
    assert "Brücke" in german["sentences"][-1]["text"]  # Latin-1, as its header says
    assert german["sentences"][-1]["language"] == "de"


def test_a_damaged_archive_says_so_where_it_ends(artifact, tmp_path):
    (tmp_path / "x.warc.gz").write_bytes(make_warc(gzipped=True)[:-40])
    assert score(artifact, tmp_path / "x.warc.gz", tmp_path / "out.jsonl") == 0
    *_, last = read(tmp_path / "out.jsonl")
    assert last["error_kind"] in {"unreadable", "not_english"}


NEWS_API = {
    "status": "ok",
    "articles": [
        {"source": {"name": "Daily"}, "title": "Port shut.", "description": None, "content": "Two ships were hit."},
        {"source": {"name": "Daily"}, "title": "Rain fell.", "description": "It was wet.", "content": ""},
        {"source": {"name": "Daily"}, "title": None, "description": None, "content": None},
        {"source": {"name": "Daily"}, "title": 5},
        {"source": {"name": "Daily"}},
    ],
}


@pytest.mark.parametrize("content", [NEWS_API, NEWS_API["articles"], {"response": {"results": NEWS_API["articles"]}}])
def test_texts_of_several_fields_are_joined(artifact, tmp_path, content):
    (tmp_path / "in.json").write_text(json.dumps(content))
    fields = ["--text-field", "title,description", "--text-field", "content"]
    assert score(artifact, tmp_path / "in.json", tmp_path / "out.jsonl", *fields) == 0
    first, second, *wrong = read(tmp_path / "out.jsonl")
    assert [s["text"] for s in first["sentences"]] == ["Port shut.", "Two ships were hit."]
    assert [s["text"] for s in second["sentences"]] == ["Rain fell.", "It was wet."]
    assert second["sentences"][1]["start"] == len("Rain fell.\n\n")
    assert first["source"] == {"name": "Daily"}
    assert "title" not in first
    assert [record["error_kind"] for record in wrong] == ["null_text", "not_a_string", "missing_text"]
    assert [record["article_row"] for record in wrong] == [3, 4, 5]


def test_a_field_may_lie_in_another(artifact, tmp_path):
    write(tmp_path / "in.jsonl", [{"fields": {"body": "Rain fell."}}, {"fields": "x"}])
    assert score(artifact, tmp_path / "in.jsonl", tmp_path / "out.jsonl", "--text-field", "fields.body") == 0
    good, bad = read(tmp_path / "out.jsonl")
    assert good["sentences"][0]["text"] == "Rain fell."
    assert bad["error"] == (
        "there is no field 'fields.body' and no 'sentences'; the fields are 'fields': "
        "name the one with the text with --text-field"
    )


def test_several_fields_of_a_table_must_all_be_there(artifact, tmp_path, capsys):
    write(tmp_path / "in.csv", [{"title": "Port shut.", "body": "Two ships were hit."}])
    assert score(artifact, tmp_path / "in.csv", tmp_path / "out.jsonl", "--text-field", "title,body") == 0
    assert len(read(tmp_path / "out.jsonl")[0]["sentences"]) == 2
    assert score(artifact, tmp_path / "in.csv", tmp_path / "o.jsonl", "--text-field", "title,text") == 1
    assert "there is no column 'text'; the columns are 'title', 'body'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "items"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b'[{"a": "x, ]y\\\\"}, {"b": [1, {}]}, 3]', [b'{"a": "x, ]y\\\\"}', b'{"b": [1, {}]}', b"3"]),
        (b'["\\"", "\\\\"]', [b'"\\""', b'"\\\\"']),
        (b"[1,]", [b"1", b""]),
        (b'["' + b"a" * 200 + b'", 1]', [None, b"1"]),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_list_is_cut_however_it_arrives(content, items, size):
    blocks = [content[start : start + size] for start in range(0, len(content), size)]
    assert list(split_list(blocks, 100)) == items


@pytest.mark.parametrize("content", [b'[{"a": 1}, {"b"', b'[{"a": 1}] {}', b'["a'])
def test_a_list_that_is_not_whole_ends_with_a_bad_row(artifact, tmp_path, content):
    (tmp_path / "in.json").write_bytes(content.replace(b'{"a": 1}', b'{"text": "Rain fell."}'))
    assert score(artifact, tmp_path / "in.json", tmp_path / "out.jsonl") in {0, 4}
    assert read(tmp_path / "out.jsonl")[-1]["error_kind"] == "unreadable"


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("id;text;x\n1;Brücke, Rain fell.;2\n", ["--separator", ";"]),
        ("id\ttext\tx\n1\tBrücke, Rain fell.\t2\n", ["--separator", r"\t"]),
        ('id,text,x\r1,"Brücke, Rain fell.",2\r', []),
        ('id,text,"x\ny"\n1,"Brücke, Rain fell.",2\n', []),
        ('"id","text","x\r\ny"\r\n1,"Brücke, Rain fell.",2\r\n', []),
    ],
    ids=["semicolons", "tabs", "carriage returns", "line break in the header", "line break of Windows in the header"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_csv_of_every_kind_is_read_as_told(artifact, tmp_path, content, options, encoding):
    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_bytes(content.encode(encoding))
    told = [] if encoding.startswith("utf-8") else ["--encoding", encoding]
    assert score(artifact, source, out, *options, *told) == 0
    (record,) = read(out)
    assert (record["article_row"], record["id"], record["sentences"][0]["text"]) == (1, "1", "Brücke, Rain fell.")
    assert record.get("x y", record.get("x")) == "2"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("in.csv", b"id;text\n1;Rain\n", "most likely --separator ';'"),
        ("in.csv", b"id\ttext\n1\tRain\n", r"most likely --separator '\t'"),
        ("in.tsv", b"id,text\n1,Rain\n", "most likely --separator ','"),
        ("in.csv", "id,text\n1,Rain\n".encode("utf-16"), "in.csv is not UTF-8 but UTF-16: say --encoding utf-16"),
        ("in.csv", "id,text\n1,Rain\n".encode("utf-16-le"), "say --encoding utf-16-le"),
        ("in.jsonl", '{"text": "Rain"}'.encode("utf-16-be"), "say --encoding utf-16-be"),
        ("in.csv", "größe,text\n1,Rain\n".encode("cp1252"), "most likely --encoding cp1252"),
        ("in.csv", b"id,body\n1,Rain\n", "its columns are 'id', 'body': name the one with the text with --text-field"),
        ("in.csv", b"text,text\nRain,Snow\n", "has more than one column called text; rename them"),
        ("in.csv", b'id,"text\n1,Rain\n', "in.csv: the header is a quotation mark is opened and never closed"),
        ("none.csv", None, "none.csv: there is no such file"),
    ],
)
def test_what_is_evidently_wrong_names_the_option(artifact, tmp_path, capsys, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert score(artifact, tmp_path / name, tmp_path / "out.parquet") == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Errno" not in error
    assert "Traceback" not in error


def test_cells_in_another_encoding_are_bad_rows_that_name_the_option(artifact, tmp_path):
    (tmp_path / "in.csv").write_bytes("id,text\n1,Rain fell.\n2,Café\n".encode("cp1252"))
    assert score(artifact, tmp_path / "in.csv", tmp_path / "out.jsonl") == 0
    assert "give --encoding" in read(tmp_path / "out.jsonl")[1]["error"]


def test_twin_columns_of_parquet_are_refused(artifact, tmp_path, capsys):
    table = pa.Table.from_arrays([pa.array(["Rain fell."]), pa.array(["Snow fell."])], names=["text", "text"])
    pq.write_table(table, tmp_path / "in.parquet")
    assert score(artifact, tmp_path / "in.parquet", tmp_path / "out.jsonl") == 1
    assert "has more than one column called text; rename them" in capsys.readouterr().err


@pytest.mark.parametrize("extension", ["jsonl", "json"])
@pytest.mark.parametrize(
    ("number", "is_kept"),
    [(2**63, True), (2**64 - 1, True), (-(2**63), True), (2**64, False), (-(2**63) - 1, False), (10**60, False)],
)
def test_whole_numbers_are_kept_or_refused_never_rounded(artifact, tmp_path, extension, number, is_kept):
    record = {"text": "Rain fell in 12345678901234567890123 places.", "n": {"deep": [number]}, "f": 1e300}
    content = json.dumps([record] if extension == "json" else record)
    (tmp_path / f"in.{extension}").write_text(content)
    assert score(artifact, tmp_path / f"in.{extension}", tmp_path / "out.jsonl") == (0 if is_kept else 4)
    (out,) = read(tmp_path / "out.jsonl")
    if is_kept:
        assert out["n"] == {"deep": [number]}
    else:
        assert out["error_kind"] == "number_too_large"
        assert "write it as a string" in out["error"]


@pytest.mark.parametrize("extension", ["jsonl", "csv", "parquet"])
def test_other_languages_are_error_rows_or_marked(artifact, tmp_path, extension):
    rows = [{"id": "en", "text": TEXT}, {"id": "de", "text": GERMAN}, {"id": "mixed", "text": f"{TEXT}\n\n{GERMAN}"}]
    source, out = write(tmp_path / f"in.{extension}", rows), tmp_path / "out.parquet"
    assert score(artifact, source, out, "--summary", tmp_path / "s.json") == 0
    records = read(out)
    (refused,) = [record for record in records if record["error_kind"]]
    assert (refused["id"], refused["error_kind"]) == ("de", "not_english")
    assert "is in German (de)" in refused["error"]
    assert "--language any" in refused["error"]
    foreign = [record for record in records if record["language"] == "de"]
    assert [(record["id"], record["label"], record["boilerplate"]) for record in foreign] == [
        ("mixed", None, False)
    ] * 2
    summary = json.loads((tmp_path / "s.json").read_text())
    assert summary["sentences"] == summary["given"] == len(records) - 3
    assert score(artifact, source, out, "--language", "any") == 0
    languages = {(record["id"], record["language"]) for record in read(out)}
    assert languages == {("en", "en"), ("de", "de"), ("mixed", "en"), ("mixed", "de")}
    assert all(record["label"] for record in read(out))


def test_with_only_a_language_nothing_is_left_out_unseen(artifact, tmp_path):
    """Sentences without a label are left out by --only and --min-confidence, as page furniture is."""
    write(tmp_path / "in.jsonl", [{"id": 1, "text": f"{TEXT}\n\n{GERMAN}"}])
    assert score(artifact, tmp_path / "in.jsonl", tmp_path / "out.jsonl", "--min-confidence", "0.01") == 0
    assert {s["language"] for s in read(tmp_path / "out.jsonl")[0]["sentences"]} == {"en"}


def test_paragraphs_of_a_page_are_paragraphs_of_the_text(artifact, tmp_path):
    (tmp_path / "a.html").write_text(make_html())
    assert score(artifact, tmp_path / "a.html", tmp_path / "out.jsonl") == 0
    (record,) = read(tmp_path / "out.jsonl")
    assert [s["text"] for s in record["sentences"]][:2] == [TITLE, PARAGRAPHS[0]]
