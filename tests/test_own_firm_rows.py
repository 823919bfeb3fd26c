"""Rows of a text: the quick way gives what the careful one gives."""

from __future__ import annotations

from random import Random

import pytest
from mutated_files import text_of
from mutated_tables import changed, meetings, people

from seci_sim.scenario.own_firm.files import _PLAIN, _in_text, _separator, _split, _split_plain
from seci_sim.scenario.own_firm.rows import MOST_COLUMNS

LISTS = 400


def test_plain_rows_are_split_as_all_others_are() -> None:
    chance = Random(1992)
    plain = 0
    for number in range(LISTS):
        table = (people, meetings)[number % 2](chance)
        text = text_of(changed(table, chance), chance).replace("\x00", "")
        separator, first = _separator(text)
        if _PLAIN.fullmatch(text, first):
            plain += 1
            careful = list(_split(text, separator, "t.csv", first))
            assert list(_split_plain(text, separator, first)) == careful, number
    assert LISTS / 4 < plain < LISTS, "both ways are gone"


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("", True),
        ("a,b\r\r\n\nc", True),
        ("sep=;\na;b\n", True),
        ('a,"b\n', False),
        ("," * (MOST_COLUMNS - 1), True),
        ("," * MOST_COLUMNS, False),
    ],
    ids=[
        "nothing",
        "line ends",
        "a separator that is said",
        "a quotation mark",
        "wide",
        "too wide",
    ],
)
def test_what_may_be_more_or_less_than_a_row_a_line_is_split_with_care(
    text: str, is_plain: bool
) -> None:
    separator, first = _separator(text)
    assert bool(_PLAIN.fullmatch(text, first)) is is_plain
    if is_plain:
        careful = list(_split(text, separator, "t.csv", first))
        assert list(_in_text(text, "t.csv").records()) == careful
