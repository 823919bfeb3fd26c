"""The comparison of policies, worked out once: what each led to, and what it changed.

The page, the workbook, the slides, the terminal and the JSON file lay out this table and work nothing
out themselves. It is made of plain tables, whoever ran what stands in them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, TypeVar

import pandas as pd

from seci_sim.lab import access, statistics, weeks
from seci_sim.lab.doubt import Doubt, changes, doubt_of
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
    Difference,
    Estimate,
    Reached,
    separated,
)
from seci_sim.lab.statistics import MET as MET  # where their readers look for them
from seci_sim.lab.statistics import MIS_SERVED as MIS_SERVED
from seci_sim.lab.verdicts import Verdict, verdict
from seci_sim.lab.worlds import Worlds
from seci_sim.parameters import MODELS, declarations
from seci_sim.scenario import Scenario, settings
from seci_sim.seci.measures import MEASURES, WEEKS_UNTIL_HALF_KNOW

T = TypeVar("T")

HALF_KNOW = WEEKS_UNTIL_HALF_KNOW.name

HOURS_PER_POINT, SUBSIDY_PER_PATIENT = "hours_per_point", "subsidy_per_patient"
"""What a gain over the reference costs: ratios of two differences, which no single run has."""

NONE = Estimate(float("nan"), None, 0, 0)
"""What stands where a question does not arise, or has no answer."""


@dataclass(frozen=True)
class Outcome:
    """What is compared."""

    name: str
    called: str
    """Its name for a reader."""
    unit: str
    """``share``, or what else is counted."""
    statistic: Literal["mean", "median", "ratio"] = "mean"
    lower_is_better: bool = False


OUTCOMES = (
    Outcome(MET, "Needs met", "share"),
    Outcome(MIS_SERVED, "Needs mis-served", "share", lower_is_better=True),
    Outcome(HOURS_A_HEAD, "Hours in the four modes", "hours a head and year", lower_is_better=True),
    Outcome(PATIENT_HOURS_A_HEAD, "With patients", "hours a head and year", lower_is_better=True),
    Outcome(HOURS_PER_POINT, "Hours per percentage point gained", "hours a head and year", "ratio"),
    Outcome(HALF_KNOW, "Weeks until half the staff know, median run", "weeks", "median"),
    Outcome(STARTING, "Start treatment", "share"),
    Outcome(ON_TREATMENT, "On treatment", "share"),
    Outcome("subsidy", "Subsidy", "money", lower_is_better=True),
    Outcome(
        SUBSIDY_PER_PATIENT,
        "Subsidy per patient more on treatment than under the first",
        "money",
        "ratio",
    ),
)
"""Of the SECI organisation. A published model has its own measures."""

SHARE_OF_PATIENTS = "share_of_patients"

AGAINST_RIVALS = (
    Outcome(SHARE_OF_PATIENTS, "Share of patients", "share"),
    Outcome("advantage", "Lead over the best rival, needs met less mis-served", "net share"),
    Outcome("advantage_lasts", "Runs in which half of the greatest lead was never lost", "share"),
)
"""Beside them, where every policy has rivals."""


SHARES = {one.name for one in (*OUTCOMES, *AGAINST_RIVALS) if one.unit == "share"}
SHARES |= {one.name for one in MEASURES if one.unit == "share"}
"""Outcomes of which an interval stays within 0 and 1."""


@dataclass(frozen=True)
class Row:
    """One outcome under one policy."""

    policy: str
    outcome: Outcome
    level: Estimate
    """A median counts as ``dropped`` the runs that never got there."""
    change: Difference | None
    """Paired difference from the first policy; None for itself, and for what is no mean of runs."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Policies on the same luck; the first is the one that others are held against.

    Parameters
    ----------
    summary : DataFrame
        A row a run: ``scenario``, ``seed`` and the outcomes, with the columns that
        `seci_sim.lab.statistics.add_ratios` adds.
    names : tuple of str
        The policies.
    horizon : int
        Weeks of the longest run.
    worlds : Worlds, optional
        What the same policies led to in many worlds.
    yearly : DataFrame, optional
        Of the runs in ``summary``: ``scenario``, ``seed``, ``year`` (1, 2, ...) and that year's measures.
    weekly : DataFrame, optional
        ``scenario``, ``seed``, ``week`` and that week's measures of the whole firm.
    mis_served_weight : float
        What one mis-served need counts, in needs met.
    currency : str
        Of all money; empty where no scenario says one.
    ladder : bool
        Whether policies take one lever step by step, so that each is asked against the one before.

    Examples
    --------
    >>> runs = {"scenario": ["a", "a", "b", "b"], "seed": [1, 2, 1, 2], "needs_met": [0.1, 0.2, 0.3, 0.41]}
    >>> found = Comparison(pd.DataFrame(runs), ("a", "b"), 208, OUTCOMES[:1])
    >>> round(found.mean("b", "needs_met"), 3), round(found.change("b", "needs_met").mean, 3)
    (0.355, 0.205)
    >>> [(row.policy, row.change and row.change.better) for row in found.rows()]
    [('a', None), ('b', 2)]
    """

    summary: pd.DataFrame
    names: tuple[str, ...]
    horizon: int
    outcomes: tuple[Outcome, ...] = OUTCOMES
    worlds: Worlds | None = None
    yearly: pd.DataFrame | None = None
    weekly: pd.DataFrame | None = None
    mis_served_weight: float = 0.0
    currency: str = ""
    ladder: bool = False
    _found: dict[tuple[Hashable, ...], Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def first(self) -> str:
        """The policy that others are held against."""
        return self.names[0]

    def once(self, key: tuple[Hashable, ...], work_out: Callable[[], T]) -> T:
        """What belongs to a key, worked out the first time that somebody asks."""
        if key not in self._found:
            self._found[key] = work_out()
        found: T = self._found[key]
        return found

    def _of_runs(self, work_out: Callable[..., T], *arguments: str) -> T:
        """What a function makes of the runs."""
        return self.once((work_out, *arguments), lambda: work_out(self.summary, *arguments))

    def of(self, summary: pd.DataFrame) -> Comparison:
        """The same policies in another table of runs, such as one of a single market."""
        return Comparison(summary, self.names, self.horizon)

    def level(self, name: str, outcome: str) -> Estimate:
        """Mean of an outcome under a policy."""
        found = self._of_runs(statistics.level, name, outcome)
        own = any(one.name == outcome and one.unit == "share" for one in self.outcomes)
        return statistics.of_share(found) if own or outcome in SHARES else found

    def mean(self, name: str, outcome: str) -> float:
        """The same without its interval."""
        return self.level(name, outcome).mean

    def change(self, name: str, outcome: str, against: str = "") -> Difference:
        """Paired difference from another policy, by default the first."""
        return self._of_runs(statistics.difference, name, against or self.first, outcome)

    def hours_per_point(self, name: str, against: str = "") -> Estimate | None:
        """See `seci_sim.lab.statistics.hours_per_point`."""
        return self._of_runs(statistics.hours_per_point, name, against or self.first)

    def subsidy_per_patient(self, name: str, against: str = "") -> Estimate | None:
        """See `seci_sim.lab.access.subsidy_per_patient`."""
        return self._of_runs(access.subsidy_per_patient, name, against or self.first)

    def half_know(self, name: str) -> Reached:
        """When half of the staff know."""
        return self._of_runs(statistics.when_reached, name, HALF_KNOW)

    def contrast(self, outcome: str = MET) -> tuple[str, str]:
        """See `seci_sim.lab.statistics.contrast`."""
        return statistics.contrast(self.summary, self.names, outcome)

    @property
    def about_treatment(self) -> bool:
        """Whether the runs tell policies apart in who starts treatment, as prices or a launch do.

        Where policies have the same prices and launch at the same time, luck that is shared makes
        their patients start alike in every run; not so where patients choose between rivals.
        """
        return not self.against_rivals and any(
            separated(self.change(name, STARTING)) for name in self.names[1:]
        )

    @property
    def against_rivals(self) -> bool:
        """Whether every policy is that of a firm with rivals."""
        return AGAINST_RIVALS[0] in self.outcomes

    def steps(self) -> tuple[tuple[str, str], ...]:
        """Each policy but the first, and the one that its question means.

        On a ladder that is the one before it, whose step up is in question; else it is the first.
        """
        before = self.names if self.ladder else (self.first,) * len(self.names)
        return tuple(zip(self.names[1:], before, strict=False))

    def doubt(self, name: str, outcome: str, against: str = "") -> Doubt | None:
        """An outcome's difference from another policy, by default the first, over worlds.

        Of the first policy itself it is the level. None without worlds.
        """
        if self.worlds is None:
            return None
        runs, other = self.worlds.runs, against or ("" if name == self.first else self.first)
        key = (doubt_of, name, outcome, other)
        return self.once(key, lambda: doubt_of(changes(runs, outcome, name, other)))

    def verdict(self, name: str) -> Verdict:
        """A policy judged against the one that its question means; see `steps`."""
        return self.once(
            (verdict, name),
            lambda: verdict(
                self.summary,
                self.worlds,
                name,
                dict(self.steps())[name],
                outcome=ON_TREATMENT if self.about_treatment else MET,
                weight=self.mis_served_weight,
            ),
        )

    def verdicts(self) -> tuple[Verdict, ...]:
        """Every policy but the first, judged."""
        return tuple(self.verdict(name) for name in self.names[1:])

    def rows(self) -> Iterator[Row]:
        """All outcomes under all policies."""
        for name in self.names:
            for outcome in self.outcomes:
                change = None if name == self.first else self.change_of(outcome, name, self.first)
                yield Row(name, outcome, self._level_of(name, outcome), change)

    def _level_of(self, name: str, outcome: Outcome) -> Estimate:
        if outcome.statistic == "mean":
            return self.level(name, outcome.name)
        if outcome.statistic == "median":
            found = self.half_know(name)
            median = float("nan") if found.median is None else found.median
            return Estimate(median, None, found.reached, found.runs - found.reached)
        price = (
            self.hours_per_point if outcome.name == HOURS_PER_POINT else self.subsidy_per_patient
        )
        paid = None if name == self.first else price(name)
        return NONE if paid is None or paid.mean <= 0 else paid

    def change_of(self, outcome: Outcome, name: str, against: str) -> Difference | None:
        """Paired difference of an outcome from another policy; None of what is no mean of runs."""
        if outcome.statistic != "mean":
            return None
        return statistics.difference(
            self.summary, name, against, outcome.name, lower_is_better=outcome.lower_is_better
        )


def comparison(
    scenarios: Sequence[Scenario],
    summary: pd.DataFrame,
    *,
    worlds: Worlds | None = None,
    weekly: pd.DataFrame | None = None,
    mis_served_weight: float = 0.0,
    currency: str = "",
) -> Comparison:
    """Compare the runs of scenarios with those of the first.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Of one model; their names stand in the summary's column ``scenario``.
    summary : DataFrame
        A row a run.
    worlds : Worlds, optional
        The same scenarios in many worlds.
    weekly : DataFrame, optional
        A row a run and week, as of `seci_sim.lab.run.Results.weekly`; of markets nothing is used.
    mis_served_weight : float
        What one mis-served need counts, in needs met.
    currency : str
        Of all money; empty where no scenario says one.
    """
    names = tuple(scenario.name for scenario in scenarios)
    horizon = max(scenario.horizon for scenario in scenarios)
    model = MODELS[scenarios[0].model]
    if not model.measures:
        by_week = None if weekly is None else weeks.of_whole(weekly)
        return Comparison(
            statistics.add_ratios(summary),
            names,
            horizon,
            outcomes=OUTCOMES + AGAINST_RIVALS * all(one.rivals for one in scenarios),
            worlds=worlds,
            yearly=None if by_week is None else weeks.yearly(by_week),
            weekly=by_week,
            mis_served_weight=mis_served_weight,
            currency=currency,
            ladder=is_ladder(scenarios),
        )
    outcomes = model.outcomes.values()
    own = (Outcome(m.name, m.name.replace("_", " ").capitalize(), m.unit) for m in outcomes)
    return Comparison(summary, names, horizon, tuple(own))


def is_ladder(scenarios: Sequence[Scenario]) -> bool:
    """Whether scenarios differ in one number only, and it rises from each to the next.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> steps = [read_scenario(name) for name in ("no-patient-time", "one-percent", "two-percent")]
    >>> is_ladder(steps), is_ladder([steps[0], steps[2], steps[1]])
    (True, False)
    """
    flat = [settings(scenario) for scenario in scenarios]
    differing = {key for one in flat for key in one if len({other.get(key) for other in flat}) > 1}
    numbers = {declared.name for declared in declarations(scenarios[0].model) if declared.allowed}
    if len(differing) != 1 or not differing <= numbers:
        return False
    section, _, name = differing.pop().partition(".")
    values = [getattr(getattr(scenario, section), name) for scenario in scenarios]
    return all(low < high for low, high in pairwise(values))
