"""Folders of results that were damaged, edited or sent: one line, the right exit code, nothing finished lost."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from experiment_files import GRID, cut, written

from seci_sim.cli import answer_to
from seci_sim.lab import Experiment, conduct
from seci_sim.lab.pool import Here, Pool

MANY, FEW = 2000, 60
"""Damaged folders that are tried, and those of the default run."""

REFUSED = {3, 4, 5, 6}
"""Exit codes of what was noticed; 1 is a mistake of ours."""

TEXT = GRID + "analyses:\n  - {kind: comparison, outcome: tacit_alignment}\n"

STRANGE: tuple[Any, ...] = (
    None, True, -1, 10**30, 1e308, 0.5, "", "x", "\x1b[2J", "../../x", "9" * 300, [], {}, [[]], {"": 0}
)  # fmt: skip
"""Values that stand where others should."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that an experiment leaves: parts, a failure, analyses, a manifest."""
    place = tmp_path_factory.mktemp("whole")
    written(TEXT, place)
    asked = Experiment.load(place / "trial.yaml")
    cut(asked, place / "out", 5)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setattr(conduct, "Pool", here)
        assert answer_to(["experiment", "trial.yaml", "--out", "out", "--resume", "--quiet"]) == 0
    note = {"cell": 2, "replication": 1, "kind": "raised", "what": "x", "where": "y"}
    (place / "out/failed").mkdir(exist_ok=True)
    (place / "out/failed/2-1.json").write_text(json.dumps(note))
    return place


def here(*arguments: Any, **others: Any) -> Any:
    return Pool(*arguments, **{**others, "executor": Here()})


# Damage -------------------------------------------------------------------------------------------


def cut_short(path: Path, rng: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(len(data) + 1)])


def turn_bits(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice((1, 1, 3, 20)) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def insert(path: Path, rng: random.Random) -> None:
    data = path.read_bytes()
    place = rng.randrange(len(data) + 1)
    piece = rng.choice(
        (b"\0", b"\xff", b"\x1b[2J", b"{", b"]", b'"', b"\n", b"[" * 5000, b"9" * 400)
    )
    path.write_bytes(data[:place] + piece + data[place:])


def empty(path: Path, _: random.Random) -> None:
    path.write_bytes(b"")


def foreign(path: Path, rng: random.Random) -> None:
    kinds = (b"{}", b"[]", b"null", b"hello\n", b"PK\x03\x04", os.urandom(500), b"\xef\xbb\xbf{}")
    path.write_bytes(rng.choice(kinds))


def gone(path: Path, _: random.Random) -> None:
    path.unlink()


def a_folder(path: Path, _: random.Random) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path, _: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def a_device(path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def a_loop(path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to(path)


def huge(path: Path, _: random.Random) -> None:
    with path.open("ab") as file:
        file.truncate(5_000_000_000)


def another_of_the_folder(path: Path, rng: random.Random) -> None:
    files = sorted(p for p in path.parent.iterdir() if p.is_file() and p != path)
    if files:
        shutil.copyfile(rng.choice(files), path)


def other_values(path: Path, rng: random.Random) -> None:
    """Change a few values of a JSON document, or take fields away."""
    try:
        document = json.loads(path.read_text("utf-8").splitlines()[-1] if path.suffix == ".jsonl" else path.read_text("utf-8"))  # fmt: skip
    except ValueError:
        return turn_bits(path, rng)
    for _ in range(rng.choice((1, 1, 2, 5))):
        places = list(places_in(document))
        if not places:
            break
        owner, key = rng.choice(places)
        if rng.random() < 0.2:
            del owner[key]
            break
        owner[key] = rng.choice(STRANGE)
    path.write_text(json.dumps(document), "utf-8")
    return None


def places_in(node: Any) -> Iterator[tuple[Any, Any]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(inner):
        yield node, key
        if isinstance(value, dict | list):
            yield from places_in(value)


DAMAGES: tuple[Callable[[Path, random.Random], None], ...] = (
    cut_short, turn_bits, insert, empty, foreign, gone, a_folder, a_pipe, a_device, a_loop, huge,
    another_of_the_folder, other_values, other_values, other_values,
)  # fmt: skip


# What is held -------------------------------------------------------------------------------------

COMMANDS = (
    ["status", "out"],
    ["status", "out", "--json"],
    ["collect", "out"],
    ["experiment", "trial.yaml", "--out", "out", "--resume"],
    ["rerun", "out"],
    ["rerun", "out", "--cell", "1"],
)


def sound_parts(folder: Path) -> dict[str, bytes]:
    """Arrays and notes of parts that are ordinary files, by their contents."""
    kept = [p for p in (folder / "parts").iterdir() if p.is_file() and p.stat().st_size < 10**6]
    return {path.name: path.read_bytes() for path in kept}


def hold(number: int, whole: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Damage a copy, hand it to a command, and look what was said and what is left."""
    rng = random.Random(number)
    out = place / "out"
    done = []
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        files = sorted(p for p in out.rglob("*") if p.is_file() and not p.is_symlink())
        few = [p for p in files if p.suffix in (".json", ".jsonl") or p.parent.name == "parts"]
        path, damage = rng.choice(few if rng.random() < 0.8 else files), rng.choice(DAMAGES)
        damage(path, rng)
        done.append(f"{damage.__name__} {path.relative_to(place)}")
    before = sound_parts(out)
    command = COMMANDS[number % len(COMMANDS)]
    told = f"{number}: {' '.join(command)} after {', '.join(done)}"
    code = answer_to(command)
    printed = capsys.readouterr()
    assert code == 0 or code in REFUSED, f"{told}: {printed.err}"
    said = printed.out + printed.err
    assert "Traceback" not in said, told
    assert code == 0 or "error: " in printed.err, told
    assert said.replace("\n", "").replace("\t", "").isprintable(), f"{told}: {said!r}"
    after = sound_parts(out)
    for name, data in before.items():
        assert data in (after.get(name), after.get(f"{name}.bad")) or code == 0, f"{told}: {name}"
    if command[0] == "experiment" and code == 0:
        table = (out / "results.csv").read_bytes()
        assert table == (whole / "out/results.csv").read_bytes(), told


@pytest.mark.timeout(300)
@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files as on POSIX systems")
def test_some_damaged_folders_lead_to_no_traceback_and_lose_nothing(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    try_all(range(FEW), whole, tmp_path, capsys, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files as on POSIX systems")
@pytest.mark.parametrize("quarter", range(4))
def test_two_thousand_damaged_folders_lead_to_no_traceback_and_lose_nothing(
    quarter: int, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    share = MANY // 4
    try_all(range(quarter * share, (quarter + 1) * share), whole, tmp_path, capsys, monkeypatch)


def try_all(
    which: range, whole: Path, place: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(conduct, "Pool", here)
    wrong = []
    for number in which:
        folder = place / str(number)
        shutil.copytree(whole, folder)
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            try:
                hold(number, whole, folder, capsys)
            except Exception as problem:  # noqa: BLE001 - all are told together
                wrong.append(f"{type(problem).__name__}: {str(problem)[:600]}")
        shutil.rmtree(folder)
    assert not wrong, f"{len(wrong)} of {len(which)}:\n" + "\n".join(wrong[:20])
