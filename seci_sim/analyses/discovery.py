"""Scenario discovery: under which conditions does a policy fail? Each is drawn as a part of its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seci_sim.analyses.made import Made
from seci_sim.analyses.noise import Unanswerable, check_moved, check_ran
from seci_sim.analyses.peeling import Box, peeled_box
from seci_sim.figures import style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import Discovery as Asked
from seci_sim.lab.cells import Cells
from seci_sim.lab.statistics import paired_difference
from seci_sim.words import (
    change_unit,
    changed,
    counted,
    listed,
    percent,
    setting,
    significant,
    spoken,
)

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings

NAME, BAR, GAP = 20, 16, 10
"""Pixels of a line of words, of a bar, and between two rows."""

SHUFFLES = 19
"""Tables in which failures are dealt out at random: a box must beat those of all of them, which one
in twenty would by chance."""

SPREAD = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""Shares of the points at whose ends a table says what the policy changes."""

OF_A_BOX = (
    "Thick: the part of each range in which failures crowd, as far as the box restricts it; thin: "
    "the whole range that was tried."
)
OF_ALL = (
    "A bar for each point, from the least change to the most; red where the policy fails, below the "
    "dashed line."
)


@dataclass(frozen=True)
class Discovery:
    """Where a policy fails, as a box of conditions."""

    points: pd.DataFrame
    """A row a point: the factors, ``change``, ``low``, ``high``, ``fails``, ``unsure`` (its interval
    holds the threshold) and ``inside`` (the box)."""
    limits: pd.DataFrame
    """A row for each factor that the box restricts: ``factor``, ``low``, ``high``, ``from`` and
    ``to`` (what the points span) and ``quasi_p``; the most certain first."""
    coverage: float
    """Share of all failures that lie in the box."""
    density: float
    """Share of the points in the box that are failures."""
    chance: float | None
    """Chance of a box as good where failures have no conditions; None where there was no box."""
    shared_luck: bool = False
    """Whether worlds had their luck in common, so that no box was looked for."""
    unknown: int = 0
    """Points without any pair of runs that has a value, which are left out."""

    @property
    def failing(self) -> float:
        """Share of all points at which the policy fails."""
        return float(self.points["fails"].mean())


def make(findings: Findings, asked: Asked) -> Made:
    """Look for the conditions under which a policy fails."""
    experiment = findings.experiment
    factors = [factor.name for factor in experiment.uncertain]
    by = "policy" if experiment.policies else "scenario"
    check_ran(experiment, findings.table, [by])
    worlds = Cells(experiment).baselines(findings.table["cell"].to_numpy())
    first = (experiment.policies or experiment.scenarios)[0].name
    table = findings.table.assign(world=worlds)
    changes = gains(table, factors, asked.outcome, by, asked.policy, first)
    if changes["change"].isna().all():
        what = f"{asked.outcome} of {asked.policy} and {first}"
        raise Unanswerable(f"no pair of runs has a value of {what}; there is nothing to compare")
    change = f"what {asked.policy} changes in {asked.outcome}"
    check_moved(changes["change"].dropna().to_numpy(), change, "under all conditions")
    shared = experiment.luck == "shared"
    found = discovery(changes, factors, asked.at_least, shared_luck=shared)
    every = experiment.size // len(experiment.policies or experiment.scenarios)
    found = replace(found, unknown=every - len(found.points))
    return Made((box(found, asked, experiment.units),), found.points)


def gains(
    table: pd.DataFrame,
    factors: Sequence[str],
    outcome: str,
    by: str,
    policy: str,
    first: str,
) -> pd.DataFrame:
    """What a policy changes at every point, on the same luck.

    Parameters
    ----------
    table : DataFrame
        A row a run: ``world``, which tells one point from another, the factors, ``replication``,
        the outcome, and the column ``by``.
    factors : sequence of str
        Columns.
    outcome, by : str
        Columns.
    policy, first : str
        The value in ``by`` that is looked at, and the one that it is held against.

    Returns
    -------
    DataFrame
        A row a point: the factors, and ``change`` with its own 95% interval ``low`` to ``high``; NaN
        where no pair of runs has a value.
    """
    rows = []
    for _, runs in table.groupby("world", sort=False):
        (values,) = runs[list(factors)].head(1).to_dict("records")
        both = runs.pivot(index="replication", columns=by, values=outcome)
        both = both.reindex(columns=[policy, first])
        change = paired_difference(both[policy], both[first])
        low, high = change.interval or (float("nan"), float("nan"))
        rows.append({**values, "change": change.mean, "low": low, "high": high})
    return pd.DataFrame(rows)


def discovery(
    found: pd.DataFrame, factors: Sequence[str], at_least: float, *, shared_luck: bool = False
) -> Discovery:
    """Look for a box of conditions that holds most of the points at which a policy fails.

    Parameters
    ----------
    found : DataFrame
        As `gains` gives it. Points without a change are left out.
    factors : sequence of str
        Columns that may bound the box.
    at_least : float
        The policy fails where its change is smaller.
    shared_luck : bool
        Whether runs of different points had the same seeds. Luck then leans the same way wherever
        conditions are alike, and looks as if failures had conditions.

    Returns
    -------
    Discovery
        An empty ``limits`` where there are no failures, nothing else, or no box that stands out from
        those of shuffled failures; or where luck is shared.

    Notes
    -----
    Friedman and Fisher's patient rule induction method as in ``ema_workbench``, over the four factors
    that by themselves go most with failure (Mann and Whitney's test); so a condition that matters in
    company only is not found. Of the boxes that it peels, the one with the highest harmonic mean of
    coverage and density.
    ``quasi_p`` is the chance that a box of that size would be as dense without the restriction
    (Bryant and Lempert 2010); conditions above `seci_sim.analyses.peeling.MOST_QUASI_P` are let go
    one by one, and what is left is what is reported and compared. It does not allow for the search among many boxes. With sixty
    parameters and a dozen failures a box can always be found, so all of it is repeated with the
    failures shuffled: a box that does not beat all of those is not reported.
    """
    known = found[found["change"].notna()].reset_index(drop=True)
    points = known.assign(
        fails=known["change"] < at_least,
        unsure=(known["low"] <= at_least) & (at_least <= known["high"]),
    )
    failures = points["fails"].to_numpy(bool)
    if shared_luck or not failures.any() or failures.all():
        return replace(_everything(points, failures), shared_luck=shared_luck)
    values = points[list(factors)].astype(float)
    box = peeled_box(values, failures)
    if box is None:
        return _everything(points, failures)
    rng = np.random.default_rng(0)
    shuffled = [peeled_box(values, rng.permutation(failures)) for _ in range(SHUFFLES)]
    as_good = sum(other is not None and other.merit >= box.merit for other in shuffled)
    chance = (1 + as_good) / (1 + SHUFFLES)
    if as_good:
        return _everything(points, failures, chance)
    found = points.assign(inside=box.inside)
    return Discovery(found, _restrictions(values, box), box.coverage, box.density, chance)


def _everything(
    points: pd.DataFrame, failures: np.ndarray, chance: float | None = None
) -> Discovery:
    """No box: the conditions as a whole."""
    limits = pd.DataFrame(columns=["factor", "low", "high", "from", "to", "quasi_p"])
    covered = float(failures.any())
    density = float(failures.mean())
    return Discovery(points.assign(inside=True), limits, covered, density, chance)


def _restrictions(values: pd.DataFrame, box: Box) -> pd.DataFrame:
    """What `Discovery.limits` holds."""
    names = list(box.quasi_p)
    low, high = (box.bounds[names].iloc[end].to_numpy(float) for end in (0, 1))
    spans = {"from": values[names].min().to_numpy(), "to": values[names].max().to_numpy()}
    table = {"factor": names, "low": low, "high": high, **spans, "quasi_p": [*box.quasi_p.values()]}
    return pd.DataFrame(table).sort_values("quasi_p", ignore_index=True)


def box(found: Discovery, asked: Asked, units: Mapping[str, str]) -> Chart:
    """The conditions under which a policy fails; where none stand out, what it brings under all."""
    unit = units[asked.outcome]
    bounded = not found.limits.empty
    chance = (
        "" if found.chance is None else " Where failures were dealt out at random, a box as good came up "
        f"with a chance of {percent(found.chance, 0)} at most."
    )  # fmt: skip
    unknown = (
        f" {counted(found.unknown, 'point')} without any pair of runs that has a value: left out."
        if found.unknown else ""
    )  # fmt: skip
    return Chart(
        "box",
        box_title(found, asked, units),
        f"{OF_A_BOX if bounded else OF_ALL} {percent(float(found.points['unsure'].mean()), 0)} of the "
        f"points are too close to the threshold for their runs to say whether the policy fails there.{unknown}{chance}",
        _limits(found, units) if bounded else _every_point(found, asked.at_least, unit),
        _limits_in_words(found, units) if bounded else _spread(found, unit),
    )


def _limits(found: Discovery, units: Mapping[str, str]) -> Drawing:
    """For each condition of a box, the part of its range."""
    rows = found.limits.to_dict("records")
    height = len(rows) * (NAME + BAR + GAP)
    figure = style.canvas(height + 20, left=8, right=12, top=4, bottom=16)
    texts = []
    for place, row in enumerate(rows):
        top = place * (NAME + BAR + GAP)
        unit_of = units[row["factor"]]
        span = (row["to"] - row["from"]) or 1.0
        ends = [(row[end] - row["from"]) / span for end in ("low", "high")]
        words = (
            f"<b>{style.plain(spoken(row['factor']))}</b> {said(row, unit_of)}, of "
            f"{setting(row['from'], unit_of)} to {setting(row['to'], unit_of)}; "
            f"quasi-p {significant(row['quasi_p'], 2)}"
        )
        texts.append(left_text(words, top + NAME / 2))
        for start, end, colour, thick in ((0, 1, style.ROUTINE, 6), (*ends, style.COLOURS[2], BAR)):
            figure.add_bar(
                x=[end - start], base=[start], y=[top + NAME + BAR / 2], width=[thick],
                orientation="h", marker={"color": colour}, hoverinfo="skip",
            )  # fmt: skip
    return figure.update_layout(
        annotations=texts, barmode="overlay", yaxis=pixel_axis(height),
        xaxis={**style.HIDDEN, "range": [0, 1]},
    )  # fmt: skip


def _limits_in_words(found: Discovery, units: Mapping[str, str]) -> pd.DataFrame:
    rows = found.limits.to_dict("records")
    return pd.DataFrame(
        {
            "Condition": [row["factor"] for row in rows],
            "Box": [said(row, units[row["factor"]]) for row in rows],
            "quasi-p": [significant(row["quasi_p"], 2) for row in rows],
        }
    )


def _every_point(found: Discovery, at_least: float, unit: str) -> Drawing:
    """What the policy changes at every point, from the least to the most, and the threshold."""
    changes = np.sort(found.points["change"].to_numpy(float))
    figure = style.canvas(240, left=style.LEFT, right=12, top=8, bottom=12)
    for fails, colour in ((True, style.COLOURS[2]), (False, style.ROUTINE)):
        own = np.flatnonzero((changes < at_least) == fails)
        figure.add_bar(x=own, y=changes[own], width=0.9, marker={"color": colour}, hoverinfo="skip")
    figure.add_hline(y=at_least, line={"color": style.INK, "dash": "dash", "width": 1.5})
    axis = {**style.AXIS, "gridcolor": style.RULE, "zeroline": True, "zerolinecolor": style.QUIET}
    if unit == "share":
        axis |= {"tickformat": "+.0%"}
    return figure.update_layout(barmode="overlay", xaxis=style.HIDDEN, yaxis=axis)


def _spread(found: Discovery, unit: str) -> pd.DataFrame:
    """What the policy changes in the least and the most favourable of the points, and between."""
    changes = found.points["change"].quantile(list(SPREAD))
    return pd.DataFrame(
        {
            "Points that change no more": [percent(share, 0) for share in SPREAD],
            f"Change, in {change_unit(unit)}": [changed(value, unit) for value in changes],
        }
    )


def box_title(found: Discovery, asked: Asked, units: Mapping[str, str]) -> str:
    """How often a policy fails, and where most."""
    unit = units[asked.outcome]
    threshold = f"{changed(asked.at_least, unit)} {change_unit(unit)} of {spoken(asked.outcome)}"
    points = len(found.points)
    fails = (
        f"“{asked.policy}” brings less than {threshold} in {int(found.points['fails'].sum())} of {points} "
        "sets of assumptions"
    )
    if found.shared_luck and found.failing:
        return (
            f"{fails}; all of them shared their luck, which cannot be told from conditions: "
            "“luck: of each world” gives each its own"
        )
    if found.limits.empty:
        return f"{fails}; no set of conditions stands out where it does" if found.failing else fails
    named = [f"{spoken(row['factor'])} is {said(row, units[row['factor']])}"
             for row in found.limits.to_dict("records")]  # fmt: skip
    return (
        f"{fails}; {percent(found.coverage, 0)} of these lie where {listed(named)}, where it fails in "
        f"{percent(found.density, 0)} of cases"
    )


def said(row: Mapping[Any, Any], unit: str) -> str:
    """The part of a range that a box leaves, in words.

    Examples
    --------
    >>> said({"from": 0.0, "low": 0.0, "high": 0.4, "to": 1.0}, "share")
    'below 40%'
    >>> said({"from": 0.0, "low": 0.25, "high": 1.0, "to": 1.0}, "share")
    'above 25%'
    """
    low, high = (setting(row[end], unit) for end in ("low", "high"))
    if row["low"] <= row["from"]:
        return f"below {high}"
    return f"above {low}" if row["high"] >= row["to"] else f"from {low} to {high}"
