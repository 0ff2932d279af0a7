"""Sentences to labels: the scorer against scikit-learn's own pipeline and the peers, batch and one by one."""

from collections.abc import Callable
from dataclasses import dataclass

from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline

from model.labels import LABELS
from tests.bench import contestants, report
from tests.bench.contestants import OURS, STOCK, Score, in_chunks
from tests.bench.report import Table
from tests.bench.texts import Texts
from tests.bench.timing import elapsed, paired, percentiles, ratio
from training.split import Rows

FEW = 200  # sentences for what is too slow for all, and for single ones


@dataclass(frozen=True, slots=True)
class Contestants:
    """Trained ways to score, by name, and why those that are missing are."""

    scores: dict[str, Score]
    missing: dict[str, str]

    def miss(self, name: str, reason: str) -> None:
        """Note, and tell who waits, that something is not measured."""
        self.missing[name] = reason
        print(f"skipped: {name} ({reason})")


def gather(pipeline: Pipeline, trained: Rows) -> Contestants:
    """Train the peers that are installed."""
    scores = {STOCK: contestants.stock(pipeline), OURS: contestants.ours(pipeline)}
    scores["its vectorisers in scikit-learn's pipeline"] = pipeline.predict
    gathered = Contestants(scores, missing={})
    peers: dict[str, Callable[[Rows], Score]] = {
        "fastText, text only": contestants.fasttext,
        "MiniLM + LR, text only": contestants.minilm,
    }
    for name, make in peers.items():
        report.begin(f"training {name}")
        try:
            scores[name] = make(trained)
        except ImportError as error:
            gathered.miss(name, f"{error}; see docs/performance.md for how to install the peers")
    return gathered


def throughput(runners: Contestants, texts: Texts, rounds: int) -> Table:
    """Compare sentences a second in large batches, and macro-F1 on this other source."""
    few = texts.rows[:FEW]
    slow = {name: score for name, score in runners.scores.items() if name.startswith("MiniLM")}
    fast = {name: score for name, score in runners.scores.items() if name not in slow}
    contest = {name: lambda score=score: in_chunks(score, texts.rows) for name, score in fast.items()}
    for score in runners.scores.values():
        score(few)
    seconds = paired(contest, rounds)
    rows = []
    for name, score in runners.scores.items():
        if name in slow:
            rate = len(few) / elapsed(lambda score=score: score(few))
            times = rate * min(seconds[STOCK]) / len(texts.rows)
        else:
            rate, times = len(texts.rows) / min(seconds[name]), ratio(seconds[STOCK], seconds[name])
        predicted = in_chunks(score, texts.rows)
        quality = f1_score(texts.labels, predicted, labels=list(LABELS), average="macro", zero_division=0)
        rows.append({"what": name, "× stock": times, "sentences/s": rate, "macro-F1": float(quality)})
    return Table("Scoring, sentences in batches", rows)


def first_meeting(pipeline: Pipeline, trained: Rows, texts: Texts, rounds: int) -> Table:
    """Compare on text never met before, memory filled with the training source only, and when met again."""
    seconds: dict[str, list[float]] = {STOCK: [], "met first": [], "met again": []}
    theirs = contestants.stock(pipeline)
    for _ in range(rounds):
        fresh = contestants.ours(pipeline)
        in_chunks(fresh, trained.fields)
        seconds["met first"].append(elapsed(lambda fresh=fresh: in_chunks(fresh, texts.rows)))
        seconds["met again"].append(elapsed(lambda fresh=fresh: in_chunks(fresh, texts.rows)))
        seconds[STOCK].append(elapsed(lambda: in_chunks(theirs, texts.rows)))
    rows = [
        {"what": name, "× stock": ratio(seconds[STOCK], measured), "sentences/s": len(texts.rows) / min(measured)}
        for name, measured in seconds.items()
    ]
    return Table("Scoring a source that memory has not met", rows, note=f"{len(texts.rows):,} sentences.")


def single(runners: Contestants, texts: Texts) -> Table:
    """Compare the latency of one sentence."""
    rows = []
    for name, score in runners.scores.items():
        p50, p99 = percentiles(lambda i, score=score: score(texts.rows[i : i + 1]), min(FEW, len(texts.rows)))
        rows.append({"what": name, "p50 ms": 1e3 * p50, "p99 ms": 1e3 * p99})
    stock = rows[0]["p50 ms"]
    ratios = [{"what": row.pop("what"), "× stock": stock / row["p50 ms"], **row} for row in rows]
    return Table("Scoring, one sentence a call", ratios)
