"""The option for many worlds, and what is made of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias

import typer

from seci_sim.cli.options import LARGEST_SEED, CommandLineProblem, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seci_sim.lab import Experiment
    from seci_sim.lab import worlds as lab
    from seci_sim.scenario import Scenario

MOST, AGREEING, PLAUSIBLE = 65_536, 512, "plausible"
ALLOWED = f"0, 2..{AGREEING}, plausible:2..{MOST}, or a table (.csv or .parquet)"


class Asked(NamedTuple):
    """Worlds as somebody asks for them."""

    typed: str
    number: int | None
    """How many; None for those of a file."""
    plausible: bool = False
    """Whether they are drawn from plausible ranges, and not taken from those that agree with published findings."""

    def worlds(self, scenarios: Sequence[Scenario]) -> lab.Asked:
        """How many, or those of the file, which suit these scenarios.

        Raises
        ------
        InputProblem, FileProblem, MissingExtra
            There is no such table.
        """
        from seci_sim.lab.world_tables import read_worlds
        from seci_sim.lab.worlds import Plausible

        if self.number is None:
            return read_worlds(Path(self.typed), scenarios)
        return Plausible(self.number) if self.plausible else self.number


def asked(given: object) -> Asked:
    """Read a number of worlds, or the name of a file."""
    text = str(given)
    word, _, drawn = text.partition(":")
    if word == PLAUSIBLE:
        return Asked(text, _number(drawn, 2, f"{PLAUSIBLE}:2..{MOST}"), plausible=True)
    if not re.fullmatch(r"[-+]?[0-9][0-9.,_]*", text):
        if "." not in text and not Path(text).is_file():
            what = f"is neither a number nor a file that is there; allowed: {ALLOWED}"
            raise typer.BadParameter(f"{what}; got {text[:40]!r}")
        return Asked(text, None)
    return Asked(text, _number(text, 0, ALLOWED))


def _number(text: str, least: int, allowed: str) -> int:
    """A number of worlds, so many of which there are."""
    number = whole(0, MOST, allowed)(text)
    if number == 1:
        raise typer.BadParameter(f"one world tells nothing of others; allowed: {allowed}; got '1'")
    if number < least or (not least and number > AGREEING):
        what = (
            f"only {AGREEING} worlds agree with published findings"
            if number
            else "is no number of worlds"
        )
        raise typer.BadParameter(f"{what}; allowed: {allowed}; got {text!r}")
    return number


Worlds: TypeAlias = Annotated[
    Asked | None,
    typer.Option(
        parser=asked,
        metavar="N|plausible:N|FILE",
        help="Worlds, sets of values of what nobody has measured, in which all is looked at again: "
        "how many of those that agree with published findings, how many drawn from all plausible values, "
        "or a table of them; 0 for none.",
        show_default="192",
    ),
]


def doubts_of(compared: Experiment, given: Asked | None) -> Experiment | None:
    """The experiment that looks at what is compared in many worlds; None where there are none.

    Raises
    ------
    InputProblem, FileProblem, MissingExtra
        There is no such table of worlds.
    CommandLineProblem
        There are no seeds for so many runs.
    """
    from seci_sim.lab.comparing import over_worlds
    from seci_sim.lab.worlds import RUNS_OF_A_WORLD, WORLDS, WorldTable

    worlds = WORLDS if given is None else given.worlds(compared.scenarios)
    if worlds == 0:
        return None
    count = given.number if given and given.number else WORLDS
    if isinstance(worlds, WorldTable):
        count = len(worlds.rows)
    if compared.seed + len(compared.scenarios) * count * RUNS_OF_A_WORLD > LARGEST_SEED:
        what = "the seed of the last run in a world is too large; allowed: 0..2^63-1"
        raise CommandLineProblem(f"--seed: {what}; got {compared.seed}")
    return over_worlds(compared, worlds)
