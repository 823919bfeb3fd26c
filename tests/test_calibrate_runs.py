"""How few runs may be asked for: as many as learning from them needs, said before anything is run."""

from __future__ import annotations

import re

import pytest

from seci_sim.calibrating.calibration import COMPARED_WITH, LEARNED_FROM
from seci_sim.calibrating.checking import FEWEST_CHECKED
from seci_sim.cli import answer_to
from seci_sim.cli.calibrate import LEAST_RUNS


def checked(runs: int) -> int:
    """How many runs are left to check with where all of them tell of the data."""
    return runs - round(LEARNED_FROM * runs) - round(COMPARED_WITH * runs)


def test_the_least_that_may_be_asked_for_is_the_least_that_can_be_learned_from() -> None:
    assert all(checked(runs) >= FEWEST_CHECKED for runs in range(LEAST_RUNS, LEAST_RUNS + 100))
    assert all(checked(runs) < FEWEST_CHECKED for runs in range(LEAST_RUNS - 10))


@pytest.mark.usefixtures("empty_folder")
@pytest.mark.parametrize("what", [["--plan"], ["--indicators", "kpi.csv"]])
def test_fewer_are_refused_before_anything_is_run(
    what: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to(["calibrate", "one-percent", *what, "--runs", "2999"]) == 2
    assert re.search(r"--runs: .*allowed: 3000\.\.65536; got '?2999'?\n$", capsys.readouterr().err)
