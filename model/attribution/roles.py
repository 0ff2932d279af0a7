"""What a source speaks as, judged by its descriptions."""

from collections.abc import Sequence

from model.attribution import lexicon
from model.records import Role


def role_of(descriptors: Sequence[str], name: str) -> Role:
    """Return what a source speaks as: by its descriptions, else by what is generally known of its name.

    >>> role_of(["a former foreign minister"], "Ann Lee")
    'analyst'
    """
    for descriptor in descriptors:
        role = _role_of_phrase(descriptor.lower().split())
        if role:
            return role
    known = lexicon.known(name)
    if known:
        return known.role
    return _role_of_phrase(name.lower().split()) or "unknown"


def _role_of_phrase(words: list[str]) -> Role | None:
    """Return the role of the last role noun before the first preposition, else of the first after it."""
    roles = lexicon.roles()
    words = [word.strip(",.()'’\"").removesuffix("'s").removesuffix("’s") for word in words]
    if any(word in ("former", "ex", "retired", "onetime", "one-time") or word.startswith("ex-") for word in words[:6]):
        return "analyst"
    cut = next((i for i, word in enumerate(words) if i and word in lexicon.words("preposition")), len(words))
    for part in (reversed(range(cut)), iter(range(cut, len(words)))):
        for i in part:
            pair = " ".join(words[i - 1 : i + 1]) if i else ""
            role = roles.get(pair) or roles.get(words[i])
            if role:
                return role
    return None
