"""Summaries for people at a terminal: of a scoring run, and of an artifact."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from model.labels import LABELS, Label

if TYPE_CHECKING:
    from model.artifact import Manifest

SHORT_NAMES: Final[Mapping[Label, str]] = dict(zip(LABELS, ["fact", "official", "opinion", "threat"], strict=True))
_SHOWN: Final = 3  # outputs that are named


def summarize_run(summary: Mapping[str, Any]) -> str:
    """Return the summary of a scoring run in a few lines.

    Args:
        summary: What :func:`service.batch.run.run` returned.

    """
    return "\n".join(_run_lines(summary))


def _run_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"scored {_count(summary['scored'], 'row')} in {format_seconds(summary['seconds'])}"
    labels = ", ".join(f"{summary['labels'][label]:,} {SHORT_NAMES[label]}" for label in LABELS)
    yield f"  sentences  {summary['sentences']:,}: {labels}"
    if summary["given"] < summary["sentences"]:
        yield f"  given      {summary['given']:,}; the others are left out by --only or --min-confidence"
    yield f"  uncertain  {summary['uncertain']:,}"
    if summary["boilerplate"]:
        yield f"  furniture  {_count(summary['boilerplate'], 'piece')}, without a label"
    if summary["repeated"]:
        yield f"  repeated   {_count(summary['repeated'], 'text')}, scored once"
    if summary["errors"]:
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in summary["errors"].items())
        yield f"  wrong      {_count(sum(summary['errors'].values()), 'row')}: {kinds}; see error in the output"
    if complete := summary.get("complete_already"):
        yield f"  not again  {_count(len(complete), 'output')} complete before; --overwrite scores them again"
    yield f"  model      {_name_model(summary['model'])}"
    yield f"  output     {_list_some(summary['outputs'])}"


def summarize_artifact(manifest: "Manifest", folder: Path) -> str:
    """Return what an artifact is in a few lines.

    Args:
        manifest: Its manifest.
        folder: Where it lies.

    """
    facts = manifest.to_dict()
    figures = facts["metrics"]
    low, high = figures["macro_f1_ci95"]
    libraries = ", ".join(f"{name} {number}" for name, number in facts["libraries"].items())
    lines = [
        f"stancewire {manifest.version}, artifact {manifest.hash[:12]}",
        f"  folder     {folder}: {_count(len(facts['files']), 'file')}, all with the right SHA-256",
        f"  trained    {facts['created'].replace('T', ' ').replace('+00:00', ' UTC')}, with {libraries}",
        f"  corpus     {facts['corpus_sha256'][:12]}; hyperparameters {facts['params_sha256'][:12]}",
        f"  held out   {figures['n']:,} sentences of articles that each fold had not seen",
        f"             accuracy {figures['accuracy']:.3f}, calibration error {figures['ece']:.3f}, "
        f"macro-F1 {figures['macro_f1']:.3f} ({low:.3f} to {high:.3f})",
        "",
        f"  {'label':<20}{'precision':>10}{'recall':>8}{'F1':>7}{'sentences':>11}",
    ]
    for label in LABELS:
        score = figures["per_class"][label]
        values = f"{score['precision']:>10.3f}{score['recall']:>8.3f}{score['f1']:>7.3f}{score['support']:>11,}"
        lines.append(f"  {label:<20}{values}")
    return "\n".join([*lines, "", "  --json gives the whole manifest."])


def format_seconds(seconds: float) -> str:
    """Return a time in words.

    >>> format_seconds(4.24), format_seconds(75), format_seconds(7300)
    ('4.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _name_model(identity: Mapping[str, str]) -> str:
    return f"{identity['name']} {identity['version']}, artifact {identity['artifact_hash'][:12]}"


def _list_some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
