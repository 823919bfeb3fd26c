"""Policies that are compared in worlds before data were told, and in those that the data leave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seci_sim.cli.options import CommandLineProblem

if TYPE_CHECKING:
    from seci_sim.lab.conduct import Conditions
    from seci_sim.lab.worlds import Asked
    from seci_sim.report.calibration import BeforeAfter
    from seci_sim.report.html import Told
    from seci_sim.scenario import Scenario

COMPARED = "policies"
"""Folder of these comparisons, each in a folder that is called after its design."""


def policies_of(name: str, firm: Scenario, given: Sequence[str]) -> list[Scenario]:
    """Read the policies; one alone is held against the firm itself.

    Raises
    ------
    InputProblem, FileProblem
        A policy cannot be read, or cannot be compared.
    CommandLineProblem
        Something else is open of them than of the firm, so that what is learnt of it says nothing of them.
    """
    from seci_sim.lab.worlds import doubted
    from seci_sim.scenario import preflight, read_scenario
    from seci_sim.scenario.problems import shown

    if not given:
        return []
    found = [
        read_scenario(name, [one]) if "=" in one else preflight.read_all([one])[0] for one in given
    ]
    compared = [firm, *found] if len(found) == 1 else found
    preflight.check_comparable(compared)
    open_, learnt = ({one.name for one in doubted(of)} for of in (compared, [firm]))
    if differing := sorted(open_ ^ learnt):
        which = (
            "is open there, and stated by"
            if differing[0] in open_
            else "is stated there, and open in"
        )
        raise CommandLineProblem(f"--policy: {differing[0]} {which} {shown(firm.name)}")
    return compared


def before_and_after(
    policies: Sequence[Scenario],
    drawn: Path,
    conditions: Conditions,
    *,
    silent: bool,
) -> BeforeAfter:
    """Compare policies in as many worlds from plausible ranges as usual, and in those of a table."""
    from seci_sim.lab.world_tables import read_worlds
    from seci_sim.lab.worlds import WORLDS, Plausible
    from seci_sim.report.calibration import BeforeAfter

    before, after = (
        _compared(policies, worlds, drawn.with_name(COMPARED), conditions, silent=silent)
        for worlds in (Plausible(WORLDS), read_worlds(drawn, policies))
    )
    return BeforeAfter(before, after)


def _compared(
    policies: Sequence[Scenario],
    worlds: Asked,
    folder: Path,
    conditions: Conditions,
    *,
    silent: bool,
) -> Told:
    """Compare them, unless that was done, and keep it as any comparison is kept."""
    from seci_sim.lab.comparing import comparison, over_worlds
    from seci_sim.lab.manifest import WORLDS
    from seci_sim.lab.progress_bar import carry_out

    compared = comparison(policies)
    doubts = over_worlds(compared, worlds)
    assert doubts is not None
    place = folder / doubts.fingerprint[:12]
    runs = [
        carry_out(one, where, conditions, again="the same command", silent=silent)
        for one, where in ((compared, place), (doubts, place / WORLDS))
    ]
    from seci_sim.report.saving import save

    told, _ = save(runs[0], place, worlds=runs[1], command=conditions.command)
    assert told is not None
    return told
