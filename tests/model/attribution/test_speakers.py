"""Golden tables: an article's sentences, and who vouches for each."""

import pytest

from model.attribution import attribute

NOBODY = None
Expected = tuple[str, str, str, str, str] | None  # name, role, kind, cue, mention

RESOLVED: dict[str, tuple[list[str], list[Expected]]] = {
    "surname only, after office and full name": (
        [
            "Foreign Minister Ilse Brandt said the talks would resume on Monday.",
            "The delegations met for two hours.",
            "Brandt said a second round was planned.",
        ],
        [
            ("Ilse Brandt", "official", "paraphrase", "say", "Foreign Minister Ilse Brandt"),
            NOBODY,
            ("Ilse Brandt", "official", "paraphrase", "say", "Brandt"),
        ],
    ),
    "she, by given name, over another speaker": (
        [
            "Maria Lindholm, an economist at Kestrel Bank, said prices would fall.",
            "Finance Minister Peter Osei disagreed with her.",
            "She said the data were clear.",
        ],
        [
            ("Maria Lindholm", "analyst", "paraphrase", "say", "Maria Lindholm, an economist at Kestrel Bank"),
            NOBODY,
            ("Maria Lindholm", "analyst", "paraphrase", "say", "She"),
        ],
    ),
    "he, the last speaker": (
        ["Mayor Tom Ekberg said the bridge would close.", "He said buses would run instead."],
        [
            ("Tom Ekberg", "official", "paraphrase", "say", "Mayor Tom Ekberg"),
            ("Tom Ekberg", "official", "paraphrase", "say", "He"),
        ],
    ),
    "they, a body of several": (
        ["Prosecutors said the men had planned the raid for weeks.", "They said more arrests would follow."],
        [
            ("Prosecutors", "official", "paraphrase", "say", "Prosecutors"),
            ("Prosecutors", "official", "paraphrase", "say", "They"),
        ],
    ),
    "the minister, after somebody else": (
        [
            "Health Minister Carla Rossi visited the ward.",
            "A nurse, Ann Pohl, showed her round.",
            "The minister said more beds were coming.",
        ],
        [NOBODY, NOBODY, ("Carla Rossi", "official", "paraphrase", "say", "The minister")],
    ),
    "title before a bare surname": (
        ["Sen. Dale Whitcomb told reporters he would vote no.", "Mr. Whitcomb added that others would follow."],
        [
            ("Dale Whitcomb", "official", "paraphrase", "tell", "Sen. Dale Whitcomb"),
            ("Dale Whitcomb", "official", "paraphrase", "add", "Mr. Whitcomb"),
        ],
    ),
    "apposition before the name": (
        ["The union's general secretary, Joan Tarrant, said members would be balloted."],
        [("Joan Tarrant", "official", "paraphrase", "say", "The union's general secretary, Joan Tarrant")],
    ),
    "possessor before the apposition is not the speaker": (
        ["Okafor's predecessor, Lena Strand, said the plan had been hers."],
        [("Lena Strand", "unknown", "paraphrase", "say", "Okafor's predecessor, Lena Strand")],
    ),
    "apposition after the name, with an age": (
        ["Olav Tveit, 61, a professor of law at the University of Moss, said the ruling was narrow."],
        [
            (
                "Olav Tveit",
                "analyst",
                "paraphrase",
                "say",
                "Olav Tveit, 61, a professor of law at the University of Moss",
            )
        ],
    ),
    "late descriptor is filled back": (
        [
            "Rising costs would sink the scheme, Nadia Belkacem said.",
            "The former trade commissioner said the figures were out of date.",
        ],
        [
            ("Nadia Belkacem", "analyst", "paraphrase", "say", "Nadia Belkacem"),
            ("Nadia Belkacem", "analyst", "paraphrase", "say", "The former trade commissioner"),
        ],
    ),
    "a body, by its noun and by its acronym": (
        [
            "The Road Haulage Council said drivers were scarce.",
            "The council said wages had risen.",
            "The RHC said it would publish figures.",
        ],
        [
            ("Road Haulage Council", "official", "paraphrase", "say", "The Road Haulage Council"),
            ("Road Haulage Council", "official", "paraphrase", "say", "The council"),
            ("Road Haulage Council", "official", "paraphrase", "say", "The RHC"),
        ],
    ),
    "surname first": (
        ["Tran Quoc Dat, the prime minister, said growth had slowed.", "Tran said exports had held up."],
        [
            ("Tran Quoc Dat", "official", "paraphrase", "say", "Tran Quoc Dat, the prime minister"),
            ("Tran Quoc Dat", "official", "paraphrase", "say", "Tran"),
        ],
    ),
    "a dateline is nobody": (
        ["ACCRA, March 3 - The defence ministry said on Monday that the border was shut."],
        [("The defence ministry", "official", "paraphrase", "say", "The defence ministry")],
    ),
    "nor is a place": (
        ["In Paris, the foreign ministry said the embassy was open.", "The ministry said no visas were issued."],
        [
            ("the foreign ministry", "official", "paraphrase", "say", "the foreign ministry"),
            ("The ministry", "official", "paraphrase", "say", "The ministry"),
        ],
    ),
    "relative clause": (
        ["The crew was led by Captain Ruth Amsel, who said the engine had failed."],
        [("Ruth Amsel", "official", "paraphrase", "say", "who")],
    ),
}

QUOTED: dict[str, tuple[list[str], list[Expected]]] = {
    "over sentences, cue at the beginning": (
        ['Governor Lee Marsh said: "We are ready.', "We have been ready for weeks.", 'And we will not wait."'],
        [
            ("Lee Marsh", "official", "quote", "say", "Governor Lee Marsh"),
            ("Lee Marsh", "official", "continued", "", "Governor Lee Marsh"),
            ("Lee Marsh", "official", "continued", "", "Governor Lee Marsh"),
        ],
    ),
    "over sentences, cue at the end": (
        ["“The roof leaks.", "It has leaked since spring,” said Ida Moen, a resident."],
        [
            ("Ida Moen", "private", "continued", "", "Ida Moen, a resident"),
            ("Ida Moen", "private", "quote", "say", "Ida Moen, a resident"),
        ],
    ),
    "a second quotation without a cue": (
        ['"It is over," said analyst Jan Kos.', '"Nobody is going to buy it at that price."'],
        [
            ("Jan Kos", "analyst", "quote", "say", "analyst Jan Kos"),
            ("Jan Kos", "analyst", "continued", "", "analyst Jan Kos"),
        ],
    ),
    "British single quotes, an apostrophe inside": (
        ["'We don't know who did it,' the inspector said."],
        [("the inspector", "official", "quote", "say", "the inspector")],
    ),
    "nested": (
        ["\"He told us: 'Go home,' and so we went,\" said Per Aas, a farmer."],
        [("Per Aas", "private", "quote", "say", "Per Aas, a farmer")],
    ),
    "guillemets": (
        ["« Nous partons demain matin », said the ambassador, Luc Ferrand."],
        [("Luc Ferrand", "official", "quote", "say", "the ambassador, Luc Ferrand")],
    ),
    "typewritten": (
        ["''This is not a drill and never was,'' said the commander."],
        [("the commander", "official", "quote", "say", "the commander")],
    ),
    "a cue inside a quotation is none": (['The sign read "the owner said no dogs".'], [NOBODY]),
    "scare quotes attribute nothing": (['The "smart" meters were installed in May.'], [NOBODY]),
    "a paragraph of a quotation opens with a mark of its own": (
        [
            "Rector Eva Blom wrote: “The library stays.",
            "“So does the garden, whatever the plans may say.",
            "“I will see to it.”",
        ],
        [
            ("Eva Blom", "official", "quote", "write", "Rector Eva Blom"),
            ("Eva Blom", "official", "continued", "", "Rector Eva Blom"),
            ("Eva Blom", "official", "continued", "", "Rector Eva Blom"),
        ],
    ),
}

CUES: dict[str, tuple[list[str], list[Expected]]] = {
    "inverted": (
        ["The road will reopen on Friday, said Lars Holm, the mayor."],
        [("Lars Holm", "official", "paraphrase", "say", "Lars Holm, the mayor")],
    ),
    "according to": (
        ["The dam holds half of what it did, according to the water ministry."],
        [("the water ministry", "official", "paraphrase", "according to", "the water ministry")],
    ),
    "according to, before its clause": (
        ["According to the ministry, no water was lost."],
        [("the ministry", "official", "paraphrase", "according to", "the ministry")],
    ),
    "in the view of": (
        ["The cut comes too late, in the view of Sara Nilsen, an economist."],
        [("Sara Nilsen", "analyst", "paraphrase", "in the view of", "Sara Nilsen, an economist")],
    ),
    "passive with by": (
        ["The plan was criticised by the dockers' union."],
        [("the dockers' union", "official", "paraphrase", "criticise", "the dockers' union")],
    ),
    "drew praise from": (
        ["The speech drew praise from the opposition leader."],
        [("the opposition leader", "official", "paraphrase", "praise", "the opposition leader")],
    ),
    "an apology was offered by": (
        ["An apology was offered by the airline."],
        [("the airline", "official", "paraphrase", "apology", "the airline")],
    ),
    "declined to comment": (
        ["The Treasury declined to comment on the leak."],
        [("Treasury", "official", "paraphrase", "comment", "The Treasury")],
    ),
    "refused to say": (
        ["The spokesman refused to say who had paid."],
        [("The spokesman", "official", "paraphrase", "say", "The spokesman")],
    ),
    "adverbs and a day between": (
        ["The governor on Tuesday also flatly denied the report."],
        [("The governor", "official", "paraphrase", "deny", "The governor")],
    ),
    "shared subject": (
        ["Defence Minister Ivo Petrov met the families and promised an inquiry."],
        [("Ivo Petrov", "official", "paraphrase", "promise", "Defence Minister Ivo Petrov")],
    ),
    "what an analyst thinks": (
        ["Tove Lie, an analyst at Fjord Bank, thinks rates will stay where they are."],
        [("Tove Lie", "analyst", "paraphrase", "think", "Tove Lie, an analyst at Fjord Bank")],
    ),
    "what a voter hopes is no statement": (["Most voters hope for a mild winter."], [NOBODY]),
    "nouns that look like cues": (
        ["The reports and claims of the past year fill four shelves."],
        [NOBODY],
    ),
    "passive without by": (["The new law was announced in May."], [NOBODY]),
    "condition": (["If the court said no, the firm would have to close."], [NOBODY]),
    "a name that ends like an adverb": (
        ["Megan Kelly said the offer stood."],
        [("Megan Kelly", "unknown", "paraphrase", "say", "Megan Kelly")],
    ),
    "sent a letter opposing": (
        ["The farmers' union sent a letter opposing the dam."],
        [("The farmers' union", "official", "paraphrase", "oppose", "The farmers' union")],
    ),
    "ruled, wrote, tweeted": (
        ["Judge Nora Quist ruled that the vote was void."],
        [("Nora Quist", "official", "paraphrase", "rule", "Judge Nora Quist")],
    ),
    "a headline": (
        ["Court to hear dam case in May, says minister"],
        [("minister", "official", "paraphrase", "say", "minister")],
    ),
}

SOURCES: dict[str, tuple[list[str], list[Expected]]] = {
    "media": (
        ["The newspaper reported that the fund was empty."],
        [("The newspaper", "media", "paraphrase", "report", "The newspaper")],
    ),
    "document": (
        ["The fire began in the kitchen, according to a report seen by this paper."],
        [("a report", "media", "paraphrase", "according to", "a report")],
    ),
    "unnamed source": (
        ["The sale is close, said a person familiar with the matter."],
        [
            (
                "a person familiar with the matter",
                "media",
                "paraphrase",
                "say",
                "a person familiar with the matter",
            )
        ],
    ),
    "unnamed official": (
        ["A senior official said the list was final."],
        [("A senior official", "official", "paraphrase", "say", "A senior official")],
    ),
    "critics": (
        ["Critics say the law goes too far."],
        [("Critics", "analyst", "paraphrase", "say", "Critics")],
    ),
    "well known without descriptor": (
        ["Putin said the pipeline would be built."],
        [("Putin", "official", "paraphrase", "say", "Putin")],
    ),
    "news agency": (
        ["Reuters reported that the ship had sunk."],
        [("Reuters", "media", "paraphrase", "report", "Reuters")],
    ),
    "the article outranks the lexicon": (
        ["Putin, a baker from Tula, said bread had become dear."],
        [("Putin", "private", "paraphrase", "say", "Putin, a baker from Tula")],
    ),
    "a pronoun is no acronym": (
        ["Nobody knew who said it."],
        [NOBODY],
    ),
    "acronym in capitals": (
        ["WHO said the outbreak was over."],
        [("WHO", "official", "paraphrase", "say", "WHO")],
    ),
    "embassy of a country is not a person": (
        ["The United States embassy denied the report."],
        [("The United States embassy", "official", "paraphrase", "deny", "The United States embassy")],
    ),
    "apposition is no part of an unnamed source's name": (
        ["The provincial government, which opposed the merger, said it would appeal."],
        [
            (
                "The provincial government",
                "official",
                "paraphrase",
                "say",
                "The provincial government, which opposed the merger",
            )
        ],
    ),
    "apostrophe inside a body's name": (
        ["The Oil Shippers' League said rates were too low."],
        [("Oil Shippers' League", "official", "paraphrase", "say", "The Oil Shippers' League")],
    ),
}

KNOWN_FAILURES: dict[str, tuple[list[str], list[Expected]]] = {
    "a person behind a body and a subordinate title": (
        ["Harbour pilots' spokesman-elect Rui Pires, asked by radio, gave no date."],
        [("Rui Pires", "official", "paraphrase", "give", "Rui Pires")],
    ),
}


def speakers(sentences: list[str]) -> list[Expected]:
    found = [attribution.speaker for attribution in attribute(sentences)]
    return [s and (s.name, s.role, s.kind, s.cue, s.mention) for s in found]


def cases(table: dict[str, tuple[list[str], list[Expected]]], *marks: pytest.MarkDecorator) -> list:
    return [pytest.param(*case, id=name, marks=marks) for name, case in table.items()]


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        *cases(RESOLVED),
        *cases(QUOTED),
        *cases(CUES),
        *cases(SOURCES),
        *cases(KNOWN_FAILURES, pytest.mark.xfail(strict=True)),
    ],
)
def test_speakers(sentences: list[str], expected: list[Expected]) -> None:
    assert speakers(sentences) == expected
