"""The four labels, their order and their one-line definitions."""

from typing import Final, Literal, get_args

Label = Literal["factual_report", "official_statement", "analyst_opinion", "threat"]

LABELS: Final[tuple[Label, ...]] = get_args(Label)

DEFINITIONS: Final[dict[Label, str]] = {
    "factual_report": "Vouched for by the reporter: events, figures, background; also what other media, documents, "
    "unnamed sources and eyewitnesses report.",
    "official_statement": "Put in the mouth, document or post of somebody who speaks for an institution.",
    "analyst_opinion": "An interpretation, assessment, forecast or feeling vouched for by somebody in their own name, "
    "the writer included.",
    "threat": "Somebody announces that they, or the side they speak for, will impose a cost on somebody else.",
}
