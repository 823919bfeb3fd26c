"""Four policies judged in many worlds, for the page of verdicts and the pages of experiments about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from seci_sim.figures.doubts import deciders, gain
from seci_sim.figures.style import Chart
from seci_sim.lab.comparing import comparison, simulate
from seci_sim.lab.verdicts import Verdict
from seci_sim.report import tell
from seci_sim.report.answer import answer
from seci_sim.report.deciding import KNOWN_HOW, called, worth
from seci_sim.report.html import Told
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.words import percent, setting


@dataclass(frozen=True)
class Question:
    """A policy, and what it is held against."""

    key: str
    """Of its picture."""
    name: str
    asked: str
    """The question in words."""
    files: tuple[str, ...]
    """Scenarios that are compared."""
    settings: tuple[str, ...] = ()
    """What is set over the first of them, which is then compared with itself."""
    experiment: str = ""
    """The shipped experiment about the same."""

    @property
    def command(self) -> str:
        """What a reader types."""
        options = [f"--set {one}" for one in self.settings]
        return " ".join(["seci-sim compare", *self.files, *options, f"--worlds {WORLDS}"])

    @property
    def scenarios(self) -> list[Scenario]:
        """What is compared."""
        plain = [read_scenario(name) for name in self.files]
        return [*plain, read_scenario(self.files[0], self.settings)] if self.settings else plain


QUESTIONS = (
    Question(
        "partner",
        "Local or global partner",
        "Is a partner who knows the market worth more than one who knows the world?",
        ("global-partner-only", "local-partner"),
        experiment="local_partner",
    ),
    Question(
        "training",
        "One hour more of training",
        "Is it worth it that everybody practises an hour a week more what they have read?",
        ("one-percent",),
        ("policy.training_hours=1.5",),
    ),
    Question(
        "percent",
        "The first and the second percent of time with patients",
        "Is 1% of everyone's hours with patients worth it, and would 2% be better?",
        ("no-patient-time", "one-percent", "two-percent"),
        experiment="patient_time",
    ),
    Question(
        "prices",
        "Tiered prices",
        "Do more patients start and stay on treatment where prices follow incomes?",
        ("india-flat-price", "india-expansion"),
        experiment="tiered_prices",
    ),
)

FILE = "verdicts"

WORLDS = 512
"""More than a comparison takes by default, so that what decides hangs less on which worlds were drawn."""

HEAD = f"""# What holds in worlds of all kinds

Four policies, each judged twice: by luck at the numbers of its file, and in {WORLDS} worlds, in which all that nobody
has measured and the files do not state has other values that agree with what was measured elsewhere. *Yes* means that luck tells the gain from nothing
and that it is there in nine worlds of ten; *no* that it is there in one of ten at most; all between is *not settled*.
[statistics.md](../statistics.md) says how. The page is written by `docs/make_experiments.py`."""


@cache
def judged(question: Question, workers: int | None = None) -> Told:
    """Run a question's scenarios, at the files' numbers and in many worlds."""
    return tell(simulate(question.scenarios, worlds=WORLDS, workers=workers))


def picture(told: Told) -> Chart:
    """What decides the policy where something turns it, else what each gains."""
    turning = [one for one in told.compared.verdicts() if _turns(one)]
    drawn = deciders(told.compared) if turning else [gain(told.compared)]
    return drawn[0]


def _turns(one: Verdict) -> bool:
    return bool(one.deciders) and one.deciders[0].turns_at is not None


def section(question: Question, told: Told) -> str:
    """All that is said of one question."""
    chart = picture(told)
    paragraphs = [
        "\n".join([f"**{said.plain}**", "", *(f"- {sentence}" for sentence in said.figures)])
        for said in answer(told.compared)
    ]
    seeds = f"seeds {told.results.seeds[0]} to {told.results.seeds[-1]}"
    drawn = comparison(question.scenarios).fingerprint[:12]
    parts = [
        f"## {question.name}",
        f"*{question.asked}*",
        *paragraphs,
        f"![{chart.title}]({FILE}_{question.key}.png)",
        chart.description,
        _table(told.compared.verdicts()),
        f"To repeat it: `{question.command}`. {len(told.results.seeds)} runs of each scenario, {seeds}, and 2 in each "
        f"world. Design {drawn}.",
    ]
    return "\n\n".join(part for part in parts if part)


def _table(verdicts: Sequence[Verdict]) -> str:
    """What moves each verdict, and where it turns."""
    rows = [
        f"| {one.policy} | {called(decider)} | {KNOWN_HOW[decider.factor.role]} | "
        f"{_where(decider.turns_at, decider.factor.unit)} | {percent(decider.explained, 0)} | {worth(decider)} |"
        for one in verdicts
        for decider in one.deciders
    ]
    heads = "| Policy | Hangs on | Known how | Turns at | Share of the doubt | Worth knowing |"
    return "\n".join([heads, "| --- " * 6 + "|", *rows]) if rows else ""


def _where(value: float | None, unit: str) -> str:
    return "no value of it alone" if value is None else setting(value, unit)


def in_short(name: str, workers: int | None = None) -> str:
    """For the page of an experiment: what is said of its policies in many worlds."""
    found = [question for question in QUESTIONS if question.experiment == name]
    every = [one for question in found for one in answer(judged(question, workers).compared)]
    said = [
        one.plain if one.plain.startswith("Yes") else f"{one.plain} {one.figures[-1]}"
        for one in every
    ]
    if not said:
        return ""
    return f"In worlds of all kinds ([{FILE}.md]({FILE}.md)): {' '.join(said)}"


def page(workers: int | None = None) -> str:
    """All questions."""
    sections = [section(question, judged(question, workers)) for question in QUESTIONS]
    return "\n\n".join([HEAD, *sections]) + "\n"
