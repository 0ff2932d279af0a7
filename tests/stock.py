"""The same fitted model with scikit-learn's own vectorisers, to compare figures and speed with."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline


def stock_pipeline(pipeline: Pipeline) -> Pipeline:
    """Return a fitted pipeline that shares everything with ``pipeline`` but its vectorisers' class."""
    union = pipeline.named_steps["features"]
    blocks = [
        (name, Pipeline([("select", block.named_steps["select"]), ("tfidf", _stock(block.named_steps["tfidf"]))]))
        for name, block in union.transformer_list
    ]
    features = FeatureUnion(blocks, transformer_weights=union.transformer_weights)
    return Pipeline([("features", features), ("classifier", pipeline.named_steps["classifier"])])


def _stock(vectorizer: TfidfVectorizer) -> TfidfVectorizer:
    stock = TfidfVectorizer(**vectorizer.get_params())
    vars(stock).update(vars(vectorizer))
    return stock
