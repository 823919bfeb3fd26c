"""The engine for browsers in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from seci_sim.browser.files import ASSETS

HARNESS = Path(__file__).with_suffix(".mjs")


def in_node(script: str, given: Any = None) -> Any:
    """What a script returns, which knows ``engine``, ``serve``, ``catalogue`` and ``given``; without Node, the test is skipped."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node is installed")
    command: list[str | Path] = [node, HARNESS, ASSETS, script]
    said = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)
