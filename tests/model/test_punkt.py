"""QuickPunkt splits where NLTK's Punkt does, always."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from nltk.tokenize.punkt import PunktSentenceTokenizer

from model.punkt import QuickPunkt
from model.punkt_rules import PunktParameters
from model.segmentation import punkt_parameters
from tests.strategies import texts as any_texts

# NLTK's engine for expressions knows a newer Unicode than Python: to it, some unassigned characters are letters.
texts = any_texts.map(lambda text: "".join(c for c in text if unicodedata.category(c) != "Cn"))
PARAMETERS = punkt_parameters()
NLTK = PunktSentenceTokenizer(PARAMETERS)
QUICK = QuickPunkt(PARAMETERS)


def assert_same(text):
    assert list(QUICK.spans(text)) == list(NLTK.span_tokenize(text))


def test_corpus(corpus):
    for document in corpus:
        assert_same(" ".join(document.texts))
        assert_same("\n".join(document.texts))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "One.",
        "He left. She stayed.",
        "Mr. Smith of the U.S. Senate left. It rained.",
        "“Why?” he asked. (No one knew.) [None.]",
        "It cost 3.5 m. in 1999. Then 4. No. 5 followed.",
        "Wait... What? No!! Yes?! He said . . . nothing.",
        "J. S. Bach et al. wrote it, e.g. in 1720. A. B.",
        "end.\x1c Next. \x1f more. \n\x1d alone.",
        ".?*-p.m",
        "a.)b.)c.) d.",
        "tab.\tNext\nline.\r\nNext.\x0bAnd\x85more. \u2028 end.",
        "A." * 50 + " " + "x." * 50,
        "ǅ. İ. ß. Straße. ΑΣ. e\u0301. 👩\u200d💻. Next.",
        "A. B. c. Ⓐ. Then. \u0301. Next. _. the. ª. The. Ⅷ. the. \u200d. x",
        "It is 3. the 4. The -5. a ,6. . . . The .. a ... The etc. the etc. The",
        "post-Mr. the post-Mr. The x--y. z a.b-U.S. The",
        "?! At the start. A ?!) mark that begins a word. ?!",
        " ?! At the start, after a blank.",
        "Closing. ”--Gen. “ ’ ) Then.) \n” .\x1c”",
        "No. 5.\x0bNo. Then\x0c?! Next.\r!",
        "no end",
        "trailing blanks.   ",
    ],
)
def test_hard_cases(text):
    assert_same(text)


@settings(max_examples=500)
@given(text=texts)
@example(text="quarter. \n\x1d per")
def test_any_text(text):
    assert_same(text)


@given(text=texts)
def test_other_parameters(text):
    parameters = PunktParameters(
        abbrev_types=frozenset(("the", "no")),
        collocations=frozenset((("said", "the"), ("##number##", "i"))),
        sent_starters=frozenset(("the",)),
    )
    quick, nltk = QuickPunkt(parameters), PunktSentenceTokenizer(parameters)
    assert list(quick.spans(text)) == list(nltk.span_tokenize(text))
