"""The story of one need: from first felt to routine, in words and on a time line, under each policy.

It is the story of a single run, and says so: what holds on average stands in the other charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from seci_sim.figures import style
from seci_sim.figures.drawing import Drawing
from seci_sim.figures.rows import left_text, pixel_axis
from seci_sim.figures.style import Chart, Look, Text
from seci_sim.seci.story import STAGES
from seci_sim.words import listed, quoted

NAME, STAIR, GAP, KEY = 22, 13, 12, 24
"""Pixels of a policy's name, of a step of its stairs, between two policies, and of a line of the key."""

KEY_COLUMNS = 3
"""Stages in a line of the key, so that a phone has room."""

MOST_PEOPLE = 2
"""People who are named before the rest are counted."""

LOOKS = {
    "felt": Look(style.TACIT, "solid", "circle"),
    "said": Look(style.EXPLICIT, "solid", "square"),
    "planned": Look(style.EXPLICIT, "solid", "diamond"),
    "practised": Look(style.TACIT, "solid", "triangle-up"),
    "routine": Look(style.INK, "solid", "star"),
}
"""Blue where the knowledge is tacit and orange where it is explicit; a routine is the firm's own."""


@dataclass(frozen=True)
class Stage:
    """When one stage was first reached, and who was there."""

    week: int
    people: tuple[str, ...]


Story = dict[str, Stage]
"""The stages that were reached, in their order."""


def story(stories: pd.DataFrame, names: Sequence[str], horizon: int) -> Chart:
    """The story of a need of one market under every policy.

    Parameters
    ----------
    stories : DataFrame
        As in `seci_sim.lab.run.Results`; not empty.
    names : sequence of str
        The policies.
    horizon : int
        Weeks of a run.
    """
    market, need = middling(stories)
    rows = stories[(stories["market"] == market) & (stories["need"] == need)]
    told = {name: stages(rows[rows["scenario"] == name]) for name in names}
    return Chart(
        "story",
        title(told, market, need),
        f"One run of each policy, with seed {stories['seed'].iloc[0]}; other runs tell other "
        "stories. Of the needs that got furthest, this one is in the middle by its last week. "
        f"{routines(stories, names)}\n"
        + "\n".join(in_words(name, reached, horizon) for name, reached in told.items()),
        time_line(told, horizon),
        table(told),
    )


def middling(stories: pd.DataFrame) -> tuple[str, int]:
    """The market and the need to tell of.

    Of those that went through the most stages, summed over the policies, the middle one by the last
    week of its story: neither the fastest nor the slowest.

    Examples
    --------
    >>> weeks = {("Japan", 0): [3], ("Japan", 1): [2, 5], ("Japan", 2): [2, 9], ("India", 1): [4, 7]}
    >>> rows = [(*key, week) for key, every in weeks.items() for week in every]
    >>> middling(pd.DataFrame(rows, columns=["market", "need", "week"]))
    ('India', 1)
    """
    counted = stories.groupby(["market", "need"], sort=False, observed=True)["week"].agg(
        ["size", "max"]
    )
    furthest = counted[counted["size"] == counted["size"].max()].sort_values("max", kind="stable")
    market, need = furthest.index.tolist()[(len(furthest) - 1) // 2]
    return str(market), int(need)


def stages(rows: pd.DataFrame) -> Story:
    """What one policy's rows tell."""
    found = {
        str(stage): Stage(int(week), tuple(str(people).split("; ")))
        for stage, week, people in zip(rows["stage"], rows["week"], rows["people"], strict=True)
    }
    return {stage: found[stage] for stage in STAGES if stage in found}


def title(told: dict[str, Story], market: str, need: int) -> str:
    """What became of the need under the last policy, and under the first."""
    names = list(told)
    sentence = (
        f"In one run, need {need} in {quoted(market)} {fate(told[names[-1]])} under "
        f"{quoted(names[-1])}"
    )
    if len(names) == 1:
        return sentence
    return f"{sentence}; under {quoted(names[0])} it {fate(told[names[0]])}"


def fate(reached: Story) -> str:
    """How far a need came.

    Examples
    --------
    >>> fate({}), fate({"felt": Stage(7, ("Japan 12",))})
    ('is never felt', 'is felt in week 7 and goes no further')
    """
    if not reached:
        return "is never felt"
    every = list(reached.items())
    (first, begun), (last, ended) = every[0], every[-1]
    if last == "routine":
        return f"is {first} in week {begun.week} and routine in week {ended.week}"
    if first == last:
        return f"is {first} in week {begun.week} and goes no further"
    return f"is {first} in week {begun.week}, {last} in week {ended.week}, and never routine"


def in_words(name: str, reached: Story, horizon: int) -> str:
    """A policy's story in a sentence.

    Examples
    --------
    >>> print(in_words("One percent", {"felt": Stage(7, ("Japan 12",))}, 208))
    Under “One percent”: felt in week 7 (Japan 12); never said, planned, practised and routine in 208 weeks.
    """
    parts = [f"{stage} in week {one.week} ({people(one)})" for stage, one in reached.items()]
    if missing := [stage for stage in STAGES if stage not in reached]:
        parts.append(f"never {listed(missing)} in {horizon} weeks")
    return f"Under {quoted(name)}: {'; '.join(parts)}."


def people(stage: Stage) -> str:
    """Who was there.

    Examples
    --------
    >>> people(Stage(7, ("Japan 12", "Japan 3", "India 1", "India 2")))
    'Japan 12, Japan 3 and 2 more'
    """
    named, more = stage.people[:MOST_PEOPLE], len(stage.people) - MOST_PEOPLE
    return f"{', '.join(named)} and {more} more" if more > 0 else listed(named)


def routines(stories: pd.DataFrame, names: Sequence[str]) -> str:
    """How many needs became routine in these runs, so that nobody takes one for all."""
    ended = stories[stories["stage"] == "routine"]["scenario"]
    counts = [f"{int((ended == name).sum())} under {quoted(name)}" for name in names]
    return f"Needs of the markets that became routine in these runs: {listed(counts)}."


def table(told: dict[str, Story]) -> pd.DataFrame:
    """A row a stage, as text."""
    columns = {
        name: [
            f"week {every[s].week}: {people(every[s])}" if s in every else "never" for s in STAGES
        ]
        for name, every in told.items()
    }
    return pd.DataFrame({"Stage": list(STAGES), **columns})


def time_line(told: dict[str, Story], horizon: int) -> Drawing:
    """Stairs from stage to stage over the weeks, for every policy; above, what the marks mean."""
    top = KEY * -(-len(STAGES) // KEY_COLUMNS) + GAP
    block = NAME + STAIR * len(STAGES) + GAP
    height = top + block * len(told)
    figure = style.canvas(height + 60, left=10, right=20, bottom=50)
    texts = add_key(figure, horizon)
    for position, (name, reached) in enumerate(told.items()):
        start = top + block * position
        never = "" if reached else ": never felt"
        texts.append(left_text(f"<b>{style.row_name(name)}</b>{never}", start + NAME / 2))
        places = [start + NAME + STAIR * (STAGES.index(stage) + 0.5) for stage in reached]
        add_stairs(figure, name, reached, places)
    return figure.update_layout(
        annotations=texts, xaxis=style.week_axis(horizon), yaxis=pixel_axis(height)
    )


def add_key(figure: Drawing, horizon: int) -> list[Text]:
    """Draw a mark of every stage; return the words beside them."""
    words = []
    for place, (stage, look) in enumerate(LOOKS.items()):
        x, y = (place % KEY_COLUMNS) / KEY_COLUMNS + 0.02, KEY * (place // KEY_COLUMNS + 0.5)
        figure.add_scatter(
            x=[x * horizon], y=[y], mode="markers", hoverinfo="skip", cliponaxis=False,
            marker={"color": look.colour, "symbol": look.symbol, "size": 11},
        )  # fmt: skip
        words.append(left_text(stage, y, x=x, xshift=12))
    return words


def add_stairs(figure: Drawing, name: str, reached: Story, places: Sequence[float]) -> None:
    """One policy's marks, joined in the order of the stages."""
    looks = [LOOKS[stage] for stage in reached]
    figure.add_scatter(
        x=[one.week for one in reached.values()], y=list(places), mode="lines+markers",
        name=style.plain(name), cliponaxis=False, line={"color": style.QUIET, "width": 1.5},
        marker={"color": [look.colour for look in looks], "size": 11,
                "symbol": [look.symbol for look in looks]},
        customdata=list(reached),
        hovertemplate="%{customdata} in week %{x}<extra>%{fullData.name}</extra>",
    )  # fmt: skip
