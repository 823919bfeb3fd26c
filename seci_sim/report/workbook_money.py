"""The sheets of money: what an hour costs is a cell, and every sum is a formula over runs and worlds.

Whoever changes a cost, the number of patients, their worth or the budget has all sums anew, with both
intervals: those of luck are Student's and Fieller's over the runs; those of luck and doubt hold nine
worlds of ten once luck is taken out, as in `seci_sim.lab.statistics` and `seci_sim.lab.doubt`. What
each comes to as it stands is what `seci_sim.lab.money` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.doubt import Array, Doubt
from seci_sim.lab.intervals import quantile
from seci_sim.lab.money import Amount, Costs, Price, costs
from seci_sim.lab.verdicts import Verdict
from seci_sim.report.sheets import Formats, Formula, new_sheet, put, put_row
from seci_sim.report.verdict_lines import less, of
from seci_sim.report.workbook_money_rows import (
    AMOUNTS,
    BUDGET,
    BY_RUN,
    BY_WORLD,
    HARM,
    MONEY,
    PATIENTS,
    PRICES,
    RATES,
    WORTH,
    Given,
    Kept,
    a_year,
    by_run_rows,
    by_world_rows,
    cell_of,
    pairs_of,
)
from seci_sim.report.workbook_worlds import ABOVE, HIGH, LOW
from seci_sim.scenario import Scenario
from seci_sim.scenario.counting import money_of
from seci_sim.scenario.money import rates

BLOCKS = 9
"""Row of the first verdict's sums."""

HEADS = ("By luck alone: mean", "from (95%)", "to", "Luck and doubt: mean of worlds",
         "from (nine worlds of ten)", "to", "Worlds above 0")  # fmt: skip

WORKINGS = len(HEADS) + 1
"""First column of what Fieller's interval is worked out from."""


def money_sheets(
    book: Workbook, looks: Formats, found: Comparison, scenarios: Sequence[Scenario]
) -> None:
    """Write what policies cost and what for, and the runs and worlds that it follows from."""
    money = money_of(scenarios)
    assert money is not None
    places = {place: rate for one in scenarios for place, rate in rates(money, one.units).items()}
    given = Given(money, places, found.about_treatment, found.mis_served_weight)
    sheet, by_run = new_sheet(book, MONEY, {0: 46}), new_sheet(book, BY_RUN, {})
    by_world = None if found.worlds is None else new_sheet(book, BY_WORLD, {})
    sheet.set_column(1, max(WORKINGS + 3, len(places)), 15)
    _given(sheet, looks, given)
    runs = a_year(found.summary, scenarios, given)
    worlds = None if found.worlds is None else a_year(found.worlds.runs, scenarios, given)
    row, run, world = BLOCKS, 2, 2
    for one in found.verdicts():
        said = costs(found, scenarios, one.policy)
        assert said is not None
        pair, kept = (one.policy, one.against), Kept({}, {}, {})
        pairs = pairs_of(runs, pair, ["seed"])
        run = by_run_rows(by_run, looks, run, pair, pairs, given, kept)
        if by_world is not None and worlds is not None:
            in_worlds = pairs_of(worlds, pair, ["replication", "world"])
            world = by_world_rows(by_world, looks, world, pair, in_worlds, given, kept)
        row = _sums(sheet, looks, row, one, said, given.come_to(pairs), kept) + 1


def _given(sheet: Worksheet, looks: Formats, given: Given) -> None:
    """The cells that may be changed."""
    money = given.money
    said = f"All money is in {money.currency}, and a year's. Change a shaded cell, and all sums follow."
    put(sheet, 0, 0, said, looks.title_of)
    put_row(
        sheet, RATES - 1, ["", *(place or "Headquarters" for place in given.places)], looks.heading
    )
    put(sheet, RATES, 0, f"Cost of an hour, {money.currency}", looks.text)
    put_row(sheet, RATES, given.places.values(), looks.given, 1)
    lines: dict[int, tuple[str, float | None]] = {
        WORTH: (f"Worth of one patient more, {money.currency} a year", money.worth),
        BUDGET: (f"Budget, {money.currency} a year", money.budget),
    }
    if not given.of_treatment:
        lines[PATIENTS] = ("Patients", money.patients)
        lines[HARM] = ("What one mis-served need counts, in needs met", given.weight)
    for row, (called, value) in lines.items():
        if value is not None:
            put(sheet, row, 0, called, looks.text)
            put(sheet, row, 1, value, looks.given)


def _sums(
    sheet: Worksheet, looks: Formats, row: int, one: Verdict, said: Costs, runs: pd.DataFrame,
    kept: Kept,
) -> int:  # fmt: skip
    """Write what one policy costs more than another and what for; return the next free row."""
    together = one.gain.comparisons
    put(sheet, row, 0, less(one.policy, one.against), looks.heading)
    put_row(sheet, row, HEADS, looks.right, 1)
    put(sheet, row, WORKINGS, "What Fieller's interval follows from", looks.plain)
    row += 1
    gain = Amount(one.gain, one.doubt)
    amounts = (said.cost, said.hours, said.subsidies, gain, said.patients, said.surplus)
    for (name, called), amount in zip(AMOUNTS.items(), amounts, strict=True):
        if amount is not None:
            put(sheet, row, 0, called, looks.text)
            form, scale = (looks.points, 100) if name == "gain" else (looks.number, 1)
            _amount(sheet, row, kept.runs[name], together, of(amount.found, scale), form)
            if amount.doubt is not None:
                _doubt(sheet, row, kept.worlds[name], amount.doubt, scale, (form, looks.share))
            row += 1
    for (name, called), price in zip(
        PRICES.items(), (said.per_point, said.per_patient, said.break_even), strict=True
    ):
        if name in kept.runs:
            put(sheet, row, 0, called, looks.text)
            workings = _fieller(runs["cost"].to_numpy(), runs[name].to_numpy(), together)
            _price(sheet, row, kept, name, together, (price, workings), looks)
            row += 1
    if said.within_budget is not None:
        cells, counted = (kept.worlds, "worlds") if kept.worlds else (kept.runs, "runs")
        put(
            sheet,
            row,
            0,
            f"Share of {counted} in which it costs no more than the budget",
            looks.text,
        )
        formula = (
            f'=COUNTIF({cells["cost"]},"<="&{cell_of(MONEY, BUDGET, 1)})/COUNT({cells["cost"]})'
        )
        put(sheet, row, 1, Formula(formula, said.within_budget), looks.share)
        row += 1
    return row


def _amount(
    sheet: Worksheet, row: int, runs: str, together: int, found: Sequence[float], form: object
) -> None:
    """A mean of runs with Student's interval, widened for what is read together."""
    half = f"TINV(0.05/{together},COUNT({runs})-1)*STDEV({runs})/SQRT(COUNT({runs}))"
    texts = [f"=AVERAGE({runs})"]
    texts += [f'=IF(COUNT({runs})>1,AVERAGE({runs}){sign}{half},"")' for sign in "-+"]
    put_row(sheet, row, map(Formula, texts, found), form, 1)


def _doubt(
    sheet: Worksheet, row: int, worlds: str, found: Doubt, scale: float, forms: tuple[object, object]
) -> None:  # fmt: skip
    """What worlds come to, without luck."""
    values = (found.mean, *found.interval)
    cells = (
        Formula(f"={text.format(worlds)}", scale * value)
        for text, value in zip(("AVERAGE({})", LOW, HIGH), values, strict=True)
    )
    put_row(sheet, row, cells, forms[0], 4)
    put(sheet, row, 7, Formula(f"={ABOVE.format(worlds)}", found.holds), forms[1])


def _fieller(cost: Array, gain: Array, together: int) -> tuple[float, float, float]:
    """What the ends of a ratio's interval follow from; see `seci_sim.lab.statistics.ratio_of_means`."""
    if cost.size < 2:
        return 0.0, 0.0, 0.0
    error = np.cov(cost, gain) * quantile(cost.size, together) ** 2 / cost.size
    square, constant = gain.mean() ** 2 - error[1, 1], cost.mean() ** 2 - error[0, 0]
    return float(square), float(cost.mean() * gain.mean() - error[0, 1]), float(constant)


def _price(
    sheet: Worksheet, row: int, kept: Kept, name: str, together: int,
    said: tuple[Price | None, tuple[float, float, float]], looks: Formats,
) -> None:  # fmt: skip
    """Cost for one more of something, where luck tells a gain and it costs more."""
    cost, gain = kept.runs["cost"], kept.runs[name]
    price, workings = said
    count = f"COUNT({gain})"
    error = f"TINV(0.05/{together},{count}-1)^2/{count}"
    shared = f"COVAR({cost},{gain})*{count}/({count}-1)"
    texts = (
        f"AVERAGE({gain})^2-VAR({gain})*{error}",
        f"AVERAGE({cost})*AVERAGE({gain})-{shared}*{error}",
        f"AVERAGE({cost})^2-VAR({cost})*{error}",
    )
    put_row(sheet, row, (Formula(f"=IF({count}>1,{text},0)", value)
                         for text, value in zip(texts, workings, strict=True)), looks.number, WORKINGS)  # fmt: skip
    square, middle, constant = (xl_rowcol_to_cell(row, WORKINGS + n) for n in range(3))
    tells = f"AND({square}>0,AVERAGE({gain})>0,AVERAGE({cost})>0)"
    half = f"SQRT(MAX({middle}^2-{square}*{constant},0))"
    ratios = (f"AVERAGE({cost})/AVERAGE({gain})", f"({middle}-{half})/{square}", f"({middle}+{half})/{square}")  # fmt: skip
    cells = map(
        Formula, (f'=IF({tells},{text},"")' for text in ratios), of(price.found if price else None)
    )
    put_row(sheet, row, cells, looks.number, 1)
    if name in kept.prices:
        ends = (price.doubt if price else None) or (nan, nan)
        over = (f'=IF({tells},{text.format(kept.prices[name])},"")' for text in (LOW, HIGH))
        put_row(sheet, row, map(Formula, over, ends), looks.number, 5)
