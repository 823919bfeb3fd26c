"""How an outcome follows one setting, step by step."""

from __future__ import annotations

import pandas as pd

from seci_sim.experiment.statistics import Difference, estimate, paired_difference, separated

Curves = dict[str, dict[float, "pd.Series[float]"]]


def dose_response(
    table: pd.DataFrame, outcome: str, factor: str, by: str | None = None
) -> pd.DataFrame:
    """Follow an outcome over the levels of a factor.

    Parameters
    ----------
    table : DataFrame
        A row a run: the factor, ``replication``, the outcome, and the column ``by``.
    outcome, factor : str
        Columns.
    by : str, optional
        Column of curves to be drawn apart, such as ``policy``.

    Returns
    -------
    DataFrame
        A row for each curve and dose, doses rising: ``curve``, ``dose``, ``runs``; ``mean``,
        ``low``, ``high`` (its 95% interval); ``change`` with ``change_low``, ``change_high`` and
        ``apart``: from the lowest dose, or, where there are several curves, from the first curve
        at the same dose; ``step`` with ``step_low``, ``step_high``: from the dose before;
        ``below_best``: told from the dose of its curve with the highest mean. Differences are
        paired by luck, and the intervals of each kind hold together in 95% of experiments
        (Bonferroni); for ``below_best``, with as many comparisons as there are pairs of doses,
        since the best dose is picked by its result.

    Examples
    --------
    >>> runs = pd.DataFrame({"dose": [0, 0, 1, 1, 2, 2], "replication": [0, 1] * 3,
    ...                      "met": [0.1, 0.2, 0.3, 0.41, 0.31, 0.4]})
    >>> dose_response(runs, "met", "dose")[["dose", "mean", "change", "step"]].round(3)
       dose   mean  change   step
    0   0.0  0.150     NaN    NaN
    1   1.0  0.355   0.205  0.205
    2   2.0  0.355   0.205  0.000
    """
    curves = _curves(table, outcome, factor, by)
    first = next(iter(curves.values()))
    doses = sum(len(curve) for curve in curves.values())
    changes = doses - len(first) if len(curves) > 1 else doses - 1
    rows = []
    for name, curve in curves.items():
        before: pd.Series[float] | None = None
        best = max(curve.values(), key=lambda runs: float(runs.mean()))
        pairs = max(1, len(curve) * (len(curve) - 1) // 2)
        for dose, runs in curve.items():
            found = estimate(runs)
            low, high = found.interval or (float("nan"), float("nan"))
            row = {"curve": name, "dose": dose, "runs": found.used,
                   "mean": found.mean, "low": low, "high": high}  # fmt: skip
            reference = first.get(dose) if len(curves) > 1 else next(iter(first.values()))
            if reference is not None and reference is not runs:
                change = _paired(runs, reference, changes)
                row |= _named("change", change) | {"apart": separated(change)}
            if before is not None:
                row |= _named("step", _paired(runs, before, max(1, doses - len(curves))))
            before = runs
            below = separated(_paired(runs, best, pairs))
            rows.append({"apart": False} | row | {"below_best": below})
    columns = ["curve", "dose", "runs", "mean", "low", "high", "apart", "below_best"]
    columns += [f"{kind}{end}" for kind in ("change", "step") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows).reindex(columns=columns)


def enough(found: pd.DataFrame) -> float | None:
    """The lowest dose that is not told from the dose with the highest mean.

    Parameters
    ----------
    found : DataFrame
        One curve that is alone in its table, as `dose_response` gives it.

    Returns
    -------
    float or None
        None where no dose is told apart from the lowest, so that nothing is gained by any.
    """
    best = found.loc[[found["mean"].idxmax()]]
    if not best["apart"].iloc[0]:
        return None
    return float(found["dose"][~found["below_best"]].iloc[0])


def _curves(table: pd.DataFrame, outcome: str, factor: str, by: str | None) -> Curves:
    """The runs of each curve and dose, by replication; curves in the order of the table."""
    names = [""] if by is None else [str(name) for name in dict.fromkeys(table[by])]
    curves: Curves = {}
    for name in names:
        rows = table if by is None else table[table[by].astype(str) == name]
        curves[name] = {
            float(dose): rows[rows[factor] == dose].set_index("replication")[outcome].astype(float)
            for dose in sorted(set(rows[factor].tolist()))
        }
    return curves


def _paired(runs: pd.Series[float], reference: pd.Series[float], comparisons: int) -> Difference:
    both = runs.index.union(reference.index)
    return paired_difference(runs.reindex(both), reference.reindex(both), comparisons=comparisons)


def _named(kind: str, found: Difference) -> dict[str, float]:
    low, high = found.interval or (float("nan"), float("nan"))
    return {kind: found.mean, f"{kind}_low": low, f"{kind}_high": high}
