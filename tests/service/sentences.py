"""Sentences with every part that an answer can have, for the tests of the surfaces that show them."""

from model import LABELS, Sentence
from model.records import Medium, Part, Speaker, Threat

TEXT = (
    "By Anna Weil\n\nHe will close the port to Varsa by Friday unless the fee is lifted, Koren said, Reuters reported."
)
FURNITURE = Sentence("By Anna Weil", 0, 12, None, None, None, False, boilerplate=True, reader=None)


def _part(words: str) -> Part:
    start = TEXT.index(words)
    return Part(words, start, start + len(words))


THREAT = Sentence(
    TEXT[14:],
    14,
    len(TEXT),
    "threat",
    0.7,
    dict.fromkeys(LABELS, 0.1) | {"threat": 0.7},
    uncertain=False,
    speaker=Speaker(
        "Davit Koren",
        "Koren",
        "official",
        "transport minister",
        "say",
        "paraphrase",
        via=Medium("Reuters", "media"),
        id=3,
        start=TEXT.index("Koren"),
        end=TEXT.index("Koren") + 5,
        confidence=0.4,
    ),
    reader="careful",
    threat=Threat(
        by=_part("He"),
        against=_part("Varsa"),
        condition=_part("unless the fee is lifted"),
        deadline=_part("by Friday"),
    ),
)
