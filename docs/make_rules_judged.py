"""Write the page on which published findings each rule moves that is off by default: `python docs/make_rules_judged.py`.

Every finding that is re-created in pairs of runs is run with each such rule on, alone; this takes a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seci_sim.evidence.effects import OF_A_PARAMETER, OVER_FIRMS
from seci_sim.evidence.held import Effect, Held, with_rule
from seci_sim.evidence.study import Study, read_study, shipped_studies
from seci_sim.evidence.told import published, simulated
from seci_sim.lab.factors import DECLARED, half_way
from seci_sim.lab.worlds import doubted
from seci_sim.scenario import read_scenario
from seci_sim.words import NOTHING, setting

PAGE = Path(__file__).parent / "rules_judged.md"

RUNS = 40
"""Of each scenario, at each rule."""

RULES = tuple(one.name for one in doubted([read_scenario("baseline")]) if DECLARED[one.name].off)
"""What is off unless a scenario says otherwise, of a firm without rivals, as all of these studies are of."""

HEAD = f"""# Rules judged by evidence

Written by `docs/make_rules_judged.py`; change that file, not this page.

Some rules of the model are off unless a scenario switches them on. Here each is switched on alone, half way up its
plausible range, and every finding of [the page on evidence](evidence.md) that is re-created in pairs of runs is run
again: {RUNS} runs of each scenario, on the same seeds as at the usual numbers. Where that is fewer runs than on the page on
evidence, figures at the usual numbers differ from those there by luck. A rule *moves* a finding where its 95%
interval and that at the usual numbers have nothing in common; *nearer* and *away* say whether to what was published.
Where a rule does nothing, that happens by luck in at most about one case of 180; and what is moved may be moved by very little,
where luck leaves next to nothing open.
"""


def main() -> None:
    """Run all, and write the page."""
    PAGE.write_text(page({one.label: effects(one) for one in judged()}), "utf-8", newline="\n")


def judged() -> list[Study]:
    """Studies whose effect is found in pairs of runs, or in single ones."""
    every = (read_study(name) for name in shipped_studies())
    return [
        one
        for one in every
        if one.counts and one.again and one.again.effect not in (OVER_FIRMS, OF_A_PARAMETER)
    ]


def effects(study: Study, rules: Sequence[str] = RULES) -> dict[str, Effect]:
    """The effect at the usual numbers, under an empty name, and with each rule on."""
    return {name: with_rule(study, name, RUNS) for name in ("", *rules)}


def page(every: dict[str, dict[str, Effect]]) -> str:
    """The page as Markdown."""
    rows = [row(read_study(label), found) for label, found in every.items()]
    head = ("finding", "published", "usual numbers", "nearer", "away", "hit lost by")
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    lines.insert(1, "|---" * len(head) + "|")
    levels = [f"- `{name}`: {setting(half_way(name), DECLARED[name].unit)}" for name in RULES]
    parts = [HEAD.strip(), "\n".join(lines), "## Values at which rules are on", "\n".join(levels)]
    return "\n\n".join(parts) + "\n"


def row(study: Study, found: dict[str, Effect]) -> tuple[str, ...]:
    """What each rule does to one finding."""
    usual = found[""]
    moved = {name: one for name, one in found.items() if name and apart(one, usual)}
    nearer = {n: one for n, one in moved.items() if off(study, one) < off(study, usual)}
    away = {n: one for n, one in moved.items() if off(study, one) > off(study, usual)}
    hits = {name for name, one in found.items() if one.reaches(study.finding)}
    lost = [name for name in found if "" in hits and name not in hits]
    cells = [study.name, published(Held(study)), simulated(usual), _said(nearer), _said(away)]
    return (*cells, ", ".join(f"`{name}`" for name in lost) or NOTHING)


def apart(one: Effect, other: Effect) -> bool:
    """Whether two intervals have nothing in common."""
    return one.interval[1] < other.interval[0] or other.interval[1] < one.interval[0]


def off(study: Study, effect: Effect) -> float:
    """How far an effect is from what was published; of a direction, the further the less it goes there."""
    bounds = study.finding.bounds
    if bounds is None:
        return -effect.mean if study.finding.direction == "more" else effect.mean
    return max(bounds[0] - effect.mean, effect.mean - bounds[1], 0.0)


def _said(moved: dict[str, Effect]) -> str:
    said = [f"`{name}` {simulated(one)}" for name, one in moved.items()]
    return ", ".join(said) or NOTHING


if __name__ == "__main__":
    main()
