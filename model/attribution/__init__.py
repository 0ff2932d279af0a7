"""Who vouches for each sentence: quotations, cues and source phrases, resolved through the article's memory."""

from model.attribution.attribute import Attribution, attribute

__all__ = ["Attribution", "attribute"]
