"""What compiled rules are kept under: change anything that they are made from, and they are made afresh."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numba.core.dispatcher import Dispatcher
from package_copy import copied, copy, edit, ran, said

from seci_sim.engine import compiled, first_use
from seci_sim.engine.compiled import rules_fingerprint
from seci_sim.engine.imports import NAME, reached, texts

__all__ = ["copy"]
"""A fixture."""

RULE = """
from seci_sim.engine.compiled import kernel
from seci_sim.seci.knowledge import HOURS_A_WEEK
from seci_sim.engine.luck import rounded

SHARE = 0.5

@kernel
def hours(plus):
    return SHARE * HOURS_A_WEEK * 52 + rounded(plus)
"""
"""A rule that takes a number of its own, one from a file further away, and calls another rule."""


HOURS = """
from seci_sim import rule
from seci_sim.engine import compiled
print(rule.hours(0.25), compiled.CACHE_FOLDER.name)
"""


@dataclass
class Kept:
    """A copy of the package in which there is one rule more, compiled once."""

    package: Path
    printed: list[str]
    """By `HOURS`."""
    folder: Path
    """Where the compiled rule was put."""

    def rules(self, cache: Path, base: str = "seci_sim") -> Path:
        """Put that rule where it would be if a cache had been this one; gives its folder."""
        return Path(shutil.copytree(self.folder, cache / base / self.folder.name))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    package = copied(tmp_path_factory.mktemp("with_rule"))
    (package / NAME / "rule.py").write_text(RULE)
    printed, err = ends(package, HOURS)
    assert err == ""
    return Kept(package, printed, package / "cache" / "seci_sim" / printed[-1])


def test_a_number_that_a_rule_takes_from_anywhere_is_taken_afresh(
    kept: Kept, tmp_path: Path
) -> None:
    """Also when the old text comes back, as `git checkout` goes to and fro."""
    with_rule = Path(shutil.copytree(kept.package, tmp_path / "copy"))
    edits = (
        ("declaring.py", "HOURS_A_WEEK = 40.0", "HOURS_A_WEEK = 30.0", 780.25),
        ("rule.py", "SHARE = 0.5", "SHARE = 0.1", 156.25),
        ("engine/luck.py", "GRID = 2.0**20", "GRID = 1.0", 156.0),
    )
    assert float(kept.printed[0]) == 0.5 * 40 * 52 + 0.25
    for file, old, new, expected in edits:
        edit(with_rule, file, old, new)
        assert float(said(with_rule, HOURS)[0]) == expected
    for file, old, new, _ in edits:
        edit(with_rule, file, new, old)
    assert said(with_rule, HOURS) == kept.printed


def test_the_same_package_in_another_place_finds_its_rules_compiled(
    kept: Kept, tmp_path: Path
) -> None:
    """As in a second virtual environment: its files are as new as the installation, their text is the same."""
    other = Path(shutil.copytree(kept.package, tmp_path / "other", copy_function=shutil.copyfile))
    (compiled_rule,) = kept.folder.glob("*rule.hours*.nbc")
    before = compiled_rule.stat().st_mtime_ns
    assert said(other, HOURS, XDG_CACHE_HOME=str(kept.package / "cache")) == kept.printed
    assert list(kept.folder.rglob("*rule.hours*.nbc")) == [compiled_rule]
    assert compiled_rule.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_whole_run_follows_the_hours_of_a_week(copy: Path) -> None:
    whole = """
from seci_sim import SECIModel
model = SECIModel("baseline", rng=1)
for week in range(26):
    model.step()
print(model.knowledge.tacit.sum(dtype=float), model.staff.hours.sum(dtype=float))
"""
    before = said(copy, whole)
    edit(copy, "declaring.py", "HOURS_A_WEEK = 40.0", "HOURS_A_WEEK = 30.0")
    assert said(copy, whole) == said(copy, whole, XDG_CACHE_HOME=str(copy / "fresh")) != before


FOLDER = "from seci_sim.engine import compiled; print(compiled.CACHE_FOLDER.name)"


def test_a_reader_or_a_report_compiles_nothing_afresh(copy: Path) -> None:
    for file in ("scenario/reading.py", "report/policy_table.py", "cli/runs.py", "lab/run.py"):
        with (copy / NAME / file).open("a") as text:
            text.write("\nSOMETHING = 1\n")
    assert said(copy, FOLDER) == [rules_fingerprint()]


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        ("NUMBA_BOUNDSCHECK", "1", False),
        ("NUMBA_CPU_NAME", "generic", False),
        ("NUMBA_OPT", "1", False),
        ("NUMBA_NUM_THREADS", "1", True),
    ],
)
def test_code_for_another_processor_or_with_bounds_checked_is_kept_apart(
    name: str, value: str, same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    before = rules_fingerprint()
    monkeypatch.setenv(name, value)
    assert (rules_fingerprint() == before) is same


@pytest.mark.skipif(bool(compiled.settings.DISABLE_JIT), reason="no rule is compiled")
def test_whatever_a_rule_names_stands_in_a_module_that_counts() -> None:
    for root in ("model", "classics.running"):
        import_module(f"{NAME}.{root}")
    modules = compiled.rules_from()
    named = dict(names_in_rules())
    assert len(named) > 100
    assert set(named.values()) <= modules, "a rule takes something from elsewhere"
    assert not {m for m in modules if m.startswith((f"{NAME}.scenario", f"{NAME}.report"))}


def names_in_rules() -> Iterator[tuple[str, str]]:
    """Functions and modules that compiled rules name, with the module where each stands."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == NAME:
            for value in list(vars(module).values()):
                if isinstance(value, Dispatcher) and value.__module__ == name:
                    yield from named_by(value.py_func)


def named_by(function: Any) -> Iterator[tuple[str, str]]:
    """What of this package one function names."""
    yield f"{function.__module__}.{function.__qualname__}", function.__module__
    for word in function.__code__.co_names:
        value = function.__globals__.get(word)
        home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
        if str(home).partition(".")[0] == NAME:
            yield f"{function.__module__}.{word}", home


def test_a_module_counts_once_it_compiles_and_with_all_that_it_imports() -> None:
    imports = {
        f"{NAME}.a": f"from {NAME}.modes import (\n    b,\n)",
        f"{NAME}.modes": "",
        f"{NAME}.modes.b": f"import {NAME}.c\n\nif True:\n    from {NAME} import d",
        f"{NAME}.c": f"from {NAME} import modes",
        f"{NAME}.d": "",
    }
    assert reached([f"{NAME}.a"], imports) == imports.keys() - {f"{NAME}.d"}
    assert {f"{NAME}.declaring", f"{NAME}.engine.luck"} <= reached(
        [f"{NAME}.seci.pairing"], texts()
    )


# The first use ------------------------------------------------------------------------------------


def test_what_was_compiled_is_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(first_use, "CACHE_FOLDER", tmp_path)
    monkeypatch.setattr(compiled.settings, "DISABLE_JIT", 0)
    assert not first_use.is_warm("seci")
    first_use.mark_warm("seci")
    assert (first_use.is_warm("seci"), first_use.is_warm("march-1991")) == (True, False)


@pytest.mark.slow
def test_rules_that_run_as_plain_python_need_no_compiling_and_leave_no_mark(copy: Path) -> None:
    plain = """
from seci_sim.engine.compiled import CACHE_FOLDER
from seci_sim.lab.compiling import warm_up
from seci_sim.engine.first_use import is_warm
warm_up("march-1991")
print(is_warm("march-1991"), *(path.name for path in CACHE_FOLDER.iterdir()))
"""
    assert said(copy, plain, NUMBA_DISABLE_JIT="1") == ["True"]
    assert said(
        copy, "from seci_sim.engine.first_use import is_warm; print(is_warm('march-1991'))"
    ) == ["False"]


# Where compiled rules are kept --------------------------------------------------------------------

ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="owners are those of POSIX systems")
WHERE = f"{FOLDER}; from seci_sim import rule; print(rule.hours(0.25), compiled.CACHE_FOLDER)"


def ends(copy: Path, program: str, **variables: str) -> tuple[list[str], str]:
    """What a program prints, and what it says on standard error; it must end well."""
    done = ran(copy, "-c", program, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), done.stderr


def emptied(data: bytes) -> bytes:
    return data[:0]


def cut(data: bytes) -> bytes:
    return data[:-7]


def bit_turned_first(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def bit_turned_inside(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 16]) + data[middle + 1 :]


def foreign(_: bytes) -> bytes:
    return b"cos\nsystem\n(S'echo hostile'\ntR."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "ending"),
    [
        (foreign, "nbi"),
        *(
            pytest.param(one, "nbi", marks=pytest.mark.slow)
            for one in (emptied, cut, bit_turned_first, bit_turned_inside)
        ),
        *(
            pytest.param(one, "nbc", marks=pytest.mark.slow)
            for one in (emptied, cut, bit_turned_first, bit_turned_inside, foreign)
        ),
    ],
)
def test_damaged_code_is_made_again_and_said_in_one_line(
    damage: Callable[[bytes], bytes], ending: str, kept: Kept, tmp_path: Path
) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path)}
    files = list(kept.rules(tmp_path).rglob(f"*.{ending}"))
    assert files
    for path in files:
        path.write_bytes(damage(path.read_bytes()))
    printed, said = ends(kept.package, HOURS, **cache)
    assert printed == kept.printed
    assert said.endswith(": compiled rules are damaged, and made again\n")
    assert said.count("\n") == 1
    assert ends(kept.package, HOURS, **cache) == (printed, "")


@pytest.mark.slow
def test_code_under_the_name_of_other_code_is_made_again(kept: Kept, tmp_path: Path) -> None:
    folder = kept.rules(tmp_path)
    (code,) = folder.rglob("*.nbc")
    (index,) = folder.rglob("*.nbi")
    code.write_bytes(index.read_bytes())
    assert ends(kept.package, HOURS, XDG_CACHE_HOME=str(tmp_path))[0] == kept.printed


def test_a_first_look_removes_what_is_damaged_and_then_nothing_is_warm(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(first_use, "CACHE_FOLDER", tmp_path)
    monkeypatch.setattr(compiled.settings, "DISABLE_JIT", 0)
    first_use.mark_warm("seci")
    (tmp_path / "rule.nbc").write_bytes(b"damaged")
    (tmp_path / "rule.nbi").mkdir()
    (tmp_path / "rule.nbi/in it").touch()
    assert not first_use.is_warm("seci")
    assert not list(tmp_path.iterdir())


@ON_POSIX
def test_a_folder_for_rules_is_open_to_nobody_else(kept: Kept, tmp_path: Path) -> None:
    assert kept.folder.stat().st_mode & 0o777 == 0o700
    folder = kept.rules(tmp_path)
    assert compiled.only_ours(folder)
    for mode in (0o777, 0o775, 0o702):
        folder.chmod(mode)
        assert not compiled.only_ours(folder)


@pytest.mark.slow
@ON_POSIX
def test_a_folder_that_others_can_write_is_not_used(kept: Kept, tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    kept.rules(tmp_path / "cache").chmod(0o702)
    printed, said = ends(kept.package, WHERE, **cache)
    assert float(printed[1]) == 0.5 * 40 * 52 + 0.25
    assert Path(printed[-1]).is_relative_to(tmp_path / "temporary")
    assert "others can write there: compiled rules are kept elsewhere; " in said
    assert said.count("\n") == 1


@pytest.mark.slow
@ON_POSIX
def test_a_fallback_that_is_a_link_or_open_gives_way_to_a_fresh_folder(
    kept: Kept, tmp_path: Path
) -> None:
    cache, temporary = tmp_path / "cache", tmp_path / "temporary"
    cache.write_text("no folder")
    temporary.mkdir()
    (tmp_path / "theirs").mkdir()
    fallback = temporary / f"seci_sim-{os.geteuid()}"
    fallback.symlink_to(tmp_path / "theirs")
    printed, said = ends(kept.package, WHERE, XDG_CACHE_HOME=str(cache), TMPDIR=str(temporary))
    assert not Path(printed[-1]).is_relative_to(fallback)
    assert not list((tmp_path / "theirs").rglob("*.nb*"))
    assert said.count("\n") == 2
    assert not Path(printed[-1]).exists()  # it went with its process


@pytest.mark.slow
@ON_POSIX
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root has two users")
@pytest.mark.parametrize(
    ("name", "base"), [("XDG_CACHE_HOME", "seci_sim"), ("TMPDIR", "seci_sim-0")]
)
def test_code_that_another_user_left_is_not_run(
    name: str, base: str, kept: Kept, tmp_path: Path
) -> None:
    """Also where that user opened everything to everybody, as in the folder for temporary files."""
    cache = tmp_path / "cache"
    (tmp_path / "nowhere").touch()
    kept.rules(cache, base)
    hostile = 0
    for path in cache.rglob("*"):
        os.chown(path, 4321, 4321)
        path.chmod(0o777)
        if path.suffix == ".nbi":
            hostile += path.write_bytes(b"cos\nsystem\n(S'echo hostile'\ntR.")
    assert hostile
    other = {"XDG_CACHE_HOME": str(tmp_path / "nowhere"), "TMPDIR": str(tmp_path), name: str(cache)}
    printed, said = ends(kept.package, WHERE, **other)
    assert float(printed[1]) == 0.5 * 40 * 52 + 0.25
    assert "hostile" not in " ".join(printed)
    assert f"{cache / base}: others can write there" in said


@pytest.mark.slow
@ON_POSIX
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can mount")
def test_a_full_disk_is_named_with_a_remedy_and_rules_are_kept_elsewhere(
    kept: Kept, tmp_path: Path
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(full)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        printed, said = ends(kept.package, WHERE, XDG_CACHE_HOME=str(full), TMPDIR=str(tmp_path))
    finally:
        subprocess.run(["umount", str(full)], check=True)
    assert Path(printed[-1]).is_relative_to(tmp_path / f"seci_sim-{os.geteuid()}")
    assert said == f"{full}/seci_sim: No space left on device: compiled rules are kept elsewhere; {compiled.REMEDY}\n"  # fmt: skip
