"""The scorer: rows in, the same rows with labelled sentences or the reason why not out."""

from dataclasses import fields

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import LABELS, Sentence
from service.batch import ScoreOptions, result_schema, score_batches
from service.batch.results import result_batch, result_objects
from service.batch.rows import BadRow, PlacedSentence, Rows, ScoredRows, Tally
from service.batch.score import RowScorer
from tests.service.archives import articles
from tests.service.sentences import FURNITURE, THREAT

NOT_UTF8 = pa.array([b"Rain fell.", b"caf\xe9"], pa.binary()).view(pa.string())


DEFAULTS = ScoreOptions()


def scored(classifier, options=DEFAULTS, **columns):
    batch = pa.RecordBatch.from_pydict(columns)
    (result,) = score_batches([batch], classifier, options)
    assert result.schema.equals(result_schema(batch.schema, options))
    return result.to_pylist()


def test_nested_sentences_are_what_classify_gives(classifier):
    rows = articles(5)
    result = scored(classifier, text=[row["text"] for row in rows], id=[row["id"] for row in rows])
    for row, record in zip(rows, result, strict=True):
        assert record == {
            "id": row["id"],
            **classifier.classify(row["text"]).to_dict(),
            "error_kind": None,
            "error": None,
        }


def test_nested_sentence_has_every_field_of_a_sentence_but_the_explanation(classifier):
    (record,) = scored(classifier, text=["The minister said rain would fall."])
    assert set(record["sentences"][0]) == {field.name for field in fields(Sentence)} - {
        "explanation",
        "other_probabilities",
    }


def result_of(sentences, options, carried):
    """Return what is made of one row's sentences."""
    results = [[PlacedSentence(position, sentence) for position, sentence in enumerate(sentences)]]
    return ScoredRows(Rows(carried, ["text"]), results, Tally(rows=1))


def test_every_part_of_a_sentence_has_a_place_in_the_nested_form():
    options = ScoreOptions()
    schema = result_schema(pa.schema([("text", pa.string())]), options)
    empty = pa.RecordBatch.from_struct_array(pa.array([{}], pa.struct([])))
    (record,) = result_batch(result_of([FURNITURE, THREAT], options, empty), schema, options).to_pylist()
    assert record["sentences"] == [FURNITURE.to_dict(), THREAT.to_dict()]
    (json,) = result_objects(result_of([FURNITURE, THREAT], options, [{}]), options)
    assert json["sentences"] == record["sentences"]
    sentence = schema.field("sentences").type.value_type
    speaker = sentence.field("speaker").type
    assert {field.name: str(field.type) for field in speaker} == {
        **dict.fromkeys(["name", "mention", "role", "descriptor", "cue", "kind"], "string"),
        "via": "struct<name: string, role: string>",
        **dict.fromkeys(["id", "start", "end"], "int32"),
        "confidence": "double",
    }
    assert sentence.field("boilerplate").type == pa.bool_()
    part = pa.struct([("text", pa.string()), ("start", pa.int32()), ("end", pa.int32())])
    assert sentence.field("threat").type == pa.struct(
        [(name, part) for name in ("by", "against", "condition", "deadline")]
    )


def test_every_part_of_a_sentence_has_a_column_in_the_flat_form():
    options = ScoreOptions(form="sentences")
    schema = result_schema(pa.schema([("text", pa.string())]), options)
    empty = pa.RecordBatch.from_struct_array(pa.array([{}], pa.struct([])))
    furniture, threat = result_batch(result_of([FURNITURE, THREAT], options, empty), schema, options).to_pylist()
    assert {name: value for name, value in furniture.items() if value is not None} == {
        "sentence_id": 0,
        "text": "By Anna Weil",
        "start": 0,
        "end": 12,
        "uncertain": False,
        "boilerplate": True,
        "language": "en",
    }
    assert {
        name: value for name, value in threat.items() if name.startswith(("speaker_", "via", "threat_", "reader"))
    } == {
        "speaker_name": "Davit Koren",
        "speaker_mention": "Koren",
        "speaker_role": "official",
        "speaker_descriptor": "transport minister",
        "speaker_cue": "say",
        "speaker_kind": "paraphrase",
        "via": "Reuters",
        "via_role": "media",
        "speaker_id": 3,
        "speaker_start": 82,
        "speaker_end": 87,
        "speaker_confidence": 0.4,
        "reader": "careful",
        "threat_by": "He",
        "threat_against": "Varsa",
        "threat_condition": "unless the fee is lifted",
        "threat_deadline": "by Friday",
    }
    lines = list(result_objects(result_of([FURNITURE, THREAT], options, [{}]), options))
    bad = {"error_kind": None, "error": None}
    assert [{**line, **bad} for line in lines] == [furniture, threat]


def test_page_furniture_is_given_unless_sentences_are_chosen_and_counted_by_itself(classifier):
    text = "By Anna Weil\n\nRain fell. “We will strike back,” he said.\n\nPhoto: Ida Moll"
    rows = Rows([{}], [text])
    labels = [sentence.label for sentence in classifier.classify(text).sentences]
    assert labels[0] is labels[-1] is None
    for options in (ScoreOptions(only=LABELS), ScoreOptions(min_confidence=0.01)):
        scored = RowScorer(classifier, options).score(rows)
        assert [item.sentence.label for item in scored.results[0]] == labels[1:-1]
        assert (scored.tally.sentences, scored.tally.boilerplate) == (2, 0)
    scored = RowScorer(classifier, ScoreOptions()).score(rows)
    assert [item.sentence.label for item in scored.results[0]] == labels
    counts = scored.tally.to_dict()
    assert (counts["sentences"], counts["given"], counts["boilerplate"]) == (2, 2, 2)
    assert sum(counts["labels"].values()) == 2
    assert Tally.from_dict(counts).to_dict() == counts


def test_long_form_has_a_row_a_sentence_and_a_row_a_fault(classifier):
    texts = ["Rain fell. Snow followed.", None, "Hail came."]
    result = scored(classifier, ScoreOptions(form="sentences"), text=texts, id=[1, 2, 3])
    assert [(r["id"], r["sentence_id"], r["text"], r["error_kind"]) for r in result] == [
        (1, 0, "Rain fell.", None),
        (1, 1, "Snow followed.", None),
        (2, None, None, "null_text"),
        (3, 0, "Hail came.", None),
    ]
    for record in result:
        if record["text"]:
            assert sum(record[f"p_{label}"] for label in LABELS) == pytest.approx(1)
            assert record["confidence"] == record[f"p_{record['label']}"]


def test_sentences_that_are_split_already_are_one_document(classifier):
    sentences = ["Rain fell.", "“We will strike back,” he said."]
    (record,) = scored(classifier, sentences=[sentences])
    assert record["sentences"] == classifier.classify_sentences(sentences).to_dict()["sentences"]


def test_sentences_stand_in_where_text_is_null(classifier):
    result = scored(classifier, text=["Rain fell.", None], sentences=[None, ["Snow fell."]])
    assert [record["sentences"][0]["text"] for record in result] == ["Rain fell.", "Snow fell."]


@pytest.mark.parametrize(
    ("columns", "kind", "reason"),
    [
        ({"text": pa.array(["Fine.", None])}, "null_text", "'text' is null"),
        ({"text": pa.array(["Fine.", " \n"])}, "empty_text", "'text' is empty"),
        ({"text": pa.array(["Fine.", "a" * 101])}, "too_long", "101 characters, the limit is 100"),
        ({"text": NOT_UTF8}, "not_utf8", "byte 0xe9 at 3"),
        ({"text": pa.array([b"Fine.", b"caf\xe9"])}, "not_utf8", "byte 0xe9 at 3"),
        ({"sentences": pa.array([["Fine."], []], pa.list_(pa.string()))}, "empty_text", "holds no text"),
        ({"sentences": pa.array([["Fine."], [None]])}, "not_a_string", "sentence 0 is a null"),
        ({"sentences": pa.array([["Fine."], ["a" * 60, "b" * 60]])}, "too_long", "120 characters"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_in_its_place(classifier, columns, kind, reason):
    fine, wrong = scored(classifier, ScoreOptions(max_text=100), **columns)
    assert fine["sentences"]
    assert fine["error"] is None
    assert (wrong["sentences"], wrong["error_kind"]) == (None, kind)
    assert reason in wrong["error"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"body": ["Rain."]}, "the columns are 'body': name the one with the text with --text-field"),
        ({"text": [1]}, "column 'text' holds int64, not strings"),
    ],
)
def test_a_batch_without_text_is_an_error(classifier, columns, message):
    with pytest.raises(ValueError, match=message):
        scored(classifier, **columns)


def test_options_choose_sentences_and_probabilities(classifier):
    texts = [row["text"] for row in articles(40)]
    everything = [s for record in scored(classifier, text=texts) for s in record["sentences"]]
    options = ScoreOptions(only=("factual_report", "threat"), min_confidence=0.7, labels=("threat",))
    records = scored(classifier, options, text=texts)
    expected = [s for s in everything if s["label"] in options.only and s["confidence"] >= 0.7]
    assert 0 < len(expected) < len(everything)
    assert [(s["text"], s["label"], s["probabilities"]) for record in records for s in record["sentences"]] == [
        (s["text"], s["label"], {"threat": s["probabilities"]["threat"]}) for s in expected
    ]
    long = scored(classifier, ScoreOptions(form="sentences", only=options.only, min_confidence=0.7), text=texts)
    assert [row["text"] for row in long] == [s["text"] for s in expected]


def test_columns_are_carried_and_renamed_where_a_result_has_their_name(classifier):
    columns = {"text": ["Rain fell."], "id": [7], "label": ["gold"], "when": ["today"]}
    (long,) = scored(classifier, ScoreOptions(form="sentences"), **columns)
    assert (long["id"], long["input_label"], long["when"], long["text"]) == (7, "gold", "today", "Rain fell.")
    (nested,) = scored(classifier, ScoreOptions(keep=("text",)), **columns)
    assert nested.keys() == {"id", "text", "sentences", "error_kind", "error"}
    with pytest.raises(ValueError, match="two columns of the input would be called input_label"):
        scored(classifier, ScoreOptions(form="sentences"), **columns, input_label=["x"])


def test_dedupe_scores_identical_texts_once_and_gives_the_same(classifier):
    texts = [row["text"] for row in articles(6)] * 3 + ["", ""]
    calls = []

    class Counting:
        """The real classifier, with a record of what it was asked."""

        def classify_each(self, documents, **options):
            calls.extend(documents)
            return classifier.classify_each(documents, **options)

    scorer = RowScorer(Counting(), ScoreOptions(dedupe=True))
    rows = Rows([{}] * len(texts), [text or BadRow("empty_text", "'text' is empty") for text in texts])
    first, second = scorer.score(rows), scorer.score(rows)
    assert sorted(calls) == sorted(set(texts) - {""})
    plain = RowScorer(classifier, ScoreOptions()).score(rows)
    assert first.results == plain.results
    assert second.results == plain.results
    assert (first.tally.repeated, second.tally.repeated) == (12, 18)


def test_a_text_that_the_model_fails_on_costs_the_others_nothing(classifier):
    class Failing:
        """The real classifier, failing on one word."""

        def classify_each(self, documents, **options):
            if any("boom" in document for document in documents):
                raise RuntimeError("no")
            return classifier.classify_each(documents, **options)

    batch = pa.RecordBatch.from_pydict({"text": ["Rain fell.", "boom", "Snow fell."]})
    (result,) = score_batches([batch], Failing(), ScoreOptions())
    records = result.to_pylist()
    assert [record["error_kind"] for record in records] == [None, "failed", None]
    assert "RuntimeError: no" in records[1]["error"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=80)), max_size=12), st.integers(1, 12))
def test_no_row_is_lost_or_moved_however_batches_are_cut(classifier, texts, size):
    table = pa.table({"text": pa.array(texts, pa.string()), "id": range(len(texts))})
    batches = [batch for start in range(0, len(texts), size) for batch in table.slice(start, size).to_batches()]
    nested = [r for b in score_batches(batches, classifier, ScoreOptions()) for r in b.to_pylist()]
    assert [record["id"] for record in nested] == list(range(len(texts)))
    for text, record in zip(texts, nested, strict=True):
        assert (record["sentences"] is None) == (record["error"] is not None) == (not (text or "").strip())
        for sentence in record["sentences"] or ():
            assert sentence["text"] == text[sentence["start"] : sentence["end"]]
    long = [r for b in score_batches(batches, classifier, ScoreOptions(form="sentences")) for r in b.to_pylist()]
    flat = [
        (r["id"], s["text"], s["label"]) for r in nested for s in (r["sentences"] or [{"text": None, "label": None}])
    ]
    assert [(row["id"], row["text"], row["label"]) for row in long] == flat


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": ("threats",)}, "unknown label 'threats'; the labels are factual_report"),
        ({"min_confidence": 1.5}, "between 0 and 1"),
        ({"max_text": 0}, "at least 1 character"),
    ],
)
def test_senseless_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ScoreOptions(**options)
