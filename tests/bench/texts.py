"""What is measured on: the project's own corpus, one source to train on and another to score."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from model.context import Fields, fields_of
from training.corpus import LEE_SOURCE, LabelledDocument, load_corpus

WORDS = 100  # of so many words, one is made up, so that memory meets the unknown for ever, as in a stream of news


@dataclass(frozen=True, slots=True)
class Texts:
    """Articles and their sentences.

    Attributes:
        trained: Documents that the model is trained on: the project's own articles.
        other: Documents of another source: ABC news of the Lee corpus.
        rows: The fields of the other source's labelled sentences.
        labels: Their labels.

    """

    trained: list[LabelledDocument]
    other: list[LabelledDocument]
    rows: list[Fields]
    labels: list[str]

    @property
    def articles(self) -> list[str]:
        """The other source's articles as running text."""
        return [" ".join(document.texts) for document in self.other]


def load_texts() -> Texts:
    """Read the corpus and part it by source."""
    documents = load_corpus()
    other = [document for document in documents if document.source == LEE_SOURCE]
    rows, labels = [], []
    for document in other:
        for row, sentence in zip(fields_of(document.texts), document.sentences, strict=True):
            if sentence.label:
                rows.append(row)
                labels.append(sentence.label)
    return Texts([document for document in documents if document.source != LEE_SOURCE], other, rows, labels)


def endless(articles: list[str], seed: int = 7) -> Iterator[str]:
    """Yield articles for ever, each time with other made-up words among theirs."""
    draw = random.Random(seed)
    while True:
        for article in articles:
            words = article.split(" ")
            for _ in range(len(words) // WORDS + 1):
                words[draw.randrange(len(words))] = f"{draw.choice('bdfgklmnprst')}a{draw.randrange(10**6):x}o"
            yield " ".join(words)
