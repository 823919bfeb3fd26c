"""Charts of results: a table goes in, a plotly figure with its sentence comes out.

Nothing is saved here and no statistics are made beyond grouping and quantiles; differences and
intervals come from `seci_sim.experiment.statistics`. No other package knows plotly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from plotly.offline import get_plotlyjs

from seci_sim.experiment.access import starts_differ
from seci_sim.experiment.statistics import add_ratios
from seci_sim.figures import classics, curves, groups, hours, launches, rows, stories, wheel
from seci_sim.figures.style import Chart
from seci_sim.parameters import SECI

if TYPE_CHECKING:
    from seci_sim.experiment.run import Results

__all__ = ["Chart", "charts", "plotly_javascript"]


def charts(results: Results) -> list[Chart]:
    """The charts of a report, the most telling first.

    Parameters
    ----------
    results : Results
        Of several policies, which are put side by side, or of one, which is shown week by week.

    Returns
    -------
    list of Chart
        Spread of knowledge, needs, hours, who gains, the SECI wheel, and the story of one need. Who
        gains is shown by market, where there are several, and by income band, and where patients have
        to wait for a launch, for how long; bands and launches come first where the policies change
        who starts treatment. Of published models: each measure, period by period.
    """
    if results.scenarios[0].model != SECI:
        return classics.charts(results)
    names = [scenario.name for scenario in results.scenarios]
    weekly, summary = results.weekly, add_ratios(results.summary)
    by_market = _by_market(results, summary, names)
    by_band = [groups.bands(summary, names)] if groups.income_bands(summary) else []
    waited = launches.launch_runs(weekly, _places(results))
    launched = [launches.launch(waited, names)] if waited else []
    alone, changes, found = len(names) == 1, _changes(results), results.stories
    told = [stories.story(found, names, curves.horizon_of(weekly))] if len(found) else []
    spread = curves.spread(weekly, summary, names, changes)
    needs = (
        curves.needs_by_week(weekly, summary, changes)
        if alone
        else rows.needs(summary, names, curves.horizon_of(weekly))
    )
    spent = hours.hours(summary, names)
    if not starts_differ(summary, names):
        ordered = [spread, needs, spent, *by_market, *launched, *by_band]
    elif launches.differ(waited, names):
        ordered = [*by_band, *launched, needs, *by_market, spread, spent]
    else:
        ordered = [*by_band, needs, *launched, *by_market, spread, spent]
    return [
        *ordered,
        wheel.wheel_by_week(weekly) if alone else wheel.wheel(summary, names),
        *told,
    ]


def _changes(results: Results) -> list[int]:
    """Weeks in which a timeline changes something under some of the policies."""
    return sorted({change.week for scenario in results.scenarios for change in scenario.timeline})


def _places(results: Results) -> list[str]:
    """Every market of some policy."""
    return list(dict.fromkeys(m for scenario in results.scenarios for m in scenario.markets))


def _by_market(results: Results, summary: pd.DataFrame, names: list[str]) -> list[Chart]:
    markets = _places(results)
    if len(markets) < 2:
        return []
    if len(names) == 1:
        return [curves.markets_by_week(results.weekly, markets, _changes(results))]
    return [groups.markets(results.weekly, summary, names, markets)]


def plotly_javascript() -> str:
    """The library that draws the charts in a browser, as it comes with plotly."""
    return str(get_plotlyjs())
