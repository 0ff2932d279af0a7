"""Runs a command and writes what it took as JSON: ``python -m tests.bench.usage RESULT.json COMMAND…``.

A process of its own, which imports little: Linux counts the memory of the process that starts a command into the
command's peak.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main(result: str, *command: str) -> int:
    """Return the exit status of the command."""
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = {
        "s": time.perf_counter() - start,
        "processor s": usage.ru_utime + usage.ru_stime,
        "peak MB": usage.ru_maxrss * 1024 / 1e6,  # of the largest process of all that the command started
    }
    Path(result).write_text(json.dumps(took), "utf-8")
    return abs(process.returncode)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
