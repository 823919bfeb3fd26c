"""The least value that reaches a target: in words, as a document, and as tables in a folder."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from seci_sim.analyses.reach import TIMES_FRESH, Least
from seci_sim.figures.drawing import plain
from seci_sim.lab.findings import Findings
from seci_sim.lab.result_tables import collect
from seci_sim.lab.spreadsheets import as_csv
from seci_sim.lab.statistics import HOURS_A_HEAD
from seci_sim.lab.targets import Target
from seci_sim.report.document import as_json
from seci_sim.scenario.file_names import as_argument, typed
from seci_sim.scenario.quantities import in_words as as_typed
from seci_sim.words import ends, listed, measured, percent, quoted, setting, spoken

FRESH, IN_WORLDS = "fresh", "in_worlds"
"""Where runs on fresh seeds and in many worlds go, those of each value or set of values in a folder
of their own."""

TABLE, DOCUMENT = "reach.csv", "reach.json"
MOST_VALUES = 3
"""Larger values that fail again and are named."""


def save(answer: Least, found: Findings, folder: Path) -> list[str]:
    """Write the table of runs, the values with what they led to, and the manifest; return the files."""
    both = {"first": answer.tried, "fresh": answer.confirmed}
    parts = [frame.assign(seeds=seeds) for seeds, frame in both.items() if len(frame)]
    table = as_csv(pd.concat(parts, ignore_index=True)).encode()
    return collect(found, folder, {TABLE: table, DOCUMENT: as_json(document(answer)).encode()})


def document(answer: Least) -> dict[str, Any]:
    """What was found, ready for JSON."""
    return {
        "lever": answer.lever.name,
        "from": answer.lever.values[0],
        "to": answer.lever.values[-1],
        "target": _target(answer.targets[0]),
        "within": [_target(target) for target in answer.targets[1:]],
        "value": answer.value,
        "in_worlds": answer.in_worlds and asdict(answer.in_worlds),
        "fails_above": answer.fails_above,
        "tried": plain(answer.tried.to_dict("records")),
        "confirmed": plain(answer.confirmed.to_dict("records")),
    }


def _target(target: Target) -> dict[str, Any]:
    side = "at_least" if target.at_least else "at_most"
    return {"outcome": target.outcome, side: target.value}


def in_words(answer: Least, called: str, runs: int) -> str:
    """The answer, as a paragraph.

    Parameters
    ----------
    answer : Least
        What was found.
    called : str
        Name of the scenario.
    runs : int
        Of each value at first.
    """
    lever, unit = answer.lever, answer.lever.unit
    low, high = (setting(end, unit) for end in (lever.values[0], lever.values[-1]))
    asked = listed([target.words for target in answer.targets])
    if answer.value is None:
        return (
            f"In this model, no value of “{spoken(lever.name)}” from {low} to {high} brings {quoted(called)} to "
            f"{asked}. {_nearest(answer)}"
        )
    value = setting(answer.value, unit)
    said = (
        f"In this model, {value} is the least {spoken(lever.name)} that brings {quoted(called)} to "
        f"{asked}: {_levels(answer, answer.row)}, on {TIMES_FRESH * runs} fresh seeds."
    )
    if (worlds := answer.in_worlds) is not None:
        target = answer.targets[0]
        said += (
            f" In {percent(worlds.holds, 0)} of {worlds.worlds} worlds it does; "
            f"{spoken(target.outcome)} there, in nine worlds of ten: {ends(worlds.interval, target.unit)}."
        )
    if answer.below is None:
        return f"{said} It is the least of the range, which goes from {low} to {high}."
    below = setting(answer.below["value"], unit)
    said += f" A step less, {below}, was not enough: {_levels(answer, answer.below)}."
    if failing := answer.fails_above:
        named = listed([setting(one, unit) for one in failing[:MOST_VALUES]])
        more = " and others" * (len(failing) > MOST_VALUES)
        said += f" Of larger values, {named}{more} did not reach it."
    return said


def _levels(answer: Least, row: Mapping[str, Any]) -> str:
    """Outcomes with their intervals."""
    said = []
    for target in answer.targets:
        name, unit = target.outcome, target.unit
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        interval = f" ({ends((low, high), unit)})" if math.isfinite(low) else ""
        said.append(f"{spoken(name)} {measured(row[name], unit)}{interval}")
    return ", ".join(said)


def _nearest(answer: Least) -> str:
    """What came nearest; whether values looked enough that fresh seeds did not confirm."""
    unit, row, tried = answer.lever.unit, answer.row, answer.tried
    nearest = f"{setting(row['value'], unit)}: {_levels(answer, row)}."
    if len(answer.confirmed):
        looked = listed([setting(one, unit) for one in answer.confirmed["value"]])
        said = "looked enough, which fresh seeds did not confirm; more replications may tell"
        return f"Nearest comes {nearest} {looked} {said}."
    if tried["within"].any():
        return f"Nearest comes {nearest}"
    alone = tried.loc[tried["on_target"], "value"]
    limit = answer.targets[1]
    hint = ""
    if limit.outcome == HOURS_A_HEAD:
        typed = f"{limit.value:g} hours with patients a head and year"
        hint = f' These are hours of all four modes; of patients alone: "{typed}".'
    least = f" {setting(alone.iloc[0], unit)} would be enough without it." if len(alone) else ""
    return f"No value keeps to {limit.words}; nearest to that comes {nearest}{least}{hint}"


def next_command(answer: Least, given: str, settings: Sequence[str]) -> str:
    """The command that goes on from the answer: a comparison with what was found."""
    value = bool(answer.row["value"]) if answer.lever.unit == "yes or no" else answer.row["value"]
    others = [word for one in settings for word in ("--set", one)]
    found = f"{answer.lever.name}={as_typed(value, answer.lever.unit)}"
    return typed(["seci-sim", "compare", as_argument(given), *others, "--set", found])
