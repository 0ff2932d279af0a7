"""What the careful reader reads of a sentence."""

import pytest

from model.careful.form import Form, list_inputs
from model.preparation import prepare

FORM = Form(description=3, threats=2, before=4)

CASES = [
    (["Rain fell on Monday."], "nobody | "),
    (["“It is raining,” Petrov said."], "unknown quote: Petrov | "),
    (
        ["Foreign minister Sergei Lavrov spoke late on Monday.", "“We will leave,” Lavrov said."],
        "official quote: Sergei Lavrov, Foreign minister | nobody: spoke late on Monday.",
    ),
    (
        ["“We know nothing,” said Ann Lee, a teacher.", "“We never knew,” Lee said."],
        "private quote: Ann Lee, a teacher | same: Ann Lee, a teacher.",
    ),
    (
        ["Talks are over, the minister said, Reuters reported."],
        "official paraphrase: the minister, the minister relayed | ",
    ),
]


@pytest.mark.parametrize(("sentences", "evidence"), CASES)
def test_the_evidence_of_the_last_sentence(sentences: list[str], evidence: str):
    assert list_inputs(prepare(sentences), FORM)[-1] == (evidence, sentences[-1])


def test_the_wording_of_a_threat_is_told_up_to_a_number_of_features():
    (pair,) = list_inputs(prepare(["The army will bomb the port unless they leave, the general warned."]), FORM)
    told = pair[0].partition(" ; ")[2].partition(" | ")[0]
    assert told.split()[0] in {"harm", "warn", "will"}
    none = Form(FORM.description, threats=0, before=FORM.before)
    assert " ; " not in list_inputs(prepare(["The army will bomb the port unless they leave."]), none)[0][0]


def test_chosen_sentences_are_read_as_among_all():
    prepared = prepare([f"The {word} fell." for word in ("rain", "snow", "hail")])
    assert list_inputs(prepared, FORM, [2, 0]) == [list_inputs(prepared, FORM)[i] for i in (2, 0)]


def test_page_furniture_is_not_read():
    prepared = prepare(["Photo: Ann Lee / Reuters", "Rain fell."])
    assert [pair[1] for pair in list_inputs(prepared, FORM)] == ["Rain fell."]
