"""The word lists hold each form once, in order, and none that the readers of text could never look up."""

import re
from itertools import pairwise

import pytest

from model.attribution import lexicon
from model.attribution.quotations import find_quotations
from model.attribution.tokens import tokenize
from model.lexicon import read_sections, read_text

FILES = [
    *(
        "abbreviations",
        "descriptions",
        "first-names",
        "flags",
        "function-words",
        "languages",
        "names",
        "reporting",
        "roles",
        "threats",
    ),
]
LOOKED_UP_AS_TOKENS = ["function-words", "names"]
ONE_SECTION_EACH = {"roles": None, "reporting": {"say", "speech", "act", "weak", "belief"}}


@pytest.mark.parametrize("name", FILES)
def test_each_section_is_sorted_and_holds_each_form_once(name):
    for section, forms in written_sections(name).items():
        wrong = [(one, other) for one, other in pairwise(forms) if (one.lower(), one) >= (other.lower(), other)]
        assert not wrong, f"{name}.txt [{section}]: out of order or given twice: {wrong}"


@pytest.mark.parametrize("name", ONE_SECTION_EACH)
def test_a_form_stands_in_one_section_only(name):
    seen: dict[str, str] = {}
    for section, forms in read_sections(f"{name}.txt").items():
        for form in forms if ONE_SECTION_EACH[name] is None or section in ONE_SECTION_EACH[name] else ():
            assert form not in seen, f"{form!r} stands under [{section}] and [{seen[form]}]"
            seen[form] = section


@pytest.mark.parametrize("name", LOOKED_UP_AS_TOKENS)
def test_every_form_is_what_the_tokeniser_makes_of_it(name):
    for section, forms in read_sections(f"{name}.txt").items():
        unreachable = [form for form in forms if not any(map(is_token, spellings(form)))]
        assert not unreachable, f"{name}.txt [{section}]: no text has these tokens: {unreachable}"


def test_role_nouns_are_written_as_descriptions_are_read():
    """Descriptions are compared without marks and possessive endings, and plurals are made by rule."""
    for role, nouns in read_sections("roles.txt").items():
        bare = [re.sub(r"'s\b|[^\w\s/&é-]", "", noun) for noun in nouns]
        assert bare == nouns, f"[{role}]: {set(nouns) - set(bare)} can never match"
        made = {lexicon.plural(noun) for noun in nouns if lexicon.plural(noun) != noun}
        assert not made & set(nouns), f"[{role}]: plurals that are made by rule: {made & set(nouns)}"


def written_sections(name: str) -> dict[str, list[str]]:
    """Return the forms of each section as they are written, with underscores."""
    sections: dict[str, list[str]] = {}
    for line in read_text(f"{name}.txt").splitlines():
        content = line.partition("#")[0].strip()
        if content.startswith("["):
            forms = sections.setdefault(content.strip("[]"), [])
        elif content:
            forms += content.split()
    return sections


def spellings(form: str) -> set[str]:
    return {form, form.title(), form.capitalize()}


def is_token(form: str) -> bool:
    sentence = f"Then {form} X"
    tokens = tokenize(sentence, find_quotations([sentence])[0])
    return list(tokens.lower[1 : len(tokens) - 1]) == form.lower().split()
