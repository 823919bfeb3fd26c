"""What is checked before anything is run: files, names, sizes, the folder for results."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seci_sim.scenario import FileProblem, InputProblem, Scenario, read_scenario
from seci_sim.scenario.counting import check_counted_alike
from seci_sim.scenario.file_names import (
    LONGEST_NAME,
    NameProblem,
    as_argument,
    check_plain,
    into,
    plain_name,
    typed,
)
from seci_sim.scenario.money import Weigh
from seci_sim.scenario.problems import INVISIBLE, folded, shown, shown_path
from seci_sim.scenario.quantities import in_words
from seci_sim.scenario.set_values import in_short

PICTURES = ("png", "svg")
EXPORTS = {"xlsx": ("xlsxwriter", "excel"), "pptx": ("pptx", "slides")}
EXPORTS |= dict.fromkeys(PICTURES, ("kaleido", "images"))
"""What results can be exported to: the package that writes it, and the extra that installs it."""

LONGEST_FOLDER = 120
"""Characters of the name of a folder; Windows takes 260 of a whole path."""


class MissingExtra(Exception):
    """A package or a program is needed that is not installed."""

    exit_code = 2


@dataclass(frozen=True)
class Request:
    """What somebody asked to be run."""

    command: str
    """``run`` or ``compare``."""
    given: tuple[str, ...]
    """Names or paths of the scenarios."""
    replications: int
    seed: int
    worlds: str = ""
    """What was asked for of worlds, as it was typed; nothing for the usual number."""
    exports: tuple[str, ...] = ()
    """What else than the page and the tables is written; names of `EXPORTS`."""
    settings: tuple[str, ...] = ()
    """What is set over the scenarios, such as ``policy.patient_time=2%``."""
    harm: float | None = None
    """How many needs met one mis-served need counts as, whatever the scenarios say."""

    @property
    def files(self) -> list[str]:
        """The scenarios with what is set over them, as they are typed."""
        settings = [word for setting in self.settings for word in ("--set", setting)]
        harm = [] if self.harm is None else ["--harm", in_words(self.harm)]
        return [*map(as_argument, self.given), *settings, *harm]

    @property
    def line(self) -> str:
        """The command line that repeats it; exports need more than the numbers do."""
        options = ["--replications", str(self.replications), "--seed", str(self.seed)]
        options += ["--worlds", self.worlds] if self.worlds else []
        return typed(["seci-sim", self.command, *self.files, *options])

    def line_into(self, out: str | None) -> str:
        """The same with all that is exported, into a folder that was named."""
        return into(" ".join([self.line, *(f"--{name}" for name in self.exports)]), out)

    def scenarios(self) -> list[Scenario]:
        """Read what is to be run; one scenario is compared with itself as it is set.

        Raises
        ------
        InputProblem, FileProblem
            As `read_all`.
        """
        found = read_all(self.given, self.settings)
        if self.command == "compare" and len(self.given) == 1:
            found = [*read_all(self.given), *found]
        if self.harm is None:
            return found
        weigh = Weigh(mis_served=self.harm)
        return [one.model_copy(update={"weigh": weigh}) for one in found]


def check_exports(exports: Sequence[str]) -> None:
    """Refuse an export that needs what is not installed.

    Examples
    --------
    >>> check_exports(["xlsx"])
    """
    for name in exports:
        package, extra = EXPORTS[name]
        if importlib.util.find_spec(package) is None:
            raise MissingExtra(f"--{name} needs the extra: pip install 'seci-sim[{extra}]'")
        if name in PICTURES and not has_browser():
            raise MissingExtra(
                f"--{name} needs Chromium or Chrome, and finds none: choreo_get_chrome"
            )


def has_browser() -> bool:
    """Whether there is a browser that draws pictures; a variable BROWSER_PATH may name it."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return found is not None and Path(found).is_file()


def read_all(given: Sequence[str], settings: Sequence[str] = ()) -> list[Scenario]:
    """Read scenarios, and collect the mistakes of all files before giving up."""
    scenarios: list[Scenario] = []
    mistakes: dict[str, None] = {}
    for scenario in given:
        try:
            scenarios.append(read_scenario(scenario, settings))
        except InputProblem as problem:
            mistakes |= dict.fromkeys(problem.lines)
    if mistakes:
        raise InputProblem(mistakes)
    return scenarios


def comparable(scenarios: Sequence[Scenario]) -> bool:
    """Whether scenarios can stand in one table."""
    try:
        check_comparable(scenarios)
    except InputProblem:
        return False
    return True


def check_comparable(scenarios: Sequence[Scenario]) -> None:
    """Scenarios that stand in one table need different names and one length."""
    first = scenarios[0]
    problems = []
    seen: set[str] = set()
    for scenario in scenarios:
        name = folded(scenario.name)
        if name in seen:
            what = f"name: two scenarios are called {shown(scenario.name)}; give each its own"
            problems.append(what)
        seen.add(name)
        if scenario.model != first.model:
            problems.append(
                f"model: {shown(first.name)} runs {first.model} and {shown(scenario.name)} "
                f"{scenario.model}; only scenarios of one model can be compared"
            )
        elif scenario.horizon != first.horizon:
            problems.append(
                f"horizon: {shown(first.name)} runs for {first.horizon} weeks and "
                f"{shown(scenario.name)} for {scenario.horizon}; only equal times can be compared"
            )
    problems += check_counted_alike(scenarios)
    if problems:
        raise InputProblem(problems)


def folder_of(out: str | None, given: Sequence[str], settings: Sequence[str] = ()) -> Path:
    """Return the folder for results; the parts of its path that are new have plain names.

    Parameters
    ----------
    out : str or None
        The folder that was asked for.
    given : Sequence[str]
        Names or paths of the scenarios, after which it is called otherwise.
    settings : Sequence[str]
        What is set over them.

    Raises
    ------
    NameProblem
        The name cannot be used everywhere.
    FileProblem
        Something else stands there, or where a folder around it would be.

    Examples
    --------
    >>> folder_of(None, ["one-percent", "plans/Our firm.yaml"]).name
    'one-percent-vs-Our-firm'
    >>> folder_of(None, ["one-percent"], ["policy.patient_time=2%"]).name
    'one-percent-patient-time-2'
    """
    folder = _usual(given, settings) if out is None else _asked(out)
    for part in (folder, *folder.parents):
        if os.path.lexists(part) and not part.is_dir():
            raise FileProblem(f"{shown_path(part)}: is not a folder; choose another with --out")
    return folder


def _usual(given: Sequence[str], settings: Sequence[str]) -> Path:
    first, *others = (plain_name(Path(scenario).stem) for scenario in given)
    name = "-vs-".join([first, *others])
    if len(name) > LONGEST_NAME and len(others) > 1:
        name = f"{first}-vs-{len(others)}-others"
    name += f"-{plain_name(in_short(settings))}" * bool(settings)
    return Path("results", name[:LONGEST_FOLDER].rstrip("-_"))


def _asked(out: str) -> Path:
    folder = Path(out)
    if not out.isprintable():
        raise NameProblem([f"--out: {INVISIBLE}; got {shown(out)}"])
    if ".." in folder.parts or not folder.name:
        raise NameProblem([f"--out: must be a folder, written without ..; got {shown(out)}"])
    for part in (folder, *folder.parents):
        if part.name and not os.path.lexists(part):
            check_plain(part.name, "--out")
    return folder
