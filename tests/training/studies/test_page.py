"""Sections of a page are replaced in place, and half a section is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.studies.page import put_section


def test_a_section_is_replaced_and_the_rest_left_as_it_was(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n<!-- one -->\nold\n<!-- /one -->\n\nprose\n", encoding="utf-8")
    put_section(page, "one", "new\n")
    assert page.read_text(encoding="utf-8") == "# Title\n\n<!-- one -->\nnew\n<!-- /one -->\n\nprose\n"


def test_a_page_or_section_not_there_is_added(tmp_path):
    page = tmp_path / "docs" / "page.md"
    put_section(page, "one", "1")
    put_section(page, "two", "2")
    assert page.read_text(encoding="utf-8") == "<!-- one -->\n1\n<!-- /one -->\n\n<!-- two -->\n2\n<!-- /two -->\n"


@pytest.mark.parametrize("text", ["<!-- one -->\nopen", "<!-- /one -->", "<!-- /one --> <!-- one --> <!-- /one -->"])
def test_half_a_section_is_refused_and_the_page_left_alone(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="must both be there"):
        put_section(page, "one", "new")
    assert page.read_text(encoding="utf-8") == text


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=6))
def test_writing_again_changes_nothing(tmp_path_factory, names):
    page = tmp_path_factory.mktemp("page") / "page.md"
    for name in names:
        put_section(page, name, name.upper())
    written = page.read_text(encoding="utf-8")
    for name in names:
        put_section(page, name, name.upper())
    assert page.read_text(encoding="utf-8") == written
    assert written.count("<!-- /") == len(set(names))
