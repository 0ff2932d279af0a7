"""Predictions for the tests of figures: labels by their initials, and a prediction in one line."""

from model.labels import LABELS
from training.evaluate import Prediction

F, S, A, T = LABELS  # fact, statement, analysis, threat


def make_prediction(document, gold, predicted, also=(), confidence=0.7, source="s"):
    rest = (1 - confidence) / 3
    values = tuple(confidence if label == predicted else rest for label in LABELS)
    return Prediction(document, source, gold, tuple(also), predicted, values)
