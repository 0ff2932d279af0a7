"""Measures speed and memory, side by side with stock components and peers: ``python -m tests.bench``."""

import sys

if (
    __name__ == "__main__"
):  # worker processes import this module, too, and are to hold what a worker of the service does
    from tests.bench.run import main

    sys.exit(main())
