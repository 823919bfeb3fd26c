"""Scenarios: what a user writes, read strictly and checked as a whole.

A file becomes text and a `tree` of located pieces; `quantities` reads single values in their
declared units; `reading` turns the tree into sections that pydantic checks, and puts every problem
back on its line. `units` says who there is and what changes, `checks` what no field can know
by itself, `scenario` is the whole, `files` finds and joins what stands in several files, `levers`
varies it, `schema` describes it to editors, `template` to people. `own_firm` makes one of a firm's own lists,
`sheet` of a workbook; `preflight` says whether what was asked for can be run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seci_sim.scenario.files import read_scenario, scenario_of, shipped_scenarios
    from seci_sim.scenario.levers import settings, with_levers
    from seci_sim.scenario.problems import FileProblem, InputProblem
    from seci_sim.scenario.scenario import Scenario
    from seci_sim.scenario.schema import json_schema
    from seci_sim.scenario.template import new_scenario, write_new_scenario
    from seci_sim.scenario.units import Change, Meeting, Source, Stakeholder, Unit

__all__ = [
    "Change",
    "FileProblem",
    "InputProblem",
    "Meeting",
    "Scenario",
    "Source",
    "Stakeholder",
    "Unit",
    "json_schema",
    "new_scenario",
    "read_scenario",
    "scenario_of",
    "settings",
    "shipped_scenarios",
    "with_levers",
    "write_new_scenario",
]

_HOMES = {
    "Change": "units",
    "FileProblem": "problems",
    "InputProblem": "problems",
    "Meeting": "units",
    "Scenario": "scenario",
    "Source": "units",
    "Stakeholder": "units",
    "Unit": "units",
    "json_schema": "schema",
    "new_scenario": "template",
    "read_scenario": "files",
    "scenario_of": "files",
    "settings": "levers",
    "shipped_scenarios": "files",
    "with_levers": "levers",
    "write_new_scenario": "template",
}


def __getattr__(name: str) -> Any:
    # On first use: pydantic and the declarations take most of the time that `--help` may.
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
