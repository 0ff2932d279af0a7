"""The process that reads untrusted files: ``python -m service.inputs.child CPU_SECONDS MEMORY_BYTES``.

Each request on standard input is a line of JSON and the file's bytes; each answer on standard output is a line of JSON.
"""

import contextlib
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from service.inputs.article import InputError


def main(cpu_seconds: int, memory_bytes: int) -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with contextlib.suppress(ValueError, OSError):  # macOS cannot limit memory
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    requests = sys.stdin.buffer
    while line := requests.readline():
        request = json.loads(line)
        _limit_time(cpu_seconds)
        answer = _answer(request, requests)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _limit_time(seconds: int) -> None:
    """Allow this process so many seconds of computing from now on; then the system kills it."""
    used = int(time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def _answer(request: Mapping[str, Any], requests: BinaryIO) -> dict[str, Any]:
    try:
        content = requests.read(request["size"])
        articles = importlib.import_module(request["module"]).read(content, request["encoding"])
        return {"articles": [article.to_dict() for article in articles]}
    except InputError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "takes too much memory to read: save its text as .txt"}
    except RecursionError:
        return {"error": "is nested too deeply: save its text as .txt"}
    except Exception as error:  # whatever a library raises of a damaged file
        return {"error": f"cannot be read ({type(error).__name__}), it may be damaged: save its text as .txt"}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
