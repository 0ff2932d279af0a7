"""Names in a sentence: runs of capitalised words, parted into what describes and what names."""

from dataclasses import dataclass

from model.attribution import lexicon
from model.attribution.tokens import Tokens

_LINKS = frozenset(
    [
        "de",
        "da",
        "di",
        "del",
        "della",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "van",
        "von",
        "der",
        "den",
        "du",
        "dos",
        "das",
        "ten",
        "ter",
        "y",
        "e",
        "ap",
    ]
)
_ORG_LINKS = frozenset(("of", "for", "&", "and", "the"))
_ORGANISATIONS = frozenset(
    [
        "ministry",
        "department",
        "university",
        "institute",
        "institution",
        "college",
        "school",
        "bank",
        "council",
        "party",
        "committee",
        "agency",
        "commission",
        "office",
        "bureau",
        "association",
        "union",
        "federation",
        "foundation",
        "centre",
        "center",
        "court",
        "parliament",
        "congress",
        "senate",
        "house",
        "group",
        "inc",
        "inc.",
        "corp",
        "corp.",
        "ltd",
        "ltd.",
        "co.",
        "plc",
        "llc",
        "company",
        "corporation",
        "fund",
        "trust",
        "board",
        "authority",
        "administration",
        "army",
        "navy",
        "force",
        "forces",
        "police",
        "organization",
        "organisation",
        "alliance",
        "network",
        "society",
        "league",
        "club",
        "service",
        "services",
        "coalition",
        "front",
        "movement",
        "times",
        "post",
        "journal",
        "news",
        "herald",
        "telegraph",
        "guardian",
        "tribune",
        "gazette",
        "press",
        "radio",
        "tv",
        "television",
        "hospital",
        "church",
        "campaign",
        "airlines",
        "airways",
        "motors",
        "industries",
        "holdings",
        "partners",
        "securities",
        "capital",
        "research",
        "laboratory",
        "observatory",
        "museum",
        "academy",
        "chamber",
        "exchange",
        "reserve",
        "treasury",
        "guard",
        "command",
    ]
)
_TITLES = {"mr.": "he", "mr": "he", "sir": "he", "lord": "he", "mrs.": "she", "mrs": "she", "ms.": "she", "ms": "she", "dame": "she",
           "lady": "she", "dr.": "", "dr": "", "prof.": "", "prof": "", "sen.": "", "rep.": "", "gov.": "", "gen.": "", "lt.": "",
           "col.": "", "maj.": "", "sgt.": "", "capt.": "", "adm.": "", "rev.": "", "hon.": "", "miss": "she"}  # fmt: skip
_NOT_NAMES = lexicon.words("time") | frozenset(("i", "i'm", "i've", "i'd", "i'll"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name found in a sentence.

    Attributes:
        start: Index of its first token, titles aside.
        stop: Index after its last token.
        words: The naming words.
        described: Index where the words that describe it begin (title, office, nationality); ``start`` where none do.
        gender: "he", "she" or "".
        person: Whether it names a person, as far as its form shows.

    """

    start: int
    stop: int
    words: tuple[str, ...]
    described: int
    gender: str
    person: bool

    @property
    def text(self) -> str:
        """The name as one string."""
        return " ".join(self.words)

    @property
    def key(self) -> str:
        """What later mentions share with it: the surname of a person, the whole of anything else."""
        return (self.words[-1] if self.person or len(self.words) == 1 else self.text).lower()


def find_names(tokens: Tokens) -> list[Name]:
    """Return the names of a sentence in order."""
    names: list[Name] = []
    index, count = 0, len(tokens)
    while index < count:
        if _capitalised(tokens, index):
            stop = _run_end(tokens, index)
            name = _split(tokens, index, stop)
            if name:
                names.append(name)
            index = stop
        else:
            index += 1
    return names


def _capitalised(tokens: Tokens, index: int) -> bool:
    word = tokens.words[index]
    if not word[0].isupper():
        return False
    lower = tokens.lower[index]
    if lower in _NOT_NAMES and not _after_given_name(tokens, index):
        return False
    opens = index == 0 or not (tokens.words[index - 1][0].isalnum() or tokens.words[index - 1] in ",&'’-/")
    return not (opens and lower in lexicon.words("starter"))


def _after_given_name(tokens: Tokens, index: int) -> bool:
    """Tell whether a month is a surname here: "Theresa May"."""
    return index > 0 and tokens.lower[index - 1] in lexicon.genders() and tokens.words[index - 1][0].isupper()


def _run_end(tokens: Tokens, start: int) -> int:
    """Return the index after the run of capitalised words that begins at ``start``."""
    words, count = tokens.words, len(tokens)
    stop = start + 1
    while stop < count:
        word = words[stop]
        if word[0].isupper() and (tokens.lower[stop] not in _NOT_NAMES or _after_given_name(tokens, stop)):
            stop += 1
        elif tokens.lower[stop] in _LINKS and stop + 1 < count and words[stop + 1][0].isupper():
            stop += 2
        elif tokens.lower[stop] in _ORG_LINKS and _is_organisation(tokens, start, stop) and _goes_on(tokens, stop):
            stop += 2 if words[stop + 1][0].isupper() else 3
        else:
            break
    return min(stop, count)


def _is_organisation(tokens: Tokens, start: int, stop: int) -> bool:
    return any(tokens.lower[i] in _ORGANISATIONS for i in range(start, stop))


def _goes_on(tokens: Tokens, link: int) -> bool:
    """Tell whether a body's name goes on after "of", "for" or "and": "Ministry of [the] Interior"."""
    words, count = tokens.words, len(tokens)
    if tokens.lower[link] in ("and", "&", "the"):
        return tokens.words[link] == "&" and link + 1 < count and words[link + 1][0].isupper()
    if link + 1 < count and words[link + 1][0].isupper():
        return True
    return link + 2 < count and tokens.lower[link + 1] == "the" and words[link + 2][0].isupper()


def _split(tokens: Tokens, start: int, stop: int) -> Name | None:
    """Part a run into description ("Foreign Minister", "Mr") and name; None where it holds no name."""
    lower, roles = tokens.lower, lexicon.roles()
    last = max((i for i in range(start, stop) if lower[i] in roles or lower[i] in _TITLES), default=None)
    organisation = _is_organisation(tokens, start, stop)
    gender = ""
    first = start
    if last is not None and last + 1 < stop and lower[last + 1] not in _LINKS | _ORG_LINKS:
        first = last + 1
        organisation = _is_organisation(tokens, first, stop)
        gender = next((_TITLES[lower[i]] for i in range(start, first) if lower[i] in _TITLES), "")
    elif last is not None and not organisation and last == stop - 1 and lower[last] in _TITLES:
        return None
    words = tuple(tokens.words[first:stop])
    titled = first > start
    plain = all(word[0].isalpha() for word in words)
    office = last is not None and first == start  # "Foreign Minister", with nobody's name
    acronym = len(words) == 1 and len(words[0]) > 1 and words[0].isupper()
    person = plain and not organisation and not office and not acronym and (titled or 2 <= len(words) <= 5)
    described = _described_from(tokens, start) if person or titled else first
    if person and not gender:
        gender = lexicon.genders().get(words[0].lower(), "")
    return Name(first, stop, words, min(described, first), gender, person)


def _described_from(tokens: Tokens, start: int) -> int:
    """Return where the description before a name begins: "the Kremlin's chief spokesman [Dmitry Peskov]"."""
    roles = lexicon.roles()
    index = start
    if index == 0 or tokens.lower[index - 1] not in roles or tokens.quoted[index - 1] != tokens.quoted[start]:
        return start
    determiners, stops = lexicon.words("determiner"), _NP_STOPS
    while (
        index > 0
        and tokens.lower[index - 1] not in stops
        and tokens.words[index - 1][0].isalnum() | (tokens.lower[index - 1] == "'s")
    ):
        index -= 1
        if tokens.lower[index] in determiners and tokens.lower[max(index - 1, 0)] != "of":
            break
        if start - index > 10:
            break
    return index


_NP_STOPS = (
    lexicon.words("clause")
    | lexicon.words("auxiliary")
    | lexicon.words("pronoun")
    | lexicon.words("time")
    | lexicon.words("preposition")
    | frozenset(lexicon.verbs())
)
