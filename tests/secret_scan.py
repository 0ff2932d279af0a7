"""Look for passwords, keys and tokens in the files under version control: ``python -m tests.secret_scan``.

Ends with 1 where it finds any. A line that only looks like one ends with the comment ``pragma: allowlist secret``.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

# Learned parameters, texts, pictures and hashes: long lines without a name for anything, that take minutes to scan.
DATA = ("training/corpus/", "model/lexicon/punkt.json", "model/lexicon/well-known.tsv", "tests/model/unchanged.json")
PICTURES = frozenset((".png", ".bin"))


def main() -> int:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=False)
    if listed.returncode:
        print("secrets not looked for: this is no git checkout, so that it is not known which files are the project's")
        return 0
    names = [name for name in listed.stdout.split("\0") if name and is_scanned(name) and Path(name).is_file()]
    found = list(find_secrets(names))
    for place in found:
        print(place, file=sys.stderr)
    print(f"{len(names)} files scanned, {len(found)} secrets found")
    return 1 if found else 0


def is_scanned(name: str) -> bool:
    return not name.startswith(DATA) and Path(name).suffix not in PICTURES


def find_secrets(names: Iterable[str]) -> Iterator[str]:
    """Yield file, line and kind of each secret; never the secret itself, as the output may be kept."""
    with default_settings():
        secrets = SecretsCollection()
        for name in names:
            secrets.scan_file(name)
    for name, secret in secrets:
        yield f"{name}:{secret.line_number}: {secret.type}"


if __name__ == "__main__":
    sys.exit(main())
