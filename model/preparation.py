"""The sentences of a document to what the readers score.

Page furniture is set aside, so that nobody takes a photographer's name for a speaker; invisible characters are removed,
since they part words for a program that no person sees parted; the rest is attributed and turned into fields. Training
and answering both take this path.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from model.attribution import Attribution, attribute
from model.boilerplate import find_boilerplate
from model.features import Fields, fields_of
from model.invisible import remove_invisible


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document's sentences, but for those that are not read.

    Attributes:
        kept: The indices of the sentences that are read, in order: no page furniture, nothing that was set aside.
        furniture: The indices of page furniture.
        texts: Those sentences without invisible characters.
        attributions: What attribution found in each of them.
        fields: What the fast reader weighs of each of them.

    """

    kept: tuple[int, ...]
    furniture: frozenset[int]
    texts: tuple[str, ...]
    attributions: tuple[Attribution, ...]
    fields: tuple[Fields, ...]


def prepare(sentences: Sequence[str], aside: Container[int] = ()) -> Prepared:
    """Return what is read of a document.

    Args:
        sentences: Its sentences, in order.
        aside: Indices of sentences that are not to be read, such as those in another language.

    """
    furniture = find_boilerplate(sentences)
    kept = tuple(i for i in range(len(sentences)) if i not in furniture and i not in aside)
    texts = tuple(remove_invisible(sentences[i]) for i in kept)
    attributions = attribute(texts)
    return Prepared(kept, furniture, texts, tuple(attributions), tuple(fields_of(texts, attributions)))
