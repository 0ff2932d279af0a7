"""Which language a text is in, as far as it is evident: by its script, or by its function words.

The model knows English only. So this has to tell English from everything else, and never to take English for something
else; which other language it is comes second. A few words are not enough evidence, and then nothing is said. At most
600 code points of each paragraph are looked at.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from model.lexicon import read_sections
from model.records import Span

ENGLISH: Final = "en"
UNKNOWN: Final = "und"  # ISO 639-2 for a language that is not determined
Languages = Literal["en", "any"]  # what may be labelled: English only, or every language

_SAMPLE = 300  # code points at the beginning of a paragraph, and as many at its end
_POOLED = 6_000  # code points of all samples together, where no paragraph says enough alone
_ENOUGH_ENGLISH = 3  # words that no other list has; at least one word in eight
_ENOUGH_WORDS = 3  # distinct words of two letters or more; all hits are at least one word in five
_SENTENCE_WORDS = 5  # one word less is enough in a sentence of so many words, none of them English
_LONG = 5  # letters of a word that is not there by chance
_SHORTEST_ENDING, _LONGEST_ENDING = 3, 7  # letters
_ENOUGH_LETTERS = 20  # of another script; of Chinese, Japanese and Korean, half as many
_ENOUGH_DISTINCT = 8  # letters: a row of the same ones says nothing
_FEW_ENGLISH, _MANY_WORDS = 40, 40  # no known language: one English word in 40, among 40 distinct words in lower case
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_LINE_BREAK = re.compile("[\n\r\u2028\u2029]")
_OF_ADDRESS = re.compile("[@/#]")  # of the web or of a person; or of a tag
_FOREIGN_LETTER = re.compile("[\u0370-\u1cff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

# ISO 639-1 codes by script: the first and the last letter of a range, and the language that is most written in it.
_SCRIPTS: Final = (
    ("\u0370", "\u03ff", "el"),
    ("\u0400", "\u04ff", "ru"),
    ("\u0530", "\u058f", "hy"),
    ("\u0590", "\u05ff", "he"),
    ("\u0600", "\u06ff", "ar"),
    ("\u0900", "\u097f", "hi"),
    ("\u0980", "\u09ff", "bn"),
    ("\u0a00", "\u0a7f", "pa"),
    ("\u0a80", "\u0aff", "gu"),
    ("\u0b80", "\u0bff", "ta"),
    ("\u0c00", "\u0c7f", "te"),
    ("\u0c80", "\u0cff", "kn"),
    ("\u0d00", "\u0d7f", "ml"),
    ("\u0d80", "\u0dff", "si"),
    ("\u0e00", "\u0e7f", "th"),
    ("\u0e80", "\u0eff", "lo"),
    ("\u0f00", "\u0fff", "bo"),
    ("\u1000", "\u109f", "my"),
    ("\u10a0", "\u10ff", "ka"),
    ("\u1200", "\u137f", "am"),
    ("\u1780", "\u17ff", "km"),
    ("\u3040", "\u30ff", "ja"),
    ("\u3400", "\u9fff", "zh"),
    ("\uac00", "\ud7af", "ko"),
)
# Letters beyond a to z by language. A word in lower case that has some, all of them of one language, counts for it.
_LETTERS: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(letters)
    for language, letters in {
        "af": "êëôû", "az": "çəğıöşü", "ca": "àçèéíïòóúü", "cs": "áčďéěíňóřšťúůýž", "da": "æøå", "de": "äöüß",
        "eo": "ĉĝĥĵŝŭ", "es": "áéíñóúü", "et": "äõöü", "fi": "äö", "fr": "àâçèéêëîïôùûœ", "ga": "áéíóú",
        "gl": "áéíñóú", "hr": "čćđšž", "hu": "áéíóöőúüű", "is": "áæðéíóöþúý", "it": "àèéìòù", "lt": "ąčėęįšųūž",
        "lv": "āčēģīķļņšūž", "mt": "ċġħż", "no": "æøå", "pl": "ąćęłńóśźż", "pt": "àáâãçéêíóôõú", "ro": "ăâîșşțţ",
        "sk": "áäčďéíľňóôšťúýž", "sl": "čšž", "sq": "çë", "sv": "åäö", "tr": "âçğıöşü",
        "vi": "àáâãèéêìíòóôõùúăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹý",
    }.items()
}  # fmt: skip
_DENSE: Final = frozenset({"ja", "ko", "zh"})  # a letter is a syllable or a word
# Letters that only some languages of a script have; the first language of which there is one is taken.
_TELLING: Final[Mapping[str, Mapping[str, str]]] = {
    "ru": {"be": "ў", "kk": "әғқңұһ", "mn": "өү", "uk": "іїєґ", "mk": "ѓќѕ", "sr": "јљњћђџ", "ru": "ыэё", "bg": "ъ"},
    "ar": {"ur": "ٹڈڑںے", "fa": "پچژگ"},
}

NAMES: Final[Mapping[str, str]] = {
    "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian",
    "bn": "Bengali", "bo": "Tibetan", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian, Bosnian or Serbian", "ht": "Haitian Creole", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh",
    "km": "Khmer", "kn": "Kannada", "ko": "Korean", "la": "Latin", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian", "ms": "Malay", "mt": "Maltese", "my": "Burmese",
    "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "si": "Sinhala", "sk": "Slovak", "sl": "Slovene", "so": "Somali", "sq": "Albanian",
    "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


class ForeignLanguageError(ValueError):
    """A text is not in English, and was to be labelled only if it is.

    Attributes:
        language: Its code, as in :data:`NAMES`, or "und".

    """

    def __init__(self, language: str) -> None:
        self.language = language
        super().__init__(f"the text {describe_language(language)}, and the model knows English only")


class TextLanguages(NamedTuple):
    """The languages of a document.

    Attributes:
        document: The language of most of it; English where too little text tells.
        sentences: That of each sentence: of its paragraph, or of the document where the paragraph tells too little.

    """

    document: str
    sentences: tuple[str, ...]


def describe_language(language: str) -> str:
    """Return what to say of a text in another language.

    >>> describe_language("de")
    'is in German (de)'
    """
    return f"is in {NAMES[language]} ({language})" if language in NAMES else "is not in English"


def find_languages(document: str | Sequence[str], spans: Sequence[Span]) -> TextLanguages:
    """Return the languages of a document, given its sentences: as spans of running text, or as they are in a list."""
    if isinstance(document, str):
        paragraphs = list(_group_by_paragraph(document, spans))
        samples = [_take_sample(document, spans[start].start, spans[stop - 1].end) for start, stop in paragraphs]
    else:
        paragraphs = [(place, place + 1) for place in range(len(document))]
        samples = [_take_sample(sentence, 0, len(sentence)) for sentence in document]
    found = [identify_language(sample) for sample in samples]
    main = ENGLISH
    if any(language != ENGLISH for language in found):
        main = _find_main_language(found, samples)
    return TextLanguages(
        main,
        tuple(
            language or main
            for language, (start, stop) in zip(found, paragraphs, strict=True)
            for _ in range(start, stop)
        ),
    )


def find_foreign(languages: Sequence[str]) -> frozenset[int]:
    """Return the places of what is not English."""
    return frozenset(place for place, language in enumerate(languages) if language != ENGLISH)


def identify_language(text: str) -> str | None:
    """Return the language of a text, None where that is not evident.

    >>> identify_language("Die Regierung hat am Montag neue Zölle gegen die Nachbarn verhängt.")
    'de'
    >>> identify_language("Schadenfreude")
    """
    words = text.lower().split()
    certain = _certain_english()
    hits = sum(map(certain.__contains__, words))
    if hits >= _ENOUGH_ENGLISH and hits * 8 >= len(words):
        return ENGLISH
    return _identify_by_script(text) or _identify_by_words(text)


def _group_by_paragraph(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield the first sentence of each paragraph and the one after its last, as places in ``spans``."""
    start = 0
    for place, (one, other) in enumerate(pairwise(spans), start=1):
        if _LINE_BREAK.search(text, one.end, other.start):
            yield start, place
            start = place
    if spans:
        yield start, len(spans)


def _take_sample(text: str, start: int, end: int) -> str:
    if end - start <= 2 * _SAMPLE:
        return text[start:end]
    return f"{text[start : start + _SAMPLE]} {text[end - _SAMPLE : end]}"


def _find_main_language(found: Sequence[str | None], samples: Sequence[str]) -> str:
    """Return the language of most of the text that tells its language; English where none does."""
    weights: Counter[str] = Counter()
    for language, sample in zip(found, samples, strict=True):
        if language is not None:
            weights[language] += len(sample)
    foreign = weights.total() - weights[ENGLISH]
    if not weights[ENGLISH] and 2 * foreign < sum(map(len, samples)):
        return identify_language("\n".join(samples)[:_POOLED]) or ENGLISH
    if foreign <= weights[ENGLISH]:
        return ENGLISH
    return max((language for language in weights if language != ENGLISH), key=weights.__getitem__)


def _identify_by_script(text: str) -> str | None:
    """Return the language that most letters say by their script; None where they are Latin, or too few."""
    letters = _FOREIGN_LETTER.findall(text)
    if not letters or 2 * len(letters) <= sum(map(str.isalpha, text)):
        return None
    counts = Counter(_language_of_letter(letter) for letter in letters)
    language, count = counts.most_common(1)[0]
    if counts["ja"] and language in _DENSE:
        language, count = "ja", counts["ja"] + counts["zh"]
    enough = _ENOUGH_LETTERS // 2 if language in _DENSE else _ENOUGH_LETTERS
    if language == UNKNOWN or count < enough or len(set(letters)) < _ENOUGH_DISTINCT:
        return None
    lowered = text.lower()
    for telling, marks in _TELLING.get(language, {}).items():
        if any(mark in lowered for mark in marks):
            return telling
    return language


def _language_of_letter(letter: str) -> str:
    return next((language for first, last, language in _SCRIPTS if first <= letter <= last), UNKNOWN)


class _Evidence(NamedTuple):
    """What languages a word may be of, and whether it stands on their lists."""

    languages: tuple[str, ...]
    is_listed: bool


def _identify_by_words(text: str) -> str | None:
    """Return the language whose words the text has, if they are clearly more than the English ones."""
    told = " ".join(part for part in text.split() if not _OF_ADDRESS.search(part))
    words = _WORD.findall(told.replace("’", "'"))
    first, *others = words or [""]
    words = [first.lower(), *filter(str.islower, others)]  # others with capitals may be names: "Al", "La", "De"
    evidence = {word: _find_evidence(word) for word in set(words)}
    counts = Counter(language for word in words for language in evidence[word].languages)
    english = counts.pop(ENGLISH, 0)
    ((best, count),) = counts.most_common(1) or [(UNKNOWN, 0)]
    if count > 2 * english and count * 5 >= len(words):
        needed = _ENOUGH_WORDS if english or len(words) < _SENTENCE_WORDS else _ENOUGH_WORDS - 1
        if _has_enough(evidence, best, needed):
            return best
    if english >= _ENOUGH_ENGLISH and english * 5 >= len(words) and 2 * count < 3 * english:
        return ENGLISH
    is_long = len(evidence) >= _MANY_WORDS
    return UNKNOWN if is_long and english * _FEW_ENGLISH <= len(evidence) else None


def _has_enough(evidence: Mapping[str, _Evidence], language: str, needed: int) -> bool:
    """Tell whether so many distinct words are of a language and not of English.

    One of them must be on its list; or else three long ones must have its letters or endings.
    """
    found = {
        word: of_word
        for word, of_word in evidence.items()
        if language in of_word.languages and ENGLISH not in of_word.languages and len(word) > 1
    }
    is_certain = any(of_word.is_listed for of_word in found.values())
    return len(found) >= needed and (is_certain or sum(len(word) >= _LONG for word in found) >= _ENOUGH_WORDS)


def _find_evidence(word: str) -> _Evidence:
    """Return the languages of a word: those on whose lists it stands, or else those of its ending or letters."""
    lists = _languages_of_word()
    if (listed := lists.get(word)) is not None:
        return _Evidence(listed, True)
    endings = (lists.get("-" + word[-length:]) for length in range(_LONGEST_ENDING, _SHORTEST_ENDING - 1, -1))
    ending = next((languages for languages in endings if languages), ())
    marked = {letter for letter in word if not letter.isascii()}
    if marked:
        ending = (*ending, *(language for language, letters in _LETTERS.items() if marked <= letters))
    return _Evidence(tuple(dict.fromkeys(ending)), False)  # in an order that is always the same


@cache
def _languages_of_word() -> Mapping[str, tuple[str, ...]]:
    languages: dict[str, list[str]] = {}
    for language, words in read_sections("languages.txt").items():
        for word in words:
            languages.setdefault(word, []).append(language)
    return {word: tuple(names) for word, names in languages.items()}


@cache
def _certain_english() -> frozenset[str]:
    """Return the English words that no other language has."""
    return frozenset(word for word, languages in _languages_of_word().items() if languages == (ENGLISH,))
