"""Every number that can change a result, declared once.

A declaration says what the number means, in which unit, within which limits, over which range it is
plausible, and where it comes from. The scenario reader, the JSON Schema, the tables in the
documentation and the report are generated from these declarations; nothing else repeats them.

A source starts with one of three words:

*measured:*  a public figure about the thing itself;
*borrowed:*  a figure measured elsewhere, on something comparable;
*assumed:*   nobody has measured it; the value is ours and should be varied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

SHARES = frozenset({"share", "share a year", "chance", "chance a week"})
"""Units in which people write percentages."""

HOURS_A_WEEK = 40.0
"""The working week. Fixed, because every process is priced against it."""

WEEKS_A_YEAR = 52


class Section(BaseModel):
    """A group of parameters: unknown names, wrong types and values out of range are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def parameter(
    default: Any,
    unit: str,
    allowed: tuple[float, float],
    plausible: tuple[float, float],
    meaning: str,
    source: str,
) -> Any:
    """Declare one number; see the module's docstring for what each part is for."""
    return Field(
        default,
        ge=allowed[0],
        le=allowed[1],
        description=meaning,
        json_schema_extra={"unit": unit, "plausible": list(plausible), "source": source},
    )


def switch(default: bool, meaning: str, source: str) -> Any:
    """Declare something that is on or off."""
    return Field(
        default, description=meaning, json_schema_extra={"unit": "yes or no", "source": source}
    )


class World(Section):
    """What patients need, how needs differ between markets, and how they change."""

    needs: int = parameter(
        40, "needs", (6, 1000), (20, 80),
        "Needs that the patients of a market can have.",
        "assumed: a size at which classes of needs can be told apart",
    )  # fmt: skip
    systemic_share: float = parameter(
        0.20, "share", (0, 0.6), (0, 0.4),
        "Needs whose right response follows from those to two other needs, and which nobody shows.",
        "assumed: lets combination create something",
    )  # fmt: skip
    latent_share: float = parameter(
        0.60, "share", (0, 1), (0.3, 0.9),
        "Of the other needs, those that patients can show but not say.",
        "assumed: Nonaka and Takeuchi (1995) hold that most of what matters is unsaid",
    )  # fmt: skip
    local_difference: float = parameter(
        0.25, "chance", (0, 0.5), (0, 0.5),
        "How often a market's need differs from the global core.",
        "assumed",
    )  # fmt: skip
    patient_variation: float = parameter(
        0.15, "chance", (0, 0.5), (0, 0.3),
        "How often one patient's need differs from their market's.",
        "assumed",
    )  # fmt: skip
    drift: float = parameter(
        0.05, "share a year", (0, 1), (0, 0.3),
        "Needs whose right response turns round in a year, in each market and in the core.",
        "assumed",
    )  # fmt: skip
    report_coverage: float = parameter(
        0.80, "chance", (0, 1), (0, 1),
        "Chance that an expressed need is in the market research the library starts with.",
        "assumed",
    )  # fmt: skip
    report_error: float = parameter(
        0.10, "chance", (0, 0.5), (0, 0.3),
        "Chance that an entry of that market research is wrong.",
        "assumed",
    )  # fmt: skip


class Learning(Section):
    """How people learn, forget and speak: uncertain properties of people, not decisions."""

    tacit_half_life: float = parameter(
        39, "weeks", (1, 1040), (28, 56),
        "Time in which unused tacit knowledge fades to a half.",
        "borrowed: skill decay, Tatel and Ackerman, 28 to 56 weeks",
    )  # fmt: skip
    newcomer_spread: float = parameter(
        0.05, "standard deviation", (0, 0.5), (0, 0.1),
        "Spread of a newcomer's tacit convictions around nothing.",
        "assumed",
    )  # fmt: skip
    showing: float = parameter(
        0.20, "chance", (0, 1), (0.1, 0.4),
        "Chance that a need shows itself in four hours with a patient.",
        "assumed",
    )  # fmt: skip
    observation_accuracy: float = parameter(
        0.75, "chance", (0.5, 1), (0.6, 0.9),
        "Chance that a need which shows itself is read rightly.",
        "assumed",
    )  # fmt: skip
    patient_learning: float = parameter(
        0.30, "share", (0, 1), (0.1, 0.5),
        "Step of tacit knowledge towards what was observed with a patient.",
        "assumed",
    )  # fmt: skip
    colleague_learning: float = parameter(
        0.02, "share", (0, 1), (0.01, 0.05),
        "Step, per hour, of the less sure of two colleagues towards the surer one.",
        "assumed: direction from Sandvik et al., structured meetings of peers",
    )  # fmt: skip
    tie_within: float = parameter(
        1.0, "weight", (0, 1), (0.5, 1),
        "Strength of the tie between colleagues of one unit.",
        "assumed",
    )  # fmt: skip
    tie_across: float = parameter(
        0.3, "weight", (0, 1), (0.1, 0.6),
        "Strength of the tie between colleagues of different units.",
        "assumed: weak ties carry little tacit knowledge, Hansen (1999)",
    )  # fmt: skip
    remote_loss: float = parameter(
        0.25, "share", (0, 1), (0, 0.5),
        "Loss of socialization, and of what a workshop pools, when all work is remote.",
        "assumed",
    )  # fmt: skip
    unsure_below: float = parameter(
        0.1, "conviction", (0, 0.9), (0.05, 0.2),
        "Up to this conviction a person is unsure of a need.",
        "assumed",
    )  # fmt: skip
    reading_voice: float = parameter(
        0.1, "weight", (0, 1), (0, 0.3),
        "Weight with which the unsure voice what they have read.",
        "assumed",
    )  # fmt: skip
    sayability: float = parameter(
        0.5, "conviction", (0.01, 10), (0.25, 1),
        "Pooled conviction from which a group can put a need into words.",
        "assumed: makes some knowledge unsayable, after Gourlay (2006)",
    )  # fmt: skip
    practice_learning: float = parameter(
        0.02, "share", (0, 1), (0.01, 0.05),
        "Step, per hour, of tacit knowledge towards what is practised.",
        "assumed: that practice moves more than reading, Cochrane review CD004398",
    )  # fmt: skip
    routine_practice: float = parameter(
        0.5, "share", (0, 1), (0.2, 1),
        "Step of everyday practice of a routine, as a share of the step of deliberate practice.",
        "assumed",
    )  # fmt: skip
    noticing: float = parameter(
        0.0125, "chance a week", (0, 1), (0, 0.05),
        "Chance that an employee notices that a routine answers a need wrongly.",
        "assumed",
    )  # fmt: skip
    noticing_step: float = parameter(
        0.5, "share", (0, 1), (0.2, 0.8),
        "Step of tacit knowledge towards the truth on noticing.",
        "assumed",
    )  # fmt: skip


class Projects(Section):
    """How a concept becomes a plan, a pilot and a routine."""

    concept_entries: float = parameter(
        5, "needs", (1, 50), (3, 8),
        "Needs that a workshop of six hours puts into words.",
        "assumed",
    )  # fmt: skip
    proposal_weight: float = parameter(
        2.0, "votes", (0, 10), (1, 4),
        "Votes of a proposal for itself when it is justified.",
        "assumed",
    )  # fmt: skip
    patient_weight: float = parameter(
        1.0, "votes", (0, 10), (0.5, 2),
        "Votes of an invited patient who speaks up.",
        "assumed",
    )  # fmt: skip
    local_partner_weight: float = parameter(
        2.5, "votes", (0, 10), (1, 4),
        "Votes of a local partner.",
        "assumed",
    )  # fmt: skip
    global_partner_weight: float = parameter(
        1.0, "votes", (0, 10), (0.5, 2),
        "Votes of a global partner.",
        "assumed",
    )  # fmt: skip
    patient_speaks: float = parameter(
        0.5, "chance", (0, 1), (0.2, 0.8),
        "Chance that an invited patient speaks up on an expressed need.",
        "assumed",
    )  # fmt: skip
    latent_recognition: float = parameter(
        0.5, "share", (0, 1), (0.2, 1),
        "That chance on a latent need, recognised when others say it, as a share of the former.",
        "assumed",
    )  # fmt: skip
    partner_accuracy: float = parameter(
        0.85, "chance", (0.5, 1), (0.7, 1),
        "Chance that a partner is right about what it knows: its market, or the global core.",
        "assumed",
    )  # fmt: skip
    combination_hours: float = parameter(
        3, "hours", (0, 40), (1, 8),
        "Hours of each group member for searching the library and for synthesis.",
        "assumed",
    )  # fmt: skip
    justification_hours: float = parameter(
        3, "hours", (0, 40), (1, 8),
        "Hours of each group member for justification.",
        "assumed",
    )  # fmt: skip
    search_window: int = parameter(
        60, "documents", (0, 1000), (20, 200),
        "Newest documents of the library in which a group searches.",
        "assumed",
    )  # fmt: skip
    reading_window: int = parameter(
        30, "documents", (1, 1000), (10, 100),
        "Newest documents of the library from which people read.",
        "assumed",
    )  # fmt: skip
    reuse: int = parameter(
        6, "needs", (0, 1000), (0, 12),
        "Needs that a plan takes from the library at most.",
        "assumed",
    )  # fmt: skip
    synthesis: float = parameter(
        0.5, "chance", (0, 1), (0.2, 0.8),
        "Chance that a systemic need is worked out once both of its parts are answered.",
        "assumed",
    )  # fmt: skip
    setup_weeks: float = parameter(
        12, "weeks", (0, 104), (6, 26),
        "Set-up before a pilot without a global partner's framework.",
        "assumed",
    )  # fmt: skip
    setup_weeks_with_framework: float = parameter(
        4, "weeks", (0, 104), (2, 12),
        "Set-up before a pilot with a global partner's framework.",
        "assumed: eribulin in India took about 26 weeks from approval to launch in all",
    )  # fmt: skip
    setup_per_new_entry: float = parameter(
        0.5, "weeks", (0, 10), (0, 2),
        "Set-up added by each entry that no document held before.",
        "assumed",
    )  # fmt: skip
    pilot_weeks: int = parameter(
        12, "weeks", (1, 104), (6, 26),
        "Weeks for which a pilot practises a plan.",
        "assumed",
    )  # fmt: skip
    pilot_staff: int = parameter(
        8, "people", (2, 1000), (4, 16),
        "Staff of a pilot.",
        "assumed",
    )  # fmt: skip
    pilot_capacity: float = parameter(
        32, "hours a week", (0, 100000), (16, 64),
        "Practice hours a week that one market has for all its pilots.",
        "assumed",
    )  # fmt: skip
    review_hours: float = parameter(
        1, "hours", (0, 40), (0, 4),
        "Hours of each pilot member for the after-action review.",
        "assumed",
    )  # fmt: skip
    review_patients: int = parameter(
        7, "people", (0, 1000), (3, 15),
        "Patients who judge the entries of a plan in the after-action review.",
        "assumed",
    )  # fmt: skip
    review_accuracy: float = parameter(
        0.75, "chance", (0.5, 1), (0.6, 0.9),
        "Chance that a patient judges an entry rightly in the review.",
        "assumed",
    )  # fmt: skip
    review_margin: int = parameter(
        3, "votes", (1, 1000), (1, 5),
        "Margin of votes against at which an entry is withdrawn.",
        "assumed",
    )  # fmt: skip
    routine_hours: float = parameter(
        1, "hours a week", (0, 40), (0, 4),
        "Hours for which the staff of a market practise its routines.",
        "assumed",
    )  # fmt: skip


class Band(Section):
    """An income band: its name, its share of households and a typical yearly income."""

    name: str = Field(min_length=1, max_length=40, description="Name of the band.")
    households: float = Field(
        ge=0, le=1, description="Share of the households.", json_schema_extra={"unit": "share"}
    )
    income: float = Field(
        gt=0, le=1e9, description="Typical yearly income of a household, in the currency of the price.",
        json_schema_extra={"unit": "money"},
    )  # fmt: skip


ASSUMED_BANDS = (
    Band(name="lowest", households=0.2, income=1000),
    Band(name="low", households=0.2, income=2500),
    Band(name="middle", households=0.2, income=6000),
    Band(name="high", households=0.2, income=15000),
    Band(name="highest", households=0.2, income=40000),
)


class Service(Section):
    """How routines and skill meet needs, and who reaches the service."""

    skill_base: float = parameter(
        0.4, "share", (0, 1), (0.2, 0.6),
        "Part of a right response that written instructions alone deliver.",
        "assumed",
    )  # fmt: skip
    skill_gain: float = parameter(
        0.6, "share", (0, 1), (0.4, 0.8),
        "Part of a right response that full tacit skill of all staff adds.",
        "assumed",
    )  # fmt: skip
    price: float = parameter(
        2500, "money", (0, 1e9), (500, 10000),
        "Price of a course of treatment.",
        "assumed: invented, in the same currency as incomes",
    )  # fmt: skip
    eligible_patients: int = parameter(
        10, "people a week", (0, 10000), (5, 50),
        "Patients a week, in each market, for whom treatment is right.",
        "assumed",
    )  # fmt: skip
    start_ceiling: float = parameter(
        0.9, "chance", (0, 1), (0.8, 1),
        "Chance of starting treatment that costs nothing.",
        "assumed",
    )  # fmt: skip
    burden_scale: float = parameter(
        0.9, "yearly incomes", (0.01, 100), (0.3, 2),
        "Cost of a course, in yearly household incomes, that halves the chance of starting.",
        "assumed",
    )  # fmt: skip
    burden_steepness: float = parameter(
        1.2, "exponent", (0.1, 10), (0.8, 2),
        "How steeply the chance of starting falls around that cost.",
        "assumed",
    )  # fmt: skip
    adherence_base: float = parameter(
        0.5, "chance", (0, 1), (0.3, 0.7),
        "Chance of staying on treatment when no need is met.",
        "assumed",
    )  # fmt: skip
    adherence_gain: float = parameter(
        0.45, "chance", (0, 1), (0.2, 0.5),
        "What meeting all needs adds to that chance.",
        "assumed",
    )  # fmt: skip
    support_gain: float = parameter(
        0.05, "chance", (0, 1), (0, 0.1),
        "What a local partner who supports patients adds to that chance.",
        "assumed",
    )  # fmt: skip
    assessment_with_agency: float = parameter(
        0.9, "chance", (0, 1), (0.8, 1),
        "Chance that a patient is assessed into the right income band by a financial agency.",
        "assumed",
    )  # fmt: skip
    assessment_without_agency: float = parameter(
        0.6, "chance", (0, 1), (0.4, 0.8),
        "Chance that a patient is assessed into the right income band without one.",
        "assumed",
    )  # fmt: skip
    bands: tuple[Band, ...] = Field(
        ASSUMED_BANDS,
        min_length=1,
        max_length=12,
        description="Income bands, from the lowest to the highest.",
        json_schema_extra={"source": "assumed: invented bands of equal size"},
    )


class Policy(Section):
    """What a firm can decide, from the start or from a given week."""

    patient_time: float = parameter(
        0.01, "share", (0, 1), (0, 0.1),
        "Share of everyone's business hours spent with patients.",
        "measured: Eisai encourages 1%, about 20 hours a head and year",
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
        "Share of those meetings that join people of different units (community of practice).",
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


SECTIONS: dict[str, type[Section]] = {
    "world": World,
    "learning": Learning,
    "projects": Projects,
    "service": Service,
    "policy": Policy,
}
"""The groups of parameters, under the names that scenario files use."""


@dataclass(frozen=True)
class Declaration:
    """What is known of one parameter, read off its field."""

    name: str
    """Section and name, such as ``policy.patient_time``."""
    default: Any
    unit: str
    allowed: tuple[float, float] | None
    """Smallest and largest value accepted; None for switches and tables."""
    plausible: tuple[float, float] | None
    """Range over which to vary it."""
    meaning: str
    source: str


def declarations() -> Iterator[Declaration]:
    """Every declared parameter, section by section.

    Examples
    --------
    >>> {d.name: d.unit for d in declarations()}["policy.patient_time"]
    'share'
    """
    for section, model in SECTIONS.items():
        for name, field in model.model_fields.items():
            extra = field.json_schema_extra
            assert isinstance(extra, dict)
            limits = {type(m).__name__: m for m in field.metadata}
            allowed = (limits["Ge"].ge, limits["Le"].le) if "Ge" in limits else None
            plausible: Any = extra.get("plausible")
            yield Declaration(
                name=f"{section}.{name}",
                default=field.get_default(call_default_factory=True),
                unit=str(extra.get("unit", "table")),
                allowed=allowed,
                plausible=tuple(plausible) if plausible else None,
                meaning=field.description or "",
                source=str(extra["source"]),
            )
