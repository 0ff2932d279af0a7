"""Files to evaluate on are named by the user or by their own names."""

from pathlib import Path

import pytest

from training.corpus import load_documents
from training.studies.command import DataFile, load_all, load_sets, make_parser


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [
        ("whole-articles.jsonl", "whole articles", "whole-articles.jsonl"),
        ("a/b/wire.jsonl", "wire", "a/b/wire.jsonl"),
        ("real news=a/b.jsonl", "real news", "a/b.jsonl"),
        (" real news = a.jsonl", "real news", " a.jsonl"),
        ("odd=a=b.jsonl", "odd", "a=b.jsonl"),
    ],
)
def test_a_file_is_called_what_the_user_says_or_after_itself(text, name, path):
    assert DataFile.parse(text) == DataFile(name, Path(path))


@pytest.mark.parametrize("text", ["", "=a.jsonl", "name=", " = "])
def test_a_name_or_a_file_that_is_missing_is_refused(text):
    with pytest.raises(ValueError, match="expected NAME=FILE or FILE"):
        DataFile.parse(text)


def test_the_command_line_takes_several_files(capsys):
    options = make_parser("study", "About.").parse_args(["a=1.jsonl", "b=2.jsonl", "--out", "x"])
    assert [file.name for file in options.data] == ["a", "b"]
    with pytest.raises(SystemExit):
        make_parser("study", "About.").parse_args(["=1.jsonl"])
    assert "=1.jsonl" in capsys.readouterr().err


def test_sets_keep_their_names_and_all_are_joined_in_order(data):
    files = [DataFile("one", data.evaluation), DataFile("two", data.corpus)]
    sets = load_sets(files)
    assert list(sets) == ["one", "two"]
    assert load_all(files) == [*load_documents(data.evaluation), *load_documents(data.corpus)]


def test_two_files_of_one_name_are_refused(data):
    with pytest.raises(ValueError, match="two files are called 'one'; name them apart"):
        load_sets([DataFile("one", data.evaluation), DataFile("one", data.corpus)])
