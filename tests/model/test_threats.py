"""Threat evidence: frames of harm in their word order, and who threatens whom, on what condition, by when."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.attribution import attribute
from model.placement import Placement
from model.threats import find_threat, threat_features
from model.threats.frames import find_frames


def frames_of(sentence: str) -> list[str]:
    """Return "mood kind actor" of each frame, with "not" where it is denied."""
    (attribution,) = attribute([sentence])
    return [f"{'not ' * f.negated}{f.mood} {f.kind} {f.actor}" for f in find_frames(attribution.tokens)]


def features_of(sentence: str) -> set[str]:
    (attribution,) = attribute([sentence])
    return set(threat_features(attribution))


ANNOUNCED = [
    ("The rebels said they would burn the mill if the tax stood.", ["would force they"]),
    ("“Any boat that crosses the line will be rammed,” Captain Ole Strand said.", ["will force thing"]),
    ("“We'll shut down every depot,” the drivers' leader, Ana Kolb, said.", ["will halt own"]),
    ("Drivers will walk out on Friday, the union said.", ["will measure side"]),
    ("The governor threatened to strip the city of its licence.", ["threaten measure side"]),
    ("The group vowed revenge for the raid.", ["vow response side"]),
    ("Norland has threatened Sudland with new sanctions.", ["threaten measure name"]),
    ("Duties will take effect on 1 June, the ministry said.", ["will measure harm"]),
    ("“They will pay a very heavy price,” the general said.", ["will cost they"]),
    ("“You will regret it,” he told the mayor.", ["will cost addressee"]),
    ("The ministry announced fresh sanctions against Norland.", ["announce measure side"]),
    ("“We will not sit idly by,” the envoy said.", ["will endure own"]),
    ("The port workers will not return until the order is withdrawn.", ["will deny side"]),
    ("An attack will be met with overwhelming force, the colonel said.", ["will force harm"]),
    ("The firm plans to sue the council.", ["intend measure side"]),
    ("Norland is to expel two diplomats.", ["intend measure name"]),
    ("“We will see them in court,” said neighbour Olga Pitt.", ["will measure own"]),
    ("The army will find and punish whoever did this.", ["will force side"]),
    ("The council is considering suing the builder.", ["consider measure side"]),
    ("Norland would, the envoy said, retaliate.", ["would response name"]),
    ("The army may strike the depot.", ["may force side"]),
    ("The army continued to wait, but it will not hesitate to use force.", ["will endure they"]),
]
DENIED = [
    ("The dockers' union promised not to walk out before the fair.", ["not vow measure side"]),
    ("The navy said it would not fire on the trawlers.", ["not would measure they"]),
    ("“We won't attack first,” the marshal said.", ["not will force own"]),
    ("Nobody has threatened to sue, the builder's lawyer said.", ["not threaten measure nobody"]),
    ("The company has never threatened to close the plant.", ["not threaten halt side"]),
    ("The minister said no reporter would be arrested.", ["not would measure side"]),
    ("The front said it did not intend to bomb the bridge.", ["not intend force they"]),
    ("“We are not going to sue anybody,” she said.", ["not intend measure own"]),
    ("The ministry is not planning to expel the envoy.", ["not intend measure side"]),
    ("Neither side will strike before talks end, he said.", ["not will force side"]),
    ("The militia pledged never to shell the market.", ["not vow force side"]),
]
HARMLESS = [
    "The dam will burst within 48 hours, engineers said.",
    "“Every ship in the bay must anchor,” the harbour master said.",
    "The minister will meet farmers on Friday to discuss sanctions relief.",
    "The shop will be painted.",
    "",
]


@pytest.mark.parametrize(("sentence", "frames"), ANNOUNCED + DENIED)
def test_frames(sentence, frames):
    assert frames_of(sentence) == frames


@pytest.mark.parametrize("sentence", HARMLESS)
def test_no_frame_without_announced_harm(sentence):
    assert frames_of(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "some"),
    [
        ("“You have 24 hours,” the colonel told the villagers.", {"ultimatum"}),
        ("The owners gave the crew until Monday to leave the ship.", {"ultimatum"}),
        ("The owners set a ten day deadline.", {"ultimatum"}),
        ("The tenants must pay or face eviction.", {"or-else"}),
        ("Sudland has repeatedly threatened to block the strait.", {"threaten:to", "threaten:habit", "harm"}),
        ("Sudland will answer in kind, the envoy said.", {"in-answer"}),
        ("The navy will sink the boat unless it turns back.", {"harm&unless", "will:force", "force:side:active"}),
        ("The envoy warned of grave consequences if the wall went up.", {"warn:of", "warn:condition", "warn:harm"}),
        ("The court imposed a fine.", {"done:past"}),
        ("Norland has expelled the envoy.", {"done:perfect"}),
        ("The premier has not ruled out an embargo.", {"not-ruled-out"}),
        ("The premier ruled out an embargo.", {"ruled-out"}),
        ("The lawyer denied threatening the witness.", {"threaten:denied"}),
        ("The pilots vowed not to strike.", {"vow:not", "not-harm"}),
        ("Their threat to quit was discussed.", {"noun:threat:to"}),
    ],
)
def test_evidence_beside_the_frames(sentence, some):
    assert some <= features_of(sentence)


@pytest.mark.parametrize("sentence", ["The mayor opened the fair.", "If it rains, the fair moves indoors."])
def test_no_evidence_where_nothing_speaks_of_harm(sentence):
    assert features_of(sentence) == set()


def test_a_denied_harm_is_none():
    assert not {"harm", "threaten:to"} & features_of("Nobody has threatened to sue the builder.")


_IF_SENT = "if Sudland sends guards", None


@pytest.mark.parametrize(
    ("sentence", "by", "against", "condition", "deadline"),
    [
        (
            "The navy will sink every trawler unless the fleet leaves by Friday.",
            *("The navy", "every trawler", "unless the fleet leaves by Friday", "by Friday"),
        ),
        (
            "“If they build, we will see them in court,” said neighbour Olga Pitt.",
            *("neighbour Olga Pitt", "them", "If they build", None),
        ),
        ("“You have 48 hours,” the colonel told the rebels.", "the colonel", "the rebels", None, "48 hours"),
        (
            "“Any boat that crosses the line will be rammed,” Captain Ole Strand said.",
            *("Captain Ole Strand", "Any boat", None, None),
        ),
        ("Norland threatened to impose duties on Sudland.", "Norland", "Sudland", None, None),
        ("The ministry announced sanctions against Norland.", "The ministry", "Norland", None, None),
        ("Teachers will walk out if talks fail.", "Teachers", None, "if talks fail", None),
        (
            "The owners gave the crew until the end of next week to leave or face arrest.",
            *(None, "the crew", "or face arrest", "until the end of next week"),
        ),
        ("The president said he would veto the bill if it passed.", "The president", "the bill", "if it passed", None),
        ("“They will pay a heavy price,” the general said.", "the general", "They", None, None),
        ("The strike will begin within 48 hours, the union said.", "the union", None, None, "within 48 hours"),
        ("“Should they land, we will shoot,” the major said.", "the major", None, "Should they land", None),
        ("The admiral said he would “crush” the raiders.", "The admiral", "the raiders", None, None),
        ("“We will answer,” the admiral told reporters.", "the admiral", None, None, None),
        ("“We will close our ports,” the premier said on state radio.", "the premier", "our ports", None, None),
        ("Duties will be imposed on ore from Norland.", None, "ore from Norland", None, None),
        ("Norland is to put a levy of at least 9% on all timber.", "Norland", "all timber", None, None),
        ("Mayor Lund on Sunday vowed revenge if Sudland sends guards.", "Mayor Lund", "Sudland", *_IF_SENT),
        ("The raid brought an immediate vow of revenge, the envoy said.", "the envoy", None, None, None),
        ("Envoy Ana Kolb added that Norland will not look away.", "Norland", None, None, None),
        ("The colonel gave a warning to the smugglers that shots would follow.", None, "the smugglers", None, None),
        (
            "The union calls on Harbour Lines to pay or face a walkout.",
            "The union",
            "Harbour Lines",
            "or face a walkout",
            None,
        ),
        ("The miners will strike till the wage is paid.", "The miners", None, "till the wage is paid", None),
        (
            "The admiral said ships would be sunk by the middle of June.",
            "The admiral",
            "ships",
            None,
            "by the middle of June",
        ),
        ("The council moved to punish the brewers by closing their taverns.", None, "the brewers", None, None),
    ],
)
def test_parts_of_a_threat(sentence, by, against, condition, deadline):
    (attribution,) = attribute([sentence])
    found = [span and sentence[span.start : span.end] for span in find_threat(attribution)]
    assert found == [by, against, condition, deadline]


WORDS = [
    *("We", "they", "the navy", "Norland", "will", "won't", "would", "threatened", "vowed", "to", "not", "sink", "sue"),
    *("pay", "a price", "sanctions", "against", "told", "the rebels", "if", "unless", "until", "by", "Friday", "or"),
    *("face", "48", "hours", "you", "that", "who", "said", "“", "”", ",", ".", "\u200b", "’s", "\n\n", "in court"),
]
texts = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
loaded = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


@loaded
@given(text=st.one_of(texts, st.text(max_size=80)))
def test_parts_stand_where_they_are_said_to_stand(text):
    padded = f"  {text}"
    for attribution, start in zip(attribute([text]), [2], strict=True):
        threat = Placement(text, start, visible=True).threat(find_threat(attribution))
        for part in (threat.by, threat.against, threat.condition, threat.deadline):
            assert part is None or (part.text and part.text == padded[part.start : part.end])


@loaded
@given(text=texts)
def test_parts_lie_inside_their_sentence(classifier, text):
    for sentence in classifier.classify(text).sentences:
        assert sentence.threat is None or sentence.label == "threat"
        for part in (
            sentence.threat
            and (sentence.threat.by, sentence.threat.against, sentence.threat.condition, sentence.threat.deadline)
        ) or ():
            if part is not None:
                assert part.text == text[part.start : part.end]
                assert sentence.start <= part.start < part.end <= sentence.end
