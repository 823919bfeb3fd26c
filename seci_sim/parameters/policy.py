"""What a firm can decide."""

from __future__ import annotations

from pydantic import Field

from seci_sim.parameters.declaring import Section, parameter, switch


class Policy(Section):
    """What a firm can decide, from the start or from a given week."""

    patient_time: float = parameter(
        0.01, "share", (0, 1), (0, 0.1),
        "Share of everyone's business hours spent with patients.",
        "measured: Eisai encourages 1%, about 20 hours a head and year",
    )  # fmt: skip
    uptake: float = parameter(
        1.0, "share", (0, 1), (0.3, 1),
        "Staff who keep to the patient time, always the same people; the others visit nobody.",
        "assumed: who keeps to the 1% is not public",
    )  # fmt: skip
    visit_hours: float = parameter(
        4, "hours", (0.25, 40), (1, 8),
        "Length of one visit to a patient.",
        "assumed",
    )  # fmt: skip
    mentoring_hours: float = parameter(
        0.5, "hours a week", (0, 20), (0, 4),
        "Hours for which two colleagues meet to learn from each other.",
        "assumed: structured meetings of peers, Sandvik et al.",
    )  # fmt: skip
    cross_unit: float = parameter(
        0.10, "share", (0, 1), (0, 0.5),
        "Share of those meetings that join people of different units, others every week.",
        "assumed",
    )  # fmt: skip
    second_line: float = parameter(
        0.0, "share", (0, 1), (0, 1),
        "How far second reporting lines (a matrix) lift the tie across units to that within one.",
        "assumed",
    )  # fmt: skip
    community_hours: float = parameter(
        0.0, "hours a week", (0, 20), (0, 2),
        "Hours for which communities of practice meet: small standing groups across units.",
        "assumed: communities of practice, Wenger and Snyder (2000)",
    )  # fmt: skip
    community_people: int = parameter(
        8, "people", (2, 200), (4, 16),
        "People in a community of practice.",
        "assumed",
    )  # fmt: skip
    workshop_staff: int = parameter(
        5, "people", (2, 50), (3, 10),
        "Local staff in the group of a project.",
        "assumed",
    )  # fmt: skip
    workshop_headquarters: int = parameter(
        1, "people", (0, 20), (0, 3),
        "Headquarters staff in the group of a project.",
        "assumed",
    )  # fmt: skip
    workshop_other_market: int = parameter(
        0, "people", (0, 20), (0, 3),
        "People of one other market in the group of a project, as in a matrix.",
        "assumed",
    )  # fmt: skip
    workshop_hours: float = parameter(
        6, "hours", (0.5, 40), (2, 16),
        "Length of the workshop in which a group puts needs into words.",
        "assumed",
    )  # fmt: skip
    dialogue_patients: int = parameter(
        0, "people", (0, 20), (0, 4),
        "Patients invited to the workshop, where each voices their expressed needs.",
        "assumed",
    )  # fmt: skip
    dialogue_local_partners: int = parameter(
        0, "partners", (0, 20), (0, 2),
        "Local partners invited to the workshop.",
        "assumed",
    )  # fmt: skip
    dialogue_global_partners: int = parameter(
        0, "partners", (0, 20), (0, 2),
        "Global partners invited to the workshop.",
        "assumed",
    )  # fmt: skip
    justification_patients: int = parameter(
        2, "people", (0, 20), (0, 6),
        "Patients invited to justify a plan.",
        "assumed",
    )  # fmt: skip
    justification_local_partners: int = parameter(
        1, "partners", (0, 20), (0, 2),
        "Local partners invited to justify a plan.",
        "assumed",
    )  # fmt: skip
    justification_global_partners: int = parameter(
        1, "partners", (0, 20), (0, 2),
        "Global partners invited to justify a plan; one brings the framework that saves weeks.",
        "assumed",
    )  # fmt: skip
    financial_agency: bool = switch(
        False,
        "Whether an independent financial agency is invited to assess incomes.",
        "assumed",
    )
    search_success: float = parameter(
        0.5, "chance", (0, 1), (0.1, 0.9),
        "Chance that a document one looks for is found.",
        "assumed: search is the easy part of transfer, Hansen (1999)",
    )  # fmt: skip
    documentation_share: float = parameter(
        1.0, "chance", (0, 1), (0, 1),
        "Chance that a plan that became routine is written up as a lesson.",
        "assumed",
    )  # fmt: skip
    reading_hours: float = parameter(
        0.25, "hours a week", (0, 1), (0, 1),
        "Hours a week spent reading: the chance of reading for an hour.",
        "assumed: reading alone moves little, Cochrane review CD004398",
    )  # fmt: skip
    review_share: float = parameter(
        0.5, "share", (0, 1), (0, 1),
        "Share of pilots that end with an after-action review.",
        "assumed",
    )  # fmt: skip
    projects_per_head: float = parameter(
        0.05, "projects a year", (0, 1), (0.02, 0.1),
        "Projects started a year for each employee of the firm.",
        "measured: Eisai reports about 560 to 600 theme projects a year for about 11,000 employees",
    )  # fmt: skip
    training_hours: float = parameter(
        0.5, "hours a week", (0, 20), (0, 4),
        "Hours a week for which people practise what they have read.",
        "assumed",
    )  # fmt: skip
    simulation_hours: float = parameter(
        0.0, "hours a week", (0, 20), (0, 2),
        "Hours a week for which people practise with simulated patients.",
        "assumed: that simulation teaches, Cook et al. (2011)",
    )  # fmt: skip
    pilot_hours: float = parameter(
        2, "hours a week", (0, 40), (1, 8),
        "Hours a week for which the staff of a pilot practise its plan.",
        "assumed",
    )  # fmt: skip
    turnover: float = parameter(
        0.10, "share a year", (0, 0.99), (0, 0.3),
        "Staff who leave in a year and are replaced, in units that do not give their own.",
        "assumed: Japan about 5%, India about 20%",
    )  # fmt: skip
    retention: float = parameter(
        0.0, "share", (0, 1), (0, 0.5),
        "Would-be leavers who are persuaded to stay.",
        "assumed",
    )  # fmt: skip
    rotation: float = parameter(
        0.0, "share a year", (0, 0.99), (0, 0.3),
        "Staff who change places with somebody of another unit in a year.",
        "assumed: how job rotation spreads knowledge, Nonaka and Takeuchi (1995)",
    )  # fmt: skip
    remote_share: float = parameter(
        0.0, "share", (0, 1), (0, 1),
        "Share of work done remotely.",
        "assumed",
    )  # fmt: skip
    socialization: bool = switch(
        True, "Tacit to tacit: visits to patients and meetings of colleagues.", "Nonaka's model"
    )
    externalization: bool = switch(
        True, "Tacit to explicit: workshops put needs into words.", "Nonaka's model"
    )
    combination: bool = switch(
        True, "Explicit to explicit: library, synthesis, justification, reading.", "Nonaka's model"
    )
    internalization: bool = switch(
        True, "Explicit to tacit: training, pilots, reviews, practice.", "Nonaka's model"
    )
    shares_paid: dict[str, float] = Field(
        default_factory=dict,
        description="Share of the price that patients assessed into an income band pay; "
        "a band that is not named pays the whole price.",
        json_schema_extra={"unit": "share", "source": "assumed: everyone pays the whole price"},
    )
