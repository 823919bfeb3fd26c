"""What a page is told by Python: scenarios, parameters, measures, and how structures lie in memory."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Iterator
from typing import Any

from numba import types

from seci_sim.browser.rules import RULES, in_words
from seci_sim.declaring import RESULTS
from seci_sim.engine import luck
from seci_sim.engine.imports import texts
from seci_sim.engine.structures import Layout, Structure
from seci_sim.parameters import (
    HOURS_A_WEEK,
    SECI,
    SECTIONS,
    WEEKS_A_YEAR,
    Declaration,
    declarations,
)
from seci_sim.scenario import Scenario, read_scenario, shipped_scenarios
from seci_sim.scenario.rivals import SAME_FOR_ALL
from seci_sim.scenario.trial import ARMS, TRIAL_OUTCOMES
from seci_sim.seci import arms, competition, knowledge, organisation, trial, week, working_space
from seci_sim.seci.measures import AGAINST_RIVALS, MEASURES, OF_RIVALS, Measure
from seci_sim.seci.world import CLASSES

FORMAT = "seci-catalogue-1"

STATUSES = ("setting up", "practised", "adopted", "ended")
"""Where a project stands, by its number: `knowledge.SETTING_UP` and those behind it."""


def catalogue() -> dict[str, Any]:
    """All of it, as JSON holds it."""
    return {
        "format": FORMAT,
        "results": RESULTS,
        "sources": sources(),
        "parameters": [_parameter(one) for one in declarations()],
        "measures": [_measure(one) for one in MEASURES],
        "classes": list(CLASSES),
        "scenarios": dict(_scenarios()),
        "constants": _constants(),
        "rules": {
            name: {"takes": [in_words(kind) for kind in called.takes], "gives": called.gives}
            for name, called in RULES.items()
        },
        "structures": dict(_structures(arms.Arms)),
    }


def sources() -> str:
    """Hash of the code that the module was compiled from; comments and docstrings are no part of it."""
    from seci_sim.engine.compiled import rules_from  # a file that imports it counts as one of rules

    found, digest = texts(), hashlib.sha256()
    for name in sorted(rules_from() | {"seci_sim.browser.compiling"}):
        digest.update(f"{name}\0{_code(found[name])}\0".encode())
    return digest.hexdigest()[:16]


def _code(text: str) -> str:
    r"""A module's lines but for comments, empty ones, and texts that stand by themselves.

    Examples
    --------
    >>> _code("'It counts.'\n# From one.\n\none = 1\n")
    'one = 1'
    """
    idle = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return "\n".join(x for n, x in lines if n not in idle and x.strip()[:1] not in ("", "#"))


def _parameter(declared: Declaration) -> dict[str, Any]:
    """One declared parameter, and whether it is a whole number."""
    section, _, name = declared.name.partition(".")
    default = declared.default
    if isinstance(default, tuple):
        default = [band.model_dump() for band in default]
    whole = SECTIONS[section].model_fields[name].annotation is int
    return {**vars(declared), "default": default, "whole": whole}


def _measure(measure: Measure) -> dict[str, Any]:
    return {name: getattr(measure, name) for name in ("name", "unit", "kind", "meaning", "whole")}


def _scenarios() -> Iterator[tuple[str, dict[str, Any]]]:
    """Shipped scenarios that run in browsers, by the names by which they are asked for."""
    for name in shipped_scenarios():
        scenario = read_scenario(name)
        if runs_in_browsers(scenario):
            yield name, in_full(scenario)


def runs_in_browsers(scenario: Scenario) -> bool:
    """Whether it is one of the SECI organisation.

    Examples
    --------
    >>> [runs_in_browsers(read_scenario(name)) for name in ("meet-a-colleague", "march-1991")]
    [True, False]
    """
    return scenario.model == SECI


def in_full(scenario: Scenario) -> dict[str, Any]:
    """A scenario as a page takes it: parameters where they differ from the defaults, and all that there is.

    Examples
    --------
    >>> one = in_full(read_scenario("two-percent"))
    >>> one["values"]["policy.patient_time"], len(one["units"])
    (0.02, 6)
    """
    whole = scenario.model_dump(mode="json")
    defaults = {d.name: d.default for d in declarations()}
    values = {
        f"{section}.{name}": whole[section][name]
        for section in SECTIONS
        for name, value in getattr(scenario, section)
        if value != defaults[f"{section}.{name}"]
    }
    lists = (
        "name",
        "question",
        "notes",
        "horizon",
        "units",
        "stakeholders",
        "timeline",
        "rivals",
        "trial",
    )
    meetings = [meeting._asdict() for meeting in scenario.meetings]
    more = {"values": values, "markets": scenario.markets, "meetings": meetings}
    return {name: whole[name] for name in lists} | more


def _constants() -> dict[str, Any]:
    """Numbers that Python declares and that JavaScript may not repeat."""
    room = inspect.signature(knowledge.new_library).parameters["documents"].default
    assert room == inspect.signature(knowledge.new_projects).parameters["projects"].default
    return {
        "hours_a_week": HOURS_A_WEEK,
        "weeks_a_year": WEEKS_A_YEAR,
        "hour_grid": knowledge.HOUR_GRID,
        "booked": list(knowledge.BOOKED),
        "columns": [measure.name for measure in MEASURES],
        "against_rivals": [measure.name for measure in AGAINST_RIVALS],
        "of_rivals": list(OF_RIVALS),
        "same_for_all": list(SAME_FOR_ALL),
        "quarter": competition.QUARTER,
        "arms": list(ARMS),
        "trial_outcomes": list(TRIAL_OUTCOMES),
        "trial_slots": {
            "who": int(trial.WHO),
            "pairing": int(trial.PAIRING),
            "unit": int(trial.UNIT),
            "market": int(trial.MARKET),
        },
        "in_arms": [process.__name__ for process in arms.INSTEAD],
        "first_room": room,
        "people_at_hand": working_space.PEOPLE_AT_HAND,
        "ahead": organisation.AHEAD,
        "nobody": knowledge.NOBODY,
        "with_patients": knowledge.WITH_PATIENTS,
        "with_colleagues": knowledge.WITH_COLLEAGUES,
        "in_combination": knowledge.IN_COMBINATION,
        "in_internalization": knowledge.IN_INTERNALIZATION,
        "statuses": list(STATUSES),
        "processes": [process.__name__ for process in week.PROCESSES],
        "luck": {
            name: getattr(luck, name)
            for name in (
                "JUMP",
                "EXODUS",
                "NEWCOMER",
                "REPORT",
                "COMMUNITY",
                "SCRIPT",
                "OTHER_CORE",
                "RIVAL",
                "GOING",
                "LEAK",
                "TRIAL",
            )
        },
    }


def _structures(outer: type[Structure]) -> Iterator[tuple[str, dict[str, Any]]]:
    """How a structure and all within it lie in memory."""
    fields = {}
    otherwise = {
        name: one.default
        for name, one in outer.__dataclass_fields__.items()
        if isinstance(one.default, int | float)
    }
    for layout in outer.layouts.values():
        fields[layout.name] = _field(layout)
        if layout.name in otherwise and layout.entry is None:
            fields[layout.name]["otherwise"] = otherwise[layout.name]
        if layout.structure is not None:
            yield from _structures(layout.structure)
    yield outer.__name__, {"words": outer.size_in_words, "fields": fields}


def _field(layout: Layout) -> dict[str, Any]:
    """One field: where it stands, and what it is."""
    where = {"word": layout.word}
    if layout.structure is not None:
        return where | {"kind": "structure", "of": layout.structure.__name__}
    if layout.entry is None:
        return where | {"kind": "real" if layout.numba == types.float64 else "whole"}
    found = where | {"kind": "array", "entry": layout.entry.name}
    axes = list(layout.axes) if layout.axes else [None] * (layout.words - 1)
    return found | {"axes": axes, "filled": layout.filled, "sized": bool(layout.axes)}
