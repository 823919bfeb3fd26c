"""The page on adding something to the program: what stands there is done to a copy, which then works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/how_to/add.md").read_text("utf-8")
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with all that the page adds."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("seci_sim", "scenarios", "experiments"):
        shutil.copytree(ROOT / name, folder / name)
    for language, block in BLOCKS.findall(PAGE):
        if language in ("python", "yaml"):
            head, text = block.split("\n", 1)
            path = folder / head.removeprefix("# ")
            assert not path.exists(), f"{path} is new"
            path.write_text(text, encoding="utf-8")
        elif language == "diff":
            head, *lines = block.splitlines()
            change(folder / head.removeprefix("--- "), lines)
    return folder


def change(path: Path, lines: list[str]) -> None:
    """Change a file as the parts of a diff say, each of which has its place where its lines stand."""
    text = path.read_text("utf-8")
    for _, part in groupby(lines, lambda line: line == "@@"):
        hunk = [line for line in part if line != "@@"]
        old = "".join(f"{line[1:]}\n" for line in hunk if not line.startswith("+"))
        new = "".join(f"{line[1:]}\n" for line in hunk if not line.startswith("-"))
        assert not hunk or text.count(old) == 1, f"{path} holds once:\n{old}"
        text = text.replace(old, new) if hunk else text
    path.write_text(text, encoding="utf-8")


COMMANDS = [
    pytest.param(command, said.split("\n"), id=command)
    for language, block in BLOCKS.findall(PAGE)
    if language == "console"
    for command, said in re.findall(r"^\$ seci-sim (.*)\n((?:(?!\$).+\n)+)", block, re.MULTILINE)
]


@pytest.mark.parametrize(("command", "said"), COMMANDS)
def test_what_the_page_adds_works(command: str, said: list[str], copy: Path) -> None:
    program = "from seci_sim.cli import main; main()"
    # Rules run as plain Python: compiled for a copy, they would take longer than to run.
    settings = {"PYTHONPATH": str(copy), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        cwd=copy, capture_output=True, text=True, env=os.environ | settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert [words for words in said if words not in told] == []


def test_the_lever_moves_the_rule_and_the_outcome_counts_it(copy: Path) -> None:
    table = pd.read_csv(copy / "results/reflection/results.csv")
    without, with_it = (part for _, part in table.groupby("policy.reflection_hours"))
    for outcome in ("hours_of_the_spiral", "moved_internalization"):
        assert (with_it[outcome].to_numpy() > without[outcome].to_numpy()).all()


def test_every_block_of_the_page_is_done() -> None:
    assert len(COMMANDS) == 4
    assert {language for language, _ in BLOCKS.findall(PAGE)} == {
        "python",
        "diff",
        "yaml",
        "console",
    }
