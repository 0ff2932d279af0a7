"""The examples in the docstrings of scoring and of the token cache are right."""

import doctest
from types import ModuleType

import pytest

from model import token_cache
from model.scoring import counts, key_table, meanings, ngrams, ragged

MODULES = [counts, key_table, meanings, ngrams, ragged, token_cache]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples(module: ModuleType):
    failed, tried = doctest.testmod(module)
    assert failed == 0
    assert tried > 0
