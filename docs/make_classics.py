"""Draw the figures of the published models, and write their tables, from the shipped experiments.

Results are kept in a folder and gone on with, so that a second time takes seconds::

    python docs/make_classics.py results/classics

It takes about ten minutes on one core. Tables stand in ``classics/*.md`` between
``<!-- result: name -->`` and ``<!-- /result: name -->``; pictures beside them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from seci_sim.experiment import Experiment
from seci_sim.experiment.findings import Findings
from seci_sim.figures.style import AXIS, FONT, INK, RULE, look

PAGES = Path(__file__).parent / "classics"
TEXT, FAST = "march.to_the_letter", "march.fast_share"
READINGS = {False: "ORIGINAL", True: "TEXT"}


def main() -> None:
    """Run what is not there yet, draw, and write."""
    folder = Path(sys.argv[1])
    for picture, figure in pictures(folder):
        figure.write_image(PAGES / f"{picture}.png", scale=1.5)
    made = dict(tables(folder))
    for page in sorted(PAGES.glob("*.md")):
        page.write_text(refreshed(page.read_text("utf-8"), made), "utf-8", newline="\n")


def found(folder: Path, name: str) -> Findings:
    """What a shipped experiment led to."""
    return Experiment.load(name).run(store=folder / name, workers=2, resume=True)


def refreshed(text: str, made: dict[str, str]) -> str:
    """A page with its tables as the experiments give them."""
    return re.sub(
        r"^<!-- result: ([a-z0-9 ]+) -->$.*?^<!-- /result: \1 -->$",
        lambda place: (
            f"<!-- result: {place[1]} -->\n\n{made[place[1]]}\n\n<!-- /result: {place[1]} -->"
        ),
        text,
        flags=re.DOTALL | re.MULTILINE,
    )


def mean(table: pd.DataFrame, by: list[str], outcome: str) -> pd.DataFrame:
    """Mean over runs and its standard error, for every combination of factors."""
    grouped = table.groupby(by)[outcome]
    return pd.DataFrame({"mean": grouped.mean(), "error": grouped.sem()}).reset_index()


# Tables -------------------------------------------------------------------------------------------


def tables(folder: Path) -> Iterator[tuple[str, str]]:
    """Every table with the name under which it stands in a page."""
    yield "figure 1", figure_1(found(folder, "march_1991_figure_1").table)
    yield "figure 1 text", figure_1_text(found(folder, "march_1991_figure_1").table)
    yield "figure 2", figure_2(found(folder, "march_1991_figure_2").table)
    yield "figure 3", figure_3(found(folder, "march_1991_figure_3").table)
    yield "figure 4", figure_4(found(folder, "march_1991_figure_4").table)
    yield "figure 5", figure_5(found(folder, "march_1991_figure_5"))
    yield "miller", miller(found(folder, "miller_2006").table)
    yield "fang", fang(found(folder, "fang_2010").table)
    sizes = mean(
        found(folder, "fang_2010_group_size").table,
        ["fang.beta", "fang.group_size"],
        "people_payoff",
    )
    yield "fang group size", crossed(sizes, "fang.beta", "fang.group_size", "beta \\ z")


def crossed(means: pd.DataFrame, down: str, across: str, corner: str) -> str:
    """Means with their standard errors, one factor down and one across."""
    words = means.assign(
        cell=[f"{m:.3f} ± {e:.3f}" for m, e in zip(means["mean"], means["error"], strict=True)]
    )
    return markdown(
        words.pivot_table(index=down, columns=across, values="cell", aggfunc="first"), corner
    )


def markdown(frame: pd.DataFrame, corner: str) -> str:
    """A table of text in Markdown; the index stands first."""
    head = [corner, *map(_shown, frame.columns)]
    rows = [
        [_shown(index), *map(str, row)]
        for index, row in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def figure_1(table: pd.DataFrame) -> str:
    """ORIGINAL beside the figure as others re-created it, and the distance in standard errors."""
    ours = mean(table[~table[TEXT]], ["march.p2", "march.p1"], "code_knowledge")
    others = pd.read_csv(PAGES / "march_1991_figure_1.csv")
    both = ours.merge(others, left_on=["march.p2", "march.p1"], right_on=["p2", "p1"])
    distance = (both["mean"] - both["code_knowledge"]) / np.hypot(
        both["error"], both["standard_error"]
    )
    both["cell"] = [
        f"{m:.3f} ± {e:.3f} ({other:.3f}; {d:+.1f})"
        for m, e, other, d in zip(
            both["mean"], both["error"], both["code_knowledge"], distance, strict=True
        )
    ]
    return markdown(
        both.pivot_table(index="p1", columns="p2", values="cell", aggfunc="first"), "p1 \\ p2"
    )


def figure_1_text(table: pd.DataFrame) -> str:
    """TEXT, on its own scale."""
    means = mean(table[table[TEXT]], ["march.p2", "march.p1"], "code_knowledge")
    return crossed(means, "march.p1", "march.p2", "p1 \\ p2")


def figure_2(table: pd.DataFrame) -> str:
    """The lead of a mix over a uniform group, from pairs of runs with the same seed."""
    index = [TEXT, FAST, "replication"]
    wide = table.pivot_table(index=index, columns="march.same_for_all", values="code_knowledge")
    lead = (wide[False] - wide[True]).rename("lead").reset_index()
    means = mean(lead, [TEXT, FAST], "lead").replace({TEXT: READINGS})
    return crossed(means, FAST, TEXT, "share of fast learners")


def figure_3(table: pd.DataFrame) -> str:
    """Slow and fast learners in ORIGINAL."""
    kinds = {
        "slow_knowledge": "slow learners",
        "fast_knowledge": "fast learners",
        "people_knowledge": "all",
    }
    original = table[~table[TEXT]]
    columns = {}
    for who, heading in kinds.items():
        means = mean(original, [FAST], who).set_index(FAST)
        pairs = zip(means["mean"], means["error"], strict=True)
        columns[heading] = [f"{m:.3f} ± {e:.3f}" if np.isfinite(m) else "–" for m, e in pairs]
    return markdown(pd.DataFrame(columns, index=means.index), "share of fast learners")


def figure_4(table: pd.DataFrame) -> str:
    """Code knowledge in period 20 in ORIGINAL."""
    means = mean(table[~table[TEXT]], ["march.p3", "march.p1"], "code_knowledge")
    return crossed(means, "march.p3", "march.p1", "p3 \\ p1")


def figure_5(findings: Findings) -> str:
    """Code knowledge in some periods in ORIGINAL."""
    weekly = findings.weekly.merge(findings.table[["cell", "replication", TEXT, "march.p3"]])
    some = weekly[~weekly[TEXT] & weekly["week"].isin([1, 5, 10, 20, 30, 50, 75, 100])]
    return crossed(
        mean(some, ["week", "march.p3"], "code_knowledge"), "week", "march.p3", "period \\ p3"
    )


def miller(table: pd.DataFrame) -> str:
    """The signs, at half of the items tacit."""
    half = table[table["miller.tacit_share"] == 0.5]
    rows = []
    for (p1, p3), cell in half.groupby(["miller.p1", "miller.p3"]):
        shown = [f"{p1:g}", f"{p3:g}"]
        for outcome in ("codifiable_knowledge", "tacit_knowledge"):
            shown.append(f"{cell[outcome].mean():.3f} ± {cell[outcome].sem():.3f}")
        for outcome in ("beliefs_from_peers", "beliefs_from_code"):
            shown.append(f"{cell[outcome].mean():,.0f} ± {cell[outcome].sem():,.0f}")
        rows.append(shown)
    head = [
        "p1",
        "p3",
        "codifiable items right",
        "tacit items right",
        "beliefs from people",
        "beliefs from the code",
    ]
    return markdown(pd.DataFrame(rows, columns=head).set_index("p1"), "p1")


def fang(table: pd.DataFrame) -> str:
    """The curves, and beside s = 5 what others found."""
    means = mean(table, ["fang.beta", "fang.block"], "people_payoff")
    others = pd.read_csv(PAGES / "fang_2010_curve.csv").set_index("beta")
    text = means.assign(
        cell=[f"{m:.3f} ± {e:.3f}" for m, e in zip(means["mean"], means["error"], strict=True)]
    ).pivot_table(index="fang.beta", columns="fang.block", values="cell", aggfunc="first")
    text.columns = [f"s = {block}" for block in text.columns]
    text["s = 5, others"] = [
        f"{value:.3f} ± 0.008" for value in others.loc[text.index, "people_payoff"]
    ]
    return markdown(text, "beta")


# Pictures -----------------------------------------------------------------------------------------


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


def draw_figure_1(table: pd.DataFrame) -> go.Figure:
    """Both readings, and the figure as others re-created it."""
    titles = ["ORIGINAL: mean of code times reality", "TEXT: share of items that are right"]
    figure = canvas(titles, 1, 2, 400)
    others = pd.read_csv(PAGES / "march_1991_figure_1.csv")
    for panel, text in enumerate((False, True), start=1):
        means = mean(table[table[TEXT] == text], ["march.p2", "march.p1"], "code_knowledge")
        for position, (p2, rows) in enumerate(means.groupby("march.p2")):
            curve(figure, rows, "march.p1", f"p2 = {p2:g}", position, (1, panel), legend=not text)
    figure.add_trace(
        go.Scatter(
            x=others["p1"], y=others["code_knowledge"], mode="markers", name="as others re-created it",
            marker={"symbol": "circle-open", "size": 12, "color": INK},
        ),
        row=1, col=1,
    )  # fmt: skip
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
    figure.add_trace(
        go.Scatter(
            x=others["beta"], y=others["people_payoff"], mode="markers", name="s = 5, as others found",
            marker={"symbol": "circle-open", "size": 12, "color": INK},
        ),
        row=1, col=1,
    )  # fmt: skip
    sizes = mean(
        found(folder, "fang_2010_group_size").table,
        ["fang.group_size", "fang.beta"],
        "people_payoff",
    )
    for position, (size, rows) in enumerate(sizes.groupby("fang.group_size"), start=3):
        curve(figure, rows, "fang.beta", f"z = {size}", position, (1, 2))
    figure.update_xaxes(title_text="beta")
    return figure


if __name__ == "__main__":
    main()
