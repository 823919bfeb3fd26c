"""The first screen and the charts, worked out again from the tables that lie beside them."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recomputed import (
    HOURS,
    MET,
    MIS_SERVED,
    Difference,
    by_year,
    curves_of_gain,
    difference,
    points,
    ranges,
    runs_of,
    table,
)

from seci_sim.cli import answer_to

pytestmark = pytest.mark.packages

NAMES = ("Nobody", "One percent", "Five percent")
FIRM = """name: Nobody
question: Is time with patients worth it?
horizon: 156 weeks
units:
  - {name: Office, kind: headquarters, staff: 20}
  - {name: Zug, kind: affiliate, staff: 40, market: Switzerland}
policy: {patient_time: 0%}
"""


@dataclass(frozen=True)
class Run:
    """A comparison as it is printed, and its folder."""

    printed: str
    folder: Path
    names: tuple[str, ...]

    @property
    def steps(self) -> list[tuple[str, str]]:
        return list(zip(self.names[1:], self.names, strict=False))

    def of(self, policy: str, against: str, outcome: str) -> Difference:
        """A difference; one between two others than the first is picked of all pairs."""
        count = len(self.names)
        together = count - 1 if against == self.names[0] else count * (count - 1) // 2
        return difference(self.folder, policy, against, outcome, together=together)

    def drawn(self, key: str) -> dict[str, Any]:
        page = (self.folder / "report.html").read_text("utf-8")
        (data,) = re.findall(
            f'<script type="application/json" id="{key}-data">(.*?)</script>', page
        )
        found: dict[str, Any] = json.loads(data)
        return found

    def box(self) -> str:
        page = (self.folder / "report.html").read_text("utf-8")
        (box,) = re.findall(r'<div class="answer".*?</div>', page, re.S)
        return " ".join(html.unescape(re.sub("<[^>]+>", " ", box)).split())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Three policies of a small firm in few worlds."""
    folder = tmp_path_factory.mktemp("small")
    files = []
    for name, share in zip(NAMES, (0, 1, 5), strict=True):
        files.append(folder / f"{share}.yaml")
        extends = FIRM if share == 0 else f"name: {name}\nextends: 0.yaml\n"
        files[-1].write_text(extends + f"policy: {{patient_time: {share}%}}\n" * (share > 0))
    options = ["--replications", "16", "--worlds", "24", "--workers", "1"]
    return carried_out([*map(str, files), *options], folder / "out", NAMES)


@pytest.fixture(scope="module")
def first_line(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What the README's first line runs."""
    scenarios = ["no-patient-time", "one-percent", "two-percent"]
    names = ("No patient time", "One percent", "Two percent")
    return carried_out(scenarios, tmp_path_factory.mktemp("first") / "out", names)


def carried_out(arguments: list[str], folder: Path, names: tuple[str, ...]) -> Run:
    with pytest.MonkeyPatch.context() as patch, folder.with_name("said").open("w+") as said:
        patch.setattr("sys.stdout", said)
        assert answer_to(["compare", *arguments, "--out", str(folder)]) == 0
    return Run(" ".join(folder.with_name("said").read_text().split()), folder, names)


@pytest.fixture(params=["small", pytest.param("first_line", marks=pytest.mark.slow)])
def run(request: pytest.FixtureRequest) -> Run:
    found: Run = request.getfixturevalue(request.param)
    return found


def numbers(values: Any) -> list[float]:
    """Numbers of a chart, which plotly packs where there are many."""
    if isinstance(values, dict):
        data = base64.b64decode(values["bdata"])
        return list(np.frombuffer(data, dtype=np.dtype(values["dtype"])).astype(float))
    return list(map(float, values))


def test_headline_and_box_say_what_the_tables_come_to(run: Run) -> None:
    for text in (run.printed, run.box()):
        for policy, against in run.steps:
            met, wrong, hours = (run.of(policy, against, one) for one in (MET, MIS_SERVED, HOURS))
            level = runs_of(run.folder).query("scenario == @policy")[MET].mean()
            sign = "+" if met.mean > 0 else ""
            gain = f"{sign}{points(met.mean)} points, to {points(level)}% of needs met"
            assert gain in text
            assert f"in the last year {ranges(met)}, " in text
            assert f"hours a head and year {ranges(hours, 1)}" in text
            assert f"of needs mis-served {ranges(wrong)}" in text
            share = met.above if met.mean >= 0 else 1 - met.above
            worlds = "all worlds" if share == 1 else f"{10 * share:.1f}".removesuffix(".0")
            assert re.search(
                rf"{re.escape(ranges(met))}, (more|fewer) in (just \w+ |over )?{worlds}", text
            )


@pytest.mark.slow
def test_the_readme_quotes_what_its_first_line_prints(first_line: Run) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    quoted = [
        line.removeprefix("> ").replace("**", "")
        for line in readme.splitlines()
        if line.startswith("> **")
    ]
    assert len(quoted) == 2
    assert all(paragraph in first_line.printed for paragraph in quoted)


@pytest.mark.slow
def test_most_hangs_on_the_number_that_explains_most(first_line: Run) -> None:
    for policy, against in first_line.steps:
        said = first_line.printed.partition(f"“{policy}” meets more needs than “{against}”")[2]
        curves = curves_of_gain(first_line.folder, policy, against)
        if not curves:
            assert "no single number that is doubted decides it" in said
            continue
        (named,) = re.findall(r"Most hangs on “[^”]+” \(([\w.]+)\)", said)[:1]
        explained = {name: curve.var() for name, curve in curves.items()}
        assert named == max(explained, key=explained.__getitem__)


def test_the_price_is_hours_for_a_point(run: Run) -> None:
    for policy, against in run.steps:
        met, hours = (run.of(policy, against, one) for one in (MET, HOURS))
        if met.luck[0] > 0 and hours.mean > 0:
            (price,) = re.findall(
                rf"“{policy}” meets more needs than “{against}”[^.]*?, at ([\d.]+) hours",
                run.printed,
            )[:1]
            assert float(price) == pytest.approx(hours.mean / met.mean / 100, rel=0.051)


def test_bars_of_gains_and_harm_are_those_intervals(run: Run) -> None:
    for key, outcome in (("gain", MET), ("harm", MIS_SERVED)):
        traces = run.drawn(key)["data"]
        bars = [trace for trace in traces if trace["type"] == "bar"]
        dots = [trace for trace in traces if trace["type"] == "scatter"]
        for place, (policy, against) in enumerate(run.steps):
            found = run.of(policy, against, outcome)
            assert numbers(dots[place]["x"]) == pytest.approx([100 * found.mean])
            for bar, ends in zip(bars[2 * place :], (found.doubt, found.luck), strict=False):
                low, length = numbers(bar["base"])[0], numbers(bar["x"])[0]
                assert [low, low + length] == pytest.approx([100 * end for end in ends])


def test_curves_of_time_are_means_over_the_runs(run: Run) -> None:
    weekly = table(run.folder / "weekly.csv")
    means = weekly.pivot_table(index="week", columns="scenario", values=MET)
    for trace in run.drawn("time")["data"]:
        if trace.get("name"):
            expected = means.loc[numbers(trace["x"]), trace["name"]]
            assert numbers(trace["y"]) == pytest.approx(expected.to_list(), abs=1e-5)
    gains = {policy: 100 * (means[policy] - means[against]) for policy, against in run.steps}
    for trace in run.drawn("difference")["data"]:
        if trace.get("name"):
            expected = gains[trace["name"]].loc[numbers(trace["x"])]
            assert numbers(trace["y"]) == pytest.approx(expected.to_list(), abs=1e-5)


def test_prices_by_year_are_each_year_s_hours_for_its_gain(run: Run) -> None:
    means = by_year(run.folder).groupby(["scenario", "year"])[[MET, HOURS]].mean()
    told = {
        policy: run.drawn("prices")["data"][place] for place, (policy, _) in enumerate(run.steps)
    }
    for policy, against in run.steps:
        met, hours = (
            (means[one].unstack().loc[policy] - means[one].unstack().loc[against]).to_numpy()
            for one in (MET, HOURS)
        )
        expected = [*(hours / met / 100), hours.mean() / met.mean() / 100]
        drawn = numbers(told[policy]["x"])[1:]  # the first stands in the key
        assert len(drawn) <= len(expected)
        assert drawn, "a gain that is told apart has a price"
        for price in drawn:
            assert min(abs(price / one - 1) for one in expected) < 1e-6


def test_kinds_of_needs_are_means_over_the_runs(run: Run) -> None:
    means = (
        runs_of(run.folder)
        .groupby("scenario")[["expressed_met", "latent_met", "systemic_met"]]
        .mean()
    )
    for trace in run.drawn("kinds")["data"]:
        assert numbers(trace["x"])[1:] == pytest.approx(means.loc[trace["name"]].to_list())
