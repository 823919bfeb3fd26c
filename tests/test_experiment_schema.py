"""The JSON Schema of experiment files, with which editors complete them."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import ruamel.yaml

from seci_sim.cli import answer_to
from seci_sim.experiment import shipped_experiments
from seci_sim.experiment.schema import experiment_schema

SCHEMA = experiment_schema()


def as_typed(document: Any) -> Any:
    """What an editor that reads YAML as most do makes of a file: yes and no are switches."""
    if isinstance(document, dict):
        return {name: as_typed(value) for name, value in document.items()}
    if isinstance(document, list):
        return [as_typed(item) for item in document]
    return {"yes": True, "no": False}.get(document, document) if isinstance(document, str) else document  # fmt: skip


@pytest.mark.parametrize("name", sorted(shipped_experiments()))
def test_shipped_experiments_agree_with_their_schema(name: str) -> None:
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    document = yaml.load(shipped_experiments()[name].read_text("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(as_typed(document))


def test_the_schema_is_one_and_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert answer_to(["schema", "experiment"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


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
    ):
        with pytest.raises(jsonschema.ValidationError):
            reader.validate(good | wrong)
