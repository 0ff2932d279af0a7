"""Learns the segmenter's Punkt parameters from the corpus: ``python -m training.learn_punkt`` rewrites them."""

import json
from pathlib import Path

from nltk.tokenize.punkt import PunktTrainer

import model.lexicon
from training.corpus import LabelledDocument, load_corpus

PARAMETERS = Path(model.lexicon.__file__).parent / "punkt.json"


def learn_parameters(documents: list[LabelledDocument]) -> dict[str, object]:
    """Return Punkt's parameters learned from the documents' running text, as JSON-ready data in a stable order."""
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


if __name__ == "__main__":
    PARAMETERS.write_text(json.dumps(learn_parameters(load_corpus()), ensure_ascii=False, indent=0) + "\n", "utf-8")
