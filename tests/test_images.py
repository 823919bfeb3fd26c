"""The charts as pictures, drawn by an installed Chromium."""

from __future__ import annotations

import json
import re
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from synthetic import Course, results

from seci_sim.cli import answer_to
from seci_sim.figures import charts
from seci_sim.figures.style import titled
from seci_sim.report.images import SCALE, WIDTH, NoPicture, images

pytestmark = pytest.mark.packages

TINY = "name: Tiny\nquestion: What happens?\nhorizon: 10 weeks\nunits: [{name: Japan, kind: affiliate, staff: 12}]\n"
RUN = ["run", "tiny.yaml", "--replications", "1", "--workers", "1"]


@pytest.mark.slow
@pytest.mark.usefixtures("chromium")
def test_every_chart_is_a_picture_with_its_sentence_and_names_as_they_are() -> None:
    courses = [
        Course("<b>R&D</b> $x$", 0.0, 0.2, 0.1, 10),
        Course("<script>alert(1)</script>", 0.01, 0.4, 0.1, 10),
    ]
    drawn = charts(results(courses, replications=2, horizon=20, markets=("India",)))
    files = images(drawn, ["png", "svg"])
    assert set(files) == {f"{chart.key}.{kind}" for chart in drawn for kind in ("png", "svg")}
    for chart in drawn:
        width, height = struct.unpack(">II", files[f"{chart.key}.png"][16:24])
        assert (width, height) == (SCALE * WIDTH, SCALE * titled(chart, WIDTH).layout["height"])
        picture = ElementTree.fromstring(files[f"{chart.key}.svg"])
        words = " ".join("".join(text.itertext()) for text in picture.iter() if text.tag.endswith("}text"))  # fmt: skip
        assert re.sub(r"\s", "", chart.title) in re.sub(r"\s", "", words)
        assert not any(part.tag.endswith("}script") for part in picture.iter())


def test_a_browser_that_is_not_there_is_said_before_anything_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    monkeypatch.setattr(
        "choreographer.browsers.chromium.get_chrome_download_path", lambda **_: None
    )
    monkeypatch.setattr("choreographer.browsers.chromium.get_old_chrome_download_path", lambda: None)  # fmt: skip
    assert answer_to(["run", "baseline", "--png"]) == 2
    printed = capsys.readouterr()
    assert (
        printed.err == "error: --png needs Chromium or Chrome, and finds none: choreo_get_chrome\n"
    )
    assert printed.out == ""
    assert not any(tmp_path.iterdir())


@pytest.mark.slow
def test_pictures_that_fail_cost_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise NoPicture("it did not start")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("seci_sim.scenario.preflight.has_browser", lambda: True)
    monkeypatch.setattr("seci_sim.report.exports.images", broken)
    Path("tiny.yaml").write_text(TINY)
    assert answer_to([*RUN, "--svg", "--xlsx"]) == 5
    folder = Path("results/tiny")
    error = f"error: {folder}: all is written but the pictures: it did not start\n"
    *before, last = capsys.readouterr().err.splitlines(keepends=True)
    assert last == error
    assert not any("error" in line for line in before), "only the size of the run is said before"
    written = set(json.loads((folder / "manifest.json").read_text())["files"])
    assert {"report.html", "summary.xlsx", "results.csv"} <= written
    assert not any(name.endswith(".svg") for name in written)


@pytest.mark.slow
@pytest.mark.usefixtures("chromium")
def test_pictures_stand_beside_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY)
    assert answer_to([*RUN, "--svg"]) == 0
    assert "report.html, pictures (.svg) and tables" in capsys.readouterr().out
    assert Path("results/tiny/spread.svg").read_text().startswith("<svg")
    assert "kaleido" in sys.modules


@pytest.mark.slow
def test_a_browser_that_fails_is_said_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("it crashed")

    pytest.importorskip("kaleido")
    monkeypatch.setattr("kaleido.write_fig_from_object_sync", crash)
    drawn = charts(results(replications=2, horizon=20, markets=("India",)))
    with pytest.raises(NoPicture, match="RuntimeError: it crashed"):
        images(drawn[:1], ["png"])
