"""A workbook that is to become a scenario, as somebody would fill it in."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from seci_sim.cli import answer_to

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra `excel`")

WRITE = ["new", "firm.xlsx", "--quiet"]
READ = ["new", "firm.yaml", "--sheet", "firm.xlsx"]


def written(base: str = "one-percent") -> None:
    Path("firm.xlsx").write_bytes(_workbook(base))


@cache
def _workbook(base: str) -> bytes:
    assert answer_to([*WRITE, "--from", base]) == 0
    return Path("firm.xlsx").read_bytes()


def cell_of(setting: str) -> str:
    """The address of a setting's value."""
    return f"Settings!B{_settings(Path('firm.xlsx').read_bytes()).index(setting) + 1}"


@cache
def _settings(workbook: bytes) -> list[Any]:
    """The first column."""
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))["Settings"]
    return [cells[0] for cells in sheet.iter_rows(max_col=1, values_only=True)]


def fill(cells: dict[str, Any], texts: tuple[str, ...] = ()) -> None:
    """Put values into cells as somebody would; ``texts`` are typed as text."""
    book = openpyxl.load_workbook("firm.xlsx")
    for address, value in cells.items():
        title, _, place = address.partition("!")
        book[title][place] = value
        if address in texts:
            book[title][place].data_type = "s"
    book.save("firm.xlsx")
