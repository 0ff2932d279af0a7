"""Articles to labelled, attributed sentences: the whole path and its stages, against stock components."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nltk.tokenize.punkt import PunktSentenceTokenizer
from sklearn.pipeline import Pipeline

from model import Classifier
from model.attribution import attribute
from model.features import Fields, fields_of
from model.punkt_rules import PunktParameters
from model.readers import Readers
from model.scoring.scorer import Scorer
from model.segmentation import Segmenter, default_segmenter, make_segmenter, punkt_parameters
from tests.bench.compiled import Compiled
from tests.bench.report import Table
from tests.bench.texts import Texts
from tests.bench.timing import elapsed, paired, percentiles, ratio
from tests.stock import stock_pipeline
from training.pipeline import extract_weights

if TYPE_CHECKING:
    from model.careful.reader import CarefulReader

BATCH = 64  # articles a call
ONE_BY_ONE = 200
LONG = 3  # times that the long text is read
STOCK, OURS, COMPILED = "stock components", "Stancewire", "Stancewire, compiled"
AUTO = "Stancewire, with the careful reader (auto)"


class NltkPunkt:
    """NLTK's tokeniser in the place of QuickPunkt."""

    def __init__(self, parameters: PunktParameters) -> None:
        self.spans = PunktSentenceTokenizer(parameters).span_tokenize


class StockScorer:
    """scikit-learn's own pipeline in the place of the scorer."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.probabilities = stock_pipeline(pipeline).predict_proba
        self.classes = tuple(pipeline.classes_.tolist())


def stock_segmenter() -> Segmenter:
    """Return the project's segmenter around NLTK's tokeniser."""
    return make_segmenter(NltkPunkt(punkt_parameters()))


def with_pipeline(classifier: Classifier, pipeline: Pipeline, compiled: Compiled | None) -> dict[str, Classifier]:
    """Return classifiers with this pipeline: of stock components, the project's own, and the same compiled.

    They are of the fast reader; where ``classifier`` has a careful one, one more asks it.
    """
    weights = extract_weights(pipeline)

    def make(
        of: type[Classifier],
        scorer: Scorer | StockScorer,
        segmenter: Segmenter,
        careful: "CarefulReader | None" = None,
    ) -> Classifier:
        return of(Readers(scorer, careful), classifier.uncertain_below, classifier.manifest, segmenter)

    classifiers = {
        STOCK: make(Classifier, StockScorer(pipeline), stock_segmenter()),
        OURS: make(Classifier, Scorer(weights), default_segmenter()),
    }
    if compiled is not None:
        classifiers[COMPILED] = make(compiled.Classifier, Scorer(weights), default_segmenter())
    if classifier.readers.careful is not None:
        classifiers[AUTO] = make(Classifier, Scorer(weights), default_segmenter(), classifier.readers.careful)
    return classifiers


def end_to_end(classifiers: dict[str, Classifier], texts: Texts, rounds: int) -> Table:
    """Compare sentences a second from article text to labelled sentences."""
    articles = texts.articles
    batches = [articles[i : i + BATCH] for i in range(0, len(articles), BATCH)]
    contest = {
        name: lambda c=classifier: [c.classify_documents(batch) for batch in batches]
        for name, classifier in classifiers.items()
    }
    sentences = sum(len(d.sentences) for batch in batches for d in classifiers[OURS].classify_documents(batch))
    seconds = paired(contest, rounds)
    whole = "\n\n".join(articles)
    in_whole = len(classifiers[OURS].classify(whole).sentences)
    rows = []
    for name, classifier in classifiers.items():
        long = min(elapsed(lambda c=classifier: c.classify(whole)) for _ in range(LONG))
        p50, p99 = percentiles(lambda i, c=classifier: c.classify(articles[i]), min(ONE_BY_ONE, len(articles)))
        rows.append(
            {
                "what": name,
                "× stock": ratio(seconds[STOCK], seconds[name]),
                "sentences/s": sentences / min(seconds[name]),
                "one article p50 ms": 1e3 * p50,
                "p99 ms": 1e3 * p99,
                "all as one text, sentences/s": in_whole / long,
            }
        )
    return Table("Article text to labelled, attributed sentences", rows)


def stages(pipeline: Pipeline, compiled: Compiled | None, texts: Texts, rounds: int) -> Table:
    """Take the whole path apart: microseconds a sentence by stage, against stock components where there are any."""
    articles = texts.articles
    stock, segmenter = stock_segmenter(), default_segmenter()
    split = [[text[s.start : s.end] for s in segmenter.spans(text)] for text in articles]
    attributions = [attribute(sentences) for sentences in split]
    rows = list(_rows(split, attributions))
    scorer, theirs = Scorer(extract_weights(pipeline)), stock_pipeline(pipeline)
    features = theirs.named_steps["features"].transform(rows)
    scorer.probabilities(rows)
    contest = {
        "segmentation, NLTK": lambda: [stock.spans(text) for text in articles],
        "segmentation": lambda: [segmenter.spans(text) for text in articles],
        "attribution": lambda: [attribute(sentences) for sentences in split],
        **({"attribution, compiled": lambda: [compiled.attribute(s) for s in split]} if compiled else {}),
        "fields": lambda: list(_rows(split, attributions)),
        "vectorising, stock": lambda: theirs.named_steps["features"].transform(rows),
        "regression, stock": lambda: theirs.named_steps["classifier"].predict_proba(features),
        "vectorising and regression": lambda: scorer.probabilities(rows),
    }
    seconds = paired(contest, rounds)
    result = []
    for name, measured in seconds.items():
        row = {"what": name, "µs a sentence": 1e6 * min(measured) / len(rows)}
        if name == "segmentation":
            row["× stock"] = ratio(seconds["segmentation, NLTK"], measured)
        if name == "vectorising and regression":
            both = zip(seconds["vectorising, stock"], seconds["regression, stock"], strict=True)
            row["× stock"] = ratio([sum(pair) for pair in both], measured)
        result.append(row)
    return Table("Stages", result)


def _rows(split: list[list[str]], attributions: list) -> Iterator[Fields]:
    for sentences, found in zip(split, attributions, strict=True):
        yield from fields_of(sentences, found)
