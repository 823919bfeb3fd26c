"""A scenario from a firm's own records: its options, what is asked, what is said."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seci_sim.cli.options import CommandLineProblem, amount, at_a_terminal, whole

if TYPE_CHECKING:
    from seci_sim.scenario.own_firm import Column


def day(given: object) -> date:
    """Read a day, such as ``2026-03-31``."""
    text = str(given)
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a day that no calendar has is answered as one that is written otherwise
    raise typer.BadParameter(f"must be a day, such as 2026-03-31; got {text[:40]!r}")


@dataclass(frozen=True)
class Records:
    """A firm's own records, and how to read them."""

    people: Annotated[
        str | None,
        typer.Option(metavar="CSV", help="Your own firm: a list of its people and their units."),
    ] = None
    meetings: Annotated[
        str | None,
        typer.Option(metavar="CSV", help="Who of them met whom, and for how many hours."),
    ] = None
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=HEADER",
            help="What a column is called in these files, such as unit=Department; may be repeated.",
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
        int,
        typer.Option(parser=whole(1, 520, "1..520"), metavar="N", help="Weeks of these meetings."),
    ] = 1
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

    def check(self) -> None:
        """Refuse options that say something only together with another."""
        for option, needed_by in (
            ("people", ("meetings", "column", "on")),
            ("meetings", ("weeks", "at_least", "without_outsiders")),
        ):
            for name in needed_by:
                if getattr(self, option) is None and getattr(self, name) != getattr(Records, name):
                    raise CommandLineProblem(
                        f"--{name.replace('_', '-')}: goes with --{option} only"
                    )


MOST_SHOWN = 50
"""Columns that a question lists."""


def columns_named(given: Sequence[str]) -> Mapping[str, str]:
    """Read what columns are called, such as ``unit=Department``."""
    from seci_sim.scenario.own_firm import MEETING_COLUMNS, PEOPLE_COLUMNS
    from seci_sim.scenario.problems import shown, spelling

    known = [column.name for column in (*PEOPLE_COLUMNS, *MEETING_COLUMNS)]
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


def ask(file: str, column: Column, headers: Sequence[str]) -> str:
    """Ask which column of a file is meant; nothing for one that it need not have.

    Columns go by their numbers: without a header, what stands in the first line is somebody.
    """
    from seci_sim.scenario.own_firm import recognised

    numbered = [
        f"{number} {header}" if recognised(header) else str(number)
        for number, header in enumerate(headers[:MOST_SHOWN], start=1)
    ]
    more = ", ..." if len(headers) > MOST_SHOWN else ""
    typer.echo(f"{file} has the columns {', '.join(numbered)}{more}.")
    question = f"Which one (name or number) says {column.meaning}?"
    if column.required:
        given = str(typer.prompt(question))
    else:
        given = str(typer.prompt(f"{question} (Enter for none)", default="", show_default=False))
    number = int(given) if re.fullmatch("[0-9]{1,4}", given) and given not in headers else 0
    return headers[number - 1] if 1 <= number <= len(headers) else given


def own_firm_written(path: Path, base: str, records: Records, *, asks: bool) -> str:
    """Write a scenario from a firm's own records, and say what was made of them."""
    from seci_sim.scenario.own_firm import Counting, Exports, write_own_firm

    assert records.people is not None
    exports = Exports(
        Path(records.people),
        Path(records.meetings) if records.meetings is not None else None,
        columns_named(records.column or ()),
        records.on,
        Counting(records.weeks, records.at_least, records.without_outsiders),
    )
    asking = ask if asks and at_a_terminal() and sys.stdin.isatty() else None
    firm = write_own_firm(path, base, exports, date.today(), asking)
    units = firm.staff.units
    people = sum(unit.staff for unit in units)
    when = f" on {firm.staff.day}" if firm.staff.day else ""
    lines = [
        f"Wrote {', '.join(map(str, firm.files))}.",
        f"{people:,} people in {len(units)} units{when}; a person is a unit and a number, "
        "and no code of a person was written.",
    ]
    if firm.network:
        pairs, total = firm.network.pairs, firm.network.hours
        lines.append(f"{pairs:,} pairs meet for {total:,.0f} hours a week.")
    lines += [f"Note: {remark}" for remark in firm.remarks]
    return "\n".join(lines)
