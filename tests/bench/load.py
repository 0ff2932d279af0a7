"""Load on a real server of one's own on the loopback address: every answer is compared with the classifier's.

    python -m tests.bench.load                     # throughput and latency at 1, 8 and 64 connections
    python -m tests.bench.load --soak 600          # ten minutes with faults injected, and the memory meanwhile

Both stop by themselves.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from model import Classifier
from tests.bench import report
from tests.bench.clients import make_exchanges, press
from tests.bench.memory import memory_of
from tests.bench.report import Table
from tests.service.server import run_server

CONNECTIONS = (1, 8, 64)
SECONDS = 10.0  # for each number of connections
WARM = 1.0  # seconds before those that count


def load(artifact: Path, workers: int, connections: Sequence[int], seconds: float) -> Table:
    """Press a server with so many connections at once, one number after the other."""
    exchanges = make_exchanges(Classifier.load(artifact))
    rows = []
    with (
        tempfile.TemporaryDirectory() as scratch,
        run_server(artifact, Path(scratch) / "log", workers=workers) as server,
    ):
        for number in connections:
            report.begin(f"HTTP, connections: {number}")
            asyncio.run(press(server, exchanges, number, min(WARM, seconds)))
            figures = asyncio.run(press(server, exchanges, number, seconds)).figures()
            held = statistics.mean(memory_of(pid).share for pid in server.workers())
            times = figures["requests/s"] / rows[0]["requests/s"] if rows else 1.0
            rows.append({"connections": number, "× first row": times, **figures, "MB a worker": held})
    note = "Clients share the cores. Memory: what is a worker's own and its part of what workers share."
    name = {1: "one worker", 2: "two workers"}.get(workers, f"{workers} workers")
    return Table(f"HTTP, {name}", rows, key="connections", note=note)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifact", type=Path, default=Path("artifact"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, nargs="+", default=list(CONNECTIONS))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each number of connections")
    parser.add_argument("--soak", type=float, default=0, help="instead: so many seconds with faults, 8 connections")
    options = parser.parse_args()
    if options.soak:
        from tests.bench.soak import soak  # its faults need what trains, a load does not

        soak(options.artifact, options.workers, options.soak)
    else:
        load(options.artifact, options.workers, options.connections, options.seconds).show()


if __name__ == "__main__":
    main()
