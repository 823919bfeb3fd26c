"""What each declared parameter is claimed to move: which measure, in which direction, from where to where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seci_sim import SECIModel
from seci_sim.parameters import ASSUMED_BANDS
from seci_sim.seci.knowledge import ADOPTED, Array
from seci_sim.seci.records import COLUMN
from seci_sim.seci.service import ADHERENT, ELIGIBLE, STARTED
from seci_sim.seci.world import LATENT, new_truth

Measure = Callable[[SECIModel], float]


@dataclass(frozen=True)
class Claim:
    """What becomes of a measure when a parameter goes from low to high."""

    parameter: str
    low: Any
    high: Any
    direction: str
    measure: Measure
    weeks: int
    settings: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.parameter} {self.direction}"


# What is measured ---------------------------------------------------------------------------------


def mean(column: str) -> Measure:
    """A level of the whole organisation, averaged over the weeks of the run."""
    return lambda model: float(recorded(model, column).mean())


def total(*columns: str) -> Measure:
    """Flows of the whole organisation, added up over the run."""
    return lambda model: float(sum(recorded(model, column).sum() for column in columns))


def recorded(model: SECIModel, column: str) -> Array:
    weeks: Array = model.records.rows[: model.week, -1, COLUMN[column]]
    return weeks


def uneven_starts(model: SECIModel) -> float:
    """How unevenly, by head, projects were to start over the markets in the last week."""
    usual, means = model.organisation.terms.workshops.starting, model.organisation.space.starting
    return float((np.where(means.any(), means, usual) / usual).std())


def uneven_shares(model: SECIModel) -> float:
    """How unevenly patients are shared between firms."""
    assert model.organisation.rivalry is not None
    return float(model.organisation.rivalry.shares.std(axis=0).mean())


def from_rivals(model: SECIModel) -> float:
    """Documents of rivals in the library."""
    found: float = model.weekly()["documents_from_rivals"].iloc[-1]
    return found


def conviction(model: SECIModel) -> float:
    """How sure people are, rightly or wrongly."""
    return float(np.abs(model.knowledge.tacit).mean())


def local_needs(model: SECIModel) -> float:
    """Needs of markets that differ from the core."""
    shown = model.truth.parts[:, 0] < 0
    return float((model.truth.market != model.truth.core)[:, shown].mean())


def needs_turned(model: SECIModel) -> float:
    """Needs of markets that differ from what they were before the first week."""
    world = model.settings.world
    before = new_truth(world, len(model.truth.market), model.seed).market
    return float((model.truth.market != before).mean())


def researched(model: SECIModel) -> float:
    """Entries of the market research that the library starts with."""
    return float((model.knowledge.library.entries[0] != 0).sum())


def misread_by_research(model: SECIModel) -> float:
    """Wrong entries of that market research."""
    return float((model.knowledge.library.entries[0] == -model.truth.core).sum())


def readings_differ(model: SECIModel) -> float:
    """How much what people have read differs between them."""
    return float(model.knowledge.explicit.std(axis=0).mean())


def visitors(model: SECIModel) -> float:
    """Staff who were with a patient in the last week."""
    return float((model.staff.hours[:, 0] > 0).sum())


def away_from_their_first_seat(model: SECIModel) -> float:
    """Staff who sit where they did not begin."""
    return float((model.staff.arrival[:, 1] != np.arange(len(model.staff.arrival))).sum())


def overturned(model: SECIModel) -> float:
    """Entries of concepts that were reversed or dropped on the way into the plan."""
    projects = model.knowledge.projects
    concept = projects.concept[: projects.size]
    return float(((concept != 0) & (projects.plan[: projects.size] != concept)).sum())


def latent_overturned(model: SECIModel) -> float:
    """The same, of latent needs only."""
    projects = model.knowledge.projects
    latent = model.truth.need_class == LATENT
    concept, plan = projects.concept[: projects.size], projects.plan[: projects.size]
    return float(((concept != 0) & (plan != concept))[:, latent].sum())


def share_of_right_entries(model: SECIModel) -> float:
    """Entries of concepts that were right when they were planned, as a share."""
    return total("entries_concept_right")(model) / total("entries_concept")(model)


def withdrawn(model: SECIModel) -> float:
    """Entries that reviews took out of plans that became routine."""
    plan, kept = adopted(model)
    return float((plan != kept).sum())


def right_among_kept(model: SECIModel) -> float:
    """Entries that were right when planned, as a share of those that became routine."""
    projects = model.knowledge.projects
    done = projects.status == ADOPTED
    kept = projects.kept[done] != 0
    return float(projects.right[done][kept].mean())


def adopted(model: SECIModel) -> tuple[Array, Array]:
    """Plans that became routine, as justified and as they became routine."""
    projects = model.knowledge.projects
    done = projects.status == ADOPTED
    return projects.plan[done], projects.kept[done]


def weeks_of_set_up(model: SECIModel) -> float:
    """Mean weeks between a plan and the end of its set-up."""
    projects = model.knowledge.projects
    planned = projects.week_planned >= 0
    return float((projects.ready - projects.week_planned)[planned].mean())


def chance_to_start(model: SECIModel) -> float:
    """Chance that somebody of the lowest band, assessed rightly, starts treatment."""
    return float(model.organisation.terms.care.starting[0, 0, 0])


def patients(column: int) -> Measure:
    """Patients in one column of the table of access, over all markets and bands."""
    return lambda model: float(model.records.access[: model.week, -1, :, column].sum())


def poorest_reached(model: SECIModel) -> float:
    """Needs met among patients of the lowest band, in the last week."""
    return float(model.records.reached[model.week - 1, -1, 0, 0])


def told_apart(model: SECIModel) -> float:
    """How far apart the staff of markets are on a need that is everywhere the same."""
    tacit, markets = model.knowledge.tacit, model.staff.market
    of_each = [np.abs(tacit[markets == market]).mean(axis=0) for market in range(4)]
    return float(np.std(of_each, axis=0).mean())


def paces_differ(model: SECIModel) -> float:
    """How much people differ in how quickly they learn."""
    return float(model.staff.pace.std())


# What is claimed ----------------------------------------------------------------------------------

RISES, FALLS = "rises", "falls"

BUSY = {"projects_per_head": 0.5}
QUICK = BUSY | {"setup_weeks_with_framework": 0, "setup_per_new_entry": 0, "pilot_weeks": 1}
"""Plans become routine in the week after they were made."""

RIVALS = QUICK | {"scenario": "two-rivals", "choice": 10.0}

MEETINGS_ONLY = {"patient_time": 0.0, "newcomer_spread": 0.3}
COMMUNITIES_ONLY = MEETINGS_ONLY | {"mentoring_hours": 0.0, "community_hours": 1.0}
SIMULATION_ONLY = {"mentoring_hours": 0.0, "patient_time": 0.0, "simulation_hours": 1.0}
PATIENTS_ONLY = {"mentoring_hours": 0.0, "patient_time": 0.05}
PILOTS_ONLY = QUICK | {"training_hours": 0.0, "routine_hours": 0.0, "review_share": 0.0}
REVIEWED = QUICK | {"review_share": 1.0}
NO_PANEL = BUSY | {
    "justification_patients": 0,
    "justification_local_partners": 0,
    "justification_global_partners": 0,
}
SIX_PATIENTS = NO_PANEL | {"justification_patients": 6, "patient_speaks": 0.8}
LAPSING = QUICK | {"drift": 0.3, "reuse": 0}
UNFELT = {"projects_per_head": 1.0, "socialization": False}
READERS = BUSY | {
    "socialization": False,
    "reading_hours": 1.0,
    "training_hours": 0.0,
    "sayability": 0.25,
    "reading_voice": 0.2,
}
INDIA = {"scenario": "tiered-pricing-india"} | QUICK
LIBRARIES = total("entries_own_library", "entries_foreign_library")
POORER = tuple(band.model_copy(update={"income": band.income / 4}) for band in ASSUMED_BANDS)

# fmt: off
TABLE = [
    ("world.needs", 20, 160, FALLS, mean("routine_coverage"), 30, QUICK),
    ("world.systemic_share", 0.0, 0.4, RISES, total("entries_synthesis"), 30, BUSY),
    ("world.latent_share", 0.3, 0.9, FALLS, researched, 0, {}),
    ("world.local_difference", 0.0, 0.5, RISES, local_needs, 0, {}),
    ("world.patient_variation", 0.0, 0.3, FALLS, mean("tacit_alignment"), 8, PATIENTS_ONLY),
    ("world.specialisation", 0.0, 0.8, RISES, told_apart, 8, PATIENTS_ONLY),
    ("world.drift", 0.0, 0.3, RISES, needs_turned, 40, {}),
    ("world.report_coverage", 0.2, 1.0, RISES, researched, 0, {}),
    ("world.report_error", 0.0, 0.5, RISES, misread_by_research, 0, {"report_coverage": 1.0}),

    ("learning.tacit_half_life", 28, 56, RISES, conviction, 10, {}),
    ("learning.newcomer_spread", 0.0, 0.1, RISES, conviction, 0, {}),
    ("learning.showing", 0.1, 0.4, RISES, total("moved_socialization"), 8, PATIENTS_ONLY),
    ("learning.observation_accuracy", 0.6, 0.9, RISES, mean("tacit_alignment"), 8, PATIENTS_ONLY),
    ("learning.patient_learning", 0.1, 0.5, RISES, total("moved_socialization"), 8, PATIENTS_ONLY),
    ("learning.colleague_learning", 0.01, 0.05, RISES, total("moved_socialization"), 4, MEETINGS_ONLY),
    ("learning.tie_within", 0.5, 1.0, RISES, total("moved_socialization"), 4, MEETINGS_ONLY),
    ("learning.tie_across", 0.1, 0.6, RISES, total("moved_socialization"), 4, MEETINGS_ONLY | {"cross_unit": 1.0}),
    ("learning.tie_community", 0.5, 1.0, RISES, total("moved_socialization"), 4, COMMUNITIES_ONLY),
    ("learning.remote_loss", 0.0, 0.5, FALLS, total("moved_socialization"), 4, {"remote_share": 1.0}),
    ("learning.remote_loss", 0.0, 0.5, FALLS, total("moved_externalization"), 20, BUSY | {"remote_share": 1.0}),
    ("learning.unsure_below", 0.05, 0.2, FALLS, mean("staff_knowing"), 8, {}),
    ("learning.unsure_below", 0.0, 0.2, RISES, total("moved_externalization"), 15, READERS),
    ("learning.reading_voice", 0.0, 0.3, RISES, total("moved_externalization"), 15, READERS),
    ("learning.legibility", 0.1, 1.0, RISES, total("entries_foreign_library"), 30, QUICK),
    ("learning.legibility", 0.1, 1.0, RISES, mean("explicit_coverage"), 30, QUICK | {"reading_hours": 1.0}),
    ("learning.sayability", 0.25, 1.0, FALLS, total("moved_externalization"), 15, BUSY),
    ("learning.practice_learning", 0.01, 0.05, RISES, total("moved_internalization"), 10, BUSY),
    ("learning.routine_practice", 0.2, 1.0, RISES, total("moved_internalization"), 20, PILOTS_ONLY | {"routine_hours": 1.0}),
    ("learning.simulation_truth", 0.6, 0.95, RISES, mean("tacit_alignment"), 8, SIMULATION_ONLY),
    ("learning.settling_hours", 8, 40, RISES, total("hours_socialization"), 15, {"rotation": 0.3}),
    ("learning.review_learning", 0.0, 0.4, RISES, total("moved_internalization"), 20, PILOTS_ONLY | {"review_share": 1.0, "noticing": 0.0}),
    ("learning.reading_use", 0.0, 0.3, RISES, total("moved_internalization"), 8, {"training_hours": 0.0, "reading_hours": 1.0}),
    ("learning.talent_spread", 0.2, 0.6, RISES, paces_differ, 1, {}),
    ("learning.absorptive_floor", 0.2, 1.0, RISES, total("moved_socialization"), 8, PATIENTS_ONLY),
    ("learning.ambient_contact", 0.0, 0.005, RISES, total("moved_socialization"), 8, {"patient_time": 0.0, "mentoring_hours": 0.0}),
    ("learning.on_the_job", 0.0, 0.1, RISES, total("moved_internalization"), 20, QUICK),
    ("learning.noticing", 0.0, 0.05, RISES, total("moved_internalization"), 20, QUICK | {"practice_learning": 0.0}),
    ("learning.noticing_step", 0.2, 0.8, RISES, total("moved_internalization"), 20, QUICK | {"practice_learning": 0.0, "noticing": 0.05}),

    ("projects.concept_entries", 3, 8, RISES, total("moved_externalization"), 15, BUSY | {"patient_time": 0.1}),
    ("projects.proposal_weight", 1.0, 4.0, FALLS, overturned, 30, BUSY),
    ("projects.patient_weight", 0.5, 2.0, RISES, overturned, 30, SIX_PATIENTS),
    ("projects.local_partner_weight", 1.0, 4.0, RISES, overturned, 30, NO_PANEL | {"justification_local_partners": 1}),
    ("projects.global_partner_weight", 0.5, 2.5, RISES, overturned, 30, NO_PANEL | {"justification_global_partners": 1}),
    ("projects.patient_speaks", 0.2, 0.8, RISES, overturned, 30, SIX_PATIENTS),
    ("projects.latent_recognition", 0.2, 1.0, RISES, latent_overturned, 40, SIX_PATIENTS),
    ("projects.partner_accuracy", 0.5, 1.0, RISES, share_of_right_entries, 30, NO_PANEL | {"justification_local_partners": 1}),
    ("projects.combination_hours", 1.0, 8.0, RISES, total("hours_combination"), 10, BUSY),
    ("projects.justification_hours", 1.0, 8.0, RISES, total("hours_combination"), 10, BUSY),
    ("projects.search_window", 1, 60, RISES, LIBRARIES, 15, QUICK),
    ("projects.reading_window", 1, 30, RISES, readings_differ, 20, QUICK | {"reading_hours": 1.0}),
    ("projects.reuse", 0, 12, RISES, LIBRARIES, 15, BUSY),
    ("projects.synthesis", 0.2, 0.8, RISES, total("entries_synthesis"), 30, BUSY),
    ("projects.setup_weeks", 6, 26, RISES, weeks_of_set_up, 15, NO_PANEL),
    ("projects.setup_weeks_with_framework", 2, 12, RISES, weeks_of_set_up, 15, BUSY),
    ("projects.setup_per_new_entry", 0.0, 2.0, RISES, weeks_of_set_up, 15, BUSY),
    ("projects.pilot_weeks", 6, 26, FALLS, total("routines_adopted"), 20, QUICK),
    ("projects.pilot_staff", 4, 16, RISES, total("hours_internalization"), 15, PILOTS_ONLY | {"pilot_capacity": 10_000}),
    ("projects.pilot_capacity", 16, 64, RISES, total("hours_internalization"), 20, PILOTS_ONLY | {"pilot_weeks": 12}),
    ("projects.review_hours", 0.0, 4.0, RISES, total("hours_internalization"), 20, PILOTS_ONLY | {"review_share": 1.0}),
    ("projects.review_patients", 0, 15, RISES, withdrawn, 30, REVIEWED),
    ("projects.review_accuracy", 0.5, 1.0, RISES, right_among_kept, 30, REVIEWED),
    ("projects.review_margin", 1, 5, FALLS, withdrawn, 30, REVIEWED),
    ("projects.routine_hours", 0.0, 4.0, RISES, total("hours_internalization"), 20, PILOTS_ONLY),

    ("projects.lapse", 0.0, 0.15, FALLS, mean("routine_coverage"), 120, LAPSING),
    ("projects.lapse_turnover", 0.0, 10.0, FALLS, mean("routine_coverage"), 120, LAPSING | {"lapse": 0.15, "turnover": 0.3}),

    ("service.skill_base", 0.2, 0.6, RISES, mean("needs_met"), 15, QUICK),
    ("service.skill_gain", 0.4, 0.8, RISES, mean("needs_met"), 15, QUICK),
    ("service.watchfulness", 0.0, 1.0, FALLS, mean("needs_mis_served"), 30, QUICK),
    ("service.price", 500.0, 10000.0, FALLS, patients(STARTED), 4, {}),
    ("service.eligible_patients", 5, 50, RISES, patients(ELIGIBLE), 2, {}),
    ("service.launch_plans", 0, 2, FALLS, patients(STARTED), 20, QUICK),
    ("service.start_ceiling", 0.8, 1.0, RISES, patients(STARTED), 4, {}),
    ("service.burden_scale", 0.3, 2.0, RISES, patients(STARTED), 4, {}),
    ("service.burden_steepness", 0.8, 2.0, FALLS, chance_to_start, 0, {}),
    ("service.adherence_base", 0.3, 0.7, RISES, patients(ADHERENT), 4, {}),
    ("service.adherence_gain", 0.0, 0.5, RISES, patients(ADHERENT), 30, QUICK),
    ("service.support_gain", 0.0, 0.1, RISES, patients(ADHERENT), 20, INDIA),
    ("service.assessment_with_agency", 0.8, 1.0, RISES, poorest_reached, 20, INDIA),
    ("service.assessment_without_agency", 0.4, 0.8, RISES, poorest_reached, 20, INDIA | {"financial_agency": False}),
    ("service.bands", POORER, ASSUMED_BANDS, RISES, patients(STARTED), 4, {}),

    ("policy.patient_time", 0.0, 0.1, RISES, total("hours_with_patients"), 4, {}),
    ("policy.uptake", 0.3, 1.0, RISES, total("hours_with_patients"), 4, {"patient_time": 0.1}),
    ("policy.visit_hours", 1, 8, FALLS, visitors, 4, {"patient_time": 0.1}),
    ("policy.mentoring_hours", 0.0, 4.0, RISES, total("hours_socialization"), 4, {}),
    ("policy.mentors", False, True, RISES, conviction, 26, {"patient_time": 0.05, "uptake": 0.3}),
    ("policy.cross_unit", 0.0, 0.5, FALLS, total("moved_socialization"), 4, MEETINGS_ONLY),
    ("policy.second_line", 0.0, 1.0, RISES, total("moved_socialization"), 4, MEETINGS_ONLY | {"cross_unit": 1.0}),
    ("policy.openness", 0.4, 1.0, RISES, total("moved_socialization"), 4, MEETINGS_ONLY),
    ("policy.openness", 0.4, 1.0, RISES, total("moved_externalization"), 20, BUSY),
    ("policy.community_hours", 0.0, 2.0, RISES, total("moved_socialization"), 4, COMMUNITIES_ONLY),
    ("policy.community_people", 4, 16, RISES, total("moved_socialization"), 4, COMMUNITIES_ONLY),
    ("policy.workshop_staff", 3, 10, RISES, total("hours_externalization"), 15, BUSY),
    ("policy.workshop_headquarters", 0, 3, RISES, total("hours_externalization"), 15, BUSY),
    ("policy.workshop_other_market", 0, 3, RISES, total("hours_externalization"), 15, BUSY),
    ("policy.workshop_hours", 2, 16, RISES, total("hours_externalization"), 15, BUSY),
    ("policy.workshop_hours", 2, 16, RISES, total("moved_externalization"), 15, BUSY | {"patient_time": 0.1}),
    ("policy.dialogue_patients", 0, 4, RISES, total("moved_externalization"), 10, UNFELT | BUSY),
    ("policy.dialogue_local_partners", 0, 1, RISES, total("moved_externalization"), 15, UNFELT),
    ("policy.dialogue_global_partners", 0, 1, RISES, total("moved_externalization"), 15, UNFELT),
    ("policy.justification_patients", 0, 6, RISES, overturned, 40, NO_PANEL | {"patient_speaks": 0.8}),
    ("policy.justification_local_partners", 0, 1, RISES, share_of_right_entries, 30, NO_PANEL | {"partner_accuracy": 1.0}),
    ("policy.justification_global_partners", 0, 1, FALLS, weeks_of_set_up, 15, BUSY),
    ("policy.financial_agency", False, True, RISES, poorest_reached, 20, INDIA),
    ("policy.search_success", 0.1, 0.9, RISES, LIBRARIES, 15, BUSY),
    ("policy.documentation_share", 0.0, 1.0, RISES, mean("library_documents"), 15, QUICK),
    ("policy.reading_hours", 0.0, 1.0, RISES, total("hours_combination"), 4, {}),
    ("policy.review_share", 0.0, 1.0, RISES, withdrawn, 30, QUICK | {"review_margin": 1}),
    ("policy.projects_per_head", 0.02, 0.5, RISES, total("projects_started"), 15, {}),
    ("policy.initiative", 0.0, 1.0, RISES, uneven_starts, 20, {"projects_per_head": 0.5}),
    ("policy.initiative_total", 0.0, 5.0, RISES, total("projects_started"), 30, {"projects_per_head": 0.5}),
    ("policy.training_hours", 0.0, 4.0, RISES, total("hours_internalization"), 10, {"reading_hours": 1.0}),
    ("policy.simulation_hours", 0.0, 2.0, RISES, mean("tacit_alignment"), 8, SIMULATION_ONLY),
    ("policy.pilot_hours", 1, 8, RISES, total("hours_internalization"), 15, PILOTS_ONLY | {"pilot_capacity": 10_000}),
    ("policy.turnover", 0.0, 0.3, RISES, total("leavers"), 20, {}),
    ("policy.retention", 0.0, 0.5, FALLS, total("leavers"), 40, {"turnover": 0.5}),
    ("policy.rotation", 0.0, 0.3, RISES, away_from_their_first_seat, 20, {}),
    ("policy.remote_share", 0.0, 1.0, FALLS, total("moved_socialization"), 4, {}),
    ("policy.remote_share", 0.0, 1.0, FALLS, total("moved_externalization"), 20, BUSY),
    ("policy.socialization", False, True, RISES, total("moved_socialization"), 4, {}),
    ("policy.externalization", False, True, RISES, total("moved_externalization"), 15, BUSY),
    ("policy.combination", False, True, RISES, total("moved_combination"), 15, BUSY),
    ("policy.internalization", False, True, RISES, total("moved_internalization"), 15, BUSY),
    ("policy.shares_paid", {"lowest": 0.0}, {"lowest": 1.0}, FALLS, patients(STARTED), 4, {}),
    ("competition.choice", 1.0, 20.0, RISES, uneven_shares, 60, {"scenario": "two-rivals"} | QUICK),
    ("competition.switching", 0.01, 0.5, RISES, uneven_shares, 60, RIVALS),
    ("competition.leak", 0.0, 1.0, RISES, from_rivals, 60, RIVALS | {"leak_weeks": 0}),
    ("competition.leak_weeks", 0, 40, FALLS, from_rivals, 60, RIVALS | {"leak": 1.0}),
]
# fmt: on
CLAIMS = [Claim(*row) for row in TABLE]  # type: ignore[arg-type]
