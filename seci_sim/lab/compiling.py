"""Rules compiled before the first run, so that no worker waits for them and no run's clock counts it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from loky import ProcessPoolExecutor

from seci_sim.lab import watch
from seci_sim.parameters import MODELS, SECI
from seci_sim.scenario import Scenario, read_scenario, with_levers
from seci_sim.scenario.trial import Trial

HALVES = (
    ("begin_week", "move_world", "socialize", "internalize"),
    ("externalize", "combine", "work", "serve", "take_stock"),
)
"""The processes of a week, in two parts whose rules take about equally long to compile."""

TRIAL = "trial"
"""What a trial adds to them."""

A_TRIAL = Trial.model_validate(
    {"name": TRIAL, "among": "people", "from": 2, "to": 2, "policy": {"patient_time": 0.02}}
)


def warm_up(model: str = SECI, *, trial: bool = False) -> None:
    """Compile all rules of a model once, so that worker processes find them compiled.

    Those of the SECI organisation take long, and are compiled by two processes; what a trial adds is
    compiled where there is one.
    """
    from seci_sim.engine.first_use import is_warm, mark_warm

    if not is_warm(model):
        if model == SECI:
            with watch.out_of_earshot():
                pool = ProcessPoolExecutor(len(HALVES), initializer=watch.leave_with_parent)
            try:
                with watch.out_of_earshot():
                    compiled = pool.map(_compile_rules, HALVES)
                list(compiled)
            finally:
                pool.shutdown(kill_workers=True)
        else:
            ready(model)
        mark_warm(model)
    if trial and not is_warm(TRIAL):
        ready(model, trial=True)
        mark_warm(TRIAL)


@cache
def ready(model: str = SECI, *, trial: bool = False) -> None:
    """Load a model's compiled rules into this process, so that no run's clock counts it."""
    if model == SECI:
        from seci_sim.seci.organisation import Organisation

        scenario = with_levers(read_scenario("baseline"), projects_per_head=1.0)
        Organisation(scenario, 0).run(1)
        if trial:
            Organisation(scenario.model_copy(update={"trial": A_TRIAL}), 0).run(2)
    else:
        from seci_sim.classics import running

        fields = {"name": model, "question": "Does it run?", "model": model, "horizon": 1}
        scenario = Scenario.model_validate(fields)
        running.run(MODELS[model], scenario.parameters, scenario.horizon, seed=0)


def _compile_rules(processes: Sequence[str]) -> None:
    """Compile some processes of a week, and what is called outside of weeks if the first is among them."""
    from seci_sim.seci import week

    if week.begin_week.__name__ in processes:
        from seci_sim.seci.organisation import Organisation

        Organisation(read_scenario("baseline"), 0).begin_week()
    week.prepare([process for process in week.PROCESSES if process.__name__ in processes])
