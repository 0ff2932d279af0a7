"""Opens the database of a URL, SQLite or PostgreSQL, and brings its tables up to date.

SQLite is set up so that several processes can use one file: a write-ahead log, and writers that wait for each other.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.corrections.errors import CorrectionsConfigError, StoreUnavailableError

VARIABLE: Final = "STANCE_DATABASE"
BEGIN_OPTION: Final = "sqlite_begin"  # execution option: "IMMEDIATE" for a transaction that writes
_FORMS: Final = "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
_POSTGRESQL: Final = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_WAIT_SECONDS: Final = 5  # for another writer, for a connection, for a server
_MIGRATION_SECONDS: Final = 60  # for another process that migrates
_MIGRATION_LOCK: Final = 0x5374616E6365  # any number; the same for every process
_STATEMENT_MILLISECONDS: Final = 15_000
_ALEMBIC: Final = threading.Lock()  # it keeps what it works on in a global variable


def parse_url(value: str) -> URL:
    """Parse the URL of a database.

    Raises:
        CorrectionsConfigError: It is none, or of a database that is not supported. The message repeats no password.

    """
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise CorrectionsConfigError(f"{VARIABLE}: not the URL of a database; give {_FORMS}") from None
    if url.drivername == "sqlite":
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise CorrectionsConfigError(f"{VARIABLE}: SQLite needs a file that all workers share; give sqlite:///FILE")
        return url
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    raise CorrectionsConfigError(f"{VARIABLE}: {url.drivername} is not supported; give {_FORMS}")


def find_sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite database, or None for a server."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def open_engine(url: URL) -> Engine:
    """Return an engine for the store; it connects when it is first used."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _WAIT_SECONDS}, pool_timeout=_WAIT_SECONDS)
        _set_up_sqlite(engine)
        return engine
    options = f"-c statement_timeout={_STATEMENT_MILLISECONDS} -c lock_timeout={_WAIT_SECONDS * 1000}"
    return create_engine(
        url,
        connect_args={"connect_timeout": _WAIT_SECONDS, "options": options},
        pool_pre_ping=True,  # a server that was restarted is noticed before a query is lost
        pool_timeout=_WAIT_SECONDS,
    )


def upgrade_database(url: URL) -> None:
    """Create the tables, or bring them up to date; of several processes, one does it while the others wait.

    Raises:
        CorrectionsConfigError: The database cannot be reached or written to, or was made by a newer version.

    """
    try:
        _create_sqlite_file(url)
        with _ALEMBIC, _open_migration_engine(url) as engine, _begin_alone(engine) as connection:
            config = _make_alembic_config(connection)
            if _read_revision(connection) != ScriptDirectory.from_config(config).get_current_head():
                command.upgrade(config, "head")
    except CommandError as error:
        raise CorrectionsConfigError(
            f"{VARIABLE}: the tables of {_show(url)} are of another version: {error}"
        ) from None
    except (SQLAlchemyError, OSError, sqlite3.Error) as error:
        raise CorrectionsConfigError(f"{VARIABLE}: {_show(url)} cannot be used: {describe_failure(error)}") from None


@contextmanager
def translate_failures() -> Iterator[None]:
    """Turn what a database raises when it is away, full, locked or broken into one error.

    Raises:
        StoreUnavailableError: The database failed.

    """
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise StoreUnavailableError(describe_failure(error)) from error
    except SQLAlchemyError as error:  # the message of any other may quote a value, which may be text of users
        raise StoreUnavailableError(type(error).__name__) from error


def describe_failure(error: Exception) -> str:
    """Return in one line what a database says, without the statement and its values, which may be text of users."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, OSError) and cause.strerror:
        return f"{cause.filename}: {cause.strerror}" if cause.filename else cause.strerror
    lines = [line for line in str(cause).splitlines() if line.strip()]
    return lines[0].strip() if lines else type(cause).__name__


def erase_free_space(engine: Engine) -> None:
    """Write SQLite's log back into its file and empty it, so that deleted text is not left in the log.

    A reader that takes long can prevent that; the next call does it then.
    """
    if engine.dialect.name == "sqlite":
        with translate_failures(), _borrow_raw(engine) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _show(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _create_sqlite_file(url: URL) -> None:
    """Create the file of an SQLite database so that its owner alone can read it; it will hold what users sent."""
    file = find_sqlite_file(url)
    if file is not None and not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def _open_migration_engine(url: URL) -> Iterator[Engine]:
    """Yield an engine that waits long for locks, and keeps no connection open: workers may be forked afterwards."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _MIGRATION_SECONDS})
        _set_up_sqlite(engine)
        _switch_to_write_ahead_log(engine)
    else:
        engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": _WAIT_SECONDS})
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _begin_alone(engine: Engine) -> Iterator[Connection]:
    """Yield a connection within a transaction that no other process can be in at the same time."""
    with engine.connect().execution_options(**{BEGIN_OPTION: "IMMEDIATE"}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        yield connection


def _make_alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("service.corrections") / "migrations"))
    config.attributes["connection"] = connection
    return config


def _read_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _set_up_sqlite(engine: Engine) -> None:
    """Make SQLAlchemy, not the driver, begin transactions, and set what SQLite forgets with each connection."""

    @event.listens_for(engine, "connect")
    def set_up_connection(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for setting in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get(BEGIN_OPTION, "DEFERRED"))


def _switch_to_write_ahead_log(engine: Engine) -> None:
    """Set the journal mode, which the file remembers; SQLite does not wait for others here by itself."""
    end = time.monotonic() + _MIGRATION_SECONDS
    with _borrow_raw(engine) as connection:
        while True:
            try:
                (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.05)
                continue
            if mode != "wal":
                raise sqlite3.OperationalError(f"no write-ahead log is possible there (journal mode {mode})")
            return


@contextmanager
def _borrow_raw(engine: Engine) -> Iterator[Any]:
    """Yield the driver's own connection, for what must run outside of a transaction."""
    connection = engine.raw_connection()
    try:
        yield connection.driver_connection
    finally:
        connection.close()
