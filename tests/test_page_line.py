"""The line in front of the workers: who waits, who is refused, and what becomes of a bad run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("dash", reason="needs the extra app")

import page_tasks
from page_visitor import PATIENT, warm_line

from seci_sim.page.workers import MOST_WAITING, Line, Refused


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with warm_line(seconds=PATIENT, memory=1.5e9) as line:
        yield line


@pytest.fixture
def busy(line: Line, tmp_path: Path) -> Iterator[Path]:
    """The only worker has a run, which ends when this file is there."""
    path = tmp_path / "end"
    task = partial(page_tasks.wait_for, path)
    while line.ask("first", str(path), task, 0) != 0:
        time.sleep(0.01)
    yield path
    path.touch()
    assert line.ask("first", str(path), task, PATIENT) == b"waited"


def test_a_result_is_given_to_who_asked(line: Line) -> None:
    assert line.ask("somebody", "key", partial(page_tasks.echo, b"film"), PATIENT) == b"film"


@pytest.mark.slow
def test_a_run_that_takes_too_long_ends_its_worker_and_the_next_run_has_another() -> None:
    with warm_line(seconds=1.5) as line:
        before = line.ask("somebody", "who", page_tasks.own_process, PATIENT)
        with pytest.raises(Refused, match=r"took longer than 1.5 s") as refused:
            line.ask("somebody", "long", partial(page_tasks.sleep, 600), PATIENT)
        assert refused.value.status == 413
        line.seconds = PATIENT
        after = line.ask("somebody", "who again", page_tasks.own_process, PATIENT)
    assert before != after
    assert not os.path.exists(f"/proc/{int(before)}")  # noqa: PTH110 - where there is no /proc, this cannot fail


@pytest.mark.slow
def test_a_run_that_ends_its_worker_is_refused_and_the_next_run_has_another(line: Line) -> None:
    with pytest.raises(Refused, match="ended its worker"):
        line.ask("somebody", "die", page_tasks.die, PATIENT)
    assert line.ask("somebody", "then", partial(page_tasks.echo, b"x"), PATIENT) == b"x"


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="this system limits no process's memory")
def test_a_run_that_needs_too_much_memory_is_refused(line: Line) -> None:
    with pytest.raises(Refused, match=r"needs more than 1.5 GB"):
        line.ask("somebody", "large", partial(page_tasks.allocate, 10**10), PATIENT)
    assert line.ask("somebody", "then", partial(page_tasks.echo, b"x"), PATIENT) == b"x"


def test_what_a_run_raises_is_said_in_a_line(line: Line) -> None:
    with pytest.raises(Refused, match="no such luck") as refused:
        line.ask("somebody", "raise", partial(page_tasks.fail, "no such\nluck"), PATIENT)
    assert refused.value.status == 400


def test_those_who_wait_are_told_their_place(line: Line, busy: Path) -> None:
    places = [line.ask(f"other {n}", "b", partial(page_tasks.echo, b"b"), 0) for n in range(3)]
    assert places == [1, 2, 3]
    busy.touch()
    assert line.ask("other 0", "b", partial(page_tasks.echo, b"b"), PATIENT) == b"b"


def test_who_asks_for_something_else_takes_back_what_they_asked_before(
    line: Line, busy: Path
) -> None:
    with ThreadPoolExecutor(1) as another:
        waiting = another.submit(line.ask, "me", "old", partial(page_tasks.echo, b"old"), PATIENT)
        while "me" not in line._turns:
            time.sleep(0.01)
        assert line.ask("me", "new", partial(page_tasks.echo, b"new"), 0) == 1
        with pytest.raises(Refused, match="replaced"):
            waiting.result()
    busy.touch()
    assert line.ask("me", "new", partial(page_tasks.echo, b"new"), PATIENT) == b"new"


def test_a_result_that_was_never_fetched_makes_way_for_what_is_asked_next(line: Line) -> None:
    turn = line._turn_of("me", "never fetched", partial(page_tasks.echo, b"first"))
    assert turn.done.wait(PATIENT)
    assert line.ask("me", "next", partial(page_tasks.echo, b"second"), PATIENT) == b"second"


def test_nobody_gets_another_visitors_run(line: Line) -> None:
    mine = line.ask("me", "secret", partial(page_tasks.echo, b"mine"), PATIENT)
    theirs = line.ask("them", "secret", partial(page_tasks.echo, b"theirs"), PATIENT)
    assert (mine, theirs) == (b"mine", b"theirs")


def test_a_full_line_asks_to_come_again() -> None:
    closed = Line(1)  # no worker has started, so that nobody's turn comes
    for number in range(MOST_WAITING):
        assert closed.ask(f"{number}", "x", bytes, 0) == number + 1
    with pytest.raises(Refused, match="try again in a moment") as refused:
        closed.ask("one more", "x", bytes, 0)
    assert refused.value.status == 429
    closed.close()


def test_a_place_is_given_up_when_its_visitor_went_away(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Line(1)
    closed.ask("gone", "x", bytes, 0)
    monkeypatch.setattr("seci_sim.page.workers.PATIENCE", 0.0)
    assert closed.ask("next", "x", bytes, 0) == 1
    closed.close()
