"""When it comes: needs met over the weeks, what each policy gains in them, and what a point costs by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from seci_sim.figures import style
from seci_sim.figures.curves import (
    Curves,
    bands,
    by_week,
    chart_of_weeks,
    curve_chart,
    mark_changes,
    meaning,
    split,
    week_table,
)
from seci_sim.figures.groups import dots
from seci_sim.figures.natives import with_edges
from seci_sim.figures.rows import as_bars
from seci_sim.figures.steps import levels_said, other_said, with_rest
from seci_sim.figures.style import POINTS, Chart
from seci_sim.lab.comparison_table import MET, Comparison
from seci_sim.lab.statistics import Estimate
from seci_sim.lab.years import Year, by_year
from seci_sim.parameters import WEEKS_A_YEAR
from seci_sim.words import (
    NOTHING,
    Interval,
    between,
    ends,
    gained,
    lately,
    listed,
    quoted,
    sentence,
    signed,
    significant,
)


def charts(weekly: pd.DataFrame, found: Comparison, changes: Sequence[int]) -> list[Chart]:
    """Needs met, what is gained week by week, and gains and prices by year."""
    drawn = [needs_met(weekly, found, changes), difference(found, changes)]
    prices = price_by_year(found)
    return [*drawn, prices] if prices is not None else drawn


def needs_met(weekly: pd.DataFrame, found: Comparison, changes: Sequence[int]) -> Chart:
    """Needs met in every week, a curve a policy."""
    title = f"Needs met {lately(found.horizon)}: {levels_said(found, MET)}"
    says = "Share of patients' needs that are met, week by week."
    return chart_of_weeks("time", title, says, by_week(weekly, MET), found.horizon, changes)


def difference(found: Comparison, changes: Sequence[int]) -> Chart:
    """What each policy gains in every week over the one that its question means."""
    assert found.weekly is not None
    gains = gains_by_week(found.weekly, found.steps())
    looks = [style.look(place) for place in range(1, 1 + len(gains))]
    axis = style.points_axis(
        min(float(curve["low"].min()) for curve in gains.values()),
        max(float(curve["high"].max()) for curve in gains.values()),
        0.05,
    )
    figure = curve_chart(
        gains, looks, tuple(axis["range"]), "week %{x}: %{y:+.1f} points",
        xaxis=style.week_axis(found.horizon), yaxis=axis,
    )  # fmt: skip
    mark_changes(figure, changes)
    return Chart(
        "difference",
        difference_title(found),
        "Points of needs met that each policy gains over "
        f"{other_said(found)}, run by run on the same luck, week "
        f"by week. {meaning(changes)}",
        figure,
        week_table(gains, say=_in_points),
        with_edges(gains, POINTS, start=1),
    )


def gains_by_week(weekly: pd.DataFrame, steps: Sequence[tuple[str, str]]) -> Curves:
    """Needs met under a policy less those under the other, in points: mean and band over the runs.

    Parameters
    ----------
    weekly : DataFrame
        ``scenario``, ``seed``, ``week`` and ``needs_met`` of the whole firm.
    steps : sequence of tuple of str
        A policy, by which the curve is called, and the one that it is held against.

    Examples
    --------
    >>> met = {"scenario": ["A", "B"], "seed": 1, "week": 1, "needs_met": [0.25, 0.5]}
    >>> {name: float(gain["mean"][0]) for name, gain in gains_by_week(pd.DataFrame(met), [("B", "A")]).items()}
    {'B': 25.0}
    """
    by_run = weekly.pivot(index=["week", "seed"], columns="scenario", values=MET)
    gains = [
        (100 * (by_run[name] - by_run[other])).rename("gain").reset_index().assign(scenario=name)
        for name, other in steps
    ]
    return split(bands(pd.concat(gains, ignore_index=True), "gain", ["scenario"]), "scenario")


def _in_points(mean: float, band: Interval) -> str:
    return f"{signed(mean)} ({between(band)})"


def difference_title(found: Comparison) -> str:
    """What is gained in the first year and in the last."""
    said = []
    for name, other in found.steps():
        *years, _ = by_year(found, name, other)
        gains = [gained(year.gain.mean) for year in (years[0], years[-1])]
        when = f"{gains[0]} in year 1 and {gains[1]} in year {len(years)}"
        only = f"{gains[0]} over {found.horizon} weeks"
        said.append(f"{quoted(name)} gains {when if len(years) > 1 else only} over {quoted(other)}")
    return with_rest(said)


def price_by_year(found: Comparison) -> Chart | None:
    """Hours for a point gained, year by year and over the whole run.

    None where no gain is told apart in the last year or over the whole run.
    """
    steps = {name: by_year(found, name, other) for name, other in found.steps()}
    lasting = any(_paid(year) for years in steps.values() for year in years[-2:])
    if found.horizon < 2 * WEEKS_A_YEAR or not lasting:
        return None
    every = [_called(year) for year in next(iter(steps.values()))]
    columns = {
        name: [
            Estimate(year.price.mean, None, 0, 0) if _paid(year) and year.price else None
            for year in years
        ]
        for name, years in steps.items()
    }
    drawn = pd.DataFrame(columns, pd.Index(every, name="Year"), dtype=object)
    text = pd.DataFrame(
        {name: [_told(year) for year in years] for name, years in steps.items()}, drawn.index
    )
    looks = style.marks(1 + len(steps))[1:]
    return Chart(
        "prices",
        price_title(steps),
        "Hours a head and year that each policy takes more than "
        f"{other_said(found)}, for each point of needs met that "
        "it gains. Where luck tells no gain apart there is no price.",
        dots(drawn, say=lambda hours: f"{significant(hours, 2)} h", axis=_hours_axis, start=1),
        text.reset_index(),
        as_bars(drawn, "hours a head and year", looks),
    )


def _hours_axis(top: float) -> dict[str, Any]:
    title = {
        "text": "hours a head and year for a point",
        "standoff": 2,
        "font": {"size": style.SIZE},
    }
    return style.number_axis(top, title=title)


def _paid(year: Year) -> bool:
    return year.price is not None and year.price.mean > 0


def _called(year: Year) -> str:
    return f"Year {year.year}" if year.year else "Whole run"


def _told(year: Year) -> str:
    """Gain and price of a year, with what luck and doubt leave of them."""
    doubt = "" if year.doubt is None else f"; luck and doubt: {between(year.doubt.interval, 100)}"
    luck = "" if year.gain.interval is None else f"luck: {between(year.gain.interval, 100)}"
    price = f"{NOTHING} hours a point"
    if year.price is not None and _paid(year):
        range_ = "" if year.price.interval is None else f" ({ends(year.price.interval, '', 2)})"
        price = f"{significant(year.price.mean, 2)} hours a point{range_}"
    return f"{gained(year.gain.mean)} ({luck}{doubt}), {price}"


def price_title(steps: dict[str, tuple[Year, ...]]) -> str:
    """What a point costs in the first year and in the last, and over the whole run."""
    said = []
    for name, (first, *_, last, whole) in steps.items():
        when = {
            f"in year {first.year}": first,
            f"in year {last.year}": last,
            "over the whole run": whole,
        }
        told = [f"{significant(year.price.mean, 2)} hours {words}" for words, year in when.items()
                if year.price and _paid(year)]  # fmt: skip
        if told:
            said.append(
                f"a point of {quoted(name)} costs {listed([told[0], *(one.replace(' hours', '') for one in told[1:])])}"
            )
    return sentence(with_rest(said))
