"""What is measured, declared once: names, units and meanings of every column.

The tables of results and the data dictionary are made from these lists. A *level* is a state at the
end of a week and is averaged over weeks; a *flow* happens during a week and is added up. Shares run
from 0 to 1.

Each says how the whole comes from the markets: as the *mean* of those that are open, as their *sum*, or
by a rule of its *own* where staff without a market count too, or a market and the whole differ in kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from seci_sim.declaring import Measure as Measure  # where its readers look for it
from seci_sim.parameters import Band

WHOLE = "all"
"""What stands for all markets together in the column ``market`` of tables."""

ORIGINS = {
    "concept": "from the group's own concept",
    "own_library": "from documents of the own market",
    "foreign_library": "from documents of other markets or the global view",
    "synthesis": "worked out from two other answers",
}
"""Where entries of plans come from, in the order of `seci_sim.seci.knowledge.BY_CONCEPT` and its like."""


def _per_class(name: str, meaning: str) -> list[Measure]:
    """A level for each class of needs."""
    return [
        Measure(f"{kind}_{name}", "share", "level", f"{meaning}, of {kind} needs.", "mean")
        for kind in ("expressed", "latent", "systemic")
    ]


def _per_origin() -> Iterator[Measure]:
    """Entries of plans by where they came from, and how many of them were right."""
    for name, words in ORIGINS.items():
        yield Measure(f"entries_{name}", "entries", "flow", f"Entries of new plans {words}.", "sum")
        yield Measure(
            f"entries_{name}_right", "entries", "flow", f"Right entries of them {words}.", "sum"
        )


MEASURES: tuple[Measure, ...] = (
    Measure("needs_met", "share", "level",
            "Patients' needs met: the routine has their response, times the skill of staff.", "mean"),
    Measure("needs_mis_served", "share", "level",
            "Patients' needs mis-served: the routine has the opposite of their response.", "mean"),
    *_per_class("met", "Needs met"),
    *_per_class("mis_served", "Needs mis-served"),
    Measure("routine_right", "share", "level", "Market needs whose routine equals the truth.", "mean"),
    Measure("routine_wrong", "share", "level", "Market needs whose routine opposes the truth.", "mean"),
    *_per_class("right", "Routine right"),
    *_per_class("wrong", "Routine wrong"),
    Measure("routine_coverage", "share", "level", "Market needs for which there is a routine.", "mean"),
    Measure("skill", "share", "level",
            "Part of a right response that staff deliver, mean over needs with a routine; "
            "in a market without any, what written instructions alone would (skill_base).", "mean"),
    Measure("launched", "share", "level",
            "Whether patients can start treatment in a market, 1 or 0; for the whole, open markets "
            "where they can.", "mean"),
    Measure("service_value", "share", "level",
            "Needs met times the share of hours in routine business: what the spiral's hours cost."),
    Measure("tacit_alignment", "conviction", "level",
            "Mean over the staff of markets and needs of tacit knowledge times truth, -1 to 1."),
    Measure("tacit_spread", "conviction", "level",
            "Standard deviation between the staff of markets of their tacit alignment."),
    Measure("staff_knowing", "share", "level",
            "Share of staff who hold a need rightly and are sure of it, mean over needs."),
    Measure("explicit_coverage", "share", "level", "Needs on which staff have read something."),
    Measure("library_documents", "documents", "level",
            "Documents in the library; for a market, those it wrote."),
    Measure("market_difference", "share", "level",
            "Pairs of markets' answers that differ; for a market, pairs that it is part of."),
    Measure("tacit_lost", "convictions", "flow", "Tacit knowledge that went with leavers."),
    Measure("leavers", "people", "flow", "Staff who left."),
    Measure("hours_with_patients", "hours", "flow", "Hours of visits to patients."),
    Measure("hours_socialization", "hours", "flow",
            "Hours of visits to patients, of meetings of colleagues, and of settling in elsewhere."),
    Measure("hours_externalization", "hours", "flow", "Hours of workshops."),
    Measure("hours_combination", "hours", "flow",
            "Hours of searching, synthesis, justification and reading."),
    Measure("hours_internalization", "hours", "flow",
            "Hours of training, simulated patients, pilots, reviews and practice."),
    Measure("hours_routine_business", "hours", "flow", "Hours left for routine business."),
    Measure("moved_socialization", "convictions", "flow",
            "Tacit knowledge moved by visits and meetings."),
    Measure("moved_externalization", "entries", "flow", "Entries of concepts put into words."),
    Measure("moved_combination", "entries", "flow",
            "Entries filled, worked out, reversed, dropped or taken up by reading."),
    Measure("moved_internalization", "convictions", "flow",
            "Tacit knowledge moved by training, simulated patients, pilots, practice and noticing."),
    Measure("projects_started", "projects", "flow", "Projects whose group could be formed.", "sum"),
    Measure("plans_made", "plans", "flow", "Projects that led to an action plan.", "sum"),
    Measure("routines_adopted", "plans", "flow", "Plans that became routine.", "sum"),
    Measure("weeks_to_routine", "weeks", "flow",
            "Mean weeks from concept to routine of plans that became routine; empty where none did."),
    *_per_origin(),
)  # fmt: skip

BAND_MEASURES: tuple[Measure, ...] = (
    Measure("eligible", "people", "flow", "Patients for whom treatment is right.", "sum"),
    Measure("started", "people", "flow", "Patients who started treatment.", "sum"),
    Measure("adherent", "people", "flow", "Patients who started and stay on treatment.", "sum"),
    Measure("subsidy", "money", "flow", "Price not paid by those who started.", "sum"),
    Measure("needs_met", "share", "level",
            "Needs met among all patients of the band: needs met times the chance of starting.", "mean"),
    Measure("needs_mis_served", "share", "level",
            "Needs mis-served among all patients of the band, likewise.", "mean"),
)  # fmt: skip


def band_measures(bands: tuple[Band, ...]) -> tuple[Measure, ...]:
    """The columns for each income band, such as ``started_lowest``, and the subsidy in all.

    Examples
    --------
    >>> from seci_sim.parameters import Service
    >>> [measure.name for measure in band_measures(Service().bands)][:2]
    ['eligible_lowest', 'eligible_low']
    """
    named = tuple(
        Measure(
            f"{m.name}_{band.name}",
            m.unit,
            m.kind,
            f"{m.meaning} Income band: {band.name}.",
            m.whole,
        )
        for m in BAND_MEASURES
        for band in bands
    )
    paid = "Price not paid by those who started."
    return (*named, Measure("subsidy", "money", "flow", paid, "sum"))


AGAINST_RIVALS: tuple[Measure, ...] = (
    Measure("share_of_patients", "share", "level", "Patients who come to this firm.", "mean"),
    Measure("advantage", "net share", "level",
            "Needs met less needs mis-served, mean of the last quarter, less those of the best rival."),
    Measure("documents_from_rivals", "documents", "level",
            "Documents of rivals in the library; for a market, those about it."),
)  # fmt: skip
"""What is measured of a firm that has rivals."""

OF_RIVALS = (
    "needs_met",
    "needs_mis_served",
    "skill",
    "staff_knowing",
    "library_documents",
)
"""What is measured of each rival as well, besides its share of patients."""


def rival_measures(rivals: Sequence[str]) -> tuple[Measure, ...]:
    """The columns of a firm with rivals of these names, such as ``rival_needs_met_Copier``.

    Examples
    --------
    >>> [measure.name for measure in rival_measures(["Copier"])][2:5]
    ['documents_from_rivals', 'rival_share_of_patients_Copier', 'rival_needs_met_Copier']
    """
    declared = {measure.name: measure for measure in (*MEASURES, *AGAINST_RIVALS)}
    return AGAINST_RIVALS * bool(rivals) + tuple(
        replace(
            declared[name],
            name=f"rival_{name}_{rival}",
            meaning=f"{_OF_A_RIVAL.get(name, declared[name].meaning)} Rival: {rival}.",
        )
        for rival in rivals
        for name in ("share_of_patients", *OF_RIVALS)
    )


_OF_A_RIVAL = {"share_of_patients": "Patients who come to the rival."}

RIVAL_OUTCOMES: tuple[Measure, ...] = (
    Measure("half_life_of_advantage", "weeks", "level",
            "Weeks from the greatest advantage until half of it is lost; empty if it never was."),
    Measure("advantage_lasts", "share", "level",
            "Whether half of the greatest advantage is still there in every week after it, 1 or 0; empty without any."),
    Measure("weeks_to_answer", "weeks", "level",
            "Weeks from the first jump of needs until half of what it cost is made good, in needs met "
            "less needs mis-served; empty if it never was."),
)  # fmt: skip
"""What a run of a firm with rivals comes to besides; of each rival there is `weeks_to_answer` too."""


@cache
def columns(bands: tuple[Band, ...], rivals: tuple[str, ...] = ()) -> tuple[Measure, ...]:
    """All columns of the weekly table of a scenario with these bands and rivals, in order."""
    return (*MEASURES, *band_measures(bands), *rival_measures(rivals))


RATIOS: tuple[Measure, ...] = (
    Measure("hours_a_head_and_year", "hours", "level",
            "Hours that the four modes take of one employee's year."),
    Measure("patient_hours_a_head_and_year", "hours", "level",
            "Hours with patients of one employee's year."),
    Measure("share_starting", "share", "level", "Of eligible patients, those who start treatment."),
    Measure("share_on_treatment", "share", "level",
            "Of eligible patients, those who start treatment and stay on it."),
)  # fmt: skip
"""Ratios of a run's totals; see `seci_sim.lab.statistics.add_ratios`."""

WEEKS_UNTIL_HALF_KNOW = Measure(
    "weeks_until_half_know", "weeks", "level",
    "First week in which staff_knowing reaches 0.5; empty if it never did.",
)  # fmt: skip


def rival_outcomes(rivals: Sequence[str]) -> tuple[Measure, ...]:
    """What a run comes to besides where there are rivals of these names."""
    *_, answer = RIVAL_OUTCOMES
    each = (
        replace(
            answer, name=f"rival_{answer.name}_{rival}", meaning=f"{answer.meaning} Rival: {rival}."
        )
        for rival in rivals
    )
    return (*RIVAL_OUTCOMES, *each) if rivals else ()


def outcomes(bands: tuple[Band, ...], rivals: tuple[str, ...] = ()) -> dict[str, Measure]:
    """All that one run comes to, by the names that experiments use.

    Examples
    --------
    >>> found = outcomes(())
    >>> found["needs_met_horizon"].unit, found["hours_a_head_and_year"].unit
    ('share', 'hours')
    """
    found: dict[str, Measure] = {}
    for measure in columns(bands, rivals):
        found[measure.name] = measure
        if measure.kind == "level":
            found[f"{measure.name}_horizon"] = measure
    at_the_end = (*rival_outcomes(rivals), *RATIOS, WEEKS_UNTIL_HALF_KNOW)
    return found | {measure.name: measure for measure in at_the_end}
