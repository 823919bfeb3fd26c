"""New scenarios, as commented files in which everything that can be set stands ready to be changed."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from seci_sim.parameters import (
    SHARES,
    Band,
    Declaration,
    Policy,
    Section,
    declarations,
)
from seci_sim.scenario.file_names import LONGEST_NAME, is_plain
from seci_sim.scenario.files import is_name, read_scenario, shipped_scenarios
from seci_sim.scenario.problems import FileProblem, shown_path
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.rivals import Rival
from seci_sim.scenario.scenario import Scenario
from seci_sim.scenario.schema import SCHEMA_FILE, SCHEMA_TITLE, json_schema
from seci_sim.scenario.units import READ_AS_MISSING, Change, Stakeholder, Unit
from seci_sim.scenario.validation import options_of, range_of, unit_of


def write_new_scenario(path: Path, base_name: str, *, everything: bool = False) -> Path:
    """Write a scenario that extends another, and the schema beside it; return the latter.

    With ``everything``, every lever has its plausible range and source too, and what units,
    stakeholders and changes may have is listed.

    Raises
    ------
    FileProblem
        The file is there already, or cannot be written.
    """
    check_new(path)
    base = read_scenario(base_name)
    schema_file = write_schema(path)
    text = new_scenario(base, extended(base_name, path), title_of(path), everything=everything)
    write_whole(path, text.encode())
    return schema_file


def check_new(path: Path) -> None:
    """Refuse to write where something is."""
    if path.exists() or path.is_symlink():
        raise FileProblem(f"{shown_path(path)}: is there already; choose another name")


def title_of(path: Path) -> str:
    """What a new scenario is called in reports: its file's name.

    Examples
    --------
    >>> title_of(Path("my-firm.yaml")), title_of(Path("-ACME 2025.v2.yaml")), title_of(Path("none.yaml"))
    ('My firm', 'ACME 2025.v2', 'Scenario None')
    """
    words = " ".join(unicodedata.normalize("NFC", path.stem).replace("-", " ").split())
    title = words[:1].upper() + words[1:LONGEST_NAME].rstrip()
    return title if title and title not in READ_AS_MISSING else f"Scenario {title}".rstrip()


def extended(base: str, path: Path) -> str:
    """How a file names the scenario that it extends: a shipped one, or a file seen from its own folder."""
    if base in shipped_scenarios():
        return base
    try:
        beside = Path(os.path.relpath(base, path.parent)).as_posix()
    except ValueError:  # on another drive
        beside = Path(base).resolve().as_posix()
    return f"./{beside}" if is_name(beside) else beside


def write_schema(path: Path) -> Path:
    """Write the schema beside a scenario, over an older one of ours, and return its file."""
    schema_file = path.with_name(SCHEMA_FILE)
    if schema_file.exists() and SCHEMA_TITLE not in schema_file.read_text("utf-8", "replace"):
        raise FileProblem(f"{schema_file}: is there already and not ours; choose another folder")
    write_whole(schema_file, (json.dumps(json_schema(), indent=1) + "\n").encode())
    return schema_file


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    with whole(path) as beside:
        beside.write_bytes(content)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a file beside another to write to and to check, which then takes its place.

    Raises
    ------
    FileProblem
        It cannot be written.
    """
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        raise FileProblem(f"{shown_path(path)}: cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):  # what went wrong above is said above
            beside.unlink(missing_ok=True)


def new_scenario(
    base: Scenario,
    base_name: str,
    name: str,
    parts: str | None = None,
    *,
    everything: bool = False,
) -> str:
    """Return the text of a scenario that extends another, with every parameter to choose from.

    Parameters
    ----------
    base : Scenario
        The scenario that it extends, whose values it shows.
    base_name : str
        How the file names that one; see `extended`.
    name : str
        Its own name.
    parts : str, optional
        Who there is, and what changes; without it, remarks that say how to write these.
    everything : bool
        Whether to say of every lever which range is plausible and where its value comes from, and
        to list whatever else a scenario may have.
    """
    groups: dict[str, list[Declaration]] = {}
    for declaration in declarations(base.model):
        groups.setdefault(declaration.name.partition(".")[0], []).append(declaration)
    first = "policy" if "policy" in groups else next(iter(groups))
    levers = groups.pop(first)
    time = "weeks" if base.units else ""
    lines = [
        *_HEAD.splitlines(),
        f"name: {quoted(name)}",
        f"question: {quoted(base.question)}",
        f"extends: {base_name if is_plain(base_name) else quoted(base_name)}",
        "",
        _remark(f"horizon: {in_words(base.horizon, time)}", "Length of a run."),
        "",
        f"# {Scenario.model_fields[first].description}",
        f"{first}:",
        _lever(levers[0], base, everything).replace("# ", "", 1),
        *(_lever(declaration, base, everything) for declaration in levers[1:]),
    ]
    for group, declared in groups.items():
        meaning = Scenario.model_fields[group].description
        lines += ["", f"# {meaning}", f"# {group}:"]
        lines += [f"#   {_lever(declaration, base, everything)[4:]}" for declaration in declared]
    if parts is None and base.units:
        parts = _every_part(base) if everything else _TAIL
    return "\n".join([*lines, parts or ""]) + _MONEY * bool(base.units)


_HEAD = f"""\
# yaml-language-server: $schema={SCHEMA_FILE}
#
# Only what differs from the scenario named under `extends` need be written. All settings are shown
# below with the values they have there. To change one, remove the # and the space after it, and do
# the same with the name of its group above it, such as `world:`; keep the spaces before a setting.
# What follows a second # is a remark: what the setting means, and which values are allowed.
"""

_TAIL = """
# What changes in which week, such as:
# timeline:
#   - {week: 105, policy: {patient_time: 2%}}
#   - {week: 130, staff_leave: 30%}

# Who there is. A list replaces the whole list of the scenario that this one extends.
# units:
#   - {name: Headquarters, kind: headquarters, staff: 60}
#   - {name: Japan, kind: affiliate, staff: 35, turnover: 5%}
# stakeholders:
#   - {name: Partner in Japan, kind: local partner, market: Japan}

# Other firms that serve the same markets, and in what they differ from this one; then, under
# competition, how patients choose between firms, and how documents leak.
# rivals:
#   - {name: A rival, policy: {patient_time: 0%}}

# Who really meets whom: a table with the columns unit, employee, colleague_unit, colleague, hours.
# meetings: meetings.csv
"""

_MONEY = """
# What hours cost and patients are worth: results then come in money too. It changes no run.
# money:
#   currency: EUR
#   hour: 60                                   # Of everyone's work, or of all others'.
#   hour_of: {affiliate: 45}                   # Of a kind of unit, or of a unit by its name.
#   patients: 10000                            # Whose needs the share of needs met is of.
#   worth: 200                                 # What one patient more with needs met is worth in a year.
# weigh: {mis_served: 1}                       # One need mis-served counts as one met.
"""


def _every_part(base: Scenario) -> str:
    """Whoever there is and whatever changes in a scenario, and what each of them may have."""
    lines = ["", "# Lines that start with ## only explain."]
    groups: tuple[tuple[str, type[Section], Sequence[Section]], ...] = (
        ("units", Unit, base.units),
        ("stakeholders", Stakeholder, base.stakeholders),
        ("timeline", Change, base.timeline or (Change(week=105, policy={"patient_time": 0.02}),)),
        ("rivals", Rival, base.rivals),
    )
    for group, model, items in groups:
        lines += ["", f"# {Scenario.model_fields[group].description}"]
        lines += [f"##   {words}" for words in _fields_of(model)]
        listed = [f"#   - {item_written(item)}" for item in items]
        lines += [f"# {group}:" if listed else f"# {group}: []", *listed]
    lines += ["", f"# {Scenario.model_fields['meetings'].description}", "# meetings: meetings.csv"]
    return "\n".join([*lines, ""])


def _fields_of(model: type[Section]) -> list[str]:
    """What each field of a section means and allows."""
    told = []
    for name, field in model.model_fields.items():
        allowed = " or ".join(options_of(field)) or range_of(field)
        meaning = (field.description or "").rstrip(".") + "."
        told.append(f"{name:<18} {meaning}" + (f" Allowed: {allowed}." if allowed else ""))
    return told


def item_written(item: Section) -> str:
    """A unit, a stakeholder, a change or a rival as YAML on one line, without what goes without saying.

    Examples
    --------
    >>> item_written(Unit(name="Japan", kind="affiliate", staff=35, turnover=0.05))
    '{name: "Japan", kind: affiliate, staff: 35, turnover: 5%}'
    >>> item_written(Stakeholder(name="North", kind="local partner", market="North"))
    '{name: "North", kind: local partner, market: "North"}'
    """
    model = type(item)
    fields = []
    for name, value in item:
        field = model.model_fields[name]
        own_market = name == "market" and isinstance(item, Unit) and value == item.name
        silent = value is None or value is False or value in ((), {})
        if own_market or (silent and not field.is_required()):
            continue
        if name == "policy":
            written = _policy_written(value)
        elif isinstance(value, str) and not options_of(field):
            written = quoted(value)
        else:
            written = _written(value, "" if name == "week" else unit_of(field))
        fields.append(f"{name}: {written}")
    return "{" + ", ".join(fields) + "}"


def _policy_written(policy: dict[str, Any]) -> str:
    inner = (
        f"{name}: {_written(value, unit_of(Policy.model_fields[name]))}"
        for name, value in policy.items()
    )
    return "{" + ", ".join(inner) + "}"


def _lever(declaration: Declaration, base: Scenario, everything: bool) -> str:
    """A parameter as a remark: how to write it, what it means, what is allowed."""
    group, _, name = declaration.name.partition(".")
    value = getattr(getattr(base, group), name)
    words = declaration.meaning.rstrip(".") + "."
    if declaration.allowed is not None:
        bare = declaration.unit if declaration.unit in SHARES else ""
        low, high = (in_words(limit, bare) for limit in declaration.allowed)
        words += f" {low} to {high}" + ("." if bare else f" ({declaration.unit}).")
        if everything and declaration.plausible is not None:
            low, high = (in_words(limit, bare) for limit in declaration.plausible)
            words += f" Plausible: {low} to {high}."
    if everything:
        words += f" Source: {declaration.source}."
    return "  " + _remark(f"{name}: {_written(value, declaration.unit)}", words)


def _remark(setting: str, words: str) -> str:
    return f"# {setting:<42} # {words}"


def _written(value: Any, unit: str) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        inner = (f"{quoted(name)}: {_written(item, unit)}" for name, item in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(item, unit) for item in value) + "]"
    if isinstance(value, Band):
        households = in_words(value.households, "share")
        income = in_words(value.income)
        return f"{{name: {quoted(value.name)}, households: {households}, income: {income}}}"
    return in_words(value, unit)


def quoted(text: str) -> str:
    """Text as YAML cannot take it for anything else."""
    return json.dumps(text, ensure_ascii=False)
