"""Find the worlds that agree with published findings, and write the page on them: `python docs/make_agreeing.py FOLDER`.

Every finding that teaches is re-created in ten thousand worlds, which takes two processors about an hour; what is finished
stays in the folder, from which another call goes on. The worlds go into the package, the page beside this file. Then
`make_evidence.py`, `make_picture.py`, `make_experiments.py verdicts`, `make_lessons.py` and `make_notebook.py` are due.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from agreement import (
    CANDIDATES,
    DISCREPANCY,
    SET_ASIDE,
    WORLDS,
    Agreement,
    Emulated,
    between,
    candidates,
    effective,
    emulated,
    likelihood,
    plausible_worlds,
    run,
    table_for,
    teaches,
)

from seci_sim import read_scenario
from seci_sim.evidence.effects import KINDS, OF_A_PARAMETER, Array, Window, in_runs
from seci_sim.evidence.held import Effect, Held, experiment_of, windows_in
from seci_sim.evidence.study import Study, read_study, shipped_studies
from seci_sim.evidence.told import published, simulated
from seci_sim.lab.comparing import simulate
from seci_sim.lab.doubt import changes, nine_in_ten, without_luck
from seci_sim.lab.factors import DECLARED, kind_of, plausible_range
from seci_sim.lab.intervals import student
from seci_sim.lab.statistics import MET
from seci_sim.lab.worlds import AGREEING_WORLDS, RUNS_OF_A_WORLD, TABLE, Plausible, agreeing
from seci_sim.words import NOTHING, ends, listed, setting, significant

PAGE = Path(__file__).parent / "agreeing.md"

RUN_AGAIN = 192
"""Worlds that agree in which every study is run again: the emulator chose them."""

NARROWER, MOVED = 0.9, 0.25
"""A finding taught something of a number where worlds that agree have at most this share of the spread of plausible ones,
or their mean is so many of its standard deviations away."""

HEADLINES = (
    ("The first percent", "no-patient-time", "one-percent"),
    ("The second percent", "one-percent", "two-percent"),
    ("A local partner", "global-partner-only", "local-partner"),
)


def main(folder: Path) -> None:
    """Run what has not been run, find the worlds, write them and the page."""
    folder.mkdir(parents=True, exist_ok=True)
    found = agreement(folder)
    write_worlds(found.drawn(AGREEING_WORLDS))
    agreeing.cache_clear()
    PAGE.write_text(page(found), "utf-8", newline="\n")


def judged() -> list[Study]:
    """Studies that teach, the most comparable first."""
    every = [one for one in map(read_study, shipped_studies()) if teaches(one)]
    return sorted(every, key=lambda one: (one.match.grade, one.name))


def agreement(folder: Path) -> Agreement:
    """How far candidates agree with every study that teaches."""
    ran, asked = plausible_worlds(), candidates()
    effects, likelihoods, sure = {}, {}, {}
    for study in judged():
        assert study.again is not None
        if study.again.effect == OF_A_PARAMETER:
            found = Emulated(asked[study.again.parameter].to_numpy(float), error=0.0, sure=1.0)
        else:
            found = emulated(study, ran, run(study, ran, folder), asked)
        effects[study.label] = found.effects
        likelihoods[study.label] = likelihood(study, found)
        sure[study.label] = found.sure
    return Agreement(asked, pd.DataFrame(effects), pd.DataFrame(likelihoods), sure)


def write_worlds(worlds: pd.DataFrame) -> None:
    """Write the table of the package."""
    rounded = {name: _rounded(name, values) for name, values in worlds.items()}
    pd.DataFrame(rounded).to_csv(TABLE, index=False, lineterminator="\n")


def _rounded(name: object, values: pd.Series) -> list[str]:
    """Four digits: many more than are known."""
    return [str(int(v)) if kind_of(str(name)) is int else f"{v:.4g}" for v in values]


def page(found: Agreement) -> str:
    """The page as Markdown."""
    studies = judged()
    weights = found.weights()
    rows = [_study_row(found, study) for study in studies]
    wide, held = sum(row[1] for row in rows), sum(row[2] for row in rows)
    taught = {study.label: _taught(found.worlds, found.alone(study.label)) for study in studies}
    touched = set().union(*taught.values())
    parts = [
        HEAD.strip(),
        f"Of {CANDIDATES:,} candidates the {AGREEING_WORLDS} in the package were drawn; weighed, they count as {effective(weights):,.0f}.",
        "## Each finding, predicted by the others",
        f"**In {held} of {len(rows)} rows what was published lies in the interval of worlds that never saw it**; in that of all "
        f"plausible worlds in {wide}. Where the first is fewer, findings contradict each other in this model.",
        _markdown(
            (
                "finding",
                "grade",
                "published",
                "plausible worlds",
                "never saw it",
                "agree",
                "agree, run again",
                "r",
            ),
            [row[0] for row in rows],
        ),
        EXPLAINED.strip(),
        "## What each finding taught",
        _markdown(
            ("finding", "number", "plausible", "in worlds that agree with this finding alone"),
            _taught_rows(studies, taught),
        ),
        f"{len(touched)} of {found.worlds.shape[1]} numbers were touched. The others stay as wide as they were: "
        f"{listed([f'`{name}`' for name in found.worlds if name not in touched])}.",
        "## All findings together",
        _markdown(
            ("number", "usual", "plausible", "nine worlds of ten that agree"),
            _together(found, weights),
        ),
        "## What it does to the headlines",
        _markdown(
            ("what is asked", "worlds", "points of needs met, nine worlds of ten", "more in"),
            _headlines(),
        ),
    ]
    return "\n\n".join(parts) + "\n"


HEAD = f"""# Worlds that agree with the evidence

Written by `docs/make_agreeing.py`; change that file, not this page.

Most numbers of the model are assumed. Worlds are sets of other values that they may have. By default a comparison looks
at worlds in which the model gives what was measured elsewhere as nearly as its rules allow; `--worlds plausible:N` looks at
worlds from all plausible values instead.

**How.** Each finding of grade A or B that can be made again in a world ([held against the world](evidence.md)) was run once in
each of {WORLDS:,} plausible worlds. Boosted trees smooth luck out of what came of it; candidates are judged by them. A world
counts by how likely what was published is there, if it is the model's effect with the error of the study and a
discrepancy, since one firm is not another: of {DISCREPANCY["A"]:.0%} of what was published for grade A, {DISCREPANCY["B"]:.0%} for B
(standard deviations). That is our assumption, and the largest one here. A direction counts by the chance of its sign.

**What is left out.** Findings of grade C; the one that the half-life was taken from; turnover and performance, which is found
between firms and not within one; and {len(SET_ASIDE)} that no plausible world comes near ({"; ".join(read_study(name).name for name in SET_ASIDE)}): they say
that rules lack something, not which numbers are right. What a scenario states itself holds in every world, whatever the others
would be like with it.
"""

EXPLAINED = f"""
Nine worlds of ten: of all plausible ones; of those that agree with every other finding and never saw this one; of those
that agree with all. *r* says how two emulators fitted to either half of the runs go together over candidates: where it is
low, luck hides what the model gives, and the finding teaches little. Run again: {RUN_AGAIN} worlds that agree, twice each,
all taken together, with what luck leaves open of it (95%); the emulator chose these worlds, the runs do not know it.
"""


def _study_row(found: Agreement, study: Study) -> tuple[tuple[str, ...], bool, bool]:
    """Cells, and whether what was published lies in all plausible worlds, and in those that never saw it."""
    effects = found.effects[study.label].to_numpy()
    even = np.ones(effects.size)
    spans = [between(effects, w) for w in (even, found.weights([study.label]), found.weights())]
    cells = (
        study.name, study.match.grade, published(Held(study)), *(ends(span, "") for span in spans),
        f"{found.sure[study.label]:.2f}", run_again(study),
    )  # fmt: skip
    return cells, _reaches(study, spans[0]), _reaches(study, spans[1])


def _reaches(study: Study, span: tuple[float, float]) -> bool:
    """Whether what was published lies between; of a direction, whether any of it lies on that side."""
    if study.finding.bounds is None:
        return span[1] > 0 if study.finding.direction == "more" else span[0] < 0
    low, high = study.finding.bounds
    return span[0] <= high and low <= span[1]


def run_again(study: Study) -> str:
    """The effect in worlds that agree, all taken together, by runs."""
    assert study.again is not None
    if study.again.effect == OF_A_PARAMETER:
        return NOTHING
    table = agreeing()
    worlds = pd.DataFrame(table.rows[:RUN_AGAIN], columns=list(table.names))
    experiment = experiment_of(study, RUNS_OF_A_WORLD, table_for(study, worlds), seed=10**7)
    every = [_as_one_world(firm) for firm in windows_in(study, experiment, None)]
    (found,) = in_runs(KINDS[study.again.effect].of, every[0], every[-1])
    effects = found[np.isfinite(found)]
    interval = student(effects)
    assert interval is not None
    return simulated(Effect(float(effects.mean()), interval))


def _as_one_world(firm: Window) -> Window:
    """Runs of many worlds as if they were of one."""
    now, before, spread = (part.reshape(1, -1) for part in (firm.now, firm.before, firm.spread))
    return Window(now, before, spread, firm.weeks)


def _taught(worlds: pd.DataFrame, weights: Array) -> dict[str, tuple[float, float]]:
    """Numbers of which a finding taught something, and between which values they then lie."""
    found = {}
    for name in worlds:
        values = worlds[name].to_numpy(float)
        mean = np.average(values, weights=weights)
        spread = np.sqrt(np.average((values - mean) ** 2, weights=weights)) / values.std()
        if spread <= NARROWER or abs(mean - values.mean()) >= MOVED * values.std():
            found[str(name)] = between(values, weights)
    return found


def _taught_rows(
    studies: Sequence[Study], taught: dict[str, dict[str, tuple[float, float]]]
) -> list[tuple[str, ...]]:
    rows = []
    for study in studies:
        rows += [
            (study.name, f"`{name}`", _plausible(name), _said(name, span))
            for name, span in taught[study.label].items()
        ]
        if not taught[study.label]:
            rows.append((study.name, NOTHING, NOTHING, NOTHING))
    return rows


def _plausible(name: str) -> str:
    return _said(name, plausible_range(DECLARED[name]))


def _said(name: str, span: tuple[float, float]) -> str:
    unit = DECLARED[name].unit
    return f"{setting(_short(span[0]), unit)} to {setting(_short(span[1]), unit)}"


def _short(value: float) -> float:
    return float(f"{value:.2g}")


def _together(found: Agreement, weights: Array) -> list[tuple[str, ...]]:
    rows = []
    for name, span in _taught(found.worlds, weights).items():
        usual = DECLARED[name].default
        outside = " (outside)" if not span[0] <= usual <= span[1] else ""
        rows.append(
            (
                f"`{name}`",
                setting(usual, DECLARED[name].unit) + outside,
                _plausible(name),
                _said(name, span),
            )
        )
    return rows


def _headlines() -> list[tuple[str, ...]]:
    rows = []
    for title, against, policy in HEADLINES:
        scenarios = [read_scenario(against), read_scenario(policy)]
        for words, worlds in (
            ("plausible", Plausible(AGREEING_WORLDS)),
            ("agree", AGREEING_WORLDS),
        ):
            runs = simulate(scenarios, worlds=worlds, replications=2).worlds.runs
            gains = changes(runs, MET, scenarios[1].name, scenarios[0].name)
            of_worlds = without_luck(gains)
            low, high = nine_in_ten(of_worlds)
            share = float((of_worlds > 0).mean())
            rows.append(
                (
                    title,
                    words,
                    f"{significant(100 * gains.mean())} ({ends((100 * low, 100 * high), '')})",
                    f"{10 * share:.1f} worlds of ten",
                )
            )
    return rows


def _markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    lines.insert(1, "|---" * len(head) + "|")
    return "\n".join(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
