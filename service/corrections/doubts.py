"""Which sentences of a classified document a person should look at."""

from collections.abc import Mapping
from dataclasses import replace

from model.records import Document, Reader
from service.corrections.records import Doubt, Said, find_likeliest


def find_doubts(document: Document, identity: Mapping[str, str], bounds: Mapping[Reader, float]) -> list[Doubt]:
    """Return the sentences of which the model is not sure, and those that its two readers label differently.

    What is not in English is none of them: its labels mean nothing, and nobody should learn from it.

    Args:
        document: A classified document.
        identity: The model's identity, from its manifest.
        bounds: The confidence below which a sentence is in doubt, by the reader that decided; thresholds of a request
            do not count here.

    """
    doubts = []
    for position, sentence in enumerate(document.sentences):
        if sentence.probabilities is None or sentence.reader is None:
            continue
        label = find_likeliest(sentence.probabilities)
        confidence = sentence.probabilities[label]
        doubt = confidence < bounds[sentence.reader]
        said = replace(Said.of(sentence, identity), label=label, confidence=confidence, uncertain=doubt)
        if said.uncertain or said.readers_differ:
            doubts.append(Doubt(position, said))
    return doubts
