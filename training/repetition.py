"""Finds repetition in sentences: duplicates, overused phrases, and runs of words shared with texts known by hash."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

MAX_FIVE_GRAM = 48  # documents in which one run of five words may occur; "before the end of the" comes close
LEAST_PLAIN = 4  # words of the five that are no name or number: "at the X of X" says nothing about style
NEAR_DUPLICATE = 0.4  # Jaccard similarity of the word trigrams of two sentences
LEAST_COMPARED = 6  # words; shorter sentences are often alike by chance ("He declined to comment.")
SHARED_RUN = 8
HASH_BYTES = 5
_SALT = b"stancewire"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class LocatedSentence:
    """A sentence and where it stands: its document's id and its index there."""

    document: str
    index: int
    text: str

    def __str__(self) -> str:
        return f"{self.document}#{self.index}"


def find_duplicates(sentences: Iterable[LocatedSentence]) -> list[str]:
    """Return the sentences that differ from another only in case, punctuation and white space."""
    first: dict[tuple[str, ...], LocatedSentence] = {}
    found = []
    for sentence in sentences:
        other = first.setdefault(tuple(split_words(sentence.text)), sentence)
        if other is not sentence:
            found.append(f"{sentence}: same words as {other}: {sentence.text}")
    return found


def find_near_duplicates(sentences: Iterable[LocatedSentence]) -> list[str]:
    """Return the pairs of sentences that share too many of their word trigrams."""
    grams = {
        s: frozenset(make_ngrams(split_words(s.text), 3))
        for s in sentences
        if len(split_words(s.text)) >= LEAST_COMPARED
    }
    holders: defaultdict[tuple[str, ...], list[LocatedSentence]] = defaultdict(list)
    for sentence, own in grams.items():
        for gram in own:
            holders[gram].append(sentence)
    shared = Counter(pair for alike in holders.values() for pair in combinations(alike, 2))
    found = []
    for (one, other), common in shared.items():
        similarity = common / (len(grams[one]) + len(grams[other]) - common)
        if similarity >= NEAR_DUPLICATE:
            found.append(f"{one} and {other}: {similarity:.2f} alike: {one.text} | {other.text}")
    return found


def find_overused_phrases(sentences: Iterable[LocatedSentence]) -> list[str]:
    """Return the runs of five words, names and numbers masked, that occur in too many documents."""
    documents: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for sentence in sentences:
        for gram in make_ngrams(mask_words(sentence.text), 5):
            if sum(word not in ("X", "0") for word in gram) >= LEAST_PLAIN:
                documents[gram].add(sentence.document)
    return [
        f'"{" ".join(gram)}" in {len(where)} documents, at most {MAX_FIVE_GRAM}: {", ".join(sorted(where)[:3])}, …'
        for gram, where in documents.items()
        if len(where) > MAX_FIVE_GRAM
    ]


def find_shared_runs(sentences: Iterable[LocatedSentence], known: frozenset[bytes]) -> list[str]:
    """Return the runs of eight words whose hash is among the known ones."""
    return [
        f'{sentence}: shared with an evaluation text: "{" ".join(gram)}"'
        for sentence in sentences
        for gram in make_ngrams(split_words(sentence.text), SHARED_RUN)
        if hash_run(gram) in known
    ]


def hash_runs(texts: Iterable[str]) -> frozenset[bytes]:
    """Return the hashes of every run of eight words."""
    return frozenset(hash_run(gram) for text in texts for gram in make_ngrams(split_words(text), SHARED_RUN))


def hash_run(gram: Sequence[str]) -> bytes:
    """Return a run's salted 40-bit hash: long enough that chance finds no match in a corpus of this size."""
    return hashlib.blake2b(" ".join(gram).encode(), digest_size=HASH_BYTES, key=_SALT).digest()


def split_words(text: str) -> list[str]:
    """Return a text's words and numbers in lower case, apostrophes straightened."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def mask_words(text: str) -> list[str]:
    """Return a text's words, with "0" for a number and "X" for a name: capitalised, not the first word, not "I"."""
    return [_mask(word, first=i == 0) for i, word in enumerate(_WORD.findall(text))]


def make_ngrams(tokens: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    """Yield every run of ``n`` tokens."""
    return zip(*(tokens[i:] for i in range(n)), strict=False)


def _mask(word: str, *, first: bool) -> str:
    if word[0].isdigit():
        return "0"
    return "X" if word[0].isupper() and not first and word != "I" else word.lower()
