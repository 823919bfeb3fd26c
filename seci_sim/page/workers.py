"""Warm worker processes, and the line in front of them.

Each worker is a process of its own, so that one that takes too long or dies takes nobody's run with
it: it is killed and replaced. A visitor has one place in the line: who asks for something else
meanwhile takes back what they asked before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as TooLong
from contextlib import suppress
from dataclasses import dataclass, field

from loky import ProcessPoolExecutor

from seci_sim.lab import watch
from seci_sim.lab.compiling import ready
from seci_sim.lab.pool import ONE_THREAD

MOST_WAITING = 100
"""Visitors in the line; whoever comes then is asked to come again."""

PATIENCE = 10.0
"""Seconds for which a place or a result is kept for a visitor who does not ask again."""

SECONDS = 20.0
"""Seconds that a run may take."""

MEMORY = 3e9
"""Bytes of data that a worker may have."""


class Refused(Exception):
    """What could not be done, in a line, with the HTTP status that says the same."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


@dataclass
class Turn:
    """What one visitor waits for."""

    key: str
    """What is asked for: who asks for the same again gets the same turn."""
    task: Callable[[], bytes]
    asked_at: float
    done: threading.Event = field(default_factory=threading.Event)
    running: bool = False
    result: bytes = b""
    refused: Refused | None = None

    @property
    def waits(self) -> bool:
        """Whether no worker has it yet, and nobody gave it up."""
        return not (self.running or self.done.is_set())


class Line:
    """Visitors who wait for a worker.

    Parameters
    ----------
    workers : int
        Processes; they start with `start`.
    seconds : float
        How long a run may take.
    memory : float
        Bytes that a worker may have; where the system does not know such a limit, only the size of
        a run is limited.
    """

    def __init__(self, workers: int, seconds: float = SECONDS, memory: float = MEMORY) -> None:
        self.workers, self.seconds, self.memory = workers, seconds, memory
        self._turns: dict[str, Turn] = {}
        self._change = threading.Condition()
        self._closed = False
        self._ready = threading.Event()
        self._keepers = [threading.Thread(target=self._keep, daemon=True) for _ in range(workers)]

    def start(self) -> None:
        """Start the workers, and wait until the first is there; whoever asks before waits."""
        for keeper in self._keepers:
            keeper.start()
        self._ready.wait()

    def close(self) -> None:
        """End the workers."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for keeper in self._keepers:
            if keeper.is_alive():
                keeper.join()

    def ask(self, visitor: str, key: str, task: Callable[[], bytes], wait: float) -> bytes | int:
        """Take a place in the line, or ask again.

        Parameters
        ----------
        visitor : str
            Known to this visitor alone.
        key : str
            What is asked for.
        task : callable
            What a worker calls; it can be sent to another process.
        wait : float
            Seconds to wait for the result, if no more than the workers' number are ahead.

        Returns
        -------
        bytes or int
            The result, or the place in the line: 1 is the next; 0 is at a worker.

        Raises
        ------
        Refused
            The line is full, or the run came to no end.
        """
        turn = self._turn_of(visitor, key, task)
        place = self._place(turn)
        if place <= self.workers:
            turn.done.wait(wait)
        if not turn.done.is_set():
            return self._place(turn)
        with self._change:
            if self._turns.get(visitor) is turn:
                del self._turns[visitor]
        if turn.refused is not None:
            raise turn.refused
        return turn.result

    def _turn_of(self, visitor: str, key: str, task: Callable[[], bytes]) -> Turn:
        now = time.monotonic()
        with self._change:
            self._forget(now)
            turn = self._turns.get(visitor)
            if turn is not None and turn.key == key:
                turn.asked_at = now
                return turn
            if turn is None and len(self._turns) >= MOST_WAITING:
                raise Refused(
                    429, f"{len(self._turns)} visitors are waiting; try again in a moment"
                )
            if turn is not None and turn.done.is_set():
                del self._turns[visitor]  # what was never fetched; the new one goes to the end
            elif turn is not None:
                turn.refused = Refused(429, "replaced by what you asked for since")
                turn.done.set()
            turn = self._turns[visitor] = Turn(key, task, now)
            self._change.notify()
            return turn

    def _forget(self, now: float) -> None:
        """Give up the places of those who went away."""
        for visitor, turn in list(self._turns.items()):
            if now - turn.asked_at > PATIENCE + self.seconds * turn.running:
                del self._turns[visitor]

    def _place(self, turn: Turn) -> int:
        with self._change:
            waiting = [one for one in self._turns.values() if one.waits]
        return next((place for place, other in enumerate(waiting, 1) if other is turn), 0)

    def _next(self) -> Turn | None:
        """The next turn, as soon as there is one; None at the end."""
        with self._change:
            while not self._closed:
                self._forget(time.monotonic())
                for turn in self._turns.values():
                    if turn.waits:
                        turn.running = True
                        return turn
                self._change.wait()
        return None

    def _keep(self) -> None:
        """Keep one worker, and give it turn after turn."""
        worker = self._new_worker()
        while (turn := self._next()) is not None:
            try:
                turn.result = worker.submit(turn.task).result(timeout=self.seconds)
            except (TooLong, MemoryError, BrokenExecutor) as problem:
                turn.refused = Refused(413, self._limit(problem))
                worker.shutdown(wait=True, kill_workers=True)
                worker = self._new_worker()
            except Exception as problem:  # noqa: BLE001 - whatever a run raises is said to who asked
                turn.refused = Refused(400, " ".join(str(problem).split())[:300])
            turn.done.set()
        worker.shutdown(wait=True, kill_workers=True)

    def _new_worker(self) -> ProcessPoolExecutor:
        """A worker that has its rules at hand, so that no run's time counts that."""
        worker = ProcessPoolExecutor(
            max_workers=1, initializer=prepare_worker, initargs=(self.memory,), env=ONE_THREAD
        )
        with suppress(BrokenExecutor), watch.out_of_earshot():  # said to whoever asks first
            worker.submit(time.time).result()
        self._ready.set()
        return worker

    def _limit(self, problem: Exception) -> str:
        """Which of the page's limits a run came to."""
        if isinstance(problem, TooLong):
            return f"this run took longer than {self.seconds:g} s, the page's limit"
        if isinstance(problem, MemoryError):
            return f"this run needs more than {self.memory / 1e9:g} GB, the page's limit"
        return "this run ended its worker; the page cannot do it"


def prepare_worker(memory: float) -> None:
    """Make this process a worker: compiled rules at hand, and no more memory than it may have."""
    watch.leave_with_parent()
    ready()
    with suppress(ImportError):  # Windows has no such limit
        import resource

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory), most))
