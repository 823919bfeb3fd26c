"""A scenario from a firm's own records: its options, what is asked, what is said."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from seci_sim.cli.options import CommandLineProblem, amount, at_a_terminal, whole

if TYPE_CHECKING:
    from seci_sim.scenario.own_firm import Hints, Question
    from seci_sim.scenario.own_firm.columns import Column


def day(given: object) -> date:
    """Read a day, such as ``2026-03-31``."""
    text = str(given)
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a day that no calendar has is answered as one that is written otherwise
    raise typer.BadParameter(f"must be a day, such as 2026-03-31; got {text[:40]!r}")


Dates: TypeAlias = Annotated[
    str, typer.Option(metavar="ORDER", help="Days in these files: day-first or month-first.")
]
Decimal: TypeAlias = Annotated[
    str, typer.Option(metavar="MARK", help="What stands before decimals: comma or point.")
]
SkipUnclear: TypeAlias = Annotated[
    bool, typer.Option("--skip-unclear", help="Leave out rows that cannot be read.")
]


@dataclass(frozen=True)
class Records:
    """A firm's own records, and how to read them."""

    people: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Your own firm: a list of its people and their units, as CSV, a workbook or Parquet.",
        ),
    ] = None
    meetings: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Who of them met whom, and for how many hours."),
    ] = None
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=HEADER",
            help="What a column is called in these files, or its number, such as unit=Department; may be repeated.",
        ),
    ] = None
    on: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DAY",
            help="Day on which the people are counted.",
            show_default="the last on which somebody came or left",
        ),
    ] = None
    weeks: Annotated[
        int | None,
        typer.Option(
            parser=whole(1, 520, "1..520"),
            metavar="N",
            help="Weeks of these meetings.",
            show_default="from their first day to their last; 1 without days",
        ),
    ] = None
    at_least: Annotated[
        float,
        typer.Option(
            parser=amount(
                r"([0-9]{1,2}(?:\.[0-9]{1,4})?) ?h?", "hours a week, from 0 to 40", 0, 40
            ),
            metavar="HOURS",
            help="Leave out pairs that meet for fewer hours a week.",
        ),
    ] = 0.0
    without_outsiders: Annotated[
        bool,
        typer.Option(
            "--without-outsiders", help="Leave out meetings with people who are not listed."
        ),
    ] = False

    leavers: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A list of those who left, where they stand apart."),
    ] = None
    market: Annotated[
        list[str] | None,
        typer.Option(metavar="UNIT=MARKET", help="A market that a unit serves; may be repeated."),
    ] = None
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UNIT=KIND",
            help="What a unit is: headquarters, regional headquarters or affiliate; may be repeated.",
        ),
    ] = None
    merge: Annotated[
        list[str] | None,
        typer.Option(metavar="UNIT=UNIT", help="A unit that is part of another; may be repeated."),
    ] = None
    dates: Dates = ""
    decimal: Decimal = ""
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="Encoding of these files, such as cp1252.")
    ] = ""
    keep: Annotated[
        str,
        typer.Option(
            metavar="ROW",
            help="Which of a person's rows counts where no day tells: first or last.",
        ),
    ] = ""
    left_within: Annotated[
        int | None,
        typer.Option(
            parser=whole(1, 600, "1..600"),
            metavar="MONTHS",
            help="In how many months those left who are marked as gone, without a day.",
            show_default="asked",
        ),
    ] = None
    per_hour: Annotated[
        float | None,
        typer.Option(
            parser=amount(
                r"([0-9]{1,10}(?:\.[0-9]{1,6})?)",
                "a number from 0.000001 to 1,000,000,000, such as 60",
                1e-6,
                1e9,
            ),
            metavar="NUMBER",
            help="How much of what the meetings have is an hour: 60 of minutes.",
            show_default="asked",
        ),
    ] = None
    skip_unclear: SkipUnclear = False
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Take what is proposed, and write without asking."),
    ] = False

    def check(self) -> None:
        """Refuse options that say something only together with another, and what they do not allow."""
        of_meetings = ("weeks", "at_least", "without_outsiders", "per_hour")
        others = [one.name for one in fields(self) if one.name not in ("people", *of_meetings)]
        for option, needed_by in (("people", others), ("meetings", of_meetings)):
            for name in needed_by:
                if getattr(self, option) is None and getattr(self, name) != getattr(Records, name):
                    raise CommandLineProblem(
                        f"--{name.replace('_', '-')}: goes with --{option} only"
                    )
        check_ways(dates=self.dates, decimal=self.decimal, keep=self.keep)

    @property
    def hints(self) -> Hints:
        """What was said of the files in advance."""
        from seci_sim.scenario.own_firm import MEETING_COLUMNS, PEOPLE_COLUMNS, Hints

        return Hints(
            columns=columns_named(self.column or (), (*PEOPLE_COLUMNS, *MEETING_COLUMNS)),
            dates=self.dates,
            decimal=self.decimal,
            encoding=self.encoding,
            keep=self.keep,
            left_within=self.left_within,
            per_hour=self.per_hour,
            skip=self.skip_unclear,
            merged=pairs_of("merge", self.merge or ()),
            markets=pairs_of("market", self.market or ()),
            kinds=pairs_of("kind", self.kind or ()),
        )


WAYS = {
    "dates": ("day-first", "month-first"),
    "decimal": ("comma", "point"),
    "keep": ("first", "last"),
}
"""What some options allow."""


def check_ways(**given: str) -> None:
    """Refuse what options do not allow that have few answers."""
    for name, answer in given.items():
        if answer not in ("", *WAYS[name]):
            what = f"must be {' or '.join(WAYS[name])}; got {answer[:40]!r}"
            raise CommandLineProblem(f"--{name}: {what}")


def pairs_of(option: str, given: Sequence[str]) -> dict[str, str]:
    """Read pairs such as ``Sales=India``."""
    from seci_sim.scenario.problems import shown

    pairs: dict[str, str] = {}
    for one in given:
        name, _, value = (part.strip() for part in one.rpartition("="))
        if not name or not value:
            raise CommandLineProblem(f"--{option}: must be UNIT=NAME; got {shown(one)}")
        if pairs.setdefault(name, value) != value:
            raise CommandLineProblem(f"--{option}: {shown(name)} is given twice")
    return pairs


def columns_named(given: Sequence[str], wanted: Iterable[Column]) -> Mapping[str, str]:
    """Read what some of the columns that are wanted are called, such as ``unit=Department``."""
    from seci_sim.scenario.problems import shown, spelling

    known = list(dict.fromkeys(column.name for column in wanted))
    headers: dict[str, str] = {}
    for one in given:
        name, _, header = (part.strip() for part in one.partition("="))
        if not header:
            raise CommandLineProblem(f"--column: must be NAME=HEADER; got {shown(one)}")
        if name not in known:
            hint = spelling(name, known) or f"; allowed: {', '.join(known)}"
            raise CommandLineProblem(f"--column: no column {shown(name)}{hint}")
        if name in headers:
            raise CommandLineProblem(f"--column: {name} is given twice")
        headers[name] = header
    return headers


def ask(question: Question) -> str:
    """Ask somebody at the terminal, until the answer is one of those that may be given."""
    for line in question.listed:
        typer.echo(line)
    typer.echo(f"{question.where}: {question.what}.")
    words = question.asks[:1].upper() + question.asks[1:]
    if question.answers:
        words += f" ({' or '.join(question.answers)})"
    while True:
        answer = str(typer.prompt(words, default=question.proposal or None)).strip()
        if not question.answers or answer in question.answers:
            return answer
        typer.echo(f"Please answer {' or '.join(question.answers)}.")


def own_firm_written(path: Path, base: str, records: Records, *, asks: bool) -> str | None:
    """Say what a firm's own records were understood to be, and write a scenario of them.

    Gives what to say, or nothing if it was not to be written.
    """
    from seci_sim.scenario.own_firm import Counting, Exports, Understanding, own_firm, preview

    assert records.people is not None
    exports = Exports(
        people=Path(records.people),
        meetings=Path(records.meetings) if records.meetings is not None else None,
        leavers=Path(records.leavers) if records.leavers is not None else None,
        day=records.on,
        counting=Counting(records.weeks, records.at_least, records.without_outsiders),
        hints=records.hints,
    )
    is_asked = asks and not records.yes and at_a_terminal() and sys.stdin.isatty()
    understanding = Understanding(ask if is_asked else None, agrees=records.yes)
    firm = own_firm(path, base, exports, date.today(), understanding)
    told = [*preview(firm), *(f"Note: {note}" for note in understanding.notes)]
    if is_asked:
        typer.echo("\n".join(told))
        if not typer.confirm(f"Write {path}?", default=True):
            return None
        told = []
    files = firm.write()
    told += [
        f"Wrote {', '.join(map(str, files))}.",
        "A person is a unit and a number there: no code of a person was written.",
    ]
    return "\n".join(told)
