"""The hyperparameters of the careful reader, read from ``params.toml``."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model.careful.form import Form

PARAMS_FILE = Path(__file__).parent / "params.toml"


@dataclass(frozen=True, slots=True)
class Learning:
    """How the network is fine-tuned; ``params.toml`` says what each value means."""

    epochs: int
    rate: float
    warm_up: float
    batch: int
    longest: int
    seed: int


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which sentences an epoch leaves out; ``params.toml`` says what each value means."""

    sure: float
    no_threat: float
    share: float
    weight: float
    sources: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answering:
    """How the network is calibrated and asked; ``params.toml`` says what each value means."""

    longest: int
    held_out: int
    threats: float
    asked: float
    ask_from_threat: float
    precision: float


@dataclass(frozen=True, slots=True)
class CarefulParams:
    """Everything besides the corpus and the fast reader's hyperparameters that determines the result.

    ``learning_digest`` is the SHA-256 of what the network depends on; ``digest`` that of the whole file.
    """

    form: Form
    learning: Learning
    sampling: Sampling
    answering: Answering
    source_weights: Mapping[str, float]
    label_shares: Mapping[str, float]
    learning_digest: str
    digest: str


def load_params(path: Path = PARAMS_FILE) -> CarefulParams:
    """Read the hyperparameters.

    Raises:
        ValueError: The file is not TOML, or a value is missing or unknown.

    """
    content = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(content)
        learned = {name: part for name, part in table.items() if name != "answering"}
        held_out = table["answering"]["held_out"]
        return CarefulParams(
            form=Form(**table["form"]),
            learning=Learning(**table["learning"]),
            sampling=Sampling(**table["sampling"]),
            answering=Answering(**table["answering"]),
            source_weights=table["source_weights"],
            label_shares=table["label_shares"],
            learning_digest=hashlib.sha256(repr((learned, held_out)).encode()).hexdigest(),
            digest=hashlib.sha256(content.encode()).hexdigest(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {type(error).__name__}: {error}") from error
