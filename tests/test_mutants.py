"""The list of changes that no test can tell from the original (`mutants.toml`) is of today's files."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
LISTED: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (TESTS / "mutants.toml").read_text(encoding="utf-8")
)
CHANGES = [(path, change) for path, changes in LISTED.items() for change in changes]


def lines_of(path: str, function: str | None) -> list[str]:
    """The lines of a function, or those of a whole file."""
    text = (TESTS.parent / path).read_text(encoding="utf-8")
    if function is None:
        return [line.strip() for line in text.splitlines()]
    (found,) = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function
    ]
    return [line.strip() for line in text.splitlines()[found.lineno - 1 : found.end_lineno]]


@pytest.mark.parametrize(("path", "change"), CHANGES)
def test_a_change_that_changes_nothing_is_of_a_line_that_is_still_there(
    path: str, change: dict[str, Any]
) -> None:
    assert change["line"] in lines_of(path, change.get("function"))
    assert change["becomes"]
    assert change["line"] not in change["becomes"]


def test_each_change_that_changes_nothing_has_a_reason_and_is_listed_once() -> None:
    listed = [
        (path, change.get("function"), change["line"], becomes)
        for path, change in CHANGES
        for becomes in change["becomes"]
    ]
    assert len(listed) == len(set(listed))
    assert all(len(change["reason"].split()) >= 4 for _, change in CHANGES)
    assert {key for _, change in CHANGES for key in change} == {
        "function", "line", "becomes", "reason",
    }  # fmt: skip
