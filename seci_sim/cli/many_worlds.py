"""The option for many worlds, and what is made of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias

import typer

from seci_sim.cli.options import LARGEST_SEED, CommandLineProblem
from seci_sim.scenario.number_of_worlds import ALLOWED, NoNumber, number_of_worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seci_sim.lab import Experiment
    from seci_sim.lab import worlds as lab
    from seci_sim.scenario import Scenario


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
    try:
        count = number_of_worlds(text, none=True)
    except NoNumber as problem:
        raise typer.BadParameter(f"{problem}; got {text[:40]!r}") from None
    if count is None and "." not in text and not Path(text).is_file():
        what = f"is neither a number nor a file that is there; allowed: 0, {ALLOWED}"
        raise typer.BadParameter(f"{what}; got {text[:40]!r}")
    return Asked(text, *count) if count else Asked(text, None)


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
