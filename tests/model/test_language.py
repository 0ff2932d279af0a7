"""Which language a text is in: short texts in many languages, English that must not be refused, mixed articles."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from model import ForeignLanguageError
from model.language import NAMES, find_languages, identify_language
from model.lexicon import read_sections
from model.segmentation import default_segmenter
from tests.strategies import texts
from training.packaged_text import read_news_articles
from training.studies.languages import measure_articles, read_examples

LINES = Path(__file__).with_name("languages.txt").read_text("utf-8").splitlines()
EXAMPLES = [tuple(line.split("\t")) for line in LINES if not line.startswith("#")]
ENGLISH = "The port stays closed, the minister said on Monday. Two ships were hit and the crews have left."
GERMAN = "Der Hafen bleibt geschlossen, sagte der Minister am Montag. Zwei Schiffe wurden getroffen."
RUSSIAN = "Порт останется закрытым, сказал министр в понедельник. Два корабля были повреждены."
SWAHILI_LIKE = " ".join(f"{a}{b}o{c}i" for a in "bdgkm" for b in "aeu" for c in "lmnr")


@pytest.mark.parametrize(("language", "text"), [pair for pair in EXAMPLES if pair[0] != "en"])
def test_a_sentence_in_another_language_is_told(language, text):
    assert identify_language(text) in {language, None}


def test_nearly_all_of_these_sentences_say_enough():
    found = [identify_language(text) for language, text in EXAMPLES if language != "en"]
    assert sum(language is None for language in found) <= len(found) // 50


def test_nearly_all_sentences_that_were_not_looked_at_are_told():
    found = [(example, identify_language(example.text)) for example in read_examples()]
    assert sum(language == example.language for example, language in found) >= 0.75 * len(found)
    assert not [example for example, language in found if language == "en"]


@pytest.mark.parametrize("text", [text for language, text in EXAMPLES if language == "en"])
def test_english_is_not_taken_for_another_language(text):
    assert identify_language(text) in {"en", None}


@pytest.mark.slow
def test_no_article_of_english_news_is_refused():
    assert measure_articles(read_news_articles()).startswith("NewsArticles: 0 of 3,824 articles refused")


@pytest.mark.parametrize(
    "text",
    ["", " ", "Oui", "Ja, bitte.", "Nein", "Москва", "東京", "¡Olé!", "12.5 %", "Rain fell.\n\n" * 500],
)
def test_too_little_evidence_says_nothing(text):
    assert identify_language(text) is None
    assert find_languages(text, default_segmenter().spans(text)).document == "en"


def test_a_language_that_no_list_has_is_not_english():
    assert identify_language(SWAHILI_LIKE) == "und"


def languages(document):
    spans = default_segmenter().spans(document) if isinstance(document, str) else ()
    return find_languages(document, spans)


@pytest.mark.parametrize(
    ("paragraphs", "document", "each"),
    [
        ([ENGLISH, GERMAN, ENGLISH], "en", ["en", "en", "de", "de", "en", "en"]),
        ([GERMAN, RUSSIAN, GERMAN], "de", ["de", "de", "ru", "ru", "de", "de"]),
        ([GERMAN, "Berlin", ENGLISH + " " + ENGLISH], "en", ["de", "de", "en", "en", "en", "en", "en"]),
        ([GERMAN, "Berlin"], "de", ["de", "de", "de"]),  # too little to tell: as the document
        (["Wir gehen.", "Sie auch nicht.", "Das war ja klar.", "Und was ist mit euch?"], "de", ["de"] * 4),
    ],
)
def test_paragraphs_have_languages_of_their_own(paragraphs, document, each):
    found = languages("\n\n".join(paragraphs))
    assert (found.document, list(found.sentences)) == (document, each)


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n\r\n", "\u2029"])
def test_every_line_break_parts_paragraphs(line_break):
    assert languages(line_break.join([ENGLISH, GERMAN])).sentences == ("en", "en", "de", "de")


def test_the_answer_is_the_same_in_every_process():
    """Python's sets of strings have another order in each process."""
    program = (
        "from model.language import identify_language as i; from pathlib import Path; import sys;"
        "print([i(line) for line in Path(sys.argv[1]).read_text('utf-8').splitlines()])"
    )
    command = [sys.executable, "-c", program, str(Path(__file__).with_name("languages.txt"))]
    answers = {
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in "123"
    }
    assert len(answers) == 1


def test_sentences_of_a_list_have_languages_of_their_own():
    assert languages([ENGLISH, GERMAN, ENGLISH]) == ("en", ("en", "de", "en"))
    assert languages([]) == ("en", ())


def test_the_end_of_a_long_paragraph_counts():
    assert languages(ENGLISH + " " + "Rain fell. " * 100 + GERMAN).document == "en"
    assert languages(GERMAN * 50).document == "de"


@given(texts)
def test_each_sentence_has_a_language_that_has_a_name(text):
    spans = default_segmenter().spans(text)
    found = find_languages(text, spans)
    assert len(found.sentences) == len(spans)
    assert {found.document, *found.sentences} <= {*NAMES, "und"}


def test_every_list_has_a_name_and_its_forms_can_be_found():
    for language, words in read_sections("languages.txt").items():
        assert language in NAMES
        assert all(word == word.lower() for word in words)
        assert all(3 <= len(word) - 1 <= 7 for word in words if word.startswith("-")), language


def test_in_english_only_a_foreign_text_is_refused(classifier):
    with pytest.raises(ForeignLanguageError, match=r"the text is in German \(de\), and the model knows English only"):
        classifier.classify(GERMAN, language="en")
    with pytest.raises(ForeignLanguageError):
        classifier.classify_sentences([GERMAN, GERMAN], language="en")
    one, other = classifier.classify_each([GERMAN, ENGLISH], language="en")
    assert (one.language, len(other.sentences)) == ("de", 2)


def test_a_foreign_paragraph_gets_no_label_and_changes_no_other(classifier):
    text = f"{ENGLISH}\n\n{GERMAN}\n\nBy Anna Weil"
    document = classifier.classify(text, language="en")
    assert [s.language for s in document.sentences] == ["en", "en", "de", "de", "en"]
    alone = classifier.classify(ENGLISH).sentences
    assert document.sentences[:2] == alone
    for sentence in document.sentences[2:4]:
        assert (sentence.label, sentence.confidence, sentence.probabilities, sentence.speaker, sentence.reader) == (
            (None,) * 5
        )
        assert not sentence.boilerplate
        assert sentence.text == text[sentence.start : sentence.end]
    assert document.sentences[4].boilerplate


def test_any_language_is_labelled_and_marked(classifier):
    document = classifier.classify(f"{ENGLISH}\n\n{GERMAN}")
    assert [s.language for s in document.sentences] == ["en", "en", "de", "de"]
    assert all(s.label for s in document.sentences)
    assert {s["language"] for s in document.to_dict()["sentences"]} == {"en", "de"}
