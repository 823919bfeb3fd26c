"""Each promise to users is held by tests that are there and are run."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "promises.md").read_text("utf-8")
HELD_BY = re.compile(r"  - `(test_\w+\.py)::(test_\w+)`")
PROMISE = re.compile(r"^- (.+(?:\n  (?!- ).+)*)\n((?:  - .+\n)*)", re.MULTILINE)


def promises(page: str) -> dict[str, list[str]]:
    """The sentence of each promise, and the lines below it."""
    given, _, _ = page.partition("## What is not promised")
    return {" ".join(found[1].split()): found[2].splitlines() for found in PROMISE.finditer(given)}


@cache
def found_in(file: str) -> dict[str, list[str]]:
    """The tests that pytest finds in a file, with the marks of each and of the whole file."""
    body = ast.parse((TESTS / file).read_text("utf-8")).body
    said = {ast.unparse(one.targets[0]): one.value for one in body if isinstance(one, ast.Assign)}
    of_all = [ast.unparse(said["pytestmark"])] if "pytestmark" in said else []
    found = {name: [*of_all, ast.unparse(value)] for name, value in said.items()}
    for one in body:
        if isinstance(one, ast.FunctionDef):
            found[one.name] = [*of_all, *map(ast.unparse, one.decorator_list)]
    return found


def skipped(mark: str) -> bool:
    """Whether a mark keeps a test from running or from failing on every machine."""
    return re.search(r"mark\.(skip\b|xfail|skipif\(True)", mark) is not None


def mistakes(page: str) -> list[str]:
    """What is wrong with a list of promises."""
    found = []
    for promise, lines in promises(page).items():
        if not lines:
            found.append(f"no test: {promise}")
        for line in lines:
            named = HELD_BY.fullmatch(line)
            if named is None:
                found.append(f"no test is named: {line}")
            elif not (TESTS / named[1]).exists() or named[2] not in found_in(named[1]):
                found.append(f"not there: {line}")
            elif any(map(skipped, found_in(named[1])[named[2]])):
                found.append(f"never run: {line}")
    return found


def test_every_promise_is_held_by_tests_that_are_there_and_run() -> None:
    assert mistakes(PAGE) == []


def test_the_list_of_promises_is_read_whole() -> None:
    held = [line for lines in promises(PAGE).values() for line in lines]
    assert len(promises(PAGE)) > 30
    assert len(held) == len(re.findall("::test_", PAGE))
    assert all(promise.endswith(".") for promise in promises(PAGE))


@pytest.mark.parametrize(
    ("promise", "mistake"),
    [
        ("- All is well.\n", "no test: All is well."),
        ("- All is well,\n  always.\n  - `test_x.py::test_y`\n", "not there:   - `test_x.py::test_y`"),
        ("- All is well.\n  - `test_promises.py::test_y`\n", "not there:   - `test_promises.py::test_y`"),
        ("- All is well.\n  - somebody said so\n", "no test is named:   - somebody said so"),
    ],
)  # fmt: skip
def test_a_promise_that_no_test_holds_would_be_noticed(promise: str, mistake: str) -> None:
    assert mistakes(promise) == [mistake]


@pytest.mark.parametrize(
    ("mark", "never"),
    [
        ("pytest.mark.skip(reason='later')", True),
        ("pytest.mark.xfail", True),
        ("pytest.mark.slow", False),
        ("pytest.mark.skipif(sys.platform == 'win32', reason='needs signals')", False),
    ],
)
def test_a_test_that_never_runs_would_be_noticed(mark: str, never: bool) -> None:
    assert skipped(mark) is never
