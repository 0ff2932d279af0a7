"""Reading labelled documents: what is right is read whole, what is wrong is named by file, line and fault."""

import json

import pytest

from training.corpus import LEE_SOURCE, CorpusError, load_corpus, load_documents

GOOD = {"id": "a", "source": "s", "sentences": [{"text": "Rain fell.", "label": "factual_report"}]}


def sentence(**changes):
    return {**GOOD, "sentences": [{**GOOD["sentences"][0], **changes}]}


FAULTS = [
    ("{", "not JSON: Expecting property name"),
    ("[]", "expected a JSON object, got list"),
    ("[" * 100_000, "not (a document|JSON)"),
    ({"id": "a", "source": "s"}, '"sentences" is missing'),
    ({**GOOD, "sentences": []}, '"sentences" is empty'),
    ({**GOOD, "id": 7}, '"id" must be str, got int'),
    ({**GOOD, "sentences": ["text"]}, "sentence 1: expected"),
    (sentence(text=""), 'sentence 1: "text" is blank'),
    (sentence(text=None), '"text" must be str, got NoneType'),
    (sentence(label="rumour"), "unknown label 'rumour'; the labels are"),
    ({**GOOD, "sentences": [{"text": "x"}]}, '"label" is missing; use null'),
    (sentence(also="threat"), '"also" must be a list'),
    (sentence(also=["rumour"]), "unknown label 'rumour'"),
    (sentence(speaker=7), '"speaker" must be a string'),
    ({"file": "lee.cor", "line": 10**6, "sha1": "", "sentences": []}, "has no line 1000000"),
    ({"file": "lee.cor", "line": 0, "sha1": "0" * 40, "sentences": []}, "SHA-1 differs"),
    ({"file": "../lee.cor", "line": 0, "sha1": "", "sentences": []}, "gensim has no"),
]


@pytest.mark.parametrize(("line", "message"), FAULTS, ids=[m for _, m in FAULTS])
def test_a_fault_is_named_with_file_and_line(tmp_path, line, message):
    path = tmp_path / "wrong.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{line if isinstance(line, str) else json.dumps(line)}\n")
    with pytest.raises(CorpusError, match=rf"wrong\.jsonl:2: .*{message}"):
        load_documents(path)


def test_all_faulty_lines_are_named_up_to_twenty(tmp_path):
    path = tmp_path / "wrong.jsonl"
    path.write_text("{\n" * 25)
    with pytest.raises(CorpusError, match=r"(?s):1: .*:20: .* and 5 more"):
        load_documents(path)


@pytest.mark.parametrize(("content", "message"), [(b"", "no documents"), (b"\xff\n", ":1: not UTF-8 at byte 0")])
def test_empty_and_undecodable_files(tmp_path, content, message):
    path = tmp_path / "wrong.jsonl"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        load_documents(path)


def test_missing_file_and_folder_without_documents(tmp_path):
    with pytest.raises(CorpusError, match="cannot be read"):
        load_documents(tmp_path / "none.jsonl")
    with pytest.raises(CorpusError, match=r"no \*\.jsonl files"):
        load_corpus([tmp_path])


def test_an_id_given_twice_is_refused(tmp_path):
    path = tmp_path / "twice.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}\n")
    with pytest.raises(CorpusError, match="id given twice: a"):
        load_corpus([path])


def test_a_document_is_read_whole(tmp_path):
    path = tmp_path / "good.jsonl"
    record = sentence(label=None, also=["threat"], speaker="Ann Lee")
    path.write_text("\ufeff" + json.dumps(record, ensure_ascii=False) + "\r\n\n")
    (document,) = load_documents(path)
    (read,) = document.sentences
    assert (read.text, read.label, read.also, read.speaker) == ("Rain fell.", None, ("threat",), "Ann Lee")


def test_the_lee_text_comes_from_the_installed_package(corpus):
    lee = [document for document in corpus if document.source == LEE_SOURCE]
    assert len(lee) == 343
    assert lee[0].texts[0].startswith("Hundreds of people have been forced to vacate")
