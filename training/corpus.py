"""Reads and checks the labelled corpus; an error names file, line and fault.

There are two formats, both with one JSON document a line. Articles: ``{"id", "source", "sentences": [{"text", "label",
"also"?, "speaker"?}]}``. Stand-off labels, for text that the project may not ship but an installed package does:
``{"file", "line", "sha1", "sentences": [[start, end, label, also?]]}``, offsets into a line of the Lee corpus, or
``{"article_id", "sha1", "sentences"}``, offsets into an article of NewsArticles with its quotation marks restored.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from model.labels import LABELS, Label
from training.packaged_text import PackagedTextError, read_lee_line, read_news_article, restore_marks

CORPUS_DIR = Path(__file__).parent / "corpus"
LEE_SOURCE = "abc"
NEWS_SOURCE = "newsarticles"
AUTHORED_SOURCE = "authored"  # and every source that begins with it
CORRECTIONS_SOURCE = "corrections"  # of documents whose labels users of the service gave
_FAULTS_SHOWN = 20
T = TypeVar("T")  # the PEP 695 syntax needs Python 3.12


class CorpusError(ValueError):
    """A corpus file that cannot be read or breaks its format; the message names file, line and fault."""


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with its gold label (None: not scored), other acceptable labels and its speaker's resolved name."""

    text: str
    label: Label | None
    also: tuple[Label, ...] = ()
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """An article; sentences have context within it, weights belong to it, and no split divides it."""

    id: str
    source: str
    sentences: tuple[LabelledSentence, ...]

    @property
    def texts(self) -> list[str]:
        """The sentences' texts in order."""
        return [sentence.text for sentence in self.sentences]


def is_authored(source: str) -> bool:
    """Tell whether documents of a source were written for the corpus; all others are real news."""
    return source.startswith(AUTHORED_SOURCE)


def load_corpus(paths: Sequence[Path] = (CORPUS_DIR,)) -> list[LabelledDocument]:
    """Read every labelled document in ``paths`` (JSONL files, or folders of them).

    Raises:
        CorpusError: A file is missing, unreadable, empty or breaks the format, or two documents share an id.

    """
    documents = [document for path in paths for file in _list_files(path) for document in load_documents(file)]
    seen: set[str] = set()
    twice = [d.id for d in documents if d.id in seen or seen.add(d.id)]  # type: ignore[func-returns-value]
    if twice:
        raise CorpusError(f"document id given twice: {', '.join(sorted(set(twice))[:5])}; ids must be unique")
    return documents


def load_documents(path: Path) -> list[LabelledDocument]:
    """Read one JSONL file of labelled documents, in either format.

    Raises:
        CorpusError: The file is missing, empty or wrong; every faulty line is named, up to twenty.

    """
    documents: list[LabelledDocument] = []
    faults: list[str] = []
    for number, line in _read_lines(path):
        try:
            documents.append(parse_document(line))
        except CorpusError as fault:
            faults.append(f"{path}:{number}: {fault}")
    if faults:
        more = f"\n… and {len(faults) - _FAULTS_SHOWN} more" if len(faults) > _FAULTS_SHOWN else ""
        raise CorpusError("\n".join(faults[:_FAULTS_SHOWN]) + more)
    if not documents:
        raise CorpusError(f"{path}: no documents; expected one JSON document a line")
    return documents


def _list_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.jsonl"))
    if not files:
        raise CorpusError(f"{path}: no *.jsonl files in this folder")
    return files


def _read_lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror})") from error
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise CorpusError(f"{path}:{number}: not UTF-8 at byte {error.start} of the line") from error


def parse_document(line: str) -> LabelledDocument:
    """Read one document, in either format, from a line.

    Raises:
        CorpusError: The line is no document; the message names the fault.

    """
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError:
        raise CorpusError("not a document: nested too deeply") from None
    if not isinstance(record, dict):
        raise CorpusError(f"expected a JSON object, got {type(record).__name__}")
    return _parse_standoff(record) if "sha1" in record else _parse_article(record)


def _parse_article(record: dict[str, Any]) -> LabelledDocument:
    raw = _read_field(record, "sentences", list)
    if not raw:
        raise CorpusError('"sentences" is empty')
    sentences = tuple(_parse_at(i, _parse_sentence, sentence) for i, sentence in enumerate(raw, 1))
    return LabelledDocument(_read_field(record, "id", str), _read_field(record, "source", str), sentences)


def _parse_sentence(record: Any) -> LabelledSentence:  # noqa: ANN401 -- any JSON value
    if not isinstance(record, dict):
        raise CorpusError(f'expected {{"text", "label"}}, got {type(record).__name__}')
    text = _read_field(record, "text", str)
    if not text.strip():
        raise CorpusError('"text" is blank')
    if "label" not in record:
        raise CorpusError('"label" is missing; use null for a sentence that is not scored')
    also, speaker = record.get("also", []), record.get("speaker")
    if not isinstance(also, list):
        raise CorpusError('"also" must be a list of labels')
    if speaker is not None and not isinstance(speaker, str):
        raise CorpusError('"speaker" must be a string')
    return LabelledSentence(text, _parse_label(record["label"]), tuple(_check_label(a) for a in also), speaker)


def _parse_standoff(record: dict[str, Any]) -> LabelledDocument:
    """Join stand-off labels with the text, which is in an installed package."""
    try:
        if "article_id" in record:
            article = _read_field(record, "article_id", str)
            name, source = f"newsarticles/{article}", NEWS_SOURCE
            raw = read_news_article(article)
            content, text = raw.encode(), restore_marks(raw)
        else:
            file, number = _read_field(record, "file", str), _read_field(record, "line", int)
            name, source = f"{file}/{number}", LEE_SOURCE
            content = read_lee_line(file, number)
            text = content.decode("cp1252")
    except PackagedTextError as error:
        raise CorpusError(str(error)) from error
    if hashlib.sha1(content, usedforsecurity=False).hexdigest() != record["sha1"]:
        raise CorpusError(f"the installed text of {name} is not the one that was labelled (SHA-1 differs)")
    spans = _read_field(record, "sentences", list)
    sentences = tuple(_parse_at(i, _parse_span, span, text) for i, span in enumerate(spans, 1))
    return LabelledDocument(name, source, tuple(s for s in sentences if s.text.strip()))


def _parse_span(span: Any, text: str) -> LabelledSentence:  # noqa: ANN401 -- any JSON value
    if not isinstance(span, list) or len(span) not in (3, 4):
        raise CorpusError("expected [start, end, label] or [start, end, label, also]")
    start, end, label = span[:3]
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        raise CorpusError(f"[{start}, {end}] is not a range in a text of {len(text)} characters")
    also = span[3] if len(span) == 4 else []
    return LabelledSentence(text[start:end], _parse_label(label), tuple(_check_label(a) for a in also))


def _parse_at(number: int, parse: Callable[..., T], *arguments: object) -> T:
    try:
        return parse(*arguments)
    except CorpusError as fault:
        raise CorpusError(f"sentence {number}: {fault}") from fault


def _read_field(record: dict[str, Any], key: str, kind: type[T]) -> T:
    if key not in record:
        raise CorpusError(f'"{key}" is missing')
    value = record[key]
    if not isinstance(value, kind):
        raise CorpusError(f'"{key}" must be {kind.__name__}, got {type(value).__name__}')
    return value


def _parse_label(value: object) -> Label | None:
    return None if value is None else _check_label(value)


def _check_label(value: object) -> Label:
    if value not in LABELS:
        raise CorpusError(f"unknown label {value!r}; the labels are {', '.join(LABELS)}")
    return value
