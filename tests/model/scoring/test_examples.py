"""The examples in the docstrings of the scoring modules are right."""

import doctest
from types import ModuleType

import pytest

from model.scoring import counts, key_table, meanings, ngrams, ragged


@pytest.mark.parametrize("module", [counts, key_table, meanings, ngrams, ragged], ids=lambda module: module.__name__)
def test_examples(module: ModuleType):
    failed, tried = doctest.testmod(module)
    assert failed == 0
    assert tried > 0
