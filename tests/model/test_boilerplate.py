"""Page furniture is found on its own lines, and prose is not taken for it."""

import re

import pytest

from model.boilerplate import find_boilerplate, is_boilerplate, read_patterns

FURNITURE = [
    *(
        "Read more: Seven bridges to see before they close",
        "READ MORE: Who owns the harbour?",
        "Watch: the moment it fell",
    ),
    *("Read more here.", "Related stories", "Most read", "See also: Our guide to the vote", "Continue reading"),
    *("Share on Facebook", "Share this story", "Follow us on Twitter", "Print", "Facebook Twitter WhatsApp Email"),
    *("Sign up for our newsletter", "Subscribe now", "Get our daily briefing in your inbox", "Subscribe to read on"),
    *("We use cookies to improve this site.", "Accept all cookies", "Manage preferences", "All rights reserved."),
    *(
        "© 2025 Harbour Media",
        "Copyright 2024 Harbour Media. All rights reserved.",
        "Advertisement",
        "Story continues below",
    ),
    *(
        "Photo: Nils Berg/Nordbild",
        "Image: AFP",
        "Picture: Hanna Osei",
        "Photograph: Ilse Kern/The Courier",
        "Credit: EPA",
    ),
    *("By Dana Whitlock, Staff Writer", "By Dana Whitlock and Tom Reyes", "By Our Reporter", "By The Associated Press"),
    *("By Dana Whitlock, The Canadian Press — Apr 6 2019", "Analysis by Dana Whitlock, political correspondent"),
    *(
        "Published 9 May",
        "Published: 12 June 2024 10:15",
        "Last updated 3 hours ago",
        "Updated at 14:05 BST",
        "9 May 2024",
    ),
    *("KYIV, March 3.", "GENEVA, Feb 11 /TASS/.", "/TASS/.", "Source: News agencies", "Source:-Reuters"),
    *(
        "(Reporting by Dana Whitlock; Editing by Tom Reyes)",
        "Dana Whitlock contributed to this report.",
        "rb/ks (AFP, dpa)",
    ),
    *(
        "#harbour #strike",
        "https://example.org/story",
        "3 min read",
        "12 comments",
        "— —",
        "You can read the full report here.",
    ),
]
PROSE = [
    *("Share prices rose on Monday.", "Published accounts show a loss of 3 million euros.", "Read my lips, he said."),
    *(
        "A photo shows the mayor on the pier.",
        "Images of the flood spread quickly.",
        "He signed up for the army at 17.",
    ),
    *("By Friday the water had gone.", "By nightfall, two men were dead.", "Follow the money, the auditor said."),
    *(
        "The author is accused of fraud.",
        "Copyright law was changed in May.",
        "Source code was stolen.",
        "Watch what happens next.",
    ),
    *(
        "Get out of here, the guard shouted.",
        "Printers went on strike.",
        "The video was removed on Tuesday.",
        "It rained.",
    ),
    *(
        "“Read more books,” the minister told pupils.",
        "May resigned.",
        "Comment was not immediately available.",
        "Home prices fell.",
    ),
    *(
        "Subscribers left the paper in droves.",
        "Contact with the ship was lost.",
        "Reporting from the front is banned.",
    ),
    *("Related charges were dropped.", "Send troops, the general urged.", "Sign the deal or leave, she told them."),
    *(
        "Moscow, which denies it, said nothing.",
        "The most read book of the year is a thriller.",
        "Updated figures are due in June.",
    ),
]


@pytest.mark.parametrize("sentence", FURNITURE)
def test_furniture(sentence):
    assert is_boilerplate(sentence)


@pytest.mark.parametrize("sentence", PROSE)
def test_prose(sentence):
    assert not is_boilerplate(sentence)


def test_indices():
    assert find_boilerplate(["It rained.", "Print", "It stopped."]) == {1}


def test_labelled_sentences_are_lost_at_most_once_in_500(corpus):
    labelled = [s.text for document in corpus for s in document.sentences if s.label is not None]
    lost = [text for text in labelled if is_boilerplate(text)]
    assert len(lost) * 500 <= len(labelled), lost


@pytest.mark.parametrize("pattern", read_patterns())
def test_no_group_repeats_without_bound(pattern):
    """Nested repeats without a bound take exponential time for some text; with bounds, and on one line, they cannot."""
    assert not re.search(r"\)[*+]", pattern)


def test_every_pattern_is_used_whole():
    assert all("NAME" not in pattern and "DATE" not in pattern for pattern in read_patterns())
