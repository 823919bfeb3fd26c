"""A scenario from a firm's own records: understood, then checked as it will be read, and written at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from seci_sim.scenario import FileProblem, InputProblem, Scenario, read_scenario
from seci_sim.scenario.money import check_money
from seci_sim.scenario.own_firm.columns import (
    LEAVERS_COLUMNS,
    MEETING_COLUMNS,
    PEOPLE_COLUMNS,
    Column,
)
from seci_sim.scenario.own_firm.lists import Table, found_columns, opened, read_table
from seci_sim.scenario.own_firm.network import Counting, Network, network_of
from seci_sim.scenario.own_firm.people import People, people_of, with_leavers
from seci_sim.scenario.own_firm.staff import Staff, staff_of
from seci_sim.scenario.own_firm.teams import teams_of
from seci_sim.scenario.own_firm.understanding import Hints, Understanding
from seci_sim.scenario.template import (
    check_new,
    extended,
    item_written,
    new_scenario,
    quoted,
    title_of,
    write_schema,
)
from seci_sim.scenario.units import LOCAL_PARTNER, Change, Stakeholder, Unit, default_stakeholders
from seci_sim.scenario.validation import options_of

ABOUT_PLACES = (
    "unit",
    "market",
    "unit_joins",
    "unit_leaves",
    "market_opens",
    "partner_joins",
    "partner_leaves",
    "firm_joins",
)
"""Fields of a change that name something of the scenario that it was written for."""


class Exports(NamedTuple):
    """A firm's own records, and what was said of them in advance."""

    people: Path
    meetings: Path | None = None
    leavers: Path | None = None
    day: date | None = None
    counting: Counting = Counting()
    hints: Hints = Hints()


@dataclass(frozen=True)
class OwnFirm:
    """What was made of a firm's records, before anything is written."""

    path: Path
    base: Scenario
    base_name: str
    staff: Staff
    network: Network | None

    @property
    def meetings_file(self) -> Path:
        """Where the meetings go."""
        return _meetings_file(self.path)

    def write(self) -> tuple[Path, ...]:
        """Write the scenario, and its file of meetings and its schema beside it; return the files.

        Raises
        ------
        FileProblem
            They cannot be written.
        """
        texts = {self.meetings_file: self.network.text} if self.network else {}
        parts = _parts(self.staff, self.base, self.meetings_file.name if self.network else "")

        def text_at(place: Path) -> str:
            base = extended(self.base_name, place)
            return new_scenario(self.base, base, title_of(self.path), parts)

        schema_file = write_schema(self.path)
        _write(texts, self.path, text_at)
        return (self.path, *texts, schema_file)


class Unexpected(RuntimeError):
    """A mistake of ours; what it said may be somebody's code, and is left out."""


def own_firm(
    path: Path, base_name: str, exports: Exports, today: date, understanding: Understanding
) -> OwnFirm:
    """Make a scenario of a firm's records, to be looked at and written.

    Parameters
    ----------
    path : Path
        The file to write.
    base_name : str
        The scenario whose settings it starts from: a shipped one, or a file.
    exports : Exports
        The firm's own records.
    today : date
        Days after it are plans.
    understanding : Understanding
        Answers what the records leave open, and hears what was understood.

    Raises
    ------
    InputProblem
        The records hold mistakes, or the scenario cannot be that of another firm.
    FileProblem
        A file is there already, or cannot be read.
    """
    base = read_scenario(base_name)
    _check_base(base, base_name, exports)
    check_new(path)
    if exports.meetings:
        check_new(_meetings_file(path))
    try:
        staff, network = _understood(exports, today, understanding)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as mistake:
        said = f"{type(mistake).__name__} while records were read"
        raise Unexpected(said).with_traceback(mistake.__traceback__) from None
    _check_costs(base, base_name, staff)
    return OwnFirm(path, base, base_name, staff, network)


def _meetings_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}-meetings.csv")


def everybody(exports: Exports, today: date, understanding: Understanding) -> tuple[People, Table]:
    """Read all people of a firm's records, those who left among them, and the list where they stand.

    Raises
    ------
    InputProblem
        The records hold mistakes.
    FileProblem
        A file cannot be read.
    """
    hints = exports.hints
    table = _people_table(exports.people, PEOPLE_COLUMNS, hints, understanding)
    has_units = "unit" in table.found
    teams = {} if has_units else teams_of(table, understanding)
    people = people_of(table, hints, today, understanding, teams)
    if exports.leavers:
        leavers = _people_table(exports.leavers, LEAVERS_COLUMNS, hints, understanding)
        known = {code: one.unit for code, one in people.by_code.items()}
        of_list = {} if "unit" in leavers.found else known
        left = people_of(leavers, hints, today, understanding, of_list)
        people = with_leavers(people, left, leavers.label, understanding)
    return people, table


def _understood(
    exports: Exports, today: date, understanding: Understanding
) -> tuple[Staff, Network | None]:
    hints = exports.hints
    people, table = everybody(exports, today, understanding)
    staff = staff_of(people, table, exports.day, today, hints, understanding)
    del people, table
    if not exports.meetings:
        return staff, None
    wanted = tuple(MEETING_COLUMNS)
    source = opened(exports.meetings, hints, wanted, understanding)
    return staff, network_of(source, staff, exports.counting, hints, today, understanding)


def _people_table(
    path: Path, wanted: Sequence[Column], hints: Hints, understanding: Understanding
) -> Table:
    """A list of people, which says their units or to whom they report."""
    source = opened(path, hints, wanted, understanding)
    reports = "manager" in found_columns(source, wanted, hints.columns)
    named = hints.columns
    if wanted is LEAVERS_COLUMNS:  # what was said of the list of people may hold for this one too
        named = {
            name: header
            for name, header in named.items()
            if name in found_columns(source, wanted, {name: header})
        }
    reports = reports or wanted is LEAVERS_COLUMNS
    columns = [
        one._replace(required=one.required or (one.name == "unit" and not reports))
        for one in wanted
    ]
    return read_table(source, columns, named, understanding, skip=hints.skip)


def _check_base(base: Scenario, base_name: str, exports: Exports) -> None:
    if not base.units:
        raise InputProblem([f"--from: {base_name} runs {base.model}, which has no units"])
    costs = base.money.hour_of if base.money else {}
    names = {
        "timeline": any(map(_names_something, base.timeline)),
        "meetings": bool(base.meetings) and exports.meetings is None,
        "money": any(name not in options_of(Unit.model_fields["kind"]) for name in costs),
    }
    for part, is_its_own in names.items():
        if is_its_own:
            what = f"names units, markets or partners of its own in its {part}"
            raise InputProblem([f"--from: {base_name} {what}; start from another"])


def _check_costs(base: Scenario, base_name: str, staff: Staff) -> None:
    """What hours cost may be said of kinds of units that are not there, or not of all that are."""
    problems = check_money(base.money, None, base.model, staff.units)
    if said := [f"--from: {base_name}: {problem.text()}" for problem in problems]:
        raise InputProblem(said)


def _names_something(change: Change) -> bool:
    return any(getattr(change, field) is not None for field in ABOUT_PLACES)


def _parts(staff: Staff, base: Scenario, meetings: str) -> str:
    """Who there is, as the last part of a scenario file."""
    known = sum(unit.staff for unit in staff.units)
    when = f" on {staff.day}" if staff.day else ""
    lines = [
        "",
        "# Who there is, from the firm's own records: "
        f"{known:,} people in {len(staff.units)} units{when}.",
        "units:",
        *(f"  - {item_written(unit)}" for unit in staff.units),
        "",
        "# Invented, for the records do not say who they are: replace them by your own.",
        "stakeholders:",
        *(f"  - {item_written(one)}" for one in _stakeholders(staff.units, base)),
    ]
    if meetings:
        lines += ["", "# Who meets whom; people are counted from 1 in their unit."]
        lines += [f"meetings: {quoted(meetings)}"]
    return "\n".join([*lines, ""])


def _stakeholders(units: tuple[Unit, ...], base: Scenario) -> list[Stakeholder]:
    """A local partner in every market, and the base's partners that need none."""
    local = [one for one in default_stakeholders(units) if one.kind == LOCAL_PARTNER]
    others = [one for one in base.stakeholders if one.kind != LOCAL_PARTNER]
    return local + [one.model_copy(update={"market": None}) for one in others]


def _write(texts: Mapping[Path, str], scenario: Path, text_at: Callable[[Path], str]) -> None:
    """Write files below where they belong, read the scenario there, then move them all."""
    try:
        with tempfile.TemporaryDirectory(prefix=".seci-sim-", dir=scenario.parent) as folder:
            below = {path: Path(folder) / path.name for path in (*texts, scenario)}
            for path, text in texts.items():
                below[path].write_text(text, encoding="utf-8", newline="\n")
            below[scenario].write_text(text_at(below[scenario]), encoding="utf-8", newline="\n")
            read_scenario(below[scenario])
            # What it extends may be a file, which stands elsewhere as seen from above.
            below[scenario].write_text(text_at(scenario), encoding="utf-8", newline="\n")
            for path, written in below.items():
                written.replace(path)
    except OSError as error:
        raise FileProblem(f"{scenario}: cannot be written: {error.strerror}") from None
