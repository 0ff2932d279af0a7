"""What ``stance drift`` does; it takes the parsed options and returns the exit status."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from model import Classifier
from model.artifact import find_version
from service.batch.plan import find_files
from service.drift.scored import ScoredSentence, read_sentences
from service.drift.window import Drift, Window, measure_drift
from training.drift.reference import FEATURES, Feature, Observation, count_bins, load_reference, split_words
from training.tables import format_plain_table

_TOGETHER = 10_000  # sentences counted at once


def drift(options: argparse.Namespace) -> int:
    """Compare scored archives with the text that the model was measured on.

    Raises:
        ValueError: A file is not a scored archive, or the model has no reference.

    """
    paths = [Path(path) for path, _ in find_files(options.scored)[0]]
    folder = find_version(options.artifact)
    classifier = Classifier.load(folder, "fast", choosable=False)
    reference = load_reference(folder)
    if reference is None:
        raise ValueError(f"{options.artifact} was trained without a reference; train a new one: stance train")
    is_quiet = options.quiet or not sys.stderr.isatty()
    shown = tqdm(_read_all(paths), desc="reading", unit=" sentences", disable=is_quiet)
    measured = measure_drift(classifier, reference, _count(iter(shown), classifier))
    print(json.dumps(measured.to_dict(), indent=2) if options.json else _render(measured))
    return 0


def _read_all(paths: Sequence[Path]) -> Iterator[ScoredSentence]:
    for path in paths:
        yield from read_sentences(path)


def _count(sentences: Iterator[ScoredSentence], classifier: Classifier) -> Window:
    counts: dict[Feature, Counter[str]] = {feature: Counter() for feature in FEATURES}
    careful = 0
    while together := list(islice(sentences, _TOGETHER)):
        careful += sum(sentence.reader == "careful" for sentence in together)
        for feature, bins in count_bins(_observe(sentence, classifier) for sentence in together).items():
            counts[feature] += bins
    return Window(counts, careful)


def _observe(sentence: ScoredSentence, classifier: Classifier) -> Observation:
    words = split_words(sentence.text)
    known = sum(word in classifier.known_words for word in words)
    return Observation(sentence.label, sentence.confidence, known, len(words), sentence.has_speaker)


def _render(measured: Drift) -> str:
    table = [["feature", "index", "by chance", "distance", "now", "then"]]
    for feature, shift in measured.shifts.items():
        numbers = ["–" if value is None else f"{value:.3f}" for value in (shift.psi, shift.chance, shift.js_distance)]
        table.append([feature, *numbers, f"{shift.sample:,}", f"{shift.reference_sample:,}"])
    words = [f"- {words}" for words in dict.fromkeys(shift.words for shift in measured.shifts.values())]
    return "\n\n".join(
        [
            f"{measured.window.sentences:,} sentences beside {measured.reference.sentences:,} of "
            f"{measured.reference.documents:,} held-out articles of real news",
            format_plain_table(table),
            "\n".join(words),
            "index: population stability index, below 0.1 as it was, from 0.25 much moved; by chance: what it stays "
            "below, 99 times of 100, if nothing has moved; distance: Jensen-Shannon, from 0 to 1; now, then: sentences "
            "(words) counted",
        ]
    )
