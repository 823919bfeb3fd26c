"""The tables of the report: policies, settings that differ, and every measure with its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from seci_sim.declaring import PERIODS
from seci_sim.lab.comparison_table import (
    HALF_KNOW,
    MET,
    MIS_SERVED,
    SHARE_OF_PATIENTS,
    Comparison,
)
from seci_sim.lab.statistics import (
    HOURS_A_HEAD,
    ON_TREATMENT,
    PATIENT_HOURS_A_HEAD,
    STARTING,
    Estimate,
)
from seci_sim.money_words import in_currency, money_range
from seci_sim.parameters import MODELS, declarations
from seci_sim.scenario import Scenario, settings
from seci_sim.seci.measures import Measure
from seci_sim.words import (
    NOT_KNOWN,
    NOTHING,
    between,
    ends,
    lately,
    number,
    percent,
    signed,
    significant,
    with_interval,
    worlds_of_ten,
)


@dataclass(frozen=True)
class Cell:
    """A value, and below it in small print its range or its change."""

    value: str
    small: str = ""

    @property
    def lines(self) -> str:
        """Both, below each other."""
        return f"{self.value}\n{self.small}" if self.small else self.value


@dataclass(frozen=True)
class Table:
    """Headings, and rows that start with their own."""

    headings: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


Column = tuple[str, str, Callable[[Comparison, str], Cell]]
"""Heading, its small print, and what stands there for a policy."""


def policies(found: Comparison) -> Table:
    """What every policy led to, and its paired change from the policy that its question means.

    Policies that change who starts treatment have columns of their own.
    """
    if found.about_treatment:
        columns = _of_treatment(lately(found.horizon), _from(found))
    else:
        columns = _of_needs(lately(found.horizon), _from(found), alone=len(found.names) == 1)
        columns += _against_rivals(lately(found.horizon)) if found.against_rivals else []
    headings = (Cell("Policy"), *(Cell(heading, small) for heading, small, _ in columns))
    rows = [(Cell(name), *(fill(found, name) for *_, fill in columns)) for name in found.names]
    return Table(headings, tuple(rows))


def _from(found: Comparison) -> str:
    return "from the step before" if found.ladder and len(found.names) > 2 else "from the first"


def _against(found: Comparison, name: str) -> str:
    """The policy that a change is from."""
    return dict(found.steps())[name]


def _of_needs(late: str, whence: str, *, alone: bool) -> list[Column]:
    met: Column = ("Needs met", late, partial(_share, outcome=MET))
    wrong: Column = ("Needs mis-served", late, partial(_share_and_change, outcome=MIS_SERVED))
    hours: list[Column] = [
        ("Hours in the four modes", "a head and year", _hours),
        ("With patients", "a head and year", partial(_number, outcome=PATIENT_HOURS_A_HEAD)),
    ]
    know: Column = ("Weeks until half the staff know", "median run", _half_know)
    if alone:
        return [met, wrong, *hours, know, ("On treatment", "of eligible patients", _treated)]
    change: Column = (f"Change {whence}", "points", partial(_change, outcome=MET))
    better: Column = ("Better in", "runs, and worlds", partial(_better, outcome=MET))
    price: Column = ("Hours per point gained", "a head and year", _hours_per_point)
    return [met, change, better, wrong, *hours, price, know]


def _against_rivals(late: str) -> list[Column]:
    return [("Share of patients", late, partial(_share_and_change, outcome=SHARE_OF_PATIENTS))]


def _of_treatment(late: str, whence: str) -> list[Column]:
    return [
        ("Start treatment", "of eligible patients", partial(_share, outcome=STARTING)),
        ("Start and stay", "of eligible patients", partial(_share, outcome=ON_TREATMENT)),
        (f"Change {whence}", "points", partial(_change, outcome=ON_TREATMENT)),
        ("Better in", "runs, and worlds", partial(_better, outcome=ON_TREATMENT)),
        ("Subsidy", "money, whole run", _subsidy),
        ("Subsidy per patient more", f"on treatment, change {whence}", _subsidy_per_patient),
        ("Needs met", late, partial(_share_and_change, outcome=MET)),
        ("Needs mis-served", late, partial(_share_and_change, outcome=MIS_SERVED)),
        ("Hours", "a head and year in the modes", partial(_number, outcome=HOURS_A_HEAD)),
        ("Half the staff know", "week, median run", _half_know),
    ]


def _share(found: Comparison, name: str, outcome: str) -> Cell:
    level = found.level(name, outcome)
    return Cell(percent(level.mean), _range(level, 100))


def _change(found: Comparison, name: str, outcome: str) -> Cell:
    if name == found.first:
        return Cell(NOTHING)
    against = _against(found, name)
    change, doubt = found.change(name, outcome, against), found.doubt(name, outcome, against)
    no_interval = "most runs have no value" if change.dropped else "one run: no interval"
    small = f"luck {_range(change, 100)}" if change.interval else no_interval
    if doubt is not None:
        small += f"; luck and doubt {between(doubt.interval, 100)}"
    return Cell(signed(100 * change.mean), small)


def _better(found: Comparison, name: str, outcome: str) -> Cell:
    if name == found.first:
        return Cell(NOTHING)
    against = _against(found, name)
    change, doubt = found.change(name, outcome, against), found.doubt(name, outcome, against)
    apart = [f"{change.equal} equal"] * (change.equal > 0)
    apart += [f"{change.dropped} had no value"] * (change.dropped > 0)
    apart += [worlds_of_ten(doubt.holds)] if doubt is not None else []
    return Cell(f"{change.better} of {change.used}", ", ".join(apart))


def _share_and_change(found: Comparison, name: str, outcome: str) -> Cell:
    level = _share(found, name, outcome)
    if name == found.first:
        return level
    change = found.change(name, outcome, _against(found, name))
    if change.equal == change.used > 0:
        return Cell(level.value, "the same, run by run")
    return Cell(level.value, _with_sign(change, 100))


def _number(found: Comparison, name: str, outcome: str) -> Cell:
    return Cell(number(found.mean(name, outcome)))


def _hours(found: Comparison, name: str) -> Cell:
    more = (
        ""
        if name == found.first
        else _with_sign(found.change(name, HOURS_A_HEAD, _against(found, name)), 1)
    )
    return Cell(number(found.mean(name, HOURS_A_HEAD)), more)


def _hours_per_point(found: Comparison, name: str) -> Cell:
    if name == found.first:
        return Cell(NOTHING)
    price = found.hours_per_point(name, _against(found, name))
    if price is None:
        return Cell(NOTHING, "no gain told apart")
    if price.mean <= 0:
        return Cell(NOTHING, "gained without more hours")
    return Cell(
        significant(price.mean, 2), "" if price.interval is None else ends(price.interval, "", 2)
    )


def _half_know(found: Comparison, name: str) -> Cell:
    half = found.half_know(name)
    if half.reached == 0:
        return Cell("never")
    often = f"reached in {half.reached} of {half.runs} runs"
    if half.median is None:
        return Cell("not in most runs", often)
    return Cell(number(half.median, 0), often if half.reached < half.runs else "")


def _treated(found: Comparison, name: str) -> Cell:
    treated = _share(found, name, ON_TREATMENT)
    return treated if treated.value != NOT_KNOWN else Cell(NOTHING, "nobody eligible")


def _subsidy(found: Comparison, name: str) -> Cell:
    paid = in_currency(found.mean(name, "subsidy"), found.currency)
    change = (
        None
        if name == found.first
        else found.change(name, "subsidy", _against(found, name)).interval
    )
    return Cell(paid, "" if change is None else f"change {money_range(change)}")


def _subsidy_per_patient(found: Comparison, name: str) -> Cell:
    if name == found.first:
        return Cell(NOTHING)
    price = found.subsidy_per_patient(name, _against(found, name))
    if price is None or price.interval is None:
        return Cell(NOTHING, "no more patients told apart")
    if price.mean <= 0:
        return Cell(NOTHING, "for no more subsidy")
    return Cell(in_currency(price.mean, found.currency), money_range(price.interval))


def _range(found: Estimate, scale: float) -> str:
    return "" if found.interval is None else between(found.interval, scale)


def _with_sign(change: Estimate, scale: float) -> str:
    range_ = "" if change.interval is None else f" ({between(change.interval, scale)})"
    return f"{signed(scale * change.mean)}{range_}"


def differing_settings(scenarios: Sequence[Scenario]) -> Table:
    """The settings in which the scenarios differ; one alone is held against the defaults."""
    if len(scenarios) == 1:
        sections = MODELS[scenarios[0].model].sections
        defaults = scenarios[0].model_copy(
            update={name: section() for name, section in sections.items()} | {"timeline": ()}
        )
        shown, heads = [settings(defaults), settings(scenarios[0])], ["Default", scenarios[0].name]
    else:
        shown, heads = [settings(scenario) for scenario in scenarios], [s.name for s in scenarios]
    every = dict.fromkeys(key for one in shown for key in one)
    differing = [key for key in every if len({one.get(key) for one in shown}) > 1]
    return _settings_table(differing, shown, heads, scenarios[0].model)


def all_settings(scenarios: Sequence[Scenario]) -> Table:
    """Every setting of every scenario."""
    shown = [settings(scenario) for scenario in scenarios]
    every = list(dict.fromkeys(key for one in shown for key in one))
    return _settings_table(every, shown, [s.name for s in scenarios], scenarios[0].model)


def _settings_table(
    keys: Sequence[str], shown: Sequence[dict[str, str]], heads: Sequence[str], model: str
) -> Table:
    meanings = {declared.name: declared.meaning for declared in declarations(model)}
    # What a firm decides, and when, before what the world is like.
    in_order = sorted(keys, key=lambda key: not key.startswith(("policy.", "timeline.")))
    rows = tuple(
        (Cell(key, meanings.get(key, "")), *(Cell(one.get(key, NOTHING)) for one in shown))
        for key in in_order
    )
    return Table((Cell("Setting"), *(Cell(head) for head in heads)), rows)


def all_measures(found: Comparison, measures: Sequence[Measure]) -> Table:
    """Every measure: its mean over the runs, with its interval, under every policy."""
    half = Measure(HALF_KNOW, "weeks", "level",
                   "Weeks until half the staff hold a need rightly; runs that never get there are left out.")  # fmt: skip
    declared = [m for m in (*measures, half, PERIODS) if m.name in found.summary.columns]
    rows = tuple(
        (
            Cell(measure.name, f"{measure.meaning} Unit: {measure.unit}."),
            *(_measured(found, name, measure) for name in found.names),
        )
        for measure in declared
    )
    return Table((Cell("Measure"), *map(Cell, found.names)), rows)


def _measured(found: Comparison, name: str, measure: Measure) -> Cell:
    value, over_all = _level(found, name, measure.name, measure.unit), f"{measure.name}_horizon"
    if over_all not in found.summary.columns:
        return Cell(value)
    return Cell(value, f"whole run: {_level(found, name, over_all, measure.unit)}")


def _level(found: Comparison, name: str, outcome: str, unit: str) -> str:
    level = found.level(name, outcome)
    return with_interval(level.mean, level.interval, unit) if level.used else NOT_KNOWN
