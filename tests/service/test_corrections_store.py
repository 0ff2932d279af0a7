"""The store of corrections, on SQLite and on PostgreSQL alike."""

import sqlite3
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from service.corrections.agreement import settle
from service.corrections.errors import CorrectionsConfigError, StoreUnavailableError
from service.corrections.records import (
    Change,
    Deleted,
    Doubt,
    Filter,
    KeptDocument,
    QueuedDocument,
    Said,
    SentenceText,
)
from service.corrections.store import Store
from service.corrections.tables import Base
from tests.service.databases import PostgresServer

SECRET = "Zanzibarian"
PROBABILITIES = {"factual_report": 0.4, "official_statement": 0.3, "analyst_opinion": 0.2, "threat": 0.1}
SAID = Said("factual_report", 0.4, PROBABILITIES, True, False, None, "fast", "1.0", "ab" * 32)
SPOKEN = replace(SAID, speaker={"name": "Ann Lee", "role": "analyst"})


@pytest.fixture
def store(database: str):
    store = Store.open(database)
    yield store
    store.close()


def make_document(*sentences: str, split: bool = False) -> KeptDocument:
    if split:
        return KeptDocument.of(None, [SentenceText(s, 0, len(s)) for s in sentences])
    running = " ".join(sentences)
    spans = [(running.index(s), running.index(s) + len(s)) for s in sentences]
    return KeptDocument.of(running, [SentenceText(running[a:b], a, b) for a, b in spans])


RAIN = make_document("It rained. 😀", "Then it snowed.", "Nobody came.")


def make_said(confidence: float) -> Said:
    rest = (1 - confidence) / 3
    return replace(
        SAID, confidence=confidence, probabilities=dict.fromkeys(PROBABILITIES, rest) | {"threat": confidence}
    )


def queue_up(document: KeptDocument, *confidences: float, seen: datetime | None = None) -> QueuedDocument:
    doubts = tuple(Doubt(i, make_said(confidence)) for i, confidence in enumerate(confidences))
    return QueuedDocument(document, seen or datetime.now(UTC), doubts)


def test_a_correction_is_kept_with_its_whole_document(store: Store):
    before = datetime.now(UTC)
    change = Change(label="threat", speaker=None, speaker_given=True, note="see line 2", by="anna")

    correction, is_new = store.add(RAIN, 1, change, SPOKEN, key="desk")

    assert is_new
    assert (correction.text, correction.start, correction.end) == ("Then it snowed.", 13, 28)
    assert correction.change == replace(change, boilerplate=False)
    assert correction.said == SPOKEN
    assert (correction.key, correction.document, correction.sentence) == ("desk", RAIN.id, 1)
    assert correction.disagrees
    assert before <= correction.created <= datetime.now(UTC)
    assert store.get(correction.id) == correction
    (kept,) = store.iter_documents()
    assert kept.document == RAIN
    assert kept.corrections == (correction,)


def test_a_document_that_came_split_is_kept_so(store: Store):
    document = make_document("Prices rose.", "Wages fell.", split=True)
    store.add(document, 1, Change(label="threat"), SAID)

    assert store.get_document(document.id).document == document
    assert store.get_document(document.id).document.content == ["Prices rose.", "Wages fell."]


def test_the_same_correction_twice_is_one(store: Store):
    first, new = store.add(RAIN, 0, Change(label="threat", by="anna"), SAID)
    later = replace(SAID, model_hash="cd" * 32)
    second, new_again = store.add(RAIN, 0, Change(label="threat", by="anna", boilerplate=False), later)

    assert (new, new_again) == (True, False)
    assert second == first
    assert second.said == SAID
    assert store.count().corrections == 1


@pytest.mark.parametrize(
    "other",
    [
        {"label": "factual_report"},
        {"by": "ben"},
        {"note": "sure"},
        {"speaker": "Ann Lee", "speaker_given": True},
        {"speaker": None, "speaker_given": True},
    ],
)
def test_any_other_correction_is_another(store: Store, other: dict):
    store.add(RAIN, 0, Change(label="threat", by="anna"), SAID)

    assert store.add(RAIN, 0, replace(Change(label="threat", by="anna"), **other), SAID)[1]
    assert store.add(RAIN, 1, Change(label="threat", by="anna"), SAID)[1]
    assert store.add(RAIN, 0, Change(label="threat", by="anna"), SAID, key="desk")[1]
    assert store.count().corrections == 4
    assert store.count().documents == 1


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (Change(label="threat"), Change(label="factual_report"), True),
        (Change(label="threat"), Change(label="threat", by="ben"), False),
        (Change(label="threat"), Change(boilerplate=True), True),
        (Change(boilerplate=True), Change(boilerplate=False), True),
        (Change(label="threat"), Change(boilerplate=False), False),
        (Change(label="threat"), Change(role="official"), False),
        (Change(role="analyst"), Change(role="official"), True),
        (Change(speaker="A", speaker_given=True), Change(speaker="B", speaker_given=True), True),
        (Change(speaker="A", speaker_given=True), Change(speaker=None, speaker_given=True), True),
        (Change(speaker="A", speaker_given=True), Change(label="threat"), False),
        (Change(speaker=None, speaker_given=True), Change(speaker=None, speaker_given=True, by="ben"), False),
    ],
)
def test_contradicting_corrections_stay_and_are_marked(store: Store, one: Change, other: Change, contradict: bool):
    first, _ = store.add(RAIN, 0, one, SAID)
    second, _ = store.add(RAIN, 0, other, SAID)
    store.add(RAIN, 1, other, SAID)

    assert second.contradicts == ((first.id,) if contradict else ())
    assert store.get(first.id).contradicts == ((second.id,) if contradict else ())
    found = store.find(Filter(disagreement="people")).corrections
    assert {each.id for each in found} == ({first.id, second.id} if contradict else set())
    store.delete(first.id)
    assert store.get(second.id).contradicts == ()


def test_filters(store: Store):
    old = datetime(2026, 1, 1, 12, tzinfo=UTC)
    a, _ = store.add(RAIN, 0, Change(label="threat", by="anna"), SAID, created=old)
    b, _ = store.add(RAIN, 1, Change(label="factual_report", by="ben"), SAID)
    c, _ = store.add(make_document("Alone."), 0, Change(role="analyst"), replace(SPOKEN, model_hash="cd" * 32))

    def found(**wanted) -> set[str]:
        return {each.id for each in store.find(Filter(**wanted)).corrections}

    assert found() == {a.id, b.id, c.id}
    assert found(label="threat") == {a.id}
    assert found(model="cd" * 32) == found(model="cdc") == {c.id}
    assert found(model="%") == set()
    assert found(since=old) == {a.id, b.id, c.id}
    assert found(since=old + timedelta(microseconds=1)) == {b.id, c.id}
    assert found(by="ben") == {b.id}
    assert found(document=RAIN.id) == {a.id, b.id}
    assert found(disagreement="model") == found(disagreement="any") == {a.id}
    assert found(disagreement="none") == {b.id, c.id}
    assert found(disagreement="people") == set()
    assert found(label="threat", by="ben") == set()


@pytest.mark.parametrize("order", ["newest", "uncertain"])
def test_pages_hold_every_correction_once_and_in_order(store: Store, order: str):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(23):
        said = make_said(0.4 + (number * 7 % 11) / 20)  # some are equally uncertain
        when = moment + timedelta(seconds=number // 3)  # some are equally old
        store.add(make_document(f"Sentence {number}."), 0, Change(label="threat"), said, created=when)
    found, after = [], None
    while True:
        page = store.find(order=order, limit=5, after=after)
        assert len(page.corrections) <= 5
        found += page.corrections
        after = page.next
        if after is None:
            break

    assert len({each.id for each in found}) == len(found) == 23
    keys = [(c.created if order == "newest" else c.said.uncertainty, c.id) for c in found]
    assert keys == sorted(keys, reverse=True)
    assert list(store.find_all(order=order)) == found


def test_documents_come_in_parts_but_all(store: Store):
    documents = [make_document(f"Sentence {number}.") for number in range(230)]
    for document in documents:
        store.add(document, 0, Change(label="threat"), SAID)

    found = list(store.iter_documents())

    assert [each.document.id for each in found] == sorted(document.id for document in documents)
    assert all(len(each.corrections) == 1 for each in found)


def test_deleting_takes_the_text_along_unless_it_is_needed(store: Store):
    one, _ = store.add(RAIN, 0, Change(label="threat"), SAID)
    two, _ = store.add(RAIN, 1, Change(label="threat"), SAID)
    store.remember([queue_up(RAIN, 0.3)])

    assert store.delete(one.id) == Deleted(RAIN.id, False)
    assert store.delete(one.id) is None
    assert store.delete(two.id) == Deleted(RAIN.id, False)
    assert store.get_document(RAIN.id).corrections == ()
    assert store.dismiss(RAIN.id) == Deleted(RAIN.id, True)
    assert store.dismiss(RAIN.id) is None
    assert store.get_document(RAIN.id) is None
    assert store.count() == type(store.count())(0, 0, 0)


def test_a_document_is_deleted_with_everything_about_it(store: Store):
    store.add(RAIN, 0, Change(label="threat"), SAID)
    store.add(RAIN, 1, Change(label="threat"), SAID)
    store.remember([queue_up(RAIN, 0.3)])

    assert store.delete_document(RAIN.id) == 2
    assert store.delete_document(RAIN.id) is None
    assert store.count() == type(store.count())(0, 0, 0)


def test_all_of_a_person_is_deleted(store: Store):
    other = make_document("Other.")
    store.add(RAIN, 0, Change(label="threat", by="anna"), SAID)
    store.add(other, 0, Change(label="threat", by="anna"), SAID)
    kept, _ = store.add(RAIN, 1, Change(label="threat", by="ben"), SAID)

    assert store.delete_all(Filter(by="anna")) == 2
    assert [each.id for each in store.find().corrections] == [kept.id]
    assert store.get_document(other.id) is None


def test_nothing_deleted_is_left_in_the_files_of_sqlite(tmp_path: Path):
    store = Store.open(f"sqlite:///{tmp_path / 'stance.db'}")
    reader = Store.open(f"sqlite:///{tmp_path / 'stance.db'}")
    correction, _ = store.add(make_document(f"{SECRET} words."), 0, Change(label="threat", note=SECRET), SAID)
    queued = make_document(f"{SECRET} queue.")
    store.remember([queue_up(queued, 0.3)])
    reader.find()

    def files_hold_it() -> bool:
        return any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())

    assert files_hold_it()
    store.delete(correction.id)
    store.dismiss(queued.id)
    assert not files_hold_it()
    store.close()
    reader.close()


def test_the_file_of_sqlite_is_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "stance.db"
    store = Store.open(f"sqlite:///{path}")
    store.add(RAIN, 0, Change(label="threat"), SAID)

    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    store.close()


def test_the_queue_has_the_most_doubtful_first(store: Store):
    sure, unsure, both = make_document("Sure."), make_document("Unsure."), make_document("One.", "Two.")
    store.remember([queue_up(sure, 0.5), queue_up(unsure, 0.3), queue_up(both, 0.4, 0.45)])

    first = store.queue(limit=2)
    rest = store.queue(limit=2, after=first.next)

    assert [each.document for each in (*first.documents, *rest.documents)] == [unsure, both, sure]
    assert rest.next is None
    assert [doubt.sentence for doubt in first.documents[1].doubts] == [0, 1]
    assert first.documents[0].uncertainty == pytest.approx(0.7)
    assert first.documents[0].doubts[0].said == make_said(0.3)


def test_a_sentence_with_a_correction_is_in_doubt_no_longer(store: Store):
    document = make_document("One.", "Two.")
    store.remember([queue_up(document, 0.3, 0.4)])
    store.add(document, 0, Change(label="threat"), SAID)

    assert [doubt.sentence for doubt in store.queue().documents[0].doubts] == [1]
    two, _ = store.add(document, 1, Change(label="threat"), SAID)
    assert store.queue().documents == ()
    store.delete(two.id)
    assert [doubt.sentence for doubt in store.queue().documents[0].doubts] == [1]


def test_a_document_seen_again_is_in_the_queue_once(store: Store):
    later = datetime.now(UTC) + timedelta(hours=1)
    store.remember([queue_up(RAIN, 0.3, 0.4)])
    store.remember([queue_up(RAIN, 0.45, seen=later)])

    (queued,) = store.queue().documents
    assert queued.seen == later
    assert [doubt.said.confidence for doubt in queued.doubts] == [0.45]


def test_the_queue_is_bounded_by_age_and_by_number(store: Store):
    now = datetime.now(UTC)
    documents = [make_document(f"Sentence {number}.") for number in range(8)]
    ages = [timedelta(days=40 if number == 0 else 1) for number in range(8)]
    store.remember(
        [queue_up(d, 0.3 + i / 50, seen=now - age) for i, (d, age) in enumerate(zip(documents, ages, strict=True))]
    )
    store.add(documents[1], 0, Change(label="threat"), SAID)  # nothing in it is in doubt any more

    assert store.shorten_queue(3, timedelta(days=30)) == 5
    assert [each.document for each in store.queue().documents] == documents[2:5]
    assert store.get_document(documents[0].id) is None
    assert store.get_document(documents[1].id) is not None  # its correction needs it
    assert store.shorten_queue(3, timedelta(days=30)) == 0
    assert store.shorten_queue(0, timedelta(days=30)) == 3
    assert store.count().documents == 1


def test_readers_apart_are_a_doubt():
    careful = {"factual_report": 0.1, "official_statement": 0.1, "analyst_opinion": 0.1, "threat": 0.7}
    fast = {"factual_report": 0.9, "official_statement": 0.05, "analyst_opinion": 0.05, "threat": 0.0}
    said = replace(SAID, confidence=0.7, probabilities=careful, reader="careful", other_probabilities=fast)

    assert said.readers_differ
    assert said.uncertainty == pytest.approx(0.8)
    assert not replace(said, other_probabilities=None).readers_differ
    assert replace(said, other_probabilities=None).uncertainty == pytest.approx(0.3)


def test_writers_at_once_lose_and_double_nothing(database: str):
    stores = [Store.open(database) for _ in range(4)]
    documents = [make_document(f"Sentence {number}.", "And more.") for number in range(6)]
    fresh: list[bool] = []
    faults: list[Exception] = []

    def write(store: Store, person: str) -> None:
        try:
            for document in documents:
                fresh.append(store.add(document, 0, Change(label="threat", by="everybody"), SAID)[1])
                mine, _ = store.add(document, 1, Change(label="threat", by=person), SAID)
                store.delete(mine.id)
                store.add(document, 1, Change(label="factual_report", by=person), SAID)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(store, f"p{i}")) for i, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert sum(fresh) == 6
    assert stores[0].count().corrections == 6 + 6 * 4
    assert stores[0].count().documents == 6
    for store in stores:
        store.close()


def test_adding_and_deleting_the_same_at_once_leaves_no_loose_end(database: str):
    """Each deletion finds the document unused, while others are about to add to it."""
    stores = [Store.open(database) for _ in range(3)]
    faults: list[Exception] = []

    def work(store: Store, person: str) -> None:
        try:
            for _ in range(15):
                correction, _ = store.add(RAIN, 0, Change(label="threat", by=person), SAID)
                store.delete(correction.id)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(store, f"p{i}")) for i, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert stores[0].count() == type(stores[0].count())(0, 0, 0)
    for store in stores:
        store.close()


def test_many_start_at_once_on_an_empty_database(database: str):
    faults: list[Exception] = []

    def start() -> None:
        try:
            Store.open(database).close()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []


def test_the_migrations_make_the_tables_of_the_models(database: str, store: Store):
    engine = create_engine(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused(database: str, store: Store):
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(CorrectionsConfigError, match=r"STANCE_DATABASE.*another version"):
        Store.open(database)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "not the URL"),
        ("stance.db", "not the URL"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("mysql://root:hush@localhost/stance", "mysql is not supported"),
        ("sqlite:////no/such/folder/stance.db", "No such file or directory"),
        ("postgresql+psycopg://stance:hush@127.0.0.1:1/stance", "cannot be used: .*refused"),
        ("postgresql://stance:hush@127.0.0.1:port/stance", "not the URL"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(url: str, message: str):
    with pytest.raises(CorrectionsConfigError, match=f"^STANCE_DATABASE: .*{message}") as raised:
        Store.open(url)

    assert "hush" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    path = tmp_path / "stance.db"
    path.write_text("a diary, not a database, and long enough to be read as one\n" * 40)

    with pytest.raises(CorrectionsConfigError, match=r"STANCE_DATABASE.*not a database"):
        Store.open(f"sqlite:///{path}")


def test_a_server_that_goes_away_is_one_error_and_comes_back(postgresql: PostgresServer):
    store = Store.open(postgresql.empty_database())
    store.add(RAIN, 0, Change(label="threat"), SAID)
    postgresql.stop()
    try:
        for call in (store.find, store.count, store.queue, lambda: store.add(RAIN, 1, Change(label="threat"), SAID)):
            with pytest.raises(StoreUnavailableError) as raised:
                call()
            assert "rained" not in str(raised.value)
    finally:
        postgresql.start()

    assert store.count().corrections == 1
    assert store.add(RAIN, 1, Change(label="threat"), SAID)[1]
    store.close()


def test_a_store_may_start_before_its_database(tmp_path: Path):
    folder = tmp_path / "late"
    store = Store.open(f"sqlite:///{folder / 'stance.db'}", connect=False)
    with pytest.raises(StoreUnavailableError, match="STANCE_DATABASE"):
        store.count()

    folder.mkdir()

    assert store.count().corrections == 0
    store.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "corrects nothing"),
        ({"note": "hm", "by": "anna"}, "corrects nothing"),
        ({"boilerplate": True, "label": "threat"}, "page furniture"),
        ({"boilerplate": True, "role": "media"}, "page furniture"),
        ({"boilerplate": True, "speaker": "A", "speaker_given": True}, "page furniture"),
        ({"speaker": None, "speaker_given": True, "role": "media"}, "no role"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        Change(**arguments)


def test_most_votes_settle_and_a_tie_does_not(store: Store):
    def vote(sentence: int, person: str, **change) -> None:
        store.add(RAIN, sentence, Change(by=person, **change), SAID)

    for person, label in [("a", "threat"), ("b", "threat"), ("c", "factual_report"), ("c", "analyst_opinion")]:
        vote(0, person, label=label)
    vote(1, "a", label="threat", speaker="Ann Lee", speaker_given=True)
    vote(1, "b", label="factual_report")
    vote(2, "a", label="threat")
    vote(2, "a", boilerplate=True)
    corrections = next(store.iter_documents()).corrections
    settled = [settle([c for c in corrections if c.sentence == position]) for position in range(3)]

    assert [each.label for each in settled] == ["threat", None, None]
    assert [each.boilerplate for each in settled] == [False, False, True]
    assert [each.speaker for each in settled] == [None, "Ann Lee", None]
    assert [each.speaker_settled for each in settled] == [False, True, False]
    assert [each.contradicted for each in settled] == [True, True, True]
