"""A copy of the package, to be edited and run in processes of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seci_sim.engine.imports import NAME, PACKAGE

CHECKOUT = PACKAGE.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder that holds the copy, with the shipped scenarios and experiments beside it."""
    return copied(tmp_path)


def copied(place: Path) -> Path:
    """Put the package, and what it reads, into a folder."""
    for folder in (PACKAGE, CHECKOUT / "scenarios", CHECKOUT / "experiments"):
        shutil.copytree(folder, place / folder.name)
    return place


def edit(copy: Path, file: str, old: str, new: str) -> None:
    """Change some text that stands in a file of the copy once."""
    path = copy / NAME / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} in {file}"
    path.write_text(text.replace(old, new), "utf-8")
    # Python tells one text from another by size and seconds.
    shutil.rmtree(path.with_name("__pycache__"), ignore_errors=True)


def ran(copy: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What Python does with the copy; compiled rules are kept beside it."""
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(copy), str(CHECKOUT / "tests"))),
        "XDG_CACHE_HOME": str(copy / "cache"),
        **environment,
    }
    return subprocess.run(
        [sys.executable, *arguments], env=surroundings, cwd=copy, capture_output=True, text=True
    )


def said(copy: Path, program: str, **environment: str) -> list[str]:
    """What a program prints that uses the copy, in words."""
    done = ran(copy, "-c", program, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
