"""Make a scenario file of a workbook: a line for each cell that says something of its own.

The file is then read as any other, so that nothing is checked in two ways; what is wrong with a line
is said with the address of its cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic.fields import FieldInfo

from seci_sim.parameters import GROUPS, SECI
from seci_sim.scenario import FileProblem, InputProblem, Scenario, read_scenario, shipped_scenarios
from seci_sim.scenario.problems import shown, shown_path, spelling
from seci_sim.scenario.schema import SCHEMA_FILE
from seci_sim.scenario.sheet import sheet_layout as layout
from seci_sim.scenario.sheet.cell_values import Book, Cell, Row, read_book
from seci_sim.scenario.sheet.sheet_layout import COLUMNS, SETTINGS, TOP, ListSheet, kind_of
from seci_sim.scenario.template import check_new, whole, write_schema


class Line(NamedTuple):
    """A line of the scenario file, and the address of the cell that it comes from."""

    text: str
    address: str


def scenario_of_sheet(path: Path, sheet: Path) -> tuple[Scenario, Path, int]:
    """Write a scenario file with what a workbook says, and the schema beside it.

    Parameters
    ----------
    path : Path
        The file to write.
    sheet : Path
        The workbook.

    Returns
    -------
    tuple
        The scenario, the file of the schema, and how many sheets of the workbook are no part of it.

    Raises
    ------
    InputProblem
        The workbook holds mistakes, each said with the address of its cell.
    FileProblem
        The file is there already, or one cannot be read or written.
    MissingExtra
        openpyxl is not installed.
    """
    check_new(path)
    label = shown_path(sheet)
    book, others = read_book(sheet, label)
    lines = lines_of(book, label, path.parent)
    text = "\n".join(line.text for line in lines) + "\n"
    with whole(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")
        try:
            scenario = read_scenario(beside)
        except InputProblem as problem:
            problem.lines = list(_at_cells(problem, shown_path(beside), label, lines))
            raise
        schema_file = write_schema(path)
    return scenario, schema_file, others


def _at_cells(problem: InputProblem, file: str, label: str, lines: Sequence[Line]) -> Iterator[str]:
    """Lead messages about lines of the file back to the cells that these come from."""

    def address(found: re.Match[str]) -> str:
        return lines[min(int(found.group(1)), len(lines)) - 1].address

    for message in problem.lines:
        placed = re.sub(rf"^{re.escape(file)}:(\d+)", lambda m: f"{label}:{address(m)}", message)
        placed = re.sub(r"\(first on line (\d+)\)", lambda m: f"(first in {address(m)})", placed)
        gone = re.search(
            rf":({'|'.join(one.title for one in layout.LISTS)})!.*: no .* is called ", placed
        )
        yield placed.replace(file, label) + "; or delete that row" * bool(gone)


def lines_of(book: Book, label: str, folder: Path) -> list[Line]:
    """The lines of the scenario file that says what a workbook says.

    Raises
    ------
    InputProblem
        The workbook has settings or columns that there are not.
    """
    mistakes: list[str] = []
    settings = _settings(book[SETTINGS], label, mistakes)
    base = _base(settings.get("extends"), folder)
    fields = layout.settings_of(base.model if base else SECI)
    told = {
        name: cell
        for name, cell in settings.items()
        if cell.text and (name in TOP[:3] or cell.text != _text_in(base, name, fields.get(name)))
    }
    schema = f"# yaml-language-server: $schema={SCHEMA_FILE}"
    made = "# Made from a workbook: what differs from the scenario named under `extends`."
    lines = [Line(words, f"{SETTINGS}!A1") for words in (schema, made)]
    if "name" in settings and "name" not in told:  # so that it is missed where it belongs
        lines.append(Line("name:", settings["name"].address))
    for name in TOP:
        if name in told:
            lines += _entry("", name, fields.get(name), told[name])
    lists = {one.name: _list(book, base, one, label, mistakes) for one in layout.LISTS}
    if lists[
        "units"
    ]:  # what names units is then the workbook's own too, so that its mistakes have cells
        for one in layout.LISTS:
            lists[one.name] = lists[one.name] or _list(book, None, one, label, [])
    lines += _groups(told, fields, lists)
    for name, written in lists.items():
        lines += written * ("." not in name)
    if mistakes:
        raise InputProblem(mistakes)
    return lines


def _groups(
    told: dict[str, Cell], fields: dict[str, FieldInfo | None], lists: dict[str, list[Line]]
) -> Iterator[Line]:
    """The groups of parameters; one of another model is left to the reader to refuse."""
    for section in GROUPS:
        inner: list[Line] = []
        for name, cell in told.items():
            if name.startswith(f"{section}."):
                inner += _entry("  ", name.partition(".")[2], fields.get(name), cell)
        for name, written in lists.items():
            inner += written * name.startswith(f"{section}.")
        if inner:
            yield Line(f"{section}:", inner[0].address)
            yield from inner


def _settings(rows: Sequence[Row], label: str, mistakes: list[str]) -> dict[str, Cell]:
    """The cell of each setting's value."""
    header = [cell.text.strip() for cell in rows[0]] if rows else []
    places = [header.index(name) for name in COLUMNS[:2] if name in header]
    if len(places) < 2:
        what = f'its first row must name the columns "{COLUMNS[0]}" and "{COLUMNS[1]}"'
        raise InputProblem([f"{label}:{SETTINGS}!A1: {what}"])
    settings: dict[str, Cell] = {}
    known = layout.known_settings()
    for row in rows[1:]:
        setting, value = (_at(row, place) for place in places)
        name = setting.text.strip()
        if name in settings:
            what = f"{name}: is given twice (first for {settings[name].address})"
            mistakes.append(f"{label}:{setting.address}: {what}")
        elif name in known:
            settings[name] = value
        elif name or value.text.strip():  # of whatever workbook: it may be a person
            what = f"unknown setting{spelling(name, known)}"
            mistakes.append(f"{label}:{setting.address}: {what}")
    return settings


def _at(row: Row, place: int) -> Cell:
    """A cell of a row, which may end before it."""
    return row[place] if place < len(row) else Cell("", row[-1].address)


def _base(extends: Cell | None, folder: Path) -> Scenario | None:
    """The scenario that is extended; what is wrong with it is said when the file is read."""
    name = extends.text if extends else ""
    if not name:
        return None
    try:
        return read_scenario(name if name in shipped_scenarios() else folder / name)
    except (InputProblem, FileProblem):
        return None


def _text_in(base: Scenario | None, name: str, field: FieldInfo | None) -> str:
    """What the cell of a setting says in the workbook of the scenario that is extended."""
    if base is None or field is None:
        return ""
    return layout.typed(*layout.in_a_cell(layout.value_of(base, name), field))


def _list(
    book: Book, base: Scenario | None, one: ListSheet, label: str, mistakes: list[str]
) -> list[Line]:
    """A list, unless its sheet is not there or says what is extended says."""
    rows = book.get(one.title)
    if not rows:
        return []
    fields = one.item.model_fields
    header = [cell.text.strip() for cell in rows[0]]
    for place, name in enumerate(header):
        if name and name not in fields:
            hint = spelling(name, fields) or f"; allowed: {', '.join(fields)}"
            what = f"unknown column{hint}"
        elif name and name in header[:place]:
            what = f"column {shown(name)} is given twice"
        else:
            continue
        mistakes.append(f"{label}:{rows[0][place].address}: {what}")
    written = [
        {name: _at(row, place) for place, name in enumerate(header) if name in fields}
        for row in rows[1:]
    ]
    texts = [{name: cell.text for name, cell in cells.items() if cell.text} for cells in written]
    if base is not None and texts == _texts_in(base, one):
        return []
    section, _, name = one.name.rpartition(".")
    indent, first = "  " if section else "", rows[0][0].address
    lines = [Line(f"{indent}{name}:", first)]
    for cells in written:
        told = {name: cell for name, cell in cells.items() if cell.text}
        item = [
            line
            for name in told
            for line in _entry(f"{indent}    ", name, fields[name], told[name])
        ]
        for line in item[:1]:
            item[0] = line._replace(text=f"{indent}  - {line.text.lstrip()}")
        lines += item
    return lines if len(lines) > 1 else [Line(f"{indent}{name}: []", first)]


def _texts_in(base: Scenario, one: ListSheet) -> list[dict[str, str]]:
    """What the rows of a list say in the workbook of the scenario that is extended."""
    rows = []
    for item in layout.value_of(base, one.name):
        texts = {
            name: layout.typed(*layout.in_a_cell(getattr(item, name), field))
            for name, field in one.item.model_fields.items()
        }
        rows.append({name: text for name, text in texts.items() if text})
    return rows


_PLAIN = re.compile(r"[-+]?[0-9A-Za-z.][0-9A-Za-z.%+/ _,-]*")
"""What can be taken for nothing but a number or a word, whatever stands around it."""


def _entry(indent: str, name: str, field: FieldInfo | None, cell: Cell) -> Iterator[Line]:
    """A field and its value, on as many lines as it takes."""
    kind, text = kind_of(field), cell.text
    if kind is dict:
        yield from _table(indent, name, cell)
        return
    if kind is tuple:
        value = "[" + ", ".join(_quoted(part.strip()) for part in text.split(",")) + "]"
    else:
        value = _quoted(text) if kind is str else _bare(text)
    yield Line(f"{indent}{name}: {value}", cell.address)


def _table(indent: str, name: str, cell: Cell) -> Iterator[Line]:
    """A table that was typed into one cell, such as ``low: 10%; high: 50%``."""
    if cell.text.strip().lower() == layout.NOTHING:
        yield Line(f"{indent}{name}: {{}}", cell.address)
        return
    yield Line(f"{indent}{name}:", cell.address)
    within = ""
    for part in filter(str.strip, cell.text.split(";")):
        mark = ":" if ":" in part else "="
        key, value = (half.strip() for half in part.rpartition(mark)[::2])
        table, _, entry = key.partition(".")
        inner = indent
        if name == "policy" and entry and kind_of(layout.policy_field(table)) is dict:
            if table != within:
                yield Line(f"{indent}  {_quoted(table)}:", cell.address)
            inner, key = f"{indent}  ", entry
        yield Line(f"{inner}  {_quoted(key)}: {_bare(value)}", cell.address)
        within = table


def _bare(text: str) -> str:
    """A number or a word as it stands; anything else in quotes, which no number may have."""
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
