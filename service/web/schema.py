"""What a request may say: pydantic models under the configured limits, and the plain job they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

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
    create_model,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from model.labels import LABELS
from model.thresholds import NO_THRESHOLDS, Thresholds
from service.web.config import Limits
from service.web.errors import Fault, Problem

_LARGEST_ID = 2**53 - 1  # the largest integer that every JSON reader keeps exactly (RFC 8259, section 6)
_TAG = "form:"
_SOME_TEXT = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"  # tells readers what _readable checks
_MESSAGES: Final[Mapping[str, str]] = {
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
    "bool_type": "must be true or false",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


@dataclass(frozen=True, slots=True)
class Job:
    """A valid request.

    Attributes:
        documents: Each is running text, or a list of sentences.
        ids: The id of each document; None where it has none.
        many: Whether several documents were asked for, even if there is one.
        explain: Whether each sentence carries its explanation.
        thresholds: How probabilities become labels and doubts.

    """

    documents: Sequence[str | Sequence[str]]
    ids: Sequence[str | int | None]
    many: bool
    explain: bool
    thresholds: Thresholds


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _by_type(message: str, tags: Mapping[type, str]) -> Discriminator:
    """Tell the members of a union apart by type, so that a wrong value gets one message and not one for each member."""
    return Discriminator(
        lambda value: tags.get(type(value)), custom_error_type="type", custom_error_message=f"must be {message}"
    )


def _as_integer(value: object) -> object:
    """Take 2.0 for 2, as JSON Schema does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Probability = Annotated[float, Field(gt=0, le=1)]
_table_fields: Any = dict.fromkeys(("uncertain", *LABELS), (_Probability | None, None))
_Table: Any = create_model("Thresholds", __base__=_Strict, **_table_fields)
_Threshold = Annotated[
    Annotated[_Probability, Tag(_TAG + "number")] | Annotated[_Table, Tag(_TAG + "table")],
    _by_type(
        "a number, or an object with a number for each threshold",
        {float: _TAG + "number", int: _TAG + "number", dict: _TAG + "table"},
    ),
]
_Integer = Annotated[int, Field(ge=-_LARGEST_ID, le=_LARGEST_ID)]
_Id = Annotated[
    Annotated[str, Field(max_length=256), Tag(_TAG + "string")]
    | Annotated[_Integer, BeforeValidator(_as_integer, json_schema_input_type=_Integer), Tag(_TAG + "integer")],
    _by_type("a string or an integer", {str: _TAG + "string", int: _TAG + "integer", float: _TAG + "integer"}),
]


class _Named(_Strict):
    id: _Id | None = Field(None, description="echoed in the answer")


class _Options(_Strict):
    explain: bool = Field(False, description="add to each sentence the signed words that decided")
    threshold: _Threshold | None = Field(
        None,
        description="a number: the confidence below which a sentence is marked uncertain; or a table such as "
        '{"threat": 0.2, "uncertain": 0.6}: a label is given from its probability on',
    )


def _readable(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul", "holds a NUL character (U+0000): remove it")
    if not text.strip():
        raise PydanticCustomError("blank", "holds no text")
    return text


def request_model(limits: Limits) -> type[RootModel[Any]]:
    """Return the model of a request's body under these limits: three forms, told apart by the key they have."""
    text: Any = Annotated[
        str,
        Field(min_length=1, max_length=limits.characters, json_schema_extra={"pattern": _SOME_TEXT}),
        AfterValidator(_readable),
    ]
    sentences: Any = Annotated[list[text], Field(min_length=1, max_length=limits.sentences)]
    single: dict[str, Any] = {"text": text, "sentences": sentences}
    document: Any = _one_of({key: _form(f"{key.title()}Document", (_Named,), key, single[key]) for key in single})
    several: Any = Annotated[list[document], Field(min_length=1, max_length=limits.documents)]
    forms = {key: _form(f"{key.title()}Request", (_Named, _Options), key, single[key]) for key in single}
    forms["documents"] = _form("DocumentsRequest", (_Options,), "documents", several)
    request = cast("Any", RootModel)[_one_of(forms)]
    return cast("type[RootModel[Any]]", create_model("ClassifyRequest", __base__=request))


def read_job(model: type[RootModel[Any]], body: object) -> Job:
    """Validate a decoded body.

    Args:
        model: What :func:`request_model` returned.
        body: JSON data.

    Raises:
        Problem: 422, with every fault found.

    """
    try:
        request = model.model_validate(body).root
    except ValidationError as error:
        faults = [_fault(details) for details in error.errors(include_url=False, include_input=False)]
        raise Problem(422, f"{faults[0].pointer or 'The body'} {faults[0].detail}.", faults) from None
    documents = getattr(request, "documents", None) or [request]
    return Job(
        documents=[getattr(document, "text", None) or document.sentences for document in documents],
        ids=[document.id for document in documents],
        many=hasattr(request, "documents"),
        explain=request.explain,
        thresholds=_thresholds(request.threshold),
    )


def _thresholds(option: Any) -> Thresholds:  # noqa: ANN401 -- a number, a table or None
    if isinstance(option, float):
        return Thresholds(uncertain=option)
    return Thresholds.of(option.model_dump(exclude_none=True)) if option else NO_THRESHOLDS


def _form(name: str, bases: tuple[type[BaseModel], ...], key: str, annotation: object) -> type[BaseModel]:
    fields: Any = {key: (annotation, ...)}
    return create_model(name, __base__=bases, **fields)


def _one_of(forms: Mapping[str, type[BaseModel]]) -> Any:  # noqa: ANN401 -- an annotation for pydantic
    """Return the union of forms of which a body must have exactly one key."""

    def tag(value: object) -> str | None:
        keys = [key for key in forms if isinstance(value, Mapping) and key in value]
        return _TAG + keys[0] if len(keys) == 1 else None

    union: Any = None
    for key, form in forms.items():
        member: Any = Annotated[cast("Any", form), Tag(_TAG + key)]
        union = member if union is None else union | member
    message = f"must be an object with exactly one of {', '.join(forms)}"
    return Annotated[union, Discriminator(tag, custom_error_type="form", custom_error_message=message)]


def _fault(details: ErrorDetails) -> Fault:
    parts = [str(part) for part in details["loc"] if not str(part).startswith(_TAG)]
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
    message = _MESSAGES.get(details["type"])
    detail = message.format(**details.get("ctx", {})) if message else details["msg"]
    return Fault(pointer, detail)
