"""What it takes to classify: a worker must not pay for what only training needs."""

import json
import subprocess
import sys

import pytest

HEAVY = {"sklearn", "scipy", "nltk", "joblib", "pandas", "pyarrow", "flask"}
PROGRAM = """
import json, sys
from model import Classifier
classifier = Classifier.load(sys.argv[1])
text = "Mr. Smith (D-Calif.) said: “We will act.” A spokesman for the U.S. Army, Lt. Col. Ann Lee, left. Rain fell."
document = classifier.classify(text, explain=True)
assert all(sentence.explanation.contributions for sentence in document.sentences)
assert classifier.known_words
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def imported(artifact):
    run = subprocess.run([sys.executable, "-c", PROGRAM, str(artifact)], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


def test_classifying_and_explaining_imports_no_more_than_it_needs(imported):
    assert "model.classifier" in imported
    assert not HEAVY & imported
