"""The command line on real files: what it prints, what it refuses, and how it says so."""

import io
import json
import subprocess
import sys

import pytest

from service.cli import main

LABELLED = '{"id": "1", "source": "s", "sentences": [{"text": "Rain fell.", "label": "factual_report"}]}\n'


@pytest.fixture
def run(artifact, capsys, monkeypatch):
    """Run ``stance`` with the tests' artifact; return (status, stdout, stderr)."""

    def run(*arguments, stdin=b"", model=artifact):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        needs_model = arguments[0] in ("classify", "evaluate", "info")
        status = main([*map(str, arguments), *(["--artifact", str(model)] if needs_model else [])])
        return (status, *capsys.readouterr())

    return run


def test_classify_prints_json_with_offsets_into_the_input(run):
    text = 'Naïve 😀 text.\r\n\r\n"We will strike," the union said. It rained.'
    status, out, _ = run("classify", "--json", "-", stdin=text.encode())
    answer = json.loads(out)
    assert status == 0
    assert [s["text"] for s in answer["sentences"]] == [text[s["start"] : s["end"]] for s in answer["sentences"]]
    assert len(answer["sentences"]) == 3
    assert answer["model"]["artifact_hash"]
    assert set(answer["sentences"][0]) == {
        "text", "start", "end", "label", "confidence", "probabilities", "uncertain", "speaker",
    }  # fmt: skip
    assert answer["sentences"][1]["speaker"]["mention"] == "the union"


def test_classify_reads_files_and_explains(run, tmp_path):
    path = tmp_path / "article.txt"
    path.write_text("\ufeffThe union threatened to strike.", "utf-8")
    _, out, _ = run("classify", "--json", "--explain", path)
    (sentence,) = json.loads(out)["sentences"]
    assert sentence["start"] == 0
    assert sentence["explanation"]["label"] == sentence["label"]


def test_classify_is_plain_when_piped(run):
    _, out, _ = run("classify", stdin=b"Rain fell.\n\nSnow fell.")
    assert "\033" not in out
    assert [line for line in out.splitlines() if not line] == [""]


def test_a_reader_that_has_seen_enough_is_no_error(artifact, tmp_path):
    path = tmp_path / "article.txt"
    path.write_text("Rain fell.\n\n" * 20_000, "utf-8")  # more than a pipe holds
    run = "from service.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", run, "classify", "--artifact", str(artifact), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_thresholds_move_the_decision(run):
    _, out, _ = run("classify", "--json", "--threshold", "threat=0.000001", stdin=b"Rain fell.")
    assert json.loads(out)["sentences"][0]["label"] == "threat"


def test_evaluate_prints_the_keys_of_the_contract(run, tmp_path):
    path = tmp_path / "labelled.jsonl"
    path.write_text(LABELLED)
    status, out, _ = run("evaluate", path, "--json")
    figures = json.loads(out)
    assert status == 0
    assert {
        "n",
        "accuracy",
        "macro_f1",
        "macro_f1_ci95",
        "accuracy_lenient",
        "per_class",
        "confusion",
        "ece",
        "by_source",
    } <= set(figures)
    assert figures["per_class"]["factual_report"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    assert figures["by_source"]["s"]["n"] == 1
    status, out, _ = run("evaluate", path)
    assert "macro-F1" in out


def test_info_prints_the_manifest(run):
    _, out, _ = run("info")
    manifest = json.loads(out)
    assert set(manifest["files"]) > {"model.joblib", "decision.json"}
    assert manifest["labels"] == ["factual_report", "official_statement", "analyst_opinion", "threat"]


REFUSALS = [
    (["classify", "-"], b"", "standard input holds no text"),
    (["classify", "-"], b" \n ", "standard input holds no text"),
    (["classify", "-"], b"caf\xe9", "standard input is not UTF-8 (byte 3); convert it first"),
    (["classify", "none.txt"], b"", "No such file or directory: 'none.txt'"),
    (["classify", "--threshold", "threat", "-"], b"x", "--threshold takes NAME=P, such as threat=0.2"),
    (["classify", "--threshold", "menace=1", "-"], b"x", "unknown threshold 'menace'; give uncertain or one of"),
    (["classify", "--threshold", "threat=2", "-"], b"x", "must lie above 0 and be at most 1"),
    (["evaluate", "none.jsonl"], b"", "none.jsonl: cannot be read"),
    (["train", "--corpus", "none.jsonl", "--out", "out"], b"", "none.jsonl: cannot be read"),
]


@pytest.mark.parametrize(("arguments", "stdin", "message"), REFUSALS, ids=[m for *_, m in REFUSALS])
def test_refusals_say_what_to_do(run, tmp_path, monkeypatch, arguments, stdin, message):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments, stdin=stdin)
    assert (status, out) == (1, "")
    assert err.startswith(f"stance {arguments[0]}: ")
    assert message in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_no_artifact_says_how_to_get_one(run, tmp_path):
    status, _, err = run("classify", "-", stdin=b"Rain fell.", model=tmp_path)
    assert status == 1
    assert "make train" in err


def test_wrong_usage_has_status_2():
    with pytest.raises(SystemExit) as stop:
        main(["no-such-command"])
    assert stop.value.code == 2
