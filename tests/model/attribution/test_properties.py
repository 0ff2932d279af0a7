"""What holds of attribution for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.attribution import attribute
from model.attribution.quotations import find_quotations

# Words and marks that rules look at, so that random articles reach them.
_WORDS = """
said says told to that according by was been the a he she they it who Minister minister Ann Lee Dr. Mr. of and for
University WHO criticised warning statement 61 . , : ; — ( ) ' ’ ‘ " “ ” « » '' `` 's U.S. Putin former union
"""
_PIECES = st.sampled_from(_WORDS.split())
_ARTICLE_SENTENCE = st.lists(_PIECES, max_size=25).map(" ".join)
_TEXT = st.text(max_size=80)
_DOCUMENTS = st.lists(_ARTICLE_SENTENCE | _TEXT, max_size=8)


@given(_DOCUMENTS)
def test_one_attribution_a_sentence(sentences: list[str]) -> None:
    assert len(attribute(sentences)) == len(sentences)


@given(_DOCUMENTS)
def test_quoted_ranges_lie_within_the_sentence_in_order(sentences: list[str]) -> None:
    for sentence, quotation in zip(sentences, find_quotations(sentences), strict=True):
        ends = [0]
        for start, end in quotation.ranges:
            assert ends[-1] <= start < end <= len(sentence)
            ends.append(end)


@given(_DOCUMENTS)
def test_tokens_and_sources_are_words_of_the_sentence(sentences: list[str]) -> None:
    for sentence, found in zip(sentences, attribute(sentences), strict=True):
        tokens = found.tokens
        assert all(sentence.startswith(word, start) for word, start in zip(tokens.words, tokens.starts, strict=True))
        for cue in found.cues:
            assert 0 <= cue.source[0] < cue.source[1] <= len(tokens)
            assert cue.source[0] <= cue.head[0] < cue.head[1] <= cue.source[1]


@given(_DOCUMENTS)
def test_a_speaker_with_a_cue_is_mentioned_in_the_sentence(sentences: list[str]) -> None:
    for sentence, found in zip(sentences, attribute(sentences), strict=True):
        if found.speaker and found.speaker.cue:
            assert found.speaker.mention
            assert found.speaker.mention in sentence
            assert found.speaker.kind == ("quote" if found.quotation.ranges else "paraphrase")


@given(_DOCUMENTS, _DOCUMENTS)
def test_documents_do_not_depend_on_each_other(before: list[str], sentences: list[str]) -> None:
    alone = attribute(sentences)
    attribute(before)
    assert attribute(sentences) == alone


@given(st.lists(_ARTICLE_SENTENCE, min_size=1, max_size=5))
def test_a_document_without_cues_or_quotations_has_no_speakers(sentences: list[str]) -> None:
    found = attribute(sentences)
    if not any(a.cues or a.quotation.ranges for a in found):
        assert all(a.speaker is None or a.speaker.cue == ":" for a in found)  # "Putin: we will not go"


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        " ",
        "\x00",
        "\x00said\x00",
        '"',
        "'",
        "«»",
        "“",
        ",",
        "said",
        "Said",
        "said,",
        "according to",
        "who said",
        "by",
        "(",
        "Ann Lee (",
        "Ann Lee, 61, said",
        "61, said",
        "e\u0301\u0301\u0301 said",
        "\u200bsaid\u2060 \ufeff",
        "𝒜𝓃𝓃 said 😀",
        "a" * 100_000,
        "A" * 100_000,
    ],
)
def test_odd_sentences_are_attributed_without_error(sentence: str) -> None:
    assert len(attribute([sentence, sentence])) == 2


@pytest.mark.parametrize("piece", ['"', "' ", '" a ', "said ", "Ann ", "the ", ", ", "( ", "and ", "by ", "is saying "])
def test_the_work_grows_with_the_length(piece: str, count_calls) -> None:
    """Ten times the text is about ten times the work, counted in calls, not in time."""
    short, long = (count_calls(lambda n=n: attribute([piece * n])) for n in (1_000, 10_000))
    assert long < 20 * short


@pytest.mark.parametrize(
    "sentence", ["Ann Lee, the mayor, said so.", "She said so.", "“It is so and so.", "The mayor said it.", "'So"]
)
def test_the_work_grows_with_the_number_of_sentences(sentence: str, count_calls) -> None:
    short, long = (count_calls(lambda n=n: attribute([sentence] * n)) for n in (100, 1_000))
    assert long < 20 * short
