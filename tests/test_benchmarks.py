"""The benchmark: how it measures, what it writes, and that the document shows what it wrote."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from benchmarks import (
    ROOT,
    against,
    anchors,
    browser,
    cold_start,
    firm_lists,
    footprint,
    memory,
    rules,
    table,
)
from benchmarks import __main__ as program
from benchmarks.firms import OFFICE, firm, firm_file
from benchmarks.timing import Figure, in_turn, ratios
from benchmarks.warm import seconds_a_week, warm_model
from seci_sim.scenario import read_scenario, with_levers

FIGURES = [
    Figure("ratio_of_things", [3.0, 1.0, 2.0], "times", "One thing by another", "at least 2"),
    Figure("seconds_of_a_thing", [0.01234], "s", "A thing"),
]


def test_contenders_take_turns_in_both_orders() -> None:
    order: list[str] = []

    def contender(name: str) -> float:
        order.append(name)
        return float(len(order))

    values = in_turn({"a": lambda: contender("a"), "b": lambda: contender("b")}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert values == {"a": [1.0, 4.0, 5.0], "b": [2.0, 3.0, 6.0]}


def test_a_ratio_is_taken_within_each_round() -> None:
    assert ratios([2.0, 9.0], [1.0, 3.0]) == [2.0, 3.0]


def test_a_figure_is_a_median_between_its_quartiles() -> None:
    figure = Figure("n", [9.0, 1.0, 5.0, 3.0, 7.0], "s", "")
    assert (figure.median, *figure.spread) == (5.0, 3.0, 7.0)


def test_the_spread_of_few_rounds_is_all_of_them() -> None:
    assert FIGURES[0].spread == (1.0, 3.0)


def test_lists_of_a_made_up_firm_become_a_scenario(tmp_path: Path) -> None:
    firm_lists.write_lists(tmp_path, 600, 900)
    assert (tmp_path / "meetings.csv").read_text("utf-8").count("\n") == 901
    assert firm_lists.own_firm(tmp_path / "cache", tmp_path) > 0


@pytest.mark.parametrize("staff", [20, 100, 9_999, 1_000_000])
def test_a_firm_has_all_its_staff_in_offices_of_limited_size(staff: int) -> None:
    units = firm(staff).units
    assert sum(unit.staff for unit in units) == staff
    assert max(unit.staff for unit in units) <= OFFICE


def test_people_of_large_and_small_firms_have_the_same_hours_of_pilots() -> None:
    capacity = {staff: firm(staff).projects.pilot_capacity / staff for staff in (1_000, 10_000)}
    assert capacity[1_000] == pytest.approx(capacity[10_000], rel=0.01)


def test_a_pass_touches_every_value_once() -> None:
    values = np.arange(10, dtype=np.float32)
    memory.scale(values[2:5], np.float32(2))
    assert values.tolist() == [0, 1, 4, 6, 8, 5, 6, 7, 8, 9]


def test_a_pass_and_a_week_take_time() -> None:
    values = np.full(1000, 0.5, np.float32)
    assert memory.seconds_a_pass(values) > 0
    assert (values == 0.5).all()
    model = warm_model(100, 3, needs=20)
    assert seconds_a_week(model, 2) > 0
    assert model.week == 5


def test_three_rules_have_one_result_however_they_are_written() -> None:
    truth, model = np.ones(anchors.NEEDS, np.float32), mesa.Model(rng=1)
    person = anchors.Person(model, np.full(anchors.NEEDS, 0.5, np.float32), truth)
    person.week()
    for rule in (anchors.with_numpy, anchors.with_numba):
        tacit, acted = np.full((1, anchors.NEEDS), 0.5, np.float32), np.zeros(1, np.int64)
        rule(tacit, truth, acted, np.random.default_rng(1))
        np.testing.assert_allclose(tacit[0], person.tacit, rtol=1e-6)
        assert person.tacit[0] == pytest.approx(0.5 * 0.98 + 0.02 * (1 - 0.5 * 0.98))


@pytest.mark.parametrize("rule", rules.RULES)
def test_each_rule_whose_cost_is_measured_is_off_in_the_firm_without_it(rule: str) -> None:
    usual = read_scenario("baseline")
    for name, value in rules.RULES[rule].items():
        assert with_levers(usual, **{name: value}) != usual


def test_costs_of_rules_are_ratios_to_a_firm_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "seconds_of_a_run", lambda levers: 2.0 + len(levers))
    found = {figure.name: figure.median for figure in rules.measure(quick=True)}
    assert found["ratio_rules_mentors"] == 1.5
    assert found["ratio_rules_all"] == 1 + sum(map(len, rules.RULES.values())) / 2


@pytest.mark.slow
def test_a_run_in_a_process_of_its_own_tells_time_and_memory() -> None:
    answer = footprint.run(100, weeks=2, agents=True)
    assert answer["seconds"] > 0
    assert 2**24 < answer["peak_bytes"] < 2**33


def test_an_import_is_timed_in_a_fresh_interpreter(tmp_path: Path) -> None:
    assert cold_start.imported(tmp_path, "seci_sim.parameters")() > 0


@pytest.mark.parametrize("layer", cold_start.LAYERS)
def test_every_layer_whose_import_is_timed_is_there(layer: str) -> None:
    assert importlib.util.find_spec(f"seci_sim.{layer}") is not None


def test_results_hold_each_figure_under_its_plain_name_and_name_no_folder() -> None:
    found = table.results(FIGURES, quick=True, load_before=0.1)
    assert (found["ratio_of_things"], found["seconds_of_a_thing"]) == (2.0, 0.01234)
    assert found["about"]["ratio_of_things"]["spread"] == [1.0, 3.0]
    assert {"processor", "cores", "load_before", "system", "versions"} == set(found["machine"])
    assert str(Path.cwd()) not in json.dumps(found)


def test_results_and_table_are_written_together(tmp_path: Path) -> None:
    document, file = tmp_path / "speed.md", tmp_path / "results.json"
    document.write_text(
        "Before.\n<!-- measured: speed -->\nold\n<!-- /measured: speed -->\nAfter.\n", "utf-8"
    )
    table.save(table.results(FIGURES, quick=False, load_before=0.1), file, document)
    assert json.loads(file.read_text())["ratio_of_things"] == 2.0
    text = document.read_text()
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert "| `ratio_of_things` | 2 | 1 and 3 | times | at least 2 | One thing by another |" in text
    assert "old" not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.json", "speed.md"]


def test_a_document_without_a_place_for_the_table_is_left_alone(tmp_path: Path) -> None:
    document, file = tmp_path / "speed.md", tmp_path / "results.json"
    document.write_text("No place.\n")
    with pytest.raises(ValueError, match="no place"):
        table.save(table.results(FIGURES, quick=False, load_before=0.1), file, document)
    assert not file.exists()


def test_the_document_shows_the_results_of_the_last_benchmark() -> None:
    text = table.DOCUMENT.read_text("utf-8")
    assert table.with_table(text, json.loads(table.RESULTS.read_text("utf-8"))) == text


def test_one_subject_is_printed_and_not_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_writing(*_: Any) -> None:
        raise AssertionError("written")

    monkeypatch.setattr("benchmarks.memory.measure", lambda _: FIGURES)
    monkeypatch.setattr("benchmarks.table.save", no_writing)
    program.main(["--only", "memory", "--quick"])
    said = capsys.readouterr().out
    assert "ratio_of_things = 2 times  (1 to 3)  aim: at least 2" in said
    assert "left out" in said


def test_a_subject_that_does_not_exist_is_refused_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        program.main(["--only", "speed"])
    assert "cold_start" in capsys.readouterr().err


def test_a_subject_that_lacks_a_package_is_skipped_in_a_line_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def lacks(_: bool) -> list[Figure]:
        raise ModuleNotFoundError("No module named 'playwright'", name="playwright")

    document = tmp_path / "speed.md"
    document.write_text("<!-- measured: speed -->\n<!-- /measured: speed -->\n", "utf-8")
    monkeypatch.setattr("benchmarks.table.DOCUMENT", document)
    monkeypatch.setattr("benchmarks.table.RESULTS", tmp_path / "results.json")
    monkeypatch.setattr("benchmarks.__main__.SUBJECTS", ("memory", "app"))
    monkeypatch.setattr("benchmarks.memory.measure", lambda _: FIGURES)
    monkeypatch.setattr("benchmarks.app.measure", lacks)
    program.main(["--quick"])
    assert "skipped: playwright is not installed" in capsys.readouterr().out
    assert "ratio_of_things" in json.loads((tmp_path / "results.json").read_text("utf-8"))


def test_without_a_chromium_the_page_is_skipped_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    program.main(["--only", "app", "--quick"])
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == ["app", "  skipped: Chromium is not installed"]


# Against another checkout -------------------------------------------------------------------------


def test_a_firm_in_a_file_is_the_same_firm(tmp_path: Path) -> None:
    assert read_scenario(firm_file(200, tmp_path)).fingerprint == firm(200).fingerprint


def test_a_line_shows_both_medians_and_the_ratios_of_the_rounds() -> None:
    times = {"here": [1.0, 2.0, 3.0], "there": [4.0, 4.0, 4.0]}
    what, *numbers = against.line("a thing", times, "at most 0.40").split("  ")
    assert (what, numbers[-1]) == ("a thing", "at most 0.40")
    assert " ".join(numbers).split()[:6] == ["2", "4", "0.50", "0.25", "to", "0.75"]


@pytest.mark.slow
def test_a_process_of_a_checkout_times_steps_and_whole_runs(tmp_path: Path) -> None:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    with against._side(ROOT, cache, firm_file(20, tmp_path, weeks=4), 1, 1) as ask:
        assert ask("steps 2") > 0
        assert ask("run") > 0


def test_what_is_no_checkout_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--against", str(tmp_path)])
    assert "is no checkout of seci_sim" in capsys.readouterr().err


# In a browser -------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node is installed")
def test_the_engine_for_browsers_is_timed_beside_the_native_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("benchmarks.browser.WEEKS", 2)
    monkeypatch.setattr("benchmarks.browser.LATER", 2)
    figures = browser.measure(quick=True)
    assert [len(figure.values) for figure in figures] == [3, 3, 3]
    assert all(value > 0 for figure in figures for value in figure.values)
