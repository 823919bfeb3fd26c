"""A trial inside the firm, reported as trials are: who was in it, outcomes by arm, and how sure one is.

After CONSORT 2010 (Schulz et al.), and its extension to cluster randomised trials: who was eligible, how
luck assigned them, who left, who was analysed, and each outcome by arm with its difference and interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from seci_sim.lab.run import Results
from seci_sim.lab.statistics import Estimate
from seci_sim.lab.trial_measures import BEFORE
from seci_sim.lab.trial_table import FLOW, Found, Row, Told, trials_of
from seci_sim.parameters import Policy
from seci_sim.report.policy_table import Cell, Table
from seci_sim.scenario.levers import in_flat_words
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.trial import ARMS
from seci_sim.words import (
    NOTHING,
    between,
    counted,
    listed,
    number,
    percent,
    signed,
)

CALLED = {
    "needs_met": "Needs met by own service",
    "skill": "Skill",
    "knowing": "Needs known rightly",
    "alignment": "Alignment",
    "hours": "Hours in the four modes",
}

SPILLS_OVER = (
    "Arms work side by side: what a treated person learns reaches others where they meet, and hours of a "
    "meeting are those of both. The difference between arms is what such a trial would find, not what the "
    "policy would do if all had it; for that, compare share: 100% with share: 0%."
)


@dataclass(frozen=True)
class TrialReport:
    """What is said and shown of one trial."""

    heading: str
    how: list[str]
    """What was tried, on whom and when, and what it does not say."""
    answers: list[str]
    """The last of each outcome, which the tables have, too."""
    flow: Table
    outcomes: Table


def reports(results: Results) -> list[TrialReport]:
    """The reports of all trials in some results."""
    several = len(results.scenarios) > 1
    horizon = results.scenarios[0].horizon
    return [
        TrialReport(
            heading=f"The trial: {found.trial.name}" + f" ({found.scenario})" * several,
            how=_how(found, horizon),
            answers=_answers(found),
            flow=_flow(found),
            outcomes=_outcomes(found),
        )
        for found in trials_of(results.scenarios, results.summary)
    ]


def _how(found: Found, horizon: int) -> list[str]:
    """What the treated arm got, when, and among whom luck drew."""
    trial = found.trial
    fields = Policy.model_fields
    other = [
        f"{name} {words}"
        for name, value in trial.policy.items()
        for _, words in in_flat_words(name, value, fields[name])
    ]
    weeks = trial.weeks(horizon)
    return [
        f"Luck gave {listed(other)} to {in_words(trial.share, 'share')} of the eligible {trial.among}, in "
        f"weeks {trial.first} to {trial.last}; all else was the firm's policy. Eligible were "
        f"{number(found.eligible.mean, 0)} people: whoever serves a market and was there in week "
        f"{trial.first}. People were measured in weeks {weeks.start} to "
        f"{weeks.stop - 1}, and counted in the arm in which they began, whatever became of them.",
        *([] if found.one_arm else [SPILLS_OVER]),
    ]


def _answers(found: Found) -> list[str]:
    """Each outcome at the end of what was measured, in a sentence."""
    if found.one_arm:
        return [
            f"The {found.one_arm} arm is the only one, so that nothing is told of a difference."
        ]
    last = found.rows[-1].period
    return [_answer(found, row) for row in found.rows if row.period == last]


def _answer(found: Found, row: Row) -> str:
    change, control, treated = row.did.over_runs, *(row.arms[arm] for arm in ARMS)
    name = CALLED[row.outcome]
    less = "difference between the arms, less that before"
    interval = (
        "; one run has no interval"
        if change.interval is None
        else f" ({_range(change, row.unit)} over runs)"
    )
    sure = (
        ""
        if math.isnan(row.did.one_trial)
        else f" One such trial alone is sure of it to ±{_plain(row.did.one_trial, row.unit)}; "
        f"{row.did.found} of {counted(found.runs, 'trial')} told it from nothing."
    )
    return (
        f"{name}, {row.period} the trial: {_level(treated, row.unit)} treated, {_level(control, row.unit)} "
        f"control; {less}: {_signed(change.mean, row.unit)}{interval}.{sure}"
    )


def _flow(found: Found) -> Table:
    """Who was eligible, assigned, left and was analysed, arm by arm."""
    of_people = found.trial.among == "people"
    headings = ["Arm", *([] if of_people else [found.trial.among.capitalize(), "People in each"]),
                "People assigned", "Left before its end", "Analysed to the end"]  # fmt: skip
    rows = []
    for arm in ARMS:
        clusters, people, left, analysed = (found.flow[arm][name].mean for name in FLOW)
        size = people / clusters if clusters else float("nan")
        counts = [people, left, analysed] if of_people else [clusters, size, people, left, analysed]
        rows.append((Cell(arm.capitalize()), *(Cell(number(count)) for count in counts)))
    return Table(tuple(map(Cell, headings)), tuple(rows))


def _outcomes(found: Found) -> Table:
    """Each outcome by arm before, during and after, with its differences."""
    headings = (
        Cell("Outcome"),
        *(Cell(arm.capitalize(), BEFORE) for arm in ARMS),
        *(Cell(arm.capitalize(), "then") for arm in ARMS),
        Cell("Difference", "over runs"),
        Cell("Difference-in-differences", "over runs"),
        Cell("One trial alone", "sure to"),
        Cell("Found in", "trials"),
    )
    return Table(headings, tuple(_row(found, row) for row in found.rows))


def _row(found: Found, row: Row) -> tuple[Cell, ...]:
    unit = row.unit
    return (
        Cell(CALLED[row.outcome], f"{row.period}, weeks {row.weeks.start} to {row.weeks.stop - 1}"),
        *(Cell(_level(row.before[arm], unit)) for arm in ARMS),
        *(Cell(_level(row.arms[arm], unit)) for arm in ARMS),
        *(_change(told, unit) for told in (row.difference, row.did)),
        Cell(NOTHING if math.isnan(row.did.one_trial) else f"±{_plain(row.did.one_trial, unit)}"),
        Cell(f"{row.did.found} of {found.runs}"),
    )


def _change(told: Told, unit: str) -> Cell:
    found = told.over_runs
    if not found.used:
        return Cell(NOTHING)
    return Cell(_signed(found.mean, unit), "" if found.interval is None else _range(found, unit))


# Numbers in their units: a trial's differences are often small ------------------------------------


def _level(found: Estimate, unit: str) -> str:
    return percent(found.mean, 2) if unit == "share" else number(found.mean, _decimals(unit))


def _signed(value: float, unit: str) -> str:
    if unit == "share":
        return f"{signed(100 * value, 2)} points"
    return signed(value, _decimals(unit))


def _plain(value: float, unit: str) -> str:
    return f"{number(100 * value, 2)} points" if unit == "share" else number(value, _decimals(unit))


def _range(found: Estimate, unit: str) -> str:
    assert found.interval is not None
    scale = 100 if unit == "share" else 1
    return between(found.interval, scale, _decimals(unit))


def _decimals(unit: str) -> int:
    return 3 if unit == "conviction" else 2


# At a terminal, and for programs ------------------------------------------------------------------


def in_lines(told: list[TrialReport]) -> str:
    """What a terminal says of trials; nothing without any."""
    lines = (
        line for one in told for line in (one.heading, *one.how[:1], *one.answers, *one.how[1:])
    )
    return "".join(f"{line}\n" for line in lines)


def document(results: Results) -> list[dict[str, Any]]:
    """The same numbers in full, ready for JSON but for what is not finite."""
    return [
        {
            "scenario": found.scenario,
            "trial": found.trial.model_dump(mode="json"),
            "runs": found.runs,
            "eligible": found.eligible.mean,
            "arms": {
                arm: {name: level.mean for name, level in numbers.items()}
                for arm, numbers in found.flow.items()
            },
            "outcomes": [_outcome(row) for row in found.rows],
        }
        for found in trials_of(results.scenarios, results.summary)
    ]


def _outcome(row: Row) -> dict[str, Any]:
    return {
        "outcome": row.outcome,
        "unit": row.unit,
        "period": row.period,
        "weeks": [row.weeks.start, row.weeks.stop - 1],
        "before": {arm: level.mean for arm, level in row.before.items()},
        "arms": {arm: level.mean for arm, level in row.arms.items()},
    } | {
        name: {
            "mean": told.over_runs.mean,
            "interval_over_runs": told.over_runs.interval,
            "runs": told.over_runs.used,
            "margin_of_one_trial": told.one_trial,
            "trials_that_find_it": told.found,
        }
        for name, told in (("difference", row.difference), ("difference_in_differences", row.did))
    }
