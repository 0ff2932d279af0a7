"""Longer ways of saying something: on a stage, by a noun, in a lawsuit, as several; and what only looks like it."""

import pytest

from model.attribution import attribute

# sentence | speaker's name | role | cue; "-" where nobody speaks
CASES = """
Ana Reyes took to Facebook on Friday to accuse the bank of theft. | Ana Reyes | unknown | accuse
The mayor took to the airwaves to warn residents of floods. | The mayor | official | warn
The minister used his speech to denounce the treaty. | The minister | official | denounce
Ana Reyes used a letter to the board to argue that the fund was empty. | Ana Reyes | unknown | argue
The governor held a news conference to announce the arrest. | The governor | official | announce
The senator went on television to deny the report. | The senator | official | deny
The union called a press conference to demand a pay rise. | The union | official | call
The bishops took to the streets to demand an inquiry. | The bishops | official | demand
The bank used a loan to pay the claim. | -
The farmer took Ana Reyes to the fair to call the dogs. | -
The mayor held a key to note the number. | -
The minister's answer was that the fund was empty. | The minister | official | answer
The union's response was to demand an inquiry. | The union | official | response
The mayor's message was that the pool would close. | The mayor | official | message
The bishop's argument is that the law is cruel. | The bishop | official | argument
The bank's only response was to deny the report. | The bank | official | response
The senator's line is that the vote was void. | The senator | official | line
The minister's answer was short. | -
The mayor's message was lost in the post. | -
The bank received a message from a thief. | -
Ana Reyes added a note of caution. | Ana Reyes | unknown | add note
The union levelled accusations of fraud at the bank. | The union | official | level accusations
The union leveled charges of fraud at the bank. | The union | official | level charges
The mayor delivered a stern warning to the firms. | The mayor | official | deliver warning
The bishops sounded a warning about the river. | The bishops | official | sound warning
The deputies persisted in arguing that the vote was void. | The deputies | official | persist in
The deputies persisted in claims that the vote was void. | The deputies | official | persist in
The firm delivered a parcel. | -
The bishops sounded a bell. | -
Shaken by reports, as well as losses, Tom Ekberg left, promising to cut costs. | Tom Ekberg | unknown | promise
Stung by the attack, Ana Reyes left the hall, accusing the bishop of theft. | Ana Reyes | unknown | accuse
Under fire, and with a vote near, the ministry withdrew the bill, saying it needed time. | the ministry | official | say
After talks, which ended at dawn, the minister left, telling us that all was well. | the minister | official | tell
On Monday, after the talks, Ana Reyes flew home, insisting that the treaty was dead. | Ana Reyes | unknown | insist
In Oslo, with snow falling, the mayor opened the fair, joking that summer had come. | the mayor | official | joke
Tom Ekberg and Ana Reyes met in Riga, each saying the other had lied. | Tom Ekberg and Ana Reyes | unknown | say
Everyone I met said the pool was cold. | Everyone I met | unknown | say
Everyone we spoke to criticized the plan as vague. | Everyone we spoke to | unknown | criticize
People I met said the pool was cold. | People I met | unknown | say
Those we interviewed said the price was too high. | Those we interviewed | unknown | say
All he asked said they would stay at home. | All he asked | unknown | say
Everybody she knows says the pool is cold. | Everybody she knows | unknown | say
Everyone we know went home. | -
The prosecutors filed a complaint alleging that the bank had lied. | The prosecutors | official | allege
The union filed a lawsuit on Friday accusing the bank of theft. | The union | official | accuse
The state brought a suit claiming that the river had died. | The state | unknown | claim
Residents filed a petition arguing that the road was unlawful. | Residents | private | argue
Two local teachers lodged complaints saying they had not been paid. | Two local teachers | private | say
The widow submitted a motion insisting that the will was void. | The widow | private | insist
The bank faces a lawsuit alleging fraud. | -
People close to the mayor say the dam is unsafe. | People close to the mayor | media | say
Scientists report in the journal that the ice is melting. | Scientists | analyst | report
Twelve states led by Utah sued the agency. | -
The army responded with air strikes. | -
The team responded with two goals. | -
The crowd responded with stones and bottles. | -
The mayor responded with a statement of two lines. | The mayor | official | respond
The mayor responded with "a heavy heart." | The mayor | official | respond
Ana Reyes reported from Riga and Tom Ekberg from Oslo. | -
Ana Reyes reported from Riga that the talks had failed. | Ana Reyes | unknown | report
Prices rose as demand from China grew. | -
A demand for an inquiry came from the union. | the union | official | demand
The editor makes this clear in the second part. | -
The governor called in the army. | -
She called in to a radio show on Friday. | -
The governor called in May for a new bridge. | The governor | official | call
A club called "The Red Hat and the Long Green Coat" opened in May. | -
The form held a box labelled "other reasons for a late claim" on page two. | -
Prices rose according to season. | -
Dogs were grouped according to size. | -
The work went according to plan. | -
The boys were seated according to age. | -
The pay promised by the firm never came. | -
The bill rejected by the senate was printed. | -
The hotel condemned by the council burned down. | -
The firm added 200 jobs. | -
The firm recalled cars. | -
The club admits women. | -
According to exit polls, Ana Reyes had a wide lead in Riga, but she lost. | exit polls | media | according to
According to police, Ana Reyes fled the scene, and the car burned. | police | official | according to
According to officials, Ana Reyes fled the scene, and the car burned. | officials | official | according to
According to the mayor, Ana Reyes, the car burned. | Ana Reyes | official | according to
The lawyer, Tom Ekberg, said the film shows nothing. | Tom Ekberg | analyst | say
A lawyer, Tom Ekberg, said the videos show the car leaving the yard. | Tom Ekberg | analyst | say
The dam will hold, said the man. | the man | unknown | say
The dam will hold, said a woman in the crowd. | a woman | private | say
The dam will hold, says a new report. | a new report | media | say
The dam will hold, said a person close to the owner. | a person close to the owner | media | say
The Harbour Council on Friday said the quay would close. | Harbour Council | official | say
The Council on Harbour Safety said the quay would close. | Council on Harbour Safety | official | say
The envoys responded with a letter to the board. | The envoys | official | respond
The ministry held a key meeting to hear from farmers. | -
Nurses and doctors went home early. | -
The driver replied by phone that the road was shut. | The driver | private | reply
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.partition(" | ")[0])
def test_who_goes_public(case: str) -> None:
    sentence, *expected = case.split(" | ")
    speaker = attribute([sentence])[0].speaker
    assert ([speaker.name, speaker.role, speaker.cue] if speaker else ["-"]) == expected


# the sentences before | the last one | its speaker; "-" where nobody speaks
GROUPS = """
Nine farmers' unions marched to the ministry. | They argue that the price is too low. | Nine farmers' unions
Angry dairy farmers blocked the road on Friday. | They say the price is too low. | Angry dairy farmers
Twelve states led by Utah are challenging the rules. | They argue the agency overstepped. | Twelve states
27 cities are suing the state. | They argue the agency overstepped. | 27 cities
The rival parties and unions are challenging the plan. | They argue it is void. | The rival parties and unions
Two senior senators want to end it. | They sent a letter. | "It is rotten," they wrote. | Two senior senators
Three women from the village went to court. | They say the mayor lied. | Three women
Dozens of teachers met in the hall. | They demanded a pay rise. | Dozens of teachers
Bank shares fell by a tenth. | They said nothing. | -
Wet roads delayed the buses. | They told nobody. | -
""".strip().splitlines()


@pytest.mark.parametrize("case", GROUPS)
def test_they_are_whom_the_sentence_before_opens_with(case: str) -> None:
    *sentences, expected = case.split(" | ")
    speaker = attribute(sentences)[-1].speaker
    assert (speaker.name if speaker else "-") == expected
