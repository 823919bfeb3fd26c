"""The folder of results: written beside its place and renamed whole, with what made it.

A folder is either complete or not there. The same inputs replace it; another run's folder, or one
that holds files of somebody else's, is left alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pandas as pd

from seci_sim.experiment.provenance import made_with, own_version
from seci_sim.experiment.whole_files import force
from seci_sim.scenario import Scenario, settings

if TYPE_CHECKING:
    from seci_sim.experiment.run import Results
    from seci_sim.knowledge import Array

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = "seci_sim manifest 1"
ROWS_AT_ONCE = 1000
"""Rows of the weekly table that are made text together: they fit a processor's second cache."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
KEYS = {
    "scenario": "Name of the scenario.",
    "seed": "Seed of the run; the same seed is the same luck under every policy.",
    "week": "Week, from 1.",
    "market": "Name of the market, or all.",
    "need": "Number of the need, from 0.",
    "need_class": "expressed (patients can say it), latent (they can show it) or systemic.",
    "share": "Share of staff who hold the need rightly and are sure of it, mean over seeds.",
    "stage": "felt, said, planned, practised or routine: when the market first reached it.",
    "response": "The response that was said, planned, practised or made routine; 0 when felt.",
    "people": "Who was there: unit and number of each employee.",
    "periods_to_equilibrium": "Periods until nothing could change any more; empty if never reached.",
    "weeks_until_half_know": "First week in which staff_knowing reaches 0.5; empty if it never did.",
}


class FolderProblem(Exception):
    """A folder cannot be used for these results."""


def inputs_hash(scenarios: Sequence[Scenario], seeds: Sequence[int]) -> str:
    """What the numbers depend on: scenarios, seeds and the version of the package."""
    text = json.dumps([own_version(), [s.fingerprint for s in scenarios], list(seeds)])
    return hashlib.sha256(text.encode()).hexdigest()


def claim(folder: Path, scenarios: Sequence[Scenario], seeds: Sequence[int]) -> None:
    """Make sure, before anything is run, that results may be written to a folder.

    Raises
    ------
    FolderProblem
        Where it is a file, holds another run or files that are not ours, or cannot be written.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FolderProblem(f"{folder}: is not a folder; choose another with --out")
    if folder.is_dir() and any(folder.iterdir()):
        ours = _manifest_of(folder)
        if ours is None:
            raise FolderProblem(f"{folder}: not empty, and not a result; choose another with --out")
        if ours["inputs"]["hash"] != inputs_hash(scenarios, seeds):
            raise FolderProblem(f"{folder}: holds another run; choose another with --out")
        strangers = {path.name for path in folder.iterdir()} - set(ours["files"]) - {MANIFEST}
        if strangers:
            raise FolderProblem(
                f"{folder}: holds a file that is not ours, {min(strangers)!r}; "
                "choose another with --out"
            )
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise FolderProblem(f"{folder}: cannot write there")


def save(
    results: Results,
    folder: Path,
    *,
    command: str,
    report: str,
    more: Mapping[str, bytes] | None = None,
) -> None:
    """Write a result's files beside the folder and rename them into place.

    Parameters
    ----------
    results : Results
        What was run.
    folder : Path
        Where to; its parents are made.
    command : str
        The command that repeats it, for the manifest.
    report : str
        The HTML report.
    more : mapping, optional
        Contents of further files by their names, such as a workbook.

    Raises
    ------
    FolderProblem
        As `claim`, or where the disk is full.
    """
    claim(folder, results.scenarios, results.seeds)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    replaced = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        beside.mkdir(parents=True)
        _write(beside, "report.html", report)
        _write(beside, "summary.csv", as_csv(with_safe_names(results.summary)))
        force(beside / "weekly.csv", (piece.encode() for piece in weekly_csv(results)))
        for name, frame in (("diffusion", results.diffusion), ("stories", results.stories)):
            if len(frame.columns):  # published models have neither
                _write(beside, f"{name}.csv", as_csv(with_safe_names(frame)))
        _write(beside, "data_dictionary.csv", as_csv(data_dictionary(results)))
        for name, content in (more or {}).items():
            _write(beside, name, content)
        _write(beside, MANIFEST, json.dumps(manifest(results, beside, command), indent=1))
        if folder.exists():
            folder.rename(replaced)
        beside.rename(folder)
        shutil.rmtree(replaced, ignore_errors=True)
    except OSError as problem:
        raise FolderProblem(f"{folder}: {problem.strerror or problem}") from problem
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if replaced.exists() and not folder.exists():
            replaced.rename(folder)


def manifest(results: Results, folder: Path, command: str) -> dict[str, Any]:
    """What is needed to make a result again, and to check that it is the same."""
    return {
        "schema": MANIFEST_SCHEMA,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "inputs": {
            "hash": inputs_hash(results.scenarios, results.seeds),
            "seeds": list(results.seeds),
            "scenarios": [
                {
                    "name": scenario.name,
                    "fingerprint": scenario.fingerprint,
                    "sources": [
                        {"label": source.label, "text": source.text} for source in scenario.sources
                    ],
                    "settings": settings(scenario),
                    "fields": json.loads(scenario.model_dump_json(exclude_unset=True)),
                }
                for scenario in results.scenarios
            ],
        },
        "versions": made_with(),
        "machine": {"system": platform.system(), "processor": platform.machine()},
        "seconds": round(results.seconds, 3),
        "files": {
            path.name: {
                "sha256": _digest(path),
                "bytes": path.stat().st_size,
            }
            for path in sorted(folder.iterdir())
        },
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def data_dictionary(results: Results) -> pd.DataFrame:
    """Every column of every table: file, column, unit, kind and meaning."""
    rows: list[tuple[str, str, str, str, str]] = []
    measures = {measure.name: measure for measure in results.measures}
    tables = {
        "summary.csv": results.summary,
        "weekly.csv": results.weekly,
        "diffusion.csv": results.diffusion,
        "stories.csv": results.stories,
    }
    for file, frame in tables.items():
        for column in frame.columns:
            measure = measures.get(column.removesuffix("_horizon"))
            if measure is None:
                rows.append((file, column, "", "key", KEYS[column]))
                continue
            kind: str = measure.kind
            if file == "summary.csv":
                kind = kind_in_summary(column, measure.kind)
            rows.append((file, column, measure.unit, kind, measure.meaning))
    dictionary = pd.DataFrame(rows, columns=["file", "column", "unit", "kind", "meaning"])
    return with_safe_names(dictionary)


def kind_in_summary(column: str, kind: str) -> str:
    """How a measure was brought down to one number for a run."""
    if column == "weeks_to_routine":
        return "mean over projects"
    if kind == "end":
        return "in the last period"
    if kind == "flow":
        return "total over the horizon"
    return "mean over the horizon" if column.endswith("_horizon") else "mean of the last 52 weeks"


def weekly_csv(results: Results) -> Iterator[str]:
    """The weekly table in pieces; numbers to nine decimals, empty where not applicable."""
    frame = results.weekly
    keys = zip(
        _fields(frame["scenario"]), frame["seed"].tolist(), frame["week"].tolist(),
        _fields(frame["market"]), strict=True,
    )  # fmt: skip
    values = frame.iloc[:, 4:].to_numpy(float)
    yield ",".join(_field(guard(name)) for name in frame.columns) + "\n"
    for first in range(0, len(frame), ROWS_AT_ONCE):
        rows = _numbers(values[first : first + ROWS_AT_ONCE])
        yield "".join(
            [f"{scenario},{seed},{week},{market},{row}\n"
             for (scenario, seed, week, market), row
             in zip(islice(keys, len(rows)), rows, strict=True)]
        )  # fmt: skip


def _numbers(values: Array) -> list[str]:
    """Rows of numbers as text: a writer of JSON forms them ten times as fast as Python does."""
    rounded = np.ascontiguousarray(np.round(values, 9))
    written = orjson.dumps(rounded, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return written.removeprefix("[[").removesuffix("]]").replace("null", "").split("],[")


def _fields(names: pd.Series[str]) -> list[str]:
    """A column of names, of which there are few, as fields of a CSV file."""
    codes, found = pd.factorize(names)
    fields = [_field(guard(name)) for name in found]
    return [fields[code] for code in codes.tolist()]


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guard("=1+1"), guard("One percent")
    ("'=1+1", 'One percent')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _field(text: str) -> str:
    """One field as RFC 4180 wants it."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([text])
    return buffer.getvalue()


def with_safe_names(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy in which all text is safe to open in a spreadsheet."""
    safe = frame.rename(columns=guard)
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column].dtype):
            codes, found = pd.factorize(safe[column], use_na_sentinel=False)
            safe[column] = np.array([guard(str(value)) for value in found], object)[codes]
    return safe


def as_csv(frame: pd.DataFrame) -> str:
    """A small table as CSV: numbers in full, empty where not applicable."""
    return frame.replace({np.inf: np.nan, -np.inf: np.nan}).to_csv(index=False, lineterminator="\n")


def _write(folder: Path, name: str, content: str | bytes) -> None:
    force(folder / name, content.encode() if isinstance(content, str) else content)


def _manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of a result, or None where there is none that we wrote."""
    with suppress(OSError, ValueError):
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if found["schema"] == MANIFEST_SCHEMA and found["inputs"]["hash"] and found["files"]:
            return dict(found)
    return None
