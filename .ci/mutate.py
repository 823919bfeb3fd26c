"""Mutation testing: a file is changed in one place at a time, and a test must notice each change.

    cosmic-ray init .ci/mutation.toml mutants.sqlite
    cr-filter-operators mutants.sqlite .ci/mutation.toml
    python .ci/mutate.py mutants.sqlite

The first two list the changes, the last one tries those that were not tried yet, so that it can be
stopped at any time; it writes no file of the package. What survives must be listed in
`tests/mutants.toml` with the reason why no test can tell; else the exit code is 1. `--again` tries what
survives and is not listed on other tests. A table of all files comes last.

The rules are tried as plain Python, in processes that are forked from one which has imported the
libraries: a change costs about a second. Not on Windows, which cannot fork.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import importlib.util
import inspect
import os
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from itertools import groupby
from pathlib import Path
from types import CodeType
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # Dash's alone takes two seconds

import cosmic_ray.plugins
import hypothesis
import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkResult

HERE = Path(__file__).parent
FOLDER = HERE.parent
CONFIGURATION = tomllib.loads((HERE / "mutation.toml").read_text(encoding="utf-8"))
PYTEST = [
    "-x", "-q", "-o", "addopts=--doctest-modules", "-p", "no:cacheprovider",
    "-p", "_hypothesis_pytestplugin", "--hypothesis-profile=mutants",
]  # fmt: skip


def run_tests(tests: list[str]) -> int:
    """Run some tests here; gives pytest's exit code."""
    return int(pytest.main([*PYTEST, *CONFIGURATION["options"]["pytest"], *tests]))


def prepare(tests: list[str]) -> None:
    """Run tests on the unchanged files, so that children find all imported, and passing."""
    if run_tests(tests):
        raise SystemExit("the tests fail on the unchanged files")
    gc.collect()
    gc.freeze()  # children need not look at the libraries again


def changed(mutation: MutationSpec) -> tuple[str, str, str]:
    """The file after a change, its line before, and its line after."""
    before = Path(mutation.module_path).read_text(encoding="utf-8")
    operator = cosmic_ray.plugins.get_operator(mutation.operator_name)
    after = mutate_code(before, operator(**mutation.operator_args), mutation.occurrence)
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    was, now = (
        " ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return after, was, now


def name_of(path: Path) -> str:
    """The module of a file."""
    return ".".join(path.with_suffix("").parts)


def put_in_place(path: Path, code: str, function: str | None) -> None:
    """Change the functions of a module where they are, or import it afresh, changed.

    Other modules hold the same functions, but copies of what is no function.
    """
    compiled = compile(code, str(path.resolve()), "exec")
    module = sys.modules[name_of(path)]
    if not inspect.isfunction(getattr(module, function or "", None)):
        import_changed(path, compiled)
        return
    changed = dict(vars(module))
    exec(compiled, changed)
    old, new = getattr(module, str(function)), changed[str(function)]
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def import_changed(path: Path, compiled: CodeType) -> None:
    """Forget all that was imported of this project, and import a changed file first."""
    for name, module in list(sys.modules.items()):
        if name != "__main__" and str(FOLDER) in str(getattr(module, "__file__", None)):
            del sys.modules[name]
    name = name_of(path)
    parent, _, last = name.rpartition(".")
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert name not in sys.modules, "somebody imported it already, unchanged"
    fresh = importlib.util.module_from_spec(spec)
    sys.modules[name] = fresh
    exec(compiled, fresh.__dict__)
    setattr(sys.modules[parent], last, fresh)


def survives(path: Path, code: str, function: str | None, tests: list[str]) -> tuple[bool, str]:
    """Whether all tests pass with a changed file, in a child, and the end of what they said."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.setsid()
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            outcome = 1
            try:
                put_in_place(path, code, function)
                outcome = run_tests(tests)
            finally:
                sys.stdout.flush()
                os._exit(outcome)
        status = wait(child, float(CONFIGURATION["cosmic-ray"]["timeout"]))
        said.seek(0)
        lines = said.read().decode(errors="replace").splitlines()
    return status == 0, "\n".join(lines[-3:])


def wait(child: int, seconds: float) -> int:
    """Exit status of a child; one that takes too long is killed, with all that it started."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def tests_of(path: Path, again: bool) -> list[str]:
    """The tests that are to notice a change of a file."""
    for group in CONFIGURATION["group"]:
        if any(str(path).startswith(file) for file in group["files"]):
            named: list[str] = group["also" if again else "tests"]
            return named
    raise SystemExit(f"{path}: no group of mutation.toml names its tests")


def attempt(database: WorkDB, job: str, mutation: MutationSpec, again: bool) -> None:
    """Try one change, and keep in the session what came of it."""
    code, was, now = changed(mutation)
    tests = tests_of(mutation.module_path, again)
    alive, said = survives(mutation.module_path, code, mutation.definition_name, tests)
    outcome = TestOutcome.SURVIVED if alive else TestOutcome.KILLED
    if alive:
        print(f"{mutation.module_path}: survives: {was}\n    as: {now}", flush=True)
    database.set_result(job, WorkResult(WorkerOutcome.NORMAL, said, outcome, f"{was}\n{now}"))


def listed() -> dict[tuple[str, str, str], set[str]]:
    """Changes that no test can tell: by file, function and line, what the line becomes."""
    known: dict[tuple[str, str, str], set[str]] = {}
    entries = tomllib.loads((FOLDER / "tests" / "mutants.toml").read_text(encoding="utf-8"))
    for path, changes in entries.items():
        for change in changes:
            place = path, change.get("function", ""), change["line"]
            known.setdefault(place, set()).update(change["becomes"])
    return known


def kind(
    mutation: MutationSpec, result: WorkResult, known: dict[tuple[str, str, str], set[str]]
) -> str:
    """What came of a change."""
    if result.test_outcome != TestOutcome.SURVIVED:
        return "killed"
    was, now = (result.diff or "").split("\n")
    place = mutation.module_path.as_posix(), mutation.definition_name or "", was
    return "equivalent" if now in known.get(place, ()) else "surviving"


def results(database: WorkDB) -> list[tuple[str, MutationSpec, str]]:
    """All changes that were tried, but for those of operators that are left out."""
    known = listed()
    return [
        (item.job_id, item.mutations[0], kind(item.mutations[0], result, known))
        for item, result in database.completed_work_items
        if result.worker_outcome != WorkerOutcome.SKIPPED
    ]


def table(database: WorkDB) -> str:
    """Changes file by file, in Markdown."""
    kinds = ("killed", "equivalent", "surviving")
    counted: dict[str, Counter[str]] = {}
    for _, mutation, what in results(database):
        counted.setdefault(mutation.module_path.as_posix(), Counter())[what] += 1
    lines = ["| file | changes | " + " | ".join(kinds) + " |", "|---" * 5 + "|"]
    for path, counts in sorted(counted.items()):
        figures = " | ".join(str(counts[what]) for what in kinds)
        lines.append(f"| `{path}` | {counts.total()} | {figures} |")
    return "\n".join(lines)


def main() -> int:
    """Try the changes of a session; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("session", help="made by `cosmic-ray init`")
    parser.add_argument("--again", action="store_true", help="try what survives on other tests")
    parser.add_argument("--file", default="", help="only files whose path begins so")
    asked = parser.parse_args()
    os.chdir(FOLDER)
    sys.path[:0] = [str(FOLDER), str(FOLDER / "tests"), str(FOLDER / "docs")]
    quick: Any = {
        "max_examples": 15,
        "phases": [hypothesis.Phase.explicit, hypothesis.Phase.generate],
    }
    hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True, **quick)
    with use_db(asked.session, WorkDB.Mode.open) as database:
        if asked.again:
            waiting = [(job, one) for job, one, what in results(database) if what == "surviving"]
        else:
            waiting = [(item.job_id, item.mutations[0]) for item in database.pending_work_items]
        waiting = [one for one in waiting if str(one[1].module_path).startswith(asked.file)]
        waiting.sort(
            key=lambda one: (str(one[1].module_path), one[1].start_pos, one[1].operator_name)
        )
        for _, same_tests in groupby(
            waiting, key=lambda one: tests_of(one[1].module_path, asked.again)
        ):
            changes = list(same_tests)
            prepare(tests_of(changes[0][1].module_path, asked.again))
            for job, mutation in changes:
                attempt(database, job, mutation, asked.again)
        print(table(database))
        return int(any(what == "surviving" for _, _, what in results(database)))


if __name__ == "__main__":
    sys.exit(main())
