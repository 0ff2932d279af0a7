"""What IN and OUT of ``stance score`` mean: which files are read, and which of them go into which output."""

import glob
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from service.batch.files import STANDARD
from service.batch.formats import FORMATS, FileType, file_type_of, is_known
from service.batch.formats.dates import DATE_TYPES
from service.batch.formats.format import Format, Layout, Source, check_columns, merge_types
from service.batch.options import SENTENCES_FIELD, ResultForm, ScoreOptions
from service.batch.results import name_carried, output_schema

_PLACEHOLDERS = ("stem", "path")
_SCALARS = {pa.string(), pa.int64(), pa.float64(), pa.bool_(), *DATE_TYPES}


@dataclass(frozen=True, slots=True)
class Output:
    """One output and the files that go into it.

    Attributes:
        sources: The files, in order.
        path: Where the output goes; "-" for standard output.
        file_type: How it is written.
        with_file: Whether records name the file they are from.

    """

    sources: Sequence[Source]
    path: str
    file_type: FileType
    with_file: bool

    @property
    def size(self) -> int:
        """Bytes to read; 0 for standard input."""
        return sum(source.size for source in self.sources)

    def find_layout(self, options: ScoreOptions) -> Layout:
        """Find the columns that all records of a table have; JSON objects need none.

        Raises:
            OSError: A file cannot be read.
            ValueError: A file has no text, files disagree, or columns cannot be known before reading.

        """
        is_table = self.file_type.format.is_table
        found: list[tuple[Source, Mapping[str, pa.DataType]]] = []
        for source in self.sources:
            if source.path == STANDARD:
                found.append((source, _columns_named(options) if is_table else {}))
            elif source.format.is_table or is_table:
                columns = source.format.find_columns(source, options, dates=self.file_type.format.has_types)
                if source.format.is_table:
                    check_columns(source, columns, options)
                found.append((source, columns))
        if not is_table:
            return Layout(self.with_file)
        carried = _merge_columns(found, options)
        with_gold = any(
            source.format.has_gold(source, options)
            for source, columns in found
            if source.path != STANDARD and SENTENCES_FIELD in columns
        )
        schema = output_schema([*carried.values()], options, with_file=self.with_file, with_gold=with_gold)
        return Layout(self.with_file, carried, schema)


def plan_outputs(
    inputs: Sequence[str], out: str, read_as: str | None = None, write_as: str | None = None
) -> tuple[list[Output], list[Path]]:
    """Return the outputs to write, and the files in folders that are passed over for their extension.

    Args:
        inputs: Files, folders (searched through and through), patterns, or "-" for standard input.
        out: A file; a folder (ending in "/", or there already), for an output for each input; a name with {stem} or
            {path}, for the same; or "-" for standard output.
        read_as: Extension of the format of standard input ("csv", "jsonl.gz"); else JSONL.
        write_as: Extension of the format to write, where ``out`` does not tell it.

    Raises:
        ValueError: There is no input, a format is unknown, or the output would overwrite an input.

    """
    found, passed_over = find_files(inputs)
    sources = [Source(path, _input_format(path, read_as), name) for path, name in found]
    template = _output_template(out, write_as)
    if template is None:
        file_type = file_type_of_extension(write_as or "jsonl") if write_as or out == STANDARD else file_type_of(out)
        if out == STANDARD and not file_type.format.is_stream:
            raise ValueError(f"{file_type.format.name} cannot be written to standard output; name a file")
        _check_written(file_type, out)
        outputs = [Output(sources, out, file_type, with_file=len(sources) > 1)]
    else:
        outputs = [_fill_template(source, template, write_as) for source in sources]
    _check_places(outputs)
    return outputs, passed_over


def file_type_of_extension(extension: str) -> FileType:
    """Return the file type that an extension such as "csv" or ".jsonl.gz" stands for.

    Raises:
        ValueError: The extension is unknown.

    """
    return file_type_of(f"data.{extension.lstrip('.')}")


def choose_form(outputs: Sequence[Output]) -> ResultForm:
    """Return what a record is unless the user says it: an article in JSONL, a sentence in a table.

    Raises:
        ValueError: Some outputs are JSONL, some tables.

    """
    forms: set[ResultForm] = {"sentences" if output.file_type.format.is_table else "articles" for output in outputs}
    if len(forms) > 1:
        raise ValueError("some outputs are JSONL, some tables; say what a record is: --rows sentences or articles")
    return forms.pop()


def _columns_named(options: ScoreOptions) -> dict[str, pa.DataType]:
    if options.keep is None:
        raise ValueError(
            "standard input can be read only once, so the columns of a table must be named: "
            "say which to carry along with --keep (--keep '' for none)"
        )
    return dict.fromkeys([options.id_field, *options.keep], pa.string())


def _merge_columns(
    found: Sequence[tuple[Source, Mapping[str, pa.DataType]]], options: ScoreOptions
) -> dict[str, pa.Field]:
    """Return the columns of all sources that are carried along, each with its name and type in the output.

    Raises:
        ValueError: A column has types that do not go together, or two columns would have the same name.

    """
    names = list(dict.fromkeys(name for _, columns in found for name in columns))
    carried = name_carried(names, options)
    types: dict[str, pa.DataType] = {}
    for source, columns in found:
        for name, kind in columns.items():
            if name in carried:
                plain = _decode_type(kind)
                types[name] = _merge_type(source, name, types.get(name, plain), plain)
    return {
        name: pa.field(new, pa.string() if pa.types.is_null(types[name]) else types[name])
        for name, new in carried.items()
    }


def _decode_type(kind: pa.DataType) -> pa.DataType:
    """Return the type of the values of a dictionary-encoded column: batches are written without dictionaries."""
    if pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type):
        return pa.list_(kind.value_field.with_type(kind.value_type.value_type))
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _merge_type(source: Source, name: str, known: pa.DataType, new: pa.DataType) -> pa.DataType:
    if known == new:
        return known
    merged = merge_types(known, new)
    if not pa.types.is_string(merged) or {known, new} <= _SCALARS:
        return merged
    raise ValueError(
        f"column {name!r} is {new} in {source.name} and {known} before; leave it out with --keep, "
        "or write an output for each input: OUT with {stem} in it"
    )


def find_files(inputs: Sequence[str]) -> tuple[list[tuple[str, str]], list[Path]]:
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
                if is_known(file.name):
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
        return file_type_of(path).format
    chosen = file_type_of_extension(read_as or "jsonl").format
    if not chosen.is_stream:
        raise ValueError(f"{chosen.name} cannot be read from standard input; name the file")
    return chosen


def _output_template(out: str, write_as: str | None) -> str | None:
    """Return the pattern of output names, or None for a single output."""
    if any(f"{{{name}}}" in out for name in _PLACEHOLDERS):
        unknown = sorted(set(re.findall(r"\{(\w*)\}", out)) - set(_PLACEHOLDERS))
        if unknown:
            raise ValueError(f"{out}: unknown placeholder {unknown[0]!r}; there are {{stem}} and {{path}}")
        if write_as is None:
            file_type_of(out)
        return out
    if out != STANDARD and (out.endswith("/") or Path(out).is_dir()):
        return f"{out.rstrip('/')}/{{path}}{{extension}}"
    return None


def _fill_template(source: Source, template: str, write_as: str | None) -> Output:
    if source.path == STANDARD:
        raise ValueError("standard input has no name to call an output after; name the output file")
    stem = _strip_extension(Path(source.name).name)
    path = (Path(source.name).parent / stem).as_posix()
    extension = f".{write_as.lstrip('.')}" if write_as else Path(source.path).name[len(stem) :]
    if not write_as and not file_type_of(f"x{extension}").format.is_written:
        extension += ".jsonl"  # "page.html" becomes "page.html.jsonl"
    values = {"stem": stem, "path": path.lstrip("/"), "extension": extension}
    out = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], template)
    file_type = file_type_of_extension(write_as) if write_as else file_type_of(out)
    _check_written(file_type, out)
    return Output([source], out, file_type, with_file=False)


def _check_written(file_type: FileType, out: str) -> None:
    if not file_type.format.is_written:
        known = ", ".join(extension for extension, found in FORMATS.items() if found.is_written)
        raise ValueError(f"{out}: the extension tells the format; give one of {known}: no other is written")


def _strip_extension(name: str) -> str:
    stem = name.removesuffix(".gz") if name.lower().endswith(".gz") else name
    return stem[: len(stem) - len(Path(stem).suffix)]


def _check_places(outputs: Sequence[Output]) -> None:
    outs = [Path(output.path).resolve() for output in outputs if output.path != STANDARD]
    read = {Path(source.path).resolve() for output in outputs for source in output.sources if source.path != STANDARD}
    if overwritten := read & set(outs):
        raise ValueError(f"{min(overwritten)} would be overwritten by its own results; write elsewhere")
    if doubles := {out for out in outs if outs.count(out) > 1}:
        raise ValueError(f"more than one input would be written to {min(doubles)}; use {{path}} in OUT")
