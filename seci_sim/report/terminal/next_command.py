"""What to type next after runs: a command that works as it stands, and goes on from what was run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seci_sim.parameters import SECI, declarations
from seci_sim.scenario import FileProblem, InputProblem, Scenario, read_scenario, shipped_scenarios
from seci_sim.scenario.file_names import as_argument, plain_name, typed, unused
from seci_sim.scenario.preflight import Request, comparable
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.set_values import in_short

LEVER, PRICE = "policy.patient_time", "service.price"
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Values of the lever of which the next larger one is proposed."""


def next_command(request: Request, scenarios: Sequence[Scenario]) -> str:
    """Return a command that follows naturally from what was run.

    From a scenario that comes with the program, one of one's own; from that, a comparison with what
    it extends, then one of its levers or another price; from that, a file in which it stands.
    """
    last, scenario = request.given[-1], scenarios[-1]
    file, words = as_argument(last), ["seci-sim"]
    if request.settings and request.command == "run":
        return typed([*words, "compare", *request.files])
    if request.settings:
        stem = plain_name(f"{Path(last).stem}-{in_short(request.settings)}")
        return typed([*words, "new", unused(f"{stem}.yaml"), "--from", file])
    if last in shipped_scenarios():
        return typed([*words, "new", unused("my-firm.yaml"), "--from", last])
    if request.command == "run" and (base := _extended(scenario)):
        return typed([*words, "compare", as_argument(base), file])
    if setting := _another_value(scenario):
        return typed([*words, "compare", file, "--set", setting])
    return typed([*words, "new", unused(f"{plain_name(Path(last).stem)}-2.yaml"), "--from", file])


def _extended(scenario: Scenario) -> str:
    """The scenario that a file extends, if the two can be compared."""
    label = scenario.sources[1].label if len(scenario.sources) > 1 else ""
    base = label.removesuffix(" (shipped)")
    try:
        return base if base and comparable([read_scenario(base), scenario]) else ""
    except (InputProblem, FileProblem):  # what it names second may be a list of meetings
        return ""


def _is_about_price(scenario: Scenario) -> bool:
    """Whether incomes decide what patients pay of a price that no market has of its own."""
    own = any(unit.price is not None for unit in scenario.units)
    return bool(scenario.policy.shares_paid and scenario.service.price and not own)


def _another_value(scenario: Scenario) -> str:
    """Half the price where that is in question; else a larger value of a lever; as somebody types it."""
    if scenario.model != SECI:
        return ""
    unit = {one.name: one.unit for one in declarations()}
    if _is_about_price(scenario):
        return f"{PRICE}={in_words(scenario.service.price / 2, unit[PRICE])}"
    now = scenario.policy.patient_time
    larger = (step for step in STEPS if step > now)
    return next((f"{LEVER}={in_words(step, unit[LEVER])}" for step in larger), "")
