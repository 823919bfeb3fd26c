"""This checkout against another, such as an earlier one, in turn and in the same run.

Each has its own processes, its own cache for compiled rules and the same firms; only public names are
used, so that the other may be of any version. Ratios are taken within each round.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import ROOT
from benchmarks.commands import (
    FEW,
    FIRST_WEEK,
    POLICIES,
    SHORT_RUN,
    compare,
    experiment,
    program,
    python,
    runs_per_second,
)
from benchmarks.firm_lists import MEETINGS, PEOPLE, own_firm, write_lists
from benchmarks.firms import firm_file
from benchmarks.table import number
from benchmarks.timing import in_turn, ratios

HERE, THERE = "here", "there"
MANY = {"experiment": 310, "compare": 110}
"""Replications of each of two policies."""

Times = Mapping[str, list[float]]


def measure(other: Path, quick: bool) -> Iterator[str]:
    """Lines on each figure as soon as it is there: here, there, their ratio, and the ratio wanted."""
    rounds = 2 if quick else 5
    trees = {HERE: ROOT, THERE: other.resolve()}
    yield f"{'':58}{'here':>10}{'there':>10}{'ratio':>8}{'spread':>14}  wanted"
    with tempfile.TemporaryDirectory() as temporary:
        caches = {side: Path(temporary, side) for side in trees}
        yield from _fresh(trees, caches, quick)
        yield from _commands(trees, caches, rounds, quick)
        yield from _own_firms(trees, caches, rounds, quick)
        yield from _weeks(trees, caches, rounds, quick)


def line(what: str, times: Times, wanted: str = "") -> str:
    """One figure: both medians, and the median and extremes of the ratios of the rounds."""
    found = ratios(times[HERE], times[THERE])
    spread = f"{min(found):.2f} to {max(found):.2f}"
    here, there = (number(median(times[side])) for side in (HERE, THERE))
    return f"{what:58}{here:>10}{there:>10}{median(found):>8.2f}{spread:>14}  {wanted}"


def _fresh(trees: Mapping[str, Path], caches: Mapping[str, Path], quick: bool) -> Iterator[str]:
    """What somebody waits for on a machine where nothing is compiled yet; installing apart."""
    answers, compiling = [], []
    with tempfile.TemporaryDirectory() as temporary:
        for number_of_round in range(1 if quick else 3):
            fresh = {side: Path(temporary, f"{side}{number_of_round}") for side in trees}
            answers.append({side: compare(fresh[side], 20, 2, trees[side]) for side in trees})
    for side, tree in trees.items():
        first, second = (program(caches[side], *SHORT_RUN, checkout=tree) for _ in range(2))
        compiling.append((side, first - second))
    times = {side: [answer[side] for answer in answers] for side in trees}
    yield line("first answer, compiling and `compare`, s", times, "at most 25 s with installing")
    yield line(
        "compiling: first less second `run`, s", {s: [t] for s, t in compiling}, "at most 12 s"
    )


def _commands(
    trees: Mapping[str, Path], caches: Mapping[str, Path], rounds: int, quick: bool
) -> Iterator[str]:
    """Runs a second, and the second run to its first week."""
    wanted = {"experiment": "at least 4", "compare": "at least 2.5"}
    for name, command in (("experiment", experiment), ("compare", compare)):
        many = MANY[name] // (2 if quick else 1)
        contenders = {
            (side, number_of): partial(command, caches[side], number_of, 2, tree)
            for number_of in (FEW, many)
            for side, tree in trees.items()
        }
        taken = in_turn(contenders, rounds)
        whole = {side: taken[side, many] for side in trees}
        yield line(f"{name} of {POLICIES * many} runs, 200 staff x 208 weeks, s", whole)
        # Of a busy machine the fastest rounds say most, and a difference needs them most.
        rates = {s: [runs_per_second(min(whole[s]), min(taken[s, FEW]), many)] for s in trees}
        yield line(f"{name}, runs a second, 2 workers, fastest rounds", rates, wanted[name])
    week: dict[str, Callable[[], float]] = {
        side: partial(python, caches[side], "-c", FIRST_WEEK, checkout=tree)
        for side, tree in trees.items()
    }
    yield line(
        "interpreter to first week, compiled before, s", in_turn(week, rounds), "at most 1.5 s"
    )


def _own_firms(
    trees: Mapping[str, Path], caches: Mapping[str, Path], rounds: int, quick: bool
) -> Iterator[str]:
    """A scenario made of the lists of a large firm."""
    people, meetings = (size // (10 if quick else 1) for size in (PEOPLE, MEETINGS))
    with tempfile.TemporaryDirectory() as temporary:
        lists = Path(temporary)
        write_lists(lists, people, meetings)
        contenders: dict[str, Callable[[], float]] = {
            side: partial(own_firm, caches[side], lists, tree) for side, tree in trees.items()
        }
        yield line(
            f"own firm of {people:,} people, {meetings:,} meetings, s",
            in_turn(contenders, rounds),
            "at most 15 s of a large one",
        )


def _weeks(
    trees: Mapping[str, Path], caches: Mapping[str, Path], rounds: int, quick: bool
) -> Iterator[str]:
    """Nanoseconds of a person's week in firms of several sizes, step by step and in whole runs."""
    sizes = [(200, 208, 52, 1, "at most 0.40"), (10_000, 52, 10, 1, "at most 0.65")]
    sizes += [] if quick else [(1_000_000, 10, 4, 2, "520 weeks in 75 s: 144 ns")]
    for staff, horizon, steps, threads, wanted in sizes:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as open_sides:
            file = firm_file(staff, Path(folder), weeks=horizon)
            long = firm_file(staff, Path(folder), weeks=5200)
            for name, of, command, weeks in (
                ("whole runs", file, "run", horizon), ("steps", long, f"steps {steps}", steps),
            ):  # fmt: skip
                asks = {
                    side: open_sides.enter_context(
                        _side(tree, caches[side], of, 26 if name == "steps" else 0, threads)
                    )
                    for side, tree in trees.items()
                }
                for ask in asks.values():
                    ask(command)  # loads what is compiled
                times = in_turn({side: partial(a, command) for side, a in asks.items()}, rounds)
                each = {s: [1e9 * t / weeks / staff for t in times[s]] for s in times}
                what = f"a person's week, {staff:,} staff, {name}, threads: {threads}, ns"
                yield line(what, each, wanted)
                open_sides.pop_all().close()


@contextmanager
def _side(
    tree: Path, cache: Path, firm: Path, before: int, threads: int
) -> Iterator[Callable[[str], float]]:
    """A process of one checkout, which answers a command with seconds."""
    program_file = Path(__file__).with_name("side.py")
    command = [sys.executable, "-P", str(program_file), str(firm), str(before), str(threads)]
    environment = os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(tree)}
    with subprocess.Popen(  # noqa: S603 - this very interpreter
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as side:
        if side.stdin is None or side.stdout is None or not side.stdout.readline():
            raise OSError(f"{tree}: no model can be run there")

        def ask(line_of_it: str) -> float:
            side.stdin.write(line_of_it + "\n")  # type: ignore[union-attr]
            side.stdin.flush()  # type: ignore[union-attr]
            return float(side.stdout.readline())  # type: ignore[union-attr]

        yield ask
        side.stdin.close()
