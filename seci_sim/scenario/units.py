"""Who there is: units, stakeholders, what changes in which week, and who meets whom."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from seci_sim.parameters import Policy, Section
from seci_sim.scenario.problems import INVISIBLE, invisible
from seci_sim.scenario.validation import Problem, fields_of, refuse

LONGEST_HORIZON = 5200
"""Weeks: a century."""

LONGEST_MARKET = 60
"""Characters; partners in it are named after it."""

AFFILIATE: Final = "affiliate"
HEADQUARTERS = ("headquarters", "regional headquarters")
LOCAL_PARTNER, GLOBAL_PARTNER = "local partner", "global partner"
FINANCIAL_AGENCY = "financial agency"


OF_MARKETS = (
    "eligible_patients",
    "resembles",
    "needs_differing",
    "price",
    "households",
    "income_level",
)
"""What an affiliate may say of its market; affiliates of one market may not contradict each other."""


def one_line(text: str) -> str:
    """The text, if it is a single line that begins and ends where it seems to."""
    if any(invisible(text)):
        raise ValueError(INVISIBLE)
    if text != text.strip():
        raise ValueError("has a space at its start or end")
    return unicodedata.normalize("NFC", text)


READ_AS_MISSING = frozenset(
    {
        "NA",
        "N/A",
        "n/a",
        "NaN",
        "nan",
        "-NaN",
        "-nan",
        "None",
        "NULL",
        "null",
        "<NA>",
        "#NA",
        "#N/A",
        "#N/A N/A",
        "1.#IND",
        "-1.#IND",
        "1.#QNAN",
        "-1.#QNAN",
    }
)
"""What pandas, R and spreadsheets take for a missing value in a table."""
FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


def shown_by_others(text: str) -> str:
    """The text, if other programs do not take it for a missing value."""
    if text in READ_AS_MISSING:
        raise ValueError("is read as a missing value by other programs; give another name")
    return text


def _lines(text: str) -> str:
    if any(invisible(text, allowed="\t\n")):
        raise ValueError(INVISIBLE)
    return unicodedata.normalize("NFC", text)


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80),
    AfterValidator(one_line),
    AfterValidator(shown_by_others),
]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(one_line)]
Prose = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_lines)]


class Unit(Section):
    """A part of the organisation whose staff meet each other."""

    name: Name
    """Name of the unit."""
    kind: Literal["headquarters", "regional headquarters", "affiliate"]
    """An affiliate serves a market; headquarters staff join affiliates' projects."""
    staff: int = Field(ge=2, le=2_000_000, json_schema_extra={"unit": "people"})
    """Employees of the unit."""
    market: Name | None = None
    """Market that an affiliate serves; without one, a market of its own name."""
    lives_in: Name | None = None
    """Market whose patients the staff of headquarters visit; without one, the first market."""
    reports_to: Name | None = None
    """Headquarters whose staff join an affiliate's projects; without one, the first headquarters."""
    turnover: float | None = Field(None, ge=0, le=0.99, json_schema_extra={"unit": "share a year"})
    """Staff who leave in a year and are replaced; without it, the policy's."""
    firm: Name | None = None
    """Other firm that the unit belongs to until that firm joins in a merger; without one, this firm."""
    eligible_patients: int | None = Field(
        None, ge=0, le=10_000, json_schema_extra={"unit": "people a week"}
    )
    """Patients a week, in the affiliate's market, for whom treatment is right; without it, the service's."""
    resembles: Name | None = None
    """Market, listed before, whose needs the affiliate's market shares but for some; without one, it shares the global core's."""
    needs_differing: float | None = Field(None, ge=0, le=0.5, json_schema_extra={"unit": "chance"})
    """How often a need differs from that of the market that is resembled; without it, as often as from the core."""
    price: float | None = Field(None, ge=0, le=1e9, json_schema_extra={"unit": "money"})
    """Price of a course of treatment in the affiliate's market; without it, the service's."""
    households: dict[str, float] = Field(default_factory=dict, json_schema_extra={"unit": "share"})
    """Share of the households of the affiliate's market in each income band; without it, the service's."""
    income_level: float | None = Field(
        None, ge=0.01, le=100, json_schema_extra={"unit": "incomes of the band"}
    )
    """What a household of a band earns in the affiliate's market, in incomes of the service's band; without it, 1."""

    @model_validator(mode="before")
    @classmethod
    def _market_of_its_own(cls, fields: Any) -> Any:
        if not isinstance(fields, dict) or fields.get("kind") != AFFILIATE or "name" not in fields:
            return fields
        return fields if fields.get("market") is not None else fields | {"market": fields["name"]}

    @model_validator(mode="after")
    def _fields_fit_the_kind(self) -> Unit:
        foreign: tuple[str, ...] = ("market", "reports_to", *OF_MARKETS)
        what = f"is for affiliates, not for {self.kind}"
        if self.kind == AFFILIATE:
            foreign, what = ("lives_in",), "is not for affiliates: their staff live in their market"
        refuse([Problem((n,), what) for n in foreign if getattr(self, n) not in (None, {})])
        if self.market is not None and len(self.market) > LONGEST_MARKET:
            what, allowed = "the market's name is too long", f"at most {LONGEST_MARKET} characters"
            refuse([Problem(("market",), what, allowed)])
        refuse(_left_alone(self, {"needs_differing": ("resembles",)}))
        return self


def _left_alone(section: Section, goes_with: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Fields that say nothing without one of some others."""
    for name, others in goes_with.items():
        given = any(getattr(section, other) is not None for other in others)
        if getattr(section, name) is not None and not given:
            yield Problem((name,), f"goes with {' or '.join(others)} only")


class Stakeholder(Section):
    """Somebody outside the organisation whom a policy may invite."""

    name: Name
    """Name of the stakeholder."""
    kind: Literal["local partner", "global partner", "financial agency"]
    """A local partner knows its market, a global partner the needs common to all, a financial agency what households earn."""
    market: Name | None = None
    """Market of a local partner, or of a financial agency that serves one."""
    supports_patients: bool = False
    """Whether a local partner helps patients to stay on treatment."""

    @model_validator(mode="after")
    def _fields_fit_the_kind(self) -> Stakeholder:
        problems: list[Problem] = []
        if self.kind == LOCAL_PARTNER and self.market is None:
            problems.append(Problem((), "a local partner needs a market"))
        if self.kind == GLOBAL_PARTNER and self.market is not None:
            problems.append(Problem(("market",), "a global partner has no market"))
        if self.kind != LOCAL_PARTNER and self.supports_patients:
            problems.append(Problem(("supports_patients",), "is for local partners only"))
        refuse(problems)
        return self


ACTIONS = (
    "policy",
    "staff_leave",
    "lose",
    "needs_jump",
    "unit_joins",
    "unit_leaves",
    "market_opens",
    "partner_joins",
    "partner_leaves",
    "firm_joins",
    "transition_hours",
)
"""What a change may do."""

GOES_WITH = {
    "unit": ("staff_leave",),
    "who_leaves": ("staff_leave",),
    "market": ("needs_jump",),
    "core_difference": ("firm_joins",),
    "transition_weeks": ("transition_hours", "firm_joins"),
}
"""What says nothing without one of some others."""


class Change(Section):
    """What happens at the start of a week: a policy changes, or a shock comes."""

    week: int = Field(ge=1, le=LONGEST_HORIZON, json_schema_extra={"unit": "weeks"})
    """Week at whose start it happens; the first week is 1."""
    policy: dict[str, Any] = Field(default_factory=dict, json_schema_extra={"section": "policy"})
    """Settings of the policy that change."""
    staff_leave: float | None = Field(None, gt=0, le=1, json_schema_extra={"unit": "share"})
    """Share of the staff who leave at once and are replaced by newcomers."""
    unit: Name | None = None
    """Unit whose staff leave; without one, all units."""
    lose: tuple[Literal["library", "routines"], ...] = Field((), max_length=2)
    """What is lost: the library, the routines, or both."""
    needs_jump: float | None = Field(None, gt=0, le=1, json_schema_extra={"unit": "share"})
    """Share of the needs whose right response turns round at once."""
    market: Name | None = None
    """Market whose needs jump; without one, all."""
    unit_joins: Name | None = None
    """Unit that joins; it is absent before."""
    unit_leaves: Name | None = None
    """Unit that leaves, with its staff."""
    market_opens: Name | None = None
    """Market that opens, with its affiliates; both are absent before."""
    partner_joins: Name | None = None
    """Stakeholder who joins; they are absent before."""
    partner_leaves: Name | None = None
    """Stakeholder who leaves."""
    firm_joins: Name | None = None
    """Other firm that joins in a merger; until then its units live on their own."""
    core_difference: float | None = Field(None, ge=0, le=0.5, json_schema_extra={"unit": "chance"})
    """How often a need in the core of the firm that joins differs from that of this firm; without it, as often as a market's need does."""
    transition_hours: float | None = Field(
        None, gt=0, le=40, json_schema_extra={"unit": "hours a week"}
    )
    """Hours a week that everybody gives to a reorganisation or a merger while it lasts."""
    transition_weeks: int | None = Field(None, ge=1, le=520, json_schema_extra={"unit": "weeks"})
    """Weeks for which a reorganisation lasts, this one included; after a merger, ties between the firms grow in this time from nothing to those across units."""
    rival: Name | None = None
    """Rival whose policy, staff, library or routines change; without one, this firm's."""
    who_leaves: Literal["surest"] | None = None
    """That the surest of each unit leave, by the sum of their convictions, at least one; without it, anybody by chance."""

    @field_validator("policy")
    @classmethod
    def _is_a_policy(cls, policy: dict[str, Any]) -> dict[str, Any]:
        return fields_of(Policy, policy)

    @model_validator(mode="after")
    def _does_something(self) -> Change:
        problems = list(_left_alone(self, GOES_WITH))
        if not any(getattr(self, action) not in (None, (), {}) for action in ACTIONS):
            what = "nothing changes; give at least one of " + ", ".join(ACTIONS)
            problems.append(Problem((), what))
        if self.transition_hours is not None and self.transition_weeks is None:
            problems.append(Problem(("transition_hours",), "needs transition_weeks"))
        if len(set(self.lose)) < len(self.lose):
            problems.append(Problem(("lose",), "names the same thing twice"))
        refuse(problems)
        return self


class Meeting(NamedTuple):
    """Two colleagues who meet, from a firm's own records; employees count from 1 in their unit."""

    unit: str
    employee: int
    colleague_unit: str
    colleague: int
    hours: float


class Source(NamedTuple):
    """A file that a scenario was read from."""

    label: str
    text: str


DEFAULT_UNITS = (
    Unit(name="Headquarters", kind="headquarters", staff=60),
    *(Unit(name=f"Market {letter}", kind="affiliate", staff=35) for letter in "ABCD"),
)
"""The organisation of a scenario that gives no units."""


def default_stakeholders(units: tuple[Unit, ...]) -> tuple[Stakeholder, ...]:
    """Return a local partner in every market, and one global partner; nobody without units."""
    if not units:
        return ()
    partners = tuple(
        Stakeholder(name=f"Local partner in {market}", kind="local partner", market=market)
        for market in markets_of(units)
    )
    return (*partners, Stakeholder(name="Global partner", kind="global partner"))


def markets_of(units: tuple[Unit, ...]) -> tuple[str, ...]:
    """Markets in the order in which units name them."""
    return tuple(dict.fromkeys(unit.market for unit in units if unit.market is not None))
