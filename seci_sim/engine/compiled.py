"""How the rules are compiled: one decorator, one cache folder.

A rule is written as its paper states it, as a loop over people and needs, and Numba compiles it on
first use (8 to 20 seconds in all, once for each version of the package).

Numba stores compiled code by the file a function stands in, and does not see that a function which
it calls, or a number which it takes, from another file was edited. The cache folder is therefore
named after the text of every module that compiles something and of all that these import: edit
one, and all are compiled afresh; edit a report, and none is.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import multiprocessing
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import platformdirs
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.registry import CPUDispatcher, cpu_target
from numba.extending import intrinsic

from seci_sim.engine.imports import imported_by, reached, texts
from seci_sim.engine.rule import Rule

Function = TypeVar("Function", bound=Callable[..., Any])

settings: Any = numba.config

options: dict[str, Any] = {
    "nopython": True,
    "nogil": True,
    "error_model": "numpy",
    "boundscheck": None,  # as Numba's settings say
    "_nrt": False,  # a rule allocates nothing, so that no references need be counted
    "no_cfunc_wrapper": True,  # nobody calls a rule from C; making that possible takes a tenth of the time
}

CODE_SETTING = re.compile(r"NUMBA_(?!NUM_THREADS|CACHE_DIR|DISABLE_JIT)").match
"""Numba's settings that may change compiled code, by the names of their variables."""


def rules_from() -> set[str]:
    """Modules that compiled rules are made from: those that compile, and all that these import."""
    found = texts()
    compiling = [name for name, text in found.items() if __name__ in imported_by(text, found)]
    return reached(compiling, found)


def rules_fingerprint() -> str:
    """Hash of all that compiled rules are made from: text, compiler, processor and settings."""
    made_by = (
        *(numba.__version__, sys.implementation.cache_tag),
        *cpu_target.target_context.codegen().magic_tuple(),
        *(f"{name}={os.environ[name]}" for name in sorted(os.environ) if CODE_SETTING(name)),
    )
    digest = hashlib.sha256(repr(made_by).encode())
    for module in sorted(rules_from()):
        digest.update(f"{module}\0{texts()[module]}\0".encode())
    return digest.hexdigest()[:16]


ROOM = 100_000_000
"""Bytes that compiled rules may take."""

REMEDY = "make room there, or name a folder of your own with XDG_CACHE_HOME"


def _cache_folder() -> Path:
    """The folder for compiled rules: the user's, else one of their own for temporary files, else a fresh one.

    Compiled rules are code: whoever can write there decides what is run.
    """
    user = os.geteuid() if hasattr(os, "geteuid") else "user"
    temporary = Path(tempfile.gettempdir())
    for base in (platformdirs.user_cache_path("seci_sim"), temporary / f"seci_sim-{user}"):
        folder = base / rules_fingerprint()
        try:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            if not only_ours(folder):
                why = "others can write there"
            elif shutil.disk_usage(folder).free < ROOM and not any(folder.glob("warm-*")):
                why = os.strerror(errno.ENOSPC)
            else:
                with tempfile.TemporaryFile(dir=folder):
                    return folder.resolve()
        except OSError as problem:
            why = problem.strerror or str(problem)
        tell(f"{base}: {why}: compiled rules are kept elsewhere; {REMEDY}")
    global _fresh
    try:
        _fresh = tempfile.TemporaryDirectory(prefix="seci-sim-")
    except OSError as problem:
        raise OSError(problem.errno, f"{problem.strerror}; {REMEDY}", str(temporary)) from None
    return Path(_fresh.name)


_fresh: tempfile.TemporaryDirectory[str] | None = None
"""A folder that goes with this process."""


def only_ours(folder: Path) -> bool:
    """Whether nobody but this user, and who owns the machine, can have put anything into a folder."""
    if os.name != "posix":
        return True
    own = os.geteuid()
    trusted = {0, own, Path("/").stat().st_uid}
    for above in folder.resolve().parents:
        status = above.stat()
        theirs = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
        if theirs or status.st_uid not in trusted:
            return False
    for place in (folder.parent, folder):  # both are made by us, and are no links
        status = place.lstat()
        if status.st_uid != own or not stat.S_ISDIR(status.st_mode):
            return False
    return not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@cache
def tell(words: str) -> None:
    """Say something once on standard error; worker processes leave it to the one that began them."""
    if multiprocessing.current_process().name == "MainProcess":
        logging.getLogger(__name__).warning(words)


CACHE_FOLDER = _cache_folder()


class _CheckedFiles(IndexDataCacheFile):
    """Files of compiled code, each with a checksum behind it, which `pickle` does not look at.

    Numba runs whatever it finds: a bit that turned would end the process, or change results.
    """

    def _load_index(self) -> Any:
        return super()._load_index() if is_sound(Path(self._index_path)) else {}  # type: ignore[no-untyped-call]

    def _load_data(self, name: str) -> Any:
        path = Path(self._data_path(name))
        if not is_sound(path):
            raise OSError(errno.EIO, "is damaged", str(path))
        return super()._load_data(name)  # type: ignore[no-untyped-call]

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[Any]:
        with super()._open_for_write(filepath) as file:
            yield file
            file.flush()
            file.write(_checksum(Path(filepath).name, Path(file.name).read_bytes()))


class _CheckedCache(FunctionCache):
    """Compiled code of one function, in such files; without room for them it is not kept."""

    def __init__(self, function: Function) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        module, base = function.__module__, self._impl.filename_base
        if module in texts():  # the folder is of this text, wherever it is installed and since when
            place, stamp = (str(CACHE_FOLDER), f"{module}-{base}"), CACHE_FOLDER.name
        else:
            place, stamp = (self._cache_path, base), self._impl.locator.get_source_stamp()
        self._cache_file = _CheckedFiles(*place, stamp)

    @contextmanager
    def _guard_against_spurious_io_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            tell(f"{CACHE_FOLDER}: {problem.strerror}: compiled rules are not kept; {REMEDY}")


def is_sound(path: Path) -> bool:
    """Whether a file of compiled code is as it was written; true of one that is not there."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return True
    except OSError:  # a folder, for instance
        data = b""
    sound = data[-CHECKSUM:] == _checksum(path.name, data[:-CHECKSUM])
    if not sound:
        tell(f"{CACHE_FOLDER}: compiled rules are damaged, and made again")
    return sound


CHECKSUM = hashlib.sha256().digest_size


def _checksum(name: str, data: bytes) -> bytes:
    return hashlib.sha256(name.encode() + data).digest()


def kernel(function: Function) -> Function:
    """Compile a rule without the interpreter's lock, and keep the compiled code.

    A rule fills in arrays that it is given; it makes none and gives none, so that none need be counted.
    The arithmetic is IEEE arithmetic in the order written (no ``fastmath``), so that the same seed
    gives the same bits everywhere.
    """
    return _compiled(Rule, function, forceinline=True)


def process(function: Function) -> Function:
    """Compile a process of the week by itself: it takes one structure, and gives nothing."""
    return _compiled(CPUDispatcher, function)


def _compiled(dispatcher: Any, function: Function, **more: Any) -> Function:
    """Have Numba compile a function when it is first called."""
    if settings.DISABLE_JIT:
        return function
    made = dispatcher(function, targetoptions=options | more)
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(CACHE_FOLDER)
    try:
        made._cache = _CheckedCache(function)
    finally:
        settings.CACHE_DIR = before
    return cast(Function, made)


def perform(processes: Sequence[Callable[[Any], None]], state: Any, times: int = 1) -> None:
    """Perform processes one after the other on a structure, some times over, in one compiled call."""
    if settings.DISABLE_JIT:
        for _ in range(times):
            for one in processes:
                one(state)
    else:
        _in_turn(addresses(tuple(processes), cast(Any, type(state))), state._address, times)


@cache
def addresses(processes: tuple[Any, ...], structure: Any) -> Any:
    """(processes,) int64: where the compiled code of each begins, that takes a structure of a type."""
    found = []
    for one in processes:
        one.compile((structure.numba_type,))
        compiled = one.overloads[structure.numba_type,]
        found.append(compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))
    return np.array(found, np.int64)


def _call_at(_context: Any, address: Any, pointer: Any) -> Any:
    """Call the compiled code at an address on the structure at another.

    What is called this way was compiled by itself. Called by name, it would be compiled once more with
    whatever calls it, and that, again, with what calls that.
    """

    def generate(target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        convention = target.call_conv
        kind = convention.get_function_type(types.none, (types.voidptr,))
        code = builder.inttoptr(arguments[0], kind.as_pointer())
        structure = builder.inttoptr(arguments[1], target.get_value_type(types.voidptr))
        status, _ = convention.call_function(
            builder, code, types.none, (types.voidptr,), [structure]
        )
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return target.get_dummy_value()

    return types.none(address, pointer), generate


call_at: Any = intrinsic(_call_at)


def _in_turn_once_compiled(addresses: Any, pointer: int, times: int) -> None:
    """Call all code at some addresses, some times over."""
    for _ in range(times):
        for place in range(addresses.size):
            call_at(addresses[place], pointer)


_in_turn = process(_in_turn_once_compiled)


NUMBERS_AT_ONCE = 16
"""float32 numbers that a processor brings into its cache at once: 64 bytes."""


def _request(_context: Any, table: Any, _row: Any, _column: Any) -> Any:
    """How to ask the processor to have an entry of a table in its cache soon."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = target.make_array(signature.args[0])(target, builder, value=arguments[0])
        entry = cgutils.get_item_pointer(target, builder, signature.args[0], array, arguments[1:])
        word = ir.IntType(32)
        hint = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [entry.type, word, word, word]),
            "llvm.prefetch.p0",
        )
        to_write, keep, data = (ir.Constant(word, value) for value in (1, 3, 1))
        builder.call(hint, [entry, to_write, keep, data])
        return target.get_dummy_value()

    return types.void(table, types.intp, types.intp), generate


# Without compilation, as when coverage is measured, there is nothing to ask.
request: Any = (lambda *_: None) if settings.DISABLE_JIT else intrinsic(_request)


@kernel
def fetch(table: Any, row: Any) -> None:
    """Have a row of a table brought into the cache while others are worked on; changes nothing.

    People meet in a random order, which no processor foresees: without this, waiting for their rows
    takes a third of the week of a million people.
    """
    for column in range(0, table.shape[1], NUMBERS_AT_ONCE):
        request(table, row, column)


# Numba compiles an expression over arrays ten times as long as the loop that it stands for, and a
# newcomer waits for it: rules use these loops instead.


@kernel
def fill(array: Any, value: Any) -> None:
    """Set every entry of a vector."""
    for place in range(array.size):
        array[place] = value


@kernel
def copy(target: Any, source: Any) -> None:
    """Set every entry of a vector to that of another."""
    for place in range(target.size):
        target[place] = source[place]


@kernel
def add(total: Any, part: Any) -> None:
    """Add a vector to another, entry by entry."""
    for place in range(total.size):
        total[place] += part[place]


@kernel
def sum_of(array: Any) -> float:
    """Sum of a vector, from its first entry to its last."""
    total = 0.0
    for place in range(array.size):
        total += array[place]
    return total
