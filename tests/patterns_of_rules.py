"""Patterns of the rules that are off unless a scenario switches them on: published findings, compared.

No other implementation gives their sizes: these were measured with this one, on seeds from 1001 on.
Where a rule does not show its finding, its pattern is that there is hardly any difference, and its
words say what was found elsewhere.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from paired import Effect, Figures, change, course, less, measured

from seci_sim.scenario import Change, Scenario

measured_here = partial(Effect, theirs=False)


def together(
    measure: str, weeks: slice, one: dict[str, Any], other: dict[str, Any], *shocks: Change
) -> Figures:
    """What a second setting adds to the effect of the first: their interaction."""
    neither, both = course(*shocks), course(*shocks, **one, **other)
    return less(
        change(course(*shocks, **other), both, measure, weeks),
        change(neither, course(*shocks, **one), measure, weeks),
    )


def of_week(week: int) -> slice:
    """One week, in which a measure is taken."""
    return slice(week - 1, week)


END, LATER_YEAR = of_week(208), slice(104, 156)


# P15: those who know other things, and what cannot be read ----------------------------------------


def across_units(legibility: float, specialisation: float = 0.8) -> Figures:
    """Needs met that come from meetings of two hours across units, over strong ties, against within.

    Needs are the same everywhere, documents are found easily, and few people meet patients.
    """
    there: dict[str, Any] = {"specialisation": specialisation, "legibility": legibility, "local_difference": 0.0,
             "search_success": 0.9, "mentoring_hours": 2.0, "second_line": 1.0,
             "patient_time": 0.0025}  # fmt: skip
    return change(course(**there, cross_unit=0.0), course(**there, cross_unit=1.0), "needs_met")


SPECIALISTS = (
    measured_here("P15", "specialists who cannot read each other's documents gain from meetings across units",
                  0.024, across_units(0.1), seeds=48),
    measured_here("P15", "those who can read them lose", -0.022, across_units(1.0), seeds=48),
    measured_here("P15", "the harder documents are to read, the more such meetings are worth", 0.046,
                  less(across_units(0.1), across_units(1.0)), seeds=40),
    measured_here("P15", "the more so, the more units specialise", 0.032,
                  less(across_units(0.1), across_units(0.1, specialisation=0.0)), seeds=48, slow=True),
)  # fmt: skip

# P16: routine business teaches --------------------------------------------------------------------


def first_percent(contact: float) -> Figures:
    """Needs met that 1% of hours with patients adds, where routine business teaches too."""
    without = course(patient_time=0.0, ambient_contact=contact)
    return change(without, course(ambient_contact=contact), "needs_met")


ON_THE_JOB = (
    measured_here("P16", "1% with patients, where no routine business teaches", 0.317, first_percent(0)),
    measured_here("P16", "the same, where .25% of it teaches as visits do", 0.091, first_percent(0.0025)),
    measured_here("P16", "the same, where .5% of it does", 0.02, first_percent(0.005), seeds=40, slow=True),
    measured_here("P16", "practice in 5% of routine business: skill", 0.103,
                  change(course(), course(on_the_job=0.05), "skill")),
)  # fmt: skip

# P17: absorptive capacity -------------------------------------------------------------------------

ABSORBING_SLOWLY: dict[str, Any] = {"absorptive_floor": 0.2}
SMALLER_STEP: dict[str, Any] = {"patient_learning": 0.12}
"""With which as many needs are met after four years as with the rule."""

LEAVE = Change(week=157, staff_leave=0.4)


def dose(before: float, after: float, **settings: Any) -> Figures:
    """Needs met that more hours with patients add."""
    return change(
        course(**settings, patient_time=before), course(**settings, patient_time=after), "needs_met"
    )


def not_made_up(**settings: Any) -> Figures:
    """Tacit alignment that is missing a year after 40% of the staff left."""
    return change(course(**settings), course(LEAVE, **settings), "tacit_alignment", END)


ABSORBING = (
    measured_here("P17", "who knows nothing learns at a fifth of the pace: a quarter percent with patients adds hardly any",
                  0.004, dose(0.0, 0.0025, **ABSORBING_SLOWLY), within=0.02),
    measured_here("P17", "the next three quarters add much", 0.241, dose(0.0025, 0.01, **ABSORBING_SLOWLY)),
    measured_here("P17", "at one pace for all, the first quarter adds more than the next three", 0.165,
                  less(dose(0.0, 0.0025), dose(0.0025, 0.01))),
    measured_here("P17", "a smaller step for all bends the curve as much: what the first quarter then adds",
                  0.002, dose(0.0, 0.0025, **SMALLER_STEP), within=0.02),
    measured_here("P17", "slower at first than with that smaller step: tacit alignment after half a year", -0.02,
                  change(course(**SMALLER_STEP), course(**ABSORBING_SLOWLY), "tacit_alignment", of_week(26))),
    measured_here("P17", "newcomers make up less of what leavers took in a year than with that step", -0.015,
                  less(not_made_up(**ABSORBING_SLOWLY), not_made_up(**SMALLER_STEP))),
)  # fmt: skip

# P18: initiative ----------------------------------------------------------------------------------

JUMP = Change(week=105, needs_jump=0.5)
STARTS, WORDS = "projects_started", "moved_externalization"


def jumps(measure: str, **settings: Any) -> Figures:
    """What half of all needs turning round changes in the year that follows."""
    return change(course(**settings), course(JUMP, **settings), measure, LATER_YEAR)


STARTING = (
    measured_here("P18", "needs jump: more projects a week in the year after", 0.045,
                  jumps(STARTS, initiative_total=1.0)),
    measured_here("P18", "more is put into words after a jump than without the rule", 0.065,
                  less(jumps(WORDS, initiative_total=1.0), jumps(WORDS)), seeds=100, slow=True),
)  # fmt: skip

# P19: openness ------------------------------------------------------------------------------------

TELLING = (
    measured_here("P19", "two in five share what they know: needs met", -0.085,
                  change(course(), course(openness=0.4), "needs_met")),
    measured_here("P19", "longer meetings then add less skill: the scarcer factor binds", -0.0137,
                  together("skill", END, {"mentoring_hours": 2.0}, {"openness": 0.4})),
)  # fmt: skip

# P20: meetings with the best ----------------------------------------------------------------------

FOR_A_QUARTER = (
    Change(week=53, policy={"mentoring_hours": 2.0}),
    Change(week=66, policy={"mentoring_hours": 0.0}),
)
TALENT: dict[str, Any] = {"talent_spread": 0.4, "mentoring_hours": 0.0}


def after_meetings(week: int) -> Figures:
    """Skill that a quarter of meetings, two hours a week, adds."""
    return change(course(**TALENT), course(*FOR_A_QUARTER, **TALENT), "skill", of_week(week))


def with_mentors(measure: str) -> Figures:
    """What is added where the surest meet the least sure, instead of anybody anybody."""
    meeting: dict[str, Any] = TALENT | {"mentoring_hours": 2.0}
    return change(course(**meeting), course(**meeting, mentors=True), measure)


STARS = (
    measured_here("P20", "peers meet for a quarter: skill in its last week", 0.0126, after_meetings(65)),
    measured_here("P20", "some of it is there 20 weeks later", 0.0053, after_meetings(85)),
    measured_here("P20", "the surest meet the least sure: needs met, not shown (Sandvik et al. found most there)",
                  0.0, with_mentors("needs_met"), seeds=40, within=0.02),
)  # fmt: skip

# P21 and P22: reviews, reading --------------------------------------------------------------------

TEACHING = (
    measured_here("P21", "reviews teach: skill of the whole staff, of whom few are in a pilot", 0.0003,
                  change(course(), course(review_learning=0.2), "skill"), within=0.01),
    measured_here("P22", "reading shows in practice, without training: skill, not shown (Cochrane: 4 points)",
                  0.0028, change(course(training_hours=0.0, reading_use=0.3, reading_hours=0.0),
                                course(training_hours=0.0, reading_use=0.3, reading_hours=1.0), "skill"),
                  within=0.01),
)  # fmt: skip

# P23: routines that lapse -------------------------------------------------------------------------

NO_MORE = Change(week=105, policy={"projects_per_head": 0.0})


def without_projects(turnover: float = 0.1, **settings: Any) -> Scenario:
    """Ten years, of which the last eight start no project."""
    return course(NO_MORE, scenario="ten-years", turnover=turnover, **settings)


def dropped(course_of_it: Scenario) -> Figures:
    """Coverage of routines at the end of ten years, less that at the end of the third."""
    return less(
        measured(course_of_it, "routine_coverage", of_week(520)),
        measured(course_of_it, "routine_coverage", of_week(156)),
    )


LAPSING = (
    measured_here("P23", "routines lapse at 8% a year: what is lost of their coverage in seven years", -0.312,
                  dropped(without_projects(lapse=0.08))),
    measured_here("P23", "more lapse where more staff leave: 30% turnover a year against 10%", -0.204,
                  change(without_projects(lapse=0.04, lapse_turnover=10.0),
                         without_projects(0.3, lapse=0.04, lapse_turnover=10.0),
                         "routine_coverage", of_week(520))),
)  # fmt: skip

# P24: watchfulness --------------------------------------------------------------------------------

WATCHING = (
    measured_here("P24", "staff who fully know better avert all harm: needs mis-served", -0.0065,
                  change(course(), course(watchfulness=1.0), "needs_mis_served")),
)  # fmt: skip

OF_RULES = (
    *SPECIALISTS, *ON_THE_JOB, *ABSORBING, *STARTING, *TELLING, *STARS, *TEACHING, *LAPSING, *WATCHING,
)  # fmt: skip
