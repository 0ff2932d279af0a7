"""Look the pinned dependencies up among known vulnerabilities: ``python -m tests.audit``.

Ends with 1 where one is vulnerable. Where no vulnerability service can be reached it says so, and ends with 0: a
machine without that network must still be able to run ``make check``.
"""

import json
import subprocess
import sys
from typing import Any

LOCK = "requirements.lock"
OPTIONS = ["-r", LOCK, "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]


def main() -> int:
    done = subprocess.run([sys.executable, "-m", "pip_audit", *OPTIONS], capture_output=True, text=True, check=False)
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        dependencies = []
    audited = [dependency for dependency in dependencies if "vulns" in dependency]
    if not audited:
        skipped = [dependency["skip_reason"] for dependency in dependencies if "skip_reason" in dependency]
        reason = (skipped or done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"dependencies not audited, as no vulnerability service can be reached from here: {reason}")
        return 0
    for dependency in audited:
        for fault in dependency["vulns"]:
            fixed = ", ".join(fault["fix_versions"]) or "no version yet"
            print(f"{dependency['name']} {dependency['version']}: {fault['id']}, fixed in {fixed}", file=sys.stderr)
    vulnerable = sum(bool(dependency["vulns"]) for dependency in audited)
    left_out = len(dependencies) - len(audited)
    print(f"{len(audited)} dependencies audited, {left_out} could not be, {vulnerable} are vulnerable")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
