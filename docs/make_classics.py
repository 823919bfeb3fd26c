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
from draw_classics import FAST, PAGES, TEXT, found, mean, pictures

from seci_sim.lab.findings import Findings

READINGS = {False: "ORIGINAL", True: "TEXT"}


def main() -> None:
    """Run what is not there yet, draw, and write."""
    folder = Path(sys.argv[1])
    for picture, figure in pictures(folder):
        figure.write_image(PAGES / f"{picture}.png", scale=1.5)
    made = dict(tables(folder))
    for page in sorted(PAGES.glob("*.md")):
        page.write_text(refreshed(page.read_text("utf-8"), made), "utf-8", newline="\n")


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
    seci = found(folder, "classics_and_seci").table
    for outcome in ("needs_met", "needs_mis_served", "market_difference", "tacit_spread"):
        yield f"seci {outcome}".replace("_", " "), change_from_first(seci, outcome)
    yield "fang group size", crossed(sizes, "fang.beta", "fang.group_size", "beta \\ z")


def change_from_first(table: pd.DataFrame, outcome: str) -> str:
    """Percentage points from the first policy, in pairs of runs with the same seed, by drift."""
    index = ["world.drift", "replication"]
    wide = table.pivot_table(index=index, columns="policy", values=outcome)
    first, *others = dict.fromkeys(table["policy"])
    changes = 100 * wide[others].sub(wide[first], axis=0).groupby("world.drift").agg(
        ["mean", "sem"]
    )
    level = 100 * wide[first].groupby("world.drift").mean()
    rows = {f"{first} (level)": [f"{level[drift]:.1f}" for drift in level.index]}
    for policy in others:
        found = zip(changes[policy]["mean"], changes[policy]["sem"], strict=True)
        rows[policy] = [f"{m:+.1f} ± {e:.1f}" for m, e in found]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=[f"{d:.0%}" for d in level.index])
    return markdown(frame, "policy \\ drift a year")


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


if __name__ == "__main__":
    main()
