"""Charts of results: a table goes in, a plotly figure with its sentence comes out.

Nothing is saved here and no statistics are made beyond grouping and quantiles; differences and
intervals come from `seci_sim.lab.statistics`. No other package knows plotly.
"""

from __future__ import annotations

from plotly.offline import get_plotlyjs

from seci_sim.figures import (
    curves,
    doubts,
    groups,
    hours,
    launches,
    rivals,
    rows,
    stories,
    times,
    wheel,
)
from seci_sim.figures import published as classics
from seci_sim.figures.style import Chart
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.run import Results
from seci_sim.parameters import MODELS

__all__ = ["Chart", "Parts", "charts", "parts", "plotly_javascript"]


Parts = dict[str, list[Chart]]
"""Charts by what they are for, in the order in which they are read."""


def charts(results: Results, compared: Comparison | None = None) -> list[Chart]:
    """All charts of a report, in the order in which they are read; see `parts`."""
    return [chart for part in parts(results, compared).values() for chart in part]


def parts(results: Results, compared: Comparison | None = None) -> Parts:
    """The charts of a report by what they are for.

    Parameters
    ----------
    results : Results
        Of several policies, which are put side by side, or of one, which is shown week by week.
    compared : Comparison, optional
        Of the same runs, where it was made already.

    Returns
    -------
    dict
        ``first``, the gain with what luck and doubt leave of it; what ``decides``; ``time``; ``harm``;
        who ``gains``, by kind of need, market, and income band; and ``how`` it comes about: spread of
        knowledge, hours, the SECI wheel, and the story of one need. Of published models: each
        measure, period by period.
    """
    scenarios, weekly = results.scenarios, results.weekly
    if MODELS[scenarios[0].model].paper:
        return {"first": classics.charts(results)}
    found = compared or comparison(scenarios, results.summary, worlds=results.worlds, weekly=weekly)
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
    by_kind = [groups.kinds(found)]
    waited = launches.launch_runs(weekly, found, places)
    launched = [launches.launch(waited, names)] if waited else []
    shared = [rivals.shares(weekly, found, changes)] if found.against_rivals else []
    told = results.stories
    how = [
        curves.spread(weekly, found, changes),
        hours.hours(found),
        wheel.wheel_by_week(weekly) if alone else wheel.wheel(found),
        *([stories.story(told, names, found.horizon)] if len(told) else []),
    ]
    if alone:
        first, time = [curves.needs_by_week(weekly, found, changes)], [*shared, *launched]
        return {"first": first, "time": time, "gains": [*by_kind, *by_market, *by_band], "how": how}
    return {
        "first": [doubts.gain(found)],
        "decides": doubts.deciders(found),
        "time": [*times.charts(weekly, found, changes), *shared, *launched],
        "harm": [doubts.harm(found), rows.needs(found)],
        "gains": [*by_band, *by_kind, *by_market]
        if found.about_treatment
        else [*by_kind, *by_market, *by_band],
        "how": how,
    }


def plotly_javascript() -> str:
    """The library that draws the charts in a browser, as it comes with plotly."""
    return str(get_plotlyjs())
