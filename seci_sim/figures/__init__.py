"""Charts of results: a table goes in, a plotly figure with its sentence comes out.

Nothing is saved here and no statistics are made beyond grouping and quantiles; differences and
intervals come from `seci_sim.lab.statistics`. No other package knows plotly.
"""

from __future__ import annotations

from plotly.offline import get_plotlyjs

from seci_sim.figures import curves, groups, hours, launches, rows, stories, wheel
from seci_sim.figures import published as classics
from seci_sim.figures.style import Chart
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.run import Results
from seci_sim.parameters import MODELS

__all__ = ["Chart", "charts", "plotly_javascript"]


def charts(results: Results, compared: Comparison | None = None) -> list[Chart]:
    """The charts of a report, the most telling first.

    Parameters
    ----------
    results : Results
        Of several policies, which are put side by side, or of one, which is shown week by week.
    compared : Comparison, optional
        Of the same runs, where it was made already.

    Returns
    -------
    list of Chart
        Spread of knowledge, needs, hours, who gains, the SECI wheel, and the story of one need. Who
        gains is shown by market, where there are several, and by income band, and where patients have
        to wait for a launch, for how long; bands and launches come first where the policies change
        who starts treatment. Of published models: each measure, period by period.
    """
    scenarios, weekly = results.scenarios, results.weekly
    if MODELS[scenarios[0].model].paper:
        return classics.charts(results)
    found = compared or comparison(scenarios, results.summary)
    alone, names = len(scenarios) == 1, found.names
    changes = sorted({change.week for scenario in scenarios for change in scenario.timeline})
    places = list(dict.fromkeys(market for one in scenarios for market in one.markets))
    by_market = []
    if len(places) > 1:
        by_market = [
            curves.markets_by_week(weekly, found.horizon, changes)
            if alone
            else groups.markets(weekly, found, places)
        ]
    by_band = [groups.bands(found)] if groups.income_bands(found.summary) else []
    waited = launches.launch_runs(weekly, found, places)
    launched = [launches.launch(waited, names)] if waited else []
    spread, spent = curves.spread(weekly, found, changes), hours.hours(found)
    needs = curves.needs_by_week(weekly, found, changes) if alone else rows.needs(found)
    if not found.about_treatment:
        ordered = [spread, needs, spent, *by_market, *launched, *by_band]
    elif launches.differ(waited, names):
        ordered = [*by_band, *launched, needs, *by_market, spread, spent]
    else:
        ordered = [*by_band, needs, *launched, *by_market, spread, spent]
    told = results.stories
    return [
        *ordered,
        wheel.wheel_by_week(weekly) if alone else wheel.wheel(found),
        *([stories.story(told, names, found.horizon)] if len(told) else []),
    ]


def plotly_javascript() -> str:
    """The library that draws the charts in a browser, as it comes with plotly."""
    return str(get_plotlyjs())
