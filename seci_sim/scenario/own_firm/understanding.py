"""What was understood of a firm's files, and the questions that they leave open: each is asked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from seci_sim.scenario.problems import InputProblem
from seci_sim.scenario.quantities import counted

FEW = 0.05
"""Share of a table's rows that may be left out because somebody said yes to everything."""
YES, NO = "yes", "no"


class Hints(NamedTuple):
    """What somebody said of the files in advance; what is empty is found or asked."""

    columns: Mapping[str, str] = {}
    """What columns are called in the files, or their numbers."""
    dates: str = ""
    """``day-first`` or ``month-first``."""
    decimal: str = ""
    """``comma`` or ``point``."""
    encoding: str = ""
    keep: str = ""
    """Which of a person's rows counts where no day tells: ``first`` or ``last``."""
    left_within: int | None = None
    """Months in which those left who are only marked as gone."""
    per_hour: float | None = None
    """What of the meetings' amounts makes an hour, such as 60 minutes."""
    skip: bool = False
    """Whether rows that cannot be read are left out."""
    merged: Mapping[str, str] = {}
    """Units that are parts of others."""
    markets: Mapping[str, str] = {}
    """The markets that units serve."""
    kinds: Mapping[str, str] = {}


class Question(NamedTuple):
    """Something that a file does not say, or says in two ways."""

    where: str
    """The file."""
    what: str
    """What is open."""
    asks: str
    """What somebody is asked at a terminal, after that."""
    option: str
    """How the command line answers it."""
    answers: tuple[str, ...] = ()
    """What may be answered; anything, where nothing stands here."""
    proposal: str = ""
    """What is taken where somebody only agrees; there may be none."""
    listed: tuple[str, ...] = ()
    """What whoever answers should see."""


Ask: TypeAlias = Callable[[Question], str]
"""Asks somebody, and gives the answer."""


class Understanding:
    """How open questions are answered, and what was understood so far.

    Parameters
    ----------
    ask : Ask or None
        Asks somebody; without it, an open question is a problem whose line names the option that
        answers it.
    agrees : bool
        Whether proposals are taken without asking.
    """

    def __init__(self, ask: Ask | None = None, *, agrees: bool = False) -> None:
        self.ask = ask
        self.agrees = agrees
        self.notes: list[str] = []
        """What whoever asked should know, in the order in which it was found."""

    def note(self, text: str) -> None:
        """Remember something to say, once."""
        if text not in self.notes:
            self.notes.append(text)

    def settle(self, question: Question) -> str:
        """Get the answer to a question.

        Raises
        ------
        InputProblem
            Nobody can be asked, and nothing was agreed to.
        """
        if self.agrees and question.proposal:
            taken = "" if question.proposal == YES else f": {question.proposal} is taken"
            self.note(f"{question.where}: {question.what}{taken}")
            return question.proposal
        if self.ask is not None:
            return self.ask(question)
        proposal = "" if question.proposal == YES else f" for {question.proposal}"
        ways = f"{question.option}, or --yes{proposal}" if question.proposal else question.option
        raise InputProblem([f"{question.where}: {question.what}; give {ways}"])


class Mistakes:
    """Rows that cannot be read: a line for each kind of mistake, not for each row."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.found: dict[str, list[int]] = {}
        """The lines of the rows with each mistake."""
        self.rows: set[int] = set()

    def add(self, line: int, what: str) -> None:
        """Remember one, and give up where there are too many."""
        self.found.setdefault(what, []).append(line)
        self.rows.add(line)

    def said(self) -> list[str]:
        """A line for each kind of mistake, with the first row that has it."""
        return [
            f"{self.label}:{min(lines)}: {what}{_and_more(lines)}"
            for what, lines in self.found.items()
        ]

    def settle(self, understanding: Understanding, skip: bool, of_rows: int) -> None:
        """Leave the rows out, if that is what is wanted.

        Raises
        ------
        InputProblem
            They have to be corrected.
        """
        if not self.found:
            return
        said = self.said()
        left_out = f"{counted(len(self.rows), 'row')} left out: " + "; ".join(said)
        if skip:
            understanding.note(left_out)
            return
        few = len(self.rows) <= max(1, FEW * of_rows) and len(self.rows) < of_rows
        if few and (understanding.ask or understanding.agrees):
            what = f"{counted(len(self.rows), 'row')} that cannot be read"
            question = Question(
                self.label, what, "leave out?", "--skip-unclear", (YES, NO), YES, tuple(said)
            )
            if understanding.settle(question) == YES:
                understanding.note(left_out)
                return
        way_out = " (--skip-unclear leaves such rows out)" if len(self.rows) < of_rows else ""
        raise InputProblem([line + way_out for line in said])


def _and_more(lines: Sequence[int]) -> str:
    return f"; so in {counted(len(lines) - 1, 'more row')}" if len(lines) > 1 else ""
