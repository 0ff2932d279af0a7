"""Sentence boundaries: a table of news's own traps, and invariants on any text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.segmentation import default_segmenter, paragraph_spans
from training.learn_punkt import PARAMETERS, learn_parameters

GOLDEN = [
    ["Mr. Ansah met Gen. Will Marsh on Monday.", "They spoke for an hour."],
    ["The U.S. Senate passed the bill 51-49.", "The House votes on Thursday."],
    ["It opens at 9 a.m. on Friday.", "Doors close at noon."],
    ["“We will not go back.”", "“We are staying,” she said."],
    ['"Why now?" he asked.', "Nobody answered."],
    ['"Stop!" shouted the guard.', "The crowd did not."],
    ["Shares fell 1.5 percent to $3.2 billion.", "Analysts had expected worse."],
    ["J.K. Adeyemi and K.C. Brandt wrote the report.", "It runs to 90 pages."],
    ["Acme Inc. reported a loss.", "Its chairman, Li Na, resigned."],
    ["Sen. Ruth Abel (R-Ga.) voted no.", "So did Rep. Tom Kline of Calif., a Democrat."],
    ["He finished No. 2 in the race.", "He said no.", "Then he left."],
    ["(The talks collapsed.)", "No date was set for more."],
    ["Yahoo! said it would appeal.", "The court sits in May."],
    ["The vote, at No. 10 Downing St. in London, was close.", "Turnout fell."],
    ["'It is over,' said Jones.", "'We lost.'"],
    ["Prices rose … and then fell.", "Nobody knows why."],
    ["Thursday, May 7, 2015", "On Tuesday, the government began the process."],
    ["Ann Lee of the Greens", "In the north of the country she won with ease.", "It rained."],
    ["Monday, May 4, 2015", "In the north of the country she won with ease.", "It rained."],
    [
        "Ann Lee of the Greens",
        "In the north she won it with great ease",
        "After the vote on Friday she left the party for good.",
    ],
    ["He called it “a day At the beach with the whole family there” and left.", "She stayed."],
    ["He met (Gen. Ruth Abel) there.", "[Gen. Will Marsh did not.]", "It rained."],
    ["He left.", "* * * She stayed."],
    ["“We lost.” Ann-Marie O’Neill Jr"],
    ["“We lost.”", "Ann-Marie O’Neill won."],
    ["He came at 5 p.m.\u00a0on Friday.", "She left."],
]

PARAGRAPHS = [
    ("One line\nAnother line", ["One line", "Another line"]),
    ("A headline without a stop\n\nThe text begins here.", ["A headline without a stop", "The text begins here."]),
    ("Windows text.\r\n\r\nSecond paragraph.\r\n", ["Windows text.", "Second paragraph."]),
    (
        "The ministry said on Monday that talks with the\nrebels would resume in a week. They had begun\nlast year.",
        [
            "The ministry said on Monday that talks with the\nrebels would resume in a week.",
            "They had begun\nlast year.",
        ],
    ),
    ("A line\x85Another one\u2028A third\rA fourth.", ["A line", "Another one", "A third", "A fourth."]),
    ("A field.\x1cThe next. \x1eA third.\nIt ends.\x1d", ["A field.\x1cThe next.", "A third.", "It ends."]),
    ("", []),
    (" \n\t\n ", []),
]


@pytest.mark.parametrize("sentences", GOLDEN, ids=lambda s: s[0][:30])
def test_golden(sentences):
    text = " ".join(sentences)
    assert [text[s.start : s.end] for s in default_segmenter().spans(text)] == sentences


@pytest.mark.parametrize(("text", "sentences"), PARAGRAPHS)
def test_paragraphs_end_sentences_and_hard_wraps_do_not(text, sentences):
    assert [text[s.start : s.end] for s in default_segmenter().spans(text)] == sentences


TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="aA.?! \n\"'“”‘’()[]…1Mr\u00a0\u2028", max_size=200),
    st.lists(st.sampled_from([" ".join(s) for s in GOLDEN]), max_size=4).map("\n\n".join),
)


@given(TEXTS)
def test_spans_reproduce_the_text(text):
    spans = default_segmenter().spans(text)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    edges = [0, *(edge for s in spans for edge in (s.start, s.end)), len(text)]
    assert edges == sorted(edges)
    gaps = [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    assert not "".join(gaps).strip()
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in spans)


@given(TEXTS)
def test_a_paragraph_break_always_ends_a_sentence(text):
    both = f"{text}\n\n{text}"
    assert not any("\n\n" in both[s.start : s.end] for s in default_segmenter().spans(both))
    assert all(p.start <= p.end for p in paragraph_spans(text))


LONG = [
    *(unit * 20_000 for unit in ("? ", ". ", ".” ", "Gen. The ", "Gen.\tThe\t", "3. ", "a.)", "A.", "“", "a, ", "\n")),
    "He said In the end " + "the " * 50_000,
    "x" * 50_000 + "? The end.",
    "x" * 50_000 + "(b. The end.",
    "“" + "He said In the a b c d e " * 5_000,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: repr(text[:10]))
def test_time_grows_with_length_alone(text):
    """Were it to grow with the square, these would take minutes."""
    spans = default_segmenter().spans(text)
    assert "".join("".join(text[s.start : s.end] for s in spans).split()) == "".join(text.split())


@pytest.mark.slow
def test_the_stored_parameters_are_those_the_corpus_teaches(corpus):
    assert json.loads(PARAMETERS.read_text("utf-8")) == json.loads(json.dumps(learn_parameters(corpus)))
