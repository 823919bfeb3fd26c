"""Write a workbook in which every setting of a scenario stands ready to be changed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seci_sim.scenario import Scenario, read_scenario
from seci_sim.scenario.sheet.sheet_layout import (
    COLUMNS,
    SETTINGS,
    ListSheet,
    MissingExtra,
    in_a_cell,
    items_of,
    lists_of,
    meaning_of,
    settings_of,
    value_of,
)
from seci_sim.scenario.template import check_new, title_of, write_whole

WIDTHS = (36, 24, 18, 70, 30, 50)
"""Characters that the columns of settings show."""

LIST_WIDTH = 22
PERCENTAGE = "0.0##%"
FORMULA = ("=", "+", "-", "@")


def write_sheet(path: Path, base_name: str) -> None:
    """Write a workbook that extends a shipped scenario, with the values that it has there.

    Raises
    ------
    MissingExtra
        openpyxl is not installed.
    FileProblem
        The file is there already, or cannot be written.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise MissingExtra from None
    check_new(path)
    base = read_scenario(base_name)
    book = Workbook()
    _settings(book.active, base, base_name, title_of(path))
    for one in lists_of(base.model):
        _list(book.create_sheet(one.title), base, one)
    buffer = io.BytesIO()
    book.save(buffer)
    write_whole(path, buffer.getvalue())


def _settings(sheet: Any, base: Scenario, base_name: str, title: str) -> None:
    """Fill the sheet of settings."""
    sheet.title = SETTINGS
    _header(sheet, COLUMNS, WIDTHS)
    own = {"name": title, "extends": base_name}
    for row, (name, field) in enumerate(settings_of(base.model).items(), start=2):
        value, percentage = in_a_cell(own.get(name, value_of(base, name)), field)
        _put(sheet, row, 1, name)
        _put(sheet, row, 2, value, percentage=percentage, marked=True)
        for column, words in enumerate(meaning_of(name, field), start=3):
            _put(sheet, row, column, words or None, wrapped=True)


def _list(sheet: Any, base: Scenario, one: ListSheet) -> None:
    """Fill the sheet of a list: a column for each field, with its meaning as a comment."""
    from openpyxl.comments import Comment

    fields = one.item.model_fields
    _header(sheet, list(fields), [LIST_WIDTH] * len(fields))
    for column, (name, field) in enumerate(fields.items(), start=1):
        unit, meaning, allowed, _ = meaning_of(name, field)
        parts = (
            meaning,
            f"Unit: {unit}." if unit else "",
            f"Allowed: {allowed}." if allowed else "",
        )
        sheet.cell(1, column).comment = Comment(" ".join(filter(None, parts)), "seci-sim")
    for row, item in enumerate(items_of(base, one), start=2):
        for column, (name, field) in enumerate(fields.items(), start=1):
            value, percentage = in_a_cell(getattr(item, name), field)
            _put(sheet, row, column, value, percentage=percentage, marked=True)


def _header(sheet: Any, names: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for column, (name, width) in enumerate(zip(names, widths, strict=True), start=1):
        _put(sheet, 1, column, name)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"


def _put(
    sheet: Any,
    row: int,
    column: int,
    value: str | float | None,
    *,
    percentage: bool = False,
    marked: bool = False,
    wrapped: bool = False,
) -> None:
    """Put a value into a cell; a text is text, whatever it begins with."""
    from openpyxl.styles import Alignment, PatternFill

    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
    if percentage:
        cell.number_format = PERCENTAGE
    if marked:
        cell.fill = PatternFill("solid", fgColor="FFF7DC")
    cell.alignment = Alignment(vertical="top", horizontal="left", wrap_text=wrapped)
