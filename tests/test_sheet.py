"""A scenario as an Excel workbook: written, filled in, and read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheet_files import READ, cell_of, fill, openpyxl, written

from seci_sim.cli import answer_to
from seci_sim.parameters import declarations
from seci_sim.scenario import Change, read_scenario, settings, shipped_scenarios
from seci_sim.scenario.sheet.sheet_layout import in_a_cell

pytestmark = [pytest.mark.packages, pytest.mark.usefixtures("empty_folder")]


def comes_back_as_it_was(base: str) -> None:
    written(base)
    assert answer_to([*READ, "--quiet"]) == 0
    expected = settings(read_scenario(base))
    assert settings(read_scenario("firm.yaml")) == expected
    told = [line.partition(":")[0] for line in Path("firm.yaml").read_text().splitlines()[2:]]
    assert told == ["name", "question", "extends"], "nothing differs, so nothing is said"


@pytest.mark.parametrize("base", ["tiered-pricing-india", "exodus", "march-1991"])
def test_a_workbook_that_nobody_changed_says_what_it_extends(base: str) -> None:
    comes_back_as_it_was(base)


@pytest.mark.slow
@pytest.mark.parametrize("base", sorted(shipped_scenarios()))
def test_every_shipped_scenario_comes_back_from_a_workbook_as_it_was(base: str) -> None:
    comes_back_as_it_was(base)


def test_a_workbook_that_extends_nothing_says_everything_itself() -> None:
    written("tiered-pricing-india")
    fill({cell_of("extends"): None})
    assert answer_to(READ) == 0
    scenario = read_scenario("firm.yaml")
    assert len(scenario.sources) == 1
    assert settings(scenario) == settings(read_scenario("tiered-pricing-india"))


def test_the_sheet_shows_every_setting_with_value_unit_meaning_range_and_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer_to(["new", "firm.xlsx"]) == 0
    assert "seci-sim new firm.yaml --sheet firm.xlsx" in capsys.readouterr().out
    book = openpyxl.load_workbook("firm.xlsx")
    assert book.sheetnames == [
        "Settings",
        "Units",
        "Stakeholders",
        "Income bands",
        "Timeline",
        "Rivals",
    ]
    rows = {row[0]: row for row in book["Settings"].iter_rows(values_only=True)}
    assert rows["setting"] == ("setting", "value", "unit", "meaning", "allowed", "source")
    assert rows["name"][1] == "Firm"
    assert rows["extends"][1] == "one-percent"
    for declared in declarations():
        if declared.name != "service.bands":
            _, value, unit, meaning, allowed, source = rows[declared.name]
            assert value is not None
            assert (unit, meaning, source) == (declared.unit, declared.meaning, declared.source)
            assert (allowed is None) == (declared.unit != "yes or no" and not declared.allowed)
    assert rows["policy.patient_time"][1] == 0.01
    assert (
        book["Settings"][cell_of("policy.patient_time").partition("!")[2]].number_format == "0.0##%"
    )


def test_what_is_filled_in_becomes_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    written()
    Path("met.csv").write_text(
        "unit,employee,colleague_unit,colleague,hours\nSales,1,Sales,2,1\n", encoding="utf-8"
    )
    fill(
        {
            cell_of("name"): "Our firm",
            cell_of("horizon"): "4 years",
            cell_of("meetings"): "met.csv",
            cell_of("policy.patient_time"): 0.02,
            cell_of("policy.visit_hours"): "2 h",
            cell_of("policy.combination"): False,
            cell_of("policy.shares_paid"): "lowest: 10%; low: 30%;",
        }
    )
    book = openpyxl.load_workbook("firm.xlsx")
    book["Units"].delete_rows(2, 20)
    book["Units"].append(["Sales", "affiliate", 40, "India"])
    book["Stakeholders"].delete_rows(2, 20)
    book["Stakeholders"].append(["Friends", "local partner", "India", True])
    book["Timeline"].append([105, "turnover: 5%; shares_paid.low: 20%; shares_paid.high: 90%"])
    book["Timeline"].append([130, None, 0.3, "Sales", "library, routines"])
    book.save("firm.xlsx")
    assert answer_to(READ) == 0
    assert "40 staff, 1 market, 208 weeks" in capsys.readouterr().out
    assert answer_to(["check", "firm.yaml"]) == 0
    scenario = read_scenario("firm.yaml")
    assert scenario.name == "Our firm"
    assert scenario.question == read_scenario("one-percent").question
    assert (scenario.policy.patient_time, scenario.policy.visit_hours) == (0.02, 2)
    assert scenario.policy.combination is False
    assert scenario.policy.shares_paid == {"lowest": 0.1, "low": 0.3}
    (unit,) = scenario.units
    assert (unit.name, unit.market, unit.staff) == ("Sales", "India", 40)
    assert scenario.stakeholders[0].supports_patients
    assert scenario.timeline[0].policy == {
        "turnover": 0.05,
        "shares_paid": {"low": 0.2, "high": 0.9},
    }
    assert scenario.timeline[1].staff_leave == 0.3
    assert scenario.timeline[1].lose == ("library", "routines")
    assert len(scenario.meetings) == 1
    text = Path("firm.yaml").read_text()
    assert "mentoring_hours" not in text, "what nobody changed is not said"


def test_rows_that_were_left_empty_say_nothing() -> None:
    written()
    fill({"Settings!D2001": None, "Settings!C200": "only a remark", "Units!Z40": "a remark"})
    book = openpyxl.load_workbook("firm.xlsx")
    book["Units"].append([None] * 3)
    book.save("firm.xlsx")
    assert answer_to(READ) == 0
    assert settings(read_scenario("firm.yaml")) == settings(read_scenario("one-percent"))


def test_a_change_of_a_table_is_written_by_its_entries() -> None:
    Path("later.yaml").write_text(
        "name: Later\nextends: one-percent\n"
        "timeline: [{week: 9, policy: {turnover: 5%, shares_paid: {low: 20%, high: 90%}}}]\n"
    )
    (change,) = read_scenario("later.yaml").timeline
    written_as = in_a_cell(change.policy, Change.model_fields["policy"])
    assert written_as == ("turnover: 5%; shares_paid.low: 20%; shares_paid.high: 90%", False)


def test_a_table_and_a_list_may_be_emptied() -> None:
    written("tiered-pricing-india")
    assert read_scenario("tiered-pricing-india").policy.shares_paid
    fill({cell_of("policy.shares_paid"): "none"})
    assert answer_to(READ) == 0
    assert read_scenario("firm.yaml").policy.shares_paid == {}
    for name in ("firm.xlsx", "firm.yaml"):
        Path(name).unlink()
    written("exodus")
    book = openpyxl.load_workbook("firm.xlsx")
    book["Timeline"].delete_rows(2, 20)
    book.save("firm.xlsx")
    assert answer_to(READ) == 0
    assert read_scenario("firm.yaml").timeline == ()


def test_a_text_that_looks_like_a_formula_is_text_on_the_way_in_and_out() -> None:
    written()
    name = cell_of("name")
    fill({name: '=HYPERLINK("http://x","y")'}, texts=(name,))
    assert answer_to(READ) == 0
    assert read_scenario("firm.yaml").name == '=HYPERLINK("http://x","y")'


def test_no_cell_of_a_workbook_is_a_formula_whatever_a_scenario_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hostile = (
        "name: '=1+1'\nquestion: '@SUM(A1)'\nunits: [{name: '+1', kind: affiliate, staff: 9}]\n"
    )
    Path("hostile.yaml").write_text(hostile)
    monkeypatch.setattr(
        "seci_sim.scenario.sheet.workbook_written.read_scenario",
        lambda _: read_scenario("hostile.yaml"),
    )
    assert answer_to(["new", "firm.xlsx"]) == 0
    cells = [
        cell
        for sheet in openpyxl.load_workbook("firm.xlsx")
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert {"@SUM(A1)", "+1"} <= {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)
