"""An experiment written down with all that it was made from, and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from seci_sim.experiment.design import Design

SomeDesign = TypeVar("SomeDesign", bound=Design)

SCHEMA = "seci_sim experiment 1"
DESIGN = "design.json"


class StoreProblem(Exception):
    """A folder cannot be used for an experiment."""

    exit_code = 5


def recorded(experiment: Design) -> dict[str, Any]:
    """An experiment with all that it was read from, as JSON holds it."""
    scenarios = [
        {
            "name": scenario.name,
            "fingerprint": scenario.fingerprint,
            "sources": [list(source) for source in scenario.sources],
        }
        for scenario in experiment.scenarios
    ]
    return {
        "experiment": json.loads(experiment.model_dump_json(exclude_unset=True)),
        "points": list(experiment.points),
        "sources": [list(source) for source in experiment.sources],
        "scenarios": scenarios,
    }


def experiment_in(document: dict[str, Any], kind: type[SomeDesign]) -> SomeDesign:
    """Return the experiment of which `recorded` made a document."""
    fields = document["experiment"] | {name: document[name] for name in ("points", "sources")}
    return kind.model_validate_json(json.dumps(fields))


def read_design(folder: Path) -> dict[str, Any]:
    """Return what the folder of an experiment says about itself.

    Raises
    ------
    StoreProblem
        It is not the folder of an experiment.
    """
    try:
        design = json.loads((folder / DESIGN).read_text("utf-8"))
        if design["schema"] == SCHEMA:
            return dict(design)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise StoreProblem(f"{folder}: is not the folder of an experiment")
