"""Measures speed and memory, side by side with stock components and peers: ``python -m tests.bench``."""

import sys

# Worker processes import this module, too, and are to hold no more than a worker of the service does.
if __name__ == "__main__":
    from tests.bench.run import main

    sys.exit(main())
