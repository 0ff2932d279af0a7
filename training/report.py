"""Writes the report of a training run: the model card in Markdown, and its plots."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from model.labels import DEFINITIONS, LABELS
from training.corpus import LabelledDocument
from training.evaluate import Evaluation, Prediction
from training.params import TrainingParams
from training.plots import plot_confusion, plot_precision_recall, plot_reliability
from training.tables import format_markdown_table, summarise, tabulate_scores, tabulate_sources, tabulate_thresholds


def write_report(
    folder: Path,
    documents: Sequence[LabelledDocument],
    params: TrainingParams,
    held_out: Sequence[Prediction],
    evaluation: Evaluation,
    uncertain_below: float,
) -> None:
    """Write ``model-card.md`` and its plots into ``folder``."""
    plots = folder / "plots"
    plots.mkdir()
    plot_confusion(evaluation, plots / "confusion.png")
    plot_reliability(held_out, plots / "reliability.png")
    plot_precision_recall(held_out, plots / "precision-recall.png")
    card = _format_model_card(documents, params, held_out, evaluation, uncertain_below)
    (folder / "model-card.md").write_text(card, encoding="utf-8")


def tabulate_corpus(documents: Sequence[LabelledDocument]) -> list[list[str]]:
    """Return documents and sentences by label of each source, as rows of text with a header."""
    documents_by_source = Counter(document.source for document in documents)
    sentences = Counter((d.source, s.label) for d in documents for s in d.sentences if s.label)
    table = [["source", "documents", *LABELS]]
    for source in sorted({source for source, _ in sentences}):
        counts = [documents_by_source[source], *(sentences[source, label] for label in LABELS)]
        table.append([source, *map(str, counts)])
    return table


def _format_model_card(
    documents: Sequence[LabelledDocument],
    params: TrainingParams,
    held_out: Sequence[Prediction],
    evaluation: Evaluation,
    uncertain_below: float,
) -> str:
    threats = np.mean([p.gold == "threat" for p in held_out])
    labels = [["label", "meaning"], *([label, DEFINITIONS[label]] for label in LABELS)]
    return f"""# Model card

Labels each sentence of a news text by who vouches for it and what it does. TF-IDF fields and one multinomial logistic
regression, probabilities calibrated by temperature scaling.

{format_markdown_table(labels)}

## Trained on

{format_markdown_table(tabulate_corpus(documents))}

Weights by source: {", ".join(f"{name} {weight:g}" for name, weight in params.source_weights.items())}.

## Held-out figures

From {params.validation_folds}-fold cross-validation; no article is in both training and test. Brackets: 95 % bootstrap
intervals over documents. These are figures on the corpus's own kinds of text; expect less on text from elsewhere.

{format_markdown_table(tabulate_scores(held_out, evaluation))}

{"; ".join(summarise(evaluation))}.

{format_markdown_table(tabulate_sources(evaluation))}

![confusion](plots/confusion.png)
![reliability](plots/reliability.png)
![precision and recall](plots/precision-recall.png)

## Uncertain sentences

A sentence is marked `uncertain` where its confidence is below {uncertain_below:.3f}: from that confidence upwards,
held-out predictions were right {params.uncertain_precision:.0%} of the time.

## Missing fewer threats

Where a missed threat costs more than a false alarm, say from which probability a sentence counts as one:
`stance classify --threshold threat=0.2`, the same option of `stance score`, or `"threshold": {{"threat": 0.2}}` in a
request. Every sentence that reaches the threshold is then labelled a threat, and none below it. Held-out predictions:

{format_markdown_table(tabulate_thresholds(held_out, "threat"))}

Threats are {threats:.1%} of the labelled sentences here. Where they are rarer, precision is lower at the same
threshold.

## Limits

English news. Truth is not judged, only who vouches. The writer's own evaluation and plain fact are the labels most
often confused: no word marks the difference.
"""
