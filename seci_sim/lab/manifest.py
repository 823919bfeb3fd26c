"""What a folder of results says about itself: its design before it is run, its manifest afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from seci_sim.lab.design import Design
from seci_sim.lab.provenance import differing_versions, made_with
from seci_sim.scenario import settings

SomeDesign = TypeVar("SomeDesign", bound=Design)

DESIGN, DESIGN_SCHEMA = "design.json", "seci_sim experiment 1"
MANIFEST, MANIFEST_SCHEMA = "manifest.json", "seci_sim manifest 2"
EXPERIMENT_BEFORE, COMPARISON_BEFORE = "seci_sim experiment manifest 1", "seci_sim manifest 1"
"""Manifests of version 0.1: of an experiment, which had what it has now, and of a comparison or run."""


class StoreProblem(Exception):
    """A folder cannot be used for an experiment."""

    exit_code = 5


class AnotherExperiment(StoreProblem):
    """A folder holds another experiment, or another version's."""

    exit_code = 6


def as_document(experiment: Design) -> dict[str, Any]:
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
    own = experiment.own_model
    return {
        "own_model": own.name if own else "",
        "own_model_parts": own.parts if own else {},
        "experiment": json.loads(experiment.model_dump_json(exclude_unset=True)),
        "points": list(experiment.points),
        "own_outcomes": [one.model_dump() for one in experiment.own_outcomes],
        "sources": [list(source) for source in experiment.sources],
        "scenarios": scenarios,
    }


def design_document(experiment: Design, command: str) -> dict[str, Any]:
    """What a folder says before anything is run."""
    return {
        "schema": DESIGN_SCHEMA,
        "created": now(),
        "command": command,
        "fingerprint": experiment.fingerprint,
        "made_with": made_with(),
        **as_document(experiment),
    }


def now() -> str:
    """The time, as documents say it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def experiment_in(document: Mapping[str, Any], kind: type[SomeDesign]) -> SomeDesign:
    """Return the experiment of which `as_document` made a document.

    Raises
    ------
    AnotherExperiment
        Another version wrote the document, and this one cannot read it.
    """
    try:
        fields = document["experiment"] | {name: document[name] for name in ("points", "sources")}
        fields["own_outcomes"] = document.get("own_outcomes", [])
        if name := document["own_model"]:
            fields["own_model"] = {"name": name, "parts": document.get("own_model_parts", {})}
        fields["scenarios"] = [
            scenario | {"sources": about["sources"]}
            for scenario, about in zip(fields["scenarios"], document["scenarios"], strict=True)
        ]
        return kind.model_validate_json(json.dumps(fields))
    except (ValidationError, KeyError, TypeError, ValueError):
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


def _first_difference(document: Mapping[str, Any]) -> str:
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
        if design["schema"] == DESIGN_SCHEMA:
            return dict(design)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise StoreProblem(f"{folder}: is not the folder of an experiment")


def read_manifest(path: Path) -> dict[str, Any]:
    """Return a manifest, given its path or its folder.

    Raises
    ------
    StoreProblem
        There is none.
    """
    file = path / MANIFEST if path.is_dir() else path
    try:
        found = json.loads(file.read_text("utf-8"))
        if found["schema"] in (MANIFEST_SCHEMA, EXPERIMENT_BEFORE, COMPARISON_BEFORE):
            return dict(found)
    except OSError as problem:
        raise StoreProblem(f"{file}: {problem.strerror}") from None
    except (ValueError, KeyError, TypeError):
        pass
    raise StoreProblem(f"{file}: is not a manifest of seci-sim")
