"""Tables of the documents, as whoever shows Markdown reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PLACE = Path(__file__).parents[1]
PAGES = sorted([*PLACE.glob("*.md"), *(PLACE / "docs").rglob("*.md")])
BAR = re.compile(r"(?<!\\)\|")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PLACE)))
def test_every_row_has_the_columns_of_its_header_on_one_line(page: Path) -> None:
    above, columns, fenced = "", 0, False
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        fenced ^= line.startswith("```")
        if re.fullmatch(r"\|(\s*:?-+:?\s*\|)+", line):
            columns = len(BAR.findall(above))
            assert len(BAR.findall(line)) == columns, f"{page}:{number}"
        elif columns and line.startswith("|"):
            assert line.rstrip().endswith("|"), f"{page}:{number}: a row that goes on"
            assert len(BAR.findall(line)) == columns, f"{page}:{number}"
        elif not fenced:
            columns = 0
        above = line
