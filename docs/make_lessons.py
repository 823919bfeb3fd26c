"""Run every shipped lesson and write what was measured to ``lessons.md``, and for the pages.

python docs/make_lessons.py        # a few minutes
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from seci_sim.lab.comparing import simulate
from seci_sim.page.handout.evidence import Evidence, evidence
from seci_sim.page.handout.making import MEASURED, as_measured, handout
from seci_sim.page.lessons import Lesson, read_lesson, shipped_lessons

PAGE = Path(__file__).with_name("lessons.md")
SEED, RUNS = 1001, 40

HEAD = f"""# What the lessons' runs show

Written by `docs/make_lessons.py`, which makes every run; change that file, not this page.

For every setting of the lessons in [teaching.md](teaching.md): the mean of {RUNS} runs (seeds {SEED} to
{SEED + RUNS - 1}, others than those that the pages show) with its 95% interval, and below it the change from the
first setting on the same luck, with an interval so wide that all changes of a lesson's outcome hold together in
95% of experiments. Changes of shares are in percentage points. *Not told apart* means that the interval holds
no change at all.
"""


def chapter(name: str) -> Iterator[str]:
    """One lesson: its question, its finding and a table of all outcomes."""
    lesson = read_lesson(name)
    results = simulate(lesson.settings, seed=SEED, replications=RUNS)
    yield f"## {lesson.name}\n"
    yield f"`{name}`: {lesson.question}\n"
    yield f"*{lesson.finding}*\n"
    yield from _table(lesson, evidence(lesson, results.summary))


def _table(lesson: Lesson, shown: list[Evidence]) -> Iterator[str]:
    yield "| outcome | " + " | ".join(lesson.labels) + " |"
    yield "|---" * (len(lesson.labels) + 1) + "|"
    for one in shown:
        yield f"| {one.outcome} | " + " | ".join(_cells(one)) + " |"
    yield ""
    for one in shown:
        yield f"- *{one.outcome}*: {one.meaning}"
    yield ""


def _cells(one: Evidence) -> Iterator[str]:
    for row in one.rows:
        parts = [f"**{row.value}**"] + [f"({row.interval})"] * bool(row.interval)
        if row.change:
            apart = "" if row.apart else "; not told apart"
            parts.append(f"<br>{row.change} ({row.changes}{apart})")
        yield " ".join(parts)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for name in shipped_lessons() for line in chapter(name))])


def measured() -> str:
    """What the pages of the shipped lessons show without making all runs again."""
    found = {name: as_measured(handout(read_lesson(name))) for name in shipped_lessons()}
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    MEASURED.write_text(measured(), encoding="utf-8", newline="\n")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
