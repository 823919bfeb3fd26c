"""The folder of an experiment: every bit is kept, and damage is noticed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from experiment_files import GRID, cut, experiment, written

from seci_sim.cli import answer_to
from seci_sim.lab import Experiment, arrays
from seci_sim.lab import folder as folders
from seci_sim.lab.cells import Cells
from seci_sim.lab.chunks import Chunk, Ran, run_chunk
from seci_sim.lab.comparing import comparison
from seci_sim.lab.findings import Findings
from seci_sim.lab.folder import Store
from seci_sim.lab.manifest import AnotherExperiment, StoreProblem
from seci_sim.lab.pool import Here
from seci_sim.scenario import read_scenario

pytestmark = pytest.mark.packages

WEEKLY = GRID + "weekly: [leavers, skill]\n"


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return experiment(WEEKLY, tmp_path_factory.mktemp("serial")).run(Here())


def begun(folder: Path, chunks: int = 99) -> Experiment:
    """An experiment of eight chunks, of which so many are run in a folder."""
    asked = experiment(WEEKLY, folder)
    cut(asked, folder / "out", 3)
    done: list[object] = []

    def enough(_: object) -> None:
        done.append(_)
        if len(done) >= chunks:
            raise KeyboardInterrupt

    try:
        asked.run(Here(), store=folder / "out", resume=True, on_progress=enough)
    except KeyboardInterrupt:
        assert len(done) == chunks
    return asked


def arrays_in(folder: Path) -> list[Path]:
    return sorted(p for p in (folder / "out/parts").iterdir() if p.suffix == ".npz")


def names_in(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


# Arrays -------------------------------------------------------------------------------------------


def strange(asked: Experiment) -> Ran:
    """Runs whose numbers are easily lost."""
    outcomes = np.array([[-0.0, 0.0, np.nan], [np.inf, 5e-324, 0.1], [-np.inf, 1 / 3, -0.0]])
    weekly = np.linspace(-1, 1, 3 * 10 * 2).reshape(3, 10, 2)
    weekly[1, 4] = np.nan, -0.0
    empty = (
        np.empty((3, 0, 0)),
        np.empty((3, 10, 0, 0)),
        np.empty((3, 10, 0)),
        np.empty((3, 0, 0, 0)),
    )
    return Ran(np.array([5, 0, 2]), np.array([0, 3, 1]), outcomes, weekly, *empty, np.zeros(3))


def test_every_bit_is_kept(tmp_path: Path) -> None:
    asked = experiment(WEEKLY, tmp_path)
    ran = strange(asked)
    assert arrays.packed(ran) == arrays.packed(ran)
    again = arrays.unpacked(arrays.packed(ran), asked)
    for name in ("cell", "replication", "outcomes", "weekly"):
        assert getattr(again, name).tobytes() == getattr(ran, name).tobytes()


def test_what_a_report_needs_of_markets_and_stories_is_kept_too(tmp_path: Path) -> None:
    asked = comparison(
        [read_scenario(written(GRID, tmp_path).with_name("firm.yaml"))], replications=1
    )
    chunk = Chunk(asked, ((Cells(asked)[0], 0),))
    ran = run_chunk(chunk)
    again = arrays.unpacked(arrays.packed(ran), asked)
    for name in ("weekly", "markets", "knowing"):
        assert getattr(ran, name).size
        assert getattr(again, name).tobytes() == getattr(ran, name).tobytes()
    assert again.stories == ran.stories
    assert ran.stories[0]


# Beginning ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", ["parts", "parts .design.json.host.1.tmp"])
def test_two_that_begin_in_one_folder_at_the_same_time_are_no_strangers(
    left: str, tmp_path: Path, serial: Findings
) -> None:
    for name in left.split():
        (tmp_path / "out" / name).mkdir(parents=True)
    assert begun(tmp_path).size == 6
    assert Experiment.found(tmp_path / "out").digest == serial.digest


# Damage -------------------------------------------------------------------------------------------


def test_parts_that_are_broken_are_set_aside_and_run_again(
    tmp_path: Path, serial: Findings, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    begun(tmp_path)
    cut_short, bit_turned, emptied, garbage, half_json, gone, other_design = arrays_in(tmp_path)[:7]
    cut_short.write_bytes(cut_short.read_bytes()[:-7])
    data = bytearray(bit_turned.read_bytes())
    data[len(data) // 2] ^= 1
    bit_turned.write_bytes(data)
    emptied.write_bytes(b"")
    garbage.write_bytes(os.urandom(3000))
    half_json.with_suffix(".json").write_text("{", "utf-8")
    gone.unlink()
    change(other_design.with_suffix(".json"), design="0" * 64)
    Path("out/results.csv").unlink()  # as where it was interrupted before there was any table
    assert answer_to(["collect", "out"]) == 0
    said = capsys.readouterr().out.splitlines()[0]
    what = "7 parts of the results are broken and left out; to run them again: "
    assert said == f"{what}Experiment.run(store='out', resume=True)"
    assert not list((tmp_path / "out").rglob("*.bad"))  # who only reads changes nothing
    arguments = ["experiment", "trial.yaml", "--out", "out", "--resume", "--workers", "1"]
    assert answer_to(arguments) == 0
    printed = capsys.readouterr()
    assert "7 broken parts of the results are set aside and made again.\n" in printed.err
    assert f"digest: {serial.digest}\n" in printed.out
    assert len(list((tmp_path / "out").rglob("*.npz.bad"))) == 6
    assert len(list((tmp_path / "out").rglob("*.json.bad"))) == 7
    assert answer_to(["status", "out"]) == 0
    assert "7 broken parts were set aside" in capsys.readouterr().out


def test_nothing_that_was_set_aside_before_is_written_over(
    tmp_path: Path, serial: Findings
) -> None:
    asked, chunks = begun(tmp_path), tmp_path / "out" / "chunks.json"
    for text in ("first", "second", ""):
        chunks.unlink()
        if text:
            chunks.write_text(text)
        else:
            chunks.mkdir()
        again = asked.run(Here(), store=tmp_path / "out", resume=True)
        assert again.digest == serial.digest
    aside = [chunks.with_name(f"chunks.json.bad{number}") for number in ("", "1", "2")]
    assert [path.read_text() for path in aside[:2]] == ["first", "second"]
    assert aside[2].is_dir()


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")


@pytest.mark.parametrize(
    "wrong", [{"cell": np.array([6, 0, 2])}, {"replication": np.array([0, 4, -1])},
              {"outcomes": np.zeros((3, 2))}, {"weekly": np.zeros((3, 9, 2))},
              {"cell": np.array([0.0, 1.0, 2.0])}]
)  # fmt: skip
def test_arrays_that_no_run_leads_to_are_no_part(tmp_path: Path, wrong: dict[str, Any]) -> None:
    asked = experiment(WEEKLY, tmp_path)
    with pytest.raises((ValueError, KeyError)):
        arrays.unpacked(arrays.packed(replace(strange(asked), **wrong)), asked)


def test_a_small_file_that_becomes_large_is_no_part(tmp_path: Path) -> None:
    asked = experiment(WEEKLY, tmp_path)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, cell=np.zeros(10**6, np.int64))
    assert len(buffer.getvalue()) < 10_000
    with pytest.raises(ValueError, match="is compressed"):
        arrays.unpacked(buffer.getvalue(), asked)
    with pytest.raises(ValueError, match=r"is no \.npz file"):
        arrays.unpacked(b"rubbish", asked)


@pytest.mark.parametrize("forbids", ["parts/*", "out/design.json", "out/chunks.json"])
def test_what_may_not_be_read_is_not_taken_for_broken_or_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forbids: str
) -> None:
    begun(tmp_path)
    before = names_in(tmp_path)

    opened = Path.open

    def forbidden(path: Path, mode: str = "r", **others: Any) -> Any:
        if not path.match(forbids):
            return opened(path, mode, **others)
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises((StoreProblem, PermissionError), match="Permission denied") as told:
        begun(tmp_path)
    assert forbids.partition("/")[2].strip("*") in str(told.value)
    assert names_in(tmp_path) == before


def test_a_log_that_cannot_be_written_ends_it_in_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(folders, "_append", full)
    with pytest.raises(StoreProblem, match=r"out.progress.jsonl: No space left on device; what is finished is kept"):  # fmt: skip
        begun(tmp_path)
    assert list((tmp_path / "out/parts").glob("*.json"))


def test_a_folder_where_a_file_is_to_be_written_is_named_whole(tmp_path: Path) -> None:
    (tmp_path / "out/results.csv").mkdir(parents=True)
    store = Store(tmp_path / "out", experiment(WEEKLY, tmp_path))
    with pytest.raises(StoreProblem, match=r"out.results\.csv: Is a directory"):
        store.write("results.csv", b"x")


def test_the_time_of_a_file_means_nothing(tmp_path: Path, serial: Findings) -> None:
    begun(tmp_path, chunks=4)
    for days, path in enumerate((tmp_path / "out").rglob("*")):
        then = time.time() + 86_400 * (1000 - 700 * (days % 3))
        os.utime(path, (then, then))
    begun(tmp_path)
    assert Experiment.found(tmp_path / "out").digest == serial.digest


# Another experiment -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["collect", "status", "rerun"])
def test_a_folder_of_which_this_version_makes_another_design_is_refused_and_left_alone(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    begun(tmp_path)
    design = json.loads(Path("out/design.json").read_text("utf-8"))
    change(Path("out/design.json"), fingerprint="0" * 64, made_with=design["made_with"] | {"model": "0ld"})  # fmt: skip
    before = names_in(tmp_path)
    capsys.readouterr()
    arguments = [command, "out", *(["--cell", "0"] if command == "rerun" else [])]
    assert answer_to(arguments) == 6
    told = capsys.readouterr()
    assert told.err.startswith(
        "error: out: holds results of another design; model: its rules have changed since"
    )
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert names_in(tmp_path) == before
    with pytest.raises(AnotherExperiment, match="model: its rules have changed since"):
        Experiment.found("out")


def test_a_design_that_was_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    begun(tmp_path)
    path = tmp_path / "out/design.json"
    design = json.loads(path.read_text("utf-8"))
    change(path, experiment=design["experiment"] | {"replications": 9})
    with pytest.raises(AnotherExperiment, match=r"design\.json was changed since"):
        Experiment.found(tmp_path / "out")


def test_a_design_that_this_version_cannot_read_is_refused_with_the_version(
    tmp_path: Path,
) -> None:
    begun(tmp_path)
    path = tmp_path / "out/design.json"
    design = json.loads(path.read_text("utf-8"))
    change(
        path,
        experiment=design["experiment"] | {"levers": 9},
        made_with=design["made_with"] | {"seci-sim": "9.0"},
    )
    with pytest.raises(AnotherExperiment, match=r"cannot be read any more; seci-sim: 9\.0 there"):
        Experiment.found(tmp_path / "out")


@pytest.mark.parametrize("text", [GRID, WEEKLY + "seed: 7\n"], ids=["other arrays", "other seed"])
def test_a_part_of_another_experiment_is_refused_and_left_alone(text: str, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    begun(mine)
    other = Experiment.load(written(text, theirs))
    cut(other, theirs / "out", 24)
    other.run(Here(), store=theirs / "out", resume=True)
    for path in (theirs / "out/parts").iterdir():
        path.rename(mine / "out/parts" / path.name)
    before = names_in(mine)
    with pytest.raises(AnotherExperiment, match=r"part-\w+.json: belongs to another experiment"):
        begun(mine)
    with pytest.raises(AnotherExperiment, match="move it out of the folder"):
        Experiment.found(mine / "out")
    assert names_in(mine) == before


def test_a_part_that_another_program_wrote_in_the_same_form_is_the_same(tmp_path: Path) -> None:
    asked = begun(tmp_path)
    store = Store(tmp_path / "out", asked)
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in arrays_in(tmp_path)}
    for ran in list(store.parts()):
        store.keep(ran)
    after = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in arrays_in(tmp_path)}
    assert after == before


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("seci-sim compare a b", "seci-sim compare a b --out 'my results'"),
        ("seci-sim experiment e.yaml", "seci-sim experiment e.yaml --out 'my results' --resume"),
        ("seci-sim experiment e.yaml --resume", "seci-sim experiment e.yaml --out 'my results' --resume"),
        ("", "Experiment.run(store='my results', resume=True)"),
    ],
)  # fmt: skip
def test_whoever_finds_parts_broken_is_told_the_command_that_makes_them_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    command: str, again: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    begun(tmp_path)
    arrays_in(tmp_path)[0].write_bytes(b"")
    Path("out/results.csv").unlink()
    Path("out").rename("my results")
    design = Path("my results/design.json")
    kept = json.loads(design.read_text("utf-8"))
    design.write_text(json.dumps(kept | {"command": command}), "utf-8")
    assert answer_to(["collect", "my results"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(f"to run it again: {again}")


@pytest.mark.parametrize("harm", ["a part is broken", "parts are gone", "parts is a file"])
def test_tables_of_more_runs_than_can_be_read_stay_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    monkeypatch.chdir(tmp_path)
    begun(tmp_path)
    assert answer_to(["collect", "out", "--quiet"]) == 0
    whole = {path: path.read_bytes() for path in Path("out").glob("*.*")}
    runs = whole[Path("out/results.csv")].count(b"\n") - 1
    if harm == "a part is broken":
        arrays_in(tmp_path)[0].write_bytes(b"")
    else:
        shutil.rmtree("out/parts")
    if harm == "parts is a file":
        Path("out/parts").touch()
    capsys.readouterr()
    assert answer_to(["collect", "out"]) == 5
    said = capsys.readouterr().err
    lost = runs if "part is" not in harm else r"[1-9]\d*"
    tail = (
        r"all tables stay as they are; to run again: Experiment.run\(store='out', resume=True\)\n"
    )
    assert re.fullmatch(
        rf"error: out: {lost} runs of results.csv are in no part any more; {tail}", said
    )
    assert {path: path.read_bytes() for path in Path("out").glob("*.*")} == whole
