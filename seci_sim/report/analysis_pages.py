"""Pages of an experiment's analyses: one for each that its file asks for."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from seci_sim.analyses.made import Made, make
from seci_sim.analyses.noise import Unanswerable
from seci_sim.lab.analysis_kinds import Search
from seci_sim.lab.design import Design
from seci_sim.lab.findings import Findings
from seci_sim.lab.manifest import ANALYSES, SEARCHES, add_to_manifest, read_design, searched
from seci_sim.lab.spreadsheets import as_csv
from seci_sim.lab.whole_files import write_whole
from seci_sim.report.cautions import about_experiment
from seci_sim.report.html_page import page
from seci_sim.scenario.file_names import typed
from seci_sim.words import listed, spoken


@dataclass(frozen=True)
class Written:
    """The page of an analysis, or why there is none."""

    page: Path | None
    said: str
    """Its finding in words, or the reason."""


def write(
    findings: Findings,
    folder: Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
) -> list[Written]:
    """Make all analyses that an experiment's file asks for, and write a page and a table of each.

    The manifest tells of them, and of the runs behind them.

    Parameters
    ----------
    findings : Findings
        What the experiment led to.
    folder : Path
        The experiment's folder.
    workers, executor
        For searches, which run more; as for `Experiment.run`.

    Returns
    -------
    list of Written
        One for each analysis, in order.
    """
    place = folder / ANALYSES
    place.mkdir(parents=True, exist_ok=True)
    command = read_design(folder).command or typed(["seci-sim", "rerun", str(folder)])
    pages, files = [], []
    for number, analysis in enumerate(findings.experiment.analyses, 1):
        try:
            made = make(findings, analysis, folder / SEARCHES, workers=workers, executor=executor)
        except (ImportError, Unanswerable) as problem:
            pages.append(Written(None, f"analysis {number}, {analysis.kind}: {_why(problem)}"))
            continue
        stem = f"{number:02d}-{analysis.kind}"
        shown = html(findings.experiment, made, findings.digest, command)
        for kind, text in ((".csv", as_csv(made.table)), (".html", shown)):
            write_whole(place / f"{stem}{kind}", text.encode())
            files.append(place / f"{stem}{kind}")
        files += searched(folder) if analysis.chooses else ()
        pages.append(Written(place / f"{stem}.html", " ".join(made.answer)))
    add_to_manifest(folder, files)
    return pages


def _why(problem: Exception) -> str:
    """Why an analysis could not be made."""
    if isinstance(problem, ImportError):
        return f"needs {problem.name}: pip install 'seci-sim[analysis]', then seci-sim collect"
    return str(problem)


def html(experiment: Design, made: Made, digest: str, command: str) -> str:
    """The page of one analysis, with the command that repeats it."""
    return page(
        "analysis.html.j2",
        made.charts,
        title=experiment.question,
        answer=made.answer,
        shown=made.charts,
        cautions=about_experiment(experiment),
        command=command,
        provenance=provenance(experiment, digest),
    )


def provenance(experiment: Design, digest: str) -> str:
    """How much was run, and by what to know it again."""
    varied = [spoken(factor.name) for factor in experiment.factors]
    many = f"{len(varied)} parameters" if len(varied) > 6 else listed(varied)
    varying = f", varying {many}" if varied else ""
    runs = f"{experiment.replications} runs of each, seeds from {experiment.seed}"
    made = f"Design {experiment.fingerprint[:12]}, results {digest[:12]}."
    for one in experiment.analyses:
        if isinstance(one, Search):
            searched = f"{one.generations} generations of {one.population} policies"
            fresh = f"{one.fresh} runs of those on the front, on fresh seeds"
            return f"{searched}{varying}; {runs}; {fresh}. {made}"
    return f"{experiment.size:,} cells{varying}; {runs}. {made}"
