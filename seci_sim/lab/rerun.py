"""Doing runs again from their manifest, and saying what differs."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import pandas as pd

from seci_sim.lab.cells import Cells, settled
from seci_sim.lab.chunks import Chunk, Failure, run_chunk
from seci_sim.lab.comparing import comparison
from seci_sim.lab.documents import LARGEST_TABLE, Manifest, ManifestBefore
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.findings import Findings
from seci_sim.lab.hours_by_place import measures_by_place
from seci_sim.lab.manifest import (
    ANALYSES,
    MANIFEST,
    WORLDS,
    AnotherExperiment,
    StoreProblem,
    digest_of,
    digest_of_analyses,
    experiment_in,
    experiment_of,
    experiment_told,
    is_derived,
    read_design,
    read_manifest,
    searched,
)
from seci_sim.lab.own_model import NotHere, brought_back
from seci_sim.lab.provenance import ANALYSED_BY, DECISIVE, differing_versions, made_with
from seci_sim.lab.run import results_of
from seci_sim.lab.size import check_memory
from seci_sim.lab.spreadsheets import as_csv
from seci_sim.scenario import FileProblem, InputProblem, Scenario, set_values, shipped_scenarios
from seci_sim.scenario.meetings import read_meetings
from seci_sim.scenario.problems import shown, shown_path
from seci_sim.scenario.tree import bytes_of, parse, read_text

SHIPPED = " (shipped)"
LONGEST_LABEL = 200
FIELDS = {"extends", "scenario", *Scenario.model_fields, *Experiment.model_fields}
"""What may stand at the top of a scenario or an experiment."""
KEYS = ("cell", "replication", "scenario", "seed")
"""Columns that say which run a row of a table is of."""
RESULTS, SUMMARY = "results.csv", "summary.csv"
"""The table of results, and what it was for `run` and `compare` in version 0.1."""

Analyse: TypeAlias = Callable[[Findings, Path], Sequence[str]]
"""Makes the analyses of an experiment in a folder, and says which could not be made."""

Agree: TypeAlias = Callable[[str], bool]
"""Asked, with what would be imported from where, whether somebody's own code may be run."""


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
    analysed: Analysed | None = None
    """The same of analyses, where there are any."""
    worlds: Repeated | None = None
    """The same of many worlds, where there are any."""


@dataclass(frozen=True)
class Analysed:
    """What making analyses again showed."""

    tables: int
    runs: int
    """Runs that searches did besides."""
    digest: str
    """SHA-256 of all their tables as they are today."""
    differing: tuple[str, ...]
    """Where they differ."""
    unmade: tuple[str, ...]
    """Which could not be made, and why."""


def repeat(
    path: Path,
    workers: int | None = None,
    *,
    memory: float = 8.0,
    analyse: Analyse | None = None,
    agree: Agree | None = None,
) -> Repeated:
    """Do again what a manifest tells of, and compare.

    Parameters
    ----------
    path : Path
        The manifest of an experiment, a run or a comparison, or the folder that holds it.
    workers : int, optional
        Processes.
    memory : float
        Gigabytes that it may need.
    analyse : callable, optional
        Makes the analyses again, as far as the manifest tells of any.
    agree : callable, optional
        Asked before a model or an outcome of somebody's own is imported.

    Raises
    ------
    StoreProblem
        There is no such manifest, or it used somebody's own model.
    AnotherExperiment
        It was changed since it was written.
    InputProblem
        The runs need more memory.
    """
    manifest = read_manifest(path)
    folder = path if path.is_dir() else path.parent
    found = _repeated(path, manifest, folder, workers, memory, analyse, agree)
    worlds = folder / WORLDS
    if f"{WORLDS}/{RESULTS}" not in manifest.files or not (worlds / MANIFEST).exists():
        return found  # where they are gone, that is among what has changed
    told = read_manifest(worlds)
    again = _repeated(worlds, told, worlds, workers, memory, None, agree)
    return replace(found, worlds=again)


def _repeated(
    path: Path,
    manifest: Manifest | ManifestBefore,
    folder: Path,
    workers: int | None,
    memory: float,
    analyse: Analyse | None,
    agree: Agree | None,
) -> Repeated:
    """Do again what one manifest tells of, without the worlds that it names."""
    if isinstance(manifest, ManifestBefore):
        return _comparison_again(manifest, folder, workers, memory)
    experiment = experiment_in_manifest(path, manifest)
    check_memory(experiment, workers, memory, "experiment")
    plain, own, written = _brought_back(experiment, path, folder, agree)
    there = {name: digest for name, digest in manifest.files.items() if is_derived(name)}
    with TemporaryDirectory(prefix="seci-sim-") as again:
        store = Path(again) if there and analyse else None
        found = plain.run(workers=workers, store=store, **own)
        analysed = _analysed(found, store, folder, there, analyse) if store and analyse else None
    sources = [*manifest.sources, *(s for one in manifest.scenarios for s in one.sources)]
    names = (*DECISIVE, *ANALYSED_BY) if analysed else DECISIVE
    return _compared(
        folder / RESULTS,
        found.as_csv(),
        manifest.digest,
        runs=manifest.runs,
        changed=_changed_files(manifest.files, folder),
        notes=[
            *differing_versions(manifest.made_with, made_with(), names),
            *written,
            *_changed_lines(sources),
        ],
        analysed=analysed,
    )


def experiment_in_manifest(path: Path, manifest: Manifest) -> Experiment:
    """The experiment that a manifest tells of; one of another version may be another by now."""
    if next(differing_versions(manifest.made_with, made_with()), ""):
        return experiment_in(manifest, Experiment)
    return experiment_told(path, manifest, Experiment)


def _analysed(
    found: Findings, again: Path, folder: Path, there: dict[str, str], analyse: Analyse
) -> Analysed:
    """Make analyses again in a folder, and hold their tables against those of another."""
    unmade = tuple(analyse(found, again))
    made = read_manifest(again)
    assert isinstance(made, Manifest)
    here = {name: digest for name, digest in made.files.items() if is_derived(name)}
    differing: list[str] = []
    for name in sorted(here | there):
        if name not in there:
            differing.append(f"{name}: is made only here")
        elif name not in here:
            if not unmade:  # what those would have made is no news
                differing.append(f"{name}: is made only there")
        elif here[name] != there[name]:
            today = (again / name).read_text("utf-8")
            lines = _differing(folder / name, there[name], today, here[name])
            differing += (f"{name}: {line.removeprefix('results: ')}" for line in lines)
    tables = [name for name in there if name.startswith(ANALYSES)]
    runs = sum(len(pd.read_csv(path, usecols=["cell"])) for path in searched(again))
    return Analysed(len(tables), runs, digest_of_analyses(here), tuple(differing), unmade)


def _brought_back(
    experiment: Experiment, path: Path, folder: Path, agree: Agree | None
) -> tuple[Experiment, dict[str, Any], list[str]]:
    """What a program added to an experiment, beside the experiment without it."""
    try:
        plain, own, notes = brought_back(experiment, folder, agree)
    except NotHere as problem:
        raise StoreProblem(f"{path}: {problem}") from None
    assert isinstance(plain, Experiment)
    return plain, own, notes


def _comparison_again(
    manifest: ManifestBefore, folder: Path, workers: int | None, memory: float
) -> Repeated:
    """Do again what `run` or `compare` did in version 0.1, whose table had fewer columns."""
    inputs = manifest.inputs
    try:
        scenarios = [
            Scenario.model_validate_json(json.dumps(one.fields)) for one in inputs.scenarios
        ]
        experiment = comparison(scenarios, seed=inputs.seeds[0], replications=len(inputs.seeds))
        expected = manifest.files[SUMMARY].sha256
    except (KeyError, TypeError, ValueError):
        differing = differing_versions(manifest.versions, made_with())
        what = f"cannot be read any more; {next(differing, 'it was changed since')}"
        raise AnotherExperiment(f"{folder}: {what}") from None
    check_memory(experiment, workers, memory, "experiment")
    results = results_of(experiment.run(workers=workers))
    if results is None:
        raise StoreProblem(f"{folder}: no run came to an end")
    places = {name for scenario in scenarios for name in measures_by_place(scenario)}
    summary = results.summary.drop(columns=places & {*results.summary})
    files = {name: about.sha256 for name, about in manifest.files.items()}
    sources = [(s.label, s.text) for one in inputs.scenarios for s in one.sources]
    return _compared(
        folder / SUMMARY,
        as_csv(summary),
        expected,
        runs=len(summary),
        changed=_changed_files(files, folder),
        notes=[*differing_versions(manifest.versions, made_with()), *_changed_lines(sources)],
    )


def _compared(
    table: Path,
    today: str,
    expected: str,
    *,
    runs: int,
    changed: Iterable[str],
    notes: Iterable[str],
    analysed: Analysed | None = None,
) -> Repeated:
    """Hold the table of today against the one that was kept."""
    digest = hashlib.sha256(today.encode()).hexdigest()
    results = tuple(_differing(table, expected, today, digest)) if digest != expected else ()
    return Repeated(runs, digest, tuple(changed), tuple(notes), results, analysed)


def _changed_files(files: Mapping[str, str], folder: Path) -> Iterator[str]:
    for name, expected in files.items():
        try:
            if digest_of(folder / name) != expected:
                yield f"{name}: was changed since"
        except FileNotFoundError:
            yield f"{name}: is not there any more"
        except OSError as problem:
            yield f"{name}: {problem.strerror}"


def _changed_lines(sources: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines of the files that everything was read from which are different today."""
    for label, text in dict.fromkeys(sources):
        if label == set_values.LABEL:  # was typed, and stands in the design
            continue
        said = shown_path(label[:LONGEST_LABEL])
        try:
            today = _today(label, said)
        except FileProblem as problem:
            yield str(problem)
            continue
        except InputProblem:  # whose words may be the file's
            yield f"{said}: is neither a scenario, an experiment nor a list of meetings any more"
            continue
        lines = zip_longest(text.splitlines(), today.splitlines(), fillvalue="")
        for number, (there, here) in enumerate(lines, start=1):
            if there != here:
                yield f"{said}:{number}: {shown(there.strip())} there, {shown(here.strip())} here"
                break


def _today(label: str, said: str) -> str:
    """Text of a file as it is now; a manifest may name any file, so only what is read here is shown.

    Raises
    ------
    FileProblem, InputProblem
        It is not there, cannot be read, or is no scenario, experiment or list of meetings.
    """
    from seci_sim.lab.experiment_files import shipped_experiments

    name = label.removesuffix(SHIPPED)
    shipped = {**shipped_experiments(), **shipped_scenarios()}
    path = shipped.get(name) if label.endswith(SHIPPED) else Path(label)
    if path is None or not path.exists():
        raise FileProblem(f"{said}: is not there any more")
    if path.suffix == ".csv":
        return read_meetings(path, said)[2]
    text = read_text(path, said)
    if not parse(text, said).entries.keys() <= FIELDS:
        raise InputProblem([])
    return text


def _differing(table: Path, expected: str, today: str, digest: str) -> Iterator[str]:
    """Say where the results of today differ from those that were kept."""
    yield f"results: digest {expected[:12]} there, {digest[:12]} here"
    try:
        kept = bytes_of(table, LARGEST_TABLE)
    except OSError:
        return
    if hashlib.sha256(kept).hexdigest() == expected:
        yield from first_difference(kept.decode(errors="replace"), today)


def first_difference(before: str, now: str) -> Iterator[str]:
    """Say in which row and column two tables differ first."""
    try:
        there, here = (pd.read_csv(io.StringIO(text), dtype=str) for text in (before, now))
    except ValueError:  # as pandas says that a text is no table
        yield "results: no table there"
        return
    if len(there) != len(here) or list(there.columns) != list(here.columns):
        yield f"results: {len(there)} runs there, {len(here)} here"
        return
    keys = [key for key in KEYS if key in there.columns]
    for column in there.columns:
        differing = there[column].fillna("") != here[column].fillna("")
        if differing.any():
            row = int(differing.to_numpy().argmax())
            where = ", ".join(f"{key} {there[key][row]}" for key in keys) or f"row {row + 1}"
            yield f"{column}: {there[column][row]} there, {here[column][row]} here, in {where}"
            return


def alone(
    folder: Path, cell: int, replication: int, memory: float = 8.0, agree: Agree | None = None
) -> tuple[dict[str, Any], dict[str, float] | Failure, list[str]]:
    """Do one run of an experiment in this process; return its settings, its outcomes and what differs.

    Raises
    ------
    StoreProblem
        The folder is not an experiment's, or there is no such run.
    """
    experiment = experiment_of(folder, Experiment)
    check_memory(experiment, 1, memory, "experiment")
    cells = Cells(experiment)
    if not (0 <= cell < len(cells) and 0 <= replication < experiment.most_replications):
        what = f"cells 0 to {len(cells) - 1}, replications 0 to {experiment.most_replications - 1}"
        raise StoreProblem(f"{folder}: no run {cell}, {replication}; there are {what}")
    _, own, written = _brought_back(experiment, folder, folder, agree)
    notes = [*differing_versions(read_design(folder).made_with, made_with()), *written]
    values: dict[str, Any] = {"scenario": settled(experiment, cells[cell]).name}
    if experiment.policies:
        values["policy"] = experiment.policies[cells[cell].policy].name
    values |= cells[cell].values | {"seed": experiment.seed_of(cells[cell].baseline, replication)}
    ran = run_chunk(Chunk(experiment, ((cells[cell], replication),), **own))
    if ran.failures:
        return values, ran.failures[0], notes
    return values, dict(zip(experiment.outcomes, ran.outcomes[0].tolist(), strict=True)), notes
