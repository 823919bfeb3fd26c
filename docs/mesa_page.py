"""A page of Mesa's own over the same model: who knows what, and what patients get.

    pip install '.[mesa-page]'         # once, in a copy of this repository
    solara run docs/mesa_page.py

`mesa.md` beside this file says how it works, and what to change.
"""

from __future__ import annotations

from typing import Any

import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from seci_sim import SECIModel
from seci_sim.seci.records import COLUMN

LINES = {
    "needs_met": ("needs met", "#000000", "-"),
    "needs_mis_served": ("needs mis-served", "#D55E00", "--"),
    "staff_knowing": ("staff who know a need", "#0072B2", ":"),
}
"""Measures that are drawn: what they are called, their colour and their dash."""

SETTINGS = {
    "scenario": {
        "type": "Select",
        "value": "baseline",
        "values": ["baseline", "one-percent", "exodus", "lost-memory", "high-turnover"],
        "label": "Scenario",
    },
    "rng": Slider("Seed", value=1, min=0, max=50, step=1),
    "patient_time": Slider("Hours with patients, share", value=0.01, min=0, max=0.1, step=0.0025),
    "mentoring_hours": Slider("Mentoring, hours a week", value=0.5, min=0, max=4, step=0.5),
    "reading_hours": Slider("Reading, hours a week", value=0.25, min=0, max=1, step=0.25),
    "search_success": Slider("Documents that are found, share", value=0.5, min=0, max=1, step=0.1),
}
"""Arguments of `SECIModel`: Mesa builds a new one of them whenever somebody moves a slider."""


class Firm(SECIModel):
    """The same model; Mesa 3.3 knows arguments of any name only if they are called ``kwargs``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


def picture_of_people(model: SECIModel) -> Figure:
    """Every employee as a dot, the bluer the more they know rightly; a row for each unit."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    names = []
    for row, (unit, staff) in enumerate(model.agents.groupby("unit")):
        known = staff.get("alignment")
        axes.scatter(
            range(len(known)), [row] * len(known), c=known, cmap="Blues", vmin=-0.1, vmax=0.5,
            s=60, edgecolors="#555555", linewidths=0.5,
        )  # fmt: skip
        names.append(unit)
    axes.set_yticks(range(len(names)), names)
    axes.set_xticks([])
    axes.invert_yaxis()
    axes.set_frame_on(False)
    axes.set_title(f"Week {model.week}: what {len(model.agents)} people know rightly")
    return figure


def picture_of_lines(model: SECIModel) -> Figure:
    """What was measured up to now, week by week."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    weeks = range(1, model.week + 1)
    for name, (label, colour, dash) in LINES.items():
        measured = model.records.rows[: model.week, -1, COLUMN[name]]
        axes.plot(weeks, measured, dash, color=colour, label=label, linewidth=2)
    axes.set_ylim(0, 1)
    axes.set_xlim(1, model.settings.horizon)
    axes.set_xlabel("week")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.legend(loc="upper left")
    met = model.records.rows[model.week - 1, -1, COLUMN["needs_met"]] if model.week else 0.0
    axes.set_title(f"{met:.0%} of patients' needs are met")
    return figure


@solara.component
def People(model: SECIModel) -> None:  # noqa: N802 - solara names components so
    """The picture of people; drawn again after every week."""
    update_counter.get()
    solara.FigureMatplotlib(picture_of_people(model))


@solara.component
def Lines(model: SECIModel) -> None:  # noqa: N802 - (the same)
    """The lines, likewise."""
    update_counter.get()
    solara.FigureMatplotlib(picture_of_lines(model))


page = SolaraViz(
    Firm(scenario="baseline", rng=1),
    components=[People, Lines],
    model_params=SETTINGS,
    name="How an organisation creates knowledge",
    play_interval=1,
)
