"""Whatever is typed behind the options of `run`, `compare` and `reach`: it is carried out, or refused in plain lines."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from answers import listing
from hypothesis import example, given
from hypothesis import strategies as st
from scenario_files import TINY

from seci_sim.cli import answer_to

NAMES = st.sampled_from(
    ["policy.patient_time", "patient_time", "policy", "units.Japan.staff", "units", "horizon", "name", "extends",
     "money.hour", "money.hour_of.Japan", "money.currency", "weigh.mis_served", "needs_met", "needs_mis_served",
     "hours_a_head_and_year", "policy.financial_agency", "world.needs", "timeline.5.staff_leave", ""]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(["2%", "0", "1", "-1", "nan", "inf", "1e400", "45%", "5%..0%", "0%..5%", "..", "yes", "{}", "[1]",
                     "20 hours", "1,5", "٣", "0x10", "'", "&a", "*a", "!!int 3", "2 %", ""]),
    st.text(max_size=12), st.floats().map(repr), st.integers().map(str),
)  # fmt: skip
TYPED = st.one_of(
    VALUES,
    st.builds("{}{}{}".format, NAMES, st.sampled_from(["=", "<=", " = ", "==", ">", ":"]), VALUES),
    st.builds("{} hours a head and year".format, VALUES),
)

COMMANDS: dict[str, Callable[[str], list[str]]] = {
    "worlds": lambda typed: ["run", "firm.yaml", f"--worlds={typed}"],
    "harm": lambda typed: ["run", "firm.yaml", f"--harm={typed}"],
    "set": lambda typed: ["compare", "firm.yaml", f"--set={typed}"],
    "target": lambda typed: ["reach", "--with=policy.patient_time", "--", typed, "firm.yaml"],
    "with": lambda typed: ["reach", "needs_met=45%", "firm.yaml", f"--with={typed}"],
    "within": lambda typed: ["reach", "needs_met=45%", "firm.yaml", "--with=policy.patient_time", f"--within={typed}"],
}  # fmt: skip


class Carried(Exception):
    """All that was typed had been read and checked."""

    exit_code = 77


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        Path("firm.yaml").write_text(TINY)
        yield Path(name)
        os.chdir(before)


@pytest.mark.parametrize(
    "option",
    [pytest.param(one, marks=[pytest.mark.slow] if one == "worlds" else []) for one in COMMANDS],
)
@given(typed=TYPED)
@example("policy.patient_time=2%")
@example("needs_met=450%")
@example("20 hour per head and year")
@example("\x1b[2J\u202e\n2")
def test_an_option_is_carried_out_or_refused_in_lines(
    folder: Path, option: str, typed: str
) -> None:
    words = COMMANDS[option](typed)
    before, said, errors = listing(folder), io.StringIO(), io.StringIO()
    with (
        patch("seci_sim.lab.progress_bar.carry_out", side_effect=Carried("checked")),
        redirect_stdout(said),
        redirect_stderr(errors),
    ):
        code = answer_to(words)
    assert code in (2, 3, 5, 77), errors.getvalue()
    assert said.getvalue() == ""
    *lines, last = errors.getvalue().split("\n")
    assert last == ""
    assert listing(folder) == before, "nothing is written"
    if code != 77:
        assert lines, "a line for each mistake"
        for line in lines:
            assert line.startswith("error: ")
            assert line.isprintable()
            assert len(line) <= 1007
