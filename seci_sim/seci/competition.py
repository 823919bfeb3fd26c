"""Firms that serve the same markets: patients move between them, and what is written leaks.

Each firm lives its own weeks, with staff and luck of its own, in one world. At the end of a week shares
of patients move, and documents of one firm reach libraries of others; nothing else passes between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from seci_sim.engine import luck
from seci_sim.parameters import Competition
from seci_sim.scenario import Scenario
from seci_sim.scenario.rivals import Rival, changes_of
from seci_sim.seci.knowledge import NOBODY, Array, Knowledge, mark_held
from seci_sim.seci.measures import OF_RIVALS, Measure, rival_outcomes
from seci_sim.seci.records import AT, COLUMN, SERVED, Records
from seci_sim.seci.terms import changed_policy

QUARTER = 13
"""Weeks over which patients look back."""

OF_EACH_RIVAL = [COLUMN[name] for name in OF_RIVALS]

rounded = np.vectorize(luck.rounded)


def settings_of(rival: Rival, scenario: Scenario) -> Scenario:
    """What a rival runs: this firm's scenario but for what is said of the rival.

    Needs drift and jump in this firm's run, whose truth the rival shares.
    """
    timeline = changes_of(rival.name, scenario.timeline)
    return scenario.model_copy(
        update={
            "policy": changed_policy(scenario.policy, rival.policy),
            "timeline": tuple(one.model_copy(update={"needs_jump": None}) for one in timeline),
            "world": scenario.world.model_copy(update={"drift": 0.0}),
            "rivals": (),
            "trial": None,
        }
    )


def seed_of(number: int, seed: int) -> int:
    """Seed of the luck of a rival's staff, by its number from 1: 0 to 2**63 - 1.

    Examples
    --------
    >>> seed_of(1, 7) == seed_of(1, 7), seed_of(1, 7) == seed_of(2, 7)
    (True, False)
    """
    high, low, _, _ = luck.four_chances(
        seed, luck.RIVAL, luck.BEFORE, number, luck.FIRST, luck.FIRST
    )
    return int(high * 2**31) * 2**32 + int(low * 2**32)


def moved_shares(shares: Array, values: Array, choice: float, switching: float) -> Array:
    """Let patients go where needs were met.

    ::

        chosen_f = exp(choice * value_f) / sum over firms of exp(choice * value)
        share_f += switching * (chosen_f - share_f)

    Parameters
    ----------
    shares : (firms, markets) float64
        Their sum over firms is 1, and stays so.
    values : (firms, markets) float64
        Needs met less needs mis-served, mean of the last quarter; NaN where nobody serves a market,
        whose shares stay.
    choice, switching : float
        See `seci_sim.parameters.Competition`.

    Returns
    -------
    (firms, markets) float64

    Notes
    -----
    Source: the form is the multinomial logit, McFadden (1974). That patients know of a quarter, and
    change by the same part each week: our assumption.

    Examples
    --------
    Of two firms one is ahead by ln(3) / 10, so that three in four patients would choose it; a tenth of
    the way is gone in a week:

    >>> ahead = np.array([[np.log(3) / 10], [0.0]])
    >>> moved_shares(np.array([[0.5], [0.5]]), ahead, 10.0, 0.1).round(3).tolist()
    [[0.525], [0.475]]
    """
    served = ~np.isnan(values).any(axis=0)
    ahead = np.where(served, values - values.max(axis=0), 0.0)
    odds = rounded(np.exp(choice * ahead))  # exp differs in its last bit
    moved = shares + switching * (odds / odds.sum(axis=0) - shares)
    return np.where(served, moved, shares)


class Leak(NamedTuple):
    """A document on its way to another firm."""

    week: int
    """At whose end it arrives."""
    firm: int
    """Place of the firm that it reaches."""
    market: int
    entries: Array


@dataclass(frozen=True)
class Competitor:
    """What the others see of a firm: what patients got from it, and its library."""

    seed: int
    records: Records
    knowledge: Knowledge

    def value(self) -> Array:
        """(markets + 1,) float64: needs met less needs mis-served of the last quarter, mean of its weeks.

        NaN where nobody serves a market now.
        """
        weeks = self.records.weeks
        served = self.records.rows[max(0, weeks - QUARTER) : weeks][..., list(SERVED)]
        net = served[..., 0] - served[..., 1]
        known = ~np.isnan(net)
        weeks_open = np.where(known[-1], known.sum(axis=0), np.nan)
        return np.asarray(np.where(known, net, 0.0).sum(axis=0) / weeks_open)

    def receive(self, leak: Leak) -> None:
        """A document of another firm stands in the library, as new as any; nobody here helped to write it."""
        library = self.knowledge.library
        library.lengthen("documents", 1)  # what there is room for is reserved for lessons
        library.entries[library.size] = leak.entries
        library.market[library.size] = leak.market
        library.week[library.size] = leak.week
        library.project[library.size] = NOBODY
        mark_held(library.held, leak.entries)
        library.size += 1


class Rivalry:
    """Shares of patients, and documents on their way, of firms that serve the same markets.

    Parameters
    ----------
    rules : Competition
        How patients choose, and how documents leak.
    firms : sequence of Competitor
        This firm, then its rivals in the order of the scenario.
    eligible : (markets,) int64
        Patients a week for whom treatment is right, of all firms together.
    seed : int
        Seed of the run, whose luck says which patient goes where.
    """

    def __init__(
        self, rules: Competition, firms: Sequence[Competitor], eligible: Array, seed: int
    ) -> None:
        self.rules = rules
        self.firms = tuple(firms)
        self.eligible = eligible
        self.seed = seed
        self.shares = np.full((len(firms), len(eligible)), 1 / len(firms))
        """(firms, markets) float64: shares of the coming week's patients."""
        self.come = self._patients(1)
        """(firms, markets) int64: how many of them come to each firm."""
        self.under_way: list[Leak] = []
        self._measured: list[Array] = []

    def _patients(self, week: int) -> Array:
        """(firms, markets) int64: how many of a week's patients come to each firm.

        Every patient goes to one firm: a larger share only adds patients to those that came anyway.
        """
        ends = rounded(self.shares.cumsum(axis=0))
        ends[-1] = 1.0
        come = np.empty(self.shares.shape, np.int64)
        for market, number in enumerate(self.eligible):
            drawn = luck.chances(number, self.seed, luck.GOING, week, market, luck.FIRST)
            chosen = np.searchsorted(ends[:, market], drawn, side="right")
            come[:, market] = np.bincount(chosen, minlength=len(self.firms))
        return come

    def end_week(self, week: int) -> None:
        """Once all firms have lived a week: measure it, let patients move, and documents leak."""
        values = np.array([firm.value() for firm in self.firms])
        self._measured.append(self._measure(values))
        rules = self.rules
        self.shares = moved_shares(self.shares, values[:, :-1], rules.choice, rules.switching)
        for firm in range(len(self.firms)):
            self.under_way += self._leaks_of(firm, week)
        for leak in self.under_way:
            if leak.week == week:
                self.firms[leak.firm].receive(leak)
        self.under_way = [leak for leak in self.under_way if leak.week > week]
        self.come = self._patients(week + 1)

    def _leaks_of(self, firm: int, week: int) -> Iterator[Leak]:
        """Lessons that a firm wrote in a week and that leak; what itself leaked leaks no further.

        Source: that what is codified moves between firms and what is tacit does not, Kogut and Zander
        (1992). One chance for each lesson and firm: our assumption.
        """
        known, seed = self.firms[firm].knowledge, self.firms[firm].seed
        library, projects = known.library, known.projects
        for document in range(library.size):
            project = library.project[document]
            if project == NOBODY or library.week[document] != week:
                continue
            market = int(projects.market[project])
            address = seed, projects.week_said[project], market, projects.ordinal[project]
            for other in range(len(self.firms)):
                if other != firm and luck.chance_of(address, luck.LEAK, other) < self.rules.leak:
                    arrives = week + self.rules.leak_weeks
                    yield Leak(arrives, other, market, library.entries[document].copy())

    # What is measured ----------------------------------------------------------------------------

    def _measure(self, values: Array) -> Array:
        """(markets + 1, columns) float64 of a week; see `seci_sim.seci.measures.rival_measures`."""
        week = [firm.records.rows[firm.records.weeks - 1] for firm in self.firms]
        opened = ~np.isnan(week[0][:-1, AT.needs_met])
        shares = np.full((len(self.firms), len(opened) + 1), np.nan)
        shares[:, :-1][:, opened] = self.shares[:, opened]
        if opened.any():
            shares[:, -1] = self.shares[:, opened].mean(axis=1)
        library = self.firms[0].knowledge.library
        foreign = library.market[: library.size][self._from_rivals()]
        about = np.bincount(foreign, minlength=len(opened)).astype(float)
        about[~opened] = np.nan
        columns = [shares[0], values[0] - values[1:].max(axis=0), np.append(about, foreign.size)]
        for rival in range(1, len(self.firms)):
            columns += [shares[rival], *week[rival][:, OF_EACH_RIVAL].T]
        return np.stack(columns, axis=1)

    def _from_rivals(self) -> Array:
        """(documents,) bool: which documents of this firm's library came from rivals."""
        library = self.firms[0].knowledge.library
        here = slice(0, library.size)
        return np.asarray((library.project[here] == NOBODY) & (library.market[here] != NOBODY))

    def table(self) -> Array:
        """(weeks, markets + 1, columns) float64: all that was measured."""
        places = len(self.eligible) + 1
        return np.array(self._measured).reshape(len(self._measured), places, -1)


# What a run comes to -------------------------------------------------------------------------------


def outcomes(whole: Array, measures: Sequence[Measure], settings: Scenario) -> dict[str, float]:
    """What a run of a firm with rivals comes to besides; nothing for one without.

    Parameters
    ----------
    whole : (weeks, columns) float64
        The rows of the whole.
    measures : sequence of Measure
        Its columns.
    settings : Scenario
        What was run.
    """
    if not settings.rivals:
        return {}
    column = {measure.name: whole[:, place] for place, measure in enumerate(measures)}
    half_life, lasts = half_life_of(column["advantage"])
    jump = next((one.week for one in settings.timeline if one.needs_jump is not None), None)
    before_and_after = ["", *(f"_{name}" for name in settings.rival_names)]
    answers = [
        weeks_to_answer(column[f"{of}needs_met{who}"] - column[f"{of}needs_mis_served{who}"], jump)
        for who in before_and_after
        for of in ("rival_" if who else "",)
    ]
    names = [measure.name for measure in rival_outcomes(settings.rival_names)]
    return dict(zip(names, [half_life, lasts, *answers], strict=True))


def half_life_of(advantage: Array) -> tuple[float, float]:
    """Weeks from the greatest advantage until half of it is lost, and whether it lasts, 1 or 0.

    NaN weeks where it lasts until the run ends; NaN both where there never was an advantage.

    Examples
    --------
    >>> half_life_of(np.array([0.0, 0.1, 0.2, 0.15, 0.1, 0.0])), half_life_of(np.array([0.1, 0.2]))
    ((2.0, 0.0), (nan, 1.0))
    """
    known = np.nan_to_num(advantage, nan=0.0)
    peak = int(known.argmax())
    if known[peak] <= 0:
        return np.nan, np.nan
    lost = np.flatnonzero(known[peak:] <= known[peak] / 2)
    return (float(lost[0]), 0.0) if lost.size else (np.nan, 1.0)


def weeks_to_answer(value: Array, jump: int | None) -> float:
    """Weeks from a jump of needs until half of what it cost is made good.

    Parameters
    ----------
    value : (weeks,) float64
        Needs met less needs mis-served.
    jump : int or None
        The week at whose start needs jump.

    Returns
    -------
    float
        NaN where nothing jumps or it costs nothing, or where it is never made good.

    Examples
    --------
    >>> weeks_to_answer(np.array([0.5, 0.5, 0.25, 0.3, 0.375, 0.4]), 3)
    2.0
    """
    if jump is None or not 2 <= jump <= len(value) or not value[jump - 1] < value[jump - 2]:
        return np.nan
    half = (value[jump - 2] + value[jump - 1]) / 2
    answered = np.flatnonzero(value[jump - 1 :] >= half)
    return float(answered[0]) if answered.size else np.nan
