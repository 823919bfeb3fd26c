"""The rows of a file, as every reader gives them: the texts of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import TypeAlias

LARGEST_UNPACKED = 400_000_000
"""Bytes of a workbook or a Parquet file as it says itself."""
MOST_COLUMNS, MOST_ROWS = 1000, 1_000_000
LOOKED_AT = 300
"""Rows of which the separator and the header are judged."""


Record: TypeAlias = tuple[int, list[str]]
"""A row as it stands in the file: its line, and the texts of its cells."""


@dataclass(frozen=True)
class Source:
    """A file whose rows can be had as often as one likes."""

    label: str
    records: Callable[[], Iterator[Record]]

    @cached_property
    def first(self) -> Sequence[Record]:
        """Those of the first rows that hold something."""
        return [(line, cells) for line, cells in islice(self.records(), LOOKED_AT) if any(cells)]


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
