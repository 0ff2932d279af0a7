"""Describes features in plain English, for explanations."""

from functools import lru_cache
from typing import Final

_ROLES: Final = {
    "official": "an official",
    "analyst": "an expert",
    "media": "a news organisation",
    "private": "a private person",
    "unknown": "somebody whose part is not known",
}
_KINDS: Final = {"quote": "quotes", "paraphrase": "reports the words of", "continued": "goes on with the words of"}
_PLACES: Final = {
    "before": "the sentence before",
    "after": "the sentence after",
    "before2": "the last but one sentence",
    "after2": "the next but one sentence",
}
_CUES: Final = {
    "verb": "somebody uses the verb {}",
    "inverted": "{} with the speaker after it",
    "ing": "the verb {} in a participle clause",
    "subordinate": "{} vouches for a clause only, not for the sentence",
    "according": "{} somebody",
    "passive": "the verb {} in the passive",
    "noun": "the noun {}",
    "strongest": "{} says who vouches for it",
    "weak": "{} is used, but not to say who vouches for it",
}
_SPOKEN: Final = ("none", "about a quarter", "about half", "about three quarters", "all")
_OPINED: Final = ("hardly any", "about one in six", "about one in three", "half or more")
_WORDS: Final = {
    "future": "words of the future",
    "conditional": "words of condition",
    "hedge": "words of doubt",
    "evaluation": "words of judgement",
    "contrast": "words of contrast",
    "necessity": "words of necessity",
    "hostile": "words of harm",
    "menace": "words of menace",
    "deadline": "words of a deadline",
    "writer": "“I”",
    "we": "“we”",
    "you": "“you”",
    "figure": "figures in words",
    "past-event": "words of past events",
}
_PLAIN: Final = {
    ("cue", "none"): "no word of speech",
    ("descriptor", "nobody"): "nobody vouches for it but the reporter",
    ("descriptor", "undescribed"): "the article does not say who the speaker is",
    ("flags", "unquoted"): "it quotes nothing",
    ("flags", "continues"): "a quotation goes on in it",
    ("flags", "runs-on"): "its quotation goes on after it",
    ("flags", "digits"): "it has figures",
    ("flags", "question"): "it asks",
    ("flags", "exclamation"): "it ends with an exclamation mark",
    ("flags", "stop"): "it ends with a full stop",
    ("flags", "colon"): "it ends with a colon",
    ("flags", "no-stop"): "it ends without a full stop",
    ("flags", "quoted:whole"): "all of it is quoted",
    ("flags", "quoted:most"): "most of it is quoted",
    ("flags", "quoted:part"): "a part of it is quoted",
    ("flags", "relayed"): "a news organisation relays it",
}
_HARM: Final = {
    **dict.fromkeys(("own", "side"), "the speaker's side acts"),
    "addressee": "those spoken to act",
    **dict.fromkeys(("he", "they", "name"), "somebody named acts"),
    **dict.fromkeys(("thing", "shared"), "no person acts"),
    "harm": "a harm is named",
    "speaker": "the speaker says so",
    **{role: f"the speaker is {who}" for role, who in _ROLES.items()},
    "nobody": "nobody vouches for it but the reporter",
    "active": "in the active",
    "passive": "in the passive",
    "quoted": "quoted",
    "told": "told",
    "relayed": "a news organisation relays it",
    "denied": "denied",
    "not": "not to do it",
    "not-harm": "harm denied",
    "habit": "as a habit",
    "condition": "on a condition",
    "deadline": "a deadline",
    "ultimatum": "a time given to somebody",
    "in-answer": "in answer to something",
    "or-else": "or else",
    "option": "an option only",
    "done": "harm done already",
}
_LENGTH_STEP: Final = 8  # tokens from one length feature to the next


@lru_cache(maxsize=16_384)
def describe_feature(block: str, feature: str) -> str:
    """Return what a feature of a block means, in words.

    >>> describe_feature("context", "before:official:quote")
    'the sentence before quotes an official'
    >>> describe_feature("cue", "verb:threaten")
    'somebody uses the verb “threaten”'
    """
    parts = feature.split(" ")
    if block == "descriptor" and not any(":" in part or (block, part) in _PLAIN for part in parts):
        return f"the speaker is described with “{feature}”"
    return " and ".join(_describe(block, part) for part in parts)


def _describe(block: str, feature: str) -> str:
    plain = _PLAIN.get((block, feature))
    if plain:
        return plain
    kind, _, value = feature.partition(":")
    if block == "cue":
        word = (value if value and kind in _CUES else feature).replace("_", " ")
        return _CUES.get(kind if value else "", "{}").format(f"“{word}”")
    if block == "descriptor":
        return _describe_speaker(kind, value) if value else f"the speaker is described with “{feature}”"
    if block == "flags":
        return _describe_form(kind, value)
    if block == "context":
        return _describe_context(kind, value)
    if block == "threat":
        return _describe_threat(feature)
    if block == "neighbours":
        return f"“{feature}” stands in a sentence beside it"
    return feature.replace("_", " ").replace("-", " ").replace(":", ": ")


def _describe_speaker(kind: str, value: str) -> str:
    if kind == "kind":
        return {"quote": "it is quoted", "paraphrase": "it is reported speech"}.get(value, "it goes on with a speech")
    known = " as is generally known" if kind == "known" else ""
    return f"the speaker is {_ROLES.get(value, value)}{known}"


def _describe_form(kind: str, value: str) -> str:
    if kind == "length":
        least = int(value) * _LENGTH_STEP
        return (
            f"it has {least} words or more" if value == "6" else f"it has {least} to {least + _LENGTH_STEP - 1} words"
        )
    if kind == "quoted":
        return f"the quotation has {_WORDS[value]}"
    return f"it has {_WORDS[kind]}"


def _describe_threat(feature: str) -> str:
    """Return what a feature of the field of threats says: its parts, each in words."""
    parts = [part for piece in feature.split("&") for part in piece.split(":")]
    return "wording of harm to come: " + ", ".join(_HARM.get(part, f"“{part.replace('-', ' ')}”") for part in parts)


def _describe_context(kind: str, value: str) -> str:
    if kind == "document":
        what, _, share = value.partition(":")
        if what == "spoken":
            return f"{_SPOKEN[int(share)]} of the article's other sentences have a speaker"
        if what == "analysts":
            return f"{_OPINED[int(share)]} of the article's other sentences are an expert's"
        return "the article's writer says “I”" if share != "0" else "the article's writer never says “I”"
    place = _PLACES[kind]
    if value == "edge":
        return (
            f"there is no such sentence: {place}" if kind.endswith("2") else f"there is {place.replace('the', 'no', 1)}"
        )
    if value == "same":
        return f"{place} has the same speaker"
    if value == "nobody":
        return f"{place} is the reporter's own"
    role, _, spoken = value.partition(":")
    return f"{place} {_KINDS[spoken]} {_ROLES[role]}"
