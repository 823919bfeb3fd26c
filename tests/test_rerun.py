"""Doing again what a manifest tells of: all that was made, and nothing of what a stranger's file names."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from answers import ran
from experiment_files import GRID, HEAD, written

from seci_sim.cli import answer_to

SEARCH = (
    HEAD
    + """vary:
  policy.patient_time: {from: 0%, to: 5%}
  policy.mentoring_hours: {from: 0 h, to: 2 h}
replications: 2
outcomes: [tacit_alignment, hours_a_head_and_year]
analyses:
  - {kind: search, higher: [tacit_alignment], lower: [hours_a_head_and_year], generations: 2, population: 4, fresh: 3}
"""
)
COMPARISON = GRID + "analyses:\n  - {kind: comparison, outcome: tacit_alignment}\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


BEGIN = ("experiment", "trial.yaml", "--out", "out", "--workers", "1")


def begun(capsys: pytest.CaptureFixture[str], text: str) -> str:
    """Run an experiment into the folder `out`, and return what was said."""
    written(text, Path())
    return ran(capsys, *BEGIN)[0]


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an experiment was run into the folder `out`."""
    place = tmp_path_factory.mktemp("grid")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        written(GRID, place)
        assert answer_to([*BEGIN, "--quiet"]) == 0
    return place


@pytest.fixture
def begun_already(grid: Path, tmp_path: Path) -> None:
    """The same here."""
    shutil.copytree(grid, tmp_path, dirs_exist_ok=True)


def change(change_it: Callable[[dict[str, Any]], object]) -> None:
    path = Path("out/manifest.json")
    manifest = json.loads(path.read_text("utf-8"))
    change_it(manifest)
    path.write_text(json.dumps(manifest), "utf-8")


# What analyses made -------------------------------------------------------------------------------


@pytest.mark.packages
def test_a_search_is_done_again_with_all_its_runs(capsys: pytest.CaptureFixture[str]) -> None:
    optuna = pytest.importorskip("optuna")
    said = begun(capsys, SEARCH)
    manifest = json.loads(Path("out/manifest.json").read_text("utf-8"))
    assert manifest["made_with"]["optuna"] == optuna.__version__
    runs = [len(pd.read_csv(path)) for path in Path("out/search").glob("*/results.csv")]
    assert len(runs) > 1
    tables = {name for name in manifest["files"] if name.startswith(("analyses/", "search/"))}
    assert tables >= {"analyses/01-search.csv", "analyses/01-search.html", "search/fresh/results.csv"}  # fmt: skip
    again, _ = ran(capsys, "rerun", "out")
    assert f"The same to the bit: 2 runs, {sum(runs)} runs of searches and 1 table of analyses.\n" in again  # fmt: skip
    digests = said.splitlines()[-2:]
    assert again.splitlines()[-2:] == digests
    assert [line.partition(":")[0] for line in digests] == ["digest of the analyses", "digest"]


@pytest.mark.slow
@pytest.mark.packages
@pytest.mark.parametrize("name", ["analyses/01-search.csv", "search/fresh/results.csv"])
def test_a_table_of_a_search_that_was_changed_is_named(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("optuna")
    begun(capsys, SEARCH)
    table = pd.read_csv(Path("out", name), dtype=str)
    table.loc[1, "tacit_alignment"] = "0.5"
    table.to_csv(Path("out", name), index=False, lineterminator="\n")
    assert ran(capsys, "rerun", "out", code=6)[1] == f"error: {name}: was changed since\n"

    digest = hashlib.sha256(Path("out", name).read_bytes()).hexdigest()
    change(lambda manifest: manifest["files"].update({name: digest}))
    out, err = ran(capsys, "rerun", "out", code=6)
    assert "The same to the bit" not in out
    assert f"error: {name}: tacit_alignment: 0.5 there, 0." in err


@pytest.mark.slow
def test_an_analysis_that_was_not_made_is_not_called_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun(capsys, COMPARISON)
    out, _ = ran(capsys, "rerun", "out")
    assert "The same to the bit: 24 runs and 1 table of analyses." in out
    change(lambda manifest: manifest["files"].update({"analyses/02-tornado.csv": "0" * 64}))
    Path("out/analyses/02-tornado.csv").touch()
    _, err = ran(capsys, "rerun", "out", code=6)
    assert "error: analyses/02-tornado.csv: is made only there\n" in err


# What a stranger's manifest names -----------------------------------------------------------------

SECRET = "ZZSECRET"
FILES = {
    "shadow": f"root:{SECRET}:20228:0:99999:7:::\n",
    "settings.yaml": f"password: {SECRET}\n",
    "list.yaml": f"- {SECRET}\n",
    "twice.yaml": f"{SECRET}: 1\n{SECRET}: 2\n",
    "notes.csv": f"name,salary\n{SECRET},1\n",
}


@pytest.mark.usefixtures("begun_already")
@pytest.mark.parametrize("name", FILES)
def test_nothing_is_shown_of_a_file_that_is_no_scenario(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text(FILES[name], "utf-8")
    change(lambda manifest: manifest["sources"].append([name, "x"]))
    out, err = ran(capsys, "rerun", "out")
    assert f"differs today: {name}: is neither a scenario, an experiment nor a list of meetings any more\n" in out  # fmt: skip
    assert SECRET not in out + err


@pytest.mark.usefixtures("begun_already")
@pytest.mark.timeout(60)
@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files as on POSIX systems")
@pytest.mark.parametrize("where", ["sources", "files"])
def test_pipes_devices_folders_and_huge_files_are_not_read(
    where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path("out") if where == "files" else Path()
    os.mkfifo(place / "pipe.yaml")
    (place / "folder.yaml").mkdir()
    (place / "zero.yaml").symlink_to("/dev/zero")
    with (place / "huge.yaml").open("wb") as file:
        file.truncate(5_000_000_000)
    names = ["pipe.yaml", "folder.yaml", "zero.yaml", "huge.yaml"]
    if where == "sources":
        change(lambda manifest: manifest["sources"].extend([name, "x"] for name in names))
        out, _ = ran(capsys, "rerun", "out")
        lines = [line for line in out.splitlines() if line.startswith("differs today")]
    else:
        change(lambda manifest: manifest["files"].update(dict.fromkeys(names, "0" * 64)))
        lines = ran(capsys, "rerun", "out", code=6)[1].splitlines()
    assert len(lines) == 4
    assert [line.split(": ")[1] for line in lines] == names


@pytest.mark.usefixtures("begun_already")
@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a/../../b", "\x1b[2J"])
def test_a_manifest_names_no_file_outside_its_folder(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(lambda manifest: manifest["files"].update({name: "0" * 64}))
    _, err = ran(capsys, "rerun", "out", code=5)
    assert err == "error: out/manifest.json: is not a manifest of seci-sim\n"


@pytest.mark.usefixtures("begun_already")
def test_nothing_that_a_manifest_says_reaches_the_terminal_as_a_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clear = "\x1b[2J\x9b2J\x07"
    change(lambda manifest: manifest["sources"].append([clear, clear]))
    change(lambda manifest: manifest["made_with"].update(numba=clear))
    out, err = ran(capsys, "rerun", "out")
    assert (out + err).replace("\n", "").isprintable()
    assert out.count("2J") == 4


@pytest.mark.usefixtures("begun_already")
def test_runs_that_need_too_much_memory_are_refused_as_when_they_were_first_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in (["rerun", "out"], ["rerun", "out", "--cell", "1"], ["experiment", "trial.yaml"]):  # fmt: skip
        out, err = ran(capsys, *arguments, "--memory", "0.1", code=3)
        assert err.startswith("error: this experiment needs about ")
        assert err.endswith("GB; limit 0.1 GB (raise with --memory)\n")
        assert out == ""


def test_a_firm_of_millions_is_refused_before_it_is_built(
    capsys: pytest.CaptureFixture[str],
) -> None:
    written(GRID, Path())
    firm = Path("firm.yaml")
    firm.write_text(firm.read_text("utf-8").replace("staff: 12", "staff: 1_900_000".replace("_", "")))  # fmt: skip
    _, err = ran(capsys, "experiment", "trial.yaml", "--workers", "8", code=3)
    assert "this experiment needs about 1" in err


@pytest.mark.usefixtures("begun_already")
def test_a_manifest_that_was_changed_since_is_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    change(lambda manifest: manifest["experiment"].update(replications=400))
    _, err = ran(capsys, "rerun", "out", code=6)
    assert err == "error: out: holds results of another design; manifest.json was changed since\n"
