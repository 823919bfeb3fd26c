"""A comparison as a table at a terminal."""

from __future__ import annotations

import io
from shutil import get_terminal_size

from rich.console import Console
from rich.table import Table
from rich.text import Text

from seci_sim.report.html import Told

MOST_COLUMNS = 4
"""Policies that stand side by side; more stand below one another."""


def in_words(told: Told) -> str:
    """The boxed answer, what its words mean, and the policies."""
    # Rich cannot know the width of what is not a terminal, and takes 80.
    console = Console(file=io.StringIO(), width=get_terminal_size((100, 24)).columns)
    for paragraph in told.said:
        console.print(Text(paragraph.plain, style="bold"))
        for said in paragraph.figures:
            console.print(Text(said))
    console.print(Text(" ".join(told.reading)))
    console.print(_table(told))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _table(told: Told) -> Table:
    """Policies side by side where they fit, else below one another."""
    headings, rows = told.policies.headings, told.policies.rows
    lines = [[Text(cell.value + f" ({cell.small})" * bool(cell.small)) for cell in headings]]
    lines += [[Text(cell.lines) for cell in row] for row in rows]
    if len(rows) <= MOST_COLUMNS:
        lines = [list(column) for column in zip(*lines, strict=True)]
    table = Table(show_lines=True)
    for head in lines[0]:
        table.add_column(head)
    for line in lines[1:]:
        table.add_row(*line)
    return table
