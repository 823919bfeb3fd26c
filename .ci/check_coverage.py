"""Hold the report of coverage against the list of what no test runs: `uncovered.toml`, beside this file.

A function with a line or branch that no test ran is to be listed with a reason; one that is listed
should have such a line or branch, unless its reason begins with "at times". What differs is printed.
The check fails where more than one in a hundred lines and branches are neither run nor listed: which
lines a process that is killed could still report differs from one day to the next. Called with the
report in JSON.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

MOST_UNLISTED = 0.01
"""Share of lines and branches that may be neither run nor listed."""


def missing(report: dict[str, Any]) -> dict[tuple[str, str], str]:
    """By file and function, the lines that no test ran and the branches that none took."""
    found = {}
    for file, measured in report["files"].items():
        for function, part in measured["functions"].items():
            lines = [str(line) for line in part["missing_lines"]]
            # A branch from a line that never ran says nothing new.
            branches = [f"{one} to {max(other, 0) or 'the end'}" for one, other in part["missing_branches"]
                        if one not in part["missing_lines"]]  # fmt: skip
            if lines or branches:
                found[file, function or "module"] = ", ".join(lines + branches)
    return found


def main(path: str) -> int:
    """Print what the list lacks and what it has too much; gives the exit code."""
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    listed = tomllib.loads(Path(__file__).with_name("uncovered.toml").read_text(encoding="utf-8"))
    reasons = {(file, name): why for file, names in listed.items() for name, why in names.items()}
    found = missing(report)
    for file, function in sorted(found.keys() - reasons.keys()):
        print(f"{file}: {function}: no test runs {found[file, function]}; test it, or list it")
    stale = {
        gap for gap in reasons.keys() - found.keys() if not reasons[gap].startswith("at times")
    }
    for file, function in sorted(stale):
        print(f"{file}: {function}: listed in uncovered.toml, but tested")
    totals = report["totals"]
    unlisted = sum(found[gap].count(",") + 1 for gap in found.keys() - reasons.keys())
    share = unlisted / (totals["num_statements"] + totals["num_branches"])
    print(
        f"Lines run: {totals['covered_lines']} of {totals['num_statements']}; "
        f"branches taken: {totals['covered_branches']} of {totals['num_branches']}; "
        f"together {totals['percent_covered']:.2f}%. Listed with a reason: {len(reasons)} functions. "
        f"Neither run nor listed: {share:.2%}, of at most {MOST_UNLISTED:.0%}."
    )
    return int(share > MOST_UNLISTED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
