"""What an organisation measured, as tables and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from seci_sim.scenario.trial import ARMS, TRIAL_OUTCOMES
from seci_sim.seci.measures import WHOLE, Measure, columns

if TYPE_CHECKING:
    import pandas as pd

    from seci_sim.seci.organisation import Organisation

SHOWN = ("needs_met", "needs_mis_served", "tacit_alignment", "staff_knowing", "skill")
"""Measures that a notebook shows of a model."""


def measures(organisation: Organisation) -> tuple[Measure, ...]:
    """What is measured every week."""
    settings = organisation.settings
    return columns(settings.service.bands, settings.rival_names)


def weekly(organisation: Organisation) -> pd.DataFrame:
    """A row for each week and market, and for all of them."""
    places = [*organisation.firm.market_names, WHOLE]
    names = [measure.name for measure in measures(organisation)]
    weeks = range(1, organisation.records.weeks + 1)
    return _frame({"week": weeks, "market": places}, organisation.table(), names)


def trial(organisation: Organisation) -> pd.DataFrame:
    """A row for each week and arm of the trial inside the firm.

    Raises
    ------
    ValueError
        There is none.
    """
    conducted = organisation.trial
    if conducted is None:
        raise ValueError(f"{organisation.settings.name!r} has no trial")
    keys = {"week": conducted.weeks.tolist(), "arm": ARMS}
    return _frame(keys, conducted.by_arm(), ["people", *TRIAL_OUTCOMES])


def _frame(keys: dict[str, Sequence[Any]], values: Any, names: list[str]) -> pd.DataFrame:
    import pandas as pd

    index = pd.MultiIndex.from_product([*keys.values()], names=[*keys])
    return pd.DataFrame(values.reshape(-1, len(names)), index, names).reset_index()


def last_week(organisation: Organisation) -> list[tuple[str, str]]:
    """Some measures of the whole in the last week: meaning and value; none before the first."""
    return [
        (measure.meaning, f"{value:.1%}")
        for last in organisation.table()[-1:, -1]
        for measure, value in zip(measures(organisation), last, strict=True)
        if measure.name in SHOWN
    ]
