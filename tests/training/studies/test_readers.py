"""The comparison of the readers: its table, its plot, and that it measures what it says."""

import pytest

from model.readers import is_careful_installed
from training.corpus import load_documents
from training.studies.readers import main, measure, tabulate_readers

pytestmark = pytest.mark.skipif(not is_careful_installed(), reason="the extra careful is not installed")


def test_table_and_plot_are_written(data, artifact, tmp_path):
    main([f"some={data.corpus}", "--artifact", str(artifact), "--out", str(tmp_path)])

    page = (tmp_path / "accuracy.md").read_text("utf-8")
    assert [line.split(" | ")[1] for line in page.splitlines() if line.startswith("| some")] == [
        "`fast`",
        "`auto`",
        "`careful`",
    ]
    assert "`auto` against `fast`, some: " in page
    assert (tmp_path / "plots" / "threats.png").stat().st_size > 10_000


def test_the_careful_reader_reads_nothing_something_or_everything(data, classifier):
    documents = load_documents(data.corpus)[:20]
    shares = {choice: measure(classifier, documents, choice).read for choice in ("fast", "auto", "careful")}
    assert shares["fast"] == 0 < shares["auto"] < 1 == shares["careful"]
    assert len(tabulate_readers({"some": {"fast": measure(classifier, documents, "fast")}})) == 2
