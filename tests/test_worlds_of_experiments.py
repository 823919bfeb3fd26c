"""What an experiment says of the worlds that it is looked at in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from answers import refused
from experiment_files import HEAD, written
from looked_at_in_worlds import DRIFT, SETUP, digest_in

from seci_sim.cli import answer_to
from seci_sim.cli.calibrate import LEAST_RUNS
from seci_sim.lab import Experiment
from seci_sim.lab.pool import Here
from seci_sim.lab.progress_bar import (
    NO_OPTION,
    WORLDS_OPTION,
    Asking,
    size_in_words,
)
from seci_sim.lab.size import Size
from seci_sim.lab.worlds import doubted

pytestmark = pytest.mark.usefixtures("empty_folder", "undrawn")

VARIED = HEAD + "vary: {policy.patient_time: [0%, 10%]}\nreplications: 2\n"


def test_an_experiment_takes_what_is_doubted_as_uncertain_where_it_is_asked_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = Experiment.load(written(VARIED, tmp_path))
    assert plain.uncertain == ()
    asked = Experiment.load(written(VARIED + "worlds: 4\n", tmp_path))
    assert asked == plain.with_worlds(4).model_copy(update={"sources": asked.sources})
    assert (asked.size, asked.luck) == (8, "of each world")
    assert asked.uncertain == doubted(asked.scenarios)
    found = asked.run(Here())
    assert found.table.groupby("seed")["policy.patient_time"].nunique().eq(2).all()
    assert found.table["seed"].nunique() == 8
    written(VARIED, tmp_path)
    arguments = ["experiment", "trial.yaml", "--worlds", "4", "--quiet", "--workers", "1"]
    assert answer_to([*arguments, "--out", "out"]) == 0
    assert digest_in("out") == found.digest


def test_what_an_experiment_varies_itself_is_not_doubted(tmp_path: Path) -> None:
    text = VARIED.replace("vary: {", f"vary: {{{SETUP}: [6 weeks, 12 weeks], ")
    text += "worlds: 2\npolicies:\n  - {name: A}\n  - {name: B, policy: {turnover: 20%}}\n"
    asked = Experiment.load(written(text, tmp_path))
    uncertain = {factor.name for factor in asked.uncertain}
    assert not uncertain & {SETUP, "policy.turnover"}
    assert DRIFT in uncertain


def test_an_experiment_reads_a_table_of_worlds_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(f"{DRIFT}\n5%\n10%\n20%\n")
    found = Experiment.load(written(VARIED + "worlds: mine.csv\n", tmp_path)).run(Here()).table
    assert found.groupby("policy.patient_time")[DRIFT].unique().map(list).tolist() == [
        [0.05, 0.1, 0.2],
        [0.05, 0.1, 0.2],
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("worlds: 4\nuncertain: {world.drift: [0%, 1%]}\n", "worlds: takes what is doubted; the"),
        ("worlds: 4\nsample: {method: sobol, points: 4}\n", "worlds: takes what is doubted; the"),
        (
            "worlds: 1\n",
            "worlds: one world tells nothing of others; allowed: 2..512, plausible:2..65536, or a table (.csv or .parquet); got '1'",
        ),
        ("worlds: [2]\n", "worlds: must be a number of worlds, plausible:N, or a file"),
        ("worlds: none.csv\n", "none.csv"),
        ("luck: of each world\n", "luck: nothing is uncertain, so that there is one world"),
        ("yearly: maybe\n", "yearly: is neither yes nor no"),
        (
            "uncertain: {world.drift: plausible}\nsample: {method: given, points: 2}\n",
            "method: is given by worlds, and by nothing else",
        ),
    ],
)
def test_worlds_that_an_experiment_cannot_have_are_refused_where_they_stand(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match=re.escape(said)) as caught:
        Experiment.load(written(VARIED + text, tmp_path))
    assert getattr(caught.value, "exit_code", 0) in (3, 5)


def test_an_experiment_of_its_own_uncertainty_is_not_looked_at_in_other_worlds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(VARIED + f"uncertain: {{{DRIFT}: [0%, 1%]}}\n", tmp_path)
    said = refused(["experiment", "trial.yaml", "--worlds", "4"], capsys, code=2)
    assert said.startswith("--worlds: takes what is doubted; the experiment says itself")


def test_designs_without_worlds_keep_their_fingerprints(tmp_path: Path) -> None:
    """As they were before there were worlds: folders that were begun then are gone on with."""
    fields: dict[str, Any] = Experiment.load(written(VARIED, tmp_path)).fields
    assert (fields.pop("luck"), fields.pop("yearly")) == ("shared", False)
    assert "given" not in fields


def test_what_takes_long_is_shortened_by_an_option_that_the_command_has() -> None:
    size = Size(400, 400, 3600.0, 1.3e9, 2e5)
    for option, worlds, proposed in (
        (WORLDS_OPTION, 400, "--worlds 100 takes fewer."),
        (Asking("--runs", LEAST_RUNS), 12_000, "--runs 3000 takes fewer."),
        (Asking("--runs", LEAST_RUNS), 6000, "--runs 3000 takes fewer."),
        (Asking("--runs", LEAST_RUNS), 3000, "That is long."),
        (NO_OPTION, 400, "That is long."),
    ):
        assert size_in_words(size, worlds, option).endswith(proposed)
