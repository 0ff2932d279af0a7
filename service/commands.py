"""What the subcommands of ``stance`` do; each takes the parsed options and returns the exit status.

Imports are local: training, tables and the server are each needed by one command only, and start-up should be quick.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.summaries import summarize_artifact, summarize_run
from service.terminal import Style, render_document

if TYPE_CHECKING:
    from model import Classifier
    from service.batch.options import ResultForm, ScoreOptions
    from service.inputs import Article
    from training.evaluate import Prediction

_ARCHIVES = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".pq", ".warc", ".wet"})
DONE, TOO_MANY_ERRORS, ALL_WRONG = 0, 3, 4  # exit statuses of ``stance score``
WRONG_SETTING = 2  # exit status where corrections cannot be kept as configured


def expected_errors() -> tuple[type[Exception], ...]:
    """Return the errors whose message is for the user; any other is a fault of the program and keeps its traceback."""
    from model import ArtifactError
    from service.corrections.errors import StoreUnavailableError
    from training.extra import MissingExtraError

    return (ArtifactError, MissingExtraError, StoreUnavailableError, ValueError, OSError)


def find_exit_status(error: Exception) -> int:
    """Return the exit status for an expected error."""
    from service.corrections.errors import CorrectionsConfigError

    return WRONG_SETTING if isinstance(error, CorrectionsConfigError) else getattr(error, "exit_status", 1)


def describe_error(error: Exception) -> str:
    """Return an error's message; for one of the operating system's, what is wrong with which file."""
    if not isinstance(error, OSError) or error.filename is None:
        return str(error)
    if isinstance(error, FileNotFoundError):
        return f"{error.filename}: there is no such file or folder; check the name and the folder you are in"
    if isinstance(error, IsADirectoryError):
        return f"{error.filename} is a folder; name a file, or label all files in it with: stance score FOLDER OUT"
    if isinstance(error, PermissionError):
        return f"{error.filename}: you may not read or write it; change its permissions, or take another place"
    return f"{error.filename}: {error.strerror or error}"


def train(options: argparse.Namespace) -> int:
    """Train and print the table of held-out figures."""
    from training.extra import require_train_extra

    require_train_extra()
    print("stance train: reading the corpus; the whole takes a few minutes", file=sys.stderr, flush=True)
    from training import corpus, fit, params, tables

    documents = corpus.load_corpus(options.corpus or (corpus.CORPUS_DIR,))
    sentences = sum(len(document.sentences) for document in documents)
    print(f"stance train: {len(documents)} articles with {sentences} sentences", file=sys.stderr, flush=True)
    trained = fit.train(documents, params.load_params(options.params or params.PARAMS_FILE), options.out)
    print("\nHeld-out figures (cross-validation grouped by article; 95 % intervals over documents)\n")
    print(tables.format_plain_table(tables.tabulate_scores(trained.held_out, trained.evaluation)))
    print("\n".join(["", *tables.summarise(trained.evaluation)]))
    print(f"\n{options.out}: artifact {trained.manifest.hash[:12]}, with model-card.md and plots/")
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Evaluate the artifact on labelled documents and print the figures."""
    from training import evaluate as evaluation
    from training import tables

    predictions = _predict(options)
    figures = evaluation.evaluate(predictions)
    if options.json:
        print(json.dumps(figures.to_dict(), indent=2))
        return 0
    print(tables.format_plain_table(tables.tabulate_scores(predictions, figures)))
    print("\n".join(["", *tables.summarise(figures), ""]))
    print(tables.format_plain_table(tables.tabulate_sources(figures)))
    return 0


def _predict(options: argparse.Namespace) -> "list[Prediction]":
    """Return predictions for labelled documents; of a scored archive, those that it holds."""
    from service.batch.gold import is_scored, read_predictions

    if options.data.exists() and is_scored(options.data):
        print(f"stance evaluate: measuring the labels that {options.data} holds; no model is used", file=sys.stderr)
        return read_predictions(options.data, options.gold_field)
    from training.corpus import load_documents
    from training.evaluate import predict_documents

    documents = load_documents(options.data)
    return predict_documents(_load_classifier(options), documents)


def classify(options: argparse.Namespace) -> int:
    """Classify one text and print its sentences."""
    from model import ForeignLanguageError
    from model.thresholds import Thresholds

    article, is_found = _read_article(options.file, options.read_as, options.encoding)
    thresholds = Thresholds.of(dict(options.threshold))
    classifier = _load_classifier(options)
    try:
        document = classifier.classify(
            article.text, explain=options.explain, thresholds=thresholds, language=options.language
        )
    except ForeignLanguageError as error:
        raise ValueError(f"{error}; label it all the same with --language any") from None
    if options.json:
        facts = ("text", "title", "date", "outlet") if is_found else ()
        found = {name: getattr(article, name) for name in facts}
        answer = {"model": classifier.manifest.identity(), **found, **document.to_dict()}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(render_document(document, article.text, Style.of(sys.stdout)))
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve over HTTP until told to stop."""
    from service.web.server import serve as run

    run(options.host, options.port, options.workers, options.artifact, options.reader)
    return 0


def key(options: argparse.Namespace) -> int:
    """Print a new API key, and the line that belongs into the service's file of keys."""
    from service.web.security import make_key

    secret, line = make_key(options.name, options.scope)
    print(f"key, shown only now: {secret}\nline for the file that STANCE_API_KEYS names:", file=sys.stderr)
    print(line)
    return 0


def corrections(options: argparse.Namespace) -> int:
    """List, export, import or delete corrections."""
    from service.corrections.errors import require_corrections_extra

    require_corrections_extra()
    from service.corrections import commands

    return commands.run(options)


def retrain(options: argparse.Namespace) -> int:
    """Train on corpus and corrections, and let the result into service if it is better."""
    from training.extra import require_train_extra

    require_train_extra()
    from service.retraining import commands

    return commands.retrain(options)


def models(options: argparse.Namespace) -> int:
    """List, show, promote or roll back the models of the registry."""
    from service.retraining import commands

    return commands.run_models(options)


def drift(options: argparse.Namespace) -> int:
    """Compare scored archives with the text that the model was measured on."""
    from service.drift import commands

    return commands.drift(options)


def score(options: argparse.Namespace) -> int:
    """Score archives and print the summary of the run."""
    if not options.quiet:
        print("stance score: starting", file=sys.stderr, flush=True)  # before imports, which take a second
    from model.artifact import find_version

    options.artifact = find_version(options.artifact)  # one version for the whole run, whatever is promoted meanwhile
    if options.engine == "spark":
        return _report_scores(_score_on_spark(options), options)
    from service.batch.plan import choose_form, plan_outputs
    from service.batch.run import RunSettings, TooManyErrorsError, run

    outputs, passed_over = plan_outputs(options.inputs, options.out, options.read_as, options.write_as)
    if passed_over:
        names = ", ".join(path.name for path in passed_over[:3])
        print(f"stance score: passing over {len(passed_over)} files of another kind ({names}, …)", file=sys.stderr)
    settings = RunSettings(
        options.artifact, options.workers, options.max_errors, overwrite=options.overwrite, quiet=options.quiet
    )
    try:
        summary = run(outputs, _score_options(options, options.rows or choose_form(outputs)), settings)
    except TooManyErrorsError as error:
        print(f"stance score: {error}", file=sys.stderr)
        return TOO_MANY_ERRORS
    return _report_scores(summary, options)


def report(options: argparse.Namespace) -> int:
    """Write a report on scored archives, and say where it is."""
    from service.report.archive import ReportFields, open_archive
    from service.report.render import write_report

    out = Path(options.out or {"csv": "report"}.get(options.format, f"report.{options.format}"))
    fields = ReportFields(options.date_field, options.outlet_field)
    print("stance report: reading the archive", file=sys.stderr, flush=True)
    with open_archive(options.inputs, fields) as archive:
        print("stance report: counting", file=sys.stderr, flush=True)
        written = write_report(archive, out, options.format, options.title)
    for path in written:
        print(path)
    return DONE


def info(options: argparse.Namespace) -> int:
    """Print what the artifact is, or its manifest; with --export-skops, write the model in the exchange format."""
    from model import artifact

    manifest = artifact.read_manifest(options.artifact)
    artifact.verify(options.artifact, manifest)
    if options.json:
        print(json.dumps({"hash": manifest.hash, **manifest.to_dict()}, indent=2))
    else:
        print(summarize_artifact(manifest, options.artifact))
    if options.export_skops:
        from training.extra import require_train_extra

        require_train_extra()
        from training.artifact import export_skops

        export_skops(options.artifact, options.export_skops)
        print(f"wrote {options.export_skops}", file=sys.stderr)
    return 0


def _score_on_spark(options: argparse.Namespace) -> dict[str, Any]:
    from service.batch.spark import score_files

    local_only = {
        "--from": options.read_as,
        "--to": options.write_as,
        "--max-errors": options.max_errors,
        "--overwrite": options.overwrite or None,
    }
    if given := [name for name, value in local_only.items() if value is not None]:
        raise ValueError(f"{', '.join(given)}: not with --engine spark")
    form: ResultForm = options.rows or ("articles" if options.out.endswith(".jsonl") else "sentences")
    return score_files(options.inputs, options.out, _score_options(options, form), options.artifact, options.workers)


def _score_options(options: argparse.Namespace, form: "ResultForm") -> "ScoreOptions":
    from model.thresholds import Thresholds
    from service.batch.options import ScoreOptions

    return ScoreOptions(
        form=form,
        text_field=options.text_field or "text",
        id_field=options.id_field,
        keep=options.keep,
        labels=options.labels,
        only=options.only,
        min_confidence=options.min_confidence,
        thresholds=Thresholds.of(dict(options.threshold)),
        reader=options.reader,
        max_text=options.max_text,
        dedupe=options.dedupe,
        encoding=options.encoding,
        separator=options.separator,
        language=options.language,
    )


def _report_scores(summary: dict[str, Any], options: argparse.Namespace) -> int:
    """Write the summary where it is to go, and return the exit status."""
    content = json.dumps(summary, indent=2)
    if options.summary:
        options.summary.write_text(content + "\n", encoding="utf-8")
    elif options.out != "-":
        print(content if options.json else summarize_run(summary))
    elif not options.quiet:  # standard output is the scored archive itself
        print(summarize_run(summary), file=sys.stderr)
    if summary["rows"] and not summary["scored"]:
        print("stance score: every row is wrong; see the summary's errors", file=sys.stderr)
        return ALL_WRONG
    return DONE


def _load_classifier(options: argparse.Namespace) -> "Classifier":
    from model import Classifier

    return Classifier.load(options.artifact, options.reader, choosable=False)


def _read_article(name: str, read_as: str | None, encoding: str | None) -> "tuple[Article, bool]":
    """Read the one article in a file, or in standard input for "-", and tell whether it was found in a document.

    Plain text is taken as it is, with its line ends: offsets count them.

    Raises:
        OSError: The file cannot be read.
        ValueError: It cannot be read as its kind, or does not hold one article.

    """
    from service.inputs import InputError, extract, kind_of

    if name == "-" and sys.stdin.isatty():
        print("Type or paste the text, then end it with Ctrl-D on a line of its own.", file=sys.stderr)
    extension = read_as or (Path(name).suffix.lower() if kind_of(name) else ".txt")
    advice = f"label the articles in it with: stance score {name} scored.jsonl"
    if read_as is None and Path(name.removesuffix(".gz")).suffix.lower() in _ARCHIVES:
        raise ValueError(f"{name} may hold many articles; {advice}")
    content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    place = "standard input" if name == "-" else name
    try:
        articles = extract(content, extension, encoding)
    except InputError as error:
        raise ValueError(f"{place} {error}") from error
    if len(articles) != 1:
        raise ValueError(f"{place} holds {len(articles)} articles; {advice}")
    if not articles[0].text.strip():
        raise ValueError(f"{place} holds no text")
    return articles[0], extension != ".txt"
