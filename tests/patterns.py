"""The patterns that the model must show: what is compared, and how large it is elsewhere.

``test_patterns.py`` and ``test_patterns_of_policy.py`` test them; ``docs/measure_patterns.py`` makes
the table of ``docs/patterns.md`` from them.
"""

from __future__ import annotations

from paired import (
    Effect,
    Figures,
    Level,
    change,
    course,
    less,
    measured,
    weeks_to_routine,
)

from seci_sim.scenario import Change

ALL = course()
WITHOUT = {
    "S": course(socialization=False),
    "E": course(externalization=False),
    "C": course(combination=False),
    "I": course(internalization=False),
}
PATIENT_TIME = {
    share: course(patient_time=share) for share in (0.0, 0.0025, 0.005, 0.02, 0.05, 0.1, 0.2)
} | {0.01: ALL}


def patient_time(before: float, after: float, measure: str = "needs_met") -> Figures:
    """What a measure gains from one share of patient time to another."""
    return change(PATIENT_TIME[before], PATIENT_TIME[after], measure)


# P1 to P4: the modes, and patient time ------------------------------------------------------------

LEVELS = (
    Level("P1", "latent right", 0.80, measured(ALL, "latent_right")),
    Level("P1", "systemic right", 0.61, measured(ALL, "systemic_right")),
    Level("P1", "routine coverage", 0.99, measured(ALL, "routine_coverage")),
    Level("P1", "routine coverage without E", 0.28, measured(WITHOUT["E"], "routine_coverage")),
    Level("P1", "tacit alignment", 0.27, measured(ALL, "tacit_alignment")),
    Level("P1", "tacit alignment without S", 0.07, measured(WITHOUT["S"], "tacit_alignment")),
    Level("P1", "tacit alignment without E", 0.13, measured(WITHOUT["E"], "tacit_alignment")),
    Level("P1", "skill", 0.63, measured(ALL, "skill")),
    Level("P1", "skill without I", 0.46, measured(WITHOUT["I"], "skill")),
    Level("P2", "needs met", 0.44, measured(ALL, "needs_met")),
    *(
        Level("P2", f"needs met without {mode}", met, measured(WITHOUT[mode], "needs_met"))
        for mode, met in (("S", 0.12), ("E", 0.13), ("C", 0.34), ("I", 0.35))
    ),
    Level("P3", "routines wrong", 0.23, measured(ALL, "routine_wrong")),
    Level("P3", "routines wrong without C", 0.09, measured(WITHOUT["C"], "routine_wrong")),
    Level("P3", "markets differ", 0.30, measured(ALL, "market_difference")),
    Level("P3", "markets differ without C", 0.37, measured(WITHOUT["C"], "market_difference")),
    *(
        Level("P4", f"needs met at {share:.2%} patient time", met,
              measured(PATIENT_TIME[share], "needs_met"))
        for share, met in ((0.0, 0.12), (0.0025, 0.35), (0.005, 0.43), (0.01, 0.44),
                           (0.02, 0.46), (0.05, 0.47), (0.1, 0.49))
    ),
    *(
        Level("P4", f"service value at {share:.2%} patient time", value,
              measured(PATIENT_TIME[share], "service_value"))
        for share, value in ((0.0, 0.12), (0.0025, 0.33), (0.005, 0.40), (0.01, 0.42),
                             (0.02, 0.42), (0.05, 0.43), (0.1, 0.42), (0.2, 0.37))
    ),
)  # fmt: skip

OF_THE_MODES = (
    Effect("P1", "without S tacit alignment falls", -0.20,
           change(ALL, WITHOUT["S"], "tacit_alignment")),
    Effect("P1", "without E it falls less far: people know, but nothing is said", 0.06,
           change(WITHOUT["S"], WITHOUT["E"], "tacit_alignment")),
    Effect("P1", "without E routine coverage collapses", -0.71,
           change(ALL, WITHOUT["E"], "routine_coverage")),
    Effect("P1", "without I skill falls", -0.17, change(ALL, WITHOUT["I"], "skill")),
    *(
        Effect("P2", f"without {mode} fewer needs are met", met,
               change(ALL, WITHOUT[mode], "needs_met"))
        for mode, met in (("S", -0.32), ("E", -0.31), ("C", -0.10), ("I", -0.09))
    ),
    Effect("P2", "more is lost without S than without C", -0.22,
           change(WITHOUT["C"], WITHOUT["S"], "needs_met")),
    Effect("P2", "more is lost without S than without I", -0.23,
           change(WITHOUT["I"], WITHOUT["S"], "needs_met")),
    Effect("P2", "more is lost without E than without C", -0.21,
           change(WITHOUT["C"], WITHOUT["E"], "needs_met")),
    Effect("P2", "more is lost without E than without I", -0.22,
           change(WITHOUT["I"], WITHOUT["E"], "needs_met")),
    Effect("P3", "C brings wrong routines", 0.14, change(WITHOUT["C"], ALL, "routine_wrong")),
    Effect("P3", "C makes markets alike", -0.07, change(WITHOUT["C"], ALL, "market_difference")),
    Effect("P4", "the first quarter of a percent brings more than the next three", 0.14,
           less(patient_time(0.0, 0.0025), patient_time(0.0025, 0.01))),
    Effect("P4", "the rest of the first percent brings more than the next nine", 0.04,
           less(patient_time(0.0025, 0.01), patient_time(0.01, 0.1)), seeds=40, slow=True),
    Effect("P4", "the next nine still bring something", 0.05, patient_time(0.01, 0.1)),
    Effect("P4", "priced by its hours, a fifth of all hours is worse than 5%", -0.06,
           patient_time(0.05, 0.2, "service_value"), slow=True),
)  # fmt: skip


# P5, P5b: partners --------------------------------------------------------------------------------

DIFFERENCES = (0.0, 0.25, 0.5)
YEAR = {number: slice(52 * number - 52, 52 * number) for number in (1, 2, 3, 4)}
HORIZON = slice(0, 208)
BOTH = {share: course(local_difference=share) for share in DIFFERENCES}
LOCAL_ONLY = {
    share: course(local_difference=share, justification_global_partners=0) for share in DIFFERENCES
}
GLOBAL_ONLY = {
    share: course(local_difference=share, justification_local_partners=0) for share in DIFFERENCES
}


def local_less_global(share: float, measure: str) -> Figures:
    """What a panel with the local partner only has more than one with the global one only."""
    return change(GLOBAL_ONLY[share], LOCAL_ONLY[share], measure)


def local_adds(share: float, weeks: slice) -> Figures:
    """Needs met that the local partner adds to a panel with the global one."""
    return change(GLOBAL_ONLY[share], BOTH[share], "needs_met", weeks)


def global_adds(share: float, weeks: slice) -> Figures:
    """Needs met that the global partner adds to a panel with the local one."""
    return change(LOCAL_ONLY[share], BOTH[share], "needs_met", weeks)


OF_PARTNERS = (
    Effect("P5", "local-only panel less global-only, right routines", 0.11,
           local_less_global(0.25, "routine_right")),
    Effect("P5", "the same, needs met", 0.03, local_less_global(0.25, "needs_met"), seeds=32,
           slow=True),
    Effect("P5", "the global partner saves weeks from concept to routine", 8.1,
           less(weeks_to_routine(LOCAL_ONLY[0.25]), weeks_to_routine(GLOBAL_ONLY[0.25]))),
    Effect("P5", "local less global, right routines, no need local", 0.03,
           local_less_global(0.0, "routine_right"), seeds=64, slow=True),
    Effect("P5", "local less global, right routines, half of the needs local", 0.16,
           local_less_global(0.5, "routine_right"), slow=True),
    Effect("P5", "local less global, needs met, half of the needs local", 0.05,
           local_less_global(0.5, "needs_met"), slow=True),
    Effect("P5", "the more needs are local, the more it matters (right routines)", 0.13,
           less(local_less_global(0.5, "routine_right"), local_less_global(0.0, "routine_right")),
           slow=True),
    Effect("P5b", "in year 1 the global partner adds more", 0.02,
           less(global_adds(0.25, YEAR[1]), local_adds(0.25, YEAR[1]))),
    Effect("P5b", "in year 2 too", 0.02,
           less(global_adds(0.25, YEAR[2]), local_adds(0.25, YEAR[2])), seeds=64, slow=True),
    Effect("P5b", "in year 4 the local partner adds more", 0.02,
           less(local_adds(0.25, YEAR[4]), global_adds(0.25, YEAR[4])), seeds=80, slow=True),
    Effect("P5b", "over the horizon the local partner adds the more, the more needs are local",
           0.02, less(local_adds(0.5, HORIZON), local_adds(0.0, HORIZON)), seeds=40, slow=True),
    Effect("P5b", "and the global partner the less", -0.01,
           less(global_adds(0.5, HORIZON), global_adds(0.0, HORIZON)), seeds=80, slow=True),
)  # fmt: skip


# P6, P7: what leaves with people, and what is lost with documents ---------------------------------

TURNOVER = {0.0: course(turnover=0.0), 0.1: ALL, 0.3: course(turnover=0.3)}
EXODUS = course(Change(week=130, staff_leave=0.4))
LIBRARY_LOST = course(Change(week=130, lose=("library",)))
ALL_LOST = course(Change(week=130, lose=("library", "routines")))
THEN, A_YEAR_LATER = slice(129, 130), slice(181, 182)


OF_LOSSES = (
    Effect("P6", "needs met at 30% turnover a year, less those at none", -0.02,
           change(TURNOVER[0.0], TURNOVER[0.3], "needs_met")),
    Effect("P6", "needs met at 10% turnover a year, less those at none", -0.01,
           change(TURNOVER[0.0], TURNOVER[0.1], "needs_met"), seeds=64, slow=True),
    Effect("P6", "40% leave: tacit alignment on the day", -0.09,
           change(ALL, EXODUS, "tacit_alignment", THEN)),
    Effect("P6", "40% leave: needs met on the day", -0.05, change(ALL, EXODUS, "needs_met", THEN)),
    Effect("P6", "40% leave: needs met a year later, as if hardly anything had been", -0.01,
           change(ALL, EXODUS, "needs_met", A_YEAR_LATER), within=0.02),
    Effect("P7", "library and routines lost: needs met on the day", -0.37,
           change(ALL, ALL_LOST, "needs_met", THEN)),
    Effect("P7", "library and routines lost: tacit alignment on the day", 0.0,
           change(ALL, ALL_LOST, "tacit_alignment", THEN), within=0.02),
    Effect("P7", "library lost: needs met in the last week", 0.0,
           change(ALL, LIBRARY_LOST, "needs_met"), within=0.02, seeds=40, slow=True),
)  # fmt: skip


# P10: reading and practice; P13: documents go stale; P14: meetings across markets -----------------

NEITHER = course(reading_hours=0.0, training_hours=0.0)
READING = course(training_hours=0.0)
PRACTICE = course(training_hours=2.0)

TEN_YEARS = {drift: course(horizon=520, drift=drift) for drift in (0.0, 0.05)}
YEARS_4, YEARS_10 = slice(207, 208), slice(519, 520)


def grown_stale(drift: float) -> Figures:
    """Share of wrong routines after ten years, less that after four."""
    years = TEN_YEARS[drift]
    return less(
        measured(years, "routine_wrong", YEARS_10), measured(years, "routine_wrong", YEARS_4)
    )


def across(share: float, measure: str) -> Figures:
    """What a measure is when all meetings are across units, less what it is when none is."""
    within_units, across_units = (
        course(mentoring_hours=2.0, cross_unit=crossing, local_difference=share)
        for crossing in (0.0, 1.0)
    )
    return change(within_units, across_units, measure)


OF_LEARNING = (
    Effect("P10", "reading without training: needs met", 0.0,
           change(NEITHER, READING, "needs_met"), within=0.02, slow=True),
    Effect("P10", "half an hour of training: needs met", 0.01,
           change(READING, ALL, "needs_met"), seeds=80, slow=True),
    Effect("P10", "two hours of training instead of half an hour: needs met", 0.05,
           change(ALL, PRACTICE, "needs_met")),
    Effect("P10", "half an hour of training: skill", 0.04, change(READING, ALL, "skill")),
    Effect("P10", "two hours of training instead of half an hour: skill", 0.08,
           change(ALL, PRACTICE, "skill")),
    Effect("P13", "wrong routines after ten years, less those after four", 0.08,
           grown_stale(0.05), slow=True),
    Effect("P13", "the more so, the more the world drifts (5% a year against none)", 0.11,
           less(grown_stale(0.05), grown_stale(0.0)), slow=True, theirs=False),
    Effect("P14", "all meetings across units, against none: needs met, no need local", -0.015,
           across(0.0, "needs_met"), slow=True),
    Effect("P14", "all meetings across units, against none: needs met, half of the needs local", -0.03,
           across(0.5, "needs_met"), slow=True),
    Effect("P14", "they cost tacit depth: skill, half of the needs local", -0.04,
           across(0.5, "skill"), theirs=False),
    Effect("P14", "they cost more where needs differ: needs met", -0.015,
           less(across(0.5, "needs_met"), across(0.0, "needs_met")), seeds=64, slow=True),
)  # fmt: skip

# Figures that the effects above come from: shown beside theirs, not tested one by one ---------------

MORE_LEVELS = (
    Level("P5", "weeks from concept to routine, local partner only", 24.9,
          weeks_to_routine(LOCAL_ONLY[0.25])),
    Level("P5", "weeks from concept to routine, global partner only", 16.8,
          weeks_to_routine(GLOBAL_ONLY[0.25])),
    *(
        Level("P5b", f"needs met that the {kind} partner adds in year {year}", met,
              adds(0.25, YEAR[year]))
        for kind, adds, added in (("global", global_adds, (0.02, 0.04, 0.03, 0.01)),
                                  ("local", local_adds, (0.00, 0.02, 0.03, 0.03)))
        for year, met in zip(YEAR, added, strict=True)
    ),
    *(
        Level("P5b", f"over the horizon, {share:.0%} of the needs local: {kind} partner", met,
              adds(share, HORIZON))
        for kind, adds, added in (("global", global_adds, (0.03, 0.02, 0.02)),
                                  ("local", local_adds, (0.01, 0.02, 0.03)))
        for share, met in zip(DIFFERENCES, added, strict=True)
    ),
    *(
        Level("P6", f"needs met at {share:.0%} turnover a year", met,
              measured(TURNOVER[share], "needs_met"))
        for share, met in ((0.0, 0.45), (0.1, 0.44), (0.3, 0.43))
    ),
    Level("P6", "40% leave: needs met a year later", 0.42,
          measured(EXODUS, "needs_met", A_YEAR_LATER)),
    Level("P6", "nobody leaves: needs met in the same week", 0.43,
          measured(ALL, "needs_met", A_YEAR_LATER)),
    Level("P7", "library and routines lost: needs met on the day", 0.00,
          measured(ALL_LOST, "needs_met", THEN)),
    Level("P10", "needs met without training", 0.43, measured(READING, "needs_met")),
    Level("P10", "needs met with two hours of training", 0.49, measured(PRACTICE, "needs_met")),
    Level("P10", "skill without training", 0.59, measured(READING, "skill")),
    Level("P10", "skill with two hours of training", 0.71, measured(PRACTICE, "skill")),
    Level("P13", "routines wrong after ten years", 0.31,
          measured(TEN_YEARS[0.05], "routine_wrong", YEARS_10)),
)  # fmt: skip

OF_POLICY = (*OF_PARTNERS, *OF_LOSSES, *OF_LEARNING)
EFFECTS = (*OF_THE_MODES, *OF_POLICY)
