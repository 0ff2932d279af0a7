"""Reading CSV: what the csv module reads of good files, and bad rows that do not take their neighbours with them."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from service.batch.formats.csv import read_header, read_rows
from service.batch.rows import BadRow

LIMIT = 1 << 16
cells = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ['"', '""', "a,b", "a\nb", "a\r\nb", ' "x"']
)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8)


def read(content: bytes, limit: int = LIMIT) -> list:
    lines = iter(io.BytesIO(content))
    width = len(read_header("x.csv", lines, ","))
    return list(read_rows(lines, ",", width, limit))


@given(tables, st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]))
def test_what_the_csv_module_writes_is_read_back(rows, dialect):
    end, quoting = dialect
    content = io.StringIO(newline="")
    csv.writer(content, lineterminator=end, quoting=quoting).writerows([["a", "b", "c"], *rows])
    assert read(content.getvalue().encode()) == rows


@given(tables, tables, st.sampled_from([b'x,"open,z\n', b'x,"shut"y,z\n', b"x,\xff,z\n", b"x\n", b"x,y,z,w\n"]))
def test_a_bad_row_leaves_quoted_neighbours_alone(before, after, bad):
    def quoted(rows):
        content = io.StringIO(newline="")
        csv.writer(content, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
        return content.getvalue().replace("\r", "").encode()

    clean = [[[cell.replace("\r", "").replace("\n", " ") for cell in row] for row in rows] for rows in (before, after)]
    records = read(b"a,b,c\n" + quoted(clean[0]) + bad + quoted(clean[1]))
    assert records[: len(before)] == clean[0]
    assert isinstance(records[len(before)], BadRow)
    assert records[len(before) + 1 :] == clean[1]


def test_a_quotation_that_is_never_closed_costs_one_row_even_in_a_long_file():
    good = [["1", "2", "3"]] * 5000
    content = b'a,b,c\n4,"5,6\n' + b"1,2,3\n" * 5000
    first, *rest = read(content, limit=1000)
    assert first.kind == "bad_csv"
    assert rest == good
