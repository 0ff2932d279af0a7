"""A cue counts only where it governs the sentence's main clause or its quotation."""

import pytest

from model.attribution import attribute
from model.features import fields_of

# sentence | speaker's name; "-" where the sentence is the reporter's
CASES = """
The dam, which the ministry announced last spring, opened in fog. | -
The dam that the ministry announced last spring opened in fog. | -
The dam the ministry announced last spring opened in fog. | -
The letter she wrote was burned. | -
The raid, which was condemned by the union, killed six. | -
Soldiers crossed the border at dusk, something Kyiv denies. | -
Soldiers crossed the border, a claim the ministry denied. | -
Soldiers crossed the border, an account Kyiv disputes. | -
The council closed two pools, a move critics say will hurt the young. | -
The council closed two pools, in what unions called a betrayal. | -
The council closed two pools after the ministry announced a review. | -
Before the bank announced its decision, shares fell. | -
When the minister said he would quit, shares fell. | -
As the minister said, shares fell. | -
As the minister said this, shares fell. | -
Shares fell, as the minister had predicted. | -
Shares fell as the minister spoke. | -
But as Olav Tveit noted, shares fell. | -
The governor gave a talk in which Olav Tveit said the dam was safe. | Olav Tveit
The governor gave a talk at which Olav Tveit argued that the dam was safe. | Olav Tveit
The firm moved to Riga, where lawyers say the judges are quick. | lawyers
The firm moved to Riga, where the mayor promised a new road. | -
The report in which the union criticized the plan was lost. | -
Shares fell because the minister said rates would rise. | -
The mayor (who critics say is too old) opened the fair. | -
The fair (the mayor later said it was late) opened on Monday. | -
The fair — the mayor had promised it would be big — opened on Monday. | -
The plant, whose owner said it was safe, burned down. | -
The minister, who said the plant was safe, resigned. | -
The ministry, which opened the dam last week, said it was safe. | The ministry
The minister said the dam, which the council announced last year, was safe. | The minister
The dam, which the council announced last year, was safe, the minister said. | the minister
"We lost," the captain said after the league announced the score. | the captain
Because the road is shut, the mayor said, the fair is off. | the mayor
The minister said the mayor had warned that the fair was off. | The minister
The clerk had warned the owners, the union said. | the union
The guards have found two keys, according to lawyers for the heirs. | lawyers for the heirs
The minister said the mayor was late, according to a transcript. | The minister
Residents, as one of the councillors pointed out, pay twice. | -
After the match the captain said the team was tired. | the captain
Last week the captain said the team was tired. | the captain
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_scope(case: str) -> None:
    sentence, name = case.split(" | ")
    speaker = attribute([sentence])[0].speaker
    assert (speaker.name if speaker else "-") == name


def test_a_subordinate_clause_that_governs_a_quotation_counts() -> None:
    speaker = attribute(['The vote failed after the mayor said: "We will never pay for it again."'])[0].speaker
    assert speaker
    assert speaker.name == "the mayor"


def test_a_cue_in_a_subordinate_clause_is_a_feature() -> None:
    assert "subordinate:announce" in fields_of(["The dam, which the ministry announced, opened."])[0].cue
    assert "subordinate:announce" not in fields_of(["The ministry announced the dam."])[0].cue
