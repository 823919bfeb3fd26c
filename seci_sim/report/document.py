"""The comparison for programs: the same table as one JSON object, the same numbers in full."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import pandas as pd

from seci_sim.figures.drawing import plain
from seci_sim.lab.comparison_table import MET, Comparison, Row
from seci_sim.lab.factors import Factor
from seci_sim.lab.verdicts import Verdict
from seci_sim.lab.years import by_year, weeks_to_pay
from seci_sim.report import costs, trials
from seci_sim.report.html import Told

FILE = "comparison.json"


def document(told: Told) -> dict[str, Any]:
    """What was found, ready for JSON; what has no value is None.

    Returns
    -------
    dict
        ``question``, ``answer``, ``how_to_read``, ``keep_in_mind``, ``seeds``, ``worlds`` (how many, 0
        without), ``mis_served_weight``, ``verdicts`` and ``policies``. A verdict has the fields of
        `seci_sim.lab.verdicts.Verdict`, its ``years`` (0 is the whole run) and ``weeks_to_pay``; doubt
        is of luck and doubt together. ``trials``, where there are any, have what `seci_sim.report.trials.document` says. Each of the policies has its ``name`` and ``fingerprint``; by the name of an outcome its ``mean`` (or ``median``, or
        ``ratio`` to the first policy) with its 95% ``interval`` and ``runs``; and by that name with
        ``_change_from_first`` the paired difference.
    """
    policies: dict[str, dict[str, Any]] = {
        scenario.name: {"name": scenario.name, "fingerprint": scenario.fingerprint}
        for scenario in told.results.scenarios
    }
    for row in told.compared.rows():
        policies[row.policy] |= _outcome(row)
    found = told.compared
    return {
        "question": told.question,
        "answer": list(told.answer),
        "how_to_read": told.reading,
        "keep_in_mind": told.cautions,
        "seeds": list(told.results.seeds),
        "worlds": 0 if found.worlds is None else len(found.worlds.parameters),
        "mis_served_weight": found.mis_served_weight,
        "verdicts": [
            _verdict(found, one) for one in (found.verdicts() if MET in found.summary else ())
        ],
        "policies": list(policies.values()),
        "money": costs.document(told.compared, told.results.scenarios),
    } | ({"trials": _plain(trials.document(told.results))} if told.trials else {})


def as_json(document: dict[str, Any]) -> str:
    """The document as text."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)


def _outcome(row: Row) -> dict[str, Any]:
    name, level = row.outcome.name, row.level
    found: dict[str, Any] = {row.outcome.statistic: plain(level.mean)}
    if row.outcome.statistic == "median":
        found |= {"reached": level.used}
    else:
        found |= {"interval": level.interval, "runs": level.used}
    if row.change is None:
        return {name: found}
    change = {key: plain(value) for key, value in asdict(row.change).items()}
    return {name: found, f"{name}_change_from_first": change | {"of": change.pop("used")}}


def _verdict(found: Comparison, one: Verdict) -> dict[str, Any]:
    """A verdict with its deciders and its years."""
    told = _plain(one)
    if found.yearly is not None and found.weekly is not None:
        told["years"] = _plain(by_year(found, one.policy, one.against))
        told["weeks_to_pay"] = _plain(weeks_to_pay(found, one.policy, one.against))
    return dict(told)


def _plain(value: Any) -> Any:
    """Whatever a verdict is made of, as JSON has it."""
    if isinstance(value, Factor):
        return {
            name: getattr(value, name)
            for name in ("name", "role", "unit", "low", "high", "meaning")
        }
    if isinstance(value, pd.DataFrame):
        return _plain(value.to_dict("list"))
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return plain(value)
