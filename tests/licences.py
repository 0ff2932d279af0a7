"""List the licences of all that an installation brings along: ``python -m tests.licences`` writes docs/licences.md.

With ``--check`` it compares instead, and ends with 1 where the page lacks a package or a licence is not allowed. Extras
that are not installed here are passed over.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).parents[1] / "docs" / "licences.md"
# Of the project itself: a row says which of them is the first to bring a package. The empty one is the base.
EXTRAS = {"": "serving", "redis": "redis", "careful": "careful", "train": "train", "spark": "spark"}

# Licences under which everything may be used and passed on beside this project, whose own is MIT.
ALLOWED = frozenset(
    (
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "CNRI-Python",
        "HPND",
        "ISC",
        "LGPL-2.1-only",  # gensim: only its text is read; it is neither imported nor changed nor passed on
        "MIT",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
    )
)
# What packages call their licences where they do not use SPDX's names.
SPDX = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd-3-clause license": "BSD-3-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psf": "PSF-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
DECLARED = {"skops": "MIT"}  # by the text of the licence, where the package's metadata do not name it
HEAD = """# Licences of what is installed

Stancewire itself is under the [MIT licence](../LICENSE). This is what its installation brings along: the packages of
the base installation, which serving and scoring need (serving), and those that the extras `redis`, `careful` and
`train` add. Versions are in `requirements.lock`. Not in the table: `spark`, which adds PySpark (Apache-2.0) and pandas
(BSD-3-Clause), and Swagger UI (Apache-2.0), which is inside flask-swagger-ui.

Written by `.venv/bin/python -m tests.licences`. `make check` fails where a package is missing here or has another
licence, or where a licence is not among those that `tests/licences.py` allows. GPL and AGPL are not.

| package | licence | comes with |
| --- | --- | --- |
"""


def main(arguments: list[str]) -> int:
    rows = list(find_packages())
    lines = [f"| {name} | {licence} | {extra} |\n" for name, licence, extra in rows]
    if arguments != ["--check"]:
        PAGE.write_text(HEAD + "".join(lines), encoding="utf-8")
        return 0
    refused = [(name, licence) for name, licence, _ in rows if not is_allowed(licence)]
    for name, licence in refused:
        print(f"{name}: the licence {licence!r} is not allowed: use another package, or see tests/licences.py")
    page = PAGE.read_text(encoding="utf-8")
    missing = [line for line in lines if line not in page]
    for line in missing:
        print(f"docs/licences.md lacks: {line}run .venv/bin/python -m tests.licences")
    print(f"{len(rows)} packages looked at, {len(refused)} licences not allowed, {len(missing)} packages not listed")
    return 1 if refused or missing else 0


def find_packages() -> Iterator[tuple[str, str, str]]:
    """Yield name, licence and the first extra that needs it, of each package, by name."""
    found: dict[str, str] = {}
    for extra, label in EXTRAS.items():
        needed: set[str] = set()
        try:
            _add_needed(Requirement(f"stancewire[{extra}]" if extra else "stancewire"), needed, set())
        except PackageNotFoundError:
            continue
        found |= dict.fromkeys(needed - found.keys(), label)
    del found["stancewire"]
    for name in sorted(found):
        yield name, name_licence(distribution(name)), found[name]


def _add_needed(needed: Requirement, found: set[str], seen: set[str]) -> None:
    """Add what a requirement brings along, by name; ``seen`` holds the requirements already followed."""
    name = canonicalize_name(needed.name)
    key = f"{name}[{','.join(sorted(needed.extras))}]"
    if key in seen:
        return
    seen.add(key)
    found.add(name)
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        extras = needed.extras or {""}
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            _add_needed(requirement, found, seen)


def name_licence(package: Distribution) -> str:
    """Return a package's licence as an SPDX expression, as far as the package's own words can be understood."""
    facts = package.metadata
    if declared := DECLARED.get(facts["Name"]):
        return declared
    if expression := facts.get("License-Expression"):
        return str(expression)
    classified = [c.rpartition(" :: ")[2] for c in facts.get_all("Classifier", ()) if c.startswith("License ::")]
    said = str(facts.get("License") or "").strip()
    candidates = [said] if said and "\n" not in said and len(said) < 60 else []
    for candidate in (*candidates, *classified):
        known = SPDX.get(candidate.lower(), candidate)
        if is_allowed(known):
            return known
    return (candidates or classified or ["unknown"])[0]


def is_allowed(expression: str) -> bool:
    """Tell whether every licence that an SPDX expression demands is allowed; of alternatives, one is enough.

    >>> is_allowed("MIT AND (Apache-2.0 OR GPL-3.0-only)"), is_allowed("GPL-3.0-only")
    (True, False)
    """
    tokens = re.findall(r"\(|\)|[^\s()]+", expression)
    terms = ["(", *tokens, ")"]
    value = [str(term in ALLOWED) if term not in _OPERATORS else _OPERATORS[term] for term in terms]
    return _evaluate(value)


_OPERATORS = {"(": "(", ")": ")", "AND": "and", "OR": "or"}


def _evaluate(tokens: Iterable[str]) -> bool:
    """Evaluate True, False, and, or, and brackets; ``and`` binds more closely."""
    pending: list[list[list[bool]]] = [[[]]]  # for each open bracket: alternatives of things that are all needed
    for token in tokens:
        if token == "(":
            pending.append([[]])
        elif token == ")":
            inner = any(all(needed) and needed for needed in pending.pop())
            pending[-1][-1].append(bool(inner))
        elif token == "or":
            pending[-1].append([])
        elif token != "and":
            pending[-1][-1].append(token == "True")
    return all(pending[0][0]) and bool(pending[0][0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
