"""What is written into the folder of what was run: tables, a comparison's report, pages of analyses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from seci_sim.lab.conduct import Conditions
from seci_sim.lab.findings import Findings, findings
from seci_sim.lab.manifest import DESIGN, WORLDS, AnotherExperiment
from seci_sim.lab.result_tables import collect
from seci_sim.lab.run import results_of, worlds_of
from seci_sim.scenario import FileProblem
from seci_sim.scenario.file_names import typed
from seci_sim.scenario.preflight import PICTURES

if TYPE_CHECKING:
    from seci_sim.report.analysis_pages import Written
    from seci_sim.report.html import Told


def save(
    found: Findings,
    folder: Path,
    exports: Sequence[str] = (),
    *,
    worlds: Findings | None = None,
    command: str,
) -> tuple[Told | None, list[str]]:
    """Write the tables of what was run, and of a comparison its report and exports.

    Parameters
    ----------
    found : Findings
        What was run.
    folder : Path
        Its folder.
    exports : sequence of str
        What else is written; names of `seci_sim.scenario.preflight.EXPORTS`.
    worlds : Findings, optional
        The same scenarios in many worlds; their tables are written into a folder within.
    command : str
        The command that repeats it; "" for a program, whose runs `rerun` repeats.

    Returns
    -------
    told : Told or None
        What the report says; None where there is none.
    files : list of str
        Names of what was written.

    Raises
    ------
    FileProblem
        All was written but the pictures.
    """
    results = results_of(found)
    if results is None:
        return None, collect(found, folder)
    if worlds is not None:
        collect(worlds, folder / WORLDS)
        seconds = results.seconds + worlds.seconds
        results = replace(results, worlds=worlds_of(worlds), seconds=seconds)
    from seci_sim.report import exported, html, tell
    from seci_sim.report.document import FILE, as_json, document
    from seci_sim.report.images import NoPicture

    command = command or typed(["seci-sim", "rerun", str(folder)])
    told, missing = tell(results), ""
    try:
        more = exported(told, exports, command=command)
    except NoPicture as problem:
        missing = str(problem)
        others = [name for name in exports if name not in PICTURES]
        more = exported(told, others, command=command)
    report = html(told, command=command).encode()
    as_data = as_json(document(told)).encode()
    contents = {"report.html": report, FILE: as_data, **more}
    files = collect(found, folder, contents, worlds, results)
    if missing:
        raise FileProblem(f"{folder}: all is written but the pictures: {missing}")
    return told, files


def worlds_of_folder(folder: Path, found: Findings) -> Findings | None:
    """What many worlds in the folder of a comparison led to so far; None where it has none.

    Raises
    ------
    AnotherExperiment
        They are of other scenarios.
    """
    place = folder / WORLDS
    if not (place / DESIGN).exists():
        return None
    worlds = findings(place)
    if worlds.experiment.scenarios != found.experiment.scenarios:
        what = "looks at other scenarios than the folder around it; move it out of there"
        raise AnotherExperiment(f"{place}: {what}")
    return worlds


def analysed(found: Findings, folder: Path, conditions: Conditions | None = None) -> list[Written]:
    """Make what the file asks to be made of the table, once the table is there.

    A shard of an experiment has no whole table; `seci-sim collect` makes it, and the analyses.
    """
    if not found.experiment.analyses or not found.whole:
        return []
    from seci_sim.report import analysis_pages as analyses

    given = conditions or Conditions()
    return analyses.write(found, folder, workers=given.workers, executor=given.executor)
