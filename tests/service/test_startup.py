"""Settings that cannot be used: one message, exit status 2, no worker; and workers that can never start."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from service.cli import main
from service.web.config import Config, ConfigError
from service.web.live_model import check_artifact
from service.web.startup import CHECKS, WorkerStarts, check_settings
from tests.service.server import PATIENCE, STANCE, run_server, wait_until

KEY_LINE = "alice " + "0" * 64 + "\n"
NOBODY = 65534
FOREIGN_STORAGE = "foo://u:secret@x"  # pragma: allowlist secret


@pytest.mark.parametrize(
    ("settings", "messages"),
    [
        ({"STANCE_API_KEYS": "{tmp}/none"}, ["STANCE_API_KEYS", "cannot be read", "stance key NAME >> FILE"]),
        ({"STANCE_API_KEYS": "{tmp}"}, ["STANCE_API_KEYS", "Is a directory", "stance key NAME >> FILE"]),
        ({"STANCE_API_KEYS": "{tmp}/bad"}, ["STANCE_API_KEYS", "line 1", "64 hexadecimal digits"]),
        ({"STANCE_API_KEYS": "{tmp}/empty"}, ["STANCE_API_KEYS", "holds no key", "stance key NAME >>"]),
        (
            {"STANCE_RATE_LIMIT_STORAGE": FOREIGN_STORAGE},
            ["STANCE_RATE_LIMIT_STORAGE", "foo://", "memory://"],
        ),
        ({"STANCE_RATE_LIMIT_STORAGE": "redis://h:port"}, ["STANCE_RATE_LIMIT_STORAGE", "'port'", "redis://HOST"]),
        ({"STANCE_RATE_LIMIT_STORAGE": "localhost"}, ["STANCE_RATE_LIMIT_STORAGE", "memory://"]),
        ({"STANCE_RATE_LIMIT": "often"}, ["STANCE_RATE_LIMIT=often", "60/minute"]),
        ({"STANCE_ARTIFACT": "{tmp}/bad"}, ["STANCE_ARTIFACT", "Not a directory", "stance train"]),
        ({"STANCE_KEEP_ALIVE_SECONDS": "0"}, ["STANCE_KEEP_ALIVE_SECONDS=0", "greater than or equal to 1"]),
        ({"STANCE_CONNECTIONS": "9999999999"}, ["STANCE_CONNECTIONS=9999999999", "ulimit -Hn"]),
        (
            {"STANCE_API_KEYS": "{tmp}/none", "STANCE_ARTIFACT": "{tmp}/bad"},
            ["STANCE_API_KEYS: ", "; ", "STANCE_ARTIFACT="],
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd, settings: dict[str, str], messages: list[str]
):
    (tmp_path / "bad").write_text("no key\n")
    (tmp_path / "empty").write_text("# none yet\n")
    for name, value in settings.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))

    assert main(["serve", "--port", "0"]) == 2

    printed = capfd.readouterr()
    assert all(message in printed.err for message in messages), printed.err
    assert len(printed.err.splitlines()) == 1
    assert "secret" not in printed.err
    assert printed.out == ""


def test_it_ends_before_any_worker_starts(tmp_path: Path):
    done = subprocess.run(
        [str(STANCE), "serve", "--port", "0"],
        env=os.environ | {"STANCE_API_KEYS": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith("stance serve: STANCE_API_KEYS: ")
    assert done.stderr.count("\n") == 1  # the server logs a line for each worker that it starts


def test_an_artifact_that_is_missing_may_still_come(tmp_path: Path):
    check_settings(Config(artifact=tmp_path / "later"))


def test_an_artifact_that_this_user_may_not_read_is_refused(artifact: Path, tmp_path: Path):
    folder = Path(shutil.copytree(artifact, tmp_path / "artifact"))
    (folder / "weights.json").chmod(0)
    root = os.geteuid() == 0
    if root:  # who may read everything
        for parent in (folder, *folder.parents[:3]):
            parent.chmod(0o755)
        os.seteuid(NOBODY)
    try:
        with pytest.raises(ConfigError, match=r"STANCE_ARTIFACT=.*Permission denied.*user of the service may read"):
            check_artifact(Config(artifact=folder))
    finally:
        if root:
            os.seteuid(0)


def test_every_check_names_its_variable():
    """A new setting with a fault of its own gets a check; each must say which variable is meant."""
    wrong = Config(artifact=Path("/dev/null"), api_keys=Path("/dev/null"), rate_limit_storage="foo://x")

    with pytest.raises(ConfigError) as caught:
        check_settings(wrong)

    assert str(caught.value).count("STANCE_") >= len(CHECKS)


def test_workers_that_can_no_longer_start_end_the_service_with_the_reason(artifact: Path, tmp_path: Path):
    keys = tmp_path / "keys"
    keys.write_text(KEY_LINE)
    with run_server(artifact, tmp_path / "log", api_keys=str(keys)) as server:
        keys.unlink()
        os.kill(server.workers()[0], signal.SIGKILL)

        assert server.process.wait(PATIENCE) == 1

        last = server.log.read_text().splitlines()[-1]
        assert last.startswith("stance serve: the service stops, as its workers cannot start")
        assert "STANCE_API_KEYS" in last
        assert "Traceback" not in server.log.read_text()
        assert 1 <= len(server.events("worker_cannot_start")) <= 6
        wait_until(lambda: not server.is_listening())


def test_a_setting_that_became_wrong_does_not_replace_the_workers(artifact: Path, tmp_path: Path):
    keys = tmp_path / "keys"
    keys.write_text(KEY_LINE)
    with run_server(artifact, tmp_path / "log", workers=1, api_keys=str(keys)) as server:
        before = server.workers()
        keys.write_text("nonsense\n")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: bool(server.events("reload_refused")))

        assert "STANCE_API_KEYS" in server.events("reload_refused")[0]["reason"]
        assert server.workers() == before
        assert server.get("/readyz").status == 200

        keys.write_text(KEY_LINE)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.workers() != before and len(server.workers()) == 1)
        assert server.get("/readyz").status == 200


def test_starts_are_counted_until_a_worker_is_ready(tmp_path: Path):
    """Each worker is a process of its own, that dies as it starts, or becomes ready."""
    starts = WorkerStarts(tmp_path, workers=1)

    def start(*, dies: bool) -> None:
        worker = os.fork()
        if worker == 0:
            with starts.watch():
                if dies:
                    os._exit(9)
            os._exit(0)
        os.waitpid(worker, 0)

    for _ in range(2):
        start(dies=True)
    assert starts.failures == 2
    start(dies=False)
    assert starts.failures == 0
    for _ in range(3):
        start(dies=True)
    assert starts.gave_up
    assert "3 in a row" in starts.describe()
