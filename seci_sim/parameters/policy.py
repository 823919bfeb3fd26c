"""What a firm can decide."""

from __future__ import annotations

from pydantic import Field

from seci_sim.declaring import Section, parameter, switch


class Policy(Section):
    """What a firm can decide, from the start or from a given week."""

    patient_time: float = parameter(
        0.01,
        "share",
        (0, 1),
        (0, 0.1),
        "lever",
        "measured: Eisai encourages 1%, about 20 hours a head and year",
    )
    """Share of everyone's business hours spent with patients."""
    uptake: float = parameter(
        1.0, "share", (0, 1), (0.3, 1), "fact", "assumed: who keeps to the 1% is not public"
    )
    """Staff who keep to the patient time, always the same people; the others visit nobody."""
    visit_hours: float = parameter(4, "hours", (0.25, 40), (1, 8), "lever", "assumed")
    """Length of one visit to a patient."""
    mentoring_hours: float = parameter(
        0.5,
        "hours a week",
        (0, 20),
        (0, 4),
        "lever",
        "assumed: structured meetings of peers, Sandvik et al.",
    )
    """Hours for which two colleagues meet to learn from each other."""
    mentors: bool = switch(
        False, "lever", "assumed: that those learn most who meet the best, Sandvik et al. (2020)"
    )
    """Whether in each unit the surest meet the least sure, instead of anybody anybody."""
    cross_unit: float = parameter(0.10, "share", (0, 1), (0, 0.5), "lever", "assumed")
    """Share of those meetings that join people of different units, others every week."""
    second_line: float = parameter(0.0, "share", (0, 1), (0, 1), "lever", "assumed")
    """How far second reporting lines (a matrix) lift the tie across units to that within one."""
    openness: float = parameter(
        1.0,
        "share",
        (0, 1),
        (0.4, 1),
        "fact",
        "assumed: about half intend to withhold what they know, Peng (2013)",
    )
    """Staff who share what they know with colleagues and in workshops, always the same people."""
    community_hours: float = parameter(
        0.0,
        "hours a week",
        (0, 20),
        (0, 2),
        "lever",
        "assumed: communities of practice, Wenger and Snyder (2000)",
    )
    """Hours for which communities of practice meet: small standing groups across units."""
    community_people: int = parameter(8, "people", (2, 200), (4, 16), "lever", "assumed")
    """People in a community of practice."""
    workshop_staff: int = parameter(5, "people", (2, 50), (3, 10), "lever", "assumed")
    """Local staff in the group of a project."""
    workshop_headquarters: int = parameter(1, "people", (0, 20), (0, 3), "lever", "assumed")
    """Headquarters staff in the group of a project."""
    workshop_other_market: int = parameter(0, "people", (0, 20), (0, 3), "lever", "assumed")
    """People of one other market in the group of a project, as in a matrix."""
    workshop_hours: float = parameter(6, "hours", (0.5, 40), (2, 16), "lever", "assumed")
    """Length of the workshop in which a group puts needs into words."""
    dialogue_patients: int = parameter(0, "people", (0, 20), (0, 4), "lever", "assumed")
    """Patients invited to the workshop, where each voices their expressed needs."""
    dialogue_local_partners: int = parameter(0, "partners", (0, 20), (0, 2), "lever", "assumed")
    """Local partners invited to the workshop."""
    dialogue_global_partners: int = parameter(0, "partners", (0, 20), (0, 2), "lever", "assumed")
    """Global partners invited to the workshop."""
    justification_patients: int = parameter(2, "people", (0, 20), (0, 6), "lever", "assumed")
    """Patients invited to justify a plan."""
    justification_local_partners: int = parameter(
        1, "partners", (0, 20), (0, 2), "lever", "assumed"
    )
    """Local partners invited to justify a plan."""
    justification_global_partners: int = parameter(
        1, "partners", (0, 20), (0, 2), "lever", "assumed"
    )
    """Global partners invited to justify a plan; one brings the framework that saves weeks."""
    financial_agency: bool = switch(False, "lever", "assumed")
    """Whether an independent financial agency is invited to assess incomes."""
    search_success: float = parameter(
        0.5,
        "chance",
        (0, 1),
        (0.1, 0.9),
        "fact",
        "assumed: search is the easy part of transfer, Hansen (1999)",
    )
    """Chance that a document one looks for is found."""
    documentation_share: float = parameter(1.0, "chance", (0, 1), (0, 1), "lever", "assumed")
    """Chance that a plan that became routine is written up as a lesson."""
    reading_hours: float = parameter(
        0.25,
        "hours a week",
        (0, 1),
        (0, 1),
        "lever",
        "assumed: reading alone moves little, Cochrane review CD004398",
    )
    """Hours a week spent reading: the chance of reading for an hour."""
    review_share: float = parameter(0.5, "share", (0, 1), (0, 1), "lever", "assumed")
    """Share of pilots that end with an after-action review."""
    projects_per_head: float = parameter(
        0.05,
        "projects a year",
        (0, 1),
        (0.02, 0.1),
        "lever",
        "measured: Eisai reports about 560 to 600 theme projects a year for about 11,000 employees",
    )
    """Projects started a year for each employee of the firm."""
    initiative: float = parameter(
        0.0,
        "share",
        (0, 1),
        (0, 1),
        "lever",
        "assumed: that breakdown and autonomy start the creation of knowledge, Nonaka (1994)",
    )
    """Share of projects that start where staff see something amiss, rather than by head."""
    initiative_total: float = parameter(
        0.0,
        "share",
        (0, 10),
        (0, 1),
        "lever",
        "assumed: that breakdown and autonomy start the creation of knowledge, Nonaka (1994)",
    )
    """How many more projects start, as a share of the usual, where staff see everything amiss."""
    training_hours: float = parameter(0.5, "hours a week", (0, 20), (0, 4), "lever", "assumed")
    """Hours a week for which people practise what they have read."""
    simulation_hours: float = parameter(
        0.0,
        "hours a week",
        (0, 20),
        (0, 2),
        "lever",
        "assumed: that simulation teaches, Cook et al. (2011)",
    )
    """Hours a week for which people practise with simulated patients."""
    pilot_hours: float = parameter(2, "hours a week", (0, 40), (1, 8), "lever", "assumed")
    """Hours a week for which the staff of a pilot practise its plan."""
    turnover: float = parameter(
        0.10,
        "share a year",
        (0, 0.99),
        (0, 0.3),
        "fact",
        "assumed: Japan about 5%, India about 20%",
    )
    """Staff who leave in a year and are replaced, in units that do not give their own."""
    retention: float = parameter(0.0, "share", (0, 1), (0, 0.5), "lever", "assumed")
    """Would-be leavers who are persuaded to stay."""
    rotation: float = parameter(
        0.0,
        "share a year",
        (0, 0.99),
        (0, 0.3),
        "lever",
        "assumed: how job rotation spreads knowledge, Nonaka and Takeuchi (1995)",
    )
    """Staff who change places with somebody of another unit in a year."""
    remote_share: float = parameter(0.0, "share", (0, 1), (0, 1), "lever", "assumed")
    """Share of work done remotely."""
    socialization: bool = switch(True, "lever", "Nonaka's model")
    """Tacit to tacit: visits to patients and meetings of colleagues."""
    externalization: bool = switch(True, "lever", "Nonaka's model")
    """Tacit to explicit: workshops put needs into words."""
    combination: bool = switch(True, "lever", "Nonaka's model")
    """Explicit to explicit: library, synthesis, justification, reading."""
    internalization: bool = switch(True, "lever", "Nonaka's model")
    """Explicit to tacit: training, pilots, reviews, practice."""
    shares_paid: dict[str, float] = Field(
        default_factory=dict,
        json_schema_extra={
            "unit": "share",
            "role": "lever",
            "source": "assumed: everyone pays the whole price",
        },
    )
    """Share of the price that patients assessed into an income band pay; a band that is not named pays the whole price."""
