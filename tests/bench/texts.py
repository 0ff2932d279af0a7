"""What is measured on: the project's own corpus, one source to train on and another to score."""

from dataclasses import dataclass

from model.features import Fields, fields_of
from training.corpus import LEE_SOURCE, LabelledDocument, load_corpus


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


def load_texts(every: int) -> Texts:
    """Read every n-th document of the corpus and part them by source."""
    documents = load_corpus()[::every]
    other = [document for document in documents if document.source == LEE_SOURCE]
    rows, labels = [], []
    for document in other:
        for row, sentence in zip(fields_of(document.texts), document.sentences, strict=True):
            if sentence.label:
                rows.append(row)
                labels.append(sentence.label)
    return Texts([document for document in documents if document.source != LEE_SOURCE], other, rows, labels)
