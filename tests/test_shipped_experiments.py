"""The experiments that come with the program: their files, their pages, and what these promise."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import verdict_pages

from seci_sim.analyses.made import Made
from seci_sim.lab import Experiment
from seci_sim.lab.analysis_kinds import Search
from seci_sim.lab.comparing import comparison
from seci_sim.lab.experiment_files import shipped_experiments
from seci_sim.report.cautions import about_experiment

CHECKOUT = Path(__file__).parents[1]
PAGES = CHECKOUT / "docs" / "experiments"
NOTEBOOKS = sorted((CHECKOUT / "docs").glob("*.ipynb"))
EXPERIMENTS = [
    "four_modes", "local_partner", "mentoring_or_documents", "patient_time", "policy_search",
    "robust_patient_time", "sensitivity", "tiered_prices", "turnover", "who_is_invited",
]  # fmt: skip
"""Those about SECI; those about published models are in docs/classics."""


def text_of(name: str) -> str:
    return (PAGES / f"{name}.md").read_text("utf-8")


def test_the_experiments_that_ask_for_an_analysis_are_those_with_a_page() -> None:
    asking = [name for name in shipped_experiments() if Experiment.load(name).analyses]
    assert asking == EXPERIMENTS


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_has_a_page_of_this_very_design(name: str) -> None:
    experiment = Experiment.load(name)
    text = text_of(name)
    assert f"**{experiment.question}**" in text
    assert f"Design {experiment.fingerprint[:12]}" in text, "run python docs/make_experiments.py"
    (last,) = text.rstrip().splitlines()[-1:]
    searches = [
        f"{a.generations} generations" for a in experiment.analyses if isinstance(a, Search)
    ]
    assert last.startswith(searches[0] if searches else f"{experiment.size:,} cells")
    assert f"{experiment.replications} runs of each" in text
    assert f"`seci-sim experiment {name}`" in text
    assert experiment.analyses
    for sentence in about_experiment(experiment):
        assert f"- {sentence}\n" in text


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_page_shows_a_figure_and_says_its_finding_with_numbers(name: str) -> None:
    text = text_of(name)
    (title,) = re.findall(rf"!\[(.*)\]\({name}\.png\)", text)
    picture = (PAGES / f"{name}.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert 3_000 < len(picture) < 200_000
    finding = text.split("\n\n")[2 + bool(Experiment.load(name).notes)]
    assert finding.startswith("In this model")
    assert title[1:] in finding  # whose first letter is small after "In this model"
    assert re.search(r"\d", finding)


def test_the_list_of_pages_names_them_all_and_links_to_them() -> None:
    listed = re.findall(r"^- \[.*\]\((\w+)\.md\)", text_of("index"), re.MULTILINE)
    assert sorted(listed) == sorted([*EXPERIMENTS, verdict_pages.FILE])
    assert sorted(path.stem for path in PAGES.glob("*.md")) == sorted([*listed, "index"])


def asked(question: verdict_pages.Question) -> str:
    """What the page of verdicts says of one question."""
    (section,) = (
        part
        for part in text_of(verdict_pages.FILE).split("\n## ")
        if part.startswith(question.name)
    )
    return f"## {section.strip()}"


def test_the_page_of_verdicts_answers_its_questions_of_this_very_design() -> None:
    assert text_of(verdict_pages.FILE).startswith(verdict_pages.HEAD)
    for question in verdict_pages.QUESTIONS:
        text = asked(question)
        assert f"`{question.command}`" in text
        design = f"Design {comparison(question.scenarios).fingerprint[:12]}."
        assert design in text, "run python docs/make_experiments.py verdicts"
        assert re.findall(r"^\*\*(Yes|No|Not settled):", text, re.MULTILINE)
        (title,) = re.findall(rf"!\[(.*)\]\({verdict_pages.FILE}_{question.key}\.png\)", text)
        assert re.search(r"\d", title)
        assert (
            (PAGES / f"{verdict_pages.FILE}_{question.key}.png").read_bytes().startswith(b"\x89PNG")
        )
        told = re.findall(r"^\*\*(.+)\*\*$", text, re.MULTILINE)
        if not told[0].startswith("Yes"):
            told += re.findall(r"^- (Measure first: .+)$", text, re.MULTILINE)
        for name in filter(None, [question.experiment]):
            assert all(sentence in text_of(name) for sentence in told)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("question", verdict_pages.QUESTIONS, ids=lambda question: question.key)
def test_the_page_of_verdicts_says_what_runs_give_today(question: verdict_pages.Question) -> None:
    today = verdict_pages.section(question, verdict_pages.judged(question))
    assert asked(question) == today.strip()
    if question.experiment:
        assert verdict_pages.in_short(question.experiment) in text_of(question.experiment)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_for_readers_how_to_run_it(name: str) -> None:
    text = shipped_experiments()[name].read_text("utf-8")
    assert text.startswith("# ")
    assert f"#   seci-sim experiment {name}\n" in text


def test_the_sensitivity_analysis_moves_every_parameter_that_has_a_range() -> None:
    from seci_sim.parameters import declarations

    moved = {factor.name for factor in Experiment.load("sensitivity").factors}
    switched_off = {d.name for d in declarations() if d.off} | RULES_THAT_A_LEVER_SWITCHES_ON
    assert moved == {d.name for d in declarations() if d.plausible} - switched_off


def test_the_sensitivity_page_says_how_far_a_second_study_agrees() -> None:
    making = runpy.run_path(str(CHECKOUT / "docs" / "make_experiments.py"))
    experiment = Experiment.load("sensitivity")
    here, there = (
        [Made((), pd.DataFrame({"factor": list("abcd"), "matters": matters}))] * 2
        for matters in ([True, True, True, False], [False, True, True, False])
    )
    said = making["agreement"](experiment, here, there, 7)
    assert "of needs met it names 2 of 95, and 2 of these are among the 3 named here: 67%" in said
    page = text_of("sensitivity")
    named = [int(count) for count in re.findall(r"at least (\d+) of 95", page, re.IGNORECASE)[:2]]
    told = re.findall(r"it names (\d+) of 95, and (\d+) of these are among the (\d+) named here: (\d+)%"
                      r" of what is named here, (\d+)%", page)  # fmt: skip
    assert [int(row[2]) for row in told] == named
    for there_named, both, here_named, of_here, of_there in (map(int, row) for row in told):
        assert of_here == round(100 * both / here_named) >= 90
        assert of_there == round(100 * both / there_named)
    assert f"seed {making['AGAIN']['sensitivity']}," in page


RULES_THAT_A_LEVER_SWITCHES_ON = {
    "policy.openness",
    "policy.initiative",
    "policy.initiative_total",
}
OF_POLICIES_NOT_IN_FORCE = {
    "learning.tie_community",
    "learning.simulation_truth",
    "learning.settling_hours",
    "service.launch_plans",
}
"""What nobody knows, but only communities, simulated patients, rotation and launches ask for."""


def test_the_robust_question_leaves_out_nothing_that_is_assumed_about_the_world() -> None:
    from seci_sim.parameters import declarations

    doubted = {factor.name for factor in Experiment.load("robust_patient_time").uncertain}
    assert (
        doubted
        == {
            d.name
            for d in declarations()
            if d.plausible
            and not d.name.startswith("policy.")
            and not d.off
            and not d.source.startswith("measured")
        }
        - OF_POLICIES_NOT_IN_FORCE
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["robust_patient_time", "tiered_prices"])
def test_a_page_says_what_its_experiment_gives_today(name: str, tmp_path: Path) -> None:
    # The quickest of them, word for word; what is said of worlds is held by the page of verdicts.
    making = runpy.run_path(str(CHECKOUT / "docs" / "make_experiments.py"))
    experiment = Experiment.load(name)
    found = making["of_all"](experiment, tmp_path / name, 2)
    told = re.findall(r"^In worlds of all kinds .*$", text_of(name), re.MULTILINE)
    written = making["page"](name, experiment, making["analysed"](found, 2), found.digest, *told)
    assert text_of(name) == written, "run python docs/make_experiments.py"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_answer_in_the_readme_is_what_its_command_gives_today() -> None:
    making = runpy.run_path(str(CHECKOUT / "docs" / "make_picture.py"))
    page = (CHECKOUT / "README.md").read_text("utf-8")
    assert f"seci-sim compare {' '.join(making['POLICIES'])}\n" in page
    assert making["ANSWER"].search(page)[0] == making["quoted"](making["told"]())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_the_classics_say_to_the_organisation_is_what_runs_give_today(tmp_path: Path) -> None:
    making = runpy.run_path(str(CHECKOUT / "docs" / "make_classics.py"))
    found = Experiment.load("classics_and_seci").run(store=tmp_path / "seci", workers=2).table
    page = (CHECKOUT / "docs/classics/seci.md").read_text("utf-8")
    for outcome in ("needs_met", "needs_mis_served", "market_difference", "tacit_spread"):
        table = making["change_from_first"](found, outcome)
        assert table in page, "run python docs/make_classics.py"
    hours = found.groupby("policy")["hours_a_head_and_year"].mean()
    assert "and takes twice the hours" in " ".join(page.split())
    assert 1.9 < hours["Taught fast"] / hours["As it is"] < 2.25


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_its_cells_give_today(
    notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CHECKOUT)  # a cell may go elsewhere
    execute = runpy.run_path(str(CHECKOUT / "docs" / "make_notebook.py"))["executed"]
    kept = json.loads(notebook.read_text("utf-8"))
    assert texts(execute(kept)) == texts(kept), "run python docs/make_notebook.py"


def texts(notebook: dict[str, Any]) -> list[list[str]]:
    """What the cells print and return; pictures differ from one browser to the next."""
    return [
        output.get("text") or output["data"]["text/plain"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
    ]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_shared_luck_pays_where_policies_are_alike() -> None:
    # Runs needed for half a percentage point. The logarithm of a ratio of two variances over 30 seeds
    # has a standard error of 0.37; the bounds are three of them below what 40 seeds showed, 5.9, 14.9
    # and 5.1 times.
    luck = runpy.run_path(str(CHECKOUT / "docs" / "measure_luck.py"))
    for first, second, times in (
        ("one-percent", "two-percent", 1.9),
        ("baseline", "high-turnover", 4.9),
        ("global-partner-only", "local-partner", 1.7),
    ):
        found = luck["saving"](first, second, replications=30)
        assert found.without > times * found.with_it, (first, second)
