"""A comparison as a table at a terminal."""

from __future__ import annotations

import io
from shutil import get_terminal_size

from rich.console import Console
from rich.table import Table
from rich.text import Text

from seci_sim.report.html import Told
from seci_sim.report.policy_table import Cell

MOST_COLUMNS = 4
"""Policies that stand side by side; more stand below one another."""


def in_words(told: Told) -> str:
    """The answer in two sentences, and the policies."""
    # Rich cannot know the width of what is not a terminal, and takes 80.
    console = Console(file=io.StringIO(), width=get_terminal_size((100, 24)).columns)
    for sentence in told.answer:
        console.print(Text(sentence))
    console.print(_table(told))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _table(told: Told) -> Table:
    """Policies side by side where they fit, else below one another."""
    lines = [[_heading(cell) for cell in told.policies.headings]]
    lines += [[Text("\n".join(filter(None, (cell.value, cell.small)))) for cell in row]
              for row in told.policies.rows]  # fmt: skip
    if len(told.policies.rows) <= MOST_COLUMNS:
        lines = [list(column) for column in zip(*lines, strict=True)]
    table = Table(show_lines=True)
    for head in lines[0]:
        table.add_column(head)
    for line in lines[1:]:
        table.add_row(*line)
    return table


def _heading(cell: Cell) -> Text:
    return Text(f"{cell.value} ({cell.small})" if cell.small else cell.value)
