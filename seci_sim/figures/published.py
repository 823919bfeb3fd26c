"""Curves of the published models, period by period."""

from __future__ import annotations

from seci_sim.figures import style
from seci_sim.figures.curves import BAND_MEANING, by_week, curve_chart, lines, week_table
from seci_sim.figures.style import Chart
from seci_sim.lab.run import Results
from seci_sim.seci.measures import Measure
from seci_sim.words import Interval, between, number


def charts(results: Results) -> list[Chart]:
    """A chart for each measure that any run has, in their order."""
    return [
        _chart(results, measure)
        for measure in results.measures
        if results.weekly[measure.name].notna().any()
    ]


def _chart(results: Results, measure: Measure) -> Chart:
    """One measure over the periods, a curve for each scenario."""
    curves = by_week(results.weekly, measure.name)
    looks = [style.look(place) for place in range(len(curves))]
    low = min(0.0, *(float(curve["low"].min()) for curve in curves.values()))
    top = max(float(curve["high"].max()) for curve in curves.values()) or 1.0
    periods = max(int(curve["week"].max()) for curve in curves.values())
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    across = style.week_axis(periods, dtick=style.step_of(periods, steps))
    across["title"]["text"] = "period"
    figure = curve_chart(
        curves, looks, (low, top), "period %{x}: %{y:.3f}", xaxis=across,
        yaxis={**style.AXIS, "range": [low, top], "gridcolor": style.RULE, "nticks": 6},
    )  # fmt: skip
    ends = {name: float(curve["mean"].iloc[-1]) for name, curve in curves.items()}
    said = "; ".join(f"{number(end, 3)} in “{name}”" for name, end in ends.items())
    words = measure.name.replace("_", " ")
    return Chart(
        measure.name,
        f"In the last period, {words}: {said}",
        f"{measure.meaning} Unit: {measure.unit}. {BAND_MEANING} A run that came to its equilibrium "
        "is drawn on as it stayed.",
        figure,
        week_table(curves, "Period", _said),
        lines(curves, measure.unit, "Period"),
    )


def _said(mean: float, band: Interval) -> str:
    return f"{number(mean, 3)} ({between(band, 1, 3)})"
