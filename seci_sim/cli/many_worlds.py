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
    from seci_sim.lab.worlds import WorldTable
    from seci_sim.scenario import Scenario

MOST = 65_536
ALLOWED = f"0, or 2..{MOST}, or a table (.csv or .parquet)"


class Asked(NamedTuple):
    """Worlds as somebody asks for them."""

    typed: str
    number: int | None
    """How many; None for those of a file."""

    def worlds(self, scenarios: Sequence[Scenario]) -> int | WorldTable:
        """How many, or those of the file, which suit these scenarios.

        Raises
        ------
        InputProblem, FileProblem, MissingExtra
            There is no such table.
        """
        from seci_sim.lab.world_tables import read_worlds

        return read_worlds(Path(self.typed), scenarios) if self.number is None else self.number


def asked(given: object) -> Asked:
    """Read a number of worlds, or the name of a file."""
    text = str(given)
    if not re.fullmatch(r"[-+]?[0-9][0-9.,_]*", text):
        if "." not in text and not Path(text).is_file():
            what = f"is neither a number nor a file that is there; allowed: {ALLOWED}"
            raise typer.BadParameter(f"{what}; got {text[:40]!r}")
        return Asked(text, None)
    number = whole(0, MOST, ALLOWED)(text)
    if number == 1:
        raise typer.BadParameter(f"one world tells nothing of others; allowed: {ALLOWED}; got '1'")
    return Asked(text, number)


Worlds: TypeAlias = Annotated[
    Asked | None,
    typer.Option(
        parser=asked,
        metavar="N|FILE",
        help="Worlds, sets of values of what nobody has measured, in which all is looked at again: "
        "how many, or a table of them; 0 for none.",
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
    from seci_sim.lab.worlds import RUNS_OF_A_WORLD, WORLDS

    worlds = WORLDS if given is None else given.worlds(compared.scenarios)
    if worlds == 0:
        return None
    count = worlds if isinstance(worlds, int) else len(worlds.rows)
    if compared.seed + len(compared.scenarios) * count * RUNS_OF_A_WORLD > LARGEST_SEED:
        what = "the seed of the last run in a world is too large; allowed: 0..2^63-1"
        raise CommandLineProblem(f"--seed: {what}; got {compared.seed}")
    return over_worlds(compared, worlds)
