"""Counts the corpus by style and label, as a table for its datasheet and a plot.

``python -m training.studies.composition`` prints the table and draws the plot.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from model.labels import LABELS
from training.corpus import CORPUS_DIR, LabelledDocument, load_corpus
from training.corpus_check import Article, load_articles
from training.plots import COLOURS
from training.tables import format_markdown_table

SEED = "seed (not recorded)"
REAL_NEWS = {"abc": "Lee (ABC, 2000-02)", "newsarticles": "NewsArticles (nine publishers, 2016-17)"}  # by source
AS_FILED = "authored-as-filed"  # source of the articles that were written first and labelled afterwards
BEATS_SHOWN = 20
Composition = dict[str, list[LabelledDocument]]


def group_by_style(corpus: Sequence[LabelledDocument]) -> Composition:
    """Group documents by style, the largest first; real news comes last, under its source."""
    styles = {article.document.id: _name_style(article) for article in load_articles()}
    grouped: Composition = {}
    for document in corpus:
        style = styles[document.id] if document.id in styles else REAL_NEWS[document.source]
        grouped.setdefault(style, []).append(document)
    return dict(sorted(grouped.items(), key=lambda item: (item[0] in REAL_NEWS.values(), -len(item[1]))))


def tabulate_styles(grouped: Composition) -> list[list[str]]:
    """Return documents, sentences by label and mean length in words of each group, as rows of text with a header."""
    rows = [["style", "documents", "sentences", *LABELS, "words a sentence"]]
    everything = [document for documents in grouped.values() for document in documents]
    for name, documents in [*grouped.items(), ("all", everything)]:
        labels = count_labels(documents)
        words = [len(s.text.split()) for d in documents for s in d.sentences if s.label]
        figures = [len(documents), len(words), *(labels[label] for label in LABELS)]
        rows.append([name, *map(str, figures), f"{sum(words) / len(words):.1f}"])
    return rows


def count_labels(documents: Iterable[LabelledDocument]) -> Counter[str]:
    """Count the labelled sentences by label."""
    return Counter(s.label for document in documents for s in document.sentences if s.label)


def list_common_beats() -> list[tuple[str, int]]:
    """Return the beats with the most authored documents; near-synonyms are counted separately."""
    return Counter(article.beat for article in load_articles() if article.beat).most_common(BEATS_SHOWN)


def _name_style(article: Article) -> str:
    style = article.style or SEED
    return f"{style}, as filed" if article.document.source == AS_FILED else style


def plot_styles(grouped: Composition, path: Path) -> None:
    """Draw sentences by style, stacked by label."""
    figure = Figure(figsize=(8, 8), layout="constrained")
    axes = figure.subplots()
    names = list(reversed(grouped))
    left = [0] * len(names)
    for label in LABELS:
        widths = [count_labels(grouped[name])[label] for name in names]
        axes.barh(names, widths, left=left, color=COLOURS[label], label=label)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set(xlabel="sentences")
    axes.legend(frameon=False, loc="center right")
    figure.savefig(path, dpi=90)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of the shipped corpus and draw its plot."""
    parser = argparse.ArgumentParser(prog="python -m training.studies.composition", description=main.__doc__)
    parser.add_argument("--plot", type=Path, default=Path("docs/plots/corpus.png"), help="PNG to write (%(default)s)")
    options = parser.parse_args(arguments)
    grouped = group_by_style(load_corpus([CORPUS_DIR]))
    options.plot.parent.mkdir(parents=True, exist_ok=True)
    plot_styles(grouped, options.plot)
    print(format_markdown_table(tabulate_styles(grouped)))
    print("\nBeats:", ", ".join(f"{beat} {documents}" for beat, documents in list_common_beats()))


if __name__ == "__main__":
    main()
