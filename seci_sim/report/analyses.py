"""Pages of an experiment's analyses: one for each that its file asks for."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from seci_sim.experiment import asked
from seci_sim.experiment.analyses.noise import Unanswerable
from seci_sim.experiment.analyses.sections import Analysis
from seci_sim.experiment.design import SEARCH
from seci_sim.experiment.experiment import Experiment
from seci_sim.experiment.whole_files import write_whole
from seci_sim.figures import bars, conditions, doses
from seci_sim.figures.style import Chart
from seci_sim.report.cautions import about_experiment
from seci_sim.report.page import page
from seci_sim.words import listed, spoken

if TYPE_CHECKING:
    from seci_sim.experiment.design import Design
    from seci_sim.experiment.findings import Findings

FOLDER, SEARCHES = "analyses", "search"
"""Where pages and tables go in an experiment's folder, and the generations of a search."""


@dataclass(frozen=True)
class Made:
    """What came of one analysis."""

    kind: str
    charts: tuple[Chart, ...]
    """The first says the finding."""
    table: pd.DataFrame
    """Its numbers in full."""

    @property
    def answer(self) -> list[str]:
        """The finding, a sentence a chart."""
        titles = [chart.title for chart in self.charts if chart.key != "differences"]
        return [f"In this model, {_begun(titles[0])}.", *(f"{title}." for title in titles[1:])]


@dataclass(frozen=True)
class Written:
    """The page of an analysis, or why there is none."""

    page: Path | None
    said: str
    """Its finding in words, or the reason."""


def _begun(sentence: str) -> str:
    """A sentence as it goes on: its first word small, unless it is a name."""
    return sentence if sentence.startswith("“") else sentence[:1].lower() + sentence[1:]


def write(
    findings: Findings,
    folder: Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
) -> list[Written]:
    """Make all analyses that an experiment's file asks for, and write a page and a table of each.

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
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    pages = []
    for number, analysis in enumerate(findings.experiment.analyses, 1):
        try:
            made = make(findings, analysis, folder / SEARCHES, workers=workers, executor=executor)
        except (ImportError, Unanswerable) as problem:
            pages.append(Written(None, f"analysis {number}, {analysis.kind}: {_why(problem)}"))
            continue
        stem = f"{number:02d}-{made.kind}"
        numbers = made.table.to_csv(index=False, lineterminator="\n")
        write_whole(place / f"{stem}.csv", numbers.encode())
        write_whole(
            place / f"{stem}.html", html(findings.experiment, made, findings.digest).encode()
        )
        pages.append(Written(place / f"{stem}.html", " ".join(made.answer)))
    return pages


def _why(problem: Exception) -> str:
    """Why an analysis could not be made."""
    if isinstance(problem, ImportError):
        return f"needs {problem.name}: pip install 'seci-sim[analysis]', then seci-sim collect"
    return str(problem)


def make(
    findings: Findings,
    analysis: Analysis,
    searches: Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Made:
    """Make one analysis; `searches` keeps the generations of a search."""
    experiment = findings.experiment
    outcome = analysis.outcome or ""
    measures = {name: measure.unit for name, measure in experiment.measures.items()}
    units = {factor.name: factor.unit for factor in experiment.factors}
    unit = measures.get(outcome, "")
    match analysis.kind:
        case "comparison":
            table = asked.compared(findings, analysis)
            names = list(dict.fromkeys(table["outcome"]))
            drawn = tuple(bars.comparison(table, name, measures[name]) for name in names)
        case "dose-response":
            table, factor = asked.followed(findings, analysis), analysis.factor or ""
            drawn = tuple(
                draw(table, outcome, unit, factor, units[factor])
                for draw in (doses.doses, doses.differences)
            )
        case "tornado":
            table = asked.moved(findings, analysis)
            drawn = (bars.tornado(table, outcome, unit, units),)
        case "morris":
            table = asked.screened(findings, analysis)
            drawn = (bars.screening(table, outcome, unit),)
        case "sobol-indices":
            indices = asked.explained(findings, analysis)
            table = indices.table.assign(noise_share=indices.variance.noise_share)
            drawn = (bars.variance(indices, outcome),)
        case "search":
            assert isinstance(experiment, Experiment), "a search runs more"
            searched = asked.searched(
                experiment, analysis, searches, workers=workers, executor=executor
            )
            table = searched.fresh
            drawn = (conditions.trade_offs(searched.found, table, searched.goals, measures),)
        case "discovery":
            found = asked.discovered(findings, analysis)
            table = found.points
            policy, least = analysis.policy or "", analysis.at_least
            drawn = (conditions.box(found, outcome, unit, units, policy, least),)
    return Made(analysis.kind, drawn, table)


def html(experiment: Design, made: Made, digest: str) -> str:
    """The page of one analysis."""
    label = experiment.sources[0].label.removesuffix(" (shipped)") if experiment.sources else "FILE"
    return page(
        "analysis.html.j2",
        made.charts,
        title=experiment.question,
        answer=made.answer,
        shown=made.charts,
        cautions=about_experiment(experiment),
        command=f"seci-sim experiment {label}",
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
        if one.kind == SEARCH:
            searched = f"{one.generations} generations of {one.population} policies"
            fresh = f"{one.fresh} runs of those on the front, on fresh seeds"
            return f"{searched}{varying}; {runs}; {fresh}. {made}"
    return f"{experiment.size:,} cells{varying}; {runs}. {made}"
