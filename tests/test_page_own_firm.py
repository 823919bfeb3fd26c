"""One's own firm in the page: what it understands of a list of people is what the command understands."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from firm_records import PEOPLE
from mutated_tables import changed, people
from mutated_tables import text_of as csv_of

from seci_sim.cli.scenarios import DEFAULT_BASE
from seci_sim.page import own_firm as page
from seci_sim.page.document import HERE
from seci_sim.scenario import InputProblem
from seci_sim.scenario.own_firm import Exports, Hints, Understanding, own_firm

HARNESS = Path(__file__).with_name("page_firm_in_node.mjs")
TODAY = date(2025, 12, 31)
MUTATED = 400
"""Lists of which both are asked."""


class Asked(NamedTuple):
    """A list of people, and what somebody answers."""

    content: bytes
    answers: Mapping[str, Any] = {}


def in_page(lists: Sequence[Asked]) -> list[dict[str, Any]]:
    """What the page understands; without Node, the test is skipped."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node is installed")
    scripts = [HERE / f"{name}.js" for name in page.SCRIPTS]
    given = {
        "declared": page.declared(),
        "today": TODAY.isoformat(),
        "lists": [
            {"bytes": base64.b64encode(one.content).decode(), "answers": one.answers}
            for one in lists
        ],
    }
    said = subprocess.run([node, HARNESS, *scripts], input=json.dumps(given), capture_output=True, text=True)  # fmt: skip
    assert said.returncode == 0, said.stderr
    answers: list[dict[str, Any]] = json.loads(said.stdout)
    return answers


def by_command(one: Asked, folder: Path) -> str:
    """The scenario that the command writes for the same answers; nothing, if it refuses the list."""
    (folder / "people.csv").write_bytes(one.content)
    services = one.answers.get("services", {})
    hints = Hints(
        columns={name: str(place + 1) for name, place in one.answers.get("columns", {}).items()},
        dates=one.answers.get("dates", ""),
        left_within=one.answers.get("months", 0),
        markets={n: said["market"] for n, said in services.items() if said["kind"] == "affiliate"},
        kinds={n: said["kind"] for n, said in services.items() if said["kind"] != "affiliate"},
    )
    path = folder / "my-firm.yaml"
    path.unlink(missing_ok=True)
    exports = Exports(folder / "people.csv", hints=hints)
    try:
        own_firm(path, DEFAULT_BASE, exports, TODAY, Understanding(agrees=True)).write()
    except InputProblem:
        return ""
    return path.read_text("utf-8")


LISTS = [
    Asked(PEOPLE.encode()),
]


@pytest.mark.parametrize("seed", [1])
def test_page_and_command_make_the_same_of_mutated_lists(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    lists = [
        Asked(csv_of(changed(people(chance), chance), chance).encode()) for _ in range(MUTATED)
    ]
    taken = 0
    for number, (one, found) in enumerate(zip(lists, in_page(lists), strict=True)):
        if "yaml" in found:
            taken += 1
            assert found["yaml"] == by_command(one, tmp_path), number
    assert taken > MUTATED / 10
