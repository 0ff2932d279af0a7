"""Corrections make the model better and nothing worse gets through: real servers, real databases, real fits."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from model.labels import LABELS
from service.cli import main
from service.retraining.registry import Registry
from tests.service.house_style import write_articles
from tests.service.server import Server, run_server, wait_until
from training.corpus import NEWS_SOURCE, LabelledDocument
from training.params import PARAMS_FILE
from training.retraining.retrain import find_articles, read_learned, set_apart

EXAMPLE = "The minister said that taxes would rise. Two houses burned on Monday."


@dataclass(frozen=True)
class Place:
    """Where one test retrains: a small corpus, quick hyperparameters, a registry with the model in service."""

    corpus: Path
    params: Path
    registry: Registry

    def retrain(self, *arguments: object) -> int:
        options = ["--corpus", self.corpus, "--params", self.params, "--registry", self.registry.folder, "--json"]
        return main(["retrain", *map(str, [*options, *arguments])])


def to_line(document: LabelledDocument, labels: list[str | None]) -> str:
    sentences = [{"text": s.text, "label": label} for s, label in zip(document.sentences, labels, strict=True)]
    return json.dumps({"id": document.id, "source": document.source, "sentences": sentences}) + "\n"


@pytest.fixture
def place(corpus: list[LabelledDocument], artifact: Path, tmp_path: Path) -> Place:
    """The corpus that the tests' model was trained on."""
    file = tmp_path / "corpus.jsonl"
    file.write_text("".join(to_line(d, [s.label for s in d.sentences]) for d in corpus[::8]), encoding="utf-8")
    params = tmp_path / "params.toml"
    params.write_text(re.sub(r"(?m)^folds = \d", "folds = 2", PARAMS_FILE.read_text()), encoding="utf-8")
    registry = Registry(tmp_path / "artifacts")
    registry.promote(registry.add(artifact))
    return Place(file, params, registry)


def choose_articles(corpus: list[LabelledDocument]) -> list[LabelledDocument]:
    """Return real articles that the model in service has not seen."""
    unseen = [document for number, document in enumerate(corpus) if number % 8 == 3]
    return [document for document in unseen if document.source == NEWS_SOURCE and len(document.sentences) > 5]


def post_corrections(server: Server) -> int:
    """Send what readers of a house say of its articles."""
    count = 0
    for article in write_articles():
        for position, label in article.labels.items():
            record = {"sentences": article.sentences, "sentence": position, "label": label, "by": "Ida"}
            answer = server.request(
                "POST", "/v1/corrections", json.dumps(record).encode(), {"Content-Type": "application/json"}
            )
            assert answer.status == 201, answer.body
            count += 1
    return count


def write_turned_round(path: Path, corpus: list[LabelledDocument], sentences: int) -> Path:
    """Write corrections of somebody who gives every sentence a wrong label."""
    lines, count = [], 0
    for document in choose_articles(corpus):
        if count >= sentences:
            break
        labels = [s.label and LABELS[(LABELS.index(s.label) + 1) % len(LABELS)] for s in document.sentences]
        lines.append(to_line(document, labels))
        count += sum(label is not None for label in labels)
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.mark.slow
def test_corrections_become_a_better_model_that_the_running_server_answers_with_until_it_is_taken_back(
    place: Place, corpus, database: str, tmp_path: Path, capsys
):
    before = place.registry.get_current()
    settings = {
        "corrections": "on",
        "database": database,
        "reload_seconds": "0.2",
        "reader": "fast",
        "queue_documents": "0",
    }
    with run_server(place.registry.folder, tmp_path / "log", **settings) as server:

        def answers_with(version) -> bool:
            return server.classify({"text": EXAMPLE}).json["model"]["artifact_hash"] == version.manifest.hash

        assert post_corrections(server) == 60
        capsys.readouterr()

        news = tmp_path / "news.jsonl"
        news.write_text("".join(to_line(d, [s.label for s in d.sentences]) for d in corpus[5::16]), encoding="utf-8")
        assert place.retrain("--database", database, "--promote", "--evaluate", news) == 0
        report = json.loads(capsys.readouterr().out)

        assert report["promoted"]
        assert report["before"] == before.manifest.hash
        assert report["verdict"]["passed"]
        accuracy = report["verdict"]["corrections"]["accuracy"]
        assert accuracy["after"] > accuracy["before"]
        assert report["verdict"]["corrections"]["sentences"] == 60
        assert [each["name"] for each in report["verdict"]["sets"]] == ["held-out corpus", "news.jsonl"]
        version = place.registry.get_current()
        assert version.manifest.hash == report["hash"] != before.manifest.hash
        assert read_learned(version.folder)
        wait_until(lambda: answers_with(version))

        assert main(["models", "list", "--registry", str(place.registry.folder)]) == 0
        listed = capsys.readouterr().out
        assert f"{version.name} *" in listed
        assert "passed" in listed

        assert place.retrain("--database", database, "--promote") == 1
        assert "has learned from all these corrections already" in capsys.readouterr().err

        assert main(["models", "rollback", "--registry", str(place.registry.folder)]) == 0
        assert place.registry.get_current().name == before.name
        wait_until(lambda: answers_with(before))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sentences", "reason"), [(60, "turned round or random"), (400, "held-out corpus: the F1 of threat has fallen")]
)
def test_labels_turned_round_do_not_get_through(
    place: Place, corpus, sentences: int, reason: str, tmp_path: Path, capsys
):
    before = place.registry.get_current()
    poison = write_turned_round(tmp_path / "poison.jsonl", corpus, sentences)

    assert place.retrain("--with", poison, "--promote") == 3
    report = json.loads(capsys.readouterr().out)

    assert not report["promoted"]
    assert not report["verdict"]["passed"]
    assert any(reason in found for found in report["verdict"]["reasons"])
    assert place.registry.get_current().name == before.name
    assert place.registry.get(report["hash"]).verdict["passed"] is False  # kept, so that it can be looked at


def test_an_article_that_came_twice_is_one_article(corpus):
    article = next(document for document in corpus if len(document.sentences) > 8)
    part = LabelledDocument("part", "corrections", article.sentences[2:])
    other = next(document for document in corpus[::-1] if len(document.sentences) > 8)

    assert find_articles([article, other, part]) == [0, 1, 0]
    kept, shared = set_apart([part, other], {"file": [article]})
    assert (kept, shared) == ([other], [part])


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--with", "{folder}/none.jsonl"], 1, "cannot be read"),
        (["--database", "sqlite:///{folder}/none.db"], 2, "there is no file"),
        (["--with", "{folder}/unlabelled.jsonl"], 1, "no corrected sentences with a label"),
        (["--with", "{folder}/one.jsonl", "--evaluate", "{folder}/unlabelled.jsonl"], 1, "no labelled sentence"),
        (
            ["--with", "{folder}/one.jsonl", "--evaluate", "{folder}/one.jsonl"],
            1,
            "no corrected sentences with a label",
        ),
    ],
)
def test_what_cannot_be_learned_from_is_told_before_anything_is_fitted(
    arguments, status, message, place: Place, corpus, tmp_path: Path, capsys
):
    article = choose_articles(corpus)[0]
    (tmp_path / "unlabelled.jsonl").write_text(to_line(article, [None] * len(article.sentences)))
    (tmp_path / "one.jsonl").write_text(to_line(article, [s.label for s in article.sentences]))

    assert place.retrain(*(argument.format(folder=tmp_path) for argument in arguments)) == status
    assert message in capsys.readouterr().err


def test_the_margin_is_a_share(place: Place, capsys):
    with pytest.raises(SystemExit):
        place.retrain("--margin", "2")
    assert "--margin" in capsys.readouterr().err
