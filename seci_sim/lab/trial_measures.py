"""What a trial inside the firm is measured by: names, units and meanings of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seci_sim.declaring import Measure
from seci_sim.scenario.trial import ARMS, Trial

if TYPE_CHECKING:
    from seci_sim.scenario import Scenario

BEFORE, DURING, AFTER = PERIODS = ("before", "during", "after")

MEASURED = {
    "needs_met": ("share", "Needs that patients would have met if they were served by this person alone."),
    "skill": ("share", "Part of a right response that the person delivers, mean over needs with a routine."),
    "knowing": ("share", "Needs that the person holds rightly and is sure of."),
    "alignment": ("conviction", "Mean over needs of the person's tacit knowledge times truth, -1 to 1."),
    "hours": ("hours a week", "Hours of the person's week in the four modes."),
}  # fmt: skip
"""Unit and meaning of what is measured of a person, in the order of `seci_sim.seci.arms.measure`."""


def periods_of(trial: Trial, horizon: int) -> dict[str, range]:
    """The weeks before, during and after a trial in which people are measured."""
    weeks = trial.weeks(horizon)
    return {
        BEFORE: range(weeks.start, trial.first),
        DURING: range(trial.first, trial.last + 1),
        AFTER: range(trial.last + 1, weeks.stop),
    }


def trial_measures(scenario: Scenario) -> dict[str, Measure]:
    """What one run with a trial comes to, by the names of columns.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> trial_measures(read_scenario("baseline"))
    {}
    """
    if scenario.trial is None:
        return {}
    return {one.name: one for one in _declared(scenario.trial, scenario.horizon)}


def _declared(trial: Trial, horizon: int) -> Iterator[Measure]:
    def declared(name: str, unit: str, meaning: str) -> Measure:
        return Measure(f"trial_{name}", unit, "trial", f"{trial.name}: {meaning}")

    yield declared("eligible", "people", "people who were eligible.")
    for arm in ARMS:
        yield declared(f"clusters_{arm}", trial.among, f"{trial.among} drawn into the {arm} arm.")
        yield declared(f"people_{arm}", "people", f"people in the {arm} arm.")
        yield declared(f"left_{arm}", "people", f"of the {arm} arm, who left before its end.")
        yield declared(
            f"analysed_{arm}",
            "people",
            f"of the {arm} arm, who were there to the end of follow-up.",
        )
    there = [name for name, weeks in periods_of(trial, horizon).items() if weeks]
    for outcome in trial.outcomes:
        unit, what = MEASURED[outcome]
        for period in there:
            for arm in ARMS:
                meaning = f"{what.rstrip('.')}; mean of the {arm} arm, {period} the trial."
                yield declared(f"{outcome}_{period}_{arm}", unit, meaning)
        for period in (name for name in there if name != BEFORE):
            of = f"of {outcome} {period} the trial"
            half = "Half of the 95% interval that this run alone gives of the same"
            yield declared(f"{outcome}_{period}_difference", unit, f"treated less control, {of}.")
            yield declared(f"{outcome}_{period}_difference_margin", unit, f"{half} difference.")
            yield declared(
                f"{outcome}_{period}_did", unit, f"treated less control, {of} less before it."
            )
            yield declared(
                f"{outcome}_{period}_did_margin", unit, f"{half} difference-in-differences."
            )
