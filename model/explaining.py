"""Why a sentence has its label: the fast reader's exact shares, and what moved the careful reader where it decided."""

from dataclasses import replace

from model.labels import LABELS, Label
from model.preparation import Prepared
from model.readers import Readers, Readings
from model.records import Explanation, Reader
from model.scoring.explain import explain_row


def explain(readers: Readers, prepared: Prepared, row: int, label: Label, readings: Readings) -> Explanation:
    """Return the explanation of a label.

    Args:
        readers: Who has read the sentence.
        prepared: The document.
        row: The sentence's row among those prepared.
        label: The label to explain.
        readings: What the readers say of the document's sentences.

    """
    exact = explain_row(readers.scorer, prepared.fields[row], label)
    shares: dict[Reader, dict[Label, float]] = {"fast": dict(zip(LABELS, readings.fast[row].tolist(), strict=True))}
    if readers.careful is None or not readings.decided[row]:
        return replace(exact, readers=shares)
    from model.careful.form import list_inputs
    from model.careful.occlusion import find_moving_words

    shares["careful"] = dict(zip(LABELS, readings.careful[row].tolist(), strict=True))
    (pair,) = list_inputs(prepared, readers.careful.decision.form, [row])
    return replace(exact, readers=shares, approximate=find_moving_words(readers.careful, pair, label))
