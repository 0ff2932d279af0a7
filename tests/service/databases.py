"""Real databases for the tests of corrections: a private PostgreSQL server, and SQLite files."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg

_FOLDERS = "/usr/lib/postgresql/*/bin"  # where Debian keeps the server's programs
_USER = "postgres"


class PostgresServer:
    """A PostgreSQL server of the tests' own, on a free port of this machine; it trusts everybody."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self._bin = bin_folder
        self._data = folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "--wait", f"--log={self._data.parent / 'log'}", f"--options={options}", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def empty_database(self) -> str:
        """Empty the server's one database and return its URL; a new database each time would take seconds."""
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user={_USER}", autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/{_USER}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), f"--pgdata={self._data}", *arguments]
        if os.geteuid() == 0:  # the server refuses to run as root
            command = ["runuser", "-u", _USER, "--", *command]
        # To a file: the server keeps the output open, and a pipe would never end.
        with (self._data.parent / "out").open("wb") as out:
            done = subprocess.run(command, stdout=out, stderr=out, cwd=self._data.parent, check=False)
        assert done.returncode == 0, (self._data.parent / "out").read_text()


def find_postgresql() -> Path | None:
    """Return the folder with the server's programs, or None if it is not installed."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/").glob(_FOLDERS.lstrip("/")))
    return folders[-1] if folders else None


@contextmanager
def run_postgresql(bin_folder: Path) -> Iterator[PostgresServer]:
    """Run a server until the block ends."""
    folder = Path(mkdtemp(prefix="stance-postgresql-"))  # not below a folder that the server's user may not enter
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _USER)
        server = PostgresServer(bin_folder, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
