"""What ``stance retrain`` and ``stance models`` do; each takes the parsed options and returns the exit status."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from model.artifact import find_version, read_manifest
from model.labels import LABELS
from service.corrections import open_store
from service.corrections.errors import CorrectionsConfigError, require_corrections_extra
from service.retraining.registry import Registry, RegistryError, Version, choose_registry
from training.corpus import CORPUS_DIR, CorpusError, LabelledDocument, load_corpus, load_documents, parse_document
from training.retraining.gate import MOST_RISK

DONE, REFUSED = 0, 3  # exit statuses; 1 and 2 as for every command
_MEANS: Final = ("macro_f1", "accuracy", "given")  # figures of a comparison beside those of each label
DATABASE: Final = "corrections"  # what --with calls the database


def retrain(options: argparse.Namespace) -> int:
    """Train a candidate on corpus and corrections, judge it, and put it into service if asked and allowed to."""
    _say("reading the corpus and the corrections")
    from training.params import PARAMS_FILE, load_params
    from training.retraining.retrain import retrain as train_candidate
    from training.retraining.retrain import set_apart

    registry, in_service = _find_in_service(options)
    evaluation = _load_evaluation(options.evaluate)
    corrected, shared = set_apart(_load_corrections(options.corrections, options.database), evaluation)
    if shared:
        _say(f"leaving out {len(shared)} corrected documents that are in an evaluation file")
    if not corrected:
        raise CorpusError("there are no corrected sentences with a label to learn from")
    corpus = load_corpus(options.corpus or (CORPUS_DIR,))
    labelled = sum(sentence.label is not None for document in corrected for sentence in document.sentences)
    _say(
        f"{labelled} labelled sentences in {len(corrected)} corrected documents, {len(corpus)} documents in the corpus"
    )
    params = load_params(options.params or PARAMS_FILE)
    with tempfile.TemporaryDirectory(prefix="stance-candidate-") as folder:
        candidate = Path(folder) / "artifact"
        outcome = train_candidate(corpus, corrected, in_service, evaluation, params, candidate, options.margin)
        before = registry.add(in_service)
        verdict = outcome.verdict.to_dict()
        record = {"before": before.manifest.hash, "notes": outcome.notes, "verdict": verdict}
        version = registry.add(candidate, record)
    _check_still_in_service(registry, before, version)
    promoted = options.promote and outcome.verdict.passed
    if promoted:
        registry.promote(version)
    if options.json:
        report = {"version": version.name, "hash": version.manifest.hash, "promoted": promoted, **record}
        print(json.dumps(report, indent=2))
    else:
        print(_render_outcome(version, registry, promoted=promoted))
    return DONE if outcome.verdict.passed else REFUSED


def run_models(options: argparse.Namespace) -> int:
    """List the models of the registry, show one, or put one into service."""
    return _ACTIONS[options.action](options)


def list_models(options: argparse.Namespace) -> int:
    """Print every version, the oldest first: the one in service is marked."""
    registry = choose_registry(options.registry, options.artifact)
    versions, current = registry.list_versions(), registry.get_current()
    described = [_describe(version, current) for version in versions]
    if options.json:
        print(json.dumps(described, indent=2))
        return DONE
    from training.tables import format_plain_table

    header = ["version", "created", "held-out macro-F1", "to its predecessor", "corrections", "gate", "card"]
    print(format_plain_table([header, *([*_to_cells(each)] for each in described)]))
    return DONE


def show_model(options: argparse.Namespace) -> int:
    """Print a version's model card, and its figures beside those of its predecessor."""
    registry = choose_registry(options.registry, options.artifact)
    version = registry.get(options.version) if options.version else _get_current(registry)
    print((version.folder / "model-card.md").read_text(encoding="utf-8"))
    print(_render_verdict(version) if version.verdict else "It did not go through the gate: there is no predecessor.")
    return DONE


def promote(options: argparse.Namespace) -> int:
    """Put a version into service, or an artifact, which is then copied into the registry."""
    registry = choose_registry(options.registry, options.artifact)
    folder = Path(options.version)
    version = registry.add(folder) if folder.is_dir() else registry.get(options.version)
    if version.verdict and not version.verdict["passed"]:
        print("stance models: the gate refused this version; it goes into service because you say so", file=sys.stderr)
    registry.promote(version)
    print(f"{version.name} is in service; {_tell_servers(registry)}")
    return DONE


def rollback(options: argparse.Namespace) -> int:
    """Put the version that was in service before into service again."""
    registry = choose_registry(options.registry, options.artifact)
    before = _get_current(registry)
    version = registry.rollback()
    print(f"{version.name} is in service again, instead of {before.name}; {_tell_servers(registry)}")
    return DONE


_ACTIONS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "list": list_models,
    "show": show_model,
    "promote": promote,
    "rollback": rollback,
}


def _find_in_service(options: argparse.Namespace) -> tuple[Registry, Path]:
    """Return the registry and the artifact in service: the registry's, or the one named where it has none yet."""
    registry = choose_registry(options.registry, options.artifact)
    current = registry.get_current()
    in_service = find_version(options.artifact) if current is None else current.folder
    read_manifest(in_service)
    return registry, in_service


def _check_still_in_service(registry: Registry, before: Version, candidate: Version) -> None:
    """Check that the candidate was compared with the model that is in service now; put one there if none is.

    Raises:
        RegistryError: Another version went into service while the candidate was trained.

    """
    current = registry.get_current()
    if current is None:
        registry.promote(before)
    elif current.name != before.name:
        raise RegistryError(
            f"{current.name} went into service meanwhile, but {candidate.name} was compared with {before.name}; "
            "retrain again, or look at its figures (stance models show) and promote it by hand"
        )


def _load_evaluation(paths: Sequence[Path]) -> dict[str, list[LabelledDocument]]:
    """Return the documents of each file by its name.

    Raises:
        CorpusError: A file is wrong, or has no labelled sentence, or two have the same name.

    """
    sets: dict[str, list[LabelledDocument]] = {}
    for path in paths:
        if path.name in sets:
            raise CorpusError(f"two evaluation files are called {path.name}; rename one")
        sets[path.name] = load_documents(path)
        if not any(sentence.label for document in sets[path.name] for sentence in document.sentences):
            raise CorpusError(f"{path}: no labelled sentence to evaluate: every label is null")
    return sets


def _load_corrections(sources: Sequence[str], database: str) -> list[LabelledDocument]:
    """Return the corrected documents of the database and of files, with the labels that are settled.

    Raises:
        CorpusError: A file is wrong, or two documents share an id.
        CorrectionsConfigError: The database cannot be used.

    """
    documents = list[LabelledDocument]()
    for source in dict.fromkeys(sources or [DATABASE]):
        documents += _read_database(database) if source == DATABASE else load_documents(Path(source))
    ids = [document.id for document in documents]
    twice = sorted({identifier for identifier in ids if ids.count(identifier) > 1})
    if twice:
        raise CorpusError(f"document id given twice among the corrections: {', '.join(twice[:5])}")
    return [document for document in documents if any(sentence.label for sentence in document.sentences)]


def _read_database(url: str) -> list[LabelledDocument]:
    require_corrections_extra()
    from service.corrections.corpus_form import to_corpus_record
    from service.corrections.database import find_sqlite_file, parse_url

    file = find_sqlite_file(parse_url(url))
    if file is not None and not file.exists():
        raise CorrectionsConfigError(f"STANCE_DATABASE: there is no file {file}; name the database of the service")
    store = open_store(url)
    try:
        return [parse_document(json.dumps(to_corpus_record(each))) for each in store.iter_documents()]
    finally:
        store.close()


def _get_current(registry: Registry) -> Version:
    current = registry.get_current()
    if current is None:
        raise ValueError(f"no version is in service in {registry.folder}; choose one: stance models promote VERSION")
    return current


def _describe(version: Version, current: Version | None) -> dict[str, Any]:
    """Return a version as JSON-ready data; ``change`` is from its predecessor's figures to its own."""
    verdict = version.verdict
    return {
        "version": version.name,
        "hash": version.manifest.hash,
        "in_service": current is not None and current.name == version.name,
        "created": version.manifest.created,
        "macro_f1": version.manifest.metrics["macro_f1"],
        "card": str(version.folder / "model-card.md"),
        "before": version.record.get("before"),
        "passed": None if verdict is None else verdict["passed"],
        "reasons": [] if verdict is None else list(verdict["reasons"]),
        "change": None if verdict is None else _list_changes(verdict),
    }


def _list_changes(verdict: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the change of each figure on each set."""
    return {
        comparison["name"]: {
            **{label: change["after"] - change["before"] for label, change in comparison["f1"].items()},
            **{name: comparison[name]["after"] - comparison[name]["before"] for name in _MEANS},
        }
        for comparison in (*verdict["sets"], verdict["corrections"])
    }


def _to_cells(described: Mapping[str, Any]) -> list[str]:
    change, gate = described["change"], {None: "–", True: "passed", False: "refused"}[described["passed"]]
    by_set = list(change.values()) if change else []
    return [
        f"{described['version']}{' *' if described['in_service'] else ''}",
        described["created"],
        f"{described['macro_f1']:.3f}",
        f"{by_set[0]['macro_f1']:+.3f}" if by_set else "–",
        f"{by_set[-1]['given']:+.3f}" if by_set else "–",
        gate,
        described["card"],
    ]


def _render_outcome(version: Version, registry: Registry, *, promoted: bool) -> str:
    passed = bool(version.verdict and version.verdict["passed"])
    if promoted:
        last = f"{version.name} is in service; {_tell_servers(registry)}"
    elif passed:
        last = f"{version.name} may go into service: stance models promote {version.name}"
    else:
        last = f"{version.name} is kept, but does not go into service; the model in service stays"
    return f"{_render_verdict(version)}\n\n{last}"


def _render_verdict(version: Version) -> str:
    """Return the tables of all comparisons, the notes, and the verdict with its reasons."""
    from training.tables import format_plain_table

    verdict = version.verdict
    if verdict is None:
        return ""
    tables = [_tabulate(each, is_judged=True) for each in verdict["sets"]]
    parts = [format_plain_table(table) for table in (*tables, _tabulate(verdict["corrections"], is_judged=False))]
    reasons = [f"- {reason}" for reason in verdict["reasons"]]
    summary = ["The gate lets it pass." if verdict["passed"] else "The gate refuses it:", *reasons]
    notes = [f"Note: {note}." for note in version.record.get("notes", ())]
    explained = (
        f"at least: with 95 % certainty; risk: how likely it fell by more than {verdict['margin']:g} (paired bootstrap "
        "over documents); given: mean probability of the right label."
    )
    return "\n\n".join([*parts, explained, *notes, "\n".join(summary)])


def _tabulate(comparison: Mapping[str, Any], *, is_judged: bool) -> list[list[str]]:
    """Return the figures of a comparison as rows with a header; where labels are judged, with what came out."""
    header = [f"{comparison['name']} ({comparison['sentences']} sentences)", "in service", "candidate", "change"]
    table = [[*header, "at least", "risk", ""]]
    named = [*comparison["f1"].items(), *((name, comparison[name]) for name in _MEANS)]
    for name, change in named:
        before, after, bound = change["before"], change["after"], change["bound"]
        risk = f"{change['risk']:.0%}" if is_judged and name in LABELS else ""
        mark = risk and ("fell" if change["risk"] > MOST_RISK else "kept")
        table.append([name, f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f}", f"{bound:+.3f}", risk, mark])
    return table


def _tell_servers(registry: Registry) -> str:
    return f"servers started with --artifact {registry.folder} answer with it in a few seconds"


def _say(message: str) -> None:
    print(f"stance retrain: {message}", file=sys.stderr, flush=True)
