"""``stance score``: the command line's options to a run, and its outcome to a summary and an exit status."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any, cast

from model.labels import LABELS, Label
from service.batch.files import STANDARD
from service.batch.options import Form, ScoreOptions
from service.batch.plan import Job, plan
from service.batch.run import RunSettings, TooManyErrorsError, run
from service.commands import parse_thresholds

DONE, TOO_MANY_ERRORS, ALL_WRONG = 0, 3, 4


def score_archives(options: argparse.Namespace) -> int:
    """Run ``stance score`` and return its exit status.

    Raises:
        ArtifactError: The artifact cannot be used.
        OSError: A file cannot be read or written.
        ValueError: The options or the input make no sense.

    """
    if options.engine == "spark":
        return _report(_score_on_spark(options), options)
    jobs, passed_over = plan(options.inputs, options.out, options.read_as, options.write_as)
    if passed_over:
        names = ", ".join(path.name for path in passed_over[:3])
        print(f"stance score: passing over {len(passed_over)} files of another kind ({names}, …)", file=sys.stderr)
    settings = RunSettings(
        options.artifact, options.workers, options.max_errors, overwrite=options.overwrite, quiet=options.quiet
    )
    try:
        summary = run(jobs, options_of(options, _form(jobs, options)), settings)
    except TooManyErrorsError as error:
        print(f"stance score: {error}", file=sys.stderr)
        return TOO_MANY_ERRORS
    return _report(summary, options)


def _score_on_spark(options: argparse.Namespace) -> dict[str, Any]:
    from service.batch.spark_files import score_files

    local_only = {"--from": options.read_as, "--to": options.write_as, "--max-errors": options.max_errors}
    local_only["--overwrite"] = options.overwrite or None
    if given := [name for name, value in local_only.items() if value is not None]:
        raise ValueError(f"{', '.join(given)}: not with --engine spark")
    form: Form = options.rows or ("articles" if options.out.endswith(".jsonl") else "sentences")
    return score_files(options.inputs, options.out, options_of(options, form), options.artifact, options.workers)


def options_of(options: argparse.Namespace, form: Form) -> ScoreOptions:
    """Make the core's options of the command line's.

    Raises:
        ValueError: A value is out of range, or a label is unknown.

    """
    return ScoreOptions(
        form=form,
        text_field=options.text_field,
        id_field=options.id_field,
        keep=None if options.keep is None else _names(",".join(options.keep)),
        labels=_labels(options.labels),
        only=_labels(options.only),
        min_confidence=options.min_confidence,
        thresholds=parse_thresholds(options.threshold),
        max_text=options.max_text,
        dedupe=options.dedupe,
    )


def _form(jobs: Sequence[Job], options: argparse.Namespace) -> Form:
    """Return what a record is: as asked, else what the format is best at.

    Raises:
        ValueError: Outputs of several formats differ in that.

    """
    if options.rows:
        return cast("Form", options.rows)
    forms: set[Form] = {"articles" if job.format.kind == "jsonl" else "sentences" for job in jobs}
    if len(forms) > 1:
        raise ValueError("some outputs are JSONL, some tables; say what a record is: --rows sentences or articles")
    return forms.pop()


def _names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(",")) if name]


def _labels(text: str | None) -> tuple[Label, ...]:
    if text is None:
        return LABELS

    return cast("tuple[Label, ...]", tuple(_names(text)))  # checked by ScoreOptions


def _report(summary: dict[str, Any], options: argparse.Namespace) -> int:
    content = json.dumps(summary, indent=2)
    if options.summary:
        options.summary.write_text(content + "\n", encoding="utf-8")
    elif options.out != STANDARD:
        print(content)
    if summary["rows"] and not summary["scored"]:
        print("stance score: every row is wrong; see the summary's errors", file=sys.stderr)
        return ALL_WRONG
    return DONE
