"""The tables of an experiment as files: for spreadsheets and programs, with what each column means."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from seci_sim.experiment.cells import cell_table
from seci_sim.experiment.factors import DECLARED
from seci_sim.experiment.findings import Findings
from seci_sim.experiment.parts import Store
from seci_sim.experiment.provenance import made_with
from seci_sim.experiment.recorded import read_design, recorded
from seci_sim.experiment.store import as_csv, with_safe_names

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = "seci_sim experiment manifest 1"
RESULTS = "results.csv"
"""The table whose SHA-256 is the digest of the experiment."""

KEYS = {
    "cell": "Number of the cell: one combination of scenario, policy and values of factors.",
    "baseline": "Number of the cell that it is compared with: the same world, the first policy.",
    "scenario": "Name of the scenario.",
    "policy": "Name of the policy.",
    "replication": "Number of the run of this cell, from 0.",
    "seed": "Seed of the run; the same seed is the same luck in every cell.",
    "week": "Week, from 1.",
    "kind": "raised (the run ended with an error), killed (its process died) or hung.",
    "what": "What went wrong.",
    "command": "The command that does this run alone.",
}


def collect(found: Findings, folder: Path) -> list[str]:
    """Write the tables of an experiment into its folder; return the names of the files.

    Raises
    ------
    StoreProblem
        The folder cannot be written.
    """
    store = Store(folder, found.experiment)
    tables = dict(_tables(found))
    written: dict[str, str] = {}
    for name, frame in tables.items():
        data = as_csv(with_safe_names(frame)).encode()
        _keep(store, f"{name}.csv", data, written)
        if name != "data_dictionary" and importlib.util.find_spec("pyarrow"):
            buffer = io.BytesIO()
            frame.to_parquet(buffer, index=False)
            _keep(store, f"{name}.parquet", buffer.getvalue(), written)
    manifest = _manifest(found, folder, written)
    store.write(MANIFEST, (json.dumps(manifest, indent=1, allow_nan=False) + "\n").encode())
    return [*written, MANIFEST]


def _tables(found: Findings) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables by the names of their files."""
    tables = {
        "results": found.table,
        "cells": cell_table(found.experiment),
        "failed": found.failed,
    }
    if found.experiment.weekly:
        tables["weekly"] = found.weekly
    yield from tables.items()
    yield "data_dictionary", data_dictionary(found, tables)


def _keep(store: Store, name: str, data: bytes, written: dict[str, str]) -> None:
    store.write(name, data)
    written[name] = hashlib.sha256(data).hexdigest()


def data_dictionary(found: Findings, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every column of every table: file, column, unit, kind and meaning."""
    experiment, measures = found.experiment, found.experiment.measures
    levers = {factor.name for factor in experiment.vary}
    rows = []
    for table, frame in tables.items():
        for column in frame.columns:
            if column in DECLARED:
                kind = "lever" if column in levers else "uncertain"
                rows.append((table, column, DECLARED[column].unit, kind, DECLARED[column].meaning))
            elif column in KEYS:
                rows.append((table, column, "", "key", KEYS[column]))
            else:
                measure = measures[column]
                kind = "week" if table == "weekly" else _kind(column, measure.kind)
                rows.append((table, column, measure.unit, kind, measure.meaning))
    return pd.DataFrame(rows, columns=["table", "column", "unit", "kind", "meaning"])


def _kind(column: str, kind: str) -> str:
    """How a measure was brought down to one number for a run."""
    if column in ("weeks_to_routine", "weeks_until_half_know"):
        return "mean over projects" if column == "weeks_to_routine" else "first week"
    if kind == "end":
        return "in the last period"
    if kind == "flow":
        return "total over the horizon"
    return "mean over the horizon" if column.endswith("_horizon") else "mean of the last 52 weeks"


def _manifest(found: Findings, folder: Path, written: Mapping[str, str]) -> dict[str, Any]:
    """What is needed to do an experiment again, and to check that it is the same."""
    design = read_design(folder)
    return {
        "schema": MANIFEST_SCHEMA,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": design["command"],
        "fingerprint": found.experiment.fingerprint,
        "digest": found.digest,
        "runs": len(found.table),
        "failed": len(found.failed),
        "made_with": made_with(),
        "own_model": design["own_model"],
        "files": dict(written),
        **recorded(found.experiment),
    }
