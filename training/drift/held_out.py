"""Makes a model's reference from the predictions for its held-out real news."""

from collections import Counter
from collections.abc import Iterable, Sequence

from model.features import has_speaker
from model.labels import LABELS
from training.corpus import CORRECTIONS_SOURCE, LabelledDocument, is_authored
from training.drift.reference import Observation, Reference, make_reference, split_words
from training.evaluate import Prediction
from training.params import BlockParams, ModelParams
from training.split import Rows


def measure_reference(
    rows: Rows, documents: Sequence[LabelledDocument], held_out: Sequence[Prediction], params: ModelParams
) -> Reference:
    """Return the reference over real news; over everything where the corpus has none.

    Sentences that users corrected are left out: they are chosen because they are hard.

    Args:
        rows: All rows that the model learned from.
        documents: Their documents.
        held_out: The held-out prediction for each row, in order.
        params: The pipeline's hyperparameters.

    """
    words = [split_words(row.text) for row in rows.fields]
    groups = rows.groups.tolist()
    known = _KnownWords(words, groups, _find_least(params.blocks.values()))
    real = [i for i, group in enumerate(groups) if _is_news(documents[group])]
    chosen = real or range(len(groups))
    observations = []
    for i in chosen:
        confidence = max(held_out[i].probabilities)
        label = LABELS[held_out[i].probabilities.index(confidence)]
        count = sum(known.knows_from_others(word, groups[i]) for word in words[i])
        observations.append(Observation(label, confidence, count, len(words[i]), has_speaker(rows.fields[i])))
    return make_reference(len({groups[i] for i in chosen}), observations)


class _KnownWords:
    """Which words a model would know that had learned from all documents but one."""

    def __init__(self, words: Sequence[Sequence[str]], groups: Sequence[int], least: int) -> None:
        self._least = least
        self._sentences: Counter[str] = Counter()
        self._own: dict[int, Counter[str]] = {}
        for group, sentence in zip(groups, words, strict=True):
            different = set(sentence)
            self._sentences.update(different)
            self._own.setdefault(group, Counter()).update(different)

    def knows_from_others(self, word: str, group: int) -> bool:
        """Tell whether enough sentences of other documents have the word."""
        return self._sentences[word] - self._own[group][word] >= self._least


def _is_news(document: LabelledDocument) -> bool:
    return not is_authored(document.source) and document.source != CORRECTIONS_SOURCE


def _find_least(blocks: Iterable[BlockParams]) -> int:
    """Return in how many sentences a word of the text must occur to be known."""
    return min((block.min_df for block in blocks if block.field == "text" and block.analyzer == "word"), default=1)
