"""The README's commands and code work as they stand, against a real server where they need one."""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(bash|python)\n(.*?)```", README, flags=re.DOTALL)
SERVE, TEST = "make serve\n", "make test\n"
COMMANDS = [code for language, code in BLOCKS if language == "bash" and code not in (SERVE, TEST)]
PYTHON = [code for language, code in BLOCKS if language == "python"]


@pytest.fixture(scope="module")
def checkout(artifact, tmp_path_factory):
    """A folder that looks like a set-up checkout with a trained model, safe to write into."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "examples"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for program in ("python", "stance"):
        (folder / ".venv" / "bin" / program).symlink_to(Path(sys.executable).parent / program)
    (folder / ".venv" / ".installed").touch()
    shutil.copytree(artifact, folder / "artifact")
    return folder


@pytest.fixture(scope="module")
def port(checkout):
    """The port on which the README's first command serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [*SERVE.split(), f"PORT={number}", "WORKERS=1"]
    with subprocess.Popen(command, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{number}/readyz").close()
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, "the server stopped"
                time.sleep(0.1)
        yield number
        server.terminate()


def test_the_two_commands_are_named():
    languages = [code for _, code in BLOCKS]
    assert SERVE in languages
    assert TEST in languages


@pytest.mark.slow
@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.split("\n")[0][:40])
def test_commands(block, checkout, port):
    code = block.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", code], cwd=checkout, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert '"status"' not in done.stdout or '"sentences"' in done.stdout  # no problem details


@pytest.mark.parametrize("code", PYTHON)
def test_python(code, checkout):
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Ann Lee" in done.stdout


PAGES = [ROOT / "README.md", ROOT / "training" / "corpus" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)]+)\)", page.read_text("utf-8")):
        path, _, heading = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        assert not heading or heading in _anchors(linked), target


def _anchors(page):
    """The anchors of a page's headings: lower case, punctuation removed, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_walk_names_files_that_exist():
    walk = README.partition("## A walk through the files")[2]
    known = {
        path.relative_to(ROOT).as_posix()
        for top in ("model", "training", "service")
        for path in (ROOT / top).rglob("*")
    }
    names = {path.rpartition("/")[2] for path in known}
    mentioned = re.findall(r"`([\w/.-]+(?:\.py|\.toml|/))`", walk)
    assert len(mentioned) > 30
    for name in mentioned:
        path = name.rstrip("/")
        assert path in known if "/" in path else path in names or (ROOT / path).exists(), name
