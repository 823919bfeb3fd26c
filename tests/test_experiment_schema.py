"""The JSON Schemas of experiment and lesson files, with which editors complete them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import ruamel.yaml

from seci_sim.cli import answer_to
from seci_sim.lab import shipped_experiments
from seci_sim.lab.experiment_schema import experiment_schema
from seci_sim.page.lessons import shipped_lessons
from seci_sim.page.lessons.lesson_schema import lesson_schema

SCHEMA = experiment_schema()
LESSON = lesson_schema()


def as_typed(document: Any) -> Any:
    """What an editor that reads YAML as most do makes of a file: yes and no are switches."""
    if isinstance(document, dict):
        return {name: as_typed(value) for name, value in document.items()}
    if isinstance(document, list):
        return [as_typed(item) for item in document]
    return {"yes": True, "no": False}.get(document, document) if isinstance(document, str) else document  # fmt: skip


def read(file: Path) -> Any:
    return as_typed(ruamel.yaml.YAML(typ="safe", pure=True).load(file.read_text("utf-8")))


@pytest.mark.parametrize("name", sorted(shipped_experiments()))
def test_shipped_experiments_agree_with_their_schema(name: str) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(read(shipped_experiments()[name]))


@pytest.mark.parametrize("name", sorted(shipped_lessons()))
def test_shipped_lessons_agree_with_their_schema(name: str) -> None:
    jsonschema.Draft202012Validator(LESSON).validate(read(shipped_lessons()[name]))


@pytest.mark.parametrize(("kind", "schema"), [("experiment", SCHEMA), ("lesson", LESSON)])
def test_the_schema_is_one_and_is_printed(
    kind: str, schema: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert answer_to(["schema", kind]) == 0
    assert json.loads(capsys.readouterr().out) == schema


@pytest.mark.parametrize(
    "wrong", [{"bet": {}}, {"look_at": []}, {"until": {}}, {"analyses": []}, {"discusion": "?"}]
)
def test_the_schema_of_lessons_refuses_what_the_reader_refuses(wrong: dict[str, Any]) -> None:
    good = read(shipped_lessons()["why-one-percent"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(LESSON).validate(good | wrong)


def test_the_schema_refuses_what_the_reader_refuses() -> None:
    good = {"question": "x", "scenario": "baseline", "vary": {"policy.turnover": ["1%", 0.02]}}
    reader = jsonschema.Draft202012Validator(SCHEMA)
    reader.validate(good)
    for wrong in (
        {"vary": {"policy.turnovr": ["1%", "2%"]}},
        {"vary": {"policy.turnover": ["1%"]}},
        {"scenarios": ["baseline"]},
        {"replications": 0},
        {"sample": {"method": "random", "points": 3}},
        {"replicatons": 3},
        {"analyses": [{"kind": "comparison", "factor": "policy.turnover"}]},
        {"analyses": [{"kind": "dose-response", "outcome": "needs_met"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            reader.validate(good | wrong)
