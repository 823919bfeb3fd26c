"""A table of worlds with every doubted parameter, in which one column of many is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from seci_sim.lab.world_tables import read_worlds
from seci_sim.lab.worlds import doubted
from seci_sim.scenario import InputProblem, read_scenario

FIRM = read_scenario("one-percent")
FACTORS = doubted([FIRM])
NAMES = [factor.name for factor in FACTORS]


def refused(tmp_path: Path, names: list[str]) -> list[str]:
    """What is said of a table with these columns and two worlds of numbers that any column may have."""
    file = tmp_path / "worlds.csv"
    low, high = ([str(getattr(one, end)) for one in FACTORS] for end in ("low", "high"))
    rows = [names, *(row + ["1"] * (len(names) - len(row)) for row in (low, high))]
    file.write_text("".join(f"{','.join(row)}\n" for row in rows))
    with pytest.raises(InputProblem) as told:
        read_worlds(file, [FIRM])
    return [line.removeprefix(f"{file}:1: ") for line in told.value.lines]


@pytest.mark.parametrize(
    ("last", "what"),
    [
        (NAMES[0], f"column '{NAMES[0]}': is given twice"),
        ("policy.patient_time", "column 'policy.patient_time': is a lever, which somebody decides; give it in scenarios"),
        ("world.drifd", "column 'world.drifd': no parameter is called so; did you mean \"world.drift\"?"),
    ],
)  # fmt: skip
def test_the_last_of_many_columns_is_looked_at_as_the_first_is(
    last: str, what: str, tmp_path: Path
) -> None:
    assert len(NAMES) > 60
    assert refused(tmp_path, [*NAMES, last]) == [what]


def test_of_many_wrong_columns_no_more_are_said_than_anybody_reads(tmp_path: Path) -> None:
    assert len(refused(tmp_path, [*NAMES, *(f"nothing.{n}" for n in range(5000))])) == 20
