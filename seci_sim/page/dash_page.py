"""The page: the only file that knows Dash.

Dash lays the page out from the declarations of the parameters and serves its own scripts; what
happens on the page stands in ``assets/page.js``, which asks `seci_sim.page.server` for films.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, dcc, html
from flask import Flask

from seci_sim.page.request import UNCHANGED, declared, offered, range_of
from seci_sim.parameters import Declaration
from seci_sim.scenario import read_scenario

IN_FRONT = (
    "patient_time",
    "mentoring_hours",
    "cross_unit",
    "training_hours",
    "projects_per_head",
    "turnover",
)
"""Sliders that are open when the page opens."""

MODES = ("socialization", "externalization", "combination", "internalization")

PRESETS = (
    ("Is 1% of everyone's time with patients worth it?", "one-percent", "no-patient-time"),
    ("Would 2% be better?", "two-percent", "one-percent"),
    ("Can documents take the place of colleagues?", "write-it-down", "baseline"),
    ("What is a local partner worth?", "local-partner", "global-partner-only"),
    ("What is lost when units never meet?", "silos", "baseline"),
    ("What goes when 40% leave at once?", "exodus", "baseline"),
)
"""Questions, with the scenario and what it is compared with."""

STEPS = 100
"""Places of a slider over a parameter's plausible range."""

BUTTONS = ("preset", "scenario", "compare", "switch", "act")
"""Kinds of buttons. Dash's own lists, boxes and uploads have faults that keep a screen reader out (in 4.4,
by axe-core: nested-interactive, label, aria-hidden-focus), so plain buttons take their place."""

SECTION_TITLES = {
    "policy": "What the firm decides",
    "world": "What patients need",
    "learning": "How people learn",
    "projects": "How a concept becomes a routine",
    "service": "Who is reached",
}

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" href="data:,">
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def add_page(server: Flask) -> Dash:
    """Put the page on a server."""
    dash = Dash(
        "seci_sim",
        server=server,
        assets_folder=str(Path(__file__).parent / "assets"),
        serve_locally=True,
        title="seci_sim: how an organisation creates knowledge",
        update_title="",
        index_string=INDEX,
        use_pages=False,
        external_scripts=["/player.js"],
        external_stylesheets=["/player.css"],
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        add_log_handler=False,
    )
    dash.layout = layout()
    _wire(dash)
    return dash


def _wire(dash: Dash) -> None:
    """Let the page's script hear of everything that changes."""
    dash.clientside_callback(
        ClientsideFunction("seciPage", "changed"),
        Output("heard", "data"),
        Input("seed", "value"),
        Input({"type": "lever", "name": ALL}, "value"),
    )
    dash.clientside_callback(
        ClientsideFunction("seciPage", "pressed"),
        Output("pressed", "data"),
        *(Input({"type": kind, "name": ALL}, "n_clicks") for kind in BUTTONS),
        prevent_initial_call=True,
    )


def layout() -> html.Div:
    """The whole page."""
    return html.Div(
        [
            html.Header([html.H1("How an organisation creates knowledge"), html.P(id="question")]),
            html.Main([_settings(), _show()]),
            dcc.Store(id="heard"),
            dcc.Store(id="pressed"),
        ],
        id="page",
    )


def _show() -> html.Section:
    """Where the film is shown, and what can be done with it."""
    return html.Section(
        [
            html.H2(id="finding"),
            html.P(id="status", role="status"),
            html.P(id="problem", role="alert"),
            html.Div(id="player"),
            html.Div(
                [_button("act", *act) for act in ACTS],
                className="acts",
                role="group",
                **{"aria-label": "Take it away"},
            ),
            html.P(id="told", role="status"),
        ],
        id="show",
        **{"aria-label": "What happens"},
    )


ACTS = (
    ("link", "Copy a link that reopens this"),
    ("csv", "Download weeks (CSV)"),
    ("xlsx", "Download workbook (xlsx)"),
    ("yaml", "Download scenario (YAML)"),
)


def _settings() -> html.Aside:
    """Questions, policies and sliders."""
    rest: dict[str, list[Any]] = {}
    for name, declaration in declared().items():
        if name not in (*IN_FRONT, *MODES):
            section = declaration.name.partition(".")[0]
            rest.setdefault(SECTION_TITLES[section], []).append(_control(name, declaration))
    folded = [html.Details([html.Summary(title), *inner]) for title, inner in rest.items()]
    presets = [
        _button("preset", f"{scenario} {other}", words) for words, scenario, other in PRESETS
    ]
    modes = [html.Legend("Modes of SECI that work")]
    modes += [_control(name, declared()[name]) for name in MODES]
    return html.Aside(
        [
            html.H2("Ask"),
            html.Div(presets, className="presets"),
            html.H2("Change"),
            *_choices(),
            *(_control(name, declared()[name]) for name in IN_FRONT),
            html.Fieldset(modes, className="modes"),
            html.H2("Everything else"),
            *folded,
        ],
        id="settings",
        **{"aria-label": "Settings"},
    )


def _button(kind: str, name: str, words: str, **more: Any) -> html.Button:
    """A button that the page's script hears of, and finds again."""
    found = {"data-kind": kind, "data-name": name}
    return html.Button(
        words, id={"type": kind, "name": name}, type="button", n_clicks=0, **found, **more
    )


def _choices() -> Iterator[Any]:
    """Which scenario, compared with which, from which seed; and a file of one's own."""
    scenarios = [(name, read_scenario(name).name) for name in offered()]
    others = [("", "nothing"), (UNCHANGED, "the same without my changes")]
    yield _list("scenario", "Scenario", scenarios)
    yield _list("compare", "Compared with", others + scenarios)
    seed = dcc.Input(id="seed", type="text", value="1", debounce=True, inputMode="numeric")
    yield html.Label(["Seed (the luck of this run)", seed], className="seed")
    yield _button("act", "file", "Open a scenario file (.yaml)")
    yield html.P(id="file")


def _list(kind: str, words: str, choices: Sequence[tuple[str, str]]) -> html.Details:
    """A choice of one, folded away behind what is chosen."""
    chosen = html.Span(id=f"{kind}-name")
    return html.Details(
        [
            html.Summary([f"{words}: ", chosen]),
            html.Div([_button(kind, *choice) for choice in choices], className="list"),
        ],
        className="choice",
    )


def _control(name: str, declaration: Declaration) -> Any:
    """A slider or a switch, with how it works."""
    words = name.replace("_", " ").capitalize()
    how = html.P(
        f"{declaration.meaning} Allowed: {range_of(declaration)}. Source: {declaration.source}.",
        className="how",
    )
    if declaration.allowed is None:
        box = _button("switch", name, words, role="switch", **{"aria-checked": "true"})
        return html.Div([box, html.Details([html.Summary("how"), how])], className="switch")
    low, high = declaration.plausible or declaration.allowed
    whole = isinstance(declaration.default, int)
    return html.Div(
        [
            html.Label(
                [
                    html.Span(words, className="words"),
                    html.Span(id=f"value-{name}"),
                    dcc.Input(
                        id={"type": "lever", "name": name}, type="range", min=low, max=high,
                        step=1 if whole else (high - low) / STEPS, value=declaration.default,
                    ),
                ]
            ),
            html.Details([html.Summary("how"), how]),
        ],
        className="lever",
    )  # fmt: skip
