"""The experiments that come with the program: their files, their pages, and what these promise."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from seci_sim.lab import Experiment
from seci_sim.lab.analysis_kinds import Search
from seci_sim.lab.experiment_files import shipped_experiments

CHECKOUT = Path(__file__).parents[1]
PAGES = CHECKOUT / "docs" / "experiments"
NOTEBOOK = CHECKOUT / "docs" / "experiment.ipynb"
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
    assert sorted(listed) == EXPERIMENTS
    assert sorted(path.stem for path in PAGES.glob("*.md")) == sorted([*EXPERIMENTS, "index"])


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
def test_a_page_says_what_its_experiment_gives_today() -> None:
    # The quickest of them: its results must be those of the page, to the bit.
    found = Experiment.load("tiered_prices").run(workers=2)
    assert found.digest[:12] in text_of("tiered_prices"), "run python docs/make_experiments.py"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_notebook_shows_what_its_cells_give_today() -> None:
    execute = runpy.run_path(str(CHECKOUT / "docs" / "make_notebook.py"))["executed"]
    kept = json.loads(NOTEBOOK.read_text("utf-8"))
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
