"""Checks the rules of the authored part of the corpus; ``python -m training.corpus_check`` prints its faults.

The Lee articles are real news: the rules are not for them. The project does not ship the texts of evaluation sets. To
find sentences shared with them, the corpus folder holds the hashes of their 8-grams, written by ``--evaluation FILE``.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import repetition
from training.corpus import CORPUS_DIR, LabelledDocument, load_documents
from training.repetition import LocatedSentence

EVALUATION_HASHES = "evaluation-8grams.bin"
STAND_ALONE = "single"
NO_STYLE = ""  # the seed articles have none recorded
STYLES = (
    *("wire", "broadsheet", "broadcaster", "tabloid", "local", "state-media", "trade", "wiki", "sport", "campaign"),
    *("transcript", "translated", "commentary", "explainer", "market", "review", "magazine", STAND_ALONE, NO_STYLE),
)
ATTRIBUTED = ("official_statement", "threat")  # labels of sentences that always have a source
FLOORS = {
    "sentences": 10_000,
    "articles": 800,
    "stand-alone sentences": 800,
    "threat": 1_200,
    "analyst_opinion": 2_200,
    "official_statement": 2_800,
    "articles with speakers": 60,
}


@dataclass(frozen=True, slots=True)
class Article:
    """An authored document with what the datasheet counts; with ``speakers``, attributed sentences name theirs."""

    document: LabelledDocument
    style: str
    beat: str
    place: str
    speakers: bool


def load_articles(folder: Path = CORPUS_DIR) -> list[Article]:
    """Read the authored documents of a corpus folder.

    Raises:
        CorpusError: A file is unreadable or breaks the format.

    """
    return [article for path in sorted(folder.glob("authored*.jsonl")) for article in _read_articles(path)]


def find_faults(articles: Sequence[Article], evaluation: frozenset[bytes]) -> list[str]:
    """Return every fault as a line of text; ``evaluation`` holds the hashes of runs that must not occur."""
    sentences = [LocatedSentence(a.document.id, i, text) for a in articles for i, text in enumerate(a.document.texts)]
    return [
        *find_shape_faults(articles),
        *find_shortfalls(articles),
        *repetition.find_duplicates(sentences),
        *repetition.find_near_duplicates(sentences),
        *repetition.find_overused_phrases(sentences),
        *repetition.find_shared_runs(sentences, evaluation),
    ]


def find_shape_faults(articles: Iterable[Article]) -> list[str]:
    """Return the articles that break a rule of the corpus which the loader does not check."""
    articles = list(articles)
    ids = Counter(article.document.id for article in articles)
    twice = [f"{name}: id given {times} times" for name, times in ids.items() if times > 1]
    return twice + [fault for article in articles for fault in _find_article_faults(article)]


def find_shortfalls(articles: Iterable[Article]) -> list[str]:
    """Return a line for each number in :data:`FLOORS` that the corpus does not reach."""
    counts = count_corpus(articles)
    few = [(what, least) for what, least in FLOORS.items() if counts[what] < least]
    return [f"{counts[what]} {what}, at least {least} needed" for what, least in few]


def count_corpus(articles: Iterable[Article]) -> Counter[str]:
    """Count what :data:`FLOORS` names; sentences without label do not count."""
    counts: Counter[str] = Counter()
    for article in articles:
        labels = [sentence.label for sentence in article.document.sentences if sentence.label]
        counts.update(labels)
        counts["sentences"] += len(labels)
        counts["stand-alone sentences" if article.style == STAND_ALONE else "articles"] += 1
        counts["articles with speakers"] += article.speakers
    return counts


def read_hashes(path: Path) -> frozenset[bytes]:
    """Read a file of concatenated hashes.

    Raises:
        ValueError: The file is empty or cut off.

    """
    content, size = path.read_bytes(), repetition.HASH_BYTES
    if not content or len(content) % size:
        raise ValueError(f"{path}: not a file of {size}-byte hashes; write it anew with --evaluation")
    return frozenset(content[i : i + size] for i in range(0, len(content), size))


def write_hashes(path: Path, documents: Iterable[LabelledDocument]) -> None:
    """Write the hashes of the documents' 8-grams, sorted, one after the other."""
    hashes = repetition.hash_runs(text for document in documents for text in document.texts)
    path.write_bytes(b"".join(sorted(hashes)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the authored corpus and print its faults; 1 where there are any."""
    parser = argparse.ArgumentParser(prog="python -m training.corpus_check", description=main.__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS_DIR, help="folder of the corpus")
    parser.add_argument("--evaluation", type=Path, help="labelled JSONL: first store the hashes of its 8-grams")
    options = parser.parse_args(arguments)
    hashes: Path = options.corpus / EVALUATION_HASHES
    if options.evaluation:
        write_hashes(hashes, load_documents(options.evaluation))
    articles = load_articles(options.corpus)
    found = find_faults(articles, read_hashes(hashes))
    totals = ", ".join(f"{number} {what}" for what, number in sorted(count_corpus(articles).items()))
    print("\n".join([*found, f"{len(found)} faults in {totals}"]))
    return bool(found)


def _read_articles(path: Path) -> Iterator[Article]:
    documents = load_documents(path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    for document, record in zip(documents, records, strict=True):
        style, beat, place = (record.get(key, "") for key in ("style", "beat", "place"))
        yield Article(document, style, beat, place, record.get("speakers", False))


def _find_article_faults(article: Article) -> Iterator[str]:
    name, sentences = article.document.id, article.document.sentences
    if article.style not in STYLES:
        yield f"{name}: unknown style {article.style!r}"
    if (article.style == STAND_ALONE) != (len(sentences) == 1):
        yield f"{name}: style {article.style!r} with {len(sentences)} sentences"
    for index, sentence in enumerate(sentences):
        if sentence.text != sentence.text.strip():
            yield f"{name}#{index}: white space around the sentence"
        if len({sentence.label, *sentence.also}) <= len(sentence.also):
            yield f"{name}#{index}: a label twice among label and also"
        if article.speakers and sentence.label in ATTRIBUTED and not sentence.speaker:
            yield f"{name}#{index}: {sentence.label} without speaker in an article that gives speakers"


if __name__ == "__main__":
    sys.exit(main())
