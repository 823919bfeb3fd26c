"""Scenarios: what they hold, what they extend, and that their parts fit together."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scenario_files import HEAD, TWO_UNITS, lines_of, read

from seci_sim.parameters import declarations
from seci_sim.scenario import (
    Change,
    InputProblem,
    Scenario,
    Stakeholder,
    Unit,
    read_scenario,
    settings,
    shipped_scenarios,
    with_levers,
)


def small(**fields: Any) -> Scenario:
    return Scenario(
        **{
            "name": "Small",
            "question": "What for?",
            "units": (
                Unit(name="Office", kind="headquarters", staff=10),
                Unit(name="Japan", kind="affiliate", staff=20),
            ),
        }
        | fields
    )


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_every_shipped_scenario_reads_and_says_where_it_came_from(name: str) -> None:
    scenario = read_scenario(name)
    assert scenario.markets or scenario.model != "seci"
    assert scenario.question.endswith("?")
    assert scenario.sources[0].label == f"{name} (shipped)"
    assert scenario.sources[0].text == shipped_scenarios()[name].read_text(encoding="utf-8")


def test_shipped_scenarios_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert {"baseline", "one-percent"} <= set(shipped_scenarios())
    assert read_scenario("one-percent").policy.patient_time == 0.01


def test_a_scenario_without_units_has_the_default_organisation(tmp_path: Path) -> None:
    scenario = read(tmp_path, HEAD)
    assert [unit.staff for unit in scenario.units] == [60, 35, 35, 35, 35]
    assert scenario.horizon == 208
    kinds = [stakeholder.kind for stakeholder in scenario.stakeholders]
    assert kinds == ["local partner"] * 4 + ["global partner"]


def test_partners_nobody_mentioned_follow_the_units_and_an_empty_list_means_none(
    tmp_path: Path,
) -> None:
    scenario = read(tmp_path, HEAD + TWO_UNITS)
    assert [stakeholder.market for stakeholder in scenario.stakeholders] == ["Japan", None]
    assert read(tmp_path, HEAD + TWO_UNITS + "stakeholders: []\n").stakeholders == ()


def test_an_affiliate_serves_the_market_of_its_name_and_may_share_one() -> None:
    office = Unit(name="Osaka", kind="affiliate", staff=5, market="Japan")
    scenario = small(units=(*small().units, office))
    assert scenario.markets == ("Japan",)
    assert [scenario.market_of(unit) for unit in scenario.units] == ["Japan"] * 3
    assert scenario.headquarters_of(office) == "Office"
    alone = small(units=(office,))
    assert alone.headquarters_of(office) is None


def test_values_are_read_in_their_declared_units(tmp_path: Path) -> None:
    scenario = read(
        tmp_path,
        HEAD
        + """horizon: 4 years
policy: {patient_time: 2%, visit_hours: 30 min, financial_agency: no, turnover: 0}
learning:
  tacit_half_life: 1 year
timeline:
  - {week: 2 years, policy: {patient_time: 0.05}, staff_leave: 30%}
""",
    )
    assert scenario.horizon == 208
    assert scenario.policy.patient_time == 0.02
    assert scenario.policy.visit_hours == 0.5
    assert scenario.policy.turnover == 0
    assert scenario.learning.tacit_half_life == 52
    assert scenario.timeline[0].week == 104
    assert scenario.timeline[0].policy == {"patient_time": 0.05}
    assert scenario.timeline[0].staff_leave == 0.3


def test_a_timeline_is_kept_in_the_order_of_its_weeks_and_mistakes_keep_their_lines(
    tmp_path: Path,
) -> None:
    timeline = "timeline:\n  - {week: 9, staff_leave: 10%}\n  - {week: 2, unit_leaves: X}\n"
    assert lines_of(tmp_path, HEAD + timeline) == [
        "s.yaml:5: timeline.2.unit_leaves: no unit is called 'X'; "
        "allowed: Headquarters, Market A, Market B, Market C, Market D"
    ]
    scenario = read(tmp_path, HEAD + timeline.replace("unit_leaves: X", "lose: [library]"))
    assert [change.week for change in scenario.timeline] == [2, 9]


def test_a_scenario_extends_another_and_only_differences_are_written(tmp_path: Path) -> None:
    base = """name: Base
question: What is there?
policy: {patient_time: 2%, visit_hours: 2, shares_paid: {low: 10%, high: 90%}}
timeline: [{week: 5, lose: [library]}]
"""
    child = """name: Child
extends: ./base.yaml
policy: {patient_time: 3%, shares_paid: {low: 20%}}
timeline: []
"""
    scenario = read(tmp_path, child, base_yaml=base)
    assert scenario.question == "What is there?"
    assert scenario.policy.patient_time == 0.03
    assert scenario.policy.visit_hours == 2
    assert scenario.policy.shares_paid == {"low": 0.2, "high": 0.9}
    assert scenario.timeline == ()
    assert [Path(source.label).name for source in scenario.sources] == ["s.yaml", "base.yaml"]
    emptied = read(tmp_path, child.replace("{low: 20%}", "{}"))
    assert emptied.policy.shares_paid == {}


def test_a_scenario_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert lines_of(tmp_path, "extends: baseline") == ["s.yaml:1: name: is missing"]


def test_a_mistake_in_what_is_extended_is_said_where_it_stands(tmp_path: Path) -> None:
    base = "name: Base\nquestion: x\n\npolicy:\n  turnover: 5\n"
    lines = lines_of(tmp_path, HEAD + "extends: base.yaml\nworld: {needs: 1}", base_yaml=base)
    assert lines[0].startswith("s.yaml:4: world.needs")
    assert lines[1].startswith("base.yaml:5: policy.turnover")


def test_what_units_leave_without_a_place_is_told_where_these_units_stand(tmp_path: Path) -> None:
    units = "units:\n- {name: HQ, kind: headquarters, staff: 4}\n- {name: X, kind: affiliate, staff: 5}\n"
    lines = lines_of(tmp_path, f"{HEAD}extends: one-percent\n{units}")
    what = "lack what the stakeholders of the scenario that this one extends name"
    assert lines == [f"s.yaml:4: units: {what}; list stakeholders too"]
    base = HEAD + units + "timeline:\n- {week: 3, unit: X, staff_leave: 20%}\n"
    lines = lines_of(
        tmp_path, HEAD + "extends: base.yaml\n" + units.replace("X", "Y"), base_yaml=base
    )
    assert lines == [
        f"s.yaml:4: units: {what.replace('stakeholders', 'timeline')}; list timeline too"
    ]
    lines = lines_of(
        tmp_path,
        HEAD + "extends: base.yaml\ntimeline:\n- {week: 3, unit: Z, staff_leave: 20%}\n",
        base_yaml=base,
    )
    assert "s.yaml:5: timeline.3.unit: no unit is called 'Z'" in lines[0]


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("basline", 'no shipped scenario of this name; did you mean "baseline"?'),
        ("other.yaml", "other.yaml: no such file; got 'other.yaml'"),
        ("s.yaml", "goes round in a circle"),
        ("./s.yaml", "goes round in a circle"),
        ("[a, b]", "must be the name of a shipped scenario"),
        ("", "must be the name of a shipped scenario"),
        ("..", "is a folder"),
    ],
)
def test_a_scenario_cannot_extend_what_is_not_there_or_itself(
    tmp_path: Path, extends: str, message: str
) -> None:
    (line,) = lines_of(tmp_path, f"{HEAD}extends: {extends}")
    assert line.startswith("s.yaml:3: extends: ")
    assert message in line


def test_a_circle_and_a_long_chain_of_scenarios_are_refused(tmp_path: Path) -> None:
    for number in range(12):
        text = f"name: A\nquestion: x\nextends: n{number + 1}.yaml\n"
        (tmp_path / f"n{number}.yaml").write_text(text)
    (tmp_path / "n12.yaml").write_text("name: A\nquestion: x\n")
    with pytest.raises(InputProblem, match=r"n9\.yaml:3: .*more than 10 scenarios"):
        read_scenario(tmp_path / "n0.yaml")
    (tmp_path / "n2.yaml").write_text("name: A\nquestion: x\nextends: n0.yaml\n")
    with pytest.raises(InputProblem, match=r"n2\.yaml:3: extends: goes round in a circle"):
        read_scenario(tmp_path / "n0.yaml")


def test_a_firms_own_meetings_are_read_from_a_table(tmp_path: Path) -> None:
    table = "hours,unit,employee,colleague_unit,colleague\n0.5,Office,1,Japan,20\n\n1 h,Japan,1,Japan,2\n"
    scenario = read(tmp_path, HEAD + TWO_UNITS + "meetings: met.csv", met_csv="\ufeff" + table)
    assert [tuple(meeting) for meeting in scenario.meetings] == [
        ("Office", 1, "Japan", 20, 0.5),
        ("Japan", 1, "Japan", 2, 1.0),
    ]
    assert scenario.sources[-1].text == table
    assert settings(scenario)["meetings"] == "2 pairs, 1.5 hours a week"
    assert scenario.fingerprint != read(tmp_path, HEAD + TWO_UNITS).fingerprint


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("Office,1,Japan,21,1", "met.csv:2: meetings.1.colleague: is not there; allowed: 1 to 20, the staff of 'Japan'; got 21"),
        ("Office,1,Japn,1,1", "met.csv:2: meetings.1.colleague_unit: no unit is called 'Japn'; did you mean \"Japan\"?"),
        ("Office,1,Office,1,1", "met.csv:2: meetings.1.colleague: is the same person"),
        ("Office,1,Office,2,1\nOffice,2,Office,1,1", "met.csv:3: meetings.2: these two are listed twice"),
        ("Office,1,Office,2,0", "met.csv:2: meetings.1.hours: is out of range; allowed: more than 0 to 40 hours; got 0.0"),
        ("Office,1,Office,2,1e1", "met.csv:2: hours: write 10"),
        ("Office,0,Office,2,1", "met.csv:2: employee: is not a whole number from 1 up"),
        ("Office,1.5,Office,2,1", "met.csv:2: employee: is not a whole number"),
        ("\nOffice,1,Office,2", "met.csv:3: has 4 values, not 5"),
        ('"Office,1,Office,2,1', "met.csv:2: is not CSV"),
        ("", "met.csv: lists no meetings"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_table_of_meetings_is_said_with_its_line(
    tmp_path: Path, table: str, message: str
) -> None:
    header = "unit,employee,colleague_unit,colleague,hours\n"
    lines = lines_of(tmp_path, HEAD + TWO_UNITS + "meetings: met.csv", met_csv=header + table)
    assert lines[0].startswith(message)


def test_the_columns_of_the_table_of_meetings_are_known(tmp_path: Path) -> None:
    text = HEAD + "meetings: met.csv"
    assert "by commas" in lines_of(tmp_path, text, met_csv="unit;employee;hours\n")[0]
    lines = lines_of(tmp_path, text, met_csv="unit,employe,colleague_unit,colleague,hours\n")
    assert lines == [
        'met.csv:1: unknown column 2; did you mean "employee"?',
        'met.csv:1: column "employee" is missing',
    ]
    assert lines_of(tmp_path, HEAD + "meetings: no.csv")[0].startswith("s.yaml:3: meetings: no.csv")
    (line,) = lines_of(tmp_path, HEAD + "meetings: [met.csv]")
    assert line == "s.yaml:3: meetings: must be the name of a CSV file"


def test_a_unit_that_nobody_declared_is_said_once_however_many_meet_there(tmp_path: Path) -> None:
    rows = [
        "unit,employee,colleague_unit,colleague,hours",
        "Ofice,1,Japan,1,1",
        "",
        "Ofice,2,Japan,1,1",
    ]
    text = HEAD + TWO_UNITS + "meetings: met.csv"
    (line,) = lines_of(tmp_path, text, met_csv="\n".join(rows))
    assert line.startswith(
        "met.csv:2: meetings.1.unit: no unit is called 'Ofice'; did you mean \"Office\"?"
    )


def test_a_table_that_was_not_meant_to_be_one_of_meetings_is_not_read_to_its_end(
    tmp_path: Path,
) -> None:
    table = "unit,employee,colleague_unit,colleague,hours\n" + "far too short\n" * 1500
    lines = lines_of(tmp_path, HEAD + TWO_UNITS + "meetings: met.csv", met_csv=table)
    assert lines[0] == "met.csv:2: has 1 values, not 5"
    assert lines[-1] == "... and 980 more"


def test_the_same_scenario_has_the_same_fingerprint_however_it_is_written(tmp_path: Path) -> None:
    one = read(tmp_path, HEAD + "policy: {patient_time: 1%, visit_hours: 2}")
    other = read(tmp_path, "question: What for?\npolicy:\n  visit_hours: 2 h\nname: 'Mine'\n")
    assert one.fingerprint == other.fingerprint
    assert re.fullmatch("[0-9a-f]{64}", one.fingerprint)
    assert with_levers(one, patient_time=0.02).fingerprint != one.fingerprint
    assert pickle.loads(pickle.dumps(one)) == one


def test_levers_change_a_copy_by_their_bare_or_full_names() -> None:
    scenario = small(policy={"visit_hours": 2.0})
    varied = with_levers(scenario, patient_time=0.05, world__drift=0.1, horizon=52)
    assert (varied.policy.patient_time, varied.world.drift, varied.horizon) == (0.05, 0.1, 52)
    assert varied.policy.visit_hours == 2
    assert varied.units == scenario.units
    assert scenario.policy.patient_time == 0.01
    assert with_levers(scenario) == scenario


def test_every_parameter_has_a_name_of_its_own_so_that_bare_levers_are_clear() -> None:
    names = [declaration.name.partition(".")[2] for declaration in declarations()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("levers", "message"),
    [
        ({"patient_tme": 0.1}, 'did you mean "patient_time"'),
        ({"world__patient_time": 0.1}, "no parameter is called"),
        ({"patient_time": 1.5}, "policy.patient_time: is too large; allowed: 0% to 100%; got 1.5"),
        ({"patient_time": "1%"}, "policy.patient_time: "),
        ({"patient_time": float("nan")}, "policy.patient_time: "),
        ({"needs": 40.5}, "world.needs: "),
        ({"horizon": 0}, "horizon: is too small"),
        ({"financial_agency": True}, "no stakeholder of that kind"),
        ({"shares_paid": {"nobody": 0.5}}, "no income band is called 'nobody'"),
    ],
)
def test_a_lever_that_does_not_exist_or_is_out_of_range_is_refused_in_one_line(
    levers: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        with_levers(small(), **levers)
    assert "\n" not in str(caught.value)


def test_scenarios_made_in_python_are_checked_like_files() -> None:
    with pytest.raises(ValueError, match="invites a financial agency"):
        small(stakeholders=(), policy={"financial_agency": True})
    with pytest.raises(ValueError, match="is changed twice in week 5"):
        small(timeline=(Change(week=5, lose=("library",)), Change(week=5, lose=("library",))))
    with pytest.raises(ValueError, match="is too large"):
        Change(week=5, policy={"patient_time": 2.0})
    with pytest.raises(ValueError, match="control"):
        Stakeholder(name="a\x1bb", kind="global partner")
    with pytest.raises(ValueError, match="control"):
        small(notes="on two\nlines, the second\x1b hidden")


def test_settings_are_flat_and_say_numbers_as_files_do() -> None:
    scenario = small(timeline=(Change(week=105, policy={"patient_time": 0.02}),))
    flat = settings(scenario)
    assert flat["policy.patient_time"] == "1%"
    assert flat["units.Japan.staff"] == "20"
    assert flat["timeline.105.policy.patient_time"] == "2%"
    assert flat["learning.tacit_half_life"] == "39 weeks"
    assert flat["service.bands.lowest.households"] == "20%"
    assert flat["policy.socialization"] == "yes"
    declared = {declaration.name for declaration in declarations()}
    assert declared - set(flat) == {"service.bands", "policy.shares_paid"}


def test_checking_a_file_imports_nothing_heavy() -> None:
    program = (
        "import sys; from seci_sim.scenario import read_scenario; read_scenario('one-percent');"
        "print(*sorted({'numpy', 'numba', 'pandas', 'mesa', 'plotly', 'scipy', 'rich'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
