"""The pool: whatever happens to a worker, the other tasks are done, and what is to blame is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pool_tasks import HANGS, KILLS, RAISES, Numbers, doubled

from seci_sim.lab.pool import Ended, Here, Pool
from seci_sim.stopping import INTERRUPTED, Stop

needs_signals = pytest.mark.skipif(os.name != "posix", reason="kills as on POSIX systems")


def chunks(numbers: range, size: int, mark: str = "") -> list[Numbers]:
    return [
        Numbers(tuple(numbers[start : start + size]), mark)
        for start in range(0, len(numbers), size)
    ]


def results(ended: list[Ended[Numbers, list[int]]]) -> list[int]:
    return sorted(number for one in ended if one.result is not None for number in one.result)


@pytest.mark.slow
@needs_signals
def test_a_task_that_kills_and_one_that_hangs_are_named_and_all_others_are_done() -> None:
    with Pool[Numbers, list[int]](doubled, 2) as pool:
        ended = list(pool.each(chunks(range(10, 90), 8)))
    assert results(ended) == [2 * n for n in range(10, 90) if n not in (KILLS, HANGS)]
    deaths = {one.task.labels[0]: one.death for one in ended if one.death is not None}
    assert set(deaths) == {str(KILLS), str(HANGS)}
    killed, hung = deaths[str(KILLS)], deaths[str(HANGS)]
    assert (killed.kind, killed.what) == (
        "killed",
        "its worker process died 3 times in the middle of it",
    )
    assert hung.kind == "hung"
    assert "pool_tasks.py" in hung.where


@needs_signals
def test_tasks_of_a_worker_that_is_killed_once_are_all_done(tmp_path: Path) -> None:
    with Pool[Numbers, list[int]](doubled, 2) as pool:
        ended = list(pool.each(chunks(range(14, 30), 4) + [Numbers((3, 4), str(tmp_path / "m"))]))
    assert (tmp_path / "m").exists()
    assert results(ended) == sorted([2 * n for n in range(14, 30)] + [6, 8])


@pytest.mark.parametrize("executor", ["here", "threads"])
def test_in_any_executor_a_task_that_fails_is_tried_in_pieces(executor: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        chosen = Here() if executor == "here" else threads
        with Pool[Numbers, list[int]](doubled, 2, executor=chosen) as pool:
            ended = list(pool.each(chunks(range(4, 12), 4)))
    assert results(ended) == [2 * n for n in range(4, 12) if n != RAISES]
    (failed,) = [one for one in ended if one.death is not None]
    assert failed.task.labels == [str(RAISES)]
    assert failed.death is not None
    assert failed.death.what.startswith("ZeroDivisionError")


def test_few_tasks_are_under_way_at_once() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[Numbers]:
        for number in range(20, 60):
            taken.append(number)
            yield Numbers((number,))

    with (
        ThreadPoolExecutor(2) as threads,
        Pool[Numbers, list[int]](doubled, 2, executor=threads) as pool,
    ):
        for count, _ in enumerate(pool.each(tasks()), start=1):
            assert len(taken) <= count + 2 * 2 + 4


def test_nothing_new_is_begun_once_somebody_asks_to_stop() -> None:
    stop, taken = Stop(), iter(range(20, 60))
    done = 0
    with Pool[Numbers, list[int]](doubled, 1, executor=Here(), stop=stop) as pool:
        for _ in pool.each(Numbers((number,)) for number in taken):
            done += 1
            stop.asked = INTERRUPTED
    assert done == 1
    assert next(taken) < 24
    with pytest.raises(KeyboardInterrupt):
        stop.obey()


def test_tasks_that_are_not_wanted_any_more_are_left_out() -> None:
    with Pool[Numbers, list[int]](
        doubled, 1, executor=Here(), still_wanted=lambda task: task.only([0])
    ) as pool:
        ended = list(pool.each(chunks(range(20, 28), 2)))
    assert results(ended) == [40, 44, 48, 52]
