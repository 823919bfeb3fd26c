"""The rows of a file, as every reader gives them: the texts of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

LARGEST_UNPACKED = 400_000_000
"""Bytes of a workbook or a Parquet file as it says itself."""
MOST_COLUMNS, MOST_ROWS = 1000, 1_000_000


class Record(NamedTuple):
    """A row as it stands in the file: its line, and the texts of its cells."""

    line: int
    cells: list[str]


class Source(NamedTuple):
    """A file whose rows can be had as often as one likes."""

    label: str
    records: Callable[[], Iterator[Record]]
    comma_is_free: bool
    """Whether a comma can stand in a number without quotes."""


def text_of(value: object) -> str:
    """What stands in a cell of a workbook or of Parquet, as text."""
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            text = str(int(value))
        case datetime():
            text = value.isoformat(" ")
        case timedelta():
            text = f"{value.total_seconds() / 3600!r} h"
        case bytes():
            text = value.decode("utf-8", "replace")
        case list() | tuple():
            text = ";".join(map(text_of, value))
        case _:
            text = str(value)
    return "".join(c for c in text if c.isprintable() or c in "\n\t").strip()
