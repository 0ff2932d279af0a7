"""API keys: made once, shown once, and kept as hashes."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from service.web.config import ConfigError

_LINE = re.compile(r"([\w.@-]+) ([0-9a-f]{64})", re.ASCII)


class Keys:
    """API keys by name, kept as SHA-256 hashes.

    A plain hash is enough: a key is 256 random bits, which no list of likely ones can hold.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = dict(hashes)

    @classmethod
    def read(cls, path: Path) -> "Keys":
        """Read a file with a name and a hash on each line; empty lines and lines that begin with # say nothing.

        Raises:
            ConfigError: The file cannot be read, or a line is something else, or it holds no key.

        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"STANCE_API_KEYS: {path} cannot be read: {error}") from error
        hashes: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = _LINE.fullmatch(line.strip())
            if match is None or match[1] in hashes:
                raise ConfigError(f"{path}, line {number}: give a new name and the hash that `stance key` printed")
            hashes[match[1]] = match[2]
        if not hashes:
            raise ConfigError(f"{path} holds no key; make one with: stance key NAME")
        return cls(hashes)

    def name_of(self, key: str) -> str | None:
        """Return the name of a key, or None; it takes as long for a wrong key as for a right one."""
        digest = _digest(key)
        found = None
        for name, known in self._hashes.items():
            if hmac.compare_digest(digest, known):
                found = name
        return found


def new_key(name: str) -> tuple[str, str]:
    """Return a new key, and the line for the file of keys.

    Raises:
        ValueError: The name has other characters than letters, digits and ``_.@-``.

    """
    key = secrets.token_urlsafe(32)
    line = f"{name} {_digest(key)}"
    if not _LINE.fullmatch(line):
        raise ValueError(f"a key's name has letters, digits and _.@- only, not {name!r}")
    return key, line


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
