"""Archives for the tests of batch scoring: articles of the project's own corpus, in every format."""

import csv
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from service.cli import main
from training.corpus import load_corpus


def articles(count: int) -> list[dict]:
    """Return articles with columns beside the text; some have page furniture, several scripts and line breaks."""
    documents = load_corpus()
    return [
        {
            "id": f"a{number}",
            "outlet": 'The "Daily", évening' if number % 3 else "Wire\nservice",
            "length": number,
            "text": "\n\n".join(
                [
                    *(["By Anna Weil"] if number % 4 == 0 else []),
                    *(sentence.text for sentence in documents[number % len(documents)].sentences),
                ]
            ),
        }
        for number in range(count)
    ]


def write(path: Path, rows: list[dict]) -> Path:
    """Write rows in the format of the path's extension."""
    content = _jsonl(rows) if ".jsonl" in path.name else _csv(rows) if ".csv" in path.name else _parquet(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def read(path: Path) -> list[dict]:
    """Read records in the format of the path's extension; what is absent is None."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".jsonl" in path.name:
        return [json.loads(line) for line in content.decode().split("\n")[:-1]]
    if ".csv" in path.name:
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    return pq.read_table(pa.BufferReader(content)).to_pylist()


def score(artifact: Path, *arguments: object) -> int:
    """Run ``stance score`` in this process, unless told how many workers to start, and return its exit status.

    Its summary is printed as JSON.
    """
    how = [] if {"--workers", "--engine"} & set(map(str, arguments)) else ["--workers", "1"]
    return main(["score", "--quiet", "--json", "--artifact", str(artifact), *how, *map(str, arguments)])


def _jsonl(rows: list[dict]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _csv(rows: list[dict]) -> bytes:
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue().encode()


def _parquet(rows: list[dict]) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), content, row_group_size=7)
    return content.getvalue()
