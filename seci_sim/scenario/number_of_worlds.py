"""How many worlds somebody asks for, on the command line or in an experiment's file."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_WORLDS = 65_536

AGREEING_WORLDS = 512
"""Rows of the table of worlds that agree with published findings."""

OF_PLAUSIBLE = f"plausible:2..{MOST_WORLDS}"
ALLOWED = f"2..{AGREEING_WORLDS}, {OF_PLAUSIBLE}, or a table (.csv or .parquet)"


class NoNumber(ValueError):
    """What was written is no number of worlds."""

    def __init__(self, what: str, allowed: str) -> None:
        super().__init__(f"{what}; allowed: {allowed}")
        self.what, self.allowed = what, allowed


class Count(NamedTuple):
    """So many worlds."""

    number: int
    plausible: bool
    """Whether they are drawn from plausible ranges, and not taken from those that agree with published findings."""


def number_of_worlds(text: str, *, none: bool = False) -> Count | None:
    """Read a number of worlds; None where it is none, but may be the name of a file.

    Parameters
    ----------
    none : bool
        Whether 0 may be asked for.

    Raises
    ------
    NoNumber
        There are no such worlds.

    Examples
    --------
    >>> number_of_worlds("64"), number_of_worlds("plausible: 900"), number_of_worlds("mine.csv")
    (Count(number=64, plausible=False), Count(number=900, plausible=True), None)
    """
    word, _, drawn = text.partition(":")
    plausible = word == "plausible"
    digits = drawn.strip(" ") if plausible else text
    if not plausible and not re.fullmatch(r"[-+]?[0-9][0-9.,_]*", text):
        return None
    allowed = OF_PLAUSIBLE if plausible else "0, " * none + ALLOWED
    if not re.fullmatch("[0-9]{1,20}", digits) or int(digits) > MOST_WORLDS:
        raise NoNumber("must be a whole number", allowed)
    number = int(digits)
    if number == 1:
        raise NoNumber("one world tells nothing of others", allowed)
    if not number and (plausible or not none):
        raise NoNumber("is no number of worlds", allowed)
    if number > AGREEING_WORLDS and not plausible:
        raise NoNumber(f"only {AGREEING_WORLDS} worlds agree with published findings", allowed)
    return Count(number, plausible)
