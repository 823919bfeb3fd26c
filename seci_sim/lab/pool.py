"""Worker processes that survive what users do to them, and any other executor in their place.

A task is a chunk of runs. Whatever happens to a worker, the runs of its chunk are done by another;
only a run in whose middle a worker dies three times is given up, by name. A run that takes too long
ends its own worker, and leaves a note where it stood.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from loky import ProcessPoolExecutor, cpu_count

from seci_sim.lab import watch
from seci_sim.stopping import Stop

IN_FLIGHT = 2
"""Tasks for each worker that are under way at once: enough that none waits, few to lose."""

MOST_DEATHS = 3
"""Workers that one run may take with it."""

MOST_BREAKS = 5
"""How often workers may die in a row without a single run finished or named."""

ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA", "BLIS")
}
"""Workers share the processors already."""


class Task(Protocol):
    """Some runs that one worker does in a row."""

    @property
    def labels(self) -> Sequence[str]:
        """A name for each run."""

    def only(self, places: Sequence[int]) -> Self:
        """The same task with some of its runs."""


SomeTask = TypeVar("SomeTask", bound=Task)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Death:
    """Why a run was given up."""

    kind: str
    """``killed`` or ``hung``."""
    what: str
    where: str = ""
    """Where in the program it stood, if that is known."""


@dataclass(frozen=True)
class Ended(Generic[SomeTask, Result]):
    """A task, and what it led to: a result, or the death of its only run."""

    task: SomeTask
    result: Result | None = None
    death: Death | None = None


class PoolProblem(Exception):
    """Worker processes do not work on this machine."""

    exit_code = 5


class Here(Executor):
    """An executor that does each task at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function and return its result as a future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:  # noqa: BLE001 - handed over, as every executor does
            future.set_exception(problem)
        return future


class Pool(Generic[SomeTask, Result]):
    """Does tasks, in whatever order they end.

    Parameters
    ----------
    function : callable
        What is done with a task; it calls `seci_sim.lab.watch.begin` before each run.
    workers : int
        Processes; with an executor of somebody else, how many tasks it does at once.
    executor : Executor, optional
        An executor to use instead of local processes.
    stop : Stop, optional
        Asked between tasks whether to stop.
    patience : float
        Seconds that tasks under way are waited for when somebody asks to stop.
    still_wanted : callable, optional
        Takes a task that is about to be done, and returns what of it is still to be done.
    """

    def __init__(
        self,
        function: Callable[[SomeTask], Result],
        workers: int,
        *,
        executor: Executor | None = None,
        stop: Stop | None = None,
        patience: float = 0.0,
        still_wanted: Callable[[SomeTask], SomeTask] | None = None,
    ) -> None:
        self.function, self.workers = function, workers
        self.theirs = executor
        self.stop = stop or Stop()
        self.patience = patience
        self.still_wanted = still_wanted or (lambda task: task)
        # Each worker is a pool of its own, so that its death is nobody else's.
        self._ours: dict[int, ProcessPoolExecutor] = {}
        self._notes = tempfile.TemporaryDirectory(prefix="seci-sim-")
        self._deaths: Counter[str] = Counter()
        self._breaks = 0
        self._again: deque[SomeTask] = deque()
        self._running: dict[Future[Result], tuple[SomeTask, int]] = {}
        """What is under way: the task, and the number of its worker."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for future in self._running:
            future.cancel()
        for number in list(self._ours):
            self._end_worker(number)
        self._notes.cleanup()

    def each(self, tasks: Iterable[SomeTask]) -> Iterator[Ended[SomeTask, Result]]:
        """Do tasks and yield each as it ends; it stops early when somebody asks to.

        Raises
        ------
        PoolProblem
            Workers die before they do anything.
        """
        waiting = iter(tasks)
        deadline: float | None = None
        while True:
            if self.stop.asked and deadline is None:
                deadline = time.monotonic() + self.patience
            if deadline is None:
                self._submit(waiting)
            if not self._running or (deadline is not None and time.monotonic() >= deadline):
                break
            for future in wait(self._running, timeout=0.2, return_when=FIRST_COMPLETED).done:
                if future in self._running:  # else it went with its worker
                    yield from self._outcome(future, *self._running.pop(future))

    def _submit(self, waiting: Iterator[SomeTask]) -> None:
        """Keep workers busy."""
        busy = Counter(number for _, number in self._running.values())
        while len(self._running) < IN_FLIGHT * self.workers:
            task = self._again.popleft() if self._again else next(waiting, None)
            if task is None:
                return
            task = self.still_wanted(task)
            if not task.labels:
                continue
            number = min(range(self.workers), key=lambda worker: busy[worker])
            busy[number] += 1
            self._running[self._send(task, number)] = task, number
            if isinstance(self.theirs, Here):
                return  # it is done already

    def _send(self, task: SomeTask, number: int) -> Future[Result]:
        """Give a task to the executor, or to the worker of this number."""
        if self.theirs is not None:
            return self.theirs.submit(self.function, task)
        try:
            with watch.out_of_earshot():
                if number not in self._ours:
                    self._ours[number] = ProcessPoolExecutor(
                        max_workers=1,
                        initializer=watch.prepare_worker,
                        initargs=(str(self._note_of(number)),),
                        env=ONE_THREAD,
                    )
                sent: Future[Result] = self._ours[number].submit(self.function, task)
        except BrokenExecutor as problem:  # the worker died between two tasks
            future: Future[Result] = Future()
            future.set_exception(problem)
            return future
        return sent

    def _outcome(
        self, future: Future[Result], task: SomeTask, number: int
    ) -> Iterator[Ended[SomeTask, Result]]:
        """Yield what a task led to, or do again what was lost with its worker."""
        try:
            result = future.result()
        except BrokenExecutor as problem:
            if self.theirs is not None:
                what = f"the executor broke ({problem}); what is finished is kept, so resume"
                raise PoolProblem(what) from problem
            lost = [task]
            others = [other for other, (_, its) in self._running.items() if its == number]
            for other in wait(others).done:  # they end with the worker
                its_task, _ = self._running.pop(other)
                if isinstance(other.exception(), BrokenExecutor):
                    lost.append(its_task)
                else:
                    yield from self._outcome(other, its_task, number)
            yield from self._mourn(number, lost)
        except Exception as problem:  # noqa: BLE001 - whatever an executor reports is said
            yield from self._failed(task, problem)
        else:
            self._breaks = 0
            yield Ended(task, result)

    def _failed(self, task: SomeTask, problem: Exception) -> Iterator[Ended[SomeTask, Result]]:
        """Try the runs of a task one by one; give up a single one."""
        if len(task.labels) > 1:
            self._again.extend(task.only([place]) for place in range(len(task.labels)))
            return
        what = " ".join(f"{type(problem).__name__}: {problem}".split())
        yield Ended(task, death=Death("killed", what))

    def _mourn(self, number: int, lost: list[SomeTask]) -> Iterator[Ended[SomeTask, Result]]:
        """After a worker's death: name or try again the run it was in, and do the others again."""
        self._end_worker(number)
        label, where = watch.take_note(self._note_of(number))
        self._breaks += 1
        for task in lost:
            culprit = [place for place, its in enumerate(task.labels) if its == label]
            if culprit:
                yield from self._suspect(task.only(culprit), where)
            rest = [place for place in range(len(task.labels)) if place not in culprit]
            if rest:
                self._again.append(task.only(rest))
        if self._breaks > MOST_BREAKS:
            raise PoolProblem("worker processes end before they have done anything")

    def _suspect(self, run: SomeTask, where: str) -> Iterator[Ended[SomeTask, Result]]:
        """Give up a run that hung or has taken too many workers with it; else try it again."""
        (label,) = run.labels
        self._deaths[label] += 1
        if where:
            yield Ended(run, death=Death("hung", "took longer than it may", where))
        elif self._deaths[label] == MOST_DEATHS:
            what = f"its worker process died {MOST_DEATHS} times in the middle of it"
            yield Ended(run, death=Death("killed", what))
        else:
            self._again.append(run)
            return
        self._breaks = 0

    def _note_of(self, number: int) -> Path:
        return Path(self._notes.name, f"{number}.txt")

    def _end_worker(self, number: int) -> None:
        self._ours.pop(number).shutdown(wait=True, kill_workers=True)


def workers_or_all(workers: int | None) -> int:
    """Number of workers: as asked, or one for each processor that this program may use."""
    return workers or cpu_count()
