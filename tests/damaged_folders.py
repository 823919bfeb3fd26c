"""What may happen to a folder of results."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

STRANGE: tuple[Any, ...] = (
    None, True, -1, 10**30, 1e308, 0.5, "", "x", "\x1b[2J", "../../x", "9" * 300, [], {}, [[]], {"": 0}
)  # fmt: skip
"""Values that stand where others should."""

OUT, OTHER = "out", "other"
"""The folder that is damaged, and, beside it, that of the same runs with other seeds."""


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


# Of whole folders ---------------------------------------------------------------------------------


def folder_gone(path: Path, _: random.Random) -> None:
    shutil.rmtree(path)


def a_file(path: Path, rng: random.Random) -> None:
    shutil.rmtree(path)
    foreign(path, rng)


def another_pipe(path: Path, _: random.Random) -> None:
    shutil.rmtree(path)
    os.mkfifo(path)


def emptied(path: Path, _: random.Random) -> None:
    shutil.rmtree(path)
    path.mkdir()


def moved_behind_a_link(path: Path, _: random.Random) -> None:
    path.rename(elsewhere := path.with_name(f"{path.name} elsewhere"))
    path.symlink_to(elsewhere.name)


def a_link_to_other_seeds(path: Path, _: random.Random) -> None:
    shutil.rmtree(path)
    path.symlink_to(other_seeds(path))


def of_other_seeds(path: Path, _: random.Random) -> None:
    shutil.rmtree(path)
    shutil.copytree(other_seeds(path), path)


def with_other_seeds(path: Path, rng: random.Random) -> None:
    """Add files of the same folder of other seeds; where two have a name, either stays."""
    for file in (p for p in other_seeds(path).iterdir() if p.is_file()):
        there = path / file.name
        is_damaged = there.is_symlink() or (there.exists() and not there.is_file())
        if (rng.random() < 0.5 or not there.exists()) and not is_damaged:
            shutil.copyfile(file, there)


def other_seeds(path: Path) -> Path:
    """The same folder of the experiment with other seeds."""
    out = next(one for one in (path, *path.parents) if one.name == OUT)
    return out.parent / OTHER / path.relative_to(out)


OF_FOLDERS: tuple[Callable[[Path, random.Random], None], ...] = (
    folder_gone, a_file, another_pipe, emptied, moved_behind_a_link, a_link_to_other_seeds,
    of_other_seeds, with_other_seeds, with_other_seeds,
)  # fmt: skip


def damage(out: Path, rng: random.Random) -> list[str]:
    """Damage one to four things of a folder, and say what was done."""
    done = []
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        there = sorted(p for p in out.rglob("*") if not p.is_symlink())
        files = [p for p in there if p.is_file()]
        few = [p for p in files if p.suffix in (".json", ".jsonl") or p.parent.name == "parts"]
        folders = [p for p in there if p.is_dir() and other_seeds(p).is_dir()]
        if folders and rng.random() < 0.2:
            path, how = rng.choice(folders), rng.choice(OF_FOLDERS)
        elif files:
            path, how = (
                rng.choice(few if few and rng.random() < 0.8 else files),
                rng.choice(DAMAGES),
            )
        else:
            break
        how(path, rng)
        done.append(f"{how.__name__} {path.relative_to(out.parent)}")
    return done
