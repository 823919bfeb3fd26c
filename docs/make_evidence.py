"""Write the page of published findings held against the model: `python docs/make_evidence.py`.

It re-creates every shipped study, at the usual numbers and in many worlds, which takes some minutes. A test
makes some of its rows again, and with ``--slow`` the whole page.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seci_sim.evidence.held import MEANING, ORDER, WORLDS, Held, hold
from seci_sim.evidence.study import read_study, shipped_studies
from seci_sim.evidence.told import in_order, published, simulated, summary, told
from seci_sim.report.cautions import about_evidence
from seci_sim.report.evidence import provenance
from seci_sim.words import NOTHING, ends

PAGE = Path(__file__).parent / "evidence.md"

HEAD = """# Held against the world

Written by `docs/make_evidence.py`; change that file or the studies in `seci_sim/evidence/studies`, not this page.

Is any number of the model like a measured one? Here published findings are re-created inside the simulated firm,
misses first. `seci-sim evidence` does the same on your machine, and writes a page with a forest plot; with the name of
a study it does that one, and with a file one of your own.
[How far to trust the model](trust.md) says what follows, and [rules judged by evidence](rules_judged.md) which rules that
are off by default would move which finding.
"""

COLUMNS = ("finding", "study", "grade", "verdict", "published", "simulated", "nine worlds of ten")


def main() -> None:
    """Hold all studies, and write the page."""
    PAGE.write_text(page(held()), "utf-8", newline="\n")


def held(worlds: int = WORLDS) -> list[Held]:
    """Every shipped study, held against the model."""
    return [hold(read_study(name), worlds=worlds) for name in shipped_studies()]


def page(every: Sequence[Held]) -> str:
    """The page as Markdown."""
    parts = [
        HEAD,
        *summary(every),
        _list([f"*{verdict}*: {MEANING[verdict]}." for verdict in ORDER]),
    ]
    parts += [
        _table(every),
        "## What to keep in mind",
        _list([*about_evidence(), provenance(WORLDS)]),
    ]
    parts.append("## Study by study")
    for one in in_order(every):
        facts = [f"**{heading}.** {text}" for heading, text in told(one)]
        parts.append(f"### {one.study.name}\n\n{_list(facts)}")
    return "\n\n".join(part.strip() for part in parts) + "\n"


def row(one: Held) -> tuple[str, ...]:
    """The study in the table, but for what other worlds give."""
    study = one.study
    first = (study.name, study.cited, study.match.grade, one.verdict)
    return (*first, published(one), simulated(one.usual))


def _table(every: Sequence[Held]) -> str:
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    for one in in_order(every):
        worlds = NOTHING if one.worlds is None else ends(one.worlds.spread.ends, "")
        lines.append("| " + " | ".join([*row(one), worlds]) + " |")
    return "\n".join(lines)


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


if __name__ == "__main__":
    main()
