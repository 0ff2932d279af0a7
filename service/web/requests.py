"""Bodies of requests: from bytes, through strict JSON, to documents with options, and to corrections.

The models of a body are pydantic's. How much a body may hold is a setting, so they take it from the validation context,
which must be the :class:`~service.web.config.Limits` in force.
"""

import json
import re
import zlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, NoReturn, Self, TypeAlias, TypeVar, cast

from flask import Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    Tag,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticKnownError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from model.classifier import Explain
from model.labels import Label
from model.language import Languages
from model.reader_choice import ReaderChoice
from model.records import Role
from model.thresholds import NO_THRESHOLDS, Thresholds
from service.corrections.records import Change
from service.web.config import Limits
from service.web.errors import BodyFault, Problem


def read_json(request: Request, limit: int) -> object:
    """Read a JSON body.

    Args:
        request: The request, its body unread.
        limit: Bytes allowed, before and after decompression.

    Raises:
        Problem: 400 (not JSON, or not all of it came), 413 (too large) or 415 (another media type or encoding).

    """
    if request.mimetype != "application/json":
        raise Problem(
            415, "Send JSON, with the header Content-Type: application/json.", headers={"Accept": "application/json"}
        )
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise Problem(415, f"JSON is UTF-8 (RFC 8259), not {charset!r}: convert the body.")
    content = _decompress(_read_body(request, limit), request.headers.get("Content-Encoding", "identity"), limit)
    return decode_json(content)


def decode_json(content: bytes) -> object:
    """Decode strict JSON (RFC 8259): UTF-8, no duplicate keys, no NaN.

    Raises:
        Problem: 400, saying where it stops being JSON.

    """
    if not content:
        raise Problem(400, 'The body is empty: send JSON such as {"text": "…"}.')
    try:
        return json.loads(
            content.decode("utf-8"), object_pairs_hook=_refuse_duplicate_keys, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise Problem(400, f"The body is not UTF-8: byte {error.start} cannot be decoded; convert it first.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, f"The body is not JSON: {error.msg} at {place}.") from None
    except RecursionError:
        raise Problem(400, "The JSON is nested too deeply: a request has at most four levels.") from None
    except ValueError:  # an integer of thousands of digits
        raise Problem(400, "The JSON holds a number that is too long to read.") from None


def _read_body(request: Request, limit: int) -> bytes:
    request.max_content_length = limit
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise _too_large(limit) from None
    except ClientDisconnected:
        raise Problem(
            400, "The body did not arrive whole, or not in time: send it again, or in several requests."
        ) from None


def _decompress(content: bytes, encoding: str, limit: int) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return content
    if encoding not in {"gzip", "x-gzip"}:
        raise Problem(415, "Compress the body with gzip, or not at all.", headers={"Accept-Encoding": "gzip, identity"})
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = gzip.decompress(content, limit + 1)  # never more, however large the whole would become
    except zlib.error:
        raise Problem(400, "The body is not gzip, though its header Content-Encoding says so.") from None
    if len(plain) > limit:
        raise _too_large(limit)
    if not gzip.eof or gzip.unused_data:
        raise Problem(400, "The gzip body is cut off, or more follows after its end.")
    return plain


def _too_large(limit: int) -> Problem:
    """Return the problem of a body that is too large."""
    return Problem(413, f"The body may have at most {limit} bytes (uncompressed): send several requests.")


def _refuse_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise Problem(400, "The JSON holds an object with a key given twice: give each key once.")
    return record


def _refuse_constant(name: str) -> NoReturn:
    raise Problem(400, f"The body is not JSON: {name} is no JSON value.")


_LARGEST_ID = 2**53 - 1  # the largest integer that every JSON reader keeps exactly (RFC 8259, section 6)
_TAG = "form:"  # begins the tags that tell the members of a union apart; pydantic puts them into the path to a fault
_MOST_EXPLAINED: Final = 100  # sentences, where only some are to be explained
_FORMS = ("text", "sentences", "html", "file")  # what a document may be
_TEXT_PATTERN = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"  # what `_check_text` checks, for the OpenAPI document
_NO_NUL_PATTERN = r"^[^\u0000]*$"  # PostgreSQL cannot keep NUL
_SPOKEN = ("label", "speaker", "role")  # what a correction says of a sentence that is not page furniture
_Body = TypeVar("_Body", bound=BaseModel)  # the PEP 695 syntax needs Python 3.12


def _check_text(text: str, info: ValidationInfo) -> str:
    """Check that a text is within the limit, is more than white space, and has no NUL."""
    longest = _get_limits(info).characters
    if len(text) > longest:
        raise PydanticKnownError("string_too_long", {"max_length": longest})
    if "\0" in text:
        raise PydanticCustomError("nul", "holds a NUL character (U+0000): remove it")
    if not text.strip():
        raise PydanticCustomError("blank", "holds no text")
    return text


def _check_page(page: str, info: ValidationInfo) -> str:
    """Check that a page of HTML is within the limit, and is more than white space."""
    longest = _get_limits(info).page_characters
    if len(page) > longest:
        raise PydanticCustomError(
            "page_too_long", f"has more than {longest} characters: send the article's text as text"
        )
    if not page.strip():
        raise PydanticCustomError("blank", "holds no text")
    return page


def _check_length(limit: Literal["sentences", "documents"]) -> BeforeValidator:
    """Return a validator that takes only lists within this limit; it runs before the items are looked at."""

    def check(value: object, info: ValidationInfo) -> object:
        longest: int = getattr(_get_limits(info), limit)
        if isinstance(value, list) and len(value) > longest:
            facts = {"field_type": "List", "max_length": longest, "actual_length": len(value)}
            raise PydanticKnownError("too_long", facts)
        return value

    return BeforeValidator(check)


def _get_limits(info: ValidationInfo) -> Limits:
    return cast("Limits", info.context)


def _choose_by_key(*keys: str) -> Discriminator:
    """Tell the members of a union apart by the one of these keys that an object has."""

    def find_tag(value: object) -> str | None:
        found = [key for key in keys if isinstance(value, Mapping) and key in value]
        return _TAG + found[0] if len(found) == 1 else None

    message = f"must be an object with exactly one of {', '.join(keys)}"
    return Discriminator(find_tag, custom_error_type="form", custom_error_message=message)


def _choose_by_type(description: str, tags: Mapping[type, str]) -> Discriminator:
    """Tell the members of a union apart by type, so that a wrong value gets one message and not one for each member."""

    def find_tag(value: object) -> str | None:
        return tags.get(type(value))

    return Discriminator(find_tag, custom_error_type="type", custom_error_message=f"must be {description}")


def _read_whole_number(value: object) -> object:
    """Take 2.0 for 2, as JSON Schema does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read_position(value: object) -> object:
    number = _read_whole_number(value)
    if not isinstance(number, int) or isinstance(number, bool):
        raise PydanticCustomError("position", "must be a whole number from 0")
    return number


# The OpenAPI document states the limits in force: service/web/openapi.py puts them in place of their names here.
_Text = Annotated[
    str,
    Field(min_length=1, json_schema_extra={"maxLength": "characters", "pattern": _TEXT_PATTERN}),
    AfterValidator(_check_text),
]
_Sentences = Annotated[
    list[_Text], Field(min_length=1, json_schema_extra={"maxItems": "sentences"}), _check_length("sentences")
]
_Page = Annotated[
    str,
    Field(min_length=1, json_schema_extra={"maxLength": "page_characters", "pattern": r"\S"}),
    AfterValidator(_check_page),
]
_Position = Annotated[int, Field(ge=0, le=_LARGEST_ID)]
_Index = Annotated[_Position, BeforeValidator(_read_position, json_schema_input_type=_Position)]
_Integer = Annotated[int, Field(ge=-_LARGEST_ID, le=_LARGEST_ID)]
_Id = Annotated[
    Annotated[str, Field(max_length=256), Tag(_TAG + "string")]
    | Annotated[_Integer, BeforeValidator(_read_whole_number, json_schema_input_type=_Integer), Tag(_TAG + "integer")],
    _choose_by_type("a string or an integer", {str: _TAG + "string", int: _TAG + "integer", float: _TAG + "integer"}),
]
_Probability = Annotated[float, Field(gt=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ThresholdTable(_Strict):
    """Probabilities from which a label is given, by label; and the confidence below which a sentence is uncertain."""

    uncertain: _Probability | None = None
    factual_report: _Probability | None = None
    official_statement: _Probability | None = None
    analyst_opinion: _Probability | None = None
    threat: _Probability | None = None


_Threshold = Annotated[
    Annotated[_Probability, Tag(_TAG + "number")] | Annotated[ThresholdTable, Tag(_TAG + "table")],
    _choose_by_type(
        "a number, or an object with a number for each threshold",
        {float: _TAG + "number", int: _TAG + "number", dict: _TAG + "table"},
    ),
]


_Explain = Annotated[
    Annotated[bool, Tag(_TAG + "bool")]
    | Annotated[list[_Index], Field(max_length=_MOST_EXPLAINED), Tag(_TAG + "indices")],
    _choose_by_type(
        "true or false, or a list of the indices of sentences", {bool: _TAG + "bool", list: _TAG + "indices"}
    ),
]


class _Options(_Strict):
    explain: _Explain = Field(
        False, description="add the signed words that decided to each sentence, or to those with these indices"
    )
    reader: ReaderChoice | None = Field(
        None,
        description="who reads: fast, careful, or auto, which asks the careful one where the fast one is not sure",
    )
    threshold: _Threshold | None = Field(
        None,
        description="a number: the confidence below which a sentence is marked uncertain; or a table such as "
        '{"threat": 0.2, "uncertain": 0.6}: a label is given from its probability on',
    )

    language: Languages = Field(
        "en",
        description="en: what is not in English is refused; a paragraph in another language gets no label. any: all is "
        "labelled, and marked by its language; the labels of what is not English mean nothing",
    )

    def thresholds(self) -> Thresholds:
        """Return the thresholds as the classifier takes them."""
        if isinstance(self.threshold, ThresholdTable):
            return Thresholds.of(self.threshold.model_dump(exclude_none=True))
        return NO_THRESHOLDS if self.threshold is None else Thresholds(uncertain=self.threshold)


class _Document(_Strict):
    id: _Id | None = Field(None, description="echoed in the answer")


class TextDocument(_Document):
    """A document of running text."""

    text: _Text


class SentencesDocument(_Document):
    """A document that is already split into sentences."""

    sentences: _Sentences


class HtmlDocument(_Document):
    """A page of HTML; its main text is classified, and comes back as ``text``."""

    html: _Page


class FileContent(_Strict):
    """A file.

    The OpenAPI document tells of it in words only: no schema can say which bytes are a PDF, and what a schema allows is
    to be answered.
    """

    name: Annotated[str, Field(max_length=256)] = Field(
        description="its extension tells its kind: .txt, .html, .htm, .xhtml, .docx, .pdf (with a text layer) or .eml"
    )
    content: str = Field(description="its bytes in base64", json_schema_extra={"contentEncoding": "base64"})


class FileDocument(_Document):
    """A file with one article; its text is classified, and comes back as ``text``."""

    file: FileContent


class TextRequest(TextDocument, _Options):
    """A request for one document of running text."""


class SentencesRequest(SentencesDocument, _Options):
    """A request for one document that is already split into sentences."""


class HtmlRequest(HtmlDocument, _Options):
    """A request for a page of HTML."""


class FileRequest(FileDocument, _Options):
    """A request for a file."""


class DocumentsRequest(_Options):
    """A request for several documents."""

    on_error: Literal["refuse", "report"] = Field(
        "refuse",
        description="refuse: a document that cannot be classified makes the whole request a 422. report: it has an "
        "error in its place, and the others are answered",
    )
    documents: Annotated[
        list[
            Annotated[
                Annotated[TextDocument, Tag(_TAG + "text")]
                | Annotated[SentencesDocument, Tag(_TAG + "sentences")]
                | Annotated[HtmlDocument, Tag(_TAG + "html")]
                | SkipJsonSchema[Annotated[FileDocument, Tag(_TAG + "file")]],
                _choose_by_key(*_FORMS),
            ]
        ],
        Field(min_length=1, json_schema_extra={"maxItems": "documents"}),
        _check_length("documents"),
    ]


class ClassifyRequest(
    RootModel[
        Annotated[
            Annotated[TextRequest, Tag(_TAG + "text")]
            | Annotated[SentencesRequest, Tag(_TAG + "sentences")]
            | Annotated[HtmlRequest, Tag(_TAG + "html")]
            | SkipJsonSchema[Annotated[FileRequest, Tag(_TAG + "file")]]
            | Annotated[DocumentsRequest, Tag(_TAG + "documents")],
            _choose_by_key(*_FORMS, "documents"),
        ]
    ]
):
    """The body of a request: one of five forms, told apart by the key they have."""


Sent: TypeAlias = TextDocument | SentencesDocument | HtmlDocument | FileDocument


def _absent(description: str) -> Any:  # noqa: ANN401 -- as pydantic's Field
    """Declare a field that may be left out, but not be null."""
    return Field(default_factory=lambda: None, description=description)


# What `Change` refuses, for the OpenAPI document: nothing said, furniture with more, the reporter with a role.
_CHANGE_SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [
        {"required": ["boilerplate"], "properties": {"boilerplate": {"const": True}, **dict.fromkeys(_SPOKEN, False)}},
        {
            "properties": {"boilerplate": {"const": False}, "speaker": {"type": "string"}},
            "anyOf": [{"required": [name]} for name in (*_SPOKEN, "boilerplate")],
        },
        {
            "required": ["speaker"],
            "properties": {"boilerplate": {"const": False}, "speaker": {"type": "null"}, "role": False},
        },
    ]
}


class _Correction(_Strict):
    model_config = ConfigDict(json_schema_extra=_CHANGE_SCHEMA)

    sentence: _Index = Field(description="which sentence of the answer to this document, from 0")
    label: Label = _absent("the right label")
    speaker: Annotated[str, Field(max_length=256, pattern=_TEXT_PATTERN)] | None = _absent(
        "the right speaker's name; null where the reporter vouches for the sentence"
    )
    role: Role = _absent("what the speaker speaks as")
    boilerplate: bool = _absent("whether it is page furniture; if true, without label, speaker and role")
    note: Annotated[str, Field(max_length=2000, pattern=_NO_NUL_PATTERN)] = Field("", description="a remark")
    by: Annotated[str, Field(max_length=256, pattern=_NO_NUL_PATTERN)] = Field(
        "", description="who says so; the name of the API key where it is left out"
    )

    @model_validator(mode="after")
    def _check_change(self) -> Self:
        try:
            self.change()
        except ValueError as error:
            raise PydanticCustomError("change", "is no correction: {reason}", {"reason": str(error)}) from None
        return self

    def change(self) -> Change:
        """Return what is said of the sentence."""
        return Change(
            label=self.label,
            speaker=self.speaker,
            speaker_given="speaker" in self.model_fields_set,
            role=self.role,
            boilerplate=self.boilerplate,
            note=self.note,
            by=self.by,
        )


class TextCorrection(_Correction):
    """A correction of a sentence in running text."""

    text: _Text


class SentencesCorrection(_Correction):
    """A correction of a sentence in a document that came split into sentences."""

    sentences: _Sentences


class CorrectionRequest(
    RootModel[
        Annotated[
            Annotated[TextCorrection, Tag(_TAG + "text")] | Annotated[SentencesCorrection, Tag(_TAG + "sentences")],
            _choose_by_key("text", "sentences"),
        ]
    ]
):
    """What is right of one sentence, with the whole document, so that its context can be learned from."""


@dataclass(frozen=True, slots=True)
class SentCorrection:
    """A correction as a client sends it.

    Attributes:
        document: Running text, or a list of sentences.
        sentence: Position of the sentence, from 0.
        change: What is said of it.

    """

    document: str | list[str]
    sentence: int
    change: Change


@dataclass(frozen=True, slots=True)
class Submission:
    """What a client wants classified.

    Attributes:
        documents: What was sent of each; where it is not valid and that is to be reported, its faults.
        ids: The id of each document; None where it has none.
        many: Whether the client sent a list of documents, even if there is one in it.
        reports: Whether a document that cannot be classified has an error in its place, and the others are answered.
        explain: Whether each sentence carries its explanation, or the indices of those that do.
        reader: Who reads; None where the client leaves it to the service.
        thresholds: How probabilities become labels and doubts.
        language: "en" to refuse what is not in English; "any" to label it.

    """

    documents: Sequence[Sent | Sequence[BodyFault]]
    ids: Sequence[str | int | None]
    many: bool
    reports: bool
    explain: Explain
    reader: ReaderChoice | None
    thresholds: Thresholds
    language: Languages


_OF_DOCUMENT = re.compile(r"/documents/\d+(?:/|$)")
_MESSAGES: Final[Mapping[str, str]] = {  # by pydantic's name of the error
    "extra_forbidden": "is not known here: remove it, or see /docs for what there is",
    "missing": "is missing",
    "string_type": "must be a string",
    "string_unicode": r"holds half a surrogate pair (such as \ud83d alone): send whole characters",
    "string_too_long": "has more than {max_length} characters: split it into several documents",
    "string_too_short": "holds no text",
    "list_type": "must be a list",
    "too_long": "has more than {max_length} items: send the rest in another request",
    "too_short": "must have at least {min_length} item",
    "int_type": "must be a string or an integer",
    "float_type": "must be a number",
    "literal_error": "must be {expected}",
    "model_type": "must be an object",
    "bool_type": "must be true or false",
    "string_pattern_mismatch": "holds no text, or a NUL character (U+0000)",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def parse_submission(body: object, limits: Limits) -> Submission:
    """Validate a decoded body.

    Args:
        body: JSON data.
        limits: What one request may hold.

    Raises:
        Problem: 422, with every fault found.

    """
    faults: dict[int, list[BodyFault]] = {}
    try:
        request = ClassifyRequest.model_validate(body, context=limits).root
    except ValidationError as error:
        found = _list_faults(error)
        if not _asks_for_reports(body) or not all(_OF_DOCUMENT.match(fault.pointer) for fault in found):
            raise invalid(found) from None
        for fault in found:
            faults.setdefault(int(fault.pointer.split("/")[2]), []).append(fault)
        request = _parse_others(cast("Mapping[str, Any]", body), faults, limits)
    if not isinstance(request, DocumentsRequest):
        return _submit([request], [request.id], request, many=False, reports=False)
    valid = iter(request.documents)
    given = cast("Mapping[str, Any]", body)["documents"]
    documents = [faults[place] if place in faults else next(valid) for place in range(len(given))]
    ids = [_find_id(given[place], limits) if isinstance(d, list) else d.id for place, d in enumerate(documents)]
    return _submit(documents, ids, request, many=True, reports=request.on_error == "report")


def invalid(faults: Sequence[BodyFault]) -> Problem:
    """Return the problem of a body that is JSON, but cannot be answered."""
    return Problem(422, f"{faults[0].pointer or 'The body'} {faults[0].detail}.", faults)


def _submit(
    documents: Sequence[Sent | Sequence[BodyFault]],
    ids: Sequence[str | int | None],
    options: _Options,
    *,
    many: bool,
    reports: bool,
) -> Submission:
    explain: Explain = options.explain if isinstance(options.explain, bool) else frozenset(options.explain)
    thresholds = options.thresholds()
    return Submission(documents, ids, many, reports, explain, options.reader, thresholds, options.language)


def _asks_for_reports(body: object) -> bool:
    return isinstance(body, dict) and body.get("on_error") == "report"


def _parse_others(body: Mapping[str, Any], faults: Container[int], limits: Limits) -> DocumentsRequest:
    """Validate a body without the documents that have faults; one in their place, where there are no others."""
    others = [document for place, document in enumerate(body["documents"]) if place not in faults]
    valid = {**body, "documents": others or [{"text": "-"}]}
    return DocumentsRequest.model_validate(valid, context=limits)


def _find_id(document: object, limits: Limits) -> str | int | None:
    """Return the id of a document that has faults; None where the id is one of them."""
    given = document.get("id") if isinstance(document, dict) else None
    try:
        return TextDocument.model_validate({"id": given, "text": "-"}, context=limits).id
    except ValidationError:
        return None


def parse_correction(body: object, limits: Limits) -> SentCorrection:
    """Validate a decoded body.

    Args:
        body: JSON data.
        limits: What one request may hold.

    Raises:
        Problem: 422, with every fault found.

    """
    request = _validate(CorrectionRequest, body, limits).root
    document = request.text if isinstance(request, TextCorrection) else request.sentences
    return SentCorrection(document, request.sentence, request.change())


def _validate(model: type[_Body], body: object, limits: Limits) -> _Body:
    try:
        return model.model_validate(body, context=limits)
    except ValidationError as error:
        raise invalid(_list_faults(error)) from None


def _list_faults(error: ValidationError) -> list[BodyFault]:
    return [_describe_fault(details) for details in error.errors(include_url=False, include_input=False)]


def _describe_fault(details: ErrorDetails) -> BodyFault:
    parts = [str(part) for part in details["loc"] if not str(part).startswith(_TAG)]
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
    message = _MESSAGES.get(details["type"])
    detail = message.format(**details.get("ctx", {})) if message else details["msg"]
    return BodyFault(pointer, detail)
