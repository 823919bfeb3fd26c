"""An experiment written down with all that it was made from, and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from seci_sim.experiment.design import Design
from seci_sim.experiment.provenance import differing_versions, made_with
from seci_sim.scenario import settings

SomeDesign = TypeVar("SomeDesign", bound=Design)

SCHEMA = "seci_sim experiment 1"
DESIGN = "design.json"


class StoreProblem(Exception):
    """A folder cannot be used for an experiment."""

    exit_code = 5


class AnotherExperiment(StoreProblem):
    """A folder holds another experiment, or another version's."""

    exit_code = 6


def recorded(experiment: Design) -> dict[str, Any]:
    """An experiment with all that it was read from, as JSON holds it."""
    scenarios = [
        {
            "name": scenario.name,
            "fingerprint": scenario.fingerprint,
            "settings": settings(scenario),
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
    """Return the experiment of which `recorded` made a document.

    Raises
    ------
    AnotherExperiment
        Another version wrote the document, and this one cannot read it.
    """
    try:
        fields = document["experiment"] | {name: document[name] for name in ("points", "sources")}
        return kind.model_validate_json(json.dumps(fields))
    except (ValidationError, KeyError, TypeError):
        raise AnotherExperiment(f"cannot be read any more; {_first_difference(document)}") from None


def experiment_of(folder: Path, kind: type[SomeDesign]) -> SomeDesign:
    """Return the experiment whose folder it is.

    Raises
    ------
    StoreProblem
        It is not the folder of an experiment.
    AnotherExperiment
        What its results belong to is not what this version makes of it.
    """
    document = read_design(folder)
    try:
        experiment = experiment_in(document, kind)
    except AnotherExperiment as problem:
        raise AnotherExperiment(f"{folder}: {problem}") from None
    # Version 0.1 made its hashes otherwise, and noted no results.
    if experiment.fingerprint != document["fingerprint"] and "results" in document["made_with"]:
        what = "holds results of another design"
        raise AnotherExperiment(f"{folder}: {what}; {_first_difference(document)}")
    return experiment


def _first_difference(document: dict[str, Any]) -> str:
    """What has changed since a document was written."""
    before = document.get("made_with")
    differing = differing_versions(before if isinstance(before, dict) else {}, made_with())
    return next(differing, f"{DESIGN} was changed since")


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
