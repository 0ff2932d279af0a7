"""Everything that is measured, in order, with the options of the command line."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from model import Classifier
from tests.bench import batch, documents, load, plots, processes, report, scoring
from tests.bench.compiled import Compiled, beside
from tests.bench.contestants import train_pipeline
from tests.bench.growth import growth
from tests.bench.report import Part
from tests.bench.texts import Texts, load_texts
from tests.wheel import built_wheel
from training.params import load_params
from training.split import make_rows


def main() -> int:
    """Run everything, print tables, and write them with a plot."""
    options = _options()
    facts, texts = report.machine(), load_texts(options.every)
    print(report.line(facts))
    with TemporaryDirectory() as folder:
        runners, comparisons = _comparisons(options, texts, _compiled(Path(folder)))
        tables = report.measured([*comparisons, *_costs(options, texts.articles)])
    report.write_json(options.out / "bench.json", facts, tables, runners.missing)
    report.write_markdown(options.out / "bench.md", facts, tables, runners.missing)
    plots.plot(options.out / "bench.png", tables)
    print(f"\nwrote {options.out}/bench.json, bench.md and bench.png")
    return 0


def _compiled(folder: Path) -> Compiled | None:
    wheel = built_wheel()
    return wheel and beside(wheel, folder)


def _comparisons(
    options: argparse.Namespace, texts: Texts, compiled: Compiled | None
) -> tuple[scoring.Contestants, list[Part]]:
    """Train all contestants; return them and what is measured side by side, by processor time."""
    params, rounds = load_params(), options.rounds
    trained = make_rows(texts.trained, params.source_weights, params.label_shares)
    report.begin(f"training on {len(trained):,} sentences, to score {len(texts.rows):,} of another source")
    pipeline = train_pipeline(trained, params)
    runners = scoring.gather(pipeline, trained)
    if compiled is None:
        runners.miss(documents.COMPILED, "no wheel of these sources in dist; see `make wheel`")
    classifiers = documents.with_pipeline(Classifier.load(options.artifact), pipeline, compiled)
    return runners, [
        Part("scoring in batches", lambda: scoring.throughput(runners, texts, rounds)),
        Part("scoring what memory has not met", lambda: scoring.first_meeting(pipeline, trained, texts, rounds)),
        Part("scoring one by one", lambda: scoring.single(runners, texts)),
        Part("articles", lambda: documents.end_to_end(classifiers, texts, rounds)),
        Part("stages", lambda: documents.stages(pipeline, compiled, texts, rounds)),
    ]


def _costs(options: argparse.Namespace, articles: list[str]) -> Iterator[Part]:
    """Yield what is measured in processes of their own, as they would run in production."""
    artifact, seconds, sentences = options.artifact, options.http_seconds, options.batch_sentences
    yield Part("start-up", lambda: processes.start_up(artifact, min(3, options.rounds)))
    yield Part("memory", lambda: processes.memory(artifact, articles[0]))
    yield Part("processes", lambda: processes.scaling(artifact, articles, options.seconds, options.rounds))
    if seconds:  # clients in a process of their own, too: this one is large by now, and its garbage collection slow
        arguments = (artifact, 2, load.CONNECTIONS, seconds)
        yield Part("HTTP", lambda: processes.at_once(load.load, [arguments])[0])
    if sentences:
        yield Part("batch files", lambda: batch.engines(artifact, sentences))
    if options.largest:
        what = f"growth to {options.largest:,} sentences, at most {options.limit:.0f} s"
        yield Part(what, lambda: growth(artifact, articles, options.largest, options.limit))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--artifact", type=Path, default=Path("artifact"), help="the artifact (artifact)")
    add("--out", type=Path, default=Path("bench"), help="folder for the results (bench)")
    add("--rounds", type=int, default=7, help="paired rounds of each comparison (7)")
    add("--every", type=int, default=1, help="train on and score every n-th document (1)")
    add("--seconds", type=float, default=4, help="length of each run in one and two processes (4)")
    add("--http-seconds", type=float, default=load.SECONDS, help="length of each load over HTTP; 0: none (10)")
    add("--batch-sentences", type=int, default=200_000, help="sentences of the archive to score; 0: none (200000)")
    add("--largest", type=int, default=1_000_000, help="sentences to grow to; 0: no growth (1000000)")
    add("--limit", type=float, default=240, help="seconds to grow for at the most (240)")
    return parser.parse_args()
