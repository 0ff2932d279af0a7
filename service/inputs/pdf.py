"""PDF with a text layer (.pdf), by pypdf."""

import io
from typing import Final

import pypdf
import pypdf.errors

from service.inputs.article import Article, InputError, clean, join_paragraphs

MOST_PAGES: Final = 1_000


def read(content: bytes, encoding: str | None) -> list[Article]:  # noqa: ARG001 -- the format says the encoding
    """Return the text of all pages.

    Raises:
        InputError: It is no PDF, needs a password, has too many pages, or has no text layer.

    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("needs a password: save it without one")
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise InputError(f"has {pages:,} pages; at most {MOST_PAGES:,} are read: split it")
        text = join_paragraphs([page.extract_text() for page in reader.pages])
        facts = reader.metadata
        title = clean(facts.title) if facts else None
        created = facts.creation_date if facts else None
    except InputError:
        raise
    except pypdf.errors.LimitReachedError:
        raise InputError("has a part that is too large unpacked: print it into a new PDF, or save it as text") from None
    except pypdf.errors.DependencyError:
        raise InputError("is encrypted: save it without a password") from None
    except (pypdf.errors.PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise InputError("is no PDF, or a damaged one: open it in a viewer and save it again") from None
    if not any(map(str.isalpha, text)):
        raise InputError("has no text layer, as scans have none: recognise the text first, for instance with ocrmypdf")
    return [Article(text, title, created.date().isoformat() if created else None)]
