"""Worlds that agree with published findings: how they are found, what the package holds, who takes them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from agreement import (
    SET_ASIDE,
    Agreement,
    Emulated,
    between,
    candidates,
    effective,
    emulated,
    likelihood,
    plausible_worlds,
    run,
    teaches,
)

from seci_sim.evidence.study import read_study, shipped_studies
from seci_sim.lab import Experiment
from seci_sim.lab.comparing import comparison, over_worlds
from seci_sim.lab.factors import DECLARED, kind_of, plausible_range
from seci_sim.lab.worlds import Plausible, agreeing, doubted, in_worlds
from seci_sim.parameters import Competition
from seci_sim.scenario import read_scenario
from seci_sim.scenario.number_of_worlds import AGREEING_WORLDS

PAGES = Path(__file__).parents[1] / "docs"


def given(effects: list[float], error: float = 0.0) -> Emulated:
    return Emulated(np.array(effects), error, 1.0)


def test_a_world_counts_by_how_likely_what_was_published_is_there() -> None:
    """Colleagues nearby: 0.22, 0.21 to 0.23, grade A: by hand, 0.01 / 1.96 and a quarter of 0.22 are its two errors."""
    study = read_study("proximity")
    variance = (0.01 / 1.96) ** 2 + 0.055**2
    expected = np.exp([0.0, -(0.1**2) / 2 / variance, -np.inf])
    assert likelihood(study, given([0.22, 0.32, np.nan])) == pytest.approx(expected)
    wider = np.exp(-(0.1**2) / 2 / (variance + 0.04))
    assert likelihood(study, given([0.32], error=0.2)) == pytest.approx([wider])


def test_of_a_direction_the_chance_of_its_sign_counts() -> None:
    study = read_study("documents-save-time")
    less, none, more = likelihood(study, given([-1.0, 0.0, 1.0]))
    assert none == 0.5
    assert less + more == pytest.approx(1)
    assert less > 0.9


@pytest.mark.packages
def test_an_emulator_gives_the_effect_and_says_how_far_luck_leaves_it_open() -> None:
    """A level of 0.2 + 0.6 x, seen once in each of 2,000 worlds with luck of 0.05: that of a mean is far less."""
    pytest.importorskip("sklearn", reason="an emulator needs the extra analysis")
    rng = np.random.default_rng(1)
    ran, asked = (pd.DataFrame({"x": rng.random(n), "y": rng.random(n)}) for n in (2000, 500))
    seen = 0.2 + 0.6 * ran["x"].to_numpy() + rng.normal(0, 0.05, 2000)
    found = emulated(read_study("interviews"), ran, np.broadcast_to(seen, (1, 3, 2000)), asked)
    missed = found.effects - (0.2 + 0.6 * asked["x"].to_numpy())
    assert np.sqrt(np.mean(missed**2)) < 0.02
    assert 0.3 < found.error / np.std(missed) < 3
    assert found.sure > 0.9
    lost = emulated(
        read_study("interviews"), ran, np.broadcast_to(rng.random(2000), (1, 3, 2000)), asked
    )
    assert lost.sure < 0.4


def test_a_study_is_run_once_in_each_world_and_gone_on_with(tmp_path: Path) -> None:
    study, worlds = read_study("interviews"), plausible_worlds(4)
    assert list(worlds) == list(candidates(2)) == list(agreeing().names)
    ran = run(study, worlds, tmp_path, workers=1)
    assert ran.shape == (1, 3, 4)
    assert ((ran > 0) & (ran < 1)).all()
    (kept,) = tmp_path.iterdir()
    np.save(kept, ran / 2)
    assert (run(study, worlds, tmp_path) == ran / 2).all()


def test_worlds_are_weighed_by_all_findings_by_all_but_one_and_by_one() -> None:
    likelihoods = pd.DataFrame({"a": [1.0, 0.5, 0.0, 0.5], "b": [1.0, 1.0, 1.0, 0.0]})
    found = Agreement(pd.DataFrame({"x": range(4)}), likelihoods, likelihoods, {})
    assert found.weights().tolist() == [2 / 3, 1 / 3, 0, 0]
    assert found.weights(["b"]).tolist() == [0.5, 0.25, 0, 0.25]
    assert found.alone("b").tolist() == [1 / 3, 1 / 3, 1 / 3, 0]
    assert effective(found.alone("b")) == pytest.approx(3)


def test_worlds_are_drawn_as_often_as_they_count_and_none_twice() -> None:
    """Of 4,000, of which the first tenth counts nine times as much: half of the 400 that are drawn."""
    likelihoods = pd.DataFrame({"a": np.where(np.arange(4000) < 400, 0.9, 0.1)})
    found = Agreement(pd.DataFrame({"x": range(4000)}), likelihoods, likelihoods, {})
    drawn = found.drawn(400)["x"]
    assert len(set(drawn)) == 400
    assert 160 <= (drawn < 400).sum() <= 240  # four deviations either way
    with pytest.raises(ValueError, match="count as 1,440 worlds; 800 cannot be drawn of them"):
        found.drawn(800)


def test_a_world_that_counts_for_more_than_one_is_drawn_once() -> None:
    """Of 1,001, of which the last counts ten times as much: 200 draws would take it twice."""
    likelihoods = pd.DataFrame({"a": [0.1] * 1000 + [1.0]})
    drawn = Agreement(pd.DataFrame({"x": range(1001)}), likelihoods, likelihoods, {}).drawn(200)
    assert drawn["x"].is_unique
    assert len(drawn) == 200
    assert 1000 in drawn["x"].to_list()


def test_nine_tenths_of_the_weight_lie_between() -> None:
    values, even = np.arange(101.0), np.ones(101)
    assert between(values, even) == (5.0, 95.0)
    assert between(values, (values >= 50).astype(float)) == (52.0, 98.0)


def test_what_is_set_aside_is_what_the_page_finds_out_of_reach() -> None:
    """Of grade A and B: C is not held against worlds at all."""
    page = (PAGES / "evidence.md").read_text()
    out = re.findall(r"^\| ([^|]+) \| [^|]+ \| [AB] \| out of reach", page, re.M)
    assert sorted(out) == sorted(read_study(name).name for name in SET_ASIDE)
    assert not any(teaches(read_study(name)) for name in SET_ASIDE)
    assert sum(teaches(read_study(name)) for name in shipped_studies()) == 11


# The table ----------------------------------------------------------------------------------------


def test_the_table_holds_worlds_of_all_that_is_doubted_within_plausible_ranges() -> None:
    table = agreeing()
    assert len(set(table.rows)) == len(table.rows) == AGREEING_WORLDS
    assert list(table.names) == [one.name for one in doubted([read_scenario("baseline")])]
    for name, values in zip(table.names, zip(*table.rows, strict=True), strict=True):
        low, high = plausible_range(DECLARED[name])
        assert low <= min(values) < max(values) <= high, name
        assert all(isinstance(value, kind_of(name)) for value in values), name


def test_a_comparison_takes_the_first_worlds_of_the_table() -> None:
    scenarios = [read_scenario("baseline"), read_scenario("silos")]
    asked = over_worlds(comparison(scenarios), 5)
    assert asked is not None
    assert asked.sample is not None
    assert asked.sample.method == "agreeing"
    table = pd.DataFrame(agreeing().rows[:5], columns=list(agreeing().names))
    names = [factor.name for factor in asked.uncertain]
    assert asked.given == tuple(table[names].itertuples(index=False, name=None))


def test_what_a_scenario_states_is_doubted_in_no_world() -> None:
    firm = read_scenario("baseline")
    knowing = firm.model_copy(
        update={"learning": firm.learning.model_validate({"showing": firm.learning.showing})}
    )
    names = [factor.name for factor in in_worlds([knowing], 3)["uncertain"]]
    assert "learning.showing" not in names
    assert len(names) == len(agreeing().names) - 1


def test_what_no_finding_touches_is_drawn_from_its_range() -> None:
    firm = read_scenario("two-rivals").model_copy(update={"competition": Competition()})
    found = in_worlds([firm], 8)
    names = [factor.name for factor in found["uncertain"]]
    (first, *_) = [name for name in names if name not in agreeing().names]
    assert first.startswith("competition.")
    place, (low, high) = names.index(first), plausible_range(DECLARED[first])
    eighths = {int(8 * (row[place] - low) / (high - low)) for row in found["given"]}
    assert eighths == set(range(8))


def test_more_worlds_than_agree_are_refused() -> None:
    with pytest.raises(ValueError, match="513 worlds; 512 agree with published findings"):
        in_worlds([read_scenario("baseline")], 513)
    many = in_worlds([read_scenario("baseline")], Plausible(513))
    assert (many["sample"].method, many["sample"].points) == ("latin hypercube", 513)


@pytest.mark.parametrize("said", ["worlds: 4", "worlds: plausible:4"])
def test_an_experiment_says_which_worlds_it_takes(said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        f"name: Mine\nquestion: What?\nscenario: one-percent\nreplications: 2\n{said}\n"
    )
    sample = Experiment.load(file).sample
    assert sample is not None
    method = "latin hypercube" if "plausible" in said else "agreeing"
    assert (sample.method, sample.points) == (method, 4)


@pytest.mark.slow
def test_the_page_says_what_worlds_of_the_table_give() -> None:
    from make_agreeing import judged, run_again

    page = (PAGES / "agreeing.md").read_text()
    for study in judged():
        (cells,) = re.findall(rf"^\| {re.escape(study.name)} \| [AB] \| (.+) \|$", page, re.M)
        assert cells.split(" | ")[-1] == run_again(study), study.label
