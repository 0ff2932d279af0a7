"""Reads what the careful reader has learned from disk; every file is verified before use.

A bundle is a folder: ``network.onnx``, ``tokenizer.json``, ``reader.json`` (how to use them), a card for people to
read, and ``manifest.json`` with the SHA-256 of every other file. One comes with this package; ``make train-careful``
makes another.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from model.artifact import MANIFEST_FILE, ArtifactError, hash_files, sha256_of, verify_files
from model.careful.form import Form
from model.careful.mixture import Mixture

FORMAT = 1
LEARNED = Path(__file__).parent / "learned"
NETWORK_FILE = "network.onnx"
TOKENIZER_FILE = "tokenizer.json"
READER_FILE = "reader.json"
CARD_FILE = "card.md"
FILES = (NETWORK_FILE, TOKENIZER_FILE, READER_FILE, CARD_FILE)
_ADVICE = "install Stancewire again, or make a new one with: make train-careful"


@dataclass(frozen=True, slots=True)
class Decision:
    """How the network is used.

    Attributes:
        form: What it is given to read.
        longest: Tokens of the longest pair of texts it reads.
        mixture: What its probabilities are worth beside the fast reader's.
        ask_below: With ``auto``, it reads a sentence of which the fast reader is less sure than this,
        ask_from_threat: and one that is a threat with at least this probability.
        uncertain_below: Confidence below which a sentence that it read is marked uncertain.

    """

    form: Form
    longest: int
    mixture: Mixture
    ask_below: float
    ask_from_threat: float
    uncertain_below: float


@dataclass(frozen=True)
class Bundle:
    """A verified bundle.

    Attributes:
        folder: Where it is.
        decision: How to use it.
        facts: When and of what it was made, and its figures on held-out articles.
        files: SHA-256 of every file but the manifest.

    """

    folder: Path
    decision: Decision
    facts: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def hash(self) -> str:
        """The SHA-256 of its files' hashes; equal contents have equal hashes."""
        return hash_files(self.files)


def load_bundle(folder: Path = LEARNED) -> Bundle:
    """Verify a bundle and read all of it but the network.

    Raises:
        ArtifactError: It is missing, was altered, or has another format.

    """
    record = _read_json(folder / MANIFEST_FILE)
    if record.get("format") != FORMAT or not isinstance(record.get("files"), dict):
        raise ArtifactError(f"{folder} is no careful reader of format {FORMAT}; {_ADVICE}")
    files: dict[str, str] = record["files"]
    verify_files(folder, files, FILES, _ADVICE)
    return Bundle(folder, parse_decision(_read_json(folder / READER_FILE)), record["facts"], files)


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the manifest of a bundle whose other files are there."""
    files = {name: sha256_of(folder / name) for name in FILES}
    record = {"format": FORMAT, "facts": dict(facts), "files": files}
    (folder / MANIFEST_FILE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def write_decision(folder: Path, decision: Decision) -> None:
    """Write how the network is used."""
    (folder / READER_FILE).write_text(json.dumps(asdict(decision), indent=2) + "\n", encoding="utf-8")


def parse_decision(record: Mapping[str, Any]) -> Decision:
    """Return the decision that :func:`write_decision` wrote."""
    if set(record) != {field.name for field in fields(Decision)}:
        raise ArtifactError(f"{READER_FILE} lacks or has unknown keys; {_ADVICE}")
    mixture = record["mixture"]
    values = {
        "form": Form(**record["form"]),
        "mixture": Mixture(mixture["fast"], mixture["careful"], tuple(mixture["bias"])),
    }
    return Decision(**{**record, **values})


def _read_json(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}); {_ADVICE}") from error
    if not isinstance(record, dict):
        raise ArtifactError(f"{path} holds no JSON object; {_ADVICE}")
    return record
