"""E-mail (.eml), by the standard library."""

import email
import email.message
import email.policy
import email.utils

from service.inputs.article import Article, InputError, clean
from service.inputs.html import extract_page


def read(content: bytes, encoding: str | None) -> list[Article]:  # noqa: ARG001 -- the message says its encoding
    """Return the message's text, its subject as the title and its sender as the outlet; attachments are no part of it.

    Raises:
        InputError: It is no message, or holds no text.

    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    if not message.keys():
        raise InputError("is no e-mail: it has no headers; save the message as .eml again, or its text as .txt")
    body = message.get_body(("plain", "html"))
    if body is None:
        raise InputError("holds no text: save what is attached to it as files of their own")
    try:
        text = body.get_content()
    except (LookupError, UnicodeError) as error:
        raise InputError(f"cannot be decoded ({error}): save its text as .txt") from None
    if body.get_content_type() == "text/html":
        text = extract_page(text).text
    if not text.strip():
        raise InputError("holds no text: save what is attached to it as files of their own")
    return [Article(text, clean(message["subject"]), _find_date(message), _find_sender(message))]


def _find_date(message: email.message.Message) -> str | None:
    try:
        return email.utils.parsedate_to_datetime(str(message["date"])).date().isoformat()
    except (TypeError, ValueError):
        return None


def _find_sender(message: email.message.Message) -> str | None:
    name, address = email.utils.parseaddr(str(message["from"] or ""))
    return clean(name or address)
