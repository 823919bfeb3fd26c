"""Write a workbook in which every setting of a scenario stands ready to be changed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from seci_sim.parameters import MODELS
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.scenario.preflight import MissingExtra
from seci_sim.scenario.sheet import sheet_layout as layout
from seci_sim.scenario.template import check_new, extended, title_of, write_whole
from seci_sim.scenario.units import FORMULA

WIDTHS = (36, 24, 18, 70, 30, 50)
"""Characters that the columns of settings show."""

LIST_WIDTH = 22
PERCENTAGE = "0.0##%"


def write_sheet(path: Path, base_name: str) -> None:
    """Write a workbook that extends a scenario, with the values that it has there.

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
        raise MissingExtra(layout.NEEDED) from None
    check_new(path)
    base = read_scenario(base_name)
    book = Workbook()
    _settings(book.active, base, extended(base_name, path), title_of(path))
    for one in layout.LISTS if MODELS[base.model].lists else ():
        _list(book.create_sheet(one.title), base, one)
    buffer = io.BytesIO()
    book.save(buffer)
    write_whole(path, buffer.getvalue())


def _settings(sheet: Any, base: Scenario, base_name: str, title: str) -> None:
    """Fill the sheet of settings."""
    sheet.title = layout.SETTINGS
    _header(sheet, layout.COLUMNS, WIDTHS)
    own = {"name": title, "extends": base_name}
    for row, (name, field) in enumerate(layout.settings_of(base.model).items(), start=2):
        _put(sheet, row, 1, name)
        _put_value(sheet, row, 2, own.get(name, layout.value_of(base, name)), field)
        for column, words in enumerate(layout.meaning_of(name, field), start=3):
            _put(sheet, row, column, words or None, wrapped=True)


def _list(sheet: Any, base: Scenario, one: layout.ListSheet) -> None:
    """Fill the sheet of a list: a column for each field, with its meaning as a comment."""
    from openpyxl.comments import Comment

    fields = one.item.model_fields
    _header(sheet, list(fields), [LIST_WIDTH] * len(fields))
    for column, (name, field) in enumerate(fields.items(), start=1):
        unit, meaning, allowed, _ = layout.meaning_of(name, field)
        parts = (
            [meaning] + [f"Unit: {unit}."] * bool(unit) + [f"Allowed: {allowed}."] * bool(allowed)
        )
        sheet.cell(1, column).comment = Comment(" ".join(filter(None, parts)), "seci-sim")
        for row, item in enumerate(layout.value_of(base, one.name), start=2):
            _put_value(sheet, row, column, getattr(item, name), field)


def _header(sheet: Any, names: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for column, (name, width) in enumerate(zip(names, widths, strict=True), start=1):
        _put(sheet, 1, column, name)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"


def _put_value(sheet: Any, row: int, column: int, value: Any, field: FieldInfo | None) -> None:
    """Put the value of a setting where it may be changed."""
    from openpyxl.styles import PatternFill

    shown, percentage = layout.in_a_cell(value, field)
    cell = _put(sheet, row, column, shown)
    cell.fill = PatternFill("solid", fgColor="FFF7DC")
    if percentage:
        cell.number_format = PERCENTAGE


def _put(
    sheet: Any, row: int, column: int, value: str | float | None, *, wrapped: bool = False
) -> Any:
    """Put a value into a cell, and return it; a text is text, whatever it begins with."""
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
    cell.alignment = Alignment(vertical="top", horizontal="left", wrap_text=wrapped)
    return cell
