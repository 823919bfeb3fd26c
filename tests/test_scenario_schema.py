"""The JSON Schema of scenarios, and new files with every setting to choose from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from scenario_files import HEAD, read

from seci_sim.classics.march1991 import March
from seci_sim.lab.analysis_kinds import Analysis, DoseResponse
from seci_sim.page.lessons import Lesson
from seci_sim.parameters import SECTIONS, Section, declarations
from seci_sim.scenario import (
    Change,
    Scenario,
    Stakeholder,
    Unit,
    json_schema,
    new_scenario,
    read_scenario,
    settings,
    shipped_scenarios,
)
from seci_sim.scenario.tree import Mapping, Node, Scalar, Sequence, parse


def as_json(node: Node) -> Any:
    """A tree as an editor's reader of YAML would hand it to a schema."""
    match node:
        case Mapping():
            return {name: as_json(item) for name, item in node.entries.items()}
        case Sequence():
            return [as_json(item) for item in node.items]
        case Scalar(quoted=False) if node.text in ("true", "yes", "false", "no"):
            return node.text in ("true", "yes")
        case Scalar(quoted=False) if re.fullmatch(r"-?[0-9]+", node.text):
            return int(node.text)
        case Scalar(quoted=False) if re.fullmatch(r"-?[0-9]*\.[0-9]+", node.text):
            return float(node.text)
    return node.text


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def schema_refuses(text: str) -> bool:
    return not validator().is_valid(as_json(parse(text, "s.yaml")))


def test_the_schema_is_one_and_accepts_every_shipped_scenario() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    for path in shipped_scenarios().values():
        assert not schema_refuses(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (HEAD + "policy: {patient_time: 1%}", False),
        (HEAD + "policy: {patient_time: 0.01}", False),
        (HEAD + "policy: {patient_time: 1}", True),
        (HEAD + "policy: {patient_tme: 1%}", True),
        (HEAD + "policy: {visit_hours: 2 h}", False),
        (HEAD + "policy: {visit_hours: 2 weeks}", True),
        (HEAD + "policy: {visit_hours: 90}", True),
        (HEAD + "policy: {turnover: 5% a year}", False),
        (HEAD + "policy: {financial_agency: yes}", False),
        (HEAD + "policy: {shares_paid: {low: 5%}}", False),
        (HEAD + "policy: {shares_paid: {low: 5}}", True),
        (HEAD + "horizon: 4 years", False),
        (HEAD + "extends: baseline", False),
        (HEAD + "meetings: met.csv", False),
        (HEAD + "sources: []", True),
        (HEAD + "units: [{name: A, kind: branch, staff: 5}]", True),
        (HEAD + "timeline: [{week: 5, policy: {visit_hours: 90}}]", True),
        ("question: x", True),
    ],
)
def test_the_schema_agrees_with_the_reader(text: str, refused: bool) -> None:
    assert schema_refuses(text) is refused


def test_the_schema_describes_every_parameter_with_its_unit_and_source() -> None:
    definitions = json_schema()["$defs"]
    for declaration in declarations():
        section, _, name = declaration.name.partition(".")
        described = definitions[SECTIONS[section].__name__]["properties"][name]["description"]
        assert declaration.meaning.rstrip(".") in described
        assert declaration.source in described


@pytest.mark.parametrize("base", sorted(shipped_scenarios()))
def test_a_new_scenario_shows_every_parameter_with_the_values_of_what_it_extends(
    tmp_path: Path, base: str
) -> None:
    extended = read_scenario(base)
    text = new_scenario(extended, base, "Mine")
    assert text.startswith("# yaml-language-server: $schema=seci-sim.schema.json\n")
    untouched = settings(read(tmp_path, text))
    assert untouched == settings(extended)
    # Remove the # before every setting and every group, as the remark on top says.
    setting = re.compile(r"^( *)# ( *[a-z_0-9]+:(?! \w+\.csv).*)$", re.MULTILINE)
    body, _, rest = text.partition("\n# What changes in which week")
    free = setting.sub(r"\1\2", body)
    declared = [declared.name.partition(".")[2] for declared in declarations(extended.model)]
    assert all(re.search(rf"^  {name}: ", free, re.MULTILINE) for name in declared)
    assert settings(read(tmp_path, free)) == untouched
    assert ("timeline:" in rest) == (extended.model == "seci")


def uncommented(text: str) -> str:
    """A new file with every setting set free, as the remark on top says, but for the meetings."""
    return re.sub(
        r"^( *)# ( *(?:- |[a-z_0-9]+:(?! \w+\.csv)).*)$", r"\1\2", text, flags=re.MULTILINE
    )


@pytest.mark.parametrize("base", ["one-percent", "exodus", "tiered-pricing-india", "march-1991"])
def test_a_new_scenario_with_everything_may_be_set_free_as_a_whole(
    tmp_path: Path, base: str
) -> None:
    extended = read_scenario(base)
    text = new_scenario(extended, base, "Mine", everything=True)
    assert settings(read(tmp_path, text)) == settings(extended)
    free = settings(read(tmp_path, uncommented(text)))
    if not extended.timeline:
        free = {name: words for name, words in free.items() if not name.startswith("timeline.")}
    assert free == settings(extended)


def test_a_new_scenario_with_everything_says_what_every_setting_means_and_allows() -> None:
    text = new_scenario(read_scenario("baseline"), "baseline", "Mine", everything=True)
    for declared in declarations():
        (line,) = re.findall(rf"^ *#? *{declared.name.partition('.')[2]}: .*$", text, re.MULTILINE)
        assert declared.meaning.rstrip(".") in line
        assert f"Source: {declared.source}." in line
        assert ("Plausible: " in line) == (declared.plausible is not None)
    for model in (Unit, Stakeholder, Change):
        for name, field in model.model_fields.items():
            assert re.search(
                rf"^##   {name} +{re.escape(str(field.description))[:-2]}", text, re.MULTILINE
            )
    assert "Allowed: headquarters or regional headquarters or affiliate." in text
    assert "Allowed: 2 to 2000000 people." in text


def test_settings_and_schema_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(json_schema(), allow_nan=False))
    assert json.loads(json.dumps(settings(read_scenario("tiered-pricing-india"))))


def _sections(section: type[Section]) -> Iterator[type[Section]]:
    for one in section.__subclasses__():
        yield one
        yield from _sections(one)


def test_every_field_of_every_file_says_in_one_line_what_it_means() -> None:
    """Read from the docstring below it, which tables and schemas repeat."""
    of_ours = {one for one in _sections(Section) if one.__module__.startswith("seci_sim.")}
    assert {Scenario, Lesson, March, DoseResponse} <= of_ours
    silent = [
        f"{section.__name__}.{name}"
        for section in of_ours
        for name, field in section.model_fields.items()
        if not field.description or "\n" in field.description
        if name != "kind" or not issubclass(section, Analysis)  # which says it once, for all kinds
    ]
    assert silent == []
