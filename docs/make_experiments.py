"""Run the shipped experiments, and write a page with its figure for each in docs/experiments.

Run it after a change that moves results, from the root of a checkout::

    python docs/make_experiments.py [--results FOLDER] [NAME ...]

Without names, all of them, which takes about an hour on two processors. A folder of results
keeps what was run, so that only what changed is run again. It needs an installed Chromium, and the
extras ``analysis`` and ``browser``.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import verdict_pages
from playwright.sync_api import sync_playwright

from seci_sim.analyses.made import Made, make
from seci_sim.lab import Experiment
from seci_sim.lab.comparing import comparison
from seci_sim.lab.experiment_files import shipped_experiments
from seci_sim.report.analysis_pages import SEARCHES, html, provenance
from seci_sim.report.cautions import about_experiment
from seci_sim.words import percent, spoken

if TYPE_CHECKING:
    import pandas as pd

    from seci_sim.lab.findings import Findings

PAGES = Path(__file__).with_name("experiments")
WIDTH = 760
"""Pixels of a picture."""

AGAIN = {"sensitivity": 5000}
"""Seeds of a second study, of other points and other luck, that says how firm is what the first names."""

MOST_ROWS = 12
"""Rows of a table on a page; the rest is in the experiment's own results."""


def main() -> None:
    """Run what was asked for, and write its pages."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=[*with_pages(), verdict_pages.FILE])
    parser.add_argument("--results", type=Path, help="folder that keeps the runs")
    parser.add_argument("--workers", type=int)
    asked = parser.parse_args()
    PAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        results = asked.results or Path(temporary)
        for name in asked.names:
            if name == verdict_pages.FILE:
                write_verdicts(asked.workers)
            else:
                write_page(name, results / name, asked.workers)
    (PAGES / "index.md").write_text(contents(), encoding="utf-8")


def with_pages() -> list[str]:
    """The shipped experiments that ask for an analysis; docs/classics is about the others."""
    return [name for name in shipped_experiments() if Experiment.load(name).analyses]


def write_page(name: str, folder: Path, workers: int | None) -> None:
    """Run one experiment, and write its page and its picture."""
    experiment = Experiment.load(name)
    found = of_all(experiment, folder, workers)
    made = analysed(found, workers)
    firm = ""
    if name in AGAIN:
        seed = AGAIN[name]
        other = of_all(
            experiment.model_copy(update={"seed": seed}), Path(f"{folder}-{seed}"), workers
        )
        firm = agreement(experiment, made, analysed(other, workers), seed)
    shown = html(experiment, made[0], found.digest, f"seci-sim experiment {name}")
    take_picture(shown, PAGES / f"{name}.png")
    text = page(name, experiment, made, found.digest, firm or verdict_pages.in_short(name, workers))
    (PAGES / f"{name}.md").write_text(text, encoding="utf-8")


def write_verdicts(workers: int | None) -> None:
    """Judge four policies in many worlds, and write their page and its pictures."""
    for question in verdict_pages.QUESTIONS:
        told = verdict_pages.judged(question, workers)
        made = Made((verdict_pages.picture(told),), told.compared.summary)
        shown = html(comparison(question.scenarios), made, "", "")
        take_picture(shown, PAGES / f"{verdict_pages.FILE}_{question.key}.png")
    (PAGES / f"{verdict_pages.FILE}.md").write_text(verdict_pages.page(workers), encoding="utf-8")


def of_all(experiment: Experiment, folder: Path, workers: int | None) -> Findings:
    """Run an experiment to its end."""
    found = experiment.run(store=folder, workers=workers, resume=True)
    if len(found.failed):
        raise SystemExit(
            f"{folder}: {len(found.failed)} runs failed, the first: {found.failed.iloc[0]['what']}"
        )
    return found


def analysed(found: Findings, workers: int | None) -> list[Made]:
    """Make all analyses that an experiment asks for."""
    assert found.folder is not None
    searches = found.folder / SEARCHES
    return [make(found, asked, searches, workers=workers) for asked in found.experiment.analyses]


def agreement(experiment: Experiment, made: list[Made], other: list[Made], seed: int) -> str:
    """How far two studies of the same size name the same parameters."""
    told = []
    for asked, ours, theirs in zip(experiment.analyses, made, other, strict=True):
        here, there = (
            set(table.loc[table["matters"].astype(bool), "factor"])
            for table in (ours.table, theirs.table)
        )
        both = len(here & there)
        told.append(
            f"of {spoken(asked.outcome)} it names {len(there)} of {len(experiment.sampled)}, and {both} of "
            f"these are among the {len(here)} named here: {percent(both / len(here), 0)} of what is named "
            f"here, {percent(both / len(there), 0)} of what is named there"
        )
    return f"A second study of the same size was run with seed {seed}, on other paths and other luck: {'; '.join(told)}."


def page(name: str, experiment: Experiment, made: list[Made], digest: str, firm: str = "") -> str:
    """The page of one experiment; ``firm`` says how far another study agrees."""
    _, *more = (chart.title for one in made for chart in one.charts if chart.key != "differences")
    finding = ". ".join([made[0].answer[0].removesuffix("."), *more]) + "."
    chart = made[0].charts[0]
    keep = "\n".join(f"- {sentence}" for sentence in about_experiment(experiment))
    parts = [
        f"# {experiment.name}",
        f"**{experiment.question}**",
        experiment.notes,
        finding,
        f"![{chart.title}]({name}.png)",
        chart.description,
        firm,
        "\n\n".join(table(one.charts[0].table) for one in made[:1]),
        f"What to keep in mind:\n\n{keep}",
        f"To repeat it: `seci-sim experiment {name}`. The file is "
        f"[experiments/{name}.yaml](../../experiments/{name}.yaml).",
        provenance(experiment, digest),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(numbers: pd.DataFrame) -> str:
    """A table in Markdown."""
    rows = [list(numbers.columns), ["---"] * len(numbers.columns)]
    rows += [list(row) for row in numbers.head(MOST_ROWS).itertuples(index=False)]
    lines = ["| " + " | ".join(str(value) for value in row) + " |" for row in rows]
    if len(numbers) > MOST_ROWS:
        lines += ["", f"And {len(numbers) - MOST_ROWS} more rows in the experiment's own results."]
    return "\n".join(lines)


def contents() -> str:
    """The list of all pages."""
    lines = [
        f"- [{experiment.name}]({name}.md): {experiment.question}"
        for name, experiment in ((name, Experiment.load(name)) for name in with_pages())
    ]
    return "\n".join(
        [
            "# The experiments that come with the program",
            "",
            "Each page holds a question, what was found in full runs at the stated size, and its figure.",
            "The pages are written by `docs/make_experiments.py`.",
            "",
            f"- [Verdicts]({verdict_pages.FILE}.md): Which of four policies are worth it in worlds of all kinds?",
            *lines,
            "",
        ]
    )


def take_picture(page_of: str, picture: Path) -> None:
    """Draw the first chart of a page as a browser shows it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        file.write_text(page_of, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": WIDTH, "height": 1000})
        view.goto(file.as_uri())
        view.wait_for_function("document.querySelector('.plot[data-drawn]') !== null")
        view.locator(".plot").first.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
