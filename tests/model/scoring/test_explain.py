"""Explanations: shares that add up to the logit, handed to the words they come from."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(min_size=1, max_size=80),
    st.sampled_from(
        [
            'The minister said: "We will retaliate unless they leave."',
            "İstanbul ﬁne ß “quoted” words\u00a0and\u2003spaces, said said said.",
            "Analysts warn that the truce may collapse.",
        ]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(sentences=st.lists(TEXTS, min_size=1, max_size=3))
def test_contributions_add_up_to_the_logit(classifier, sentences):
    for sentence in classifier.classify_sentences(sentences, explain=True).sentences:
        why = sentence.explanation
        if sentence.boilerplate:
            assert why is None
            continue
        assert why.label == sentence.label
        assert why.intercept + sum(c.weight for c in why.contributions) == pytest.approx(why.logit, abs=1e-9)
        for c in why.contributions:
            if c.field == "word":
                assert sentence.text[c.start : c.start + len(c.text)] == c.text
            else:
                assert c.start is None


def test_logits_give_the_probabilities(classifier):
    """The softmax of all labels' logits is the distribution: the explained logit is the calibrated one."""
    from model.features import fields_of
    from model.labels import LABELS
    from model.scoring.explain import explain_row

    text = "The union threatened to strike unless wages rise."
    logits = [explain_row(classifier.readers.scorer, fields_of([text])[0], label).logit for label in LABELS]
    total = sum(math.exp(v) for v in logits)
    said = classifier.classify_sentences([text], reader="fast").sentences[0].probabilities
    assert [math.exp(v) / total for v in logits] == pytest.approx([said[label] for label in LABELS], abs=1e-9)


def test_the_deciding_word_is_found(classifier):
    text = "The union threatened to strike on Friday."
    (sentence,) = classifier.classify_sentences([text], explain=True).sentences
    assert sentence.label == "threat"
    strongest = {c.text for c in sentence.explanation.contributions[:6] if c.weight > 0}
    of_the_verb = {"threatened", "threaten", "verb:threaten", "strongest:threaten"}
    with_its_frame = {"strike", "harm", "threaten:to", "threaten:measure", "threaten:side"}
    assert strongest & (of_the_verb | with_its_frame)
    assert {c.field for c in sentence.explanation.contributions} > {"word", "cue", "descriptor"}


def test_no_explanation_unless_asked(classifier):
    (sentence,) = classifier.classify_sentences(["Rain fell."]).sentences
    assert sentence.explanation is None
    assert "explanation" not in sentence.to_dict()
