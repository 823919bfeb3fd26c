"""The workbook's formulas: what stands in their cells, and what they come to when a cell is changed."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from firm_in_two_markets import FIRM, MONEY
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from scenario_files import read

from seci_sim.lab.comparing import simulate
from seci_sim.lab.money import Costs, costs
from seci_sim.report import exported, tell
from seci_sim.report.html import Told
from seci_sim.scenario import read_scenario
from seci_sim.scenario.money import Money

pytestmark = pytest.mark.packages

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

ROWS = {
    "Cost more a year": "cost",
    "      of it for hours": "hours",
    "Patients more": "patients",
    "Their worth less their cost, a year": "surplus",
}
PRICES = {
    "Cost of one point": "per_point",
    "Cost of one patient more": "per_patient",
    "What a patient must be worth a year for it to pay": "break_even",
}


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Two policies of a small firm that says what hours cost, over a few worlds."""
    folder = tmp_path_factory.mktemp("firm")
    (folder / "none.yaml").write_text(FIRM)
    five = f"name: Five\nextends: none.yaml\npolicy: {{patient_time: 5%}}\n{MONEY}"
    scenarios = [read_scenario(folder / "none.yaml"), read(folder, five)]
    return tell(simulate(scenarios, replications=8, worlds=32, workers=1))


@pytest.fixture(scope="module")
def data(firm: Told) -> bytes:
    return exported(firm, ["xlsx"], command="seci-sim compare a b")["summary.xlsx"]


def values_of(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def row_of(sheet: Worksheet, first: str) -> list[float | None]:
    """The eight cells that follow a heading."""
    return next(list(row[1:8]) for row in sheet.iter_rows(values_only=True) if row[0] == first)


def check_sums(sheet: Worksheet, found: Costs) -> None:
    """Hold the sheet against the laboratory."""
    for heading, name in ROWS.items():
        amount, cells = getattr(found, name), row_of(sheet, heading)
        expected = [amount.found.mean, *amount.found.interval]
        expected += [amount.doubt.mean, *amount.doubt.interval, amount.doubt.holds]
        assert cells == pytest.approx(expected, rel=1e-6, abs=1e-6), heading
    for heading, name in PRICES.items():
        price, cells = getattr(found, name), row_of(sheet, heading)
        if price is None:
            assert not any(isinstance(cell, float) for cell in cells)
            continue
        assert cells[:3] == pytest.approx([price.found.mean, *price.found.interval], rel=1e-6)
        assert cells[4:6] == pytest.approx(list(price.doubt), rel=1e-6)


@pytest.mark.slow
def test_the_sums_are_the_laboratory_s(firm: Told, data: bytes) -> None:
    found = costs(firm.compared, firm.results.scenarios, "Five")
    assert found is not None
    assert found.per_point is not None
    check_sums(values_of(data)["Money"], found)


def test_the_cost_of_an_hour_is_a_cell_and_all_sums_are_formulas(data: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Money"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    heads = rows[2][1:4]
    assert dict(zip(heads, rows[3][1:4], strict=True)) == {
        "Headquarters": 90,
        "Switzerland": 80,
        "India": 12,
    }
    for heading in (*ROWS, *PRICES):
        cells = [cell for cell in row_of(sheet, heading) if cell is not None]
        assert cells
        assert all(str(cell).startswith("=") for cell in cells)


def test_what_an_hour_costs_is_told_apart_by_place(firm: Told, data: bytes) -> None:
    """Recomputed with pandas from the table beside the workbook: hours by place, times their cost."""
    hourly = {
        "hours_of_modes_outside_markets": 90,
        "hours_of_modes_in_Switzerland": 80,
        "hours_of_modes_in_India": 12,
    }
    runs = firm.results.summary.set_index(["scenario", "seed"])
    cost = sum(rate * runs[column] / 2 for column, rate in hourly.items())
    assert isinstance(cost, pd.Series)
    written = row_of(values_of(data)["Money"], "Cost more a year")[0]
    assert written == pytest.approx((cost["Five"] - cost["Nobody"]).mean())


def recalculated(data: bytes, folder: Path) -> Workbook:
    """The workbook as LibreOffice works it out: what it came to before is taken out first."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.save(folder / "in.xlsx")
    assert OFFICE is not None
    command = [
        OFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
        "--outdir", str(folder / "out"), str(folder / "in.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return openpyxl.load_workbook(folder / "out" / "in.xlsx", data_only=True)


def formulas(data: bytes) -> Iterator[tuple[str, str]]:
    """Sheet and cell of every formula."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here to work formulas out")
def test_every_formula_comes_to_what_stands_in_its_cell(data: bytes, tmp_path: Path) -> None:
    stored, anew = values_of(data), recalculated(data, tmp_path)
    cells = list(formulas(data))
    assert len(cells) > 1000
    for sheet, cell in cells:
        then, now = stored[sheet][cell].value or 0, anew[sheet][cell].value or 0
        assert now == pytest.approx(then, rel=1e-6, abs=1e-9), (sheet, cell)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here to work formulas out")
def test_whoever_changes_a_cost_has_all_sums_anew(firm: Told, data: bytes, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, value in {"B4": 50, "D4": 70, "B5": 9000, "B6": 1000}.items():
        book["Money"][cell] = value
    changed = io.BytesIO()
    book.save(changed)
    none, five = firm.results.scenarios
    money = Money(
        currency="CHF",
        hour_of={"Office": 50, "Zug": 80, "Pune": 70},
        patients=9000,
        worth=1000,
        budget=1e5,
    )
    found = costs(firm.compared, [none, five.model_copy(update={"money": money})], "Five")
    assert found is not None
    check_sums(recalculated(changed.getvalue(), tmp_path)["Money"], found)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here to work formulas out")
def test_whoever_changes_what_harm_counts_has_the_net_gain_anew(
    firm: Told, data: bytes, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["Harm"]["F2"] = 2
    changed = io.BytesIO()
    book.save(changed)
    one = firm.compared.verdict("Five")
    sheet = recalculated(changed.getvalue(), tmp_path)["Harm"]
    assert sheet["E6"].value == pytest.approx(100 * (one.gain.mean - 2 * one.harm.mean))
