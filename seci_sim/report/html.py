"""The report as one HTML page that stands alone: it loads nothing, and works offline.

Whatever a scenario says is text here: jinja2 escapes it, the charts get it as JSON in which no
character can end a script, and the page's own policy lets the browser run these very scripts only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from seci_sim.experiment.statistics import add_ratios
from seci_sim.experiment.wording import listed
from seci_sim.figures import charts, plotly_javascript
from seci_sim.parameters import SECI, declarations
from seci_sim.report import classics, tables
from seci_sim.report.answer import answer, question

if TYPE_CHECKING:
    from seci_sim.experiment.run import Results

ON_FIRST_PAGE = 4
"""Charts that a printed first page has room for."""

MOST_SETTINGS = 9
"""Settings that differ and are shown on the first page; all are in the second part."""

MANY_POLICIES = 4
"""From here on, the best of several policies looks better than it is by luck alone."""

ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def html(results: Results, *, command: str) -> str:
    """Write the report.

    Parameters
    ----------
    results : Results
        Of several scenarios, which are compared with the first, or of one.
    command : str
        The command line that repeats these runs.

    Returns
    -------
    str
        A whole page, to be saved as UTF-8.
    """
    scenarios = results.scenarios
    names = [scenario.name for scenario in scenarios]
    horizon = max(scenario.horizon for scenario in scenarios)
    classic = scenarios[0].model != SECI
    summary = results.summary if classic else add_ratios(results.summary)
    drawn = charts(results)
    differing = tables.differing_settings(scenarios)
    environment = Environment(
        loader=PackageLoader("seci_sim.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    library, drawing = plotly_javascript(), _source(environment, "draw.js")
    return environment.get_template("report.html.j2").render(
        title=question(names, [scenario.question for scenario in scenarios]),
        answer=classics.answer(results) if classic else answer(summary, names, horizon),
        policies=classics.policies(results)
        if classic
        else tables.policies(summary, names, horizon),
        first_charts=drawn[:ON_FIRST_PAGE],
        more_charts=drawn[ON_FIRST_PAGE:],
        figures={chart.key: _for_script(chart.figure.to_json()) for chart in drawn},
        cautions=classics.cautions(results) if classic else cautions(results),
        classic=classic,
        differing=differing.first(MOST_SETTINGS),
        more_settings=more_settings(len(differing.rows), alone=len(names) == 1),
        alone=len(names) == 1,
        command=command,
        measures=tables.all_measures(summary, names, results.measures),
        settings=tables.all_settings(scenarios),
        scenarios=scenarios,
        seeds=f"{results.seeds[0]} to {results.seeds[-1]}",
        runs=len(results.seeds),
        style=Markup(_source(environment, "report.css")),  # noqa: S704 - our own file
        library=Markup(library),  # noqa: S704 - plotly's own file
        drawing=Markup(drawing),  # noqa: S704 - our own file
        policy=content_policy(library, drawing),
    )


def content_policy(*scripts: str) -> str:
    """What the page lets a browser do: run these scripts, style itself, and load nothing.

    Examples
    --------
    >>> content_policy("")
    "default-src 'none'; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; ..."
    """
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def more_settings(count: int, *, alone: bool) -> str:
    """What stands below the settings that differ.

    Examples
    --------
    >>> more_settings(3, alone=False), more_settings(15, alone=True)
    ('All else is the same.', 'And 6 more, listed with all settings at the end.')
    """
    if count > MOST_SETTINGS:
        return f"And {count - MOST_SETTINGS} more, listed with all settings at the end."
    return "All else is as declared." if alone else "All else is the same."


def cautions(results: Results) -> list[str]:
    """What to keep in mind, from how these runs were made."""
    kinds = Counter(declared.source.split(":")[0] for declared in declarations())
    assumed, all_kinds = kinds["assumed"], kinds.total()
    runs = len(results.seeds)
    sentences = [
        f"Most steps of learning are assumed, not measured: {assumed} of the model's {all_kinds} "
        "numbers. An interval holds the luck within the model, not the doubt about its rules.",
        "The model predicts nothing about a real firm. It shows what follows if organisations "
        "learned by these rules.",
        "SECI is disputed. Gourlay (2006) doubts that tacit knowledge can be put into words: here, "
        "some needs cannot. Bratianu (2010) holds that socialization and combination only transfer: "
        "here, without contact with patients the spiral does not rise. The right answers exist "
        "before anyone knows them, so this is discovery, not creation in the full sense.",
    ]
    if runs == 1:
        sentences.append("One run has no interval: repeat with --replications 20.")
    else:
        luck = "" if len(results.scenarios) == 1 else " Every policy met the same luck, run by run."
        sentences.append(
            f"{runs} runs, seeds {results.seeds[0]} to {results.seeds[-1]}.{luck} Intervals are at "
            f"95%{'; with this few runs they are rough' if runs < 10 else ''}."
        )
    if len(results.scenarios) >= MANY_POLICIES:
        sentences.append(
            f"With {len(results.scenarios)} policies, one interval in twenty misses by luck, and "
            "the best policy looks better than it is: repeat with another --seed."
        )
    if len({scenario.horizon for scenario in results.scenarios}) > 1:
        ends = listed([f"“{s.name}” {s.horizon} weeks" for s in results.scenarios])
        sentences.append(f"The policies run for different times: {ends}.")
    return sentences


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _for_script(text: str) -> Markup:
    r"""JSON in which nothing can end the script that holds it.

    Examples
    --------
    >>> print(_for_script('{"name": "</script>"}'))
    {"name": "\u003c/script\u003e"}
    """
    json.loads(text, parse_constant=_refuse)
    for character, escape in ESCAPES.items():
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - escaped above


def _refuse(constant: str) -> Any:
    raise ValueError(f"JSON knows no {constant}")
