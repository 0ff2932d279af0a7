"""Learns the segmenter's Punkt parameters from the corpus: ``python -m training.learn_punkt`` rewrites them."""

import json
from collections.abc import Sequence
from pathlib import Path

import model.lexicon
from training.corpus import LabelledDocument, load_corpus
from training.extra import exit_without_train_extra

PARAMETERS = Path(model.lexicon.__file__).parent / "punkt.json"


def learn_parameters(documents: Sequence[LabelledDocument]) -> dict[str, object]:
    """Return Punkt's parameters learned from the documents' running text, as JSON-ready data in a stable order."""
    from nltk.tokenize.punkt import PunktTrainer  # not part of the base installation; see main

    trainer = PunktTrainer()
    trainer.INCLUDE_ALL_COLLOCS = False
    trainer.train("\n\n".join(" ".join(document.texts) for document in documents), finalize=True)
    parameters = trainer.get_params()
    return {
        "abbrev_types": sorted(parameters.abbrev_types),
        "collocations": sorted(parameters.collocations),
        "sent_starters": sorted(parameters.sent_starters),
        "ortho_context": dict(sorted(parameters.ortho_context.items())),
    }


def main() -> None:
    """Learn from the project's corpus and write the file of parameters."""
    exit_without_train_extra()
    parameters = learn_parameters(load_corpus())
    PARAMETERS.write_text(json.dumps(parameters, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
