"""The hyperparameters of training, read from ``params.toml``."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PARAMS_FILE = Path(__file__).parent / "params.toml"


@dataclass(frozen=True, slots=True)
class BlockParams:
    """One block of features: the field it reads, and how.

    Attributes:
        field: The name of the field in :class:`model.features.Fields`.
        analyzer: "word" (tokens), "char_wb" (characters within words) or "item" (white-space separated features).
        ngrams: Shortest and longest n-gram.
        min_df: Number of sentences in which an n-gram must occur to become a feature.
        weight: Factor of the block's vectors, which have unit length.

    """

    field: str
    analyzer: Literal["word", "char_wb", "item"]
    ngrams: tuple[int, int] = (1, 1)
    min_df: int = 2
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class ModelParams:
    """Hyperparameters of the pipeline; the project's own values are in ``training/params.toml``.

    Attributes:
        blocks: The blocks of features by name.
        c: Inverse strength of the L2 penalty.
        max_iter: Largest number of L-BFGS steps.
        tolerance: Largest component of the gradient at which L-BFGS stops.
        offsets: What is added to a label's logit after the fit, before the temperature; 0 for a label not named.

    """

    blocks: Mapping[str, BlockParams]
    offsets: Mapping[str, float]
    c: float
    max_iter: int
    tolerance: float


@dataclass(frozen=True, slots=True)
class TrainingParams:
    """Everything besides the corpus that determines the result of a training run.

    Attributes:
        model: Hyperparameters of the pipeline.
        calibration_folds: Folds, grouped by article, for fitting the temperature.
        validation_folds: Folds, grouped by article, for the held-out figures.
        seed: Seeds the shuffling of articles into folds and the bootstrap.
        uncertain_precision: Precision from which a prediction no longer counts as uncertain.
        source_weights: Weight of a document by its source; 1 for a source not named.
        label_shares: Share of the weight that a label gets in every part of the corpus; as it is if not named.
        digest: SHA-256 of the file.

    """

    model: ModelParams
    calibration_folds: int
    validation_folds: int
    seed: int
    uncertain_precision: float
    source_weights: Mapping[str, float]
    label_shares: Mapping[str, float]
    digest: str


def load_params(path: Path = PARAMS_FILE) -> TrainingParams:
    """Read the hyperparameters.

    Raises:
        ValueError: The file is not TOML, or a value is missing or unknown.

    """
    content = path.read_bytes()
    try:
        table = tomllib.loads(content.decode())
        blocks = {
            name: BlockParams(**{**block, "ngrams": tuple(block.get("ngrams", (1, 1)))})
            for name, block in table["blocks"].items()
        }
        shares = table["label_shares"]
        if not all(0 < share < 1 for share in shares.values()):
            raise ValueError(f"label_shares must be between 0 and 1: {shares}")
        return TrainingParams(
            model=ModelParams(blocks=blocks, offsets=table["offsets"], **table["regression"]),
            calibration_folds=table["calibration"]["folds"],
            validation_folds=table["validation"]["folds"],
            seed=table["validation"]["seed"],
            uncertain_precision=table["uncertain"]["precision"],
            source_weights=table["source_weights"],
            label_shares=shares,
            digest=hashlib.sha256(content).hexdigest(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {type(error).__name__}: {error}") from error
