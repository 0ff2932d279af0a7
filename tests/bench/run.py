"""Everything that is measured, in order, with the options of the command line."""

import argparse
from pathlib import Path

from model import Classifier
from tests.bench import documents, processes, report, scoring
from tests.bench.contestants import train_pipeline
from tests.bench.texts import load_texts
from training.params import load_params
from training.split import rows_of


def main() -> int:
    """Run everything, print tables, and write them with a plot."""
    options = _options()
    facts = report.machine()
    print(", ".join(f"{name} {value}" for name, value in facts.items()))
    texts, params = load_texts(), load_params()
    trained = rows_of(texts.trained[:: options.every], params.source_weights)
    print(f"training on {len(trained)} sentences, to score {len(texts.rows)} of another source", flush=True)
    pipeline = train_pipeline(trained, params)
    runners = scoring.gather(pipeline, trained)
    for name, reason in runners.missing.items():
        print(f"skipped: {name} ({reason})")
    ours, stock = documents.with_pipeline(Classifier.load(options.artifact), pipeline)
    tables = []
    for measure in (
        lambda: scoring.throughput(runners, texts, options.rounds),
        lambda: scoring.first_meeting(pipeline, trained, texts, options.rounds),
        lambda: scoring.single(runners, texts),
        lambda: documents.end_to_end(ours, stock, texts, options.rounds),
        lambda: documents.stages(pipeline, texts, options.rounds),
        lambda: processes.start_up(options.artifact),
        lambda: processes.scaling(options.artifact, texts.articles, options.seconds),
        lambda: processes.growth(options.artifact, texts.articles, options.largest, options.limit),
    ):
        tables.append(measure())
        tables[-1].show()
    report.write(options.out, facts, tables, runners.missing)
    print(f"\nwrote {options.out}/bench.json, bench.md and bench.png")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--artifact", type=Path, default=Path("artifact"), help="the artifact (artifact)")
    parser.add_argument("--out", type=Path, default=Path("bench"), help="folder for the results (bench)")
    parser.add_argument("--rounds", type=int, default=7, help="paired rounds of each comparison (7)")
    parser.add_argument("--every", type=int, default=1, help="train on every n-th document (1)")
    parser.add_argument("--seconds", type=float, default=10, help="length of the runs in one and two processes (10)")
    parser.add_argument("--largest", type=int, default=1_000_000, help="sentences to grow to (1000000)")
    parser.add_argument("--limit", type=float, default=240, help="seconds to grow for at the most (240)")
    return parser.parse_args()
