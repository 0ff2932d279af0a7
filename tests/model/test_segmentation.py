"""Sentence boundaries: tables of news's own traps, and invariants on any text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.invisible import INVISIBLE, remove_invisible
from model.paragraphs import paragraph_spans
from model.segmentation import default_segmenter
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

# After a quoted question or exclamation, words that say who spoke belong to its sentence; others begin the next.
WHO_SPOKE = [
    ["“Will the ferry sail?” Petra Holm asked.", "The captain shrugged."],
    ["“Will the ferry sail?” Petra Holm, the harbour mayor, asked the captain.", "He shrugged."],
    ["“Is it safe?” Gen. Marta Ruiz asked in a statement on Monday.", "Nobody knew."],
    ["“Is it safe?” U.S. Senator Ann Lee asked.", "Nobody knew."],
    ["“Why now?” Ursula von der Laan said on Tuesday.", "She left."],
    ["‘Where is the money?’ Ms. Okoye demanded.", "He had none."],
    ["“What a night…” Dana Cole sighed.", "The band left."],
    ["“What next?” Omar al-Said asked Reuters by telephone.", "He hung up."],
    ["“Is it safe?” I asked.", "It was."],
    ["“Is it safe?” Lee and Cole asked.", "It was."],
    ["“Is it safe?” Energy Minister Bo Lind told reporters.", "It was."],
    ['"Who will pay?" BBC presenter Ann Moss asked.', "Nobody will."],
    ['"Who will pay?" Sheriff\'s Deputy Al Moss wondered aloud.', "Nobody will."],
    ["“Never again!” Otto Brandt, 43, a baker, said as he wept.", "Police came."],
    ["“Never again!” A spokesman for the union later wrote on Facebook.", "Police came."],
    ["“Never again!” Brandt shouted to the crowd.", "Police came."],
    ["“It is over.” Holt said.", "Police came."],
    ["“Is it safe?”", "Lind said that it was."],
    ["“Is it safe?”", "Lind said the bridge was closed."],
    ["“Is it safe?”", "Lind said to close it would be wrong."],
    ["“Is it safe?”", "Lind asked for help."],
    ["“Is it safe?”", "Lind told the crowd to leave."],
    ["“Is it safe?” Lind asked the next day.", "Nobody knew."],
    ["“Is it safe?”", "Lind said the bridge had been closed."],
    ["“Is it safe?”", "Lind said the bridge closed in May."],
    ["“Is it safe?”", "Lind shut the door."],
    ["“Is it safe?”", "Lind, the mayor, shut the door."],
    ["“Is it safe?”", "On Monday Lind asked again."],
    ["“Is it safe?”", "He asked whether it was."],
    ["“It is over.”", "Holt said the war was lost."],
    ["“It is over.”", "“We lost,” Holt said."],
]

AFTER_CLOSING_MARKS = [
    ["“Is it lost?”, asked Marta Holm.", "Nobody spoke."],
    ["“Is it lost?” , asked Marta Holm.", "Nobody spoke."],
    ["“He lied!”, Ann Moss, the mayor, said.", "It rained."],
    ['He yelled "Run!", and they ran.', "Two fell."],
    ["“Is it lost?”; nobody knew.", "He left."],
    ["Is this the end (or the start?), asked Marta Holm.", "Nobody spoke."],
    ["“The wall will stand!” – Major Ivo Radic, who commands it, told reporters.", "Shelling went on."],
    ["“The wall will stand!” -- Major Ivo Radic told reporters.", "Shelling went on."],
    ["“The wall will stand!”—Major Ivo Radic"],
    ["“It fell.” — Ann Moss of the garrison"],
    ["“The wall will stand.” - Major Ivo Radic"],
    ["“The wall will stand!”", "— The shelling went on for a day."],
    ["“It burns at once.”", "- Once roasted, the nuts must be sold to the people who wait for them at the market."],
]

ACRONYMS = [
    ["The F.D.A. said the drug was safe.", "The C.D.C. agreed."],
    ["The N.A.A.C.P. president spoke to the U.N.H.C.R. chief.", "It rained."],
    ["She joined the F.A.A. in May.", "In June she left the N.T.S.B. for good."],
    ["She joined the F.A.A.", "Her father had worked there."],
    ["The F.B.I.’s director and the (A.T.F.) agent left.", "It rained."],
    ["At 5 a.m. Mr. Cole woke up.", "He went to bed at 9 p.m.", "Mr. Moss did not."],
    ["U.N. Secretary-General Ana Costa met E.U. Trade Commissioner Ola Berg.", "It rained."],
    ["The U.N. High Commissioner for Refugees and U.S. Special Envoy Dan Holt met.", "It rained."],
    ["She runs the U.S. Health and Human Services office.", "He runs the U.S. Geological Survey."],
    ["Ann Holt was born in Leeds.", "She lives in the U.S.", "Holt said prices fell."],
    ["Ann Holt was born in Leeds.", "She lives in the U.S.", "Ms. Holt said prices fell."],
    ["Ann Holt was born in Leeds.", "The U.S. Holt knew was gone."],
    ["He was born in Leeds.", "He lives in the U.S. Treasury building."],
    ["The former head of the F.B.I. Mark T. Holt was fired.", "It rained."],
    ["Rep. Vera Stone was in Geneva.", "She spoke at the U.N.", "Stone called the vote a mistake."],
    ["The U.S. Steel mill and U.S. Steel itself closed.", "U.S. Steel said so."],
    ["They fled to the U.S.", "Officials let them in."],
    ["They fled to the U.S.", "“We are safe,” she said."],
]

NO_SPACE = [
    ["It rained on Tuesday.", "Streets flooded."],
    ["Rates rose to 5.25%.", "Shares fell."],
    ["The vote was 51-49.", "The bill died."],
    ["He was born in 1950.", "His son was too."],
    ["Was it a bomb?", "Police said no."],
    ["“We lost.”", "“We won.”"],
    ["“We lost.”", "The union’s head left."],
    ['"We lost."', "The union's head left."],
    ["He said.", '"We lost."'],
    ["He said.", "“We lost.”"],
    ["He left (at last).", "She stayed."],
    ["He left.", "(She stayed.)"],
    ["He flew to the U.S.", "The trip was long."],
    ["He won in London.", "O'Neill lost."],
    ["He won in London.", "NATO said so."],
    ["The man died.[3]", " His wife lived.[4][5]", " It rained."],
]

ONE_WORD = [
    "Write to Ann.Lee@example.com or see www.Example.com/Path.Html for more.",
    "See https://example.com/A.Html?Is=It now.",
    "Booking.com and Amazon.Com sued Node.Js users.",
    "Open Report.Pdf in version 2.0.1 of ASP.NET with System.Out.println.",
    "J.K.Rowling met Dr.Lee and Gen.Marsh in St.Petersburg.",
    "Its U.S.-based rival sold 2.5 million cars at $3.5 each.",
    "One.Tel and Yahoo!News lost money.",
    "It was No.Ten and e.g.The rest.",
]

LISTS = [
    ["1. Rents rose.", "2. Wages fell.", "3. Jobs went."],
    ["1) Rents rose", "2) Wages fell", "3) Jobs went"],
    ["(1) Rents rose.", "(2) Wages fell."],
    ["8.) Rents rose", "9.) Wages fell", "10.) Jobs went"],
    ["a. Rents rose", "b. Wages fell", "c. Jobs went"],
    ["A. Rents rose.", "B. Wages fell."],
    ["• 9. Rents rose", "• 10. Wages fell"],
    ["⁃ Rents rose", "⁃ Wages fell"],
    ["Three demands:", "1. Open the gate.", "2. Free the men."],
    ["Step 1. Turn off the gas.", "Step 2. Leave the house."],
    ["Q. Why now?", "A. It was time."],
    ["It happened on May 5.", "The mayor left at once."],
    ["They scored in minute 9.", "The others did in minute 12.", "It ended 2-1."],
    ["He won (1) a car, (2) a boat and (3) a house.", "It rained."],
    ["It stands at N°. 1026.", "It rained."],
]

DOTS = [
    ["Well . . . it rained and . . . we left.", "It rained."],
    ["He paused . . .", "The crowd left."],
    ["He paused . . . .", "They left."],
    ["He fell.", ". . . The crowd left. . . ."],
    ["He paused… and left.", "It rained."],
    ["He paused…", "The crowd left."],
    ["He paused....", "The crowd left."],
    ["No.", "Never.", "Why?", "Because."],
]

TURNS = [
    ["ANN LEE, HOST: Why?", "BO LIND, MINISTER: I will not."],
    ["ANN LEE, HOST: Will it end in the U.S.", "BO LIND, MINISTER: No."],
    ["ANN LEE: I think --", "BO LIND: No, you don't."],
    ["Q: Why?", "A: It was time."],
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
    (
        "LYDIA CRANE, HOST: Minister, will you resign after the vote last\nnight?\nOTTO BRANDT, MINISTER: I will not.",
        [
            "LYDIA CRANE, HOST: Minister, will you resign after the vote last\nnight?",
            "OTTO BRANDT, MINISTER: I will not.",
        ],
    ),
    (
        "The ministry said on Monday that the prime\nminister, Ola Berg, would attend in person.\nA spokesman agreed.\n"
        "The talks began in May, as the\nrebels had wished.",
        [
            "The ministry said on Monday that the prime\nminister, Ola Berg, would attend in person.",
            "A spokesman agreed.",
            "The talks began in May, as the\nrebels had wished.",
        ],
    ),
    (
        "The bank said that rents had risen in March and that it expected them to fall in summer, when\nhouses will be "
        "built by the city, by the state and by the new owners of the site, who have yet to be named.",
        [
            "The bank said that rents had risen in March and that it expected them to fall in summer, when\nhouses "
            "will be built by the city, by the state and by the new owners of the site, who have yet to be named.",
        ],
    ),
    ("“We will not yield,”\nshe said on Monday.", ["“We will not yield,”\nshe said on Monday."]),
    ("Three parts:\n- close the mine\n- pay the miners", ["Three parts:", "- close the mine", "- pay the miners"]),
    ("1. Rents rose in March.\n2. Wages fell.", ["1. Rents rose in March.", "2. Wages fell."]),
    ("Ingredients\nflour\nsugar\nbutter", ["Ingredients", "flour", "sugar", "butter"]),
    ("By Ann Lee\nLEEDS, May 5\nThe mayor quit.", ["By Ann Lee", "LEEDS, May 5", "The mayor quit."]),
    ("Mr.\u200b Lee lied.\u200b She\xad left.", ["Mr.\u200b Lee lied.", "She\xad left."]),
    ("\ufeffHe lied. \u200bShe left.\u200b\n\u200b\nIt rained.", ["He lied.", "She left.", "It rained."]),
    ("\u200b", []),
    ("", []),
    (" \n\t\n ", []),
]


@pytest.mark.parametrize("sentences", GOLDEN, ids=lambda s: s[0][:30])
def test_golden(sentences):
    text = " ".join(sentences)
    assert [text[s.start : s.end] for s in default_segmenter().spans(text)] == sentences


@pytest.mark.parametrize(
    "sentences", [*WHO_SPOKE, *AFTER_CLOSING_MARKS, *ACRONYMS, *LISTS, *DOTS, *TURNS], ids=lambda s: " ".join(s)[:50]
)
def test_rules_around_punkt(sentences):
    text = " ".join(sentences)
    assert [text[s.start : s.end] for s in default_segmenter().spans(text)] == sentences


@pytest.mark.parametrize("sentences", NO_SPACE, ids=lambda s: s[0][:30])
def test_a_sentence_ends_without_white_space(sentences):
    text = "".join(sentences)
    assert [text[s.start : s.end] for s in default_segmenter().spans(text)] == [s.strip() for s in sentences]


@pytest.mark.parametrize("text", ONE_WORD)
def test_a_full_stop_inside_a_word_ends_no_sentence(text):
    assert [text[s.start : s.end] for s in default_segmenter().spans(text)] == [text]


@pytest.mark.parametrize(("text", "sentences"), PARAGRAPHS)
def test_paragraphs_end_sentences_and_hard_wraps_do_not(text, sentences):
    assert [text[s.start : s.end] for s in default_segmenter().spans(text)] == sentences


TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="aA.?! \n\"'“”‘’()[]…1Mr\u00a0\u2028", max_size=200),
    st.text(alphabet='aA.?! \n"”’—-:;,1)(•…\u200b\xad@U', max_size=200),
    st.lists(st.sampled_from([" ".join(s) for s in [*GOLDEN, *WHO_SPOKE, *ACRONYMS, *LISTS]]), max_size=4).map(
        "\n".join
    ),
)


@given(TEXTS)
def test_spans_reproduce_the_text(text):
    spans = default_segmenter().spans(text)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    edges = [0, *(edge for s in spans for edge in (s.start, s.end)), len(text)]
    assert edges == sorted(edges)
    gaps = [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    unseen = INVISIBLE + "".join(filter(str.isspace, text))
    assert not "".join(gaps).strip(unseen)
    assert all(text[s.start : s.end] == text[s.start : s.end].strip(unseen) for s in spans)


@given(TEXTS)
def test_a_paragraph_break_always_ends_a_sentence(text):
    both = f"{text}\n\n{text}"
    assert not any("\n\n" in both[s.start : s.end] for s in default_segmenter().spans(both))
    assert all(start <= end for start, end in paragraph_spans(text))


LONG = [
    *(unit * 20_000 for unit in ("? ", ". ", ".” ", "Gen. The ", "Gen.\tThe\t", "3. ", "a.)", "A.", "“", "a, ", "\n")),
    *(unit * 20_000 for unit in ("a.B", "a.“B", '?" A said ', "!” — A ", ". . . A", "1. A 2. B ", ": 1. A ", ". AA: ")),
    *(
        unit * 20_000
        for unit in ("the U.S. Ann Carver said, ", "• A ", "… A ", "a.[1] A", "a.\u200b A", "A\n", "“Why?” A B, ")
    ),
    *("in the U.S. Carver said " + long for long in ("A" * 100_000, "Aa'" * 50_000)),
    "a." + "B" * 100_000 + ".C",
    "He said In the end " + "the " * 50_000,
    "x" * 50_000 + "? The end.",
    "x" * 50_000 + "(b. The end.",
    "“" + "He said In the a b c d e " * 5_000,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: repr(text[:10]))
def test_time_grows_with_length_alone(text):
    """Were it to grow with the square, these would take minutes."""
    spans = default_segmenter().spans(text)
    found = remove_invisible("".join(text[s.start : s.end] for s in spans))
    assert "".join(found.split()) == "".join(remove_invisible(text).split())


@pytest.mark.slow
def test_the_stored_parameters_are_those_the_corpus_teaches(corpus):
    assert json.loads(PARAMETERS.read_text("utf-8")) == json.loads(json.dumps(learn_parameters(corpus)))
