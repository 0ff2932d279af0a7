"""The command line on real files: what it prints, what it refuses, and how it says so."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from service.cli import build_parser, main
from service.summaries import format_seconds
from tests.service.archives import articles, write
from tests.service.document_files import DATE, TITLE, make_docx, make_email, make_html, make_pdf, make_rss
from tests.service.server import STANCE, wait_until

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
        "boilerplate", "reader", "language", "threat",
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
    _, out, _ = run("info", "--json")
    manifest = json.loads(out)
    assert set(manifest["files"]) > {"model.joblib", "decision.json"}
    assert manifest["labels"] == ["factual_report", "official_statement", "analyst_opinion", "threat"]


def test_info_is_readable(run, classifier):
    status, out, _ = run("info")
    assert status == 0
    assert out.startswith(f"stancewire {classifier.manifest.version}, artifact {classifier.manifest.hash[:12]}\n")
    assert re.search(r"macro-F1 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\)", out)
    assert re.search(r"^  threat +0\.\d{3} ", out, flags=re.MULTILINE)
    assert max(map(len, out.splitlines())) <= 140


def test_score_says_what_happened(artifact, tmp_path, capsys):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "By Anna Weil\\n\\nRain fell. Snow fell."}\n{"text": null}\n')
    command = ["score", str(source), str(out), "--artifact", str(artifact), "--workers", "1"]
    assert main(command) == 0
    said, progress = capsys.readouterr()
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert re.fullmatch(r"scored 1 row in \d+\.\d s", lines[0])
    assert lines[1].startswith("sentences 2: ")
    assert "furniture 1 piece, without a label" in lines
    assert "wrong 1 row: null_text 1; see error in the output" in lines
    assert lines[-1] == f"output {out}"
    begun, plan = progress.splitlines()[:2]
    assert (begun, plan) == ("stance score: starting", "stance score: 1 file, 0.0 MB; starting one process")
    assert main([*command, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["scored"], summary["complete_already"]) == (1, [str(out)])
    assert main([*command, "--quiet"]) == 0
    said, progress = capsys.readouterr()
    assert "not again 1 output complete before" in " ".join(said.split())
    assert progress == ""


def test_a_summary_does_not_stand_in_the_archive_on_standard_output(artifact, tmp_path, capsysbinary):
    (tmp_path / "in.jsonl").write_text('{"text": "Rain fell."}\n')
    assert main(["score", str(tmp_path / "in.jsonl"), "-", "--artifact", str(artifact), "--workers", "1"]) == 0
    out, err = capsysbinary.readouterr()
    assert [json.loads(line)["article_row"] for line in out.splitlines()] == [1]
    assert b"scored 1 row" in err


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.04, "0.0 s"), (4.24, "4.2 s"), (75, "1 min 15 s"), (7300, "2 h 1 min")]
)
def test_times_are_written_in_words(seconds, words):
    assert format_seconds(seconds) == words


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["starting 2 processes", "scored"])
def test_ctrl_c_gives_one_line_and_says_what_is_kept(artifact, tmp_path, moment):
    source, out = write(tmp_path / "in.jsonl", articles(4000)), tmp_path / "out.jsonl"
    state = tmp_path / ".out.jsonl.partial" / "state.json"
    command = [STANCE, "score", str(source), str(out), "--artifact", str(artifact), "--workers", "2"]
    log = tmp_path / "log"
    # A shell's job in the background ignores Ctrl-C, and so would all that these tests start in one.
    own = {"start_new_session": True, "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file, **own) as process:
        if moment == "scored":
            wait_until(lambda: state.is_file() and json.loads(state.read_text())["steps"] > 0)
        else:
            wait_until(lambda: moment in log.read_text())
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
        assert process.wait(60) == 130
    said = log.read_text()
    assert "Traceback" not in said
    assert "KeyboardInterrupt" not in said
    (line,) = [line for line in said.splitlines() if "interrupted" in line]
    if moment == "scored":
        assert re.search(r"interrupted; [\d,]+ rows are scored and kept: run the same command again to go on$", line)
    assert not out.exists()


REFUSALS = [
    (["classify", "-"], b"", "standard input holds no text"),
    (["classify", "-"], b" \n ", "standard input holds no text"),
    (
        ["classify", "-"],
        b"caf\xe9",
        "standard input is not UTF-8 (byte 3); say which it is, most likely --encoding cp1252",
    ),
    (["classify", "none.txt"], b"", "none.txt: there is no such file or folder; check the name"),
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


WRONG_USAGE = [
    (["no-such-command"], "invalid choice: 'no-such-command'"),
    (["classify", "--threshold", "threat"], "give NAME=P, such as threat=0.2, not 'threat'"),
    (["classify", "--threshold", "menace=1"], "unknown threshold 'menace'; give uncertain or one of factual_report"),
    (["classify", "--threshold", "threat=2"], "must lie above 0 and be at most 1, got 2"),
    (["score", "a", "b", "--only", "threats"], "unknown label 'threats'; give one or more of factual_report"),
    (["score", "a", "b", "--labels", ","], "no label; give one or more of factual_report"),
    (["score", "a", "b", "--min-confidence", "80"], "'80' is not a number between 0 and 1"),
    (["score", "a", "b", "--min-confidence", "nan"], "'nan' is not a number between 0 and 1"),
    (["score", "a", "b", "--max-text", "0"], "'0' is not a whole number of at least 1"),
    (["score", "a", "b", "--max-errors", "-1"], "'-1' is not a whole number of at least 0"),
    (["score", "a", "b", "--workers", "many"], "'many' is not a whole number of at least 1"),
    (["score", "a", "b", "--from", "doc"], "unknown format 'doc'; give jsonl, csv, tsv or parquet"),
    (["score", "a", "b", "--to", "parquet.gz"], "unknown format 'parquet.gz'"),
    (["serve", "--workers", "0"], "'0' is not a whole number of at least 1"),
    (["serve", "--port", "70000"], "'70000' is not a whole number from 0 to 65535"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_USAGE, ids=[m for _, m in WRONG_USAGE])
def test_wrong_usage_has_status_2_and_says_what_to_do(capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_no_artifact_says_how_to_get_one_from_any_folder(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, _, err = run("classify", "-", stdin=b"Rain fell.", model="my model")
    assert status == 1
    assert "train a new one with: stance train --out 'my model'" in err


def test_version_is_that_of_the_distribution(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"stance {version('stancewire')}\n"


COMMANDS = {
    "evaluate": ["labelled.jsonl"],
    "classify": ["article.txt"],
    "score": ["in.jsonl", "out.jsonl"],
    "info": [],
    "serve": [],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_artifact_is_the_one_asked_for_else_that_of_the_environment(monkeypatch, command):
    arguments = [command, *COMMANDS[command]]
    monkeypatch.setenv("STANCE_ARTIFACT", "of-environment")
    assert build_parser().parse_args(arguments).artifact == Path("of-environment")
    assert build_parser().parse_args([*arguments, "--artifact", "asked"]).artifact == Path("asked")
    monkeypatch.setenv("STANCE_ARTIFACT", "")
    assert build_parser().parse_args(arguments).artifact == Path("artifact")


def test_classify_reads_the_artifact_of_the_environment(artifact, capsys, monkeypatch, tmp_path):
    (tmp_path / "article.txt").write_text("Rain fell.")
    monkeypatch.setenv("STANCE_ARTIFACT", str(artifact))
    assert main(["classify", "--json", str(tmp_path / "article.txt")]) == 0
    assert json.loads(capsys.readouterr().out)["model"]["artifact_hash"]


HELPFUL = ["train", "evaluate", "classify", "serve", "score", "report", "info"]


@pytest.mark.parametrize("command", HELPFUL)
def test_help_tells_every_default(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    blocks = re.split(r"\n(?=  -)", capsys.readouterr().out)[1:]
    taking = [block for block in blocks if re.match(r"  (?:-\w, )?--[\w-]+ [A-Z{]", block)]
    assert taking
    assert [block for block in taking if "(default: " not in " ".join(block.split())] == []


GERMAN = "Der Hafen bleibt geschlossen, sagte der Minister am Montag. Zwei Schiffe wurden getroffen."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", make_html().encode()),
        ("a.docx", make_docx()),
        ("a.pdf", make_pdf()),
        ("a.eml", make_email()),
    ],
)
def test_documents_are_classified_by_their_extension(run, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    status, out, _ = run("classify", "--json", tmp_path / name)
    answer = json.loads(out)
    assert status == 0
    assert list(answer) == ["model", "text", "title", "date", "outlet", "sentences"]
    assert (answer["title"], answer["date"]) == (TITLE, DATE)
    text = answer["text"]
    assert [s["text"] for s in answer["sentences"]] == [text[s["start"] : s["end"]] for s in answer["sentences"]]
    extension = name.rpartition(".")[2]
    assert run("classify", "--json", "--from", extension, "-", stdin=content)[1] == out
    assert run("classify", tmp_path / name)[0] == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.rss", make_rss(), "a.rss holds 2 articles; label the articles in it with: stance score"),
        ("a.jsonl", b"{}", "a.jsonl may hold many articles; label the articles in it with: stance score"),
        ("a.pdf", make_pdf([""]), "a.pdf has no text layer, as scans have none: recognise the text first"),
        ("a.txt", GERMAN.encode(), "the text is in German (de), and the model knows English only; label"),
        ("a.txt", "Größe".encode("utf-16"), "a.txt is not UTF-8 but UTF-16: say --encoding utf-16"),
        ("folder", None, "is a folder; name a file, or label all files in it with: stance score FOLDER OUT"),
    ],
)
def test_what_classify_cannot_read_says_what_to_do(run, tmp_path, name, content, message):
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    status, out, error = run("classify", path)
    assert (status, out) == (1, "")
    assert message in error


def test_classify_reads_the_encoding_and_labels_the_language_that_it_is_told(run):
    told = ["--encoding", "cp1252", "--language", "any"]
    status, out, _ = run("classify", "--json", *told, "-", stdin="Die Brücke ist offen, sagte sie.".encode("cp1252"))
    (sentence,) = json.loads(out)["sentences"]
    assert "[German]" in run("classify", "--language", "any", "-", stdin=GERMAN.encode())[1]
    assert (status, sentence["text"], sentence["language"]) == (0, "Die Brücke ist offen, sagte sie.", "de")
    assert sentence["label"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--encoding", "klingon", "unknown encoding 'klingon'; give one such as utf-8"),
        ("--separator", ";;", "';;' is not one character"),
        ("--language", "de", "invalid choice: 'de'"),
    ],
)
def test_options_of_input_say_what_they_take(capsys, option, value, message):
    with pytest.raises(SystemExit) as stopped:
        main(["score", "a", "b", option, value])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
