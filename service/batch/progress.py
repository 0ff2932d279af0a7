"""How far a run is: a bar on a terminal, else a plain line now and then; rate and time left in both."""

import sys
import threading
import time
from types import TracebackType

from tqdm import tqdm

from service.batch.rows import Tally

_EVERY = 10.0  # seconds between plain lines


class Progress:
    """Progress over the bytes of all inputs, on standard error.

    What was done by an earlier run counts as done, but not for the rate.
    """

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total = total
        self._quiet = quiet
        self._reached = 0
        self._skipped = 0
        self._tally = Tally()
        self._started = self._reported = time.monotonic()
        self._ended = threading.Event()
        self._bar = (
            None
            if quiet or not sys.stderr.isatty()
            else tqdm(total=total or None, unit="B", unit_scale=True, unit_divisor=1024, dynamic_ncols=True)
        )

    def __enter__(self) -> "Progress":
        if not self._quiet:
            threading.Thread(target=self._report_regularly, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._bar is not None:
            self._bar.close()
        elif not self._quiet:
            self._line()

    def begin(self, what: str) -> None:
        """Say what is about to be done, before the first row is."""
        self.note(f"stance score: {what}")
        if self._bar is not None:
            self._bar.refresh()

    def advance(self, reached: int, tally: Tally) -> None:
        """Report that the input, all files in a row, has been scored up to byte ``reached``."""
        self._tally.add(tally)
        self._move(reached)
        if self._bar is not None:
            self._bar.set_postfix_str(self._counts(), refresh=False)

    def skip_to(self, reached: int) -> None:
        """Report that the input had been scored up to byte ``reached`` by an earlier run."""
        before = self._reached
        self._move(reached)
        self._skipped += self._reached - before
        if self._bar is not None:
            self._bar.initial = self._skipped

    def note(self, message: str) -> None:
        """Print a line beside the bar."""
        if not self._quiet:
            tqdm.write(message, file=sys.stderr)

    def _report_regularly(self) -> None:
        """Show every second that the run is alive, also while workers start and large rows are scored."""
        while not self._ended.wait(1):
            if self._bar is not None:
                self._bar.refresh()
            elif time.monotonic() - self._reported >= _EVERY:
                self._line()

    def _move(self, reached: int) -> None:
        new = max(self._reached, reached)
        if self._bar is not None:
            self._bar.update(new - self._reached)
        self._reached = new

    def _line(self) -> None:
        self._reported = time.monotonic()
        share = f", {self._reached / self._total:.0%}" if self._total else ""
        print(f"stance score: {self._counts()}{share}{self._time_left()}", file=sys.stderr, flush=True)

    def _counts(self) -> str:
        seconds = max(time.monotonic() - self._started, 1e-9)
        wrong = f", {self._tally.bad:,} wrong" if self._tally.bad else ""
        return f"{self._tally.rows:,} rows{wrong}, {self._tally.sentences / seconds:,.0f} sentences/s"

    def _time_left(self) -> str:
        done = self._reached - self._skipped
        if not self._total or done <= 0 or self._reached >= self._total:
            return ""
        seconds = (time.monotonic() - self._started) / done * (self._total - self._reached)
        return f", {tqdm.format_interval(seconds)} left"
