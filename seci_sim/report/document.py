"""The comparison for programs: the same table as one JSON object, the same numbers in full."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from seci_sim.lab.comparison_table import Row
from seci_sim.report import costs
from seci_sim.report.html import Told

FILE = "comparison.json"


def document(told: Told) -> dict[str, Any]:
    """What was found, ready for JSON; what has no value is None.

    Returns
    -------
    dict
        ``question``, ``answer``, ``keep_in_mind``, ``seeds`` and ``policies``. Each of these has its
        ``name`` and ``fingerprint``; by the name of an outcome its ``mean`` (or ``median``, or
        ``ratio`` to the first policy) with its 95% ``interval`` and ``runs``; and by that name with
        ``_change_from_first`` the paired difference.
    """
    policies: dict[str, dict[str, Any]] = {
        scenario.name: {"name": scenario.name, "fingerprint": scenario.fingerprint}
        for scenario in told.results.scenarios
    }
    for row in told.compared.rows():
        policies[row.policy] |= _outcome(row)
    return {
        "question": told.question,
        "answer": list(told.answer),
        "keep_in_mind": told.cautions,
        "seeds": list(told.results.seeds),
        "policies": list(policies.values()),
        "money": costs.document(told.compared, told.results.scenarios),
    }


def as_json(document: dict[str, Any]) -> str:
    """The document as text."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)


def _outcome(row: Row) -> dict[str, Any]:
    name, level = row.outcome.name, row.level
    found: dict[str, Any] = {row.outcome.statistic: _finite(level.mean)}
    if row.outcome.statistic == "median":
        found |= {"reached": level.used}
    else:
        found |= {"interval": level.interval, "runs": level.used}
    if row.change is None:
        return {name: found}
    change = {key: _finite(value) for key, value in asdict(row.change).items()}
    return {name: found, f"{name}_change_from_first": change | {"of": change.pop("used")}}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
