"""Published findings held against the model: a page, and a table of all that was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seci_sim.evidence.held import FRESH, SEED, Held
from seci_sim.evidence.told import in_order, summary, table, told
from seci_sim.figures.forest import forest
from seci_sim.lab.spreadsheets import as_csv
from seci_sim.lab.whole_files import write_whole
from seci_sim.lab.worlds import RUNS_OF_A_WORLD
from seci_sim.report.cautions import about_evidence
from seci_sim.report.html_page import page

TABLE, PAGE = "evidence.csv", "evidence.html"


def save(every: Sequence[Held], folder: Path, worlds: int, command: str) -> Path:
    """Write the table and the page; return where the page stands."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / TABLE, as_csv(table(every)).encode())
    write_whole(folder / PAGE, html(every, worlds, command).encode())
    return folder / PAGE


def html(every: Sequence[Held], worlds: int, command: str) -> str:
    """The page."""
    chart = forest(every)
    return page(
        "evidence.html.j2",
        [chart],
        title="Held against the world",
        answer=summary(every),
        shown=[chart],
        studies=[(one.study, told(one)) for one in in_order(every)],
        cautions=about_evidence(),
        command=command,
        provenance=provenance(worlds),
    )


def provenance(worlds: int) -> str:
    """With which seeds it was run, so that anybody can again."""
    seen = (
        f"{worlds} worlds, {RUNS_OF_A_WORLD} runs in each, seeds from {SEED}; a world that gives what was published is "
        f"run again on seeds from {SEED + FRESH}"
        if worlds
        else "no other worlds were looked at"
    )
    return f"Runs at the usual numbers as each study's file says, seeds from {SEED}; {seen}."
