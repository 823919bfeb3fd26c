"""Folders of results that were damaged, edited or sent: one line, the right exit code, nothing finished lost."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from answers import leave_reports_undrawn, run_in_this_process
from damaged_folders import OTHER, OUT, damage
from experiment_files import GRID, cut, written
from scenario_files import TINY

from seci_sim.cli import answer_to
from seci_sim.lab import Experiment
from seci_sim.lab.comparing import comparison, over_worlds
from seci_sim.scenario import read_scenario

MANY, FEW = 2000, 6
"""Damaged folders of each kind that are tried, and those of the default run."""

REFUSED = {3, 4, 5, 6}
"""Exit codes of what was noticed; 1 is a mistake of ours."""

ANALYSED = GRID + "analyses:\n  - {kind: comparison, outcome: tacit_alignment}\n"
GO_ON = {
    "experiment": ["experiment", "trial.yaml", "--resume", "--out", OUT],
    "comparison": ["compare", "firm.yaml", "second.yaml", "--replications", "2", "--worlds", "4", "--out", OUT],
}  # fmt: skip
"""What makes a folder of each kind, and goes on with it."""

COMMANDS = {
    "experiment": (
        ["status", OUT],
        ["status", OUT, "--json"],
        ["collect", OUT],
        GO_ON["experiment"],
        ["rerun", OUT],
        ["rerun", OUT, "--cell", "1"],
    ),
    "comparison": (
        ["status", OUT],
        ["status", f"{OUT}/worlds", "--json"],
        ["collect", OUT],
        ["collect", f"{OUT}/worlds"],
        GO_ON["comparison"],
        [*GO_ON["comparison"], "--replace"],
        ["rerun", OUT],
        ["rerun", f"{OUT}/worlds", "--cell", "5"],
    ),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with all that a command leaves: parts, a failure, analyses or worlds, a manifest."""
    return {kind: made(kind, tmp_path_factory.mktemp(kind)) for kind in GO_ON}


def made(kind: str, place: Path) -> Path:
    """A folder of a kind in many parts, and beside it one of the same with other seeds."""
    path = written(ANALYSED, place)
    (place / "second.yaml").write_text(TINY.replace("Tiny", "Second"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        run_in_this_process(patch)
        leave_reports_undrawn(patch)
        for out, seed in ((OTHER, 7), (OUT, 1)):  # the file is left as the folder of that name is
            path.write_text(f"{ANALYSED}seed: {seed}\n")
            said = [*GO_ON[kind][:-1], out]
            if kind == "experiment":
                cut(Experiment.load(path), Path(out), 5)
            else:
                firms = [read_scenario(name) for name in ("firm.yaml", "second.yaml")]
                asked = comparison(firms, seed=seed, replications=2)
                doubts = over_worlds(asked, 4)
                assert doubts is not None
                cut(asked, Path(out), 1)
                cut(doubts, Path(out, "worlds"), 3)
                said += ["--seed", str(seed)]
            assert answer_to([*said, "--quiet"]) == 0
    note = {"cell": 2, "replication": 1, "kind": "raised", "what": "x", "where": "y"}
    (place / OUT / "failed").mkdir(exist_ok=True)
    (place / OUT / "failed/2-1.json").write_text(json.dumps(note))
    return place


def sound_parts(folder: Path) -> dict[str, bytes]:
    """Arrays and notes of parts that are ordinary files, by their contents."""
    kept = [p for p in folder.rglob("parts/part-*") if p.is_file() and p.stat().st_size < 10**6]
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}


def hold(
    kind: str, number: int, whole: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damage a copy, hand it to a command, and look what was said and what is left."""
    rng = random.Random(f"{kind} {number}")
    out, command = place / OUT, COMMANDS[kind][number % len(COMMANDS[kind])]
    done = damage(out, rng)
    before = sound_parts(out)
    told = f"{number}: {' '.join(command)} after {', '.join(done)}"
    code = answer_to(command)
    printed = capsys.readouterr()
    assert code == 0 or code in REFUSED, f"{told}: {printed.err}"
    said = printed.out + printed.err
    assert "Traceback" not in said, told
    assert "None" not in printed.err, told
    assert code == 0 or "error: " in printed.err, told
    assert said.replace("\n", "").replace("\t", "").isprintable(), f"{told}: {said!r}"
    after = sound_parts(out)
    for name, data in before.items() if "--replace" not in command else ():
        assert data in (after.get(name), after.get(f"{name}.bad")) or code == 0, f"{told}: {name}"
    if command[0] in ("experiment", "compare") and code == 0:
        for table in (whole / OUT).rglob("results.csv"):
            again = out / table.relative_to(whole / OUT)
            assert again.read_bytes() == table.read_bytes(), f"{told}: {again}"


posix = pytest.mark.skipif(
    os.name != "posix", reason="pipes and devices are files as on POSIX systems"
)


@posix
@pytest.mark.usefixtures("undrawn")  # as those below are
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", GO_ON)
def test_some_damaged_folders_lead_to_no_traceback_and_lose_nothing(
    kind: str, whole: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    try_all(kind, range(FEW), whole[kind], tmp_path, capsys, monkeypatch)


@posix
@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", GO_ON)
@pytest.mark.parametrize("quarter", range(4))
def test_thousands_of_damaged_folders_lead_to_no_traceback_and_lose_nothing(
    kind: str, quarter: int, whole: dict[str, Path], tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    share = MANY // 4
    which = range(quarter * share, (quarter + 1) * share)
    try_all(kind, which, whole[kind], tmp_path, capsys, monkeypatch)


def try_all(
    kind: str, which: range, whole: Path, place: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    run_in_this_process(monkeypatch)
    wrong = []
    for number in which:
        folder = place / str(number)
        shutil.copytree(whole, folder)
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            try:
                hold(kind, number, whole, folder, capsys)
            except Exception as problem:  # noqa: BLE001 - all are told together
                wrong.append(f"{type(problem).__name__}: {str(problem)[:600]}")
        shutil.rmtree(folder)
    assert not wrong, f"{len(wrong)} of {len(which)}:\n" + "\n".join(wrong[:20])
