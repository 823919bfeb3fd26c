"""How needs are met, and who reaches the service."""

from __future__ import annotations

from pydantic import Field

from seci_sim.declaring import Section, parameter


class Band(Section):
    """An income band: its name, its share of households and a typical yearly income."""

    name: str = Field(min_length=1, max_length=40)
    """Name of the band."""
    households: float = Field(ge=0, le=1, json_schema_extra={"unit": "share"})
    """Share of the households."""
    income: float = Field(gt=0, le=1e9, json_schema_extra={"unit": "money"})
    """Typical yearly income of a household, in the currency of the price."""


ASSUMED_BANDS = (
    Band(name="lowest", households=0.2, income=1000),
    Band(name="low", households=0.2, income=2500),
    Band(name="middle", households=0.2, income=6000),
    Band(name="high", households=0.2, income=15000),
    Band(name="highest", households=0.2, income=40000),
)


class Service(Section):
    """How routines and skill meet needs, and who reaches the service."""

    skill_base: float = parameter(0.4, "share", (0, 1), (0.2, 0.6), "rule", "assumed")
    """Part of a right response that written instructions alone deliver."""
    skill_gain: float = parameter(0.6, "share", (0, 1), (0.4, 0.8), "rule", "assumed")
    """Part of a right response that full tacit skill of all staff adds."""
    watchfulness: float = parameter(
        0.0,
        "share",
        (0, 1),
        (0, 1),
        "rule",
        "assumed: as skill does for a right routine, knowing better may do for a wrong one",
        off=True,
    )
    """Part of the harm of a wrong routine that staff who fully know better avert."""
    price: float = parameter(
        2500,
        "money",
        (0, 1e9),
        (500, 10000),
        "fact",
        "assumed: invented, in the same currency as incomes",
    )
    """Price of a course of treatment."""
    eligible_patients: int = parameter(10, "people a week", (0, 10000), (5, 50), "fact", "assumed")
    """Patients a week, in each market, for whom treatment is right."""
    launch_plans: int = parameter(
        0,
        "plans",
        (0, 100),
        (0, 3),
        "fact",
        "assumed: with 1, the scheme is launched with the first; with 0, it is there from the start",
    )
    """Plans that have become routine in a market before patients can start treatment there."""
    start_ceiling: float = parameter(
        0.9,
        "chance",
        (0, 1),
        (0.8, 1),
        "world",
        "borrowed: 90% of insured patients filled what cost them at most 10 dollars, Doshi et al. (2018)",
    )
    """Chance of starting treatment that costs nothing."""
    burden_scale: float = parameter(
        0.9, "yearly incomes", (0.01, 100), (0.3, 2), "world", "assumed"
    )
    """Cost of a course, in yearly household incomes, that halves the chance of starting."""
    burden_steepness: float = parameter(1.2, "exponent", (0.1, 10), (0.8, 2), "world", "assumed")
    """How steeply the chance of starting falls around that cost."""
    adherence_base: float = parameter(0.5, "chance", (0, 1), (0.3, 0.7), "world", "assumed")
    """Chance of staying on treatment when no need is met."""
    adherence_gain: float = parameter(0.45, "chance", (0, 1), (0.2, 0.5), "world", "assumed")
    """What meeting all needs adds to that chance."""
    support_gain: float = parameter(0.05, "chance", (0, 1), (0, 0.1), "world", "assumed")
    """What a local partner who supports patients adds to that chance."""
    assessment_with_agency: float = parameter(0.9, "chance", (0, 1), (0.8, 1), "world", "assumed")
    """Chance that a patient is assessed into the right income band by a financial agency."""
    assessment_without_agency: float = parameter(
        0.6, "chance", (0, 1), (0.4, 0.8), "world", "assumed"
    )
    """Chance that a patient is assessed into the right income band without one."""
    bands: tuple[Band, ...] = Field(
        ASSUMED_BANDS,
        min_length=1,
        max_length=12,
        json_schema_extra={"role": "fact", "source": "assumed: invented bands of equal size"},
    )
    """Income bands, from the lowest to the highest."""
