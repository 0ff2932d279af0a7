"""Scoring of archives: rows of JSONL, CSV or Parquet in, the same rows with labelled sentences or an error out."""

from service.batch.options import ScoreOptions
from service.batch.results import result_schema
from service.batch.score import score_batches

__all__ = ["ScoreOptions", "result_schema", "score_batches"]
