"""Doing an experiment again from its manifest, and saying what differs."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from seci_sim.experiment.cells import Cells, settled
from seci_sim.experiment.collecting import MANIFEST, MANIFEST_SCHEMA, RESULTS
from seci_sim.experiment.experiment import Experiment
from seci_sim.experiment.findings import Findings
from seci_sim.experiment.provenance import differing_versions, made_with
from seci_sim.experiment.recorded import StoreProblem, experiment_in, read_design
from seci_sim.experiment.work import Chunk, Failure, run_chunk
from seci_sim.scenario import shipped_scenarios

SHIPPED = " (shipped)"


@dataclass(frozen=True)
class Repeated:
    """What doing an experiment again showed."""

    manifest: dict[str, Any]
    digest: str
    changed: tuple[str, ...]
    """Files of the folder that are not what they were when the manifest was written."""
    notes: tuple[str, ...]
    """Versions and lines of scenarios that differ today."""
    results: tuple[str, ...]
    """Where results differ; nothing if they are the same to the bit."""


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of an experiment, given its path or its folder.

    Raises
    ------
    StoreProblem
        There is none.
    """
    file = path / MANIFEST if path.is_dir() else path
    try:
        manifest = json.loads(file.read_text("utf-8"))
        if manifest["schema"] == MANIFEST_SCHEMA:
            return dict(manifest)
    except OSError as problem:
        raise StoreProblem(f"{file}: {problem.strerror}") from None
    except (ValueError, KeyError, TypeError):
        pass
    raise StoreProblem(f"{file}: is not the manifest of an experiment")


def repeat(path: Path, workers: int | None = None) -> Repeated:
    """Do an experiment again as its manifest tells it, and compare.

    Parameters
    ----------
    path : Path
        The manifest, or the folder that holds it.
    workers : int, optional
        Processes.

    Raises
    ------
    StoreProblem
        There is no such manifest, or the experiment used somebody's own model.
    """
    manifest = read_manifest(path)
    folder = path if path.is_dir() else path.parent
    if manifest["own_model"]:
        what = f"used a model of its own, {manifest['own_model']}; do it again from Python"
        raise StoreProblem(f"{path}: {what}")
    experiment = experiment_in(manifest, Experiment)
    again = experiment.run(workers=workers)
    changed = tuple(_changed_files(manifest, folder))
    notes = (*differing_versions(manifest["made_with"], made_with()), *_changed_lines(manifest))
    results: tuple[str, ...] = ()
    if again.digest != manifest["digest"]:
        results = tuple(_differing(folder, manifest, again))
    return Repeated(manifest, again.digest, changed, notes, results)


def _changed_files(manifest: dict[str, Any], folder: Path) -> Iterator[str]:
    for name, expected in manifest["files"].items():
        try:
            data = (folder / name).read_bytes()
        except OSError:
            yield f"{name}: is not there any more"
            continue
        if hashlib.sha256(data).hexdigest() != expected:
            yield f"{name}: was changed since"


def _changed_lines(manifest: dict[str, Any]) -> Iterator[str]:
    """Lines of the files that the experiment was read from which are different today."""
    every = [*manifest["sources"], *(s for one in manifest["scenarios"] for s in one["sources"])]
    for label, text in dict.fromkeys(map(tuple, every)):
        today = _today(label)
        if today is None:
            yield f"{label}: is not there any more"
            continue
        lines = zip_longest(text.splitlines(), today.splitlines(), fillvalue="")
        for number, (there, here) in enumerate(lines, start=1):
            if there != here:
                yield f"{label}:{number}: {there.strip()!r} there, {here.strip()!r} here"
                break


def _today(label: str) -> str | None:
    """Text of a file as it is now."""
    from seci_sim.experiment.files import shipped_experiments

    name = label.removesuffix(SHIPPED)
    shipped = {**shipped_experiments(), **shipped_scenarios()}
    path = shipped.get(name) if label.endswith(SHIPPED) else Path(label)
    try:
        return None if path is None else path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return None


def _differing(folder: Path, manifest: dict[str, Any], again: Findings) -> Iterator[str]:
    """Say where the results of today differ from those that were kept."""
    yield f"results: digest {manifest['digest'][:12]} there, {again.digest[:12]} here"
    try:
        kept = (folder / RESULTS).read_bytes()
    except OSError:
        return
    if hashlib.sha256(kept).hexdigest() == manifest["digest"]:
        yield from first_difference(kept.decode(), again.as_csv())


def first_difference(before: str, now: str) -> Iterator[str]:
    """Say in which row and column two tables of results differ first."""
    there, here = (pd.read_csv(io.StringIO(text), dtype=str) for text in (before, now))
    if len(there) != len(here) or list(there.columns) != list(here.columns):
        yield f"results: {len(there)} runs there, {len(here)} here"
        return
    for column in there.columns:
        differing = there[column].fillna("") != here[column].fillna("")
        if differing.any():
            row = int(differing.to_numpy().argmax())
            where = f"cell {there['cell'][row]}, replication {there['replication'][row]}"
            yield f"{column}: {there[column][row]} there, {here[column][row]} here, in {where}"
            return


def alone(
    folder: Path, cell: int, replication: int
) -> tuple[dict[str, Any], dict[str, float] | Failure]:
    """Do one run of an experiment in this process; return its settings and its outcomes.

    Raises
    ------
    StoreProblem
        The folder is not an experiment's, or there is no such run.
    """
    experiment = experiment_in(read_design(folder), Experiment)
    cells = Cells(experiment)
    if not (0 <= cell < len(cells) and 0 <= replication < experiment.most_replications):
        what = f"cells 0 to {len(cells) - 1}, replications 0 to {experiment.most_replications - 1}"
        raise StoreProblem(f"{folder}: no run {cell}, {replication}; there are {what}")
    values: dict[str, Any] = {"scenario": settled(experiment, cells[cell]).name}
    if experiment.policies:
        values["policy"] = experiment.policies[cells[cell].policy].name
    values |= cells[cell].values | {"seed": experiment.seed + replication}
    ran = run_chunk(Chunk(experiment, ((cells[cell], replication),)))
    if ran.failures:
        return values, ran.failures[0]
    return values, dict(zip(experiment.outcomes, ran.outcomes[0].tolist(), strict=True))
