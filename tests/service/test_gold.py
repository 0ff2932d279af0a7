"""Gold labels come through scoring in every format, and `stance evaluate` takes the output as it is."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service.cli import main
from tests.service.archives import read, score, write

LABELLED = [
    {
        "id": "d1",
        "source": "wire",
        "sentences": [
            {"text": "Rain fell on Monday.", "label": "factual_report"},
            {
                "text": "The navy will fire on any ship, the general said.",
                "label": "threat",
                "also": ["official_statement"],
            },
            {"text": "Snow may follow.", "label": None},
        ],
    },
    {"id": "d2", "source": "daily", "sentences": [{"text": "The ministry said no.", "label": "official_statement"}]},
]
OUTPUTS = ["out.jsonl", "out.jsonl.gz", "out.csv", "out.parquet"]


def evaluate(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main(["evaluate", "--json", *map(str, arguments)])
    return (status, *capsys.readouterr())


@pytest.fixture
def expected(artifact: Path, tmp_path: Path, capsys) -> dict:
    """What `stance evaluate` says of the labelled documents themselves."""
    _, out, _ = evaluate(capsys, write(tmp_path / "labelled.jsonl", LABELLED), "--artifact", artifact)
    return json.loads(out)


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("rows", ["articles", "sentences"])
def test_evaluate_takes_what_score_gives(artifact, expected, tmp_path, capsys, name, rows):
    out = tmp_path / name
    assert score(artifact, tmp_path / "labelled.jsonl", out, "--rows", rows) == 0
    capsys.readouterr()
    status, found, err = evaluate(capsys, out)
    assert status == 0, err
    assert json.loads(found) == expected
    assert "no model is used" in err


def test_labels_of_parquet_come_through_too(artifact, expected, tmp_path, capsys):
    rows = [
        {
            **row,
            "sentences": [
                {"text": s["text"], "label": s["label"], "also": s.get("also", [])} for s in row["sentences"]
            ],
        }
        for row in LABELLED
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    for name in OUTPUTS:
        assert score(artifact, tmp_path / "in.parquet", tmp_path / name) == 0
        capsys.readouterr()
        _, found, _ = evaluate(capsys, tmp_path / name)
        assert json.loads(found) == expected


def test_gold_stands_beside_the_models_label(artifact, tmp_path):
    source = write(tmp_path / "in.jsonl", [*LABELLED, {"id": "plain", "text": "Rain fell."}])
    assert score(artifact, source, tmp_path / "flat.parquet") == 0
    flat = read(tmp_path / "flat.parquet")
    assert [(row["sentence_id"], row["gold"], row["gold_also"]) for row in flat] == [
        (0, "factual_report", []), (1, "threat", ["official_statement"]), (2, None, []),
        (0, "official_statement", []), (0, None, None),
    ]  # fmt: skip
    assert score(artifact, source, tmp_path / "nested.jsonl") == 0
    first, _, plain = read(tmp_path / "nested.jsonl")
    assert [sentence["gold"] for sentence in first["sentences"]] == ["factual_report", "threat", None]
    assert "gold" not in plain["sentences"][0]


def test_labels_written_into_a_column_are_measured(artifact, tmp_path, capsys):
    texts = [{"id": n, "text": text} for n, text in enumerate(["Rain fell. Snow fell.", "Hail came."])]
    out = tmp_path / "out.csv"
    assert score(artifact, write(tmp_path / "in.csv", texts), out) == 0
    rows = read(out)
    for row, right in zip(rows, ["factual_report", "", "threat"], strict=True):
        row["right"] = right
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    capsys.readouterr()
    status, found, _ = evaluate(capsys, out, "--gold-field", "right")
    assert (status, json.loads(found)["n"]) == (0, 2)


REFUSALS = [
    ("out.jsonl", "articles", [], [], "its labels are the model's own, and there is no field 'gold'"),
    ("out.csv", "sentences", [], [], "'input_label' may be it: --gold-field input_label"),
    ("out.parquet", "sentences", [], ["--gold-field", "input_label"], "unknown gold label 'rain'"),
    ("out.parquet", "sentences", ["--labels", "threat"], ["--gold-field", "input_label"], "unknown gold label"),
]


@pytest.mark.parametrize(("name", "rows", "scoring", "asking", "message"), REFUSALS)
def test_output_without_gold_labels_says_what_to_do(artifact, tmp_path, capsys, name, rows, scoring, asking, message):
    source = write(tmp_path / "in.jsonl", [{"id": 1, "label": "rain", "text": "Rain fell."}])
    assert score(artifact, source, tmp_path / name, "--rows", rows, *scoring) == 0
    capsys.readouterr()
    status, out, err = evaluate(capsys, tmp_path / name, *asking)
    assert (status, out) == (1, "")
    assert message in err


def test_probabilities_left_out_are_asked_for(artifact, tmp_path, capsys):
    assert score(artifact, write(tmp_path / "in.jsonl", LABELLED), tmp_path / "o.csv", "--labels", "threat") == 0
    capsys.readouterr()
    _, _, err = evaluate(capsys, tmp_path / "o.csv")
    assert "some probabilities are missing; score again without --labels" in err


def test_a_table_that_was_never_scored_is_named(tmp_path, capsys):
    _, _, err = evaluate(capsys, write(tmp_path / "x.csv", [{"id": 1, "text": "Rain."}]))
    assert "is no output of stance score: it has no field 'article_row'" in err


def test_a_wrong_gold_label_makes_a_wrong_row(artifact, tmp_path):
    rows = [
        {"sentences": [{"text": "Rain.", "label": 3}]},
        {"sentences": [{"text": "Rain.", "label": None, "also": "x"}]},
    ]
    assert score(artifact, write(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl") == 4
    assert [record["error"] for record in read(tmp_path / "out.jsonl")] == [
        "sentence 0: 'label' is a number, not a string", "sentence 0: 'also' is not a list of strings",
    ]  # fmt: skip


DATES = [
    {
        "text": "Rain.",
        "day": "2026-03-04",
        "at": "2026-03-04T09:30:00Z",
        "local": "2026-03-04 09:30",
        "mixed": "2026-03-04",
    },
    {
        "text": "Snow.",
        "day": "2026-03-05",
        "at": "2026-03-04T12:00:00+02:00",
        "local": "2026-03-05T10:00:00",
        "mixed": "May",
    },
]


@pytest.mark.parametrize("extension", ["jsonl", "csv"])
def test_dates_are_dates_in_parquet_and_as_they_were_elsewhere(artifact, tmp_path, extension):
    rows = (
        [*DATES, {**dict.fromkeys(DATES[0], ""), "text": "Hail."}]
        if extension == "csv"
        else [*DATES, {"text": "Hail."}]
    )
    source = write(tmp_path / f"in.{extension}", rows)
    assert score(artifact, source, tmp_path / "out.parquet") == 0
    table = pq.read_table(tmp_path / "out.parquet")
    kinds = {name: str(table.schema.field(name).type) for name in ("day", "at", "local", "mixed")}
    assert kinds == {"day": "date32[day]", "at": "timestamp[us, tz=UTC]", "local": "timestamp[us]", "mixed": "string"}
    first, second, third = table.to_pylist()
    assert (first["day"].isoformat(), second["at"].isoformat()) == ("2026-03-04", "2026-03-04T10:00:00+00:00")
    assert (third["day"], third["at"]) == (None, None)
    assert score(artifact, source, tmp_path / "out.csv") == 0
    found = read(tmp_path / "out.csv")
    assert [{name: row[name] for name in kinds} for row in found[:2]] == [
        {name: row[name] for name in kinds} for row in DATES
    ]


def test_what_only_looks_like_a_date_stays_a_string(artifact, tmp_path):
    rows = [{"text": "Rain.", "day": "2026-02-31"}, {"text": "Snow.", "day": "2026-03-01"}]
    assert score(artifact, write(tmp_path / "in.jsonl", rows), tmp_path / "out.parquet") == 0
    assert [row["day"] for row in read(tmp_path / "out.parquet")] == ["2026-02-31", "2026-03-01"]
