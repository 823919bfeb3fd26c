"""Draw the pictures of the published models from what their experiments led to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from seci_sim.figures.style import AXIS, FONT, INK, RULE, look
from seci_sim.lab import Experiment
from seci_sim.lab.findings import Findings

PAGES = Path(__file__).parent / "classics"
TEXT, FAST = "march.to_the_letter", "march.fast_share"


def found(folder: Path, name: str) -> Findings:
    """What a shipped experiment led to."""
    return Experiment.load(name).run(store=folder / name, workers=2, resume=True)


def mean(table: pd.DataFrame, by: list[str], outcome: str) -> pd.DataFrame:
    """Mean over runs and its standard error, for every combination of factors."""
    grouped = table.groupby(by)[outcome]
    return pd.DataFrame({"mean": grouped.mean(), "error": grouped.sem()}).reset_index()


def pictures(folder: Path) -> Iterator[tuple[str, go.Figure]]:
    """Every picture with its file's name."""
    yield "march_1991_figure_1", draw_figure_1(found(folder, "march_1991_figure_1").table)
    yield "march_1991_figures_2_to_5", draw_figures_2_to_5(folder)
    yield "miller_2006", draw_miller(found(folder, "miller_2006"))
    yield "fang_2010", draw_fang(folder)


def canvas(titles: list[str], rows: int, columns: int, height: int) -> go.Figure:
    """Empty panels in the style of the reports."""
    figure = make_subplots(
        rows=rows,
        cols=columns,
        subplot_titles=titles,
        horizontal_spacing=0.1,
        vertical_spacing=0.16,
    )
    figure.update_layout(
        template="none", width=900, height=height, font={"family": FONT, "size": 12, "color": INK},
        paper_bgcolor="white", plot_bgcolor="white", margin={"l": 50, "r": 15, "t": 40, "b": 105},
        legend={"orientation": "h", "yref": "container", "y": 0.01, "yanchor": "bottom", "x": 0},
    )  # fmt: skip
    figure.update_annotations(font_size=14)
    figure.update_xaxes(**AXIS, gridcolor=RULE, title_standoff=2)
    figure.update_yaxes(**AXIS, gridcolor=RULE)
    return figure


def curve(
    figure: go.Figure,
    means: pd.DataFrame,
    x: str,
    name: str,
    position: int,
    panel: tuple[int, int],
    *,
    legend: bool = True,
) -> None:
    """One curve with bars of two standard errors."""
    drawn = look(position)
    bars = {"type": "data", "array": 2 * means["error"], "thickness": 1, "width": 2}
    figure.add_trace(
        go.Scatter(
            x=means[x], y=means["mean"], error_y=bars, name=name, legendgroup=name, showlegend=legend,
            mode="lines+markers", marker={"symbol": drawn.symbol, "size": 5, "color": drawn.colour},
            line={"color": drawn.colour, "dash": drawn.dash, "width": 1.5},
        ),
        row=panel[0], col=panel[1],
    )  # fmt: skip


def circles(figure: go.Figure, x: pd.Series, y: pd.Series, name: str) -> None:
    """What others published, in the first panel."""
    marker = {"symbol": "circle-open", "size": 12, "color": INK}
    points = go.Scatter(x=x, y=y, mode="markers", name=name, marker=marker)
    figure.add_trace(points, row=1, col=1)


def draw_figure_1(table: pd.DataFrame) -> go.Figure:
    """Both readings, and the figure as others re-created it."""
    titles = ["ORIGINAL: mean of code times reality", "TEXT: share of items that are right"]
    figure = canvas(titles, 1, 2, 400)
    others = pd.read_csv(PAGES / "march_1991_figure_1.csv")
    for panel, text in enumerate((False, True), start=1):
        means = mean(table[table[TEXT] == text], ["march.p2", "march.p1"], "code_knowledge")
        for position, (p2, rows) in enumerate(means.groupby("march.p2")):
            curve(figure, rows, "march.p1", f"p2 = {p2:g}", position, (1, panel), legend=not text)
    circles(figure, others["p1"], others["code_knowledge"], "as others re-created it")
    figure.update_xaxes(title_text="p1", range=[0, 1])
    return figure


def draw_figures_2_to_5(folder: Path) -> go.Figure:
    """Figures 2 to 5 in ORIGINAL."""
    titles = [
        "Figure 2: a mix and a uniform group",
        "Figure 3: people in period 20",
        "Figure 4: turnover, period 20",
        "Figure 5: a turbulent world",
    ]
    figure = canvas(titles, 2, 2, 720)
    two = found(folder, "march_1991_figure_2").table
    means = mean(two[~two[TEXT]], ["march.same_for_all", FAST], "code_knowledge")
    for position, (same, rows) in enumerate(means.groupby("march.same_for_all")):
        name = "everybody at the mean" if same else "slow and fast learners mixed"
        curve(figure, rows, FAST, name, position, (1, 1))
    three = found(folder, "march_1991_figure_3").table
    for position, who in enumerate(("slow_knowledge", "fast_knowledge"), start=2):
        means = mean(three[~three[TEXT]], [FAST], who).dropna()
        name = who.replace("_knowledge", " learners")
        curve(figure, means, FAST, name, position, (1, 2))
    four = found(folder, "march_1991_figure_4").table
    means = mean(four[~four[TEXT]], ["march.p1", "march.p3"], "code_knowledge")
    for position, (p1, rows) in enumerate(means.groupby("march.p1"), start=4):
        curve(figure, rows, "march.p3", f"p1 = {p1:g}", position, (2, 1))
    five = found(folder, "march_1991_figure_5")
    weekly = five.weekly.merge(five.table[["cell", "replication", TEXT, "march.p3"]])
    means = mean(weekly[~weekly[TEXT]], ["march.p3", "week"], "code_knowledge")
    for position, (p3, rows) in enumerate(means.groupby("march.p3"), start=6):
        curve(figure, rows.iloc[::3], "week", f"p3 = {p3:g}", position, (2, 2))
    for row, column, title in ((1, 1, "share of fast learners"), (1, 2, "share of fast learners"),
                               (2, 1, "p3"), (2, 2, "period")):  # fmt: skip
        figure.update_xaxes(title_text=title, row=row, col=column)
    return figure


def draw_miller(findings: Findings) -> go.Figure:
    """Crowding out, variety, turnover."""
    titles = ["Beliefs from people", "Variety, p1 = 0.5", "Items right, p1 = 0.5"]
    figure = canvas(titles, 1, 3, 400)
    table = findings.table
    still = table[table["miller.p3"] == 0]
    means = mean(still, ["miller.tacit_share", "miller.p1"], "beliefs_from_peers")
    for position, (share, rows) in enumerate(means.groupby("miller.tacit_share")):
        curve(figure, rows, "miller.p1", f"{share:.0%} of items tacit", position, (1, 1))
    factors = ["miller.tacit_share", "miller.p1", "miller.p3"]
    weekly = findings.weekly.merge(table[["cell", "replication", *factors]])
    weekly = weekly[
        (weekly["miller.p3"] == 0) & (weekly["miller.p1"] == 0.5) & (weekly["week"] <= 100)
    ]
    means = mean(weekly, ["miller.tacit_share", "week"], "variety")
    for position, (share, rows) in enumerate(means.groupby("miller.tacit_share")):
        name = f"{share:.0%} of items tacit"
        curve(figure, rows.iloc[::4], "week", name, position, (1, 2), legend=False)
    half = table[(table["miller.p1"] == 0.5) & (table["miller.tacit_share"] == 0.5)]
    for position, kind in enumerate(("codifiable", "tacit"), start=4):
        means = mean(half, ["miller.p3"], f"{kind}_knowledge")
        curve(figure, means, "miller.p3", f"{kind} items (half and half)", position, (1, 3))
    for column, title in enumerate(("p1", "period", "p3"), start=1):
        figure.update_xaxes(title_text=title, row=1, col=column)
    return figure


def draw_fang(folder: Path) -> go.Figure:
    """Curves over beta by interdependence, and by size of group."""
    figure = canvas(["z = 7, by interdependence", "s = 5, by size of groups"], 1, 2, 420)
    means = mean(found(folder, "fang_2010").table, ["fang.block", "fang.beta"], "people_payoff")
    for position, (block, rows) in enumerate(means.groupby("fang.block")):
        curve(figure, rows, "fang.beta", f"s = {block}", position, (1, 1))
    others = pd.read_csv(PAGES / "fang_2010_curve.csv")
    circles(figure, others["beta"], others["people_payoff"], "s = 5, as others found")
    sizes = mean(
        found(folder, "fang_2010_group_size").table,
        ["fang.group_size", "fang.beta"],
        "people_payoff",
    )
    for position, (size, rows) in enumerate(sizes.groupby("fang.group_size"), start=3):
        curve(figure, rows, "fang.beta", f"z = {size}", position, (1, 2))
    figure.update_xaxes(title_text="beta")
    return figure
