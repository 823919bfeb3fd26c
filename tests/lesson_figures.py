"""Figures that lessons state, and the runs on fresh seeds that they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats

from seci_sim.lab.comparing import simulate
from seci_sim.lab.run import Results
from seci_sim.lab.statistics import add_ratios
from seci_sim.page.lessons import Lesson, read_lesson
from seci_sim.seci.knowledge import Array
from seci_sim.seci.measures import WHOLE

FIRST_SEED, SEEDS = 1001, 48
FALSE_ALARM = 0.0001


@cache
def ran(name: str) -> tuple[Lesson, Results]:
    """All settings of a lesson on fresh seeds."""
    lesson = read_lesson(name)
    return lesson, simulate(lesson.settings, seed=FIRST_SEED, replications=SEEDS)


def values(name: str, setting: str, measure: str, week: int | None = None) -> Array:
    """A measure in each run: of the summary, or as it is in one week."""
    lesson, results = ran(name)
    assert setting in lesson.labels
    if week is None:
        table = add_ratios(results.summary)
    else:
        table = results.weekly
        table = table[(table["market"] == WHOLE) & (table["week"] == week)]
    found: Array = table[table["scenario"] == setting].set_index("seed")[measure].to_numpy(float)
    assert found.shape == (SEEDS,)
    return found


def told(name: str) -> str:
    """All that a lesson tells, as one line."""
    lesson = read_lesson(name)
    parts = (lesson.bet.question, *lesson.look_at, lesson.finding, lesson.explanation)
    return " ".join(" ".join(parts).split())


@dataclass(frozen=True)
class Figure:
    """A figure that a lesson states of one setting."""

    lesson: str
    words: str
    """Where it stands in the lesson."""
    setting: str
    measure: str
    stated: float
    digit: float
    """The size of its last digit: 0.01 where it is stated in whole percent."""
    week: int | None = None
    """Without one, what a run comes to: mostly the mean of the last year."""
    less: str = ""
    """The setting that it is a change from, if it is one."""

    def __str__(self) -> str:
        return f"{self.lesson}: {self.words} ({self.setting})"


def states(stated: float, digit: float, found: Array) -> bool:
    """Whether a figure is what the mean behind these runs would be rounded to, but for their luck."""
    error = float(found.std(ddof=1)) / np.sqrt(SEEDS)
    luck = float(stats.t.isf(FALSE_ALARM / 2, SEEDS - 1)) * error
    return bool(abs(float(found.mean()) - stated) <= digit / 2 + luck)


END = 208
LETTER, PERCENT, PARTNER = "each-letter", "why-one-percent", "why-a-local-partner"
COPY, LEAVES, PRICES, SPIRAL = "copy-or-create", "who-leaves-with-what", "tiered-prices", "does-the-spiral-rise"  # fmt: skip
TELL = "what-would-it-tell"
LASTS, SECRET, SHARE = "why-advantage-lasts", "Two rivals, nothing leaks", "share_of_patients"
ALL, MET, WRONG = "All four modes", "needs_met", "needs_mis_served"
NOTHING = "No patients, more of everything"

FIGURES = [
    Figure(LETTER, "With all four modes the firm meets about 44%", ALL, MET, 0.44, 0.02),
    Figure(LETTER, "fall to about 13%", "No socialization", MET, 0.13, 0.01),
    Figure(LETTER, "fall to about 13%", "No externalization", MET, 0.13, 0.01),
    Figure(LETTER, "skill falls from 63%", ALL, "skill", 0.63, 0.01),
    Figure(LETTER, "from 63% to 46%", "No internalization", "skill", 0.46, 0.01),
    Figure(LETTER, "Each of the two costs about ten percentage points", "No combination", MET, -0.10, 0.02, less=ALL),
    Figure(LETTER, "Each of the two costs about ten percentage points", "No internalization", MET, -0.10, 0.02, less=ALL),
    Figure(PERCENT, "in the fourth year the firm meets 13% of their needs", "0%", MET, 0.13, 0.01),
    Figure(PERCENT, "rise from 13% without patients", "0%", MET, 0.13, 0.01),
    Figure(PERCENT, "about a third at a quarter of a percent", "0.25%", MET, 1 / 3, 0.02),
    Figure(PERCENT, "41% at half a percent", "0.5%", MET, 0.41, 0.01),
    Figure(PERCENT, "and 44% at 1%", "1%", MET, 0.44, 0.01),
    Figure(PERCENT, "brings 48%", "10%", MET, 0.48, 0.01),
    Figure(PERCENT, "about 21 hours a head and year", "1%", "patient_hours_a_head_and_year", 21, 1),
    Figure(PARTNER, "With both partners, about 29% of needs are mis-served in the fourth year", "Both partners", WRONG, 0.29, 0.01),
    Figure(PARTNER, "33% instead of 29% with both", "Both partners", WRONG, 0.29, 0.01),
    Figure(PARTNER, "33% instead of 29% with both", "Global partner only", WRONG, 0.33, 0.01),
    Figure(PARTNER, "3 percentage points fewer are met", "Global partner only", MET, -0.03, 0.01, less="Both partners"),
    Figure(PARTNER, "fewer are mis-served than with both, 26%", "Local partner only", WRONG, 0.26, 0.01),
    Figure(PARTNER, "eight weeks sooner", "Local partner only", "weeks_to_routine", 8, 1, less="Global partner only"),
    Figure(COPY, "23% of needs are mis-served in the fourth year", "Create only", WRONG, 0.23, 0.01),
    Figure(COPY, "Who copies all meets 46%", "Copy all", MET, 0.46, 0.01),
    Figure(COPY, "46% of needs instead of 37%", "Create only", MET, 0.37, 0.01),
    Figure(COPY, "from 23% to 29%", "Create only", WRONG, 0.23, 0.01),
    Figure(COPY, "from 23% to 29%", "Copy all", WRONG, 0.29, 0.01),
    Figure(COPY, "about 23 weeks sooner", "Copy all", "weeks_until_half_know", -23, 2, less="Create only"),
    Figure(LEAVES, "needs met from 37%", "Baseline", MET, 0.37, 0.01, 130),
    Figure(LEAVES, "from 37% to 32%", "Exodus", MET, 0.32, 0.01, 130),
    Figure(LEAVES, "from 0.24", "Baseline", "tacit_alignment", 0.24, 0.01, 130),
    Figure(LEAVES, "to 0.15", "Exodus", "tacit_alignment", 0.15, 0.01, 130),
    Figure(LEAVES, "in the last year the difference is about one percentage point", "Exodus", MET, -0.01, 0.01, less="Baseline"),
    Figure(LEAVES, "in the last year about one percentage point is missing", "Lost library", MET, -0.01, 0.01, less="Baseline"),
    Figure(LEAVES, "no patient notices on the day", "Lost library", MET, 0.0, 0.001, 130, less="Baseline"),
    Figure(LEAVES, "in the last year they are at 17%", "Lost memory", MET, 0.17, 0.01),
    Figure(LEAVES, "Undisturbed, the firm meets 44%", "Baseline", MET, 0.44, 0.01),
    Figure(LEAVES, "needs met fall to nothing on the day", "Lost memory", MET, 0.0, 0.01, 130),
    Figure(PRICES, "9% of the poorest patients' needs are met", "One price", "needs_met_destitute", 0.09, 0.01),
    Figure(PRICES, "from 9% to 41%", "Tiers by income", "needs_met_destitute", 0.41, 0.01),
    Figure(PRICES, "52% of those for whom the medicine is right start", "One price", "share_starting", 0.52, 0.01),
    Figure(PRICES, "with tiers by income 81%", "Tiers by income", "share_starting", 0.81, 0.01),
    Figure(PRICES, "but reaches 66%", "Half price for all", "share_starting", 0.66, 0.01),
    Figure(PRICES, "nothing changes for the rich", "Tiers by income", "needs_met_rich", 0.0, 0.002, less="One price"),
    Figure(PRICES, "What the firm knows is the same", "Tiers by income", MET, 0.0, 0.001, less="One price"),
    Figure(SPIRAL, "the firm meets about 44% of their needs", "1% with patients", MET, 0.44, 0.01),
    Figure(SPIRAL, "13% of needs are met in the last year", "No patients", MET, 0.13, 0.01),
    Figure(SPIRAL, "four times the hours of talk change nothing", "No patients, more talk", MET, 0.0, 0.01, less="No patients"),
    Figure(SPIRAL, "it is 14%", NOTHING, MET, 0.14, 0.01),
    Figure(TELL, "in the fourth year 43% of needs are met", "1%", MET, 0.43, 0.01),
    Figure(TELL, "45% of needs are met instead of 43%", "5%", MET, 0.45, 0.01),
    Figure(TELL, "Skill rises from 63%", "1%", "skill", 0.63, 0.01),
    Figure(TELL, "from 63% to 65%", "5%", "skill", 0.65, 0.01),
    Figure(LASTS, "in the eighth year 62% come to the first", SECRET, SHARE, 0.62, 0.01),
    Figure(LASTS, "meets about 11% of needs", SECRET, "rival_needs_met_Copier", 0.11, 0.01),
    Figure(LASTS, "it comes to meet 41%", "Two rivals", "rival_needs_met_Copier", 0.41, 0.01),
    Figure(LASTS, "half of the patients, 50%, come to each firm", "Two rivals, at rest", SHARE, 0.50, 0.01),
    Figure(LASTS, "Where they go on, 56% still come", "Two rivals", SHARE, 0.56, 0.01),
]  # fmt: skip
