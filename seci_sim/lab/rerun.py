"""Doing runs again from their manifest, and saying what differs."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from seci_sim.lab.cells import Cells, settled
from seci_sim.lab.chunks import Chunk, Failure, run_chunk
from seci_sim.lab.comparing import comparison
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.manifest import (
    COMPARISON_BEFORE,
    StoreProblem,
    experiment_in,
    experiment_of,
    read_design,
    read_manifest,
)
from seci_sim.lab.own_model import NotHere, brought_back
from seci_sim.lab.provenance import differing_versions, made_with
from seci_sim.lab.run import results_of
from seci_sim.lab.spreadsheets import as_csv
from seci_sim.scenario import Scenario, shipped_scenarios

SHIPPED = " (shipped)"
RESULTS, SUMMARY = "results.csv", "summary.csv"
"""The table of results, and what it was for `run` and `compare` in version 0.1."""


@dataclass(frozen=True)
class Repeated:
    """What doing runs again showed."""

    runs: int
    digest: str
    """SHA-256 of the table of results as it is today."""
    changed: tuple[str, ...]
    """Files of the folder that are not what they were when the manifest was written."""
    notes: tuple[str, ...]
    """Versions and lines of scenarios that differ today."""
    results: tuple[str, ...]
    """Where results differ; nothing if they are the same to the bit."""


def repeat(path: Path, workers: int | None = None) -> Repeated:
    """Do again what a manifest tells of, and compare.

    Parameters
    ----------
    path : Path
        The manifest of an experiment, a run or a comparison, or the folder that holds it.
    workers : int, optional
        Processes.

    Raises
    ------
    StoreProblem
        There is no such manifest, or it used somebody's own model.
    """
    manifest = read_manifest(path)
    folder = path if path.is_dir() else path.parent
    if manifest["schema"] == COMPARISON_BEFORE:
        return _comparison_again(manifest, folder, workers)
    plain, own, written = _brought_back(experiment_in(manifest, Experiment), path)
    today = plain.run(workers=workers, **own).as_csv()
    sources = [*manifest["sources"], *(s for one in manifest["scenarios"] for s in one["sources"])]
    return _compared(
        folder / RESULTS,
        today,
        manifest["digest"],
        runs=manifest["runs"],
        changed=_changed_files(manifest["files"], folder),
        notes=[
            *differing_versions(manifest["made_with"], made_with()),
            *written,
            *_changed_lines(sources),
        ],
    )


def _brought_back(
    experiment: Experiment, path: Path
) -> tuple[Experiment, dict[str, Any], list[str]]:
    """What a program added to an experiment, beside the experiment without it."""
    try:
        plain, own, notes = brought_back(experiment)
    except NotHere as problem:
        raise StoreProblem(f"{path}: {problem}") from None
    assert isinstance(plain, Experiment)
    return plain, own, notes


def _comparison_again(manifest: dict[str, Any], folder: Path, workers: int | None) -> Repeated:
    """Do again what `run` or `compare` did in version 0.1, whose table had fewer columns."""
    inputs = manifest["inputs"]
    scenarios = [
        Scenario.model_validate_json(json.dumps(one["fields"])) for one in inputs["scenarios"]
    ]
    seeds = inputs["seeds"]
    experiment = comparison(scenarios, seed=seeds[0], replications=len(seeds))
    results = results_of(experiment.run(workers=workers))
    if results is None:
        raise StoreProblem(f"{folder}: no run came to an end")
    files = {name: about["sha256"] for name, about in manifest["files"].items()}
    sources = [(s["label"], s["text"]) for one in inputs["scenarios"] for s in one["sources"]]
    return _compared(
        folder / SUMMARY,
        as_csv(results.summary),
        files[SUMMARY],
        runs=len(results.summary),
        changed=_changed_files(files, folder),
        notes=[*differing_versions(manifest["versions"], made_with()), *_changed_lines(sources)],
    )


def _compared(
    table: Path,
    today: str,
    expected: str,
    *,
    runs: int,
    changed: Iterable[str],
    notes: Iterable[str],
) -> Repeated:
    """Hold the table of today against the one that was kept."""
    digest = hashlib.sha256(today.encode()).hexdigest()
    results: tuple[str, ...] = ()
    if digest != expected:
        results = tuple(_differing(table, expected, today, digest))
    return Repeated(runs, digest, tuple(changed), tuple(notes), results)


def _changed_files(files: Mapping[str, str], folder: Path) -> Iterator[str]:
    for name, expected in files.items():
        try:
            data = (folder / name).read_bytes()
        except OSError:
            yield f"{name}: is not there any more"
            continue
        if hashlib.sha256(data).hexdigest() != expected:
            yield f"{name}: was changed since"


def _changed_lines(sources: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of the files that everything was read from which are different today."""
    for label, text in dict.fromkeys((label, text) for label, text in sources):
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
    from seci_sim.lab.experiment_files import shipped_experiments

    name = label.removesuffix(SHIPPED)
    shipped = {**shipped_experiments(), **shipped_scenarios()}
    path = shipped.get(name) if label.endswith(SHIPPED) else Path(label)
    try:
        return None if path is None else path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return None


def _differing(table: Path, expected: str, today: str, digest: str) -> Iterator[str]:
    """Say where the results of today differ from those that were kept."""
    yield f"results: digest {expected[:12]} there, {digest[:12]} here"
    try:
        kept = table.read_bytes()
    except OSError:
        return
    if hashlib.sha256(kept).hexdigest() == expected:
        yield from first_difference(kept.decode(), today)


def first_difference(before: str, now: str) -> Iterator[str]:
    """Say in which row and column two tables of results differ first."""
    there, here = (pd.read_csv(io.StringIO(text), dtype=str) for text in (before, now))
    if len(there) != len(here) or list(there.columns) != list(here.columns):
        yield f"results: {len(there)} runs there, {len(here)} here"
        return
    keys = ("cell", "replication") if "cell" in there.columns else ("scenario", "seed")
    for column in there.columns:
        differing = there[column].fillna("") != here[column].fillna("")
        if differing.any():
            row = int(differing.to_numpy().argmax())
            where = ", ".join(f"{key} {there[key][row]}" for key in keys)
            yield f"{column}: {there[column][row]} there, {here[column][row]} here, in {where}"
            return


def alone(
    folder: Path, cell: int, replication: int
) -> tuple[dict[str, Any], dict[str, float] | Failure, list[str]]:
    """Do one run of an experiment in this process; return its settings, its outcomes and what differs.

    Raises
    ------
    StoreProblem
        The folder is not an experiment's, or there is no such run.
    """
    experiment = experiment_of(folder, Experiment)
    _, own, written = _brought_back(experiment, folder)
    notes = [*differing_versions(read_design(folder)["made_with"], made_with()), *written]
    cells = Cells(experiment)
    if not (0 <= cell < len(cells) and 0 <= replication < experiment.most_replications):
        what = f"cells 0 to {len(cells) - 1}, replications 0 to {experiment.most_replications - 1}"
        raise StoreProblem(f"{folder}: no run {cell}, {replication}; there are {what}")
    values: dict[str, Any] = {"scenario": settled(experiment, cells[cell]).name}
    if experiment.policies:
        values["policy"] = experiment.policies[cells[cell].policy].name
    values |= cells[cell].values | {"seed": experiment.seed + replication}
    ran = run_chunk(Chunk(experiment, ((cells[cell], replication),), **own))
    if ran.failures:
        return values, ran.failures[0], notes
    return values, dict(zip(experiment.outcomes, ran.outcomes[0].tolist(), strict=True)), notes
