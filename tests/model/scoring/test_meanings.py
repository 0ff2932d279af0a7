"""Explanations speak English: every feature that a model has learned is described in words."""

import re

import pytest

from model.scoring.meanings import describe_feature

MEANINGS = [
    ("context", "before:official:quote", "the sentence before quotes an official"),
    ("context", "before2:nobody", "the last but one sentence is the reporter's own"),
    ("context", "after:same", "the sentence after has the same speaker"),
    ("context", "before:edge", "there is no sentence before"),
    ("context", "document:spoken:2", "about half of the article's other sentences have a speaker"),
    ("cue", "strongest:threaten", "“threaten” says who vouches for it"),
    ("cue", "according:according_to", "“according to” somebody"),
    ("cue", "none", "no word of speech"),
    ("descriptor", "foreign minister", "the speaker is described with “foreign minister”"),
    ("descriptor", "role:analyst kind:quote", "the speaker is an expert and it is quoted"),
    ("flags", "length:2", "it has 16 to 23 words"),
    ("flags", "quoted:we", "the quotation has “we”"),
    ("neighbours", "strike", "“strike” stands in a sentence beside it"),
]


@pytest.mark.parametrize(("block", "feature", "meaning"), MEANINGS)
def test_meaning(block, feature, meaning):
    assert describe_feature(block, feature) == meaning


def test_every_feature_has_one(classifier):
    for block in classifier.readers.scorer.weights.blocks:
        if block.field not in {"text", "neighbours"}:  # whose features are words as they stand
            for name in block.names:
                assert not re.search(r"\w:\w|\w_\w", describe_feature(block.name, name)), (block.name, name)
