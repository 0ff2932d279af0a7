"""What the careful reader reads of a sentence: a pair of texts, the evidence and the sentence itself.

    official quote: Sergei Lavrov, foreign minister ; will force harm | nobody: The talks broke off on Monday.
    "We will answer in kind," he said.

The first text says who vouches for the sentence and as what, then which harm it announces, then who speaks in the
sentence before and how that sentence ends. The network was trained on this form, so both change together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from model.attribution import Attribution
from model.preparation import Prepared

_TOLD = ("harm", "not-harm", "ultimatum", "deadline", "or-else", "threaten", "warn", "vow")  # how a told feature begins
_NOBODY = "nobody"
_SAME = "same"  # the speaker before is the speaker now


@dataclass(frozen=True, slots=True)
class Form:
    """How much evidence the network is given.

    Attributes:
        description: Words of the speaker's description.
        threats: Features of the wording of threats.
        before: Words of the sentence before, counted from its end.

    """

    description: int
    threats: int
    before: int


def list_inputs(prepared: Prepared, form: Form, sentences: Iterable[int] | None = None) -> list[tuple[str, str]]:
    """Return the pairs of texts for sentences of a document, given by their index; for all of them by default."""
    chosen = range(len(prepared.texts)) if sentences is None else sentences
    return [(_tell_evidence(prepared, index, form), prepared.texts[index]) for index in chosen]


def _tell_evidence(prepared: Prepared, index: int, form: Form) -> str:
    speaker = _describe_speaker(prepared.attributions[index], form)
    return f"{speaker}{_name_threats(prepared.fields[index].threat, form)} | {_tell_before(prepared, index, form)}"


def _describe_speaker(attribution: Attribution, form: Form) -> str:
    speaker = attribution.speaker
    if speaker is None:
        return _NOBODY
    description = speaker.descriptor or next(iter(attribution.descriptors), "")
    described = f", {_first_words(description, form.description)}" if description else ""
    relayed = " relayed" if speaker.via else ""
    return f"{speaker.role} {speaker.kind}: {speaker.name}{described}{relayed}"


def _name_threats(features: Sequence[str], form: Form) -> str:
    told = islice((feature for feature in features if feature.startswith(_TOLD)), form.threats)
    named = " ".join(feature.replace(":", " ") for feature in told)
    return f" ; {named}" if named else ""


def _tell_before(prepared: Prepared, index: int, form: Form) -> str:
    """Return who speaks in the sentence before, and the end of it; nothing for the first sentence."""
    if index == 0:
        return ""
    before, now = (prepared.attributions[i].speaker for i in (index - 1, index))
    end = _last_words(prepared.texts[index - 1], form.before)
    if before is None:
        return f"{_NOBODY}: {end}"
    return f"{_SAME if now is not None and now.name == before.name else before.role}: {end}"


def _first_words(text: str, count: int) -> str:
    return " ".join(text.split()[:count])


def _last_words(text: str, count: int) -> str:
    return " ".join(text.split()[-count:])
