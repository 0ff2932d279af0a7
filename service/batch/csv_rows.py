"""CSV line by line: a row that is broken is a fault, and the rows after it are read as if nothing had been."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from service.batch.faults import Fault, decoded

if TYPE_CHECKING:
    from service.batch.readers import Source

Cells = Sequence[str]
Line = bytes | Fault | None  # None: longer than the limit

_BOM = "\ufeff"
csv.field_size_limit(2**31 - 1)  # the length of a line is bounded already


def delimiter_of(source: "Source") -> str:
    """Return what parts the cells."""
    return "\t" if source.format.kind == "tsv" else ","


def csv_header(source: "Source", lines: Iterator[Line]) -> list[str]:
    """Read the names of the columns off the first line; one without a name is called after its place ("column_1").

    Raises:
        ValueError: There is no header, it is not UTF-8, or two columns have the same name.

    """
    first = next(lines, None)
    if not isinstance(first, bytes):
        raise ValueError(f"{source.name} has no header: the first line of CSV names the columns")
    text = decoded(first)
    if isinstance(text, Fault):
        raise ValueError(f"{source.name}: the header is {text.reason}; convert the file first, e.g. with iconv")
    cells = next(csv.reader([text.removeprefix(_BOM)], delimiter=delimiter_of(source)), [])
    names = [cell or f"column_{place}" for place, cell in enumerate(cells, start=1)]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise ValueError(f"{source.name} has more than one column called {', '.join(doubles)}; rename them")
    return names


def csv_records(source: "Source", lines: Iterable[Line], width: int, limit: int) -> Iterator[Cells | Fault]:
    """Yield each row of ``width`` cells, or what is wrong with it.

    A quotation mark that is never closed would swallow the rest of the file: then the line it is on is the fault, and
    reading goes on with the line after it. At most ``limit`` bytes are looked at for the closing mark.
    """
    queue = _Queue(lines)
    while (line := queue.take()) is not None:
        record = line if isinstance(line, Fault) else _record(line, queue, delimiter_of(source), limit)
        if isinstance(record, Fault) or len(record) == width:
            yield record
        elif record:  # an empty line is no row
            yield Fault("ragged_row", f"{len(record)} cells where the header has {width}")


class _Queue:
    """Lines that can be given back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._returned: deque[bytes | Fault] = deque()
        self._too_long = Fault("too_long", "longer than --max-text allows for")

    def take(self) -> bytes | Fault | None:
        """Return the next line, a fault in place of one that cannot be had, or None at the end."""
        if self._returned:
            return self._returned.popleft()
        for line in self._lines:
            return self._too_long if line is None else line
        return None

    def give_back(self, lines: Sequence[bytes | Fault]) -> None:
        """Have these lines taken again."""
        self._returned.extendleft(reversed(lines))


def _record(line: bytes, queue: _Queue, delimiter: str, limit: int) -> Cells | Fault:
    """Parse the record that begins with ``line``, taking further lines while a quotation mark is open."""
    mark = delimiter.encode()
    parts = [line]
    size = len(line)
    is_open = _leaves_open(line, False, mark)
    while is_open:
        following = queue.take()
        if isinstance(following, Fault) and following.kind == "unreadable":
            return following
        if not isinstance(following, bytes) or size + len(following) > limit:
            queue.give_back([*parts[1:], *([] if following is None else [following])])
            return Fault("bad_csv", "a quotation mark is opened and never closed")
        parts.append(following)
        size += len(following)
        is_open = _leaves_open(following, True, mark)
    text = decoded(b"".join(parts))
    if isinstance(text, Fault):
        return text
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        queue.give_back(parts[1:])
        return Fault("bad_csv", f"not CSV: {error}")


def _leaves_open(line: bytes, inside: bool, delimiter: bytes) -> bool:
    """Tell whether a quotation is open at the end of ``line``; ``inside``: whether one was at its beginning.

    >>> _leaves_open(b'1,"He said ""no"" and', False, b",")
    True
    """
    if b'"' not in line:
        return inside
    position = 0
    while True:
        if inside:
            closing = line.find(b'"', position)
            if closing < 0:
                return True
            if line[closing + 1 : closing + 2] == b'"':
                position = closing + 2
                continue
            inside = False
            position = closing + 1
        elif line[position : position + 1] == b'"':
            inside = True
            position += 1
            continue
        parted = line.find(delimiter, position)
        if parted < 0:
            return False
        position = parted + 1
