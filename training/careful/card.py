"""The card of the careful reader: what it is, what it was made of, and how well it reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.evaluate import Prediction, evaluate
from training.tables import format_markdown_table, summarise, tabulate_scores, tabulate_thresholds

TITLES = {"fast": "The fast reader", "auto": "`auto`: both", "careful": "`careful`: both, on every sentence"}


def format_card(facts: Mapping[str, Any], figures: Mapping[str, Sequence[Prediction]], size: int) -> str:
    """Return the card in Markdown.

    Args:
        facts: When and of what the reader was made.
        figures: What each choice of a reader predicts for the held-out articles.
        size: Size of the network in bytes.

    """
    base = facts["base"]
    sections = [_format_figures(TITLES[choice], predictions) for choice, predictions in figures.items()]
    return f"""# The careful reader

A small transformer that reads a sentence together with what attribution found: who vouches for it, the wording of
threats, and the end of the sentence before. It gives the probabilities of the four labels. They are mixed with those of
the fast reader.

- Base: {base["name"]}, {base["parameters"]:,} parameters ({base["licence"]}; {base["source"]}), fine-tuned on the
  corpus of this project. The vectors of its vocabulary were not changed.
- Size: {size / 1e6:.1f} MB, with matrices in 8 bits.
- Made on {facts["created"]} from {facts["learned_from"]:,} sentences; {facts["held_out"]:,} sentences of whole articles
  of real news were held out, to calibrate it and for the figures below.
- `auto` lets it read sentences of which the fast reader is less than {facts["ask_below"]:.2f} sure and those that are a
  threat with a probability of at least {facts["ask_from_threat"]:.2f}: {facts["asked"]:.0%} of the sentences held out.
- To make it anew: `make train-careful`.

Labels, limits and intended use are those of the model card in `artifact/`.

{"".join(sections)}"""


def _format_figures(title: str, predictions: Sequence[Prediction]) -> str:
    figures = evaluate(predictions)
    return f"""## {title}

{format_markdown_table(tabulate_scores(predictions, figures))}

{"; ".join(summarise(figures))}.

Threats, by the probability from which a sentence is called one:

{format_markdown_table(tabulate_thresholds(predictions, "threat"))}

"""
