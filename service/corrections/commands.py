"""What ``stance corrections`` does: list, export, import and delete; each takes the parsed options."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import IO, Any, Final

from tqdm import tqdm

from model import Classifier, Document
from service.corrections import open_store
from service.corrections.corpus_form import parse_corpus_line, to_corpus_record
from service.corrections.database import find_sqlite_file, parse_url
from service.corrections.describe import describe_correction
from service.corrections.errors import CorrectionsConfigError
from service.corrections.exchange import ExchangeError, ImportedDocument
from service.corrections.label_studio import parse_task, to_task, write_labelling_config
from service.corrections.records import CorrectedDocument, Correction, Filter, KeptDocument, Said
from service.corrections.store import Store

DONE, SOME_WRONG = 0, 1  # exit statuses
_FAULTS_SHOWN: Final = 20


def run(options: argparse.Namespace) -> int:
    """Do what the options ask for; return the exit status: 0 done, 1 something in an import was wrong."""
    return _ACTIONS[options.action](options)


def list_corrections(options: argparse.Namespace) -> int:
    """Print corrections, a line each: for people, or as JSON."""
    with _open(options) as store:
        wanted = Filter(options.label, options.model, options.since, options.by, disagreement=options.disagreement)
        for number, correction in enumerate(store.find_all(wanted, order=options.order)):
            if number == options.limit:
                break
            record = describe_correction(correction)
            print(json.dumps(record, ensure_ascii=False) if options.json else _render(correction))
    return DONE


def export(options: argparse.Namespace) -> int:
    """Write documents with their corrections, or those of the queue, as a corpus or as tasks of Label Studio."""
    with _open(options) as store:
        documents = _list_queued(store) if options.queue else store.iter_documents()
        total = store.count().queued if options.queue else None
        shown = tqdm(documents, total=total, desc="exporting", unit=" documents", disable=_is_quiet(options))
        with _open_output(options.out) as file:
            if _choose_format(options.format, options.out) == "corpus":
                count = _write_lines(file, (to_corpus_record(each) for each in shown))
            else:
                classifier = Classifier.load(options.artifact)
                count = _write_array(file, (_make_task(classifier, each) for each in shown))
    print(f"exported {count} documents", file=sys.stderr)
    return DONE


def import_corrections(options: argparse.Namespace) -> int:
    """Keep the corrections in files; what is wrong is named, and the rest is kept."""
    tally = _Tally()
    with _open(options, create=True) as store:
        importer = _Importer(store, options.artifact, options.by)
        for path in options.files:
            read = _read_corpus if _choose_format(options.format, path) == "corpus" else importer.read_tasks
            items = tqdm(read(path), desc=f"importing {path}", unit=" documents", disable=_is_quiet(options))
            for place, parse in items:
                tally.documents += 1
                try:
                    document = importer.parse(parse)
                except ExchangeError as error:
                    tally.report(f"{place}: {error}")
                    continue
                for fault in document.faults:
                    tally.report(f"{place}: {fault}")
                new, known = importer.keep(document)
                tally.new += new
                tally.known += known
    tally.print_summary()
    return SOME_WRONG if tally.faults else DONE


def delete(options: argparse.Namespace) -> int:
    """Delete corrections by id, by person, with their document, or all there is."""
    given = [name for name in ("ids", "document", "by", "all") if getattr(options, name)]
    if len(given) != 1:
        raise ValueError("say what to delete: ids, or one of --document ID, --by NAME, --all")
    with _open(options) as store:
        if options.ids:
            return _delete_each(store, options.ids)
        if options.document:
            count = store.delete_document(options.document)
            if count is None:
                raise ValueError(f"there is no document {options.document}")
            print(f"deleted the document with {count} corrections")
            return DONE
        count = store.delete_all(Filter(by=options.by))
        print(f"deleted {count} corrections")
        if options.all:
            print(f"took {store.shorten_queue(0, timedelta(0))} documents off the queue")
    return DONE


def migrate(options: argparse.Namespace) -> int:
    """Create the tables, or bring them up to date."""
    with _open(options, create=True) as store:
        counts = store.count()
    print(f"up to date: {counts.corrections} corrections, {counts.documents} documents, {counts.queued} in the queue")
    return DONE


def print_labelling_config(_: argparse.Namespace) -> int:
    """Print the labelling interface for a project of Label Studio."""
    print(write_labelling_config(), end="")
    return DONE


_ACTIONS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "list": list_corrections,
    "export": export,
    "import": import_corrections,
    "delete": delete,
    "migrate": migrate,
    "label-config": print_labelling_config,
}


class _Tally:
    """What an import did; faults are printed as they are found, the first of them."""

    def __init__(self) -> None:
        self.documents = self.new = self.known = self.faults = 0

    def report(self, fault: str) -> None:
        self.faults += 1
        if self.faults <= _FAULTS_SHOWN:
            tqdm.write(f"stance corrections: {fault}", file=sys.stderr)

    def print_summary(self) -> None:
        if self.faults > _FAULTS_SHOWN:
            print(f"stance corrections: … and {self.faults - _FAULTS_SHOWN} more", file=sys.stderr)
        print(
            f"{self.documents} documents: {self.new} new corrections, {self.known} known before, {self.faults} faults"
        )


_Parse = Callable[[str], ImportedDocument]  # takes who labelled where the file does not tell


class _Importer:
    """Keeps documents that come in; the model is loaded once somebody asks what it says."""

    def __init__(self, store: Store, artifact: Path, by: str) -> None:
        self._store = store
        self._artifact = artifact
        self._by = by
        self._loaded: Classifier | None = None

    def parse(self, parse: _Parse) -> ImportedDocument:
        return parse(self._by)

    def read_tasks(self, path: Path) -> Iterator[tuple[str, _Parse]]:
        """Yield the tasks of a file of Label Studio, each with its place."""
        for number, task in enumerate(_read_array(path), 1):
            yield f"{path}, task {number}", lambda by, task=task: self._parse_task(task, by)  # type: ignore[misc]

    def keep(self, imported: ImportedDocument) -> tuple[int, int]:
        """Keep the corrections of a document; return how many are new, and how many were kept already."""
        document, predicted = imported.document, None
        counts = [0, 0]
        for correction in imported.corrections:
            said = correction.said
            if said is None:
                predicted = predicted or predict(self._classifier, document)
                said = Said.of(predicted.sentences[correction.sentence], self._classifier.manifest.identity())
            _, is_new = self._store.add(
                document, correction.sentence, correction.change, said, key=correction.key, created=correction.created
            )
            counts[not is_new] += 1
        return counts[0], counts[1]

    @property
    def _classifier(self) -> Classifier:
        if self._loaded is None:
            self._loaded = Classifier.load(self._artifact)
        return self._loaded

    def _parse_task(self, task: object, by: str) -> ImportedDocument:
        if not isinstance(task, dict):
            raise ExchangeError(f"a task is an object, not {type(task).__name__}")
        document = parse_task(task, lambda text: self._classifier.classify(text).sentences)
        if not by:
            return document
        named = (replace(c, change=replace(c.change, by=c.change.by or by)) for c in document.corrections)
        return replace(document, corrections=tuple(named))


def predict(classifier: Classifier, document: KeptDocument) -> Document:
    """Classify a kept document, with the sentences that it has."""
    predicted = classifier.classify_documents([document.content])[0]
    texts = [sentence.text for sentence in document.sentences]
    if [sentence.text for sentence in predicted.sentences] == texts:
        return predicted
    return classifier.classify_documents([texts])[0]  # this model would split the text otherwise


def _make_task(classifier: Classifier, corrected: CorrectedDocument) -> dict[str, Any]:
    identity = classifier.manifest.identity()
    version = f"{identity['name']} {identity['version']} {identity['artifact_hash'][:12]}"
    return to_task(corrected, predict(classifier, corrected.document), version)


@contextmanager
def _open(options: argparse.Namespace, *, create: bool = False) -> Iterator[Store]:
    """Open the store; a file that is not there is an error unless it is to be created."""
    file = find_sqlite_file(parse_url(options.database))
    if not create and file is not None and not file.exists():
        raise CorrectionsConfigError(f"STANCE_DATABASE: there is no file {file}; name the database of the service")
    store = open_store(options.database)
    try:
        yield store
    finally:
        store.close()


def _list_queued(store: Store) -> Iterator[CorrectedDocument]:
    after = None
    while True:
        page = store.queue(limit=50, after=after)
        yield from (CorrectedDocument(queued.document, ()) for queued in page.documents)
        if page.next is None:
            return
        after = page.next


def _choose_format(given: str | None, path: Path) -> str:
    return given or ("label-studio" if path.suffix == ".json" else "corpus")


@contextmanager
def _open_output(path: Path) -> Iterator[IO[str]]:
    """Open the output; a file is put in place once it is complete."""
    if str(path) == "-":
        yield sys.stdout
        return
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_lines(file: IO[str], records: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007 -- the count is the result
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def _write_array(file: IO[str], records: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    file.write("[")
    for count, record in enumerate(records, 1):
        file.write(("\n" if count == 1 else ",\n") + json.dumps(record, ensure_ascii=False))
    file.write("\n]\n")
    return count


def _read_corpus(path: Path) -> Iterator[tuple[str, _Parse]]:
    """Yield the lines of a file in the corpus format, each with its place."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"{path}:{number}", lambda by, line=line: parse_corpus_line(_decode(line), by)  # type: ignore[misc]


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError(f"not UTF-8 at byte {error.start} of the line") from None


def _read_array(path: Path) -> list[object]:
    try:
        tasks = json.loads(path.read_bytes())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    if not isinstance(tasks, list):
        raise ValueError(f"{path} holds no list of tasks; export the project of Label Studio as JSON")
    return tasks


def _delete_each(store: Store, ids: Iterable[str]) -> int:
    missing = 0
    for identifier in ids:
        deleted = store.delete(identifier)
        if deleted is None:
            missing += 1
            print(f"stance corrections: there is no correction {identifier}", file=sys.stderr)
        else:
            print(f"deleted {identifier}" + (", and its document" if deleted.text_deleted else ""))
    return SOME_WRONG if missing else DONE


def _render(correction: Correction) -> str:
    change, said = correction.change, correction.said
    parts = [f"{said.label or 'page furniture'} -> {'page furniture' if change.boilerplate else change.label or '-'}"]
    if change.speaker_given:
        parts.append(f"speaker {change.speaker or '(the reporter)'}")
    if change.role:
        parts.append(f"role {change.role}")
    if correction.contradicts:
        parts.append("contradicted")
    if change.by:
        parts.append(f"by {change.by}")
    if change.note:
        parts.append(f"note: {change.note}")
    moment = correction.created.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return f"{correction.id}  {moment}  {'; '.join(parts)}\n    {' '.join(correction.text.split())}"


def _is_quiet(options: argparse.Namespace) -> bool:
    return bool(options.quiet) or not sys.stderr.isatty()
