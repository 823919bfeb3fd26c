"""Write a scenario from a firm's own records: checked as it will be read, then all of it at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from seci_sim.scenario import FileProblem, InputProblem, Scenario, read_scenario
from seci_sim.scenario.own_firm.lists import Ask, read_table
from seci_sim.scenario.own_firm.network import MEETING_COLUMNS, Counting, Network, network_of
from seci_sim.scenario.own_firm.staff import PEOPLE_COLUMNS, Staff, staff_of
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


@dataclass(frozen=True)
class Exports:
    """A firm's own records, and how to read them."""

    people: Path
    meetings: Path | None
    columns: Mapping[str, str]
    """What columns are called in the files, where they do not have their own names."""
    day: date | None
    counting: Counting


@dataclass(frozen=True)
class OwnFirm:
    """What was written."""

    staff: Staff
    network: Network | None
    files: tuple[Path, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What whoever asked should know."""
        return self.staff.remarks + (self.network.remarks if self.network else ())


def write_own_firm(
    path: Path, base_name: str, exports: Exports, today: date, ask: Ask | None = None
) -> OwnFirm:
    """Write a scenario, and its file of meetings and its schema beside it.

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
    ask : Ask or None
        Asks for the columns that were not found.

    Raises
    ------
    InputProblem
        The records hold mistakes, or the scenario cannot be that of another firm.
    FileProblem
        A file is there already, or cannot be read or written.
    """
    base = read_scenario(base_name)
    _check_base(base, base_name)
    meetings_file = path.with_name(f"{path.stem}-meetings.csv")
    check_new(path)
    if exports.meetings:
        check_new(meetings_file)
    people = read_table(exports.people, PEOPLE_COLUMNS, exports.columns, ask)
    staff = staff_of(people, exports.day, today)
    network = None
    if exports.meetings:
        meetings = read_table(exports.meetings, MEETING_COLUMNS, exports.columns, ask)
        network = network_of(meetings, staff, exports.counting)
    parts = _parts(staff, base, meetings_file.name if network else "")
    texts = {meetings_file: network.text} if network else {}

    def text_at(place: Path) -> str:
        return new_scenario(base, extended(base_name, place), title_of(path), parts)

    schema_file = write_schema(path)
    _write(texts, path, text_at)
    return OwnFirm(staff, network, (path, *texts, schema_file))


def _check_base(base: Scenario, base_name: str) -> None:
    if not base.units:
        raise InputProblem([f"--from: {base_name} runs {base.model}, which has no units"])
    for change in base.timeline:
        if _names_something(change):
            what = "names units, markets or partners of its own in its timeline"
            raise InputProblem([f"--from: {base_name} {what}; start from another"])


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
