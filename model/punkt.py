r"""NLTK's Punkt with the same decisions and less work.

Most full stops follow an ordinary word: one of letters only, that is no abbreviation and begins no collocation. Those
end a sentence whatever follows, and so does every "?" and "!". Only the rest, such as "Mr." and "3.", is put to Punkt's
rules.
"""

import re
from collections.abc import Iterator

from model.punkt_rules import BLACK, BLANK, NOT_IN_WORD, PunktParameters, PunktRules

_CANDIDATE = re.compile(rf"[.?!](?=(?P<after_tok>{NOT_IN_WORD}|{BLANK}+(?P<next_tok>{BLACK}+)))")
_CLOSING = re.compile(rf"[\"')\]}}‘’“”«»]+?(?:{BLANK}+|(?=--)|$)", re.MULTILINE)
_RARE_BLANKS = "\t\n\r\v\f"  # with the space itself, what NLTK takes to part words here
_LETTERS = 2  # of a word that cannot be an initial


class QuickPunkt:
    """Splits text as ``PunktSentenceTokenizer(parameters).span_tokenize`` does; immutable, so safe under threads."""

    def __init__(self, parameters: PunktParameters) -> None:
        self._rules = PunktRules(parameters)
        self._special = parameters.abbrev_types | {first for first, _ in parameters.collocations}

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each sentence in order."""
        skip = 0  # closing marks at the start of this piece, which went to the sentence before
        pieces = self._pieces(text)
        start, end = next(pieces)
        for next_start, next_end in pieces:
            closing = _CLOSING.match(text, next_start, next_end)
            if closing:
                yield start + skip, next_start + len(closing.group().rstrip())
            elif start + skip < end:
                yield start + skip, end
            skip = closing.end() - next_start if closing else 0
            start, end = next_start, next_end
        if start + skip < end:
            yield start + skip, end

    def _pieces(self, text: str) -> Iterator[tuple[int, int]]:
        start = 0
        for match, word_start in _candidates(text):
            if self._ends_sentence(text, match, word_start):
                yield start, match.end()
                start = match.start("next_tok") if match["next_tok"] else match.end()
        yield start, len(text.rstrip())

    def _ends_sentence(self, text: str, match: re.Match[str], word_start: int) -> bool:
        word, mark, after = text[word_start : match.start()], match.group(), match["after_tok"]
        ordinary = mark != "." or (word.isalpha() and len(word) >= _LETTERS and word.lower() not in self._special)
        if ordinary and after.strip():
            return True
        return self._rules.contains_end(word + mark + after)


def _candidates(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each mark that may end a sentence, with the start of its word; of several marks in a word, the last."""
    blanks = [" ", *(blank for blank in _RARE_BLANKS if blank in text)]
    pending = None
    start = end = 0  # of the word before the pending mark
    for match in _CANDIDATE.finditer(text):
        position = match.start()
        blank = max([text.rfind(blank, end, position) for blank in blanks])
        next_start = blank + 1 if blank > end else start
        if pending and next_start >= end:
            yield pending, start
        pending, start, end = match, next_start, position
    if pending:
        yield pending, start
