"""Turns of transcripts, signed posts, and what looks like them."""

import pytest

from model.attribution import attribute

Found = list[tuple[str, str] | None]


def speakers(sentences: list[str]) -> Found:
    """Return name and role of who speaks in each sentence."""
    return [(found.speaker.name, found.speaker.role) if found.speaker else None for found in attribute(sentences)]


HOST, MINISTER = ("Nadia Frey", "media"), ("Emil Toth", "official")


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (
            [
                "NADIA FREY, HOST: Will you go?",
                "EMIL TOTH, TRADE MINISTER: I will not.",
                "We stay until May.",
                "(LAUGHTER)",
                "FREY: And then?",
                "TOTH: Then we vote.",
            ],
            [HOST, MINISTER, MINISTER, None, HOST, MINISTER],
        ),
        (
            ["REPORTER: When?", "THE PRESIDENT: On Monday.", "It will be short."],
            [("Reporter", "media"), ("The President", "official"), ("The President", "official")],
        ),
        (
            ["Trade Minister Emil Toth met our reporter.", "Q: Will you go?", "A: I will not.", "We stay."],
            [None, ("Q", "media"), MINISTER, MINISTER],
        ),
        (
            ["Trade Minister Emil Toth met our reporter.", "Q: Will you go?", "TOTH: I will not.", "We stay."],
            [None, ("Q", "media"), MINISTER, MINISTER],
        ),
        (
            ["SEN. JOAN DALE (D-OH): It is dead.", "UNIDENTIFIED MALE: Shame!"],
            [("Joan Dale", "official"), ("Unidentified Male", "unknown")],
        ),
        (
            ["Nadia Frey: Minister, will you go?", "Emil Toth: I will not.", "We stay."],
            [("Nadia Frey", "unknown"), ("Emil Toth", "unknown"), ("Emil Toth", "unknown")],
        ),
        (
            ['"FREY: Minister, will he come?', '"TOTH: He will not.', 'We asked him."', "The fair opened."],
            [("Frey", "unknown"), ("Toth", "unknown"), ("Toth", "unknown"), None],
        ),
        (["The verdict: guilty.", "The cost: 2 million euros."], [None, None]),
        (["WHAT: A fair.", "WHERE: The old hall."], [None, None]),
        (["LONDON: Two men were held on Monday.", "Shops were shut."], [None, None]),
        (["Best Picture: The Long Road", "Best Song: Low Tide"], [None, None]),
    ],
)
def test_turns(sentences: list[str], expected: Found) -> None:
    assert speakers(sentences) == expected


def test_a_post_is_the_words_of_who_signs_it() -> None:
    article = [
        "The mayor was furious.",
        "“We won the vote.",
        "They lost.”",
        "— Ann Dale (@anndale) May 3, 2016",
        "It rained.",
    ]
    author = ("Ann Dale", "unknown")
    assert speakers(article) == [None, author, author, author, None]


@pytest.mark.parametrize(
    "quotation",
    [
        "„It is over“,",
        "„It is over”,",
        '„It is over",',
        "“It is over“,",
        "”It is over”,",
        '“It is over",',
        '"It is over”,',
        "«It is over»,",
        "« It is over »,",
        "»It is over«,",
        "‹It is over›,",
        "‹ It is over ›,",
        "›It is over‹,",
        "‚It is over‘,",
        "``It is over,''",
        ",,It is over'',",
    ],
)
@pytest.mark.parametrize("rest", ["said Trade Minister Emil Toth.", "Emil Toth, the trade minister, said."])
def test_marks_of_quotation(quotation: str, rest: str) -> None:
    found = attribute([f"{quotation} {rest}"])[0]
    assert found.speaker
    assert (found.speaker.name, found.speaker.kind) == ("Emil Toth", "quote")
    assert len(found.quotation.ranges) == 1


@pytest.mark.parametrize("rubric", ["OPINION", "INTERACTIVE", "IN PICTURES", "FACT", "TIMELINE"])
def test_a_rubric_is_nobody(rubric):
    sentences = [f"{rubric}: How the dam broke", "The valley was under water.", f"{rubric}: The bridge at dusk"]
    assert speakers(sentences) == [None, None, None]
