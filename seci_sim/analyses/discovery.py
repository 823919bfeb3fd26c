"""Scenario discovery: under which conditions does a policy fail? Each is drawn as a part of its range."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seci_sim.analyses.made import Made
from seci_sim.analyses.noise import check_moved
from seci_sim.figures import style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.figures.style import Chart
from seci_sim.lab.analysis_kinds import Discovery as Asked
from seci_sim.lab.statistics import paired_difference
from seci_sim.words import change_unit, changed, listed, percent, setting, significant, spoken

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings

NAME, BAR, GAP = 20, 16, 10
"""Pixels of a line of words, of a bar, and between two rows."""

MOST_RESTRICTIONS = 4
"""Conditions that a box may name: more are neither readable nor likely to be more than luck."""

SHUFFLES = 19
"""Tables in which failures are dealt out at random: a box must beat those of all of them, which one
in twenty would by chance."""

LEAST_MASS = 0.05
"""Share of all points below which a box is not peeled further."""

MOST_QUASI_P = 0.05
"""Of a condition that a box may name: one above it is let go, and the box is judged without it."""

SOME = 1e-9
"""Least share of failures in a box: one will do."""

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

    @property
    def failing(self) -> float:
        """Share of all points at which the policy fails."""
        return float(self.points["fails"].mean())


def make(findings: Findings, asked: Asked) -> Made:
    """Look for the conditions under which a policy fails."""
    experiment = findings.experiment
    factors = [factor.name for factor in experiment.uncertain]
    by = "policy" if experiment.policies else "scenario"
    changes = gains(findings.table, factors, asked.outcome, by, asked.policy)
    change = f"what {asked.policy} changes in {asked.outcome}"
    check_moved(changes["change"].to_numpy(), change, "under all conditions")
    shared = experiment.luck == "shared"
    found = discovery(changes, factors, asked.at_least, shared_luck=shared)
    return Made((box(found, asked, experiment.units),), found.points)


def gains(
    table: pd.DataFrame, factors: Sequence[str], outcome: str, by: str, policy: str
) -> pd.DataFrame:
    """What a policy changes at every point, on the same luck.

    Parameters
    ----------
    table : DataFrame
        A row a run: the factors, ``replication``, the outcome, and the column ``by``.
    factors : sequence of str
        Columns that tell one point from another.
    outcome, by : str
        Columns.
    policy : str
        The value in ``by`` that is looked at; it is held against the first that the table names.

    Returns
    -------
    DataFrame
        A row a point: the factors, and ``change`` with its own 95% interval ``low`` to ``high``.
    """
    first = table[by].iloc[0]
    rows = []
    for values, runs in table.groupby(list(factors), sort=False):
        both = runs.pivot(index="replication", columns=by, values=outcome)
        change = paired_difference(both[policy], both[first])
        low, high = change.interval or (float("nan"), float("nan"))
        named = dict(zip(factors, values, strict=True))
        rows.append(named | {"change": change.mean, "low": low, "high": high})
    return pd.DataFrame(rows)


def discovery(
    found: pd.DataFrame, factors: Sequence[str], at_least: float, *, shared_luck: bool = False
) -> Discovery:
    """Look for a box of conditions that holds most of the points at which a policy fails.

    Parameters
    ----------
    found : DataFrame
        As `gains` gives it.
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
    (Bryant and Lempert 2010); conditions above `MOST_QUASI_P` are let go one by one, and what is left is
    what is reported and compared. It does not allow for the search among many boxes. With sixty
    parameters and a dozen failures a box can always be found, so all of it is repeated with the
    failures shuffled: a box that does not beat all of those is not reported.
    """
    points = found.assign(
        fails=found["change"] < at_least,
        unsure=(found["low"] <= at_least) & (at_least <= found["high"]),
    )
    failures = points["fails"].to_numpy(bool)
    if shared_luck or not failures.any() or failures.all():
        return replace(_everything(points, failures), shared_luck=shared_luck)
    values = points[list(factors)].astype(float)
    box = _peeled(values, failures)
    if box is None:
        return _everything(points, failures)
    rng = np.random.default_rng(0)
    shuffled = [_peeled(values, rng.permutation(failures)) for _ in range(SHUFFLES)]
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


@dataclass(frozen=True)
class _Box:
    """Conditions, and the points that meet them."""

    bounds: pd.DataFrame
    """A column a factor: its lowest and its highest value."""
    inside: np.ndarray
    coverage: float
    density: float
    quasi_p: Mapping[str, float] = field(default_factory=dict)
    """Of each factor that the box restricts."""

    @property
    def merit(self) -> float:
        """By which boxes are compared: the harmonic mean of coverage and density."""
        together = self.coverage + self.density
        return 2 * self.coverage * self.density / together if together else 0.0


def _peeled(values: pd.DataFrame, failures: np.ndarray) -> _Box | None:
    """The chosen box; None where it restricts nothing."""
    from scipy import stats  # takes more than a second

    odds = stats.mannwhitneyu(values[failures], values[~failures]).pvalue
    strongest = np.sort(np.argsort(odds, kind="stable")[:MOST_RESTRICTIONS])
    values = values.iloc[:, strongest]
    with warnings.catch_warnings():  # of packages that it does not find, and of pandas to come
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.prim import Prim

        peeled = Prim(values, failures, threshold=SOME, mass_min=LEAST_MASS).find_box()
    boxes = [_bounded(values, failures, bounds) for bounds in peeled.box_lims]
    best = max(range(len(boxes)), key=lambda place: boxes[place].merit)
    place, quasi_p = _certain(peeled, best)
    if not quasi_p:
        return None
    return replace(_bounded(values, failures, peeled.box_lims[place]), quasi_p=quasi_p)


def _bounded(values: pd.DataFrame, failures: np.ndarray, bounds: pd.DataFrame) -> _Box:
    """The box of all points within these bounds."""
    low, high = bounds.iloc[0].to_numpy(float), bounds.iloc[1].to_numpy(float)
    every = values[list(bounds.columns)].to_numpy()
    inside = np.asarray(((every >= low) & (every <= high)).all(axis=1))
    coverage = float(failures[inside].sum() / failures.sum())
    return _Box(bounds, inside, coverage, float(failures[inside].mean()))


def _certain(peeled: Any, place: int) -> tuple[int, dict[str, float]]:
    """Let go what restricts one of the peeled boxes without need, the least certain first.

    Gives the place of what remains among them, and how certain each of its restrictions is.
    """
    whole = peeled.box_lims[0]
    while True:
        bounds = peeled.box_lims[place]
        names = [name for name in bounds if tuple(bounds[name]) != tuple(whole[name])]
        if not names:
            return place, {}
        odds = peeled._calculate_quasi_p(place, names)
        # One side that is not restricted has -1.
        quasi_p = {name: min(p for p in odds[name] if p >= 0) for name in names}
        worst = max(names, key=quasi_p.__getitem__)
        if quasi_p[worst] <= MOST_QUASI_P:
            return place, quasi_p
        peeled.drop_restriction(worst, place)
        place = len(peeled.box_lims) - 1


def _restrictions(values: pd.DataFrame, box: _Box) -> pd.DataFrame:
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
    return Chart(
        "box",
        box_title(found, asked, units),
        f"{OF_A_BOX if bounded else OF_ALL} {percent(float(found.points['unsure'].mean()), 0)} of the "
        f"points are too close to the threshold for their runs to say whether the policy fails there.{chance}",
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
