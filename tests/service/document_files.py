"""Files of every kind that is read, made by libraries, for the tests of what is read in them."""

import io
import zipfile
import zlib
from datetime import UTC, datetime
from email.message import EmailMessage

import docx
import pypdf
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PARAGRAPHS = (
    "The ministry said two ships were hit on Monday, and that the port would stay closed.",
    "It vowed to retaliate unless they leave by Friday. Analysts doubt that the deal will last.",
)
TITLE, OUTLET, DATE = "Port stays closed", "Harbour Times", "2026-05-04"
GERMAN = "Der Hafen bleibt geschlossen, sagte der Minister am Montag. Zwei Schiffe wurden getroffen."
TEXT = "\n\n".join(PARAGRAPHS)


def make_html(paragraphs=PARAGRAPHS, charset: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html><head>{charset}<title>{TITLE}</title><meta property="og:site_name" content="{OUTLET}">'
        f'<meta property="article:published_time" content="{DATE}T10:00:00Z"></head><body>'
        '<nav><a href="/">Home</a> <a href="/world">World</a></nav>'
        f"<article><h1>{TITLE}</h1>{body}</article>"
        "<footer>Subscribe now for one euro</footer><script>var hidden = 1</script></body></html>"
    )


def make_docx(paragraphs=PARAGRAPHS) -> bytes:
    document = docx.Document()
    document.core_properties.title = TITLE
    document.core_properties.created = datetime(2026, 5, 4, tzinfo=UTC)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Ships", "2"
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def make_pdf(pages=PARAGRAPHS, password: str = "", stream: bytes | None = None) -> bytes:
    """Return a PDF with a text on each page; or with this compressed stream as its only page."""
    writer = pypdf.PdfWriter()
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")})
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    for text in pages:
        page = writer.add_blank_page(612, 792)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode("latin-1") if text else b"")
        if stream is not None:
            content.set_data(stream)
            content[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode")])
        page.replace_contents(content)
    writer.add_metadata({"/Title": TITLE, "/CreationDate": "D:20260504100000Z"})
    if password:
        writer.encrypt(password)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def make_email(text: str = TEXT, html: str | None = None, attachment: bytes | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = TITLE, f"{OUTLET} <desk@example.org>"
    message["Date"] = "Mon, 04 May 2026 10:00:00 +0000"
    if html is None:
        message.set_content(text)
    else:
        message.set_content(html, subtype="html")
    if attachment is not None:
        message.add_attachment(attachment, maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes()


def make_rss() -> bytes:
    item = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in PARAGRAPHS)
    return (
        f'<rss version="2.0"><channel><title>{OUTLET}</title><item><title>{TITLE}</title>'
        f"<link>https://example.org/1</link><pubDate>Mon, 04 May 2026 10:00:00 GMT</pubDate>"
        f"<description>{item}</description></item><item><title>Only a headline</title></item></channel></rss>"
    ).encode()


def make_atom() -> bytes:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{OUTLET}</title><entry><title>{TITLE}</title>'
        f'<link href="https://example.org/1"/><updated>{DATE}T10:00:00Z</updated><summary>Short.</summary>'
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"{''.join(f'<p>{paragraph}</p>' for paragraph in PARAGRAPHS)}</div></content></entry></feed>"
    ).encode()


def make_warc(*, gzipped: bool) -> bytes:
    """Return an archive of a page, a picture, a missing page, a page in German, and the request for the first."""
    content = io.BytesIO()
    writer = WARCWriter(content, gzip=gzipped)

    def add(kind: str, url: str, status: str, media_type: str, payload: bytes) -> None:
        headers = StatusAndHeaders(status, [("Content-Type", media_type)], protocol="HTTP/1.1")
        record = writer.create_warc_record(url, kind, payload=io.BytesIO(payload), http_headers=headers)
        writer.write_record(record)
        record.raw_stream.close()

    page, umlaut = (
        make_html().encode(),
        make_html(["Der Bürgermeister sagte am Montag, die Brücke bleibe geschlossen."]),
    )
    add("request", "https://example.org/1", "GET / HTTP/1.1", "text/html", b"")
    add("response", "https://example.org/1", "200 OK", "text/html; charset=utf-8", page)
    add("response", "https://example.org/x.png", "200 OK", "image/png", b"\x89PNG")
    add("response", "https://example.org/gone", "404 Not Found", "text/html", page)
    add("response", "https://example.org/de", "200 OK", "text/html; charset=ISO-8859-1", umlaut.encode("latin-1"))
    return content.getvalue()


def make_zip(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def make_bomb(mebibytes: int) -> bytes:
    """Return a deflated stream that is a thousand times as large unpacked."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(mebibytes)), packer.flush()])
