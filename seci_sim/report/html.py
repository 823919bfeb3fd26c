"""The report of a comparison: what it shows, and what to keep in mind."""

from __future__ import annotations

from dataclasses import dataclass, field

from seci_sim.figures import Chart, parts
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.run import Results
from seci_sim.parameters import MODELS
from seci_sim.report import policy_table as tables
from seci_sim.report import published_models as classics
from seci_sim.report.answer import Paragraph, answer, how_to_read, question
from seci_sim.report.cautions import about_runs
from seci_sim.report.costs import sentences as in_money
from seci_sim.report.html_page import page
from seci_sim.report.sections import Section, sections
from seci_sim.report.trials import TrialReport, reports
from seci_sim.scenario.counting import currency_of, weight_of


@dataclass(frozen=True)
class Told:
    """What every form of the report says and shows."""

    results: Results
    compared: Comparison
    question: str
    said: tuple[Paragraph, ...]
    """The boxed answer, a paragraph a policy."""
    reading: list[str]
    """What its words and intervals mean."""
    policies: tables.Table
    cautions: list[str]
    sections: list[Section]
    """All charts, in the order in which they are read, under headings."""
    trials: list[TrialReport] = field(default_factory=list)
    """Of trials inside the firm, where there are any."""

    @property
    def answer(self) -> tuple[str, ...]:
        """The boxed answer as text."""
        return tuple(map(str, self.said))

    @property
    def charts(self) -> list[Chart]:
        """The charts of all sections."""
        return [chart for section in self.sections for chart in section.charts]


def tell(results: Results) -> Told:
    """Put results into words and charts.

    Parameters
    ----------
    results : Results
        Of scenarios of one model, and of the same scenarios in many worlds where they were run.
    """
    scenarios = results.scenarios
    found = comparison(
        scenarios,
        results.summary,
        worlds=results.worlds,
        weekly=results.weekly,
        mis_served_weight=weight_of(scenarios),
        currency=currency_of(scenarios),
    )
    asked = question(found.names, [scenario.question for scenario in scenarios])
    drawn, seeds = parts(results, found), results.seeds
    if MODELS[scenarios[0].model].paper:
        shown = sections(drawn, None)
        said, table, reading = classics.answer(found), classics.policies(found), list[str]()
        return Told(results, found, asked, said, reading, table, classics.cautions(seeds), shown)
    alike = not tables.differing_settings(scenarios).rows
    return Told(
        results,
        found,
        asked,
        answer(found, alike=alike),
        how_to_read(found),
        tables.policies(found),
        about_runs(scenarios, seeds, found),
        sections(drawn, found, in_money(found, scenarios)),
        reports(results),
    )


def html(told: Told, *, command: str) -> str:
    """Write the report: a whole page, to be saved as UTF-8.

    Parameters
    ----------
    told : Told
        What is said and shown of several policies, or of one.
    command : str
        The command line that repeats these runs.
    """
    results, scenarios = told.results, told.results.scenarios
    return page(
        "report.html.j2",
        told.charts,
        told=told,
        classic=bool(MODELS[scenarios[0].model].paper),
        differing=tables.differing_settings(scenarios),
        alone=len(scenarios) == 1,
        command=command,
        measures=tables.all_measures(told.compared, results.measures),
        settings=tables.all_settings(scenarios),
        scenarios=scenarios,
        seeds=results.seeds,
    )
