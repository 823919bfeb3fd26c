"""What a policy costs in money more than another, and what one gets for it, a year.

Hours cost what their place says: those of staff who serve a market, and those of headquarters. To
them come subsidies: the price of treatment that patients do not pay. What is gained is needs met in
the last year or, where policies differ in who is on treatment, patients on treatment.

Everything is a function of tables of runs. Without `money` in a scenario there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seci_sim.lab import statistics
from seci_sim.lab.access import with_patients
from seci_sim.lab.comparison_table import MET, MIS_SERVED, Comparison
from seci_sim.lab.doubt import Doubt, changes, doubt_of, prices, without_luck
from seci_sim.lab.hours_by_place import column_of
from seci_sim.lab.statistics import ON_TREATMENT, Difference, Estimate, separated
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.scenario import Scenario
from seci_sim.scenario.counting import money_of
from seci_sim.scenario.money import Money, rates

COST, HOURS, SUBSIDIES = "cost_a_year", "cost_of_hours_a_year", "subsidies_a_year"
PATIENTS, NET_PATIENTS, WORTH = "patients_a_year", "net_patients_a_year", "worth_less_cost_a_year"
"""Columns that `in_money` adds."""


@dataclass(frozen=True)
class Amount:
    """Money, or patients, a year."""

    found: Estimate
    """By luck alone, at the file's own values."""
    doubt: Doubt | None
    """By luck and doubt; None without worlds."""


@dataclass(frozen=True)
class Price:
    """Money for one more of something."""

    found: Estimate
    """By luck alone, at the file's own values, with Fieller's interval."""
    doubt: tuple[float, float] | None
    """In nine worlds of ten, of those with a gain; None without worlds."""


@dataclass(frozen=True)
class Costs:
    """What one policy costs more than another, and what for."""

    policy: str
    against: str
    money: Money
    outcome: str
    """What is gained: ``needs_met`` or ``share_on_treatment``."""
    cost: Amount
    """Of hours and subsidies."""
    hours: Amount
    subsidies: Amount | None
    """None where no run has any."""
    per_point: Price | None
    """For a percentage point of the outcome; None where luck tells no gain, or it costs no more."""
    patients: Amount | None
    """More patients whose needs are met, or who are on treatment; None where no number is given."""
    per_patient: Price | None
    break_even: Price | None
    """What a patient has to be worth in a year for the policy to pay, needs mis-served taken off as
    they are weighed."""
    surplus: Amount | None
    """What these patients are worth less what they cost; None where no worth is given. Its doubt says
    in how many worlds the policy pays."""
    within_budget: float | None
    """Share of worlds, or without worlds of pairs of runs, in which it costs no more than the budget."""


def in_money(
    runs: pd.DataFrame,
    money: Money,
    scenarios: Sequence[Scenario],
    *,
    of_treatment: bool = False,
    weight: float = 0.0,
) -> pd.DataFrame:
    """Runs with what they cost and what came of it, a year.

    Parameters
    ----------
    runs : DataFrame
        A row a run: ``scenario`` and its outcomes over the whole run.
    money : Money
        Costs, worth and number of patients.
    scenarios : sequence of Scenario
        All that stand in the table.
    of_treatment : bool
        Whether patients count who are on treatment, instead of those whose needs are met.
    weight : float
        What one mis-served need counts, in needs met.

    Returns
    -------
    DataFrame
        The same with the columns `COST`, `HOURS`, `SUBSIDIES` and, as far as `money` says what they
        need, `PATIENTS`, `NET_PATIENTS` and `WORTH`.
    """
    hours = pd.Series(np.nan, runs.index)
    years = pd.Series(np.nan, runs.index)
    for scenario in scenarios:
        mine = runs[runs["scenario"] == scenario.name]
        hourly = rates(money, scenario.units)
        paid = sum(rate * mine[column_of(place)] for place, rate in hourly.items())
        hours[mine.index], years[mine.index] = paid, scenario.horizon / WEEKS_A_YEAR
    added = {HOURS: hours / years, SUBSIDIES: runs["subsidy"] / years}
    added[COST] = added[HOURS] + added[SUBSIDIES]
    if of_treatment:
        added[PATIENTS] = added[NET_PATIENTS] = with_patients(runs)["adherent"] / years
    elif money.patients is not None:
        added[PATIENTS] = money.patients * runs[MET]
        added[NET_PATIENTS] = added[PATIENTS] - weight * money.patients * runs[MIS_SERVED]
    if money.worth is not None and NET_PATIENTS in added:
        added[WORTH] = money.worth * added[NET_PATIENTS] - added[COST]
    return runs.assign(**added)


def costs(compared: Comparison, scenarios: Sequence[Scenario], policy: str) -> Costs | None:
    """What a policy costs more than the one that its question means; None without money.

    Parameters
    ----------
    compared : Comparison
        Whose `steps` say what it is held against.
    scenarios : sequence of Scenario
        What was compared.
    policy : str
        Any but the first.
    """
    money = money_of(scenarios)
    if money is None:
        return None
    of_treatment, weight = compared.about_treatment, compared.mis_served_weight

    def counted(runs: pd.DataFrame) -> pd.DataFrame:
        return in_money(runs, money, scenarios, of_treatment=of_treatment, weight=weight)

    own, worlds = counted(compared.summary), compared.worlds
    held = _Held(
        own,
        None if worlds is None else counted(worlds.runs),
        policy,
        dict(compared.steps())[policy],
    )
    outcome = ON_TREATMENT if of_treatment else MET
    paid, counts = bool((own["subsidy"] != 0).any()), PATIENTS in own
    return Costs(
        policy,
        held.against,
        money,
        outcome,
        cost=held.amount(COST, lower_is_better=True),
        hours=held.amount(HOURS, lower_is_better=True),
        subsidies=held.amount(SUBSIDIES, lower_is_better=True) if paid else None,
        per_point=held.price(outcome, 100),
        patients=held.amount(PATIENTS) if counts else None,
        per_patient=held.price(PATIENTS) if counts else None,
        break_even=held.price(NET_PATIENTS) if counts else None,
        surplus=held.amount(WORTH) if WORTH in own else None,
        within_budget=None if money.budget is None else held.share_within(COST, money.budget),
    )


def spent(compared: Comparison, scenarios: Sequence[Scenario], policy: str) -> Amount | None:
    """What a policy costs in hours of the four modes and subsidies, a year; None without money."""
    money = money_of(scenarios)
    if money is None:
        return None
    own, doubt = in_money(compared.summary, money, scenarios), None
    if compared.worlds is not None:
        worlds = in_money(compared.worlds.runs, money, scenarios)
        doubt = doubt_of(changes(worlds, COST, policy))
    return Amount(statistics.level(own, policy, COST), doubt)


@dataclass(frozen=True)
class _Held:
    """One policy held against another, in both tables."""

    own: pd.DataFrame
    worlds: pd.DataFrame | None
    policy: str
    against: str

    def difference(self, column: str, *, lower_is_better: bool = False) -> Difference:
        return statistics.difference(
            self.own, self.policy, self.against, column, lower_is_better=lower_is_better
        )

    def amount(self, column: str, *, lower_is_better: bool = False) -> Amount:
        found = self.difference(column, lower_is_better=lower_is_better)
        doubt = None
        if self.worlds is not None:
            doubt = doubt_of(changes(self.worlds, column, self.policy, self.against))
        return Amount(found, doubt)

    def price(self, gained: str, times: float = 1) -> Price | None:
        """Cost for one more of something; None where luck tells no gain, or it costs no more."""
        gain, cost = self.difference(gained), self.difference(COST)
        if not (separated(gain) and gain.mean > 0 and cost.mean > 0):
            return None
        (more, before), (paid, paid_before) = (
            statistics.matched(self.own, self.policy, self.against, column)
            for column in (gained, COST)
        )
        found = statistics.ratio_of_means(
            paid - paid_before, times * (more - before), comparisons=gain.comparisons
        )
        return None if found is None else Price(found, self._over_worlds(gained, times))

    def _over_worlds(self, gained: str, times: float) -> tuple[float, float] | None:
        if self.worlds is None:
            return None
        paid = changes(self.worlds, COST, self.policy, self.against)
        return prices(paid, times * changes(self.worlds, gained, self.policy, self.against))

    def share_within(self, column: str, most: float) -> float:
        """Share of worlds, or of pairs of runs, in which a difference is no more than a limit."""
        if self.worlds is not None:
            found = without_luck(changes(self.worlds, column, self.policy, self.against))
            return float((found <= most).mean())
        now, before = statistics.matched(self.own, self.policy, self.against, column)
        return float((now - before <= most).mean())
