"""The page that says how each rule is tested names tests and patterns that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from paired import Effect
from patterns import EFFECTS
from patterns_of_rivals import RIVALS
from patterns_of_rules import OF_RULES
from test_promises import found_in, skipped

DOCS = Path(__file__).parent.parent / "docs"
SECTION = re.compile(r"## Rules that may be off, one by one\n(.*?)\n## ", re.DOTALL)
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
RULES = [
    "specialised exposure", "learning on the job", "legibility", "absorptive capacity", "initiative",
    "openness", "lasting differences", "mentors", "reviews teach", "reading shows", "routines lapse",
    "watchfulness", "rivals",
]  # fmt: skip
ALWAYS = 0.999
"""A power that `patterns.md` writes as *> 0.999*."""


def rows() -> dict[str, list[str]]:
    """Of each rule: example by hand, property, patterns, least power, oracle."""
    found = SECTION.search((DOCS / "how_tested.md").read_text("utf-8"))
    assert found is not None
    lines = [line.strip("| ").split(" | ") for line in found[1].splitlines() if "::" in line]
    return {rule: cells for rule, *cells in lines}


def least_power(patterns: str) -> float:
    """Least power of the tests of some patterns, as measured."""
    table = (DOCS / "patterns.md").read_text("utf-8")
    powers = [
        line.split(" | ")[5].removeprefix("> ")
        for line in table.splitlines()
        if line.startswith(tuple(f"| {one} |" for one in patterns.split(", ")))
    ]
    return min(map(float, powers))


def test_every_rule_has_its_row() -> None:
    assert [*rows()] == RULES


@pytest.mark.parametrize("rule", RULES)
def test_each_named_test_is_there_and_is_what_it_is_called(rule: str) -> None:
    example, holds_for_all, _, _, oracle = rows()[rule]
    for cell in (example, holds_for_all, oracle):
        assert NAMED.search(cell), cell
        for file, name in NAMED.findall(cell):
            marks = found_in(file)[name]
            assert not any(map(skipped, marks)), name
            assert (cell is not holds_for_all) or any("given" in mark for mark in marks), name
    assert "both_versions_agree" in oracle


@pytest.mark.parametrize("effect", [*EFFECTS, *OF_RULES, *RIVALS], ids=str)
def test_the_page_of_patterns_tells_of_each_effect_as_it_is_tested(effect: Effect) -> None:
    rows = (DOCS / "patterns.md").read_text("utf-8").splitlines()
    found = [row for row in rows if row.startswith(f"| {effect.pattern} | {effect.says} |")]
    remarks = [f"hardly any: within {effect.within}"] * (effect.within is not None)
    remarks += ["slow"] * effect.slow
    tables = ([cell.strip() for cell in row.split("|")[3:8]] for row in found)
    cells = [one for one in tables if len(one) == 5]
    theirs = f"{effect.size:+.3f}" if effect.theirs else "none given"
    told = (theirs, str(effect.seeds), ", ".join(remarks))
    assert told in [(one[0], one[2], one[4]) for one in cells], "run docs/measure_patterns.py"


@pytest.mark.parametrize("rule", RULES)
def test_the_least_power_is_that_of_the_patterns(rule: str) -> None:
    _, _, patterns, power, _ = rows()[rule]
    assert least_power(patterns) >= 0.95
    assert power == (
        f"> {ALWAYS}" if least_power(patterns) == ALWAYS else str(least_power(patterns))
    )
