"""Acts of speech without plain "said": refusals to speak, nouns of speech, statements, quotations passed on."""

import pytest

from model.attribution import attribute

# sentence | speaker's name | role | cue; "-" where nobody speaks
CASES = """
The ministry declined to comment. | The ministry | official | comment
A spokesman for Acme declined to comment on the lawsuit. | A spokesman for Acme | official | comment
The chairman declined to discuss the offer. | The chairman | official | discuss
The spokesperson declined to give details. | The spokesperson | official | decline
Mayor Tom Ekberg declined to be interviewed. | Tom Ekberg | official | decline
The minister declined the prize. | -
The minister refused to answer questions about the payment. | The minister | official | answer
The company would not say how many people had been laid off. | The company | official | say
The embassy did not immediately respond to a request for comment. | The embassy | official | respond
Marek Dolan could not be reached for comment. | Marek Dolan | unknown | comment
Officials at the plant could not immediately be reached for comment. | Officials at the plant | official | comment
The embassy was not available for comment. | The embassy | official | comment
The airline did not return calls seeking comment. | The airline | official | comment
The Treasury had no immediate comment. | Treasury | official | comment
There was no immediate comment from the defence ministry. | the defence ministry | official | comment
The editor's long comment on the poem fills two pages. | -
The plan drew criticism from the bishops. | the bishops | official | criticism
The plan met with scorn from the opposition. | the opposition | official | scorn
The comments by the mayor came after a week of silence. | the mayor | official | comments
Ilse Brandt's comments came a day after the talks had failed. | Ilse Brandt | unknown | comments
The audit contradicts the governor's earlier claim that the fund was full. | the governor | official | claim
The minister issued a warning to the firms. | The minister | official | issue
The president offered condolences to the families. | The president | official | offer
The court released the prisoner. | -
Observers in Riga and around the country say the wall is old. | Observers in Riga and around the country | analyst | say
People familiar with the sale say the price has doubled. | People familiar with the sale | media | say
Those close to the singer say that she will retire. | Those close to the singer | private | say
Mayor Tom Ekberg posted a series of messages on Friday saying the pool was safe. | Tom Ekberg | official | say
The clinic closed after Tom Ekberg sent tweets mocking its doctors. | -
Ilse Brandt turned on the bank, accusing it of theft. | Ilse Brandt | unknown | accuse
In 2009 the museum opened despite fierce opposition by the bishops. | -
The study was undermined by Tom Ekberg's admission that he had made it up. | Tom Ekberg | unknown | admission
The mayor made the remarks in Oslo on Friday. | -
The mayor made the remark that the pool was too cold. | The mayor | official | make remark
The mayor backed out of the talks. | -
The mayor told jokes until midnight. | -
The state added a second week. | -
The Halden Centre maintains a scheme to train nurses. | -
The mayor added that the pool was old. | The mayor | official | add
The mayor added the pool was old. | The mayor | official | add
The rules let firms tell the tax office less. | -
The mayor plans to call for a vote. | -
The mayor went on to call for a vote. | The mayor | official | call
The union renewed its demands for a pay rise. | The union | official | renew
The union renewed its lease. | -
The foreign ministry issued a statement condemning the raid. | The foreign ministry | official | issue
The archbishop wrote a letter backing the strike. | The archbishop | official | write
The move was welcomed by the opposition. | the opposition | official | welcome
The president thanked the firefighters. | The president | official | thank
The airline apologised for the delay. | The airline | official | apologise
Asked about the loan, Mayor Tom Ekberg sidestepped the question. | Tom Ekberg | official | sidestep
Senator Ana Reyes brushed aside the complaints. | Ana Reyes | official | brush
The barber brushed the coat. | -
Jon Aas, a farmer, put it more bluntly: "We are finished." | Jon Aas | private | put
A statement from the ministry read: "We regret the delay." | A statement from the ministry | official | read
The ministry's statement said the border would stay shut. | The ministry's statement | official | say
The letter from the heirs said nothing had been paid. | The letter from the heirs | media | say
In a post on X, Ilse Brandt wrote that the talks had failed. | Ilse Brandt | unknown | write
Senator Ana Reyes tweeted that she would vote no. | Ana Reyes | official | tweet
In an interview with Reuters, Ilse Brandt said the talks had failed. | Ilse Brandt | unknown | say
In a letter seen by Reuters, the finance minister said the fund was empty. | the finance minister | official | say
"It is over," Mayor Tom Ekberg told a news conference in Riga. | Tom Ekberg | official | tell
Governor Lee Marsh was quoted as saying by state radio that the dam was safe. | Lee Marsh | official | say
Governor Lee Marsh was quoted by state radio as saying that the dam was safe. | Lee Marsh | official | say
Police were cited as saying that two men had been held. | Police | official | say
Olav Tveit testified that he had never seen the file. | Olav Tveit | unknown | testify
The ruling said the permits had been issued unlawfully. | The ruling | media | say
The memo says staff must return in May. | The memo | media | say
Exports fell by a tenth, customs data showed. | customs data | media | show
The film showed a dam and two men. | -
In the envoy's view, the treaty is dead. | the envoy | official | in the view of
In the words of one diplomat, the talks are dead. | one diplomat | official | in the view of
The minister was accused by the union of lying. | the union | official | accuse
Nearly eight of 10 voters say they will stay at home. | eight of 10 voters | private | say
A group of farmers said the price was too low. | A group of farmers | private | say
While his advisers have suggested a pause, he wants to go on. | his advisers | official | suggest
Bonuses were small, the Harbour Journal reports. | Harbour Journal | media | report
Ana Reyes calls on the council to resign. | Ana Reyes | unknown | call
Mayor Tom Ekberg opened the fair by promising a new bridge. | Tom Ekberg | official | promise
British Prime Minister Theresa May said on Monday that she would go. | Theresa May | official | say
Minister of Health and Welfare Elena Kask said the ward would open. | Elena Kask | official | say
Former secretary of state Aldo Pires said the treaty was sound. | Aldo Pires | analyst | say
Ida Moen, 59, of Salem, Ore., who saw the fire from her window, said it was huge. | Ida Moen | unknown | say
The army shelled the town. | -
The bank cut rates by half a point. | -
The regulator approved the merger. | -
The minister opened the fair on Monday. | -
The court heard the case in May. | -
The talks ended without a deal. | -
The firm is believed to have borrowed three million. | -
State senators met in the old hall. | -
Coach Tom Ekberg blamed the referee for the defeat. | Tom Ekberg | official | blame
Senator Ana Reyes hit back at the critics. | Ana Reyes | official | hit back
The team hit back in the second half. | -
Senator Ana Reyes doubled down on the claim. | Ana Reyes | official | double down
Senator Ana Reyes weighed in on the dispute. | Ana Reyes | official | weigh in
Senator Ana Reyes took aim at the court. | Ana Reyes | official | take aim
Senator Ana Reyes cast doubt on the figures. | Ana Reyes | official | cast doubt
Senator Ana Reyes pointed to the tax as the cause of the slump. | Ana Reyes | official | point to
The singer pointed to the roof. | -
Senator Ana Reyes floated the idea of a tax on sugar. | Ana Reyes | official | float idea
The firm floated on the stock market. | -
Senator Ana Reyes signalled that the bill would pass. | Ana Reyes | official | signal
Senator Ana Reyes concluded that the tax was unlawful. | Ana Reyes | official | conclude
Video showed that the man had raised his hands. | -
"The court is wrong," Senator Ana Reyes fumed. | Ana Reyes | official | fume
"The court is wrong," mused Senator Ana Reyes. | Ana Reyes | official | muse
"The court is wrong," Senator Ana Reyes shot back. | Ana Reyes | official | shoot
"The court is wrong," Senator Ana Reyes posted on Facebook. | Ana Reyes | official | post
Senator Ana Reyes posted on Facebook that the court was wrong. | Ana Reyes | official | post
Senator Ana Reyes went on to explain the tax. | Ana Reyes | official | explain
The inquest heard that the boat had sunk in minutes. | The inquest | official | hear
The boat sank in minutes, the inquest heard. | the inquest | official | hear
Two men heard a bang. | -
The mayor hailed a taxi. | -
Nobody answered. | -
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.partition(" | ")[0])
def test_speech_acts(case: str) -> None:
    sentence, *expected = case.split(" | ")
    speaker = attribute([sentence])[0].speaker
    assert ([speaker.name, speaker.role, speaker.cue] if speaker else ["-"]) == expected


@pytest.mark.parametrize(
    ("sentence", "mention"),
    [
        ("The dam will hold, Rep. Ana Reyes (D-Ohio) said.", "Rep. Ana Reyes (D-Ohio)"),
        ("The dam will hold, said Ana Reyes, of Salem, who built it.", "Ana Reyes, of Salem, who built it"),
        ("According to the ministry, the dam will hold.", "the ministry"),
        ("According to Ana Reyes, a farmer, the dam will hold.", "Ana Reyes, a farmer"),
        ("It was Ana Reyes, a farmer, who in 2010 said the dam would hold.", "who"),
    ],
)
def test_mention(sentence: str, mention: str) -> None:
    speaker = attribute([sentence])[0].speaker
    assert speaker
    assert speaker.mention == mention


def test_what_a_colon_announces_is_the_speakers() -> None:
    first, second, third = attribute(["The governor added:", "The dam will hold.", "It was built in 1931."])
    assert (first.speaker.name, second.speaker.name, second.speaker.kind) == (
        "The governor",
        "The governor",
        "continued",
    )
    assert third.speaker is None


def test_announced_words_without_marks_go_on_while_somebody_talks() -> None:
    sentences = [
        "Ilse Brandt added:",
        "And that is the whole of the story.",
        "I don't believe a word of it.",
        "Can you?",
        "The fair closed at noon.",
        "We all went home.",
    ]
    speakers = [attribution.speaker for attribution in attribute(sentences)]
    assert [speaker and speaker.name for speaker in speakers] == ["Ilse Brandt"] * 4 + [None, None]


def test_a_heading_in_quotation_marks_is_nobodys() -> None:
    sentences = ['"It will rain all week," Ilse Brandt said.', "'No Way Home for the Bees.'", '"It did rain."']
    assert attribute(sentences)[1].speaker is None
    assert attribute([sentences[0], sentences[2]])[1].speaker is not None


def test_a_scrap_of_quotation_names_nobody() -> None:
    assert attribute(['Olav Tveit slept at the "House of the Four Winds" in May.'])[0].speaker is None
    assert attribute(['Olav Tveit at the door: "I have never seen the file before."'])[0].speaker is not None
