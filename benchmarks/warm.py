"""Models in the middle of their work: past the weeks in which nobody has read or adopted anything."""

from __future__ import annotations

from functools import cache, partial

from mesa import Model

from benchmarks.firms import firm
from benchmarks.side import go_on
from benchmarks.timing import seconds
from seci_sim import SECIModel

SEED = 1


def warm_up_weeks(quick: bool) -> int:
    """Weeks before anything is measured: the first plans are routine after about 20."""
    return 26 if quick else 52


@cache
def warm_model(staff: int, weeks: int, *, needs: int = 40) -> SECIModel:
    """A model after some weeks; all subjects of one benchmark share it, as it is costly to make."""
    model = SECIModel(firm(staff, needs), rng=SEED)
    for _ in range(weeks):
        model.step()
    return model


def seconds_a_week(model: Model, weeks: int) -> float:
    """How long a week takes, as a mean over the next weeks of a model."""
    return seconds(partial(go_on, model, weeks)) / weeks
