"""``stance score`` on files: every format in and out, wrong rows in their place, folders, pipes, exit statuses."""

import gzip
import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.service.archives import articles, read, score, write

STANCE = Path(sys.executable).with_name("stance")
FORMATS = ["jsonl", "csv", "parquet", "jsonl.gz", "csv.gz"]


@pytest.mark.parametrize(("extension_in", "extension_out"), list(product(FORMATS, ["jsonl.gz", "csv.gz", "parquet"])))
def test_every_format_becomes_every_format(artifact, classifier, tmp_path, extension_in, extension_out):
    rows = articles(9)
    out = tmp_path / f"out.{extension_out}"
    assert score(artifact, write(tmp_path / f"in.{extension_in}", rows), out, "--rows", "sentences") == 0
    records = read(out)
    expected = [(row, s) for row in rows for s in classifier.classify(row["text"]).sentences]
    assert len(records) == len(expected)
    for record, (row, sentence) in zip(records, expected, strict=True):
        assert (record["id"], record["outlet"], record["text"]) == (row["id"], row["outlet"], sentence.text)
        assert int(record["length"]) == row["length"]
        assert str(record["boilerplate"]).lower() == str(sentence.boilerplate).lower()
        if sentence.boilerplate:
            assert {record[name] or None for name in ("label", "confidence", "p_threat", "reader")} == {None}
        else:
            assert (record["label"], record["reader"]) == (sentence.label, sentence.reader)
            assert float(record["p_threat"]) == sentence.probabilities["threat"]
            assert float(record["confidence"]) == sentence.confidence
    assert any(sentence.boilerplate for _, sentence in expected)


@pytest.mark.parametrize("extension", ["jsonl", "parquet", "csv"])
def test_articles_carry_their_sentences(artifact, classifier, tmp_path, extension):
    rows = articles(4)
    out = tmp_path / f"out.{extension}"
    assert score(artifact, write(tmp_path / "in.jsonl", rows), out, "--rows", "articles") == 0
    for number, (row, record) in enumerate(zip(rows, read(out), strict=True), start=1):
        sentences = json.loads(record["sentences"]) if extension == "csv" else record["sentences"]
        assert sentences == classifier.classify(row["text"]).to_dict()["sentences"]
        assert int(record["article_row"]) == number


WRONG_JSONL = [
    (b'{"id": 1, "text": "Rain fell."}', None, ""),
    (b'{"id": 2, "text": "caf\xe9"}', "not_utf8", "byte 0xe9 at 22"),
    (b'{"id": 3, "text": "Rain', "bad_json", "not JSON"),
    (b"", None, ""),  # not a row
    (b"[1, 2]", "not_an_object", "a JSON list"),
    (b'{"id": 6, "body": "Rain."}', "missing_text", "no field 'text'"),
    (b'{"id": 7, "text": null}', "null_text", "'text' is null"),
    (b'{"id": 8, "text": 12.5}', "not_a_string", "is a number"),
    (b'{"id": 9, "text": true}', "not_a_string", "is a boolean"),
    (b'{"id": 10, "text": ["Rain."]}', "not_a_string", "is a list"),
    (b'{"id": 11, "text": "\\ud800"}', "bad_json", "not JSON"),
    (b'{"id": 12, "sentences": "Rain."}', "not_a_list", "is a string"),
    (b'{"id": 13, "sentences": ["Rain.", 4]}', "not_a_string", "sentence 1 is a number"),
    (b'{"id": 14, "text": "' + b"long " * 2_000_000 + b'"}', "too_long", "longer than"),
    (b'{"id": 15, "text": "' + b"a" * 1_000_001 + b'"}', "too_long", "has 1,000,001 characters"),
    (b"\x00\xff garbage \x00", "not_utf8", "byte 0xff at 1"),
    (b'{"id": 17, "sentences": ["Rain fell.", {"text": "Snow."}]}', None, ""),
    ('{"id": 18, "text": "Ça va – 雨が降った。 🌧"}'.encode(), None, ""),
]


@pytest.mark.parametrize("extension", ["jsonl", "csv", "parquet"])
def test_wrong_lines_of_jsonl_become_errors_in_their_place(artifact, tmp_path, capsys, extension):
    source, out = tmp_path / "in.jsonl", tmp_path / f"out.{extension}"
    source.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(line for line, _, _ in WRONG_JSONL))
    assert score(artifact, source, out) == 0
    by_line = {int(record["article_row"]): record for record in read(out)}
    assert list(by_line) == [line for line, (content, _, _) in enumerate(WRONG_JSONL, start=1) if content]
    for line, record in by_line.items():
        _, kind, reason = WRONG_JSONL[line - 1]
        assert (record.get("error_kind") or None) == kind
        assert reason in (record.get("error") or "")
        assert bool(record.get("sentences") or record.get("text")) == (kind is None)
    assert int(by_line[7]["id"]) == 7  # what could be read is carried along
    kinds = [kind for _, kind, _ in WRONG_JSONL if kind]
    summary = json.loads(capsys.readouterr().out)
    assert summary["errors"] == {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    assert (summary["rows"], summary["scored"]) == (17, 17 - len(kinds))


CSV_ROWS = [
    (b"1,Rain fell.", None),
    (b'2,"Snow\n""fell"", again."', None),
    (b"3,Rain,fell.", "ragged_row"),
    (b"4", "ragged_row"),
    (b"5,caf\xe9", "not_utf8"),
    (b'6,"never closed', "bad_csv"),
    (b"7,Rain fell.", None),
    (b'8,"closed" too early', "bad_csv"),
    (b'9,a 5" pipe burst', None),
    (b"10,", "empty_text"),
    (b"11," + b"long " * 2_000_000, "too_long"),
    (b"", None),  # not a row
    (b"12,Rain fell.", None),
]


def test_wrong_rows_of_csv_become_errors_in_their_place(artifact, tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_bytes(b"\r\n".join([b"id,text", *(row for row, _ in CSV_ROWS)]))
    assert score(artifact, source, out) == 0
    records = read(out)
    rows = [(row, kind) for row, kind in CSV_ROWS if row]
    assert [record["article_row"] for record in records] == list(range(1, len(rows) + 1))
    assert [record.get("error_kind") for record in records] == [kind for _, kind in rows]
    assert [sentence["text"] for sentence in records[1]["sentences"]] == ["Snow", '"fell", again.']
    assert records[-1]["id"] == "12"


def test_wrong_rows_of_parquet_become_errors_in_their_place(artifact, tmp_path):
    text = pa.array([b"Rain fell.", b"caf\xe9", None, b""], pa.binary()).view(pa.string())
    outlet = pa.array([b"\xff", b"a", b"b", b"c"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": [1, 2, 3, 4], "outlet": outlet, "text": text}), tmp_path / "in.parquet")
    assert score(artifact, tmp_path / "in.parquet", tmp_path / "out.jsonl") == 4
    kinds = [(record["id"], record["error_kind"]) for record in read(tmp_path / "out.jsonl")]
    assert kinds == [(1, "not_utf8"), (2, "not_utf8"), (3, "null_text"), (4, "empty_text")]


@pytest.mark.parametrize("extension", ["jsonl.gz", "csv.gz"])
def test_a_file_that_breaks_off_is_scored_as_far_as_it_goes(artifact, tmp_path, extension):
    source = write(tmp_path / f"in.{extension}", articles(400))
    source.write_bytes(source.read_bytes()[:-2000])
    assert score(artifact, source, tmp_path / "out.jsonl") == 0
    *records, last = read(tmp_path / "out.jsonl")
    assert len(records) > 100
    assert [record["id"] for record in records] == [f"a{number}" for number in range(len(records))]
    assert last["error_kind"] == "unreadable"


@pytest.mark.parametrize("extension", ["csv", "parquet"])
def test_a_file_that_breaks_off_becomes_a_table_as_far_as_it_goes(artifact, tmp_path, extension):
    source = write(tmp_path / "in.jsonl.gz", articles(400))
    source.write_bytes(source.read_bytes()[:-2000])
    out = tmp_path / f"out.{extension}"
    assert score(artifact, source, out, "--rows", "articles") == 0
    *records, last = read(out)
    assert [record["id"] for record in records] == [f"a{number}" for number in range(len(records))]
    assert last["error_kind"] == "unreadable"


def test_a_byte_order_mark_hides_no_column(artifact, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "Rain fell.", "outlet": "Daily"}\n')
    assert score(artifact, tmp_path / "in.jsonl", tmp_path / "out.parquet") == 0
    assert read(tmp_path / "out.parquet")[0]["outlet"] == "Daily"


@pytest.mark.parametrize("extension", ["jsonl", "csv", "parquet"])
def test_categories_are_written_as_their_values(artifact, tmp_path, extension):
    """Batches are appended without Arrow's dictionaries, in which tables from pandas keep their categories."""
    categories = pa.array(["Daily", "Wire", None]).dictionary_encode()
    lists = pa.ListArray.from_arrays([0, 1, 2, 2], pa.array(["a", "b"]).dictionary_encode())
    table = pa.table({"text": ["Rain fell."] * 3, "outlet": categories, "tags": lists})
    pq.write_table(table, tmp_path / "in.parquet")
    out = tmp_path / f"out.{extension}"
    assert score(artifact, tmp_path / "in.parquet", out) == 0
    tags = ['["a"]', '["b"]', "[]"] if extension == "csv" else [["a"], ["b"], []]
    assert [record["outlet"] or None for record in read(out)] == ["Daily", "Wire", None]
    assert [record["tags"] for record in read(out)] == tags


def test_columns_that_are_left_out_need_not_agree(artifact, tmp_path):
    pq.write_table(pa.table({"id": ["1"], "text": [b"Rain fell."], "n": [[1]]}), tmp_path / "a.parquet")
    write(tmp_path / "b.jsonl", [{"id": "2", "text": "Snow fell.", "n": "one"}])
    inputs, out = (tmp_path / "a.parquet", tmp_path / "b.jsonl"), tmp_path / "out.csv"
    assert score(artifact, *inputs, out) == 1
    assert score(artifact, *inputs, out, "--keep", "") == 0
    assert [(record["id"], record["text"]) for record in read(out)] == [("1", "Rain fell."), ("2", "Snow fell.")]


@pytest.mark.parametrize(
    ("column", "extension", "message"),
    [
        (pa.array([b"\x00\xff"]), "csv", "CSV cannot hold the bytes in 'raw'; leave the column out with --keep"),
        (pa.array([1], pa.duration("s")), "jsonl", "type timedelta cannot be written as JSON; leave the column out"),
    ],
)
def test_a_column_that_the_format_cannot_hold_is_named_with_the_way_out(
    artifact, tmp_path, capsys, column, extension, message
):
    pq.write_table(pa.table({"text": ["Rain fell."], "raw": column}), tmp_path / "in.parquet")
    out = tmp_path / f"out.{extension}"
    assert score(artifact, tmp_path / "in.parquet", out) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()
    assert score(artifact, tmp_path / "in.parquet", out, "--keep", "") == 0


def test_types_of_columns_are_kept_from_json_to_parquet(artifact, tmp_path):
    rows = [
        {"text": "Rain.", "n": 1, "x": 1, "ok": True, "tags": ["a"], "none": None, "big": 2**63, "mixed": 1},
        {"text": "Snow.", "n": None, "x": 0.5, "late": "2026", "mixed": "1"},
    ]
    assert score(artifact, write(tmp_path / "in.jsonl", rows), tmp_path / "out.parquet") == 0
    first, second = read(tmp_path / "out.parquet")
    assert (first["n"], first["x"], first["ok"], first["tags"], first["none"]) == (1, 1.0, True, '["a"]', None)
    assert (first["big"], first["mixed"], first["late"]) == ("9223372036854775808", "1", None)
    assert (second["n"], second["x"], second["late"], second["mixed"]) == (None, 0.5, "2026", "1")


def test_a_folder_becomes_a_folder(artifact, tmp_path):
    rows = articles(6)
    write(tmp_path / "in" / "may" / "1.jsonl", rows[:2])
    write(tmp_path / "in" / "may" / "2.jsonl.gz", rows[2:4])
    write(tmp_path / "in" / "june.csv", rows[4:])
    (tmp_path / "in" / "_notes.csv").write_text("not,data\n")
    (tmp_path / "in" / "readme.md").write_text("not data")
    assert score(artifact, tmp_path / "in", f"{tmp_path}/out/", "--rows", "sentences") == 0
    assert score(artifact, tmp_path / "in", f"{tmp_path}/days/day={{stem}}/part.parquet") == 0
    assert [r["id"] for r in read(tmp_path / "out" / "may" / "2.jsonl.gz") if r["sentence_id"] == 0] == ["a2", "a3"]
    table = pq.read_table(tmp_path / "days")
    assert set(zip(table["day"].to_pylist(), table["id"].to_pylist(), strict=True)) == {
        ("1", "a0"), ("1", "a1"), ("2", "a2"), ("2", "a3"), ("june", "a4"), ("june", "a5"),
    }  # fmt: skip


def test_many_files_become_one_that_says_where_records_are_from(artifact, tmp_path, monkeypatch):
    rows = articles(6)
    write(tmp_path / "b.jsonl", rows[:2])
    write(tmp_path / "a.csv", rows[2:4])
    write(tmp_path / "c.parquet", rows[4:])
    monkeypatch.chdir(tmp_path)
    assert score(artifact, "b.jsonl", "[ac].*", "out.parquet", "--rows", "articles") == 0
    records = read(tmp_path / "out.parquet")
    assert [(record["article_file"], record["article_row"], record["id"]) for record in records] == [
        ("b.jsonl", 1, "a0"), ("b.jsonl", 2, "a1"), ("a.csv", 1, "a2"),
        ("a.csv", 2, "a3"), ("c.parquet", 1, "a4"), ("c.parquet", 2, "a5"),
    ]  # fmt: skip
    assert [record["length"] for record in records] == ["0", "1", "2", "3", "4", "5"]  # CSV holds strings


def test_standard_input_to_standard_output(artifact, tmp_path):
    rows = articles(3)
    command = [STANCE, "score", "--artifact", artifact, "--quiet", "--workers", "1"]
    plain = write(tmp_path / "in.jsonl", rows).read_bytes()
    assert score(artifact, tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 0
    for content in (plain, gzip.compress(plain)):
        done = subprocess.run([*command, "-", "-"], input=content, capture_output=True, check=True)
        assert done.stdout == (tmp_path / "out.jsonl").read_bytes()
    table = write(tmp_path / "in.csv", rows).read_bytes()
    done = subprocess.run(
        [*command, "--from", "csv", "--to", "csv", "--keep", "outlet", "-", "-"],
        input=table, capture_output=True, check=True,
    )  # fmt: skip
    assert score(artifact, tmp_path / "in.csv", tmp_path / "out.csv", "--keep", "outlet") == 0
    assert done.stdout == (tmp_path / "out.csv").read_bytes()


def test_too_many_wrong_rows_stop_the_run_and_it_can_go_on(artifact, tmp_path, capsys):
    rows = [{"text": text} for text in ["Rain.", None, None, "Snow."]]
    source, out = write(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl"
    assert score(artifact, source, out, "--max-errors", 1) == 3
    assert "2 of 4 rows wrong, more than --max-errors 1 (null_text 2)" in capsys.readouterr().err
    assert not out.exists()
    assert score(artifact, source, out, "--max-errors", 2) == 0
    assert len(read(out)) == 4


def test_only_wrong_rows_are_told_by_the_exit_status(artifact, tmp_path):
    assert score(artifact, write(tmp_path / "in.jsonl", [{"body": "Rain."}]), tmp_path / "out.jsonl") == 4
    assert (
        score(
            artifact, write(tmp_path / "in.jsonl", [{"body": "Rain."}]), tmp_path / "out.jsonl", "--text-field", "body"
        )
        == 0
    )


@pytest.mark.parametrize("extension", ["jsonl", "csv", "parquet"])
def test_no_rows_give_a_valid_empty_output(artifact, tmp_path, extension):
    (tmp_path / "in.jsonl").write_bytes(b"\n")
    assert score(artifact, tmp_path / "in.jsonl", tmp_path / f"out.{extension}") == 0
    assert read(tmp_path / f"out.{extension}") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.jsonl", "out.jsonl"], "gone.jsonl: there is no such file"),
        (["in.jsonl", "out.txt"], "out.txt: the extension tells the format; give one of .jsonl"),
        (["in.jsonl", "out.parquet.gz"], "leave .gz off"),
        (["in.jsonl", "in.jsonl"], "would be overwritten by its own results"),
        (["in.jsonl", "x/../in.jsonl"], "would be overwritten by its own results"),
        (["in.jsonl", "{day}-{stem}.csv"], "unknown placeholder 'day'"),
        (["in.jsonl", "in.csv", "{stem}.csv", "--overwrite"], "would be overwritten"),
        (["body.csv", "out.csv"], "has no column 'text' and no 'sentences'; its columns are 'id', 'body'"),
        (["twice.csv", "out.csv"], "more than one column called id"),
        (["empty.csv", "out.csv"], "has no header"),
        (["utf16.jsonl", "out.jsonl"], "is not UTF-8 but UTF-16: say --encoding utf-16"),
        (["fake.parquet", "out.jsonl"], "is not a Parquet file"),
        (["-", "out.csv"], "standard input can be read only once"),
        (["-", "out.csv", "--from", "parquet"], "Parquet cannot be read from standard input; name the file"),
        (["in.jsonl", "-", "--to", "parquet"], "Parquet cannot be written to standard output"),
        (["folder", "out.jsonl"], "there is nothing to score in folder"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(artifact, tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "x").mkdir()
    write(tmp_path / "in.jsonl", articles(1))
    write(tmp_path / "in.csv", articles(1))
    (tmp_path / "body.csv").write_text("id,body\n1,Rain.\n")
    (tmp_path / "twice.csv").write_text("id,id,text\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "utf16.jsonl").write_text('{"text": "Rain."}', encoding="utf-16")
    (tmp_path / "fake.parquet").write_text("PAR1 not really")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert score(artifact, *arguments) == 1
    assert message in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_progress_has_plain_lines_where_there_is_no_terminal(artifact, tmp_path):
    source = write(tmp_path / "in.jsonl", articles(5))
    command = [STANCE, "score", "--artifact", artifact, source, tmp_path / "out.jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "stance score: 5 rows, " in done.stderr
    assert "sentences/s, 100%" in done.stderr
    assert "\r" not in done.stderr


def test_the_example_makes_partitioned_parquet_of_daily_dumps(artifact, tmp_path):
    rows = articles(6)
    write(tmp_path / "dumps" / "2026-05-01.jsonl", rows[:3])
    write(tmp_path / "dumps" / "2026-05-02.jsonl.gz", rows[3:])
    script = Path(__file__).parents[2] / "examples" / "score_daily_dumps.sh"
    environment = {**os.environ, "STANCE": str(STANCE), "ARTIFACT": str(artifact)}
    for _ in range(2):
        command = [script, tmp_path / "dumps", tmp_path / "scored"]
        subprocess.run(command, env=environment, capture_output=True, check=True)
        table = pq.read_table(tmp_path / "scored")
        days = set(zip(table["id"].to_pylist(), map(str, table["day"].to_pylist()), strict=True))
        assert days == {(f"a{number}", f"2026-05-0{1 + number // 3}") for number in range(6)}
        assert json.loads((tmp_path / "scored" / "_last_run.json").read_text())["rows"] == 6
