"""The engine in a browser computes what Python computes, bit by bit."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from engine_cases import LARGEST, Case, answers, at_random, shipped
from engine_in_node import in_node
from engine_page import seen_by

from seci_sim.browser.build import COMMAND, catalogue_text
from seci_sim.browser.files import CATALOGUE
from seci_sim.scenario import read_scenario
from seci_sim.seci.organisation import Organisation

Answers = list[list[dict[str, int]]]

ON_OTHER_LUCK = [case for seed in range(1, 21) for case in shipped(seed)]
"""Every scenario on twenty seeds, to its end."""


def differing(cases: list[Case], found: Answers) -> list[str]:
    """Which tables of which cases are not Python's."""
    wrong = []
    for case, theirs, ours in zip(cases, found, answers(cases), strict=True):
        for when, there, here in zip(("first", "last"), theirs, ours, strict=True):
            assert there.keys() == here.keys()
            unlike = [table for table in here if there[table] != here[table]]
            wrong += [f"{case}: {when} week: {unlike}"] if unlike else []
    return wrong


def differing_in_node(cases: list[Case]) -> list[str]:
    return differing(cases, in_node("return answers(engine, given);", cases))


def test_the_catalogue_in_the_package_is_that_of_today() -> None:
    assert CATALOGUE.read_text("utf-8") == catalogue_text(), f"stale; run: {COMMAND}"


def test_every_shipped_scenario_runs_in_node_as_in_python() -> None:
    cases = shipped(seed=2**63 - 1, weeks=110)  # a merger after two years included
    assert len(cases) > 35
    assert differing_in_node(cases) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_rivals_run_in_node_as_in_python_to_their_end(seed: int) -> None:
    cases = [case for case in shipped(seed) if case["scenario"].startswith("two-rivals")]
    assert len(cases) == 3
    assert differing_in_node(cases) == []


@pytest.mark.parametrize(
    "name",
    [
        "tiered-pricing-india",
        "two-rivals-at-rest",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("merger", "matrix")),
    ],
)
def test_whatever_levers_are_moved_node_follows_python(name: str) -> None:
    assert differing_in_node(list(at_random(name, number=4, seed=1, weeks=30))) == []


def test_a_single_bit_would_be_noticed() -> None:
    cases: list[Case] = [{"scenario": "one-percent", "seed": "7", "weeks": 2}]
    moved = [cases[0] | {"values": {"policy.retention": 1e-9}}, cases[0] | {"seed": "8"}]
    for other in moved:
        found = in_node("return answers(engine, given);", [other])
        assert len(differing(cases, found)) == (other is moved[1]) * 2
    script = """
      const [{ weeks, ...asked }] = given, run = engine.start(asked);
      run.organisation.knowledge.tacit[0] *= 1 + 2 ** -23;
      engine.start = () => run;
      return answers(engine, given);
    """
    (first, last) = differing(cases, in_node(script, cases))
    assert "knowledge.tacit" in first
    assert "knowledge.tacit" in last


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_shipped_scenario_runs_in_node_as_in_python_on_other_luck() -> None:
    assert differing_in_node(ON_OTHER_LUCK) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [case["scenario"] for case in shipped()])
def test_many_values_of_all_levers_in_every_scenario(name: str) -> None:
    assert differing_in_node(list(at_random(name, number=20, seed=2, weeks=110))) == []


@pytest.mark.slow
def test_the_largest_firm_runs_in_node_as_in_python() -> None:
    assert differing_in_node([{"scenario": LARGEST, "seed": "1", "weeks": 30}]) == []


def in_browser(program: list[str], cases: list[Case]) -> str:
    """Which browser it is, whose tables are held to Python's, and what its worker says to the page's."""
    seen: dict[str, Any] = seen_by(program, cases)
    assert differing(cases, seen["answers"]) == []
    first = cases[0]
    firm = Organisation(read_scenario(first["scenario"]), int(first["seed"]))
    firm.run(first["weeks"])
    met = float(firm.records.rows[first["weeks"] - 1, -1, 0])
    assert seen["worker"] == [met, met, first["weeks"]]
    return str(seen["browser"])


def command_of(chromium: str) -> list[str]:
    return [chromium, "--headless", "--no-sandbox", "--user-data-dir={folder}"]


def test_chromium_and_a_worker_in_it_compute_as_python(chromium: str) -> None:
    cases: list[Case] = [{"scenario": "one-percent", "seed": "7", "weeks": 52}]
    assert "Chrome" in in_browser(command_of(chromium), cases)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_scenario_in_chromium(chromium: str) -> None:
    assert "Chrome" in in_browser(command_of(chromium), ON_OTHER_LUCK)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_scenario_in_firefox() -> None:
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None:
        pytest.skip("no Firefox is installed")
    program = [firefox, "--headless", "--no-remote", "--profile", "{folder}"]
    assert "Firefox" in in_browser(program, ON_OTHER_LUCK)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_scenario_in_webkit() -> None:
    found = [*Path("/usr").glob("lib*/*/webkit2gtk-4.*/MiniBrowser")]
    display = shutil.which("xvfb-run")
    if not found or display is None:
        pytest.skip("no MiniBrowser of WebKitGTK, or no xvfb-run, is installed")
    browser = in_browser([display, "-a", str(found[0]), "--private"], ON_OTHER_LUCK)
    assert "Safari" in browser
    assert "Chrome" not in browser
