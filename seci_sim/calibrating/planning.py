"""What data would tell before anybody asks for them: each kind is tried on firms whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from seci_sim.calibrating.bank import Bank
from seci_sim.calibrating.calibration import Learned, learn
from seci_sim.calibrating.observed import Item, fact
from seci_sim.calibrating.posterior import spread_of
from seci_sim.scenario import InputProblem, Scenario, with_levers
from seci_sim.scenario.units import Change
from seci_sim.words import setting, spoken

if TYPE_CHECKING:
    import pandas as pd

    from seci_sim.seci.knowledge import Array

ONE_POINT = 0.01
"""Of patient time: what the decisions are about."""
MORE_MEETINGS = 2.0
"""Hours a week of meetings of colleagues that the deliberate change adds, from the middle of the scenario on."""
SETTLED = 0.9
"""Share of a decision's posterior that has to lie on one side."""
FACTS = {"needs_met": (0.35, 0.45), "weeks_to_routine": (20.0, 40.0)}
"""Facts whose widths are tried; how wide they are counts, not where they lie."""
SHOWN = 8
"""Parameters that are shown of each kind of data."""
MOST_DRAWN = 16
"""Parameters that a picture shows of all kinds."""


def options_of(firm: Scenario) -> dict[str, Scenario]:
    """Decisions about patient time: the firm without it, and with one point more.

    Nothing where the scenario changes patient time by itself.

    Examples
    --------
    >>> from seci_sim.scenario import read_scenario
    >>> list(options_of(read_scenario("one-percent")))
    ['0% of patient time', '2% of patient time']
    """
    if any("patient_time" in change.policy for change in firm.timeline):
        return {}
    now = firm.policy.patient_time
    shares = [share for share in (0.0, now + ONE_POINT) if share != now and share <= 1]
    return {
        f"{setting(share, 'share')} of patient time": with_levers(
            firm, policy__patient_time=round(share, 9)
        )
        for share in shares
    }


def changed(firm: Scenario) -> Scenario:
    """The firm with one deliberate change: colleagues meet for longer from the middle of the scenario on.

    Raises
    ------
    InputProblem
        They meet for as long as can be already.
    """
    hours = firm.policy.mentoring_hours + MORE_MEETINGS
    change = Change(week=firm.horizon // 2 + 1, policy={"mentoring_hours": hours})
    try:
        return Scenario.model_validate(
            {name: getattr(firm, name) for name in firm.model_fields_set}
            | {"timeline": (*firm.timeline, change)}
        )
    except ValueError:
        what = f"mentoring_hours cannot rise by {MORE_MEETINGS:g}"
        raise InputProblem([f"{firm.name}: {what}: a deliberate change is tried with it"]) from None


def kinds_of(quarters: int, markets: Sequence[str] = ()) -> dict[str, tuple[Item, ...]]:
    """Kinds of data that a firm with these markets could give of so many quarters."""
    facts = sum((fact(name, *ends).items for name, ends in FACTS.items()), ())
    indicators = tuple(
        Item("indicator", name, quarter)
        for name in ("needs_met", "needs_mis_served")
        for quarter in range(1, quarters + 1)
    )

    def survey(*units: str) -> tuple[Item, ...]:
        every = product(("knowing", "skill", "reading"), range(1, quarters // 4 + 1), units)
        return tuple(Item("score", name, year, market=unit) for name, year, unit in every)

    found = {"two facts": facts, "two indicators by quarter": indicators}
    if len(markets) > 1 and quarters >= 4:
        found["a survey each year, unit by unit"] = survey(*markets)
    if quarters >= 8:  # scores of one year tell nothing
        found |= {"a survey each year": survey(""), "all three": facts + indicators + survey("")}
    return found


@dataclass(frozen=True)
class Decision:
    """A choice between the firm as it is and an option."""

    name: str
    gains: Array
    """(runs,) float64: what needs met gain in each world, one run of luck included."""

    @property
    def shares(self) -> Array:
        """(runs,) float64 in (0, 1): each world's place among all."""
        order = np.argsort(np.argsort(self.gains, kind="stable"), kind="stable")
        return np.asarray((order + 0.5) / len(order))

    @property
    def worse(self) -> float:
        """Share of worlds in which nothing is gained."""
        return float((self.gains <= 0).mean())


@dataclass(frozen=True)
class Plan:
    """What each kind of data would tell."""

    table: pd.DataFrame
    """A row for each kind of data and parameter or decision."""
    kinds: tuple[str, ...]
    checked: int

    @property
    def left(self) -> pd.DataFrame:
        """The spread that is left, a row for each parameter and decision, a column for each kind of data."""
        return self.table.pivot(index="about", columns="data", values="left")[list(self.kinds)]

    @property
    def decisions(self) -> pd.DataFrame:
        """The rows about decisions."""
        return self.table[self.table["what"] == "decision"]


def plan(
    banks: Mapping[str, Bank], gains: Mapping[str, Array], tell: Callable[[str], None] | None = None
) -> Plan:
    """Try each kind of data.

    Parameters
    ----------
    banks : mapping
        Runs of the firm as it is, under ``""``; and with a deliberate change, under what it is called.
    gains : mapping of (runs,) float64
        By decision: what it gains in each world.
    tell : callable, optional
        Hears which kind is tried.

    Raises
    ------
    InputProblem
        Too few runs.
    """
    import pandas as pd

    decisions = [Decision(name, found) for name, found in gains.items()]
    rows: list[dict[str, object]] = []
    names: list[str] = []
    checked = 0
    for change, bank in banks.items():
        kinds = kinds_of(bank.quarters.shape[1], bank.markets)
        for name, items in list(kinds.items())[-1 if change else 0 :]:
            names.append(f"{name}, and {change}" if change else name)
            if tell:
                tell(names[-1])
            found = learn(bank, items, [one.shares for one in decisions])
            checked = found.checked
            rows += _rows(names[-1], bank, found, decisions)
    return Plan(pd.DataFrame(rows), tuple(names), checked)


def _rows(
    kind: str, bank: Bank, found: Learned, decisions: Sequence[Decision]
) -> Iterator[dict[str, object]]:
    gate = found.gate

    def row(place: int, about: str, what: str) -> dict[str, object]:
        return {
            "data": kind,
            "about": about,
            "what": what,
            "left": gate.left[place] if gate.learnt[place] else 1.0,
            "coverage": gate.coverage[place],
            "p_uniform": gate.uniform[place],
        }

    for place, factor in enumerate(bank.factors):
        yield row(place, factor.name, "parameter")
    for place, decision in enumerate(decisions, start=len(bank.factors)):
        before, after = _settled(decision, found, place)
        yield row(place, decision.name, "decision") | {
            "better_before": 1 - decision.worse,
            "settled_before": before,
            "settled_after": after if gate.learnt[place] else before,
        }


def _settled(decision: Decision, found: Learned, place: int) -> tuple[float, float]:
    """Shares of firms for which a decision is settled, without the data and with them."""

    def on_one_side(worse: float) -> bool:
        return max(worse, 1 - worse) >= SETTLED

    after = [
        on_one_side(
            spread_of(float(one), found.seen[:, place], found.shares[:, place]).below(
                decision.worse
            )
        )
        for one in found.checked_summaries[:, place]
    ]
    return float(on_one_side(decision.worse)), float(np.mean(after))


def best_told(found: Plan) -> list[str]:
    """Decisions, and then the parameters of which any kind of data tells something, the most first."""
    decisions = list(dict.fromkeys(found.decisions["about"]))
    best = found.left.drop(index=decisions).min(axis=1).sort_values(kind="stable")
    return [*decisions, *best[best < 1].index[:MOST_DRAWN]]


def said(found: Plan) -> str:
    """What a terminal shows."""
    lines = []
    for kind in found.kinds:
        rows = found.table[found.table["data"] == kind]
        lines.append(f"{kind[:1].upper()}{kind[1:]}:")
        parameters = rows[(rows["what"] == "parameter") & (rows["left"] < 1)]
        best = parameters.sort_values("left").head(SHOWN)
        told = [f"{spoken(str(r.about))} {r.left:.0%}" for r in best.itertuples()]
        more = len(parameters) - len(best)
        lines.append(
            f"  spread left of what nobody has measured: {', '.join(told) or 'all of it'}"
            + (f"; and {more} more" if more else "")
        )
        for row in rows[rows["what"] == "decision"].itertuples():
            lines.append(
                f"  {row.about}: spread left {row.left:.0%}; better in {row.better_before:.0%} of worlds before; "
                f"settled (nine in ten on one side) for {row.settled_after:.0%} of firms, "
                f"{row.settled_before:.0%} before"
            )
    lines.append(
        f"Tried on {found.checked} firms whose truth is known; a decision includes one run's luck."
    )
    return "\n".join(lines)
