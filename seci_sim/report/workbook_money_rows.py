"""The rows that money is counted from: every run and every world of a policy less those of another.

Hours by place, subsidies and what is gained are numbers; what they cost and are worth are formulas over
them and over the cells that may be changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy.special import poch
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from seci_sim.lab.access import with_patients
from seci_sim.lab.doubt import Array, without_luck
from seci_sim.lab.hours_by_place import column_of
from seci_sim.lab.statistics import MET, MIS_SERVED, ON_TREATMENT
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.report.sheets import Formats, Formula, put, put_headings, put_row
from seci_sim.scenario import Scenario
from seci_sim.scenario.money import Money

MONEY, BY_RUN, BY_WORLD = "Money", "Money by run", "Money by world"
"""Names of the sheets."""

RATES, PATIENTS, WORTH, BUDGET, HARM = range(3, 8)
"""Rows of what may be changed; costs of an hour go across."""

AMOUNTS = {
    "cost": "Cost more a year", "hours": "      of it for hours", "subsidies": "      of it for subsidies",
    "gain": "Points gained", "patients": "Patients more", "surplus": "Their worth less their cost, a year",
}  # fmt: skip
PRICES = {
    "gain": "Cost of one point", "patients": "Cost of one patient more",
    "net": "What a patient must be worth a year for it to pay",
}  # fmt: skip
WITHOUT_LUCK = (
    "mean of runs",
    "its distance squared, less luck",
    "what luck moves it by",
    "luck taken out",
)

CALLED = AMOUNTS | {"net": "Patients more, less what mis-served ones count"}


@dataclass(frozen=True)
class Given:
    """What may be changed, and what follows from it."""

    money: Money
    places: dict[str, float]
    """Cost of an hour in every market, and of headquarters under the empty name."""
    of_treatment: bool
    weight: float

    @property
    def values(self) -> list[str]:
        """What every run says itself."""
        return [*self.places, "subsidies", "gain", "harm", *["treated"] * self.of_treatment]

    @property
    def series(self) -> list[str]:
        """What every run comes to."""
        counts = self.of_treatment or self.money.patients is not None
        pays = counts and self.money.worth is not None
        return ["hours", "cost", *["patients", "net"] * counts, *["surplus"] * pays]

    def formulas(self, row: int, first: int) -> dict[str, str]:
        """How a run's series follow from its values, the first of which stands in this cell."""
        names = [*self.values, *self.series]
        at = {name: xl_rowcol_to_cell(row, first + place) for place, name in enumerate(names)}
        hours = f"{at[next(iter(self.places))]}:{at[list(self.places)[-1]]}"
        patients, worth, harm = (cell_of(MONEY, line, 1) for line in (PATIENTS, WORTH, HARM))
        gain, wrong = at["gain"], at["harm"]
        every = {
            "hours": f"=SUMPRODUCT({MONEY}!{xl_range_abs(RATES, 1, RATES, len(self.places))},{hours})",
            "cost": f"={at['hours']}+{at['subsidies']}",
            "patients": f"={patients}*{gain}/100",
            "net": f"={patients}*({gain}-{harm}*{wrong})/100",
            "surplus": f"={worth}*{at.get('net')}-{at['cost']}",
        }
        if self.of_treatment:
            every["patients"] = every["net"] = f"={at['treated']}"
        return {name: every[name] for name in self.series}

    def come_to(self, runs: pd.DataFrame) -> pd.DataFrame:
        """The same, worked out."""
        hours = sum((rate * runs[place] for place, rate in self.places.items()), 0 * runs["gain"])
        found = runs.assign(hours=hours, cost=hours + runs["subsidies"])
        patients = (self.money.patients or 0) / 100
        found["patients"] = patients * runs["gain"]
        found["net"] = patients * (runs["gain"] - self.weight * runs["harm"])
        if self.of_treatment:
            found["patients"] = found["net"] = runs["treated"]
        return found.assign(surplus=(self.money.worth or 0) * found["net"] - found["cost"])


@dataclass(frozen=True)
class Kept:
    """Where the runs and the worlds of a verdict stand: ranges of cells, by what is in them."""

    runs: dict[str, str]
    worlds: dict[str, str]
    prices: dict[str, str]


def a_year(runs: pd.DataFrame, scenarios: Sequence[Scenario], given: Given) -> pd.DataFrame:
    """What every run says: hours by place, subsidies and patients a year, gain and harm in points."""
    years = runs["scenario"].map({one.name: one.horizon / WEEKS_A_YEAR for one in scenarios})
    nowhere = pd.Series(0.0, runs.index)
    hours = {place: runs.get(column_of(place), nowhere).fillna(0) / years for place in given.places}
    return pd.concat([runs.filter(["scenario", "seed", "world", "replication"]), pd.DataFrame(hours | {
        "subsidies": runs["subsidy"] / years,
        "gain": 100 * runs[ON_TREATMENT if given.of_treatment else MET],
        "harm": 100 * runs[MIS_SERVED],
        "treated": with_patients(runs)["adherent"] / years,
    })], axis=1)  # fmt: skip


def pairs_of(runs: pd.DataFrame, pair: tuple[str, str], keys: list[str]) -> pd.DataFrame:
    """One policy's runs less those of another, on the same luck."""
    ours, theirs = (
        runs[runs["scenario"] == name].set_index(keys).drop(columns="scenario") for name in pair
    )
    return (ours - theirs).sort_index()


def _titles(given: Given) -> list[str]:
    named = {"subsidies": "Subsidies", "gain": "Points gained", "harm": "Points more mis-served",
             "treated": "Patients more on treatment"}  # fmt: skip
    hours = [f"Hours more: {place or 'headquarters'}" for place in given.places]
    series = [CALLED[name].strip() for name in given.series]
    return [*hours, *(named[name] for name in given.values[len(hours) :]), *series]


def by_run_rows(
    sheet: Worksheet, looks: Formats, row: int, pair: tuple[str, str], pairs: pd.DataFrame,
    given: Given, kept: Kept,
) -> int:  # fmt: skip
    """Write every run of a policy less that of the other; return the next free row."""
    put(sheet, 0, 0, "Every run of a policy less that of the other on the same luck; hours, money and patients a year.", looks.plain)  # fmt: skip
    put_headings(sheet, 1, ["Policy", "Against", "Seed", *_titles(given)], looks, lines=4)
    sheet.set_column(0, 60, 15)
    first = row
    for seed, (_, run) in zip(pairs.index.tolist(), given.come_to(pairs).iterrows(), strict=True):
        put_row(sheet, row, [*pair, seed], looks.text)
        row = _run(sheet, looks, row, 3, run, given)
    for place, name in enumerate([*given.values, *given.series], 3):
        kept.runs[name] = _range(BY_RUN, first, row - 1, place)
    return row


def _run(
    sheet: Worksheet, looks: Formats, row: int, column: int, run: pd.Series[float], given: Given
) -> int:
    """Write what one run says and comes to; return the next free row."""
    put_row(sheet, row, run[given.values].tolist(), looks.number, column)
    formulas = given.formulas(row, column)
    made = (Formula(formula, float(run[name])) for name, formula in formulas.items())
    put_row(sheet, row, made, looks.number, column + len(given.values))
    return row + 1


def by_world_rows(
    sheet: Worksheet, looks: Formats, row: int, pair: tuple[str, str], pairs: pd.DataFrame,
    given: Given, kept: Kept,
) -> int:  # fmt: skip
    """Write every world's runs, and what they come to without luck; return the next free row."""
    names, made = [*given.values, *given.series], given.come_to(pairs)
    drawn = ["subsidies", "gain", *given.series]
    priced = [name for name in PRICES if name in drawn]
    repeated: list[int] = pairs.index.unique("replication").tolist()
    worlds: list[int] = pairs.index.unique("world").tolist()
    heads = [f"Run {n}: {title}" for n, _ in enumerate(repeated, 1) for title in _titles(given)]
    heads += [f"{CALLED[name].strip()}: {what}" for name in drawn for what in WITHOUT_LUCK]
    put(sheet, 0, 0, "Every world's runs of a policy less those of the other; hours, money and patients a year. "
        "In a policy's first row: the mean of all worlds, and what is kept of their spread.", looks.plain)  # fmt: skip
    heads += [PRICES[name] for name in priced]
    put_headings(sheet, 1, ["Policy", "Against", "World", *heads], looks, lines=4)
    sheet.set_column(0, 400, 15)
    put_row(sheet, row, [*pair, "all"], looks.strong)
    first, last = row + 1, row + len(worlds)
    for line, number in enumerate(worlds, first):
        put_row(sheet, line, [*pair, number], looks.text)
        for place, _ in enumerate(repeated):  # whose rows stand one replication after the other
            own = made.iloc[place * len(worlds) + line - first]
            _run(sheet, looks, line, 3 + place * len(names), own, given)
    column, out, without = 3 + len(repeated) * len(names), dict[str, int](), dict[str, Array]()
    for name in drawn:
        runs = made[name].unstack("replication")[repeated].to_numpy(float)
        cells = [3 + place * len(names) + names.index(name) for place, _ in enumerate(repeated)]
        without[name], out[name] = without_luck(runs), column + len(WITHOUT_LUCK) - 1
        _without_luck(sheet, looks, first, column, cells, (runs, without[name]))
        kept.worlds[name] = _range(BY_WORLD, first, last, out[name])
        column += len(WITHOUT_LUCK)
    for place, name in enumerate(priced, column):
        kept.prices[name] = _range(BY_WORLD, first, last, place)
        for line, (paid, more) in enumerate(
            zip(without["cost"], without[name], strict=True), first
        ):
            cost, gain = (xl_rowcol_to_cell(line, out[one]) for one in ("cost", name))
            price = Formula(f'=IF({gain}>0,{cost}/{gain},"")', paid / more if more > 0 else nan)
            put(sheet, line, place, price, looks.number)
    sheet.freeze_panes(2, 3)
    return last + 1


def _without_luck(
    sheet: Worksheet, looks: Formats, first: int, column: int, cells: Sequence[int],
    found: tuple[Array, Array],
) -> None:  # fmt: skip
    """Write the rule of `seci_sim.lab.doubt.without_luck`: its columns, and what is kept above them."""
    (runs, without), count = found, len(found[0])
    last = first + count - 1
    means, own, moved = (xl_range_abs(first, column + n, last, column + n) for n in range(3))
    middle, kept = (
        xl_rowcol_to_cell(first - 1, column + n, row_abs=True, col_abs=True) for n in (0, 3)
    )
    mean, repeated = runs.mean(axis=1), len(cells)
    several = repeated > 1
    luck = runs.std(axis=1, ddof=1) / repeated**0.5 if several else np.full(count, nan)
    # What the deviation of so many normal values comes to on average, in their own deviation.
    usual = f"(SQRT(2/({repeated}-1))*EXP(GAMMALN({repeated}/2)-GAMMALN(({repeated}-1)/2)))"
    fewer = math.sqrt(2 / (repeated - 1)) * poch((repeated - 1) / 2, 0.5) if several else 1.0
    left = f"(VAR({means})-AVERAGE({moved})^2)"
    unsure = f"(STDEVP({own})/SQRT(COUNT({own})))"
    more = f"IFERROR({unsure}*NORMDIST({left}/{unsure},0,1,FALSE)/NORMSDIST({left}/{unsure}),IF({left}<0,-{left},0))"
    share = f"SQRT(MIN(1,MAX({left}+{more},0)/VAR({means})+1/COUNT({means})))"
    spread = mean - mean.mean()
    at = int(np.argmax(np.abs(spread)))
    part = (without[at] - mean.mean()) / spread[at] if spread[at] else 1.0
    all_worlds = (
        Formula(f"=AVERAGE({means})", float(mean.mean())),
        "",
        "",
        Formula(f"=IF(COUNT({own})=0,1,IF(VAR({means})=0,1,{share}))", float(part)),
    )
    put_row(sheet, first - 1, all_worlds, looks.number, column)
    rows = zip(mean, spread**2 - luck**2, luck / fewer, without, strict=True)
    for line, values in enumerate(rows, first):
        ours = [xl_rowcol_to_cell(line, cell) for cell in cells]
        listed, own_mean = ",".join(ours), xl_rowcol_to_cell(line, column)
        texts = (
            f"=AVERAGE({listed})",
            f"=({own_mean}-{middle})^2-VAR({listed})/{repeated}",
            f"=STDEV({listed})/SQRT({repeated})/{usual}",
            f"=IF(SUMSQ({listed})=0,0,{kept}*{own_mean}+(1-{kept})*{middle})",
        )
        for place, (text, value) in enumerate(zip(texts, values, strict=True), column):
            if np.isfinite(value):
                put(sheet, line, place, Formula(text, float(value)), looks.number)


def cell_of(sheet: str, row: int, column: int) -> str:
    """Address of a cell for a formula on any sheet.

    Examples
    --------
    >>> cell_of("Money", 4, 1)
    "'Money'!$B$5"
    """
    return f"'{sheet}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


def _range(sheet: str, first: int, last: int, column: int) -> str:
    return f"'{sheet}'!{xl_range_abs(first, column, last, column)}"
