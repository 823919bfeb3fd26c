"""A page that stands alone: it loads nothing, and works offline.

Whatever a scenario says is text here: jinja2 escapes it, the charts get it as JSON in which no
character can end a script, and the page's own policy lets the browser run these very scripts only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from seci_sim.figures import Chart, plotly_javascript

ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page(template: str, charts: Sequence[Chart], **parts: Any) -> str:
    """Fill in a template, with the style, the charts and all that draws them.

    Parameters
    ----------
    template : str
        Name of a file in this package's folder of templates.
    charts : sequence of Chart
        What it draws; their keys differ.
    **parts : Any
        What else the template names.
    """
    environment = templates("seci_sim.report")
    library, drawing = Markup(plotly_javascript()), source(environment, "draw.js")  # noqa: S704 - plotly's own file
    return environment.get_template(template).render(
        figures={chart.key: for_script(chart.drawing.to_json()) for chart in charts},
        style=source(environment, "report.css"),
        library=library,
        drawing=drawing,
        policy=content_policy(library, drawing),
        **parts,
    )


def templates(package: str) -> Environment:
    """The templates of a package, in which all that is filled in is text."""
    return Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def source(environment: Environment, name: str) -> Markup:
    """A style or a script of our own, which stands among the templates."""
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, name)[0])  # noqa: S704 - our own file


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


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def for_script(text: str) -> Markup:
    r"""JSON in which nothing can end the script that holds it.

    Examples
    --------
    >>> print(for_script('{"name": "</script>"}'))
    {"name": "\u003c/script\u003e"}
    """
    json.loads(text, parse_constant=_refuse)
    for character, escape in ESCAPES.items():
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - escaped above


def _refuse(constant: str) -> Any:
    raise ValueError(f"JSON knows no {constant}")
