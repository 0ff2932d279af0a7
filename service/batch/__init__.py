"""Scoring of archives: Arrow record batches in, the same batches with labelled sentences or the reason why not out."""

from service.batch.options import ScoreOptions
from service.batch.results import result_schema
from service.batch.score import Scored, Scorer, score_batches

__all__ = ["ScoreOptions", "Scored", "Scorer", "result_schema", "score_batches"]
