"""The report of a comparison: what it shows, and what to keep in mind."""

from __future__ import annotations

from dataclasses import dataclass

from seci_sim.figures import Chart, charts
from seci_sim.lab.comparison_table import Comparison, comparison
from seci_sim.lab.run import Results
from seci_sim.parameters import MODELS
from seci_sim.report import policy_table as tables
from seci_sim.report import published_models as classics
from seci_sim.report.answer import answer, question
from seci_sim.report.cautions import about_runs
from seci_sim.report.costs import sentences as in_money
from seci_sim.report.html_page import page
from seci_sim.scenario.counting import weight_of

ON_FIRST_PAGE, WITH_MORE_WORDS = 4, 2
"""Charts that a printed first page has room for; where the answer and table are about treatment, two."""

MOST_SETTINGS, FEWER_SETTINGS = 9, 5
"""Settings that differ and are shown on the first page, likewise; all are in the second part."""


@dataclass(frozen=True)
class Told:
    """What every form of the report says and shows."""

    results: Results
    compared: Comparison
    question: str
    answer: tuple[str, str]
    policies: tables.Table
    cautions: list[str]
    charts: list[Chart]


def tell(results: Results) -> Told:
    """Put results into words and charts."""
    scenarios = results.scenarios
    found = comparison(
        scenarios,
        results.summary,
        worlds=results.worlds,
        weekly=results.weekly,
        mis_served_weight=weight_of(scenarios),
    )
    asked = question(found.names, [scenario.question for scenario in scenarios])
    drawn, seeds = charts(results, found), results.seeds
    if MODELS[scenarios[0].model].paper:
        said, table = classics.answer(found), classics.policies(found)
        cautions = classics.cautions(seeds)
    else:
        said, table, cautions = answer(found), tables.policies(found), about_runs(scenarios, seeds)
    return Told(results, found, asked, said, table, cautions, drawn)


def html(told: Told, *, command: str) -> str:
    """Write the report: a whole page, to be saved as UTF-8.

    Parameters
    ----------
    told : Told
        What is said and shown of several policies, which are compared with the first, or of one.
    command : str
        The command line that repeats these runs.
    """
    results, scenarios = told.results, told.results.scenarios
    alone = len(scenarios) == 1
    classic = bool(MODELS[scenarios[0].model].paper)
    differing = tables.differing_settings(scenarios)
    more_words = not classic and told.compared.about_treatment
    shown = WITH_MORE_WORDS if more_words else ON_FIRST_PAGE
    most = FEWER_SETTINGS if more_words else MOST_SETTINGS
    return page(
        "report.html.j2",
        told.charts,
        told=told,
        first_charts=told.charts[:shown],
        more_charts=told.charts[shown:],
        classic=classic,
        differing=differing.first(most),
        more_settings=more_settings(len(differing.rows) - most, alone=alone),
        alone=alone,
        command=command,
        measures=tables.all_measures(told.compared, results.measures),
        settings=tables.all_settings(scenarios),
        scenarios=scenarios,
        seeds=results.seeds,
        costs=in_money(told.compared, scenarios),
    )


def more_settings(left_out: int, *, alone: bool) -> str:
    """What stands below the settings that differ.

    Examples
    --------
    >>> more_settings(0, alone=False), more_settings(6, alone=True)
    ('All else is the same.', 'And 6 more, listed with all settings at the end.')
    """
    if left_out > 0:
        return f"And {left_out} more, listed with all settings at the end."
    return "All else is as declared." if alone else "All else is the same."
