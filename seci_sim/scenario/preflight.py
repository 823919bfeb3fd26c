"""What is checked before anything is run: files, names, sizes, the folder for results."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seci_sim.scenario import InputProblem, Scenario, read_scenario
from seci_sim.scenario.problems import INVISIBLE, folded, shown

PICTURES = ("png", "svg")
EXPORTS = {"xlsx": ("xlsxwriter", "excel"), "pptx": ("pptx", "slides")}
EXPORTS |= dict.fromkeys(PICTURES, ("kaleido", "images"))
"""What results can be exported to: the package that writes it, and the extra that installs it."""


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

    @property
    def line(self) -> str:
        """The command line that repeats it; exports need more than the numbers do."""
        options = ["--replications", str(self.replications), "--seed", str(self.seed)]
        options += ["--worlds", self.worlds] if self.worlds else []
        return shlex.join(["seci-sim", self.command, *self.given, *options])


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


def read_all(given: Sequence[str]) -> list[Scenario]:
    """Read scenarios, and collect the mistakes of all files before giving up."""
    scenarios: list[Scenario] = []
    mistakes: dict[str, None] = {}
    for scenario in given:
        try:
            scenarios.append(read_scenario(scenario))
        except InputProblem as problem:
            mistakes |= dict.fromkeys(problem.lines)
    if mistakes:
        raise InputProblem(mistakes)
    return scenarios


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
    if problems:
        raise InputProblem(problems)


KEPT_BY_WINDOWS = {"con", "prn", "aux", "nul"} | {
    f"{p}{n}" for p in ("com", "lpt") for n in range(10)
}


def check_name(name: str, field: str, hint: str = "") -> None:
    """Refuse a name that does not mean a file of its own on every system."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name)
    if not plain or name.lower() in KEPT_BY_WINDOWS:
        what = f"letters, digits, - and _ only, at most 80{hint}"
        raise InputProblem([f"{field}: {what}; got {shown(name)}"])


def folder_of(out: str | None, given: Sequence[str]) -> Path:
    """Return the folder for results; the parts of its path that are new have plain names.

    Parameters
    ----------
    out : str or None
        The folder that was asked for.
    given : Sequence[str]
        Names or paths of the scenarios, after which it is called otherwise.

    Examples
    --------
    >>> folder_of(None, ["one-percent", "plans/mine.yaml"]).name
    'one-percent-vs-mine'
    """
    if out is None:
        stems = [Path(scenario).stem for scenario in given]
        for stem in stems:
            check_name(stem, "name of the results", ", or choose a folder with --out")
        name = "-vs-".join(stems)
        if len(name) > 200:
            raise InputProblem(["name of the results: too long; choose a folder with --out"])
        return Path("results", name)
    folder = Path(out)
    if not out.isprintable():
        raise InputProblem([f"--out: {INVISIBLE}; got {shown(out)}"])
    if ".." in folder.parts or not folder.name:
        raise InputProblem([f"--out: must be a folder, written without ..; got {shown(out)}"])
    for part in (folder, *folder.parents):
        if part.name and not os.path.lexists(part):
            check_name(part.name, "--out")
    return folder
