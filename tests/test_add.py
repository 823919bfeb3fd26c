"""The page on adding something to the program: what stands there is done to a copy, which then works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/how_to/add.md").read_text("utf-8")
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with all that the page adds."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("seci_sim", "scenarios", "experiments"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
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
    """Put each group of lines with `+` in the place of those with `-` above it."""
    text = path.read_text("utf-8")
    for group in re.findall(r"(?:^-.*\n)+(?:^\+.*\n)+", "\n".join([*lines, ""]), re.MULTILINE):
        old = "".join(f"{line[1:]}\n" for line in group.splitlines() if line.startswith("-"))
        new = "".join(f"{line[1:]}\n" for line in group.splitlines() if line.startswith("+"))
        assert text.count(old) == 1, f"{path} holds once:\n{old}"
        text = text.replace(old, new)
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


def test_every_block_of_the_page_is_done() -> None:
    assert len(COMMANDS) >= 3
    assert {language for language, _ in BLOCKS.findall(PAGE)} == {
        "python",
        "diff",
        "yaml",
        "console",
    }
