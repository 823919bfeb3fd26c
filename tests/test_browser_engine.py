"""The engine in a browser computes what Python computes, bit by bit."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_cases import LARGEST, Case, answers, at_random, shipped

from seci_sim.browser.build import COMMAND, catalogue_text
from seci_sim.browser.files import ASSETS, CATALOGUE

Answers = list[list[dict[str, int]]]
HARNESS = Path(__file__).with_name("engine_in_node.mjs")


@pytest.fixture(scope="module")
def in_node() -> Callable[[list[Case]], Answers]:
    """Run cases in Node; without one, the tests that need it are skipped."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node is installed")

    def run(cases: list[Case]) -> Answers:
        said = subprocess.run(
            [node, HARNESS, ASSETS], input=json.dumps(cases), capture_output=True, text=True
        )
        assert said.returncode == 0, said.stderr
        found: Answers = json.loads(said.stdout)
        return found

    return run


def differing(cases: list[Case], found: Answers) -> list[str]:
    """Which tables of which cases are not Python's."""
    wrong = []
    for case, theirs, ours in zip(cases, found, answers(cases), strict=True):
        for when, there, here in zip(("first", "last"), theirs, ours, strict=True):
            assert there.keys() == here.keys()
            unlike = [table for table in here if there[table] != here[table]]
            wrong += [f"{case}: {when} week: {unlike}"] if unlike else []
    return wrong


def test_the_catalogue_in_the_package_is_that_of_today() -> None:
    assert CATALOGUE.read_text("utf-8") == catalogue_text(), f"stale; run: {COMMAND}"


def test_every_shipped_scenario_runs_in_node_as_in_python(
    in_node: Callable[[list[Case]], Answers],
) -> None:
    cases = shipped(seed=2**63 - 1, weeks=110)
    assert len(cases) > 35
    assert differing(cases, in_node(cases)) == []


@pytest.mark.parametrize("name", ["tiered-pricing-india", "merger", "matrix"])
def test_whatever_levers_are_moved_node_follows_python(
    name: str, in_node: Callable[[list[Case]], Answers]
) -> None:
    cases = list(at_random(name, number=4, seed=1, weeks=30))
    assert differing(cases, in_node(cases)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 21))
def test_every_shipped_scenario_runs_in_node_as_in_python_on_other_luck(
    seed: int, in_node: Callable[[list[Case]], Answers]
) -> None:
    cases = shipped(seed)
    assert differing(cases, in_node(cases)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [case["scenario"] for case in shipped()])
def test_many_values_of_all_levers_in_every_scenario(
    name: str, in_node: Callable[[list[Case]], Answers]
) -> None:
    cases = list(at_random(name, number=20, seed=2, weeks=110))
    assert differing(cases, in_node(cases)) == []


@pytest.mark.slow
def test_the_largest_firm_runs_in_node_as_in_python(
    in_node: Callable[[list[Case]], Answers],
) -> None:
    cases: list[Case] = [{"scenario": LARGEST, "seed": "1", "weeks": 30}]
    assert differing(cases, in_node(cases)) == []
