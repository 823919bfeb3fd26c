"""What compiled rules are kept under: change anything that they are made from, and they are made afresh."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numba.core.dispatcher import Dispatcher
from package_copy import copy, edit, said

from seci_sim.engine import compiled, first_use
from seci_sim.engine.imports import NAME, reached, texts

__all__ = ["copy"]
"""A fixture."""

RULE = """
from seci_sim.engine.compiled import kernel
from seci_sim.seci.knowledge import HOURS_A_WEEK
from seci_sim.engine.luck import rounded
from seci_sim.parameters import WEEKS_A_YEAR

SHARE = 0.5

@kernel
def hours(plus):
    return SHARE * HOURS_A_WEEK * WEEKS_A_YEAR + rounded(plus)
"""
"""A rule that takes a number of its own, two from files further away, and calls another rule."""


@pytest.fixture
def with_rule(copy: Path) -> Path:
    """A copy of the package in which there is one rule more."""
    (copy / NAME / "rule.py").write_text(RULE)
    return copy


HOURS = """
from seci_sim import rule
from seci_sim.engine import compiled
print(rule.hours(0.25), compiled.CACHE_FOLDER.name)
"""


def test_a_number_that_a_rule_takes_from_anywhere_is_taken_afresh(with_rule: Path) -> None:
    """Also when the old text comes back, as `git checkout` goes to and fro."""
    edits = (
        ("declaring.py", "HOURS_A_WEEK = 40.0", "HOURS_A_WEEK = 30.0", 780.25),
        ("declaring.py", "WEEKS_A_YEAR = 52", "WEEKS_A_YEAR = 50", 750.25),
        ("rule.py", "SHARE = 0.5", "SHARE = 0.1", 150.25),
        ("engine/luck.py", "GRID = 2.0**20", "GRID = 1.0", 150.0),
    )
    before = said(with_rule, HOURS)
    assert float(before[0]) == 0.5 * 40 * 52 + 0.25
    for file, old, new, expected in edits:
        edit(with_rule, file, old, new)
        assert float(said(with_rule, HOURS)[0]) == expected
    for file, old, new, _ in edits:
        edit(with_rule, file, new, old)
    assert said(with_rule, HOURS) == before


@pytest.mark.slow
def test_a_whole_run_follows_the_hours_of_a_week(copy: Path) -> None:
    whole = """
from seci_sim import SECIModel
model = SECIModel("baseline", rng=1)
for week in range(26):
    model.step()
print(model.knowledge.tacit.sum(dtype=float), model.staff.hours.sum(dtype=float))
"""
    before = said(copy, whole)
    edit(copy, "declaring.py", "HOURS_A_WEEK = 40.0", "HOURS_A_WEEK = 30.0")
    assert said(copy, whole) == said(copy, whole, XDG_CACHE_HOME=str(copy / "fresh")) != before


FOLDER = "from seci_sim.engine import compiled; print(compiled.CACHE_FOLDER.name)"


def test_a_reader_or_a_report_compiles_nothing_afresh(copy: Path) -> None:
    before = said(copy, FOLDER)
    for file in ("scenario/reading.py", "report/policy_table.py", "cli/runs.py", "lab/run.py"):
        with (copy / NAME / file).open("a") as text:
            text.write("\nSOMETHING = 1\n")
    assert said(copy, FOLDER) == before


@pytest.mark.parametrize(
    "setting", [{"NUMBA_BOUNDSCHECK": "1"}, {"NUMBA_CPU_NAME": "generic"}, {"NUMBA_OPT": "1"}]
)
def test_code_for_another_processor_or_with_bounds_checked_is_kept_apart(
    copy: Path, setting: dict[str, str]
) -> None:
    assert said(copy, FOLDER, **setting) != said(copy, FOLDER)
    assert said(copy, FOLDER, NUMBA_NUM_THREADS="1") == said(copy, FOLDER)


@pytest.mark.skipif(bool(compiled.settings.DISABLE_JIT), reason="no rule is compiled")
def test_whatever_a_rule_names_stands_in_a_module_that_counts() -> None:
    for root in ("model", "classics.running"):
        import_module(f"{NAME}.{root}")
    modules = compiled.rules_from()
    named = dict(names_in_rules())
    assert len(named) > 100
    assert set(named.values()) <= modules, "a rule takes something from elsewhere"
    assert not {m for m in modules if m.startswith((f"{NAME}.scenario", f"{NAME}.report"))}


def names_in_rules() -> Iterator[tuple[str, str]]:
    """Functions and modules that compiled rules name, with the module where each stands."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == NAME:
            for value in list(vars(module).values()):
                if isinstance(value, Dispatcher) and value.__module__ == name:
                    yield from named_by(value.py_func)


def named_by(function: Any) -> Iterator[tuple[str, str]]:
    """What of this package one function names."""
    yield f"{function.__module__}.{function.__qualname__}", function.__module__
    for word in function.__code__.co_names:
        value = function.__globals__.get(word)
        home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
        if str(home).partition(".")[0] == NAME:
            yield f"{function.__module__}.{word}", home


def test_a_module_counts_once_it_compiles_and_with_all_that_it_imports() -> None:
    imports = {
        f"{NAME}.a": f"from {NAME}.modes import (\n    b,\n)",
        f"{NAME}.modes": "",
        f"{NAME}.modes.b": f"import {NAME}.c\n\nif True:\n    from {NAME} import d",
        f"{NAME}.c": f"from {NAME} import modes",
        f"{NAME}.d": "",
    }
    assert reached([f"{NAME}.a"], imports) == imports.keys() - {f"{NAME}.d"}
    assert {f"{NAME}.declaring", f"{NAME}.engine.luck"} <= reached(
        [f"{NAME}.seci.pairing"], texts()
    )


# The first use ------------------------------------------------------------------------------------


def test_what_was_compiled_is_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(first_use, "CACHE_FOLDER", tmp_path)
    monkeypatch.setattr(compiled.settings, "DISABLE_JIT", 0)
    assert not first_use.is_warm("seci")
    first_use.mark_warm("seci")
    assert (first_use.is_warm("seci"), first_use.is_warm("march-1991")) == (True, False)


def test_rules_that_run_as_plain_python_need_no_compiling_and_leave_no_mark(copy: Path) -> None:
    plain = """
from seci_sim.engine.compiled import CACHE_FOLDER
from seci_sim.lab.compiling import warm_up
from seci_sim.engine.first_use import is_warm
warm_up("march-1991")
print(is_warm("march-1991"), *(path.name for path in CACHE_FOLDER.iterdir()))
"""
    assert said(copy, plain, NUMBA_DISABLE_JIT="1") == ["True"]
    assert said(
        copy, "from seci_sim.engine.first_use import is_warm; print(is_warm('march-1991'))"
    ) == ["False"]
