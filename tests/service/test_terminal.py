"""What ``stance classify`` prints: to a pipe a line a sentence, to a terminal folded and coloured."""

import os
import pty
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import LABELS, Document, Sentence
from model.records import Contribution, Explanation, Medium, Part, Speaker, Threat
from service.terminal import Style, render_document
from tests.service.sentences import FURNITURE, THREAT
from tests.service.sentences import TEXT as INPUT

STANCE = str(Path(sys.executable).parent / "stance")
TEXT = "Rain fell on the port. “We will close the port,” the minister said.\n\nIt was the third closure this year.\n"
SPEAKER = Speaker("Ilena Maro", "she", "official", "foreign minister", "said", "quote")
COLOURED = Style(colour=True, width=60)
SGR = re.compile(r"\033\[[0-9;]*m")


def sentence(text: str, start: int = 0, **facts: object) -> Sentence:
    shares = dict.fromkeys(LABELS, 0.1) | {"threat": 0.7}
    record: dict[str, object] = {"label": "threat", "confidence": 0.7, "uncertain": False} | facts
    return Sentence(text=text, start=start, end=start + len(text), probabilities=shares, **record)


def in_terminal(arguments: list[str], environment: dict[str, str]) -> str:
    """Run a command with a terminal of 60 columns as its output."""
    leader, follower = pty.openpty()
    os.set_inheritable(follower, True)
    subprocess.run(["stty", "cols", "60", "rows", "24"], stdin=follower, check=True)
    plain = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=follower, env=plain | environment)
    os.close(follower)
    printed = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        printed += part
    os.close(leader)
    assert process.wait() == 0
    return printed.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("article") / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_piped_output_is_plain_with_a_line_a_sentence(artifact: Path, article: Path) -> None:
    command = [STANCE, "classify", "--artifact", str(artifact), str(article)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "\033" not in printed
    lines = printed.splitlines()
    assert [bool(line) for line in lines] == [True, True, False, True]
    assert "Rain fell on the port." in lines[0]


def test_terminal_output_is_coloured_folded_and_summed_up(artifact: Path, article: Path) -> None:
    command = [STANCE, "classify", "--explain", "--artifact", str(artifact), str(article)]
    printed = in_terminal(command, {"TERM": "xterm-256color"})
    assert SGR.search(printed)
    lines = SGR.sub("", printed).splitlines()
    assert max(map(len, lines)) <= 60
    assert re.fullmatch(r"\d fact · \d official · \d opinion · \d THREAT( · \d uncertain \(\?\))?", lines[-1])
    assert sum(int(count) for count in re.findall(r"(\d) (?:fact|official|opinion|THREAT)", lines[-1])) == 3


def test_no_color_is_heeded_in_a_terminal(artifact: Path, article: Path) -> None:
    command = [STANCE, "classify", "--artifact", str(artifact), str(article)]
    assert "\033" not in in_terminal(command, {"TERM": "xterm-256color", "NO_COLOR": "1"})


class Stream:
    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("terminal", "environment", "colour"),
    [
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_style_follows_stream_and_environment(terminal: bool, environment: dict[str, str], colour: bool) -> None:
    style = Style.of(Stream(terminal), environment)
    assert style.colour is colour
    assert (style.width is not None) is terminal


@pytest.mark.parametrize(
    ("facts", "style", "expected"),
    [
        ({}, Style(), "THREAT    70%  We will go."),
        ({"uncertain": True}, Style(), "THREAT    70%? We will go."),
        ({"speaker": SPEAKER}, Style(), "THREAT    70%  We will go.  [Ilena Maro, foreign minister]"),
        (
            {"speaker": SPEAKER, "uncertain": True},
            Style(width=60),
            "THREAT    70%? We will go.\n               — Ilena Maro, foreign minister\n\n"
            "0 fact · 0 official · 0 opinion · 1 THREAT · 1 uncertain (?)",
        ),
        (
            {
                "explanation": Explanation(
                    "threat",
                    1.0,
                    0.5,
                    (
                        Contribution("word", "will", 0.75, 3),
                        Contribution("flags", "future", -0.25, meaning="it has words of the future"),
                    ),
                )
            },
            Style(),
            "THREAT    70%  We will go.\n               “will” +0.75, it has words of the future -0.25",
        ),
        ({}, Style(colour=True), "\033[1;31mTHREAT  \033[0m  70%  We will go."),
    ],
)
def test_sentence_as_it_is_printed(facts: dict[str, object], style: Style, expected: str) -> None:
    assert render_document(Document((sentence("We will go.", **facts),)), "We will go.", style) == expected


THREAT_LINES = """\
–              By Anna Weil

THREAT    70%  He will close the port to Varsa by Friday
               unless the fee is lifted, Koren said, Reuters
               reported.
               — Davit Koren, transport minister, via
               Reuters
               by He · against Varsa · unless the fee is
               lifted · by Friday

0 fact · 0 official · 0 opinion · 1 THREAT"""


def test_furniture_has_a_dash_and_a_threat_says_who_against_whom_and_when() -> None:
    document = Document((FURNITURE, THREAT))
    assert render_document(document, INPUT, Style(width=60)) == THREAT_LINES
    coloured = render_document(document, INPUT, COLOURED)
    assert coloured.startswith("\033[2m–              \033[0m\033[2mBy Anna Weil\033[0m\n")
    assert SGR.sub("", coloured) == THREAT_LINES
    piped = render_document(document, INPUT, Style()).splitlines()
    assert piped[0] == "–              By Anna Weil"
    by_whom = "  [Davit Koren, transport minister, via Reuters]"
    assert piped[2].endswith(f"{by_whom}  [by He · against Varsa · unless the fee is lifted · by Friday]")


def test_a_threat_by_the_speaker_gives_the_speakers_name() -> None:
    threat = Threat(by=Part("She", 0, 3))
    speaker = replace(SPEAKER, start=0, end=3)
    printed = render_document(Document((sentence("She will go.", speaker=speaker, threat=threat),)), "", Style())
    assert printed.endswith("  [by Ilena Maro]")


@given(st.text(min_size=1), st.sampled_from([Style(), Style(width=40), Style(width=8), COLOURED]))
def test_an_article_cannot_steer_the_terminal(text: str, style: Style) -> None:
    speaker = Speaker(text, text, "unknown", text, "", "quote", via=Medium(text, "media"))
    threat = Threat(*[Part(text, 0, len(text))] * 4)
    shown = sentence(text, speaker=speaker, threat=threat)
    printed = SGR.sub("", render_document(Document((shown, FURNITURE)), text, style))
    assert not [c for c in printed if unicodedata.category(c) == "Cc" and c != "\n"]


def test_escape_sequences_of_an_article_lose_their_effect() -> None:
    text = "Calm\033]0;owned\007 \033[2Jday."
    assert render_document(Document((sentence(text),)), text, Style()).endswith(
        "Calm\ufffd]0;owned\ufffd \ufffd[2Jday."
    )
