"""Values that are set at the command line: read as if they stood in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answers import refused
from scenario_files import TINY

from seci_sim.cli import answer_to
from seci_sim.scenario import InputProblem, read_scenario

pytestmark = pytest.mark.usefixtures("empty_folder")

FEW = ["--replications", "2", "--workers", "1", "--worlds", "0"]


def test_what_is_set_reads_as_if_it_stood_in_the_file() -> None:
    Path("tiny.yaml").write_text(TINY)
    typed = [
        "policy.patient_time=2%",
        "horizon = 1 year",
        "units.Japan.staff=14",
        "policy.shares_paid={}",
    ]
    found = read_scenario("tiny.yaml", typed)
    edited = TINY.replace("staff: 12", "staff: 14").replace("10 weeks", "1 year")
    Path("edited.yaml").write_text(f"{edited}policy: {{patient_time: 2%, shares_paid: {{}}}}\n")
    there = read_scenario("edited.yaml")
    assert found.model_copy(update={"name": there.name, "sources": ()}) == there.model_copy(
        update={"sources": ()}
    )
    assert found.name == "Tiny, patient time 2%, horizon 1 year, Japan…"
    assert read_scenario("tiny.yaml", ["name=Other", "horizon=5"]).name == "Other"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("policy.patient_time=2", "--set: policy.patient_time: is not a share; did you mean 2%?; allowed: 0% to 100%; got '2'"),
        ("policy.patient_time=200%", "--set: policy.patient_time: is too large; allowed: 0% to 100%; got '200%'"),
        ("policy.pateint_time=2%", '--set: policy.pateint_time: unknown field "pateint_time"; did you mean "patient_time"?'),
        ("patient_time=2%", '--set: patient_time: unknown field "patient_time"; did you mean "policy.patient_time"?'),
        ("policy.patient_time=", "--set: policy.patient_time: has no value"),
        ("policy=2%", "--set: policy: must be fields, each with a value; got '2%'"),
        ("units.Japn.staff=3", '--set: units: has no Japn; did you mean "Japan"?; allowed: Office, Japan'),
        ("units.Japan.staff=1", "--set: units.Japan.staff: is too small"),
        ("stakeholders.NGO.market=Japan", "--set: stakeholders: the file lists none; write the list into it"),
        ("extends=baseline", "--set: extends: stands in a file; write it there"),
        ("name=a: b", "--set: check the indentation"),
        ("policy.patient_time=[1%", "--set: a bracket is not closed"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_said_by_the_reader_of_files(setting: str, message: str) -> None:
    Path("tiny.yaml").write_text(TINY)
    with pytest.raises(InputProblem) as caught:
        read_scenario("tiny.yaml", [setting])
    assert caught.value.lines[0].startswith(message)


def test_mistakes_of_the_file_keep_their_lines() -> None:
    Path("bad.yaml").write_text(f"{TINY}policy: {{turnover: 5}}\n")
    with pytest.raises(InputProblem) as caught:
        read_scenario("bad.yaml", ["policy.patient_time=5"])
    assert [line[:12] for line in caught.value.lines] == ["bad.yaml:7: ", "--set: polic"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "tiny.yaml", "--set", "2%"], 2, "--set: must be NAME=VALUE, such as policy.patient_time=2%; got '2%'"),
        (["run", "tiny.yaml", "--set", "=2%"], 2, "--set: must be NAME=VALUE"),
        (["run", "tiny.yaml", "--set", "name=a\nhorizon=3"], 2, "--set: must be NAME=VALUE"),
        (["run", "tiny.yaml", "--set", "horizon=9", "--set", "horizon=8"], 3, "--set: horizon: is given twice"),
        (["compare", "tiny.yaml", "--set", "horizon=9"], 3, "horizon: 'Tiny' runs for 10 weeks and 'Tiny, horizon 9' for 9; only equal times can be compared"),
        (["compare", "tiny.yaml"], 2, "compare needs two scenarios or more; for one, use run, or set something with --set"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    Path("tiny.yaml").write_text(TINY)
    assert message in refused(arguments, capsys, code)


def test_a_file_is_compared_with_itself_as_it_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tiny.yaml").write_text(TINY)
    arguments = ["compare", "tiny.yaml", "--set", "policy.patient_time=9%", *FEW]
    assert answer_to([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [policy["name"] for policy in found["policies"]] == ["Tiny", "Tiny, patient time 9%"]
    assert found["folder"] == "results/tiny-patient-time-9"
    assert found["command"] == (
        "seci-sim compare tiny.yaml --set policy.patient_time=9% --replications 2 --seed 1 --worlds 0"
    )
    Path("more.yaml").write_text(
        "name: Tiny, more\nextends: tiny.yaml\npolicy: {patient_time: 9%}\n"
    )
    assert answer_to(["compare", "tiny.yaml", "more.yaml", *FEW, "--json"]) == 0
    written = json.loads(capsys.readouterr().out)["policies"]
    for set_so, in_file in zip(found["policies"], written, strict=True):
        assert set_so["hours_a_head_and_year"] == in_file["hours_a_head_and_year"]
    assert written[1]["hours_a_head_and_year_change_from_first"]["mean"] > 0


def test_two_files_are_compared_as_both_are_set(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tiny.yaml").write_text(TINY)
    Path("more.yaml").write_text("name: More\nextends: tiny.yaml\npolicy: {patient_time: 9%}\n")
    arguments = ["compare", "tiny.yaml", "more.yaml", "--set", "horizon=5 weeks", *FEW]
    assert answer_to(arguments) == 0
    folder = Path("results/tiny-vs-more-horizon-5-weeks")
    scenarios = json.loads((folder / "manifest.json").read_text())["experiment"]["scenarios"]
    assert [one["horizon"] for one in scenarios] == [5, 5]
    assert answer_to(["rerun", str(folder)]) == 0
    printed = capsys.readouterr()
    assert "--set" not in printed.out.split("Next:")[1].split("\n", 1)[1], "needs no file"
    assert printed.err == "" or "error" not in printed.err
