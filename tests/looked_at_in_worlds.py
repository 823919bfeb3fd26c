"""Two small firms, looked at in few worlds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from scenario_files import TINY

from seci_sim.lab import Experiment
from seci_sim.lab.comparing import comparison, over_worlds
from seci_sim.lab.pool import Here
from seci_sim.lab.run import worlds_of
from seci_sim.lab.worlds import Asked, Worlds
from seci_sim.scenario import Scenario, read_scenario

MORE = "name: More\nextends: tiny.yaml\npolicy: {patient_time: 10%}\n"
FEW = ("compare", "tiny.yaml", "more.yaml", "--replications", "2", "--workers", "1", "--quiet")
DRIFT, SETUP = "world.drift", "projects.setup_weeks"


def two_policies() -> tuple[Scenario, Scenario]:
    """Two policies of one firm, as files in the folder that a test works in."""
    Path("tiny.yaml").write_text(TINY)
    Path("more.yaml").write_text(MORE)
    return read_scenario("./tiny.yaml"), read_scenario("./more.yaml")


def looked_at(compared: Sequence[Scenario], worlds: Asked, seed: int = 1) -> Experiment:
    asked = over_worlds(comparison(compared, seed=seed), worlds)
    assert asked is not None
    return asked


def found_in(compared: Sequence[Scenario], worlds: Asked, seed: int = 1) -> Worlds:
    found = worlds_of(looked_at(compared, worlds, seed).run(Here()))
    assert found is not None
    return found


def table(text: str, name: str = "worlds.csv") -> Path:
    path = Path(name)
    path.write_text(text)
    return path


def digest_in(folder: str) -> str:
    return str(json.loads(Path(folder, "manifest.json").read_text())["digest"])
