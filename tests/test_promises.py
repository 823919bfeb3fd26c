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
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """The tests that pytest finds in a file, unless the whole file is skipped."""
    parsed = ast.parse((TESTS / file).read_text("utf-8"))
    marks = [
        ast.unparse(line.value)
        for line in parsed.body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "pytestmark"
    ]
    if any(skipped(mark) for mark in marks):
        return {}
    return {one.name: one for one in parsed.body if isinstance(one, ast.FunctionDef)}


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
            elif not (TESTS / named[1]).exists() or named[2] not in functions(named[1]):
                found.append(f"not there: {line}")
            else:
                test = functions(named[1])[named[2]]
                if any(skipped(ast.unparse(mark)) for mark in test.decorator_list):
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
