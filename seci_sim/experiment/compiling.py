"""Rules compiled before the first run, so that no worker waits for them and no run's clock counts it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from loky import ProcessPoolExecutor

from seci_sim.experiment import watch
from seci_sim.parameters import MODELS, SECI
from seci_sim.scenario import Scenario

HALVES = (
    ("move_world", "socialize", "internalize"),
    ("externalize", "combine", "serve", "take_stock"),
)
"""The steps of a week, in two parts whose rules take about equally long to compile."""


def warm_up(model: str = SECI) -> None:
    """Compile all rules of a model once, so that worker processes find them compiled.

    Those of the SECI organisation take long, and are compiled by two processes.
    """
    from seci_sim.first_use import is_warm, mark_warm

    if not is_warm(model):
        if model == SECI:
            halves = len(HALVES)
            with ProcessPoolExecutor(halves, initializer=watch.leave_with_parent) as pool:
                list(pool.map(_compile_rules, HALVES))
        else:
            ready(model)
        mark_warm(model)


@cache
def ready(model: str = SECI) -> None:
    """Load a model's compiled rules into this process, so that no run's clock counts it."""
    if model == SECI:
        from seci_sim.model import SECIModel

        SECIModel("baseline", rng=0, projects_per_head=1.0).step()
    else:
        from seci_sim.classics import running

        fields = {"name": model, "question": "Does it run?", "model": model, "horizon": 1}
        scenario = Scenario.model_validate(fields)
        running.run(MODELS[model], scenario.parameters, scenario.horizon, seed=0)


def _compile_rules(steps: Sequence[str]) -> None:
    """Compile the rules of some steps of a week, in a firm that starts projects every week."""
    from seci_sim.model import SECIModel

    model = SECIModel("baseline", rng=0, projects_per_head=1.0)
    model.organisation.begin_week()
    for step in steps:
        getattr(model, step)()
