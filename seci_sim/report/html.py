"""The report of a comparison: what it shows, and what to keep in mind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seci_sim.experiment import statistics
from seci_sim.experiment.access import starts_differ
from seci_sim.experiment.statistics import add_ratios
from seci_sim.experiment.wording import listed
from seci_sim.figures import Chart, charts
from seci_sim.parameters import SECI
from seci_sim.report import classics, tables, treatment
from seci_sim.report.answer import answer, question
from seci_sim.report.cautions import about_the_model
from seci_sim.report.page import page

if TYPE_CHECKING:
    from seci_sim.experiment.run import Results

ON_FIRST_PAGE, WITH_MORE_WORDS = 4, 2
"""Charts that a printed first page has room for; where the answer and table are about treatment, two."""

MOST_SETTINGS, FEWER_SETTINGS = 9, 5
"""Settings that differ and are shown on the first page, likewise; all are in the second part."""

MANY_POLICIES = 4
"""From here on, readers are told that the best of several policies owes something to luck."""


@dataclass(frozen=True)
class Told:
    """What every form of the report says and shows."""

    question: str
    answer: tuple[str, str]
    policies: tables.Table
    cautions: list[str]
    charts: list[Chart]


def tell(results: Results) -> Told:
    """Put results into words and charts."""
    scenarios = results.scenarios
    names = [scenario.name for scenario in scenarios]
    asked = question(names, [scenario.question for scenario in scenarios])
    if scenarios[0].model != SECI:
        said = classics.answer(results)
        compared = classics.policies(results)
        return Told(asked, said, compared, classics.cautions(results), charts(results))
    horizon = max(scenario.horizon for scenario in scenarios)
    summary = add_ratios(results.summary)
    table = treatment.table if starts_differ(summary, names) else tables.policies
    said, compared = answer(summary, names, horizon), table(summary, names, horizon)
    return Told(asked, said, compared, cautions(results), charts(results))


def html(results: Results, *, command: str, told: Told | None = None) -> str:
    """Write the report.

    Parameters
    ----------
    results : Results
        Of several scenarios, which are compared with the first, or of one.
    command : str
        The command line that repeats these runs.
    told : Told, optional
        What `tell` made of these results, where it is needed elsewhere too.

    Returns
    -------
    str
        A whole page, to be saved as UTF-8.
    """
    told = told or tell(results)
    scenarios = results.scenarios
    names = [scenario.name for scenario in scenarios]
    classic = scenarios[0].model != SECI
    summary = results.summary if classic else add_ratios(results.summary)
    differing = tables.differing_settings(scenarios)
    more_words = not classic and starts_differ(summary, names)
    shown = WITH_MORE_WORDS if more_words else ON_FIRST_PAGE
    most = FEWER_SETTINGS if more_words else MOST_SETTINGS
    return page(
        "report.html.j2",
        told.charts,
        title=told.question,
        answer=told.answer,
        policies=told.policies,
        first_charts=told.charts[:shown],
        more_charts=told.charts[shown:],
        cautions=told.cautions,
        classic=classic,
        differing=differing.first(most),
        more_settings=more_settings(len(differing.rows) - most, alone=len(names) == 1),
        alone=len(names) == 1,
        command=command,
        measures=tables.all_measures(summary, names, results.measures),
        settings=tables.all_settings(scenarios),
        scenarios=scenarios,
        seeds=f"{results.seeds[0]} to {results.seeds[-1]}",
        runs=len(results.seeds),
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


def cautions(results: Results) -> list[str]:
    """What to keep in mind, from how these runs were made."""
    runs = len(results.seeds)
    sentences = about_the_model()
    if runs == 1:
        sentences.append("One run has no interval: repeat with --replications 20.")
    else:
        luck = "" if len(results.scenarios) == 1 else " Every policy met the same luck, run by run."
        sentences.append(
            f"{runs} runs, seeds {results.seeds[0]} to {results.seeds[-1]}.{luck} Intervals are at "
            f"95%{'; with this few runs they are rough' if runs < 10 else ''}."
        )
    if len(results.scenarios) > 2 and runs > 1:
        sentences.append(
            f"Intervals of differences are widened, so that for each measure all {len(results.scenarios) - 1} "
            "comparisons with the first policy hold together in 95% of experiments (Bonferroni)."
        )
    if len(results.scenarios) >= MANY_POLICIES:
        sentences.append(
            f"The best of {len(results.scenarios)} policies looks better than it is, because luck "
            "helped to pick it: repeat with another --seed."
        )
    if len(results.scenarios) > 1 and _bootstrap_disagrees(results):
        sentences.append(
            "Needs met: Student's interval of the difference and a bootstrap of the same runs do not "
            "agree on whether it includes 0. The difference is at the edge of what these runs can tell."
        )
    if len({scenario.horizon for scenario in results.scenarios}) > 1:
        ends = listed([f"“{s.name}” {s.horizon} weeks" for s in results.scenarios])
        sentences.append(f"The policies run for different times: {ends}.")
    return sentences


def _bootstrap_disagrees(results: Results) -> bool:
    """Whether resampling the runs would give another answer."""
    names = [scenario.name for scenario in results.scenarios]
    policy, other = statistics.contrast(results.summary, names)
    return statistics.bootstrap_disagrees(results.summary, policy, other, "needs_met")
