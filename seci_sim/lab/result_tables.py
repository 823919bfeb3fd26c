"""The tables of an experiment as files: for spreadsheets and programs, with what each column means."""

from __future__ import annotations

import hashlib
import importlib.util
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from seci_sim.lab.cells import cell_table
from seci_sim.lab.findings import Findings
from seci_sim.lab.folder import Store
from seci_sim.lab.kept import yearly_measures
from seci_sim.lab.manifest import (
    MANIFEST,
    MANIFEST_SCHEMA,
    WORLDS,
    as_json,
    design_document,
    read_design,
)
from seci_sim.lab.run import Results, results_of
from seci_sim.lab.spreadsheets import as_csv, weekly_csv
from seci_sim.lab.trial_measures import MEASURED
from seci_sim.seci.measures import WHOLE

RESULTS = "results"
"""The table whose SHA-256, as CSV, is the digest of the experiment."""

KEYS = {
    "cell": "Number of the cell: one combination of scenario, policy and values of factors.",
    "baseline": "Number of the cell that it is compared with: the same world, the first policy.",
    "scenario": "Name of the scenario.",
    "policy": "Name of the policy.",
    "replication": "Number of the run of this cell, from 0.",
    "seed": "Seed of the run; the same seed is the same luck in every cell.",
    "week": "Week, from 1; of a published model, period.",
    "year": "Year, from 1; a last year that is not full counts the weeks that it has.",
    "market": "Name of the market.",
    "need": "Number of the need, from 0.",
    "need_class": "expressed (patients can say it), latent (they can show it) or systemic.",
    "share": "Share of staff who hold the need rightly and are sure of it, mean over seeds.",
    "stage": "felt, said, planned, practised or routine: when the market first reached it.",
    "response": "The response that was said, planned, practised or made routine; 0 when felt.",
    "people": "Who was there: unit and number of each employee.",
    "arm": "control or treated.",
    "kind": "raised (the run ended with an error), killed (its process died) or hung.",
    "what": "What went wrong.",
    "command": "The command that does this run alone.",
}

TRIAL = "trial"
"""The table of the arms of a trial, week by week."""

OF_ARMS = {"people": ("people", "People of the arm who are there.")} | MEASURED
"""Unit and meaning of what stands in it: of people, their mean."""

TIMES = {"weekly": "week", "markets": "week", "yearly": "year"}
"""Tables with a row for each of these."""

ONE_NUMBER = {
    "weeks_to_routine": "mean over projects",
    "weeks_until_half_know": "first week",
}
"""How these measures are brought down to one number for a run; for all others the kind says it."""


def collect(
    found: Findings,
    folder: Path,
    more: Mapping[str, bytes] | None = None,
    worlds: Findings | None = None,
    results: Results | None = None,
) -> list[str]:
    """Write the tables of an experiment into its folder, and the manifest; return the files' names.

    Parameters
    ----------
    found : Findings
        What the experiment led to.
    folder : Path
        Its folder.
    more : mapping, optional
        Contents of further files by their names, such as a report.
    worlds : Findings, optional
        The same scenarios in many worlds; the manifest names their digest, and `rerun` does them
        again too.
    results : Results, optional
        Its tables by scenario, where somebody made them already.

    Raises
    ------
    StoreProblem
        The folder cannot be written.
    """
    store = Store(folder, found.experiment)
    tables = dict(_tables(found, results or results_of(found)))
    tables["data_dictionary"] = data_dictionary(found, tables)
    files = dict(more or {})
    for name, frame in tables.items():
        files[f"{name}.csv"] = (
            "".join(weekly_csv(frame)) if name in TIMES else as_csv(frame)
        ).encode()
        if name != "data_dictionary" and importlib.util.find_spec("pyarrow"):
            buffer = io.BytesIO()
            frame.to_parquet(buffer, index=False)
            files[f"{name}.parquet"] = buffer.getvalue()
    for name, data in files.items():
        store.write(name, data)
    manifest = {
        **design_document(found.experiment, read_design(folder).command),
        "schema": MANIFEST_SCHEMA,
        "digest": found.digest,
        "runs": len(found.table),
        "failed": len(found.failed),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        | ({f"{WORLDS}/{RESULTS}.csv": worlds.digest} if worlds else {}),
    }
    store.write(MANIFEST, as_json(manifest))
    return [*files, MANIFEST]


def runs_kept(folder: Path) -> int:
    """How many runs the table of results has that lies in a folder; 0 without one."""
    table = folder / f"{RESULTS}.csv"
    if not table.is_file():
        return 0
    with table.open("rb") as rows:
        return sum(1 for _ in rows) - 1


def _tables(found: Findings, results: Results | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables by the names of their files."""
    yield RESULTS, found.table
    yield "cells", cell_table(found.experiment)
    yield "failed", found.failed
    if found.experiment.weekly:
        yield "weekly", found.weekly
    if yearly_measures(found.experiment):
        yield "yearly", found.yearly
    if results is None:
        return
    whole = results.weekly["market"] == WHOLE
    yield "weekly", results.weekly[whole].drop(columns="market")
    markets = results.weekly[~whole]
    if not markets.empty:  # published models have none
        yield "markets", markets.dropna(axis="columns", how="all")
        yield "diffusion", results.diffusion
        yield "stories", results.stories
    if not results.trial.empty:
        yield TRIAL, results.trial


def data_dictionary(found: Findings, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every column of every table: table, column, unit, kind and meaning."""
    experiment, measures = found.experiment, found.experiment.measures
    factors = {factor.name: factor for factor in experiment.factors}
    rows = []
    for table, frame in tables.items():
        for column in frame.columns:
            if column in factors:
                factor = factors[column]
                kind = "lever" if factor.decided else "uncertain"
                rows.append((table, column, factor.unit, kind, factor.meaning))
            elif table == TRIAL and column in OF_ARMS:
                rows.append((table, column, OF_ARMS[column][0], "week", OF_ARMS[column][1]))
            elif column in KEYS:
                rows.append((table, column, "", "key", KEYS[column]))
            else:
                name = column if column in measures else column.partition(", ")[0]
                measure = measures[name]  # behind a comma stands the market that it is of
                kind = TIMES.get(table) or one_number(column, measure.kind)
                rows.append((table, column, measure.unit, kind, measure.meaning))
    return pd.DataFrame(rows, columns=["table", "column", "unit", "kind", "meaning"])


def one_number(column: str, kind: str) -> str:
    """How a measure was brought down to one number for a run."""
    if column in ONE_NUMBER:
        return ONE_NUMBER[column]
    if kind == "end":
        return "in the last period"
    if kind == "trial":
        return "mean over people of their weeks"
    if kind == "flow":
        return "total over the horizon"
    return "mean over the horizon" if column.endswith("_horizon") else "mean of the last 52 weeks"
