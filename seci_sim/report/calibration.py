"""Pages of what a firm's own data taught, and of what they would teach, with the tables beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from seci_sim.calibrating.calibration import (
    AS_BEFORE,
    LEARNT,
    NOT_CALIBRATED,
    Calibration,
    in_short,
    tried,
)
from seci_sim.calibrating.drawn import learnt, planned, table
from seci_sim.calibrating.planning import Plan
from seci_sim.figures import doubts
from seci_sim.lab.spreadsheets import as_csv
from seci_sim.lab.verdicts import Verdict
from seci_sim.lab.whole_files import write_whole
from seci_sim.report.cautions import about_the_model
from seci_sim.report.deciding import what_decides
from seci_sim.report.html import Told
from seci_sim.report.html_page import page
from seci_sim.report.policy_table import Cell, Table
from seci_sim.report.sections import Section
from seci_sim.words import (
    between,
    counted,
    listed,
    percent,
    quoted,
    sentence,
    spoken,
    worlds_of_ten,
)

TABLE, WORLDS, PAGE = "learnt.csv", "posterior.csv", "calibration.html"
"""A row a parameter, a row a draw, and the page."""
PLAN, PLAN_PAGE = "plan.csv", "plan.html"
"""A row for each kind of data and what it is about, and the page."""

ROLES = {
    "fact": "What a firm can look up, and these data leave as open as before",
    "rule": "Numbers of the model's rules",
    "world": "Traits of the world",
}
"""What is said of parameters of which nothing was learnt, by what they are to a firm."""

CAPTIONS = dict.fromkeys(
    ("learnt", "wrong"),
    "Before and now: nine in ten. Intervals of 90% and ranks: on firms whose truth is known.",
) | {"decisions": "Shares of worlds, and of firms whose truth is known."}
"""What stands below a table."""


@dataclass(frozen=True)
class BeforeAfter:
    """The same policies in worlds of which nothing was learnt, and in those that the data leave."""

    before: Told
    after: Told

    @property
    def answers(self) -> list[dict[str, str]]:
        """Each policy, what it is held against, and both answers in a word."""
        return [
            {
                "policy": one.policy,
                "against": one.against,
                "before": one.answer,
                "after": other.answer,
            }
            for one, other in zip(
                self.before.compared.verdicts(), self.after.compared.verdicts(), strict=True
            )
        ]

    def lines(self) -> list[str]:
        """Both answers in words, side by side."""
        told = [("Before the data", self.before), ("With the data", self.after)]
        verdicts = [one.compared.verdicts() for _, one in told]
        return [
            f"{when}: {one.said[place].plain}{_spread(verdicts[column][place])}"
            for place in range(len(self.before.said))
            for column, (when, one) in enumerate(told)
        ]


def _spread(one: Verdict) -> str:
    """Where nine worlds of ten see the gain, and in how many there is one."""
    doubt = one.net_doubt
    if doubt is None or one.answer == "no difference":
        return ""
    return f" Nine worlds of ten: {between(doubt.interval, 100)} points; above 0 in {worlds_of_ten(doubt.holds)}."


def save_tables(found: Calibration, folder: Path) -> Path:
    """Write what was learnt as two tables; return where the worlds stand."""
    write_whole(folder / TABLE, as_csv(found.table).encode())
    write_whole(folder / WORLDS, as_csv(found.worlds).encode())
    return folder / WORLDS


def save_page(
    found: Calibration, folder: Path, looked: BeforeAfter | None, command: str, runs: str
) -> None:
    """Write the page of what was learnt."""
    write_whole(folder / PAGE, html(found, looked, command, runs).encode())


def html(found: Calibration, looked: BeforeAfter | None, command: str, runs: str) -> str:
    """The page of what was learnt.

    Parameters
    ----------
    found : Calibration
        What the data told.
    looked : BeforeAfter or None
        Policies before and after, where some were named.
    command, runs : str
        What repeats it, and how much was run.
    """
    shown = [learnt(found)] if in_short(found) else []
    sections = [
        *(_verdicts(looked) if looked else ()),
        Section("open", "What these data could not tell", [], _open(found)),
        *_taught(found),
        Section("next", "What to measure next", [], _next(found, looked)),
    ]
    return page(
        "calibration.html.j2",
        [*shown, *(chart for one in sections for chart in one.charts)],
        title="What the firm's own data taught",
        answer=[*_in_short(found), *(looked.lines() if looked else ())],
        shown=shown,
        sections=sections,
        captions=CAPTIONS,
        cautions=[*_cautions(), *about_the_model()[:2]],
        command=command,
        provenance=runs,
    )


def _in_short(found: Calibration) -> list[str]:
    """What was not learnt, then what was."""
    places = in_short(found)
    best = listed(
        [
            f"{spoken(found.factors[n].name)} ({found.left(n):.0%} of its spread is left)"
            for n in places[:3]
        ]
    )
    taught = (
        f"Learnt: something of {counted(len(places), 'number')}, most of {best}."
        if places
        else "Learnt: nothing; these data tell no number from its range."
    )
    as_before = found.of(AS_BEFORE)
    learning = sum(one.name.startswith("learning.") for one in as_before)
    said = [
        f"Not identified, as before: {len(as_before)} of {counted(len(found.factors), 'number')}, "
        f"{learning} of them about how people learn."
    ]
    if wrong := found.of(NOT_CALIBRATED):
        names = listed([spoken(one.name) for one in wrong])
        said.append(f"Not calibrated, as before: {names}.")
    return [*said, taught, *tried(found)]


def _open(found: Calibration) -> list[str]:
    """What nothing was learnt of, by what it is to a firm."""
    said = []
    for role, words in ROLES.items():
        names = [spoken(one.name) for one in found.of(AS_BEFORE) if one.role == role]
        if names:
            said.append(f"{words}: {', '.join(names)}.")
    return said


def _taught(found: Calibration) -> list[Section]:
    """Tables of what was learnt, and of what seemed to be."""
    every = (
        ("learnt", "What they taught", LEARNT, ""),
        ("wrong", "What seemed to be learnt, and is not to be trusted", NOT_CALIBRATED,
         "On firms whose truth is known, their intervals held it too rarely or too often; so they stay as before."),
    )  # fmt: skip
    return [
        Section(key, heading, [], [why] if why else [], _as_table(table(found, [verdict])))
        for key, heading, verdict, why in every
        if found.of(verdict)
    ]


def _as_table(frame: pd.DataFrame) -> Table:
    rows = frame.itertuples(index=False, name=None)
    return Table(tuple(map(Cell, frame.columns)), tuple(tuple(map(Cell, row)) for row in rows))


def _verdicts(looked: BeforeAfter) -> list[Section]:
    """Both answers in full, each with its picture."""
    return [
        Section(
            key,
            heading,
            [replace(doubts.gain(told.compared), key=key)],
            [part for one in told.said for part in (one.plain, *one.figures)],
        )
        for key, heading, told in (
            ("before", "The policies before the data", looked.before),
            ("after", "The policies with the data", looked.after),
        )
    ]


def _next(found: Calibration, looked: BeforeAfter | None) -> list[str]:
    """What would have to be known for a decision, as far as a decision was named."""
    facts = [spoken(one.name) for one in found.of(AS_BEFORE, NOT_CALIBRATED) if one.role == "fact"]
    said = []
    if looked:
        for one in looked.after.compared.verdicts():
            decides = what_decides(one) or "Nothing: there is no difference."
            said.append(f"{quoted(one.policy)} against {quoted(one.against)}: {decides}")
    else:
        said.append(
            "What is worth measuring hangs on the decision: name the policies (--policy), and it is said what "
            "decides between them."
        )
    if facts:
        said.append(
            f"Still open, and to be looked up: {', '.join(facts)}. A number that was looked up is better "
            "stated in the scenario than learnt."
        )
    said.append(
        "What other data would tell, before anybody asks for them: seci-sim calibrate with --plan."
    )
    return said


def _cautions() -> list[str]:
    """What holds for every calibration."""
    return [
        "How far a fact, a quarter's indicator and a score of a survey may lie off the truth is assumed: "
        "docs/how_to/calibrate.md says by how much.",
        "That data are not refused does not show that the model fits the firm.",
        "What is learnt holds for this firm under other policies, not for other firms.",
    ]


# Plans --------------------------------------------------------------------------------------------


def save_plan(found: Plan, folder: Path, command: str, runs: str) -> None:
    """Write what data would teach as a table and a page."""
    write_whole(folder / PLAN, as_csv(found.table).encode())
    write_whole(folder / PLAN_PAGE, plan_html(found, command, runs).encode())


def plan_html(found: Plan, command: str, runs: str) -> str:
    """The page of what data would teach."""
    chart = planned(found)
    decisions = [
        Section("decisions", "What data would do to decisions", [], _DECIDED, _decided(found))
    ] * (not found.decisions.empty)
    return page(
        "calibration.html.j2",
        [chart],
        title="What would data tell?",
        answer=_surest(found),
        shown=[chart],
        sections=decisions,
        captions=CAPTIONS,
        cautions=[*_cautions(), *about_the_model()[:2]],
        command=command,
        provenance=runs,
    )


_DECIDED = [
    "A decision is settled where nine in ten of what is plausible lie on one side; the luck of one run counts as doubt."
]


def _surest(found: Plan) -> list[str]:
    """What each kind of data would not tell, and what it would."""
    said = []
    numbers = found.left.drop(index=list(found.decisions["about"].unique()))
    for kind in found.kinds:
        left = numbers[kind].sort_values(kind="stable")
        told = left[left < 1]
        best = listed(
            [f"{spoken(str(one))} ({value:.0%} left)" for one, value in told.head(2).items()]
        )
        what = f"{len(told)}, most of {best}" if len(told) else "none"
        said.append(
            f"{sentence(kind)}: nothing of {len(left) - len(told)} numbers, something of {what}."
        )
    return said


def _decided(found: Plan) -> Table:
    rows: list[Sequence[str]] = []
    for about, each in found.decisions.groupby("about", sort=False):
        first = each.iloc[0]
        settled = dict(zip(each["data"], each["settled_after"], strict=True))
        rows.append(
            [
                str(about),
                percent(float(first["better_before"]), 0),
                percent(float(first["settled_before"]), 0),
                *(percent(float(settled[kind]), 0) for kind in found.kinds),
            ]
        )
    headings = [
        Cell("Decision"),
        Cell("Better", "worlds, before"),
        Cell("Settled before", "firms"),
        *(Cell(sentence(kind), "firms settled") for kind in found.kinds),
    ]
    return Table(tuple(headings), tuple(tuple(map(Cell, row)) for row in rows))
