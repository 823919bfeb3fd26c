"""What the engine for browsers is asked to run, and what Python's own comes to."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import numpy as np

from seci_sim.browser.catalogue import runs_in_browsers
from seci_sim.engine.structures import Structure
from seci_sim.parameters import declarations
from seci_sim.scenario import Scenario, read_scenario, shipped_scenarios, with_levers
from seci_sim.scenario.trial import TRIAL_OUTCOMES
from seci_sim.seci.organisation import Organisation

Case = dict[str, Any]
"""``scenario``, ``seed``, ``values`` by full names, and ``weeks``."""

HOW_MUCH_THERE_IS_TO_DO = ("world.needs", "service.eligible_patients")

LARGEST = "one-percent-full"
"""Takes as long as all others together."""


def shipped(seed: int = 1, weeks: int | None = None) -> list[Case]:
    """Every shipped scenario of the SECI organisation but the largest, to its end or for some weeks."""
    return [
        {"scenario": name, "seed": str(seed), "weeks": weeks or horizon}
        for name, horizon in _horizons().items()
    ]


@cache
def _horizons() -> dict[str, int]:
    """Weeks of every shipped scenario that runs in browsers, but the largest; to read all takes a second."""
    read = {name: read_scenario(name) for name in shipped_scenarios() if name != LARGEST}
    return {name: one.horizon for name, one in read.items() if runs_in_browsers(one)}


def at_random(name: str, number: int, seed: int, weeks: int) -> Iterator[Case]:
    """Cases of a scenario all of whose parameters are drawn from where they are allowed, near their plausible range."""
    draw = random.Random(seed)
    for _ in range(number):
        values = next(
            filter(partial(_go_together, name), (dict(_drawn(name, draw)) for _ in range(100)))
        )
        yield {
            "scenario": name,
            "seed": str(draw.getrandbits(63)),
            "weeks": weeks,
            "values": values,
        }


def _go_together(name: str, values: dict[str, Any]) -> bool:
    try:
        changed(read_scenario(name), values)
    except ValueError:
        return False
    return True


def _drawn(name: str, draw: random.Random) -> Iterator[tuple[str, Any]]:
    alone = not read_scenario(name).rivals
    for one in declarations():
        if (alone and one.name.startswith("competition.")) or one.name in HOW_MUCH_THERE_IS_TO_DO:
            continue  # the first says nothing without rivals
        if isinstance(one.default, bool):
            yield one.name, draw.random() < 0.8
        elif one.plausible and isinstance(one.default, int):
            yield one.name, draw.randint(math.ceil(one.plausible[0]), math.floor(one.plausible[1]))
        elif one.plausible:
            yield one.name, draw.uniform(*one.plausible)


def changed(scenario: Scenario, values: dict[str, Any]) -> Scenario:
    """The scenario with some values, by full names."""
    levers = {name.replace(".", "__"): value for name, value in values.items()}
    return with_levers(scenario, **levers) if levers else scenario


def answers(cases: list[Case]) -> list[list[dict[str, int]]]:
    """What Python comes to: of each case, checksums of its first week and of its last."""
    found = []
    for case in cases:
        scenario = changed(read_scenario(case["scenario"]), case.get("values", {}))
        firm = Organisation(scenario, int(case["seed"]))
        firm.run(1)
        first = tables(firm)
        firm.run(case["weeks"])
        found.append([first, tables(firm)])
    return found


def tables(firm: Organisation) -> dict[str, int]:
    """Checksums of what a firm's and its rivals' structures hold, and of what was measured of them together, or of a trial."""
    found = _own(firm)
    for place, rival in enumerate(firm.rivals):
        found |= {f"rival {place} {name}": of for name, of in _own(rival).items()}
    if firm.rivalry is not None:
        found["against rivals"] = checksum(firm.rivalry.table())
    if firm.trial is not None:
        places = [TRIAL_OUTCOMES.index(name) + 1 for name in firm.trial.trial.outcomes]
        found["of a trial"] = checksum(firm.trial.by_arm()[..., places].transpose(0, 2, 1))
    return found


def _own(firm: Organisation) -> dict[str, int]:
    """Of one firm, but for room that nothing has been written to."""
    known = firm.knowledge
    written: list[tuple[str, Structure, int | None]] = [
        ("records", firm.records, firm.records.weeks),
        ("staff", firm.staff, None),
        ("truth", firm.truth, None),
        ("knowledge", known, None),
        ("library", known.library, known.library.size),
        ("projects", known.projects, known.projects.size),
    ]
    found = {}
    for name, structure, rows in written:
        for field, layout in structure.layouts.items():
            if layout.entry is not None:
                everything = not layout.axes or field == "held"
                array = getattr(structure, field)[: None if everything else rows]
                found[f"{name}.{field}"] = checksum(array)
    return found


def checksum(array: Any) -> int:
    """CRC-32 of the bytes of an array, in which every NaN is the same."""
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), array.dtype.type(np.nan), array)
    return zlib.crc32(np.ascontiguousarray(array).tobytes())
