"""Chains of sources: who said it is the speaker, and the medium that passes it on is ``via``."""

import pytest

from model.attribution import attribute
from model.features import fields_of
from model.records import Medium

# sentence | speaker's name | role | medium; "-" where none relays
CASES = """
The port will reopen, Harbour Minister Elsa Dahl said, Reuters reported. | Elsa Dahl | official | Reuters
The tunnel will flood again, the mayor said, according to The Guardian. | the mayor | official | The Guardian
President Omar Vidal has threatened to shut the canal, according to Interfax. | Omar Vidal | official | Interfax
Russia has given its neighbours a list of wishes, Reuters reported. | Reuters | media | -
State media said the minister had visited the plant. | State media | media | -
State media said the minister had warned of a flood. | the minister | official | State media
The Guardian reported that Mayor Elsa Dahl had threatened to sue. | Elsa Dahl | official | The Guardian
According to Reuters, Mayor Elsa Dahl said the road was shut. | Elsa Dahl | official | Reuters
According to Reuters, two people died when the roof fell in. | Reuters | media | -
Mayor Elsa Dahl told reporters the road was shut. | Elsa Dahl | official | -
Mayor Elsa Dahl told a rally in Oslo that the road was shut. | Elsa Dahl | official | -
Mayor Elsa Dahl told a television audience that the road was shut. | Elsa Dahl | official | -
Mayor Elsa Dahl told reporters of Le Monde that the road was shut. | Elsa Dahl | official | Le Monde
Mayor Elsa Dahl told Reuters the road was shut. | Elsa Dahl | official | Reuters
Mayor Elsa Dahl told the German newspaper Bild that the road was shut. | Elsa Dahl | official | Bild
Mayor Elsa Dahl told the Daily Herald the road was shut. | Elsa Dahl | official | Daily Herald
Mayor Elsa Dahl told the Harbour Times the road was shut. | Elsa Dahl | official | Harbour Times
"It is shut," Mayor Elsa Dahl told Russian state TV. | Elsa Dahl | official | Russian state TV
"It is shut," Mayor Elsa Dahl told CNN's Ray Holt. | Elsa Dahl | official | CNN
"It is shut," Mayor Elsa Dahl said in remarks carried by the Tasnim news agency. | Elsa Dahl | official | Tasnim
Mayor Elsa Dahl said on state television that the road was shut. | Elsa Dahl | official | state television
Mayor Elsa Dahl said in an interview on Sunday with CNN that the road was shut. | Elsa Dahl | official | CNN
In an interview with the BBC, Mayor Elsa Dahl said the road was shut. | Elsa Dahl | official | BBC
Mayor Elsa Dahl, speaking to the BBC, said the road was shut. | Elsa Dahl | official | BBC
Mayor Elsa Dahl wrote in The Guardian that the road was shut. | Elsa Dahl | official | The Guardian
Mayor Elsa Dahl was quoted by state radio as saying the road was shut. | Elsa Dahl | official | state radio
Reuters quoted Mayor Elsa Dahl as saying the road was shut. | Elsa Dahl | official | Reuters
The road was shut, Interfax reported, citing the transport ministry. | the transport ministry | official | Interfax
Sales fell, Reuters reported, citing industry data. | Reuters | media | -
Mayor Elsa Dahl said the BBC was biased. | Elsa Dahl | official | -
Mayor Elsa Dahl said she had complained to the BBC. | Elsa Dahl | official | -
Three farms were cut off, until soldiers cleared the snow, AP reported. | AP | media | -
The mine reopened in June, before the ministers met in Bonn, Reuters reported. | Reuters | media | -
The tanker turned back, since the mate had fallen ill, AFP reported. | AFP | media | -
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_relays(case: str) -> None:
    sentence, name, role, medium = case.split(" | ")
    speaker = attribute([sentence])[0].speaker
    assert speaker
    assert (speaker.name, speaker.role) == (name, role)
    assert speaker.via == (None if medium == "-" else Medium(medium, "media"))


def test_an_outlet_that_only_the_article_describes_relays() -> None:
    article = ["Otava, a weekly in Riga, printed the list.", "Mayor Elsa Dahl told Otava that she would resign."]
    speaker = attribute(article)[1].speaker
    assert speaker
    assert speaker.via == Medium("Otava", "media")


def test_being_relayed_is_a_feature() -> None:
    relayed, plain = fields_of(["The mayor told the BBC that he would go.", "The mayor said that he would go."])
    assert "relayed" in relayed.descriptor
    assert "relayed" not in plain.descriptor
