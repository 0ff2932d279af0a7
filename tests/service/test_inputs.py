"""What is read in files of each kind, what is refused, and that hostile files are stopped."""

import time

import pytest

from service.inputs import KINDS, Article, InputError, extract, kind_of
from service.inputs.docx import LARGEST_UNPACKED, MOST_PARTS
from service.inputs.encodings import suggest_encoding
from service.inputs.guard import Child
from service.inputs.registry import Kind
from tests.service.document_files import (
    DATE,
    OUTLET,
    PARAGRAPHS,
    TEXT,
    TITLE,
    make_atom,
    make_bomb,
    make_docx,
    make_email,
    make_html,
    make_pdf,
    make_rss,
    make_zip,
)

PAGE = make_html()
UMLAUTS = ["The mayor of Düsseldorf, Jörg Weiß, said on Monday that the bridge would stay closed for a year."]
FACTS = {"title": TITLE, "date": DATE, "outlet": OUTLET}


@pytest.mark.parametrize(
    ("extension", "content", "paragraphs", "facts"),
    [
        (".txt", "One.\r\n\r\nTwo.".encode("utf-8-sig"), ["One.\r", "\nTwo."], {}),
        (".html", PAGE.encode(), [TITLE, *PARAGRAPHS], FACTS),
        (".htm", make_html(UMLAUTS, '<meta charset="latin-1">').encode("cp1252"), [TITLE, *UMLAUTS], FACTS),
        (".html", make_html(UMLAUTS).encode("utf-16"), [TITLE, *UMLAUTS], FACTS),
        (".html", b"<p>Rain fell.</p><p>Snow <b>fell</b>.</p>", ["Rain fell.", "Snow fell."], {}),
        (".docx", make_docx(), [*PARAGRAPHS, "Ships 2"], {"title": TITLE, "date": DATE}),
        (".pdf", make_pdf(), PARAGRAPHS, {"title": TITLE, "date": DATE}),
        (".eml", make_email(TEXT), [PARAGRAPHS[0], PARAGRAPHS[1] + "\n"], FACTS),
        (".eml", make_email(html=PAGE, attachment=b"%PDF"), [TITLE, *PARAGRAPHS], FACTS),
        (".atom", make_atom(), PARAGRAPHS, {**FACTS, "url": "https://example.org/1"}),
    ],
)
def test_each_kind_is_read(extension, content, paragraphs, facts):
    (article,) = extract(content, extension)
    assert article.text.replace("\r\n\r\n", "\r\n\n\n").split("\n\n") == list(paragraphs)
    assert {name: value for name, value in article.to_dict().items() if value and name != "text"} == facts


def test_a_feed_has_an_article_for_each_entry():
    first, second = extract(make_rss(), ".rss")
    assert first == Article(TEXT, url="https://example.org/1", **FACTS)
    assert (second.text, second.title) == ("", "Only a headline")


@pytest.mark.parametrize(
    ("extension", "content", "message"),
    [
        (".txt", "café".encode("cp1252"), r"is not UTF-8 \(byte 3\); say which it is, most likely --encoding cp1252"),
        (".txt", "Rain fell.".encode("utf-16"), "is not UTF-8 but UTF-16: say --encoding utf-16"),
        (".txt", "Rain fell.".encode("utf-16-le"), "is not UTF-8 but UTF-16-LE: say --encoding utf-16-le"),
        (".html", b"", "holds no text that a browser would show"),
        (".html", b"<script>var text = 'Rain fell.'</script>", "holds no text that a browser would show"),
        (".html", make_html(UMLAUTS).encode("cp1252"), "is not UTF-8 .*--encoding cp1252"),
        (".html", b'<meta charset="klingon"><p>Rain', "names an unknown encoding 'klingon'.*--encoding"),
        (".html", b"<div>" * 100_000 + b"Rain", "nested deeper than 256 elements: save the page's text"),
        (".docx", b"\xd0\xcf\x11\xe0 an old .doc", r"save an older one \(.doc\) as .docx first"),
        (".docx", make_zip({"a.txt": b"x"}), "is no Word document: open it in a word processor"),
        (".docx", make_docx([])[:900], "is no Word document"),
        (".pdf", b"Rain fell.", "is no PDF, or a damaged one: open it in a viewer"),
        (".pdf", make_pdf()[:200], "is no PDF, or a damaged one|has no text layer"),
        (".pdf", make_pdf([""]), "has no text layer, as scans have none: recognise the text first.*ocrmypdf"),
        (".pdf", make_pdf(password="secret"), "password: save it without|is encrypted: save it without a password"),
        (".eml", b"Rain fell.", "is no e-mail: it has no headers"),
        (".eml", b"Subject: x\nContent-Type: image/png\n\nxx", "holds no text: save what is attached"),
        (".rss", b"<urlset/>", "is no RSS or Atom feed"),
        (".xml", b"not XML", "is no RSS or Atom feed"),
    ],
)
def test_each_refusal_says_what_to_do(extension, content, message):
    with pytest.raises(InputError, match=message):
        extract(content, extension)


@pytest.mark.parametrize(
    ("extension", "content", "message"),
    [
        (".docx", make_zip({"word/document.xml": b" " * (LARGEST_UNPACKED + 1)}), "at most 5,000 and 104,857,600"),
        (".docx", make_zip({f"{n}.xml": b"" for n in range(MOST_PARTS + 1)}), "unpacks to 5,001 parts"),
        (".pdf", make_pdf(["x"], stream=make_bomb(200)), "too large unpacked|no text layer|memory to read"),
        (".pdf", make_pdf([""] * 1_001), "has 1,001 pages; at most 1,000 are read: split it"),
        (".html", b" " * (KINDS[".html"].largest + 1), "of HTML, at most 10,485,760 are read: split it"),
    ],
    ids=["zip bomb", "many parts", "PDF bomb", "many pages", "large page"],
)
def test_a_bomb_is_refused_before_it_goes_off(extension, content, message):
    with pytest.raises(InputError, match=message):
        extract(content, extension)


def test_an_entity_bomb_is_not_unpacked():
    bomb = b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 999 + b'">'
    bomb += b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 99) for n in range(8))
    assert extract(bomb + b"]><rss version='2.0'><channel><title>&i;</title></channel></rss>", ".rss") == []


HOSTILE = Kind("hostile", "tests.service.hostile", 1 << 20)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"loop", "takes more than 1 seconds or 1 GiB of memory to read: save its text as .txt"),
        (b"memory", "takes too much memory to read"),
        (b"recurse", "is nested too deeply"),
        (b"write", "cannot be read"),
    ],
)
def test_a_child_stops_what_a_library_cannot(content, message):
    child = Child(cpu_seconds=1)
    try:
        with pytest.raises(InputError, match=message):
            child.read(content, HOSTILE, None)
        assert child.is_usable == (content != b"loop")
    finally:
        child.close()


def test_a_child_reads_many_files_each_with_its_own_time():
    child = Child(cpu_seconds=1)
    try:
        for number in range(3):
            assert child.read(b"%d" % number, HOSTILE, None) == [Article(str(number))]
            end = time.process_time() + 0.1
            while time.process_time() < end:
                pass
    finally:
        child.close()


def test_after_a_file_that_was_stopped_others_are_read():
    with pytest.raises(InputError):
        extract(b"%PDF-1.4", ".pdf")
    assert extract(PAGE.encode(), ".html")[0].title == TITLE


@pytest.mark.parametrize(
    ("name", "expected"), [("a.HTML", "HTML"), ("a.b.docx", "Word"), ("a.doc", None), ("a", None), ("a.pdf.gz", None)]
)
def test_the_extension_tells_the_kind(name, expected):
    kind = kind_of(name)
    assert (kind and kind.name) == expected


@pytest.mark.parametrize(
    ("content", "told", "likely"),
    [
        (b"Rain fell.", "utf-8", None),
        (b"", "utf-8", None),
        ("Zürich".encode("utf-16"), "utf-16", None),
        ("Zürich".encode("utf-32"), "utf-8", "utf-32"),
        ("Zürich und".encode("utf-16-be"), "cp1252", "utf-16-be"),
        ("Zürich".encode("utf-8-sig"), "utf-8", None),
        ("Zürich".encode("utf-8-sig"), "cp1252", "utf-8"),
        (b"a\0b", "utf-8", None),
    ],
)
def test_an_evident_encoding_is_suggested(content, told, likely):
    assert suggest_encoding(content, told) == likely
