"""What IN and OUT of ``stance score`` mean: which files are read, and which of them go into which output."""

import glob
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from service.batch.batches import Layout
from service.batch.files import STANDARD, Format
from service.batch.json_rows import merged_type
from service.batch.options import FILE, ROW, ScoreOptions
from service.batch.readers import Source, check_columns, columns_of
from service.batch.results import result_schema

_PLACEHOLDERS = ("stem", "path")


@dataclass(frozen=True, slots=True)
class Job:
    """One output and the files that go into it, in order."""

    sources: Sequence[Source]
    out: str
    format: Format
    with_file: bool

    @property
    def size(self) -> int:
        """Bytes to read; 0 for standard input."""
        return sum(source.size for source in self.sources)

    def layout(self, options: ScoreOptions) -> Layout:
        """Find the columns that all records of the output have; JSONL needs none.

        Raises:
            OSError: A file cannot be read.
            ValueError: A file has no text, files disagree, or columns cannot be known before reading.

        """
        tables = [source for source in self.sources if source.format.kind != "jsonl" and source.path != STANDARD]
        for source in tables:
            check_columns(source, list(columns_of(source, options)), options)
        if self.format.kind == "jsonl":
            return Layout(None, self.with_file)
        columns: dict[str, pa.DataType] = {}
        for source in self.sources:
            for name, kind in self._columns(source, options).items():
                columns[name] = _merged(source, name, columns.get(name, kind), kind)
        known = {name: pa.string() if pa.types.is_null(kind) else kind for name, kind in columns.items()}
        return Layout(known, self.with_file)

    def schema(self, layout: Layout, options: ScoreOptions) -> pa.Schema | None:
        """Return the schema of the output; None for JSONL, where records have fields of their own."""
        if layout.columns is None:
            return None
        added = [(ROW, pa.int64()), *([(FILE, pa.string())] if layout.with_file else [])]
        return result_schema(pa.schema([*layout.columns.items(), *added]), options)

    def _columns(self, source: Source, options: ScoreOptions) -> Mapping[str, pa.DataType]:
        if source.path != STANDARD:
            return columns_of(source, options)
        if options.keep is None:
            raise ValueError(
                "standard input can be read only once, so the columns of a table must be named: "
                "say which to carry along with --keep (--keep '' for none)"
            )
        return dict.fromkeys([options.id_field, *options.keep], pa.string())


def plan(
    inputs: Sequence[str], out: str, read_as: str | None = None, write_as: str | None = None
) -> tuple[list[Job], list[Path]]:
    """Return what is to be done, and the files in folders that are passed over for their extension.

    Args:
        inputs: Files, folders (searched through and through), patterns, or "-" for standard input.
        out: A file; a folder (ending in "/", or there already), for an output for each input; a name with {stem} or
            {path}, for the same; or "-" for standard output.
        read_as: Extension of the format of standard input ("csv", "jsonl.gz"); else JSONL.
        write_as: Extension of the format to write, where ``out`` does not tell it.

    Raises:
        ValueError: There is no input, a format is unknown, or the output would overwrite an input.

    """
    found, passed_over = _found(inputs)
    sources = [Source(path, _input_format(path, read_as), name) for path, name in found]
    template = _template(out, write_as)
    if template is None:
        form = _format(write_as or "jsonl") if write_as or out == STANDARD else Format.of(out)
        if out == STANDARD and form.kind == "parquet":
            raise ValueError("Parquet cannot be written to standard output; name a file")
        jobs = [Job(sources, out, form, with_file=len(sources) > 1)]
    else:
        jobs = [_job_of(source, template, write_as) for source in sources]
    _check_places(jobs)
    return jobs, passed_over


def _found(inputs: Sequence[str]) -> tuple[list[tuple[str, str]], list[Path]]:
    """Return each file's path and the name it goes by, and what is passed over."""
    found: dict[str, str] = {}
    passed_over: list[Path] = []
    for given in inputs:
        path = Path(given)
        if given == STANDARD or path.is_file():
            found.setdefault(given, path.name)
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                inner = file.relative_to(path)
                if not file.is_file() or any(part.startswith((".", "_")) for part in inner.parts):
                    continue
                if Format.known(file.name):
                    found.setdefault(str(file), inner.as_posix())
                else:
                    passed_over.append(file)
        else:
            matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 -- also of absolute patterns
            if not matches:
                raise ValueError(f"{given}: there is no such file, and no file matches it as a pattern")
            found.update({match: match for match in matches if match not in found and Path(match).is_file()})
    if not found:
        raise ValueError(f"there is nothing to score in {', '.join(inputs)}")
    return list(found.items()), passed_over


def _input_format(path: str, read_as: str | None) -> Format:
    if path != STANDARD:
        return Format.of(path)
    form = _format(read_as or "jsonl")
    if form.kind == "parquet":
        raise ValueError("Parquet is read from its end, so not from standard input; name the file")
    return form


def _format(extension: str) -> Format:
    return Format.of(f"data.{extension.lstrip('.')}")


def _template(out: str, write_as: str | None) -> str | None:
    """Return the pattern of output names, or None for a single output."""
    if any(f"{{{name}}}" in out for name in _PLACEHOLDERS):
        unknown = sorted(set(re.findall(r"\{(\w*)\}", out)) - set(_PLACEHOLDERS))
        if unknown:
            raise ValueError(f"{out}: unknown placeholder {unknown[0]!r}; there are {{stem}} and {{path}}")
        if write_as is None:
            Format.of(out)
        return out
    if out != STANDARD and (out.endswith("/") or Path(out).is_dir()):
        return f"{out.rstrip('/')}/{{path}}{{extension}}"
    return None


def _job_of(source: Source, template: str, write_as: str | None) -> Job:
    if source.path == STANDARD:
        raise ValueError("standard input has no name to call an output after; name the output file")
    stem = _without_extension(Path(source.name).name)
    path = (Path(source.name).parent / stem).as_posix()
    extension = f".{write_as.lstrip('.')}" if write_as else Path(source.path).name[len(stem) :]
    values = {"stem": stem, "path": path.lstrip("/"), "extension": extension}
    out = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], template)
    return Job([source], out, _format(write_as) if write_as else Format.of(out), with_file=False)


def _without_extension(name: str) -> str:
    stem = name.removesuffix(".gz") if name.lower().endswith(".gz") else name
    return stem[: len(stem) - len(Path(stem).suffix)]


def _check_places(jobs: Sequence[Job]) -> None:
    outs = [Path(job.out).resolve() for job in jobs if job.out != STANDARD]
    read = {Path(source.path).resolve() for job in jobs for source in job.sources if source.path != STANDARD}
    if overwritten := read & set(outs):
        raise ValueError(f"{min(overwritten)} would be overwritten by its own results; write elsewhere")
    if doubles := {out for out in outs if outs.count(out) > 1}:
        raise ValueError(f"more than one input would be written to {min(doubles)}; use {{path}} in OUT")


def _merged(source: Source, name: str, known: pa.DataType, new: pa.DataType) -> pa.DataType:
    if known == new:
        return known
    merged = merged_type(known, new)
    if not pa.types.is_string(merged) or {known, new} <= {pa.string(), pa.int64(), pa.float64(), pa.bool_()}:
        return merged
    raise ValueError(
        f"column {name!r} is {new} in {source.name} and {known} before; leave it out with --keep, "
        "or write an output for each input: OUT with {stem} in it"
    )
