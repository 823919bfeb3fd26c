"""From an experiment file that asks for an analysis to its page, and mistakes on the way."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from experiment_files import HEAD, experiment, written
from scenario_files import TINY

from seci_sim.analyses.made import make
from seci_sim.analyses.noise import Unanswerable
from seci_sim.analyses.search import FRESH_SEEDS
from seci_sim.cli import answer_to
from seci_sim.lab import Experiment, conduct
from seci_sim.lab.chunks import Chunk, Ran, run_chunk
from seci_sim.lab.findings import Findings
from seci_sim.lab.pool import Here
from seci_sim.report.analysis_pages import write
from seci_sim.scenario import InputProblem

pytestmark = pytest.mark.packages

LEVELS = "vary:\n  policy.patient_time: [0%, 5%, 20%]\nreplications: 6\n"
OUTCOMES = "outcomes: [tacit_alignment, staff_knowing, skill, leavers, hours_a_head_and_year]\n"
DOSES = HEAD + LEVELS + OUTCOMES
DOSES += (
    "analyses: [{kind: dose-response, outcome: tacit_alignment, factor: policy.patient_time}]\n"
)
COMPARISON = HEAD + LEVELS + OUTCOMES + "analyses: [{kind: comparison}]\n"
RANGES = """uncertain:
  learning.showing: plausible
  learning.noticing: plausible
  world.needs: {from: 20, to: 22}
replications: 3
"""
TORNADO = HEAD + RANGES + OUTCOMES + "sample: {method: one at a time}\n"
TORNADO += "analyses: [{kind: tornado, outcome: tacit_alignment}]\n"
MORRIS = HEAD + RANGES + OUTCOMES + "sample: {method: morris, points: 4}\n"
MORRIS += "analyses: [{kind: morris, outcome: tacit_alignment}]\n"
SOBOL = HEAD + RANGES + OUTCOMES + "sample: {method: saltelli, points: 8}\n"
SOBOL += "analyses: [{kind: sobol-indices, outcome: tacit_alignment}]\n"
SEARCH = f"""{HEAD}vary:
  policy.patient_time: {{from: 0%, to: 20%}}
  policy.workshop_staff: {{from: 2, to: 4}}
  policy.combination: [yes, no]
replications: 2
{OUTCOMES}analyses:
  - {{kind: search, higher: [tacit_alignment], lower: [hours_a_head_and_year], generations: 3,
     population: 6, fresh: 3}}
"""
POLICIES = """policies:
  - {name: Nothing, policy: {patient_time: 0%}}
  - {name: Much, policy: {patient_time: 30%}}
"""
DISCOVERY = HEAD + POLICIES + RANGES + OUTCOMES + "sample: {method: latin hypercube, points: 24}\n"
DISCOVERY += "luck: of each world\n"
DISCOVERY += "analyses: [{kind: discovery, outcome: staff_knowing, policy: Much, at_least: 1%}]\n"
ALL = {
    "comparison": COMPARISON, "dose-response": DOSES, "tornado": TORNADO, "morris": MORRIS,
    "sobol-indices": SOBOL, "search": SEARCH, "discovery": DISCOVERY,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _has_the_extra() -> None:
    for package in ("SALib", "optuna", "statsmodels", "ema_workbench"):
        pytest.importorskip(package, reason="needs the extra `analysis`")


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_of_analysis_gets_a_page_and_a_table(kind: str, tmp_path: Path) -> None:
    found = experiment(ALL[kind], tmp_path).run(Here(), store=tmp_path / "out")
    (made,) = write(found, tmp_path / "out", executor=Here())
    assert made.page == tmp_path / "out" / "analyses" / f"01-{kind}.html"
    assert made.said.startswith("In this model")
    assert made.said.endswith(".")
    whole = made.page.read_text("utf-8")
    page = re.sub(r"<(script|style).*?</\1>", "", whole, flags=re.DOTALL)
    assert "What happens?" in page
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert found.digest[:12] in page
    assert len(pd.read_csv(made.page.with_suffix(".csv"))) > 1
    assert "nan" not in page
    assert "Plotly.newPlot" in whole


@pytest.mark.slow
def test_two_searches_of_one_experiment_keep_their_runs_apart(tmp_path: Path) -> None:
    other = SEARCH.split("analyses:\n")[1].replace("generations: 3", "generations: 2")
    asked = SEARCH + other.replace("population: 6", "population: 4")
    found = experiment(asked, tmp_path).run(Here(), store=tmp_path / "out")
    first, second = write(found, tmp_path / "out", executor=Here())
    assert all(one.page for one in (first, second))
    assert (tmp_path / "out/search/generation-000/results.csv").exists()
    assert (tmp_path / "out/search/02/generation-000/results.csv").exists()
    files = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))["files"]
    assert "search/02/fresh/results.csv" in files
    alone = experiment(SEARCH, tmp_path).run(Here(), store=tmp_path / "alone")
    write(alone, tmp_path / "alone", executor=Here())
    tables = (tmp_path / name / "analyses/01-search.csv" for name in ("out", "alone"))
    assert len({path.read_bytes() for path in tables}) == 1


def test_the_analysis_is_told_at_the_end_of_the_run_and_again_when_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(DOSES, tmp_path)
    assert answer_to(["experiment", "trial.yaml", "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "In this model" in out
    assert "Wrote analyses/01-dose-response.html to results/trial." in out
    assert out.rstrip().splitlines()[-1].startswith("digest: ")
    page = Path("results/trial/analyses/01-dose-response.html")
    before = page.read_bytes()
    page.unlink()
    assert answer_to(["collect", "results/trial", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["analyses"][0]["page"] == str(page)
    assert page.read_bytes() == before


def test_runs_that_are_missing_leave_an_analysis_without_a_page_but_with_a_reason(
    tmp_path: Path,
) -> None:
    found = experiment(MORRIS, tmp_path).run(Here(), store=tmp_path / "out")
    table = found.table.copy()
    table.loc[3, "tacit_alignment"] = float("nan")
    holed = type(found)(found.experiment, table, found.weekly, found.failed, found.folder)
    (made,) = write(holed, tmp_path / "out")
    assert made.page is None
    assert made.said == (
        "analysis 1, morris: 1 runs have no value of tacit_alignment; this analysis needs them all"
    )


@pytest.mark.parametrize("kind", ["morris", "sobol-indices", "search", "discovery"])
def test_an_outcome_that_nothing_moves_is_refused_in_words_with_exit_code_four(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = ALL[kind].replace("tacit_alignment", "routines_adopted")
    written(text.replace("outcome: staff_knowing", "outcome: skill"), tmp_path)
    assert answer_to(["experiment", "trial.yaml", "--workers", "1"]) == 4
    told = capsys.readouterr()
    last = told.err.splitlines()[-1]
    assert last.startswith(f"error: analysis 1, {kind}: ")
    assert re.search(r"(routines_adopted|skill) is 0 .*; there is nothing to explain$", last)
    assert "digest: " in told.out
    assert "Warning" not in told.err
    assert not list(Path("results/trial/analyses").iterdir())
    assert answer_to(["collect", "results/trial", "--quiet"]) == 4
    assert capsys.readouterr() == ("", f"{last}\n")


def test_a_front_that_fails_on_fresh_seeds_is_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_on_fresh_seeds(chunk: Chunk) -> Ran:
        if chunk.experiment.seed > FRESH_SEEDS:
            raise ZeroDivisionError("too fresh")
        return run_chunk(chunk)

    monkeypatch.setattr(conduct, "run_chunk", fails_on_fresh_seeds)
    found = experiment(SEARCH, tmp_path).run(Here(), store=tmp_path / "out")
    (made,) = write(found, tmp_path / "out", executor=Here())
    assert made.page is None
    assert re.search(r"runs of the front on fresh seeds failed, the first: .*too fresh", made.said)


def test_a_search_begun_again_runs_nothing_and_finds_the_same(tmp_path: Path) -> None:
    asked = experiment(SEARCH, tmp_path)
    found = asked.run(Here(), store=tmp_path / "out")
    first = make(found, asked.analyses[0], tmp_path / "search", executor=Here())
    kept = {path: path.read_bytes() for path in (tmp_path / "search").rglob("part-*")}
    assert kept

    class Idle(Here):
        def submit(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise AssertionError("something was run again")

    again = make(found, asked.analyses[0], tmp_path / "search", executor=Idle())
    pd.testing.assert_frame_equal(again.table, first.table)
    assert {path: path.read_bytes() for path in (tmp_path / "search").rglob("part-*")} == kept


def without(found: Findings, lost: pd.Series[bool]) -> Findings:
    """The same findings, as if some of the runs had come to nothing."""
    return replace(found, table=found.table[~lost].reset_index(drop=True))


@pytest.mark.parametrize(
    ("kind", "column", "value", "said"),
    [
        ("morris", "cell", 0, "3 runs have no value of tacit_alignment"),
        ("sobol-indices", "cell", 39, "3 runs have no value of tacit_alignment"),
        ("tornado", "cell", 0, "no run of cell 0 came to an end"),
        ("tornado", "cell", 4, "no run of cell 4 came to an end"),
        ("comparison", "policy.patient_time", 0.0, "no run of scenario Tiny, policy.patient_time 0.0 came"),
        ("dose-response", "policy.patient_time", 0.0, "no run of policy.patient_time 0.0 came"),
        ("discovery", "policy", "Nothing", "no run of policy Nothing came to an end"),
        ("discovery", "policy", "Much", "no run of policy Much came to an end"),
    ],
)  # fmt: skip
def test_what_came_to_nothing_as_a_whole_is_not_passed_over(
    kind: str, column: str, value: object, said: str, tmp_path: Path
) -> None:
    found = experiment(ALL[kind], tmp_path).run(Here(), store=tmp_path / "out")
    for lost in (found.table[column] == value, found.table["seed"] > 0):
        (made,) = write(without(found, lost), tmp_path / "out")
        assert made.page is None
        assert "came to an end" in made.said or "runs have no value" in made.said
        if not lost.all():
            assert said in made.said


def test_in_one_world_without_runs_nothing_is_compared(tmp_path: Path) -> None:
    text = COMPARISON.replace(
        "replications", "uncertain: {policy.turnover: [5%, 9%]}\nreplications"
    )
    found = experiment(text, tmp_path).run(Here(), store=tmp_path / "out")
    table = found.table
    lost = (table["policy.patient_time"] == 0.05) & (table["policy.turnover"] == 0.09)
    (made,) = write(without(found, lost), tmp_path / "out")
    assert made.said.endswith("no run of “patient time 5%” in turnover 9% came to an end")


def test_a_curve_that_no_run_gives_a_value_to_is_refused(tmp_path: Path) -> None:
    text = DOSES.replace("tacit_alignment", "weeks_to_routine")
    found = experiment(text, tmp_path).run(Here())
    with pytest.raises(Unanswerable, match="no pair of runs has a value of weeks_to_routine"):
        make(found, found.experiment.analyses[0], tmp_path)


def test_points_without_a_value_neither_fail_nor_hold(tmp_path: Path) -> None:
    found = experiment(DISCOVERY, tmp_path).run(Here(), store=tmp_path / "out")
    table = found.table
    asked = found.experiment.analyses[0]
    whole = make(found, asked, tmp_path)
    lost = table["cell"].isin([3, 24 + 5]) & (table["policy"] == "Much") | table["cell"].isin(
        [7, 24 + 7]
    )
    holed = make(without(found, lost), asked, tmp_path)
    kept = whole.table.drop(index=[5, 7]).reset_index(drop=True)
    pd.testing.assert_frame_equal(holed.table.drop(columns="inside"), kept.drop(columns="inside"))
    assert (
        "2 points without any pair of runs that has a value: left out."
        in holed.charts[0].description
    )
    assert "left out" not in whole.charts[0].description


def test_points_that_are_alike_are_points_of_their_own(tmp_path: Path) -> None:
    ranges = RANGES.replace("  learning.showing: plausible\n  learning.noticing: plausible\n", "")
    found = experiment(DISCOVERY.replace(RANGES, ranges), tmp_path).run(Here())
    table = make(found, found.experiment.analyses[0], tmp_path).table
    assert table["world.needs"].value_counts().to_dict() == {20: 8, 21: 8, 22: 8}


def test_luck_of_each_world_is_not_said_to_be_averaged(tmp_path: Path) -> None:
    worlds = "uncertain: {policy.turnover: [5%, 9%]}\nluck: of each world\nreplications"
    text = DOSES.replace("replications", worlds)
    said = []
    for luck in ("of each world", "shared"):
        found = experiment(text.replace("of each world", luck), tmp_path).run(Here())
        made = make(found, found.experiment.analyses[0], tmp_path)
        said.append(made.charts[0].description)
        assert set(made.table["runs"]) == {12 if luck == "of each world" else 6}
    assert "mean over" not in said[0].replace("mean over the runs", "")
    assert said[1].endswith("Each run's value is its mean over 2 worlds.")


def test_a_tornado_starts_from_the_scenario_as_it_is(tmp_path: Path) -> None:
    from seci_sim.lab.cells import cell_table

    cells = cell_table(experiment(TORNADO, tmp_path))
    base = cells.iloc[0]
    assert base["learning.showing"] == 0.2
    assert base["learning.noticing"] == 0.0125
    assert base["world.needs"] == 40
    factors = cells.iloc[:, 3:]
    assert len(factors) == 7
    assert ((factors.iloc[1:] != factors.iloc[0]).sum(axis=1) == 1).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DOSES.replace(", factor: policy.patient_time", ""), "analyses.1.factor: is missing"),
        (DOSES.replace("dose-response", "doses"), 'analyses.1.kind: is unknown; allowed: comparison or dose-response or tornado'),
        (DOSES.replace("[0%, 5%, 20%]", "{from: 0%, to: 5%}\nsample: {method: sobol, points: 4}"), "dose-response needs levels"),
        (DOSES.replace("replications", "  policy.turnover: [1%, 2%]\nreplications"), "policy.turnover varies as well"),
        (DOSES.replace("}]", ", by: policy}]"), "analyses.1.by: there are no policies"),
        (DOSES.replace("}]", ", at_least: 1%}]"), "analyses.1.at_least: is not for dose-response"),
        (MORRIS.replace("method: morris", "method: sobol"), "morris needs sample: {method: morris}, not sobol"),
        (MORRIS.replace("replications: 3", "replications: 1"), "tells noise from replications; at least 2"),
        (TORNADO.replace("one at a time", "one at a time, points: 5"), "sample.points: follows from the factors"),
        (MORRIS.replace(", points: 4", ""), "sample.points: is missing for morris"),
        (MORRIS.replace("uncertain:", "policies: [{name: A}, {name: B}]\nuncertain:"), "morris is of one scenario and policy"),
        (SEARCH.replace("[tacit_alignment],", "[tacit_aligment],"), "did you mean \"tacit_alignment\"?"),
        (SEARCH.replace("lower: [hours_a_head_and_year]", "lower: []"), "a search weighs at least two goals"),
        (SEARCH.replace("replications", "uncertain: {learning.showing: [10%, 20%]}\nreplications"), "a search is of one scenario, with neither"),
        (SEARCH.replace("population: 6", "population: 2"), "analyses.1.population: is too small"),
        (DISCOVERY.replace("policy: Much", "policy: Nothing"), "analyses.1.policy: nothing is called 'Nothing'"),
        (COMPARISON.replace(LEVELS, ""), "analyses.1.kind: nothing that is decided varies; use vary, policies or scenarios"),
        (COMPARISON.replace(LEVELS, "uncertain: {policy.turnover: [5%, 9%]}\n"), "nothing that is decided varies, and worlds are not compared; use vary"),
        (DISCOVERY.replace("outcome: staff_knowing", "outcome: leavers"), "analyses.1.outcome: counts people, and discovery is about a share"),
        (DISCOVERY.replace("scenario: firm.yaml", "scenarios: [firm.yaml, other.yaml]"), "analyses.1.kind: discovery is of policies in one scenario, or of several scenarios"),
        (DISCOVERY.replace("at_least: 1%", "at_least: 1"), "analyses.1.at_least: is not a share; did you mean 1%?"),
    ],
)  # fmt: skip
def test_an_analysis_that_does_not_fit_is_refused_with_its_line(
    text: str, message: str, tmp_path: Path
) -> None:
    path = written(text, tmp_path)
    (tmp_path / "other.yaml").write_text(TINY.replace("name: ", "name: Other "), "utf-8")
    with pytest.raises(InputProblem) as refused:
        Experiment.load(path)
    assert any(message in line for line in refused.value.lines), refused.value.lines
    assert all(line.startswith(str(path)) for line in refused.value.lines)


def test_tables_of_analyses_are_as_safe_in_a_spreadsheet_as_the_results(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(
        "name: Odd\nquestion: Does it survive?\nscenario: one-percent\nreplications: 2\n"
        "outcomes: [needs_met, weeks_to_routine]\npolicies:\n  - {name: '=1+1', policy: {}}\n"
        "  - {name: '@other', policy: {turnover: 10%}}\nanalyses: [{kind: comparison}]\n"
    )
    Experiment.load(file).run(store=tmp_path / "odd")
    table = (tmp_path / "odd" / "analyses" / "01-comparison.csv").read_text()
    assert "'=1+1" in table
    assert "'@other" in table
    assert not [cell for cell in table.replace("\n", ",").split(",") if cell.startswith(("=", "@"))]
    assert "None" not in table
    assert "nan" not in table
