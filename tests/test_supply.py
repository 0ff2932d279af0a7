"""What `make check` looks for in the files and packages: secrets and licences."""

from pathlib import Path

import pytest

from tests.licences import is_allowed
from tests.secret_scan import find_secrets, is_scanned


def test_a_secret_is_found_and_not_repeated(tmp_path: Path):
    file = tmp_path / "settings.py"
    key = "AKIA" + "IOSFODNN7EXAMPLQ"
    file.write_text(f"aws_key = '{key}'\n\nname = 'Ann'\n")

    found = list(find_secrets([str(file)]))

    assert found
    assert all(place.startswith(f"{file}:1: ") and key not in place for place in found)


def test_what_people_write_is_scanned():
    assert all(map(is_scanned, ("compose.yaml", "service/web/config.py", "docs/service.md", "model/lexicon/names.txt")))


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("MPL-2.0 AND (GPL-2.0-only OR MIT)", True),
        ("(MIT OR GPL-3.0-only) AND AGPL-3.0-only", False),
        ("GPL-3.0-only OR MIT AND AGPL-3.0-only", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_licences_are_allowed_as_their_expression_says(expression: str, allowed: bool):
    assert is_allowed(expression) is allowed
