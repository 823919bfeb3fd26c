"""Golden runs: the same scenario and seed give what they gave, and what moves is in the changelog.

No luck decides these tests: a run is a function of scenario and seed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from golden_runs import (
    FOLDER,
    SAME_BITS,
    SEEDS,
    Golden,
    Kept,
    Moved,
    as_text,
    changed_defaults,
    defaults_today,
    differences,
    from_text,
    kept_defaults,
    kept_runs,
    observe,
)
from refresh_golden import all_runs, moved, processor, table

from seci_sim.parameters import RESULTS
from seci_sim.scenario import shipped_scenarios

pytestmark = pytest.mark.packages

CHECKOUT = Path(__file__).parents[1]
FILES = sorted(FOLDER.glob("numpy-*.json"))
PORTABLE = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NPY_DISABLE_CPU_FEATURES": " ".join(
        np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    ),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA",
}
"""A processor without instructions for many numbers at once beyond the least that each can do with,
and with none that multiplies and adds in one step: in the rules, in NumPy, and in exp and log."""


@pytest.fixture(scope="module")
def kept() -> Kept:
    return kept_runs()


@pytest.fixture(scope="module")
def portable(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The surroundings of such a processor; rules are compiled for it in a folder of their own."""
    cache = tmp_path_factory.mktemp("portable")
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **PORTABLE, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": path}


# What runs give -----------------------------------------------------------------------------------


def test_every_scenario_gives_what_it_gave(kept: Kept) -> None:
    assert table(moved(kept.runs, all_runs(kept.holds, SEEDS[:1]))) == "Nothing moved."


@pytest.mark.slow
def test_so_it_does_with_other_seeds(kept: Kept) -> None:
    assert table(moved(kept.runs, all_runs(kept.holds, SEEDS[1:]))) == "Nothing moved."


@pytest.mark.slow
def test_so_it_does_with_all_weeks_in_a_few_compiled_calls(kept: Kept) -> None:
    """What is decided on the way is looked at week by week only; the bits at the end are the same."""
    stepped = all_runs(kept.holds, SEEDS[:1])
    at_once = all_runs(kept.holds, SEEDS[:1], in_one_go=True)
    assert [run.bits for run in at_once.values()] == [run.bits for run in stepped.values()]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_so_it_does_on_a_plain_processor(portable: dict[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "tests/refresh_golden.py", "--check"],
        cwd=CHECKOUT, env=portable, capture_output=True, text=True,
    )  # fmt: skip
    about, _, found = ran.stdout.partition("\n")
    assert about.startswith("rules: generic; NumPy: plain; "), ran.stderr
    if SAME_BITS and re.search(r"\b(X86_V3|AVX2)\b", processor()):
        assert about.split()[-1] != processor().split()[-1], "exp and log were to be others"
    assert (found, ran.returncode) == ("Nothing moved.\n", 0)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_comparison_done_again_on_a_plain_processor_has_the_same_bits(
    portable: dict[str, str], tmp_path: Path
) -> None:
    cli = [sys.executable, "-m", "seci_sim.cli"]
    compare = ["compare", "baseline", "merger", "--replications", "3", "--no-open", "--quiet"]
    subprocess.run([*cli, *compare, "--out", str(tmp_path)], cwd=CHECKOUT, check=True)
    again = subprocess.run(
        [*cli, "rerun", str(tmp_path)], cwd=CHECKOUT, env=portable, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert "The same to the bit: 6 runs and 768 runs in many worlds." in again.stdout


def test_every_default_is_what_it_was_when_these_results_were_kept() -> None:
    results, defaults = kept_defaults()
    assert table(changed_defaults(defaults, defaults_today())) == "Nothing moved."
    assert results == RESULTS, "run python tests/refresh_golden.py"


def test_another_default_is_seen_and_a_new_one_is_none() -> None:
    _, defaults = kept_defaults()
    today = defaults_today() | {"Learning.showing": "0.3", "Learning.new": "0.0"}
    (found,) = changed_defaults(defaults, today)
    assert found == Moved("defaults", "Learning.showing", "0.2", "0.3")


# What a golden sees -------------------------------------------------------------------------------


def whats(old: Golden, new: Golden, *, bits: bool = False) -> list[str]:
    return [found.what for found in differences("a 1", old, new, bits=bits)]


def test_a_parameter_moved_by_a_thousandth_is_seen(kept: Kept, tmp_path: Path) -> None:
    scenario = tmp_path / "moved.yaml"
    scenario.write_text("name: Moved\nextends: baseline\nlearning: {practice_learning: 0.02002}\n")
    moved_run = observe(scenario, 1, kept.holds)
    found = whats(kept.runs["baseline 1"], moved_run)
    assert "total of tacit_alignment" in found
    assert "conviction 0" in found
    assert "decisions up to week 1" not in found


def test_another_decision_is_seen_from_the_week_in_which_it_falls(kept: Kept) -> None:
    old = kept.runs["baseline 1"]
    assert whats(old, replace(old, decided=old.decided | {"52": "another"})) == [
        "decisions up to week 52"
    ]


@pytest.mark.parametrize(("by", "seen"), [(5e-7, False), (2e-6, True)])
def test_numbers_move_from_a_millionth_on(kept: Kept, by: float, seen: bool) -> None:
    old = kept.runs["baseline 1"]
    convictions = [*old.tacit]
    convictions[3] += round(by * 1e7)
    assert whats(old, replace(old, tacit=convictions)) == ["conviction 3"] * seen
    met = old.totals["needs_met"] * (1 + by)
    other = replace(old, totals=old.totals | {"needs_met": met})
    assert whats(old, other) == ["total of needs_met"] * seen


def test_bits_count_where_they_are_asked_for(kept: Kept) -> None:
    old = kept.runs["baseline 1"]
    other = replace(old, bits="other")
    assert (whats(old, other), whats(old, other, bits=True)) == ([], ["bits"])


def test_what_a_golden_does_not_hold_does_not_move_it(kept: Kept) -> None:
    old = kept.runs["silos 1"]
    fewer = replace(
        kept.holds,
        totals={
            model: [n for n in names if n != "skill"] for model, names in kept.holds.totals.items()
        },
    )
    assert "skill" not in observe("silos", 1, fewer).totals
    assert observe("silos", 1, fewer).decided == old.decided


def test_the_table_names_scenario_and_seed_and_the_first_that_moved(kept: Kept) -> None:
    old = {"silos 2": kept.runs["silos 2"]}
    lines = table(moved(old, {"silos 2": kept.runs["silos 1"]})).splitlines()
    assert lines[1].split() == [
        "silos", "2", "decisions", "up", "to", "week", "1",
        old["silos 2"].decided["1"], kept.runs["silos 1"].decided["1"],
    ]  # fmt: skip
    assert re.search(r"and \d+ more", lines[-1])


# The files ----------------------------------------------------------------------------------------


each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
"""One for each series of NumPy."""


@each_file
def test_a_file_of_goldens_holds_every_scenario_with_every_seed(path: Path) -> None:
    expected = {f"{name} {seed}" for name in shipped_scenarios() for seed in SEEDS}
    assert from_text(path.read_text("utf-8")).runs.keys() == expected


@each_file
def test_a_file_of_goldens_is_as_the_script_wrote_it(path: Path) -> None:
    text = path.read_text("utf-8")
    assert as_text(from_text(text)) == text
    assert len(text) < 300_000


@each_file
def test_a_file_of_goldens_is_named_in_the_changelog_among_the_results(path: Path) -> None:
    tag = from_text(path.read_text("utf-8")).tag
    assert f"`{tag}`" in results_of_newest_release(), (
        f"{path.name} is `{tag}`: CHANGELOG.md needs a line that begins with **Results**, "
        "says what moved and why, and names it"
    )


@each_file
def test_a_file_of_goldens_is_named_by_another_tag_once_a_digit_moved(path: Path) -> None:
    kept = from_text(path.read_text("utf-8"))
    first = kept.runs["silos 1"]
    other = replace(first, tacit=[first.tacit[0] + 1, *first.tacit[1:]])
    tag = Kept(kept.holds, kept.runs | {"silos 1": other}).tag
    assert f"`{tag}`" not in results_of_newest_release()


def results_of_newest_release() -> str:
    """The lines of the changelog's first release that begin with **Results**."""
    release = (CHECKOUT / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1]
    lines = re.split(r"\n(?=- |\*\*|\n|#)", release)
    return "\n".join(line for line in lines if re.match(r"(- )?\*\*Results\*\*", line))
