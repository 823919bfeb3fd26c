"""Conducting an experiment: what is run next, who does it, and where it is kept."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from loky.backend.reduction import dumps

from seci_sim.lab.cells import Cells
from seci_sim.lab.chunks import Chunk, Failure, Ran, nothing_ran, run_chunk
from seci_sim.lab.compiling import ready, warm_up
from seci_sim.lab.design import Design
from seci_sim.lab.findings import Findings, gathered
from seci_sim.lab.folder import Store
from seci_sim.lab.own_model import check_own_parameters
from seci_sim.lab.pool import Ended, Here, Pool, workers_or_all
from seci_sim.lab.progress import Progress
from seci_sim.lab.rounds import Rounds
from seci_sim.lab.size import Size, in_threads, size_of
from seci_sim.stopping import Stop, listening

if TYPE_CHECKING:
    from seci_sim.lab.chunks import OwnOutcome
    from seci_sim.model import SECIModel
    from seci_sim.seci.knowledge import Array

CHUNK_SECONDS, SHORTEST_CHUNK = 5.0, 0.25
"""How long a chunk should take: long beside the work of handing it out, short enough to lose."""

CHUNKS_AT_LEAST = 16
"""Chunks into which a small experiment is cut, so that workers end together."""

SHORTEST_TIMEOUT, TIMES_A_RUN = 300.0, 100.0
"""Seconds before a run is taken to hang, or so many times what a run of the probe takes."""

PATIENCE = 10.0
"""Seconds that chunks under way are waited for when somebody asks to stop."""

LOOK_EVERY = 1.0
"""Seconds between two looks at the intervals."""


@dataclass(frozen=True)
class Conditions:
    """How an experiment is to be run; see `Experiment.run`."""

    executor: Executor | None = None
    workers: int | None = None
    resume: bool = False
    timeout: float | None = None
    max_failures: int | None = None
    shard: tuple[int, int] | None = None
    on_progress: Callable[[Progress], None] | None = None
    model: type[SECIModel] | None = None
    also: Mapping[str, OwnOutcome] = field(default_factory=dict)
    on_size: Callable[[Size], None] | None = None
    """Called once, before all but the probe is run."""
    on_broken: Callable[[int], None] | None = None
    """Called with the number of broken parts that were set aside, if there are any."""
    command: str = ""
    """The command line, for the folder."""

    @property
    def apart(self) -> bool:
        """Whether runs have processes of their own, however short they are."""
        return any(one is not None for one in (self.executor, self.model, self.timeout))


def conduct(experiment: Design, folder: Path | None, conditions: Conditions) -> Findings:
    """Run an experiment, keep what it leads to, and return it.

    Raises
    ------
    StoreProblem
        The folder cannot be used or written.
    PoolProblem
        Worker processes do not work here.
    KeyboardInterrupt, SystemExit
        Somebody asked to stop; what was finished is kept.
    ValueError
        Conditions that do not go together.
    """
    _check(experiment, folder, conditions)
    began = time.perf_counter()
    kept_in: AbstractContextManager[Path | str] = (
        tempfile.TemporaryDirectory(prefix="seci-sim-") if folder is None else nullcontext(folder)
    )
    with kept_in as place:
        store = Store(Path(place), experiment)
        resume = conditions.resume or conditions.shard is not None
        store.begin(resume=resume, command=conditions.command)
        warm_up(experiment.scenarios[0].model, trial=experiment.has_trial)
        with listening() as stop:
            Conduct(store, conditions, stop).run()
        return gathered(store, folder, time.perf_counter() - began)


def _check(experiment: Design, folder: Path | None, conditions: Conditions) -> None:
    check_own_parameters(experiment, conditions.model)
    if conditions.executor is None and not in_threads(experiment, apart=conditions.apart):
        try:
            dumps((conditions.model, dict(conditions.also)))
        except Exception as problem:  # noqa: BLE001 - whatever cannot be sent says so in its own way
            what = f"cannot be sent to worker processes: {problem}"
            raise ValueError(f"model, also: {what}; define them in a module") from None
    if conditions.timeout is not None and conditions.executor is not None:
        raise ValueError("timeout: only the local pool can stop a run; leave out the executor")
    if conditions.shard is not None:
        i, n = conditions.shard
        if not 1 <= i <= n:
            raise ValueError(f"shard: must be i of n parts, 1 <= i <= n; got {i}/{n}")
        if folder is None:
            raise ValueError("shard: the parts of an experiment need a folder that they share")
        if experiment.until is not None:
            raise ValueError("shard: how often a cell is run depends on all others (until)")


@dataclass
class Conduct:
    """One process's work on an experiment."""

    store: Store
    conditions: Conditions
    stop: Stop
    began: float = field(default_factory=time.monotonic)
    run_here: int = 0
    """Runs that this process has seen end."""
    last_look: float = 0.0
    widest: float | None = None

    def __post_init__(self) -> None:
        self.experiment = self.store.experiment
        self.cells = Cells(self.experiment)
        self.rounds = Rounds(self.cells)
        self.workers = workers_or_all(self.conditions.workers)
        self.timeout = self.conditions.timeout
        # What a worker needs is small; a long list of cells stays here.
        self.sent = self.experiment.model_copy(update={"points": (), "given": (), "sources": ()})

    def run(self) -> None:
        """Do all that is left to do."""
        for ran in self.store.parts():
            self.rounds.take(ran)
        broken = self.store.set_aside()
        if broken and self.conditions.on_broken:
            self.conditions.on_broken(broken)
        with (
            self._executor() as executor,
            Pool(
                run_chunk,
                self.workers,
                executor=executor,
                stop=self.stop,
                patience=PATIENCE,
                still_wanted=self._still_wanted,
            ) as pool,
        ):
            if self.store.chunks is None:
                self._probe(pool)
            size, seconds = self.store.chunks or (1, 0.0)
            self.timeout = self.timeout or max(SHORTEST_TIMEOUT, TIMES_A_RUN * seconds)
            if self.conditions.on_size:
                apart = self.conditions.apart
                found = size_of(self.experiment, seconds, self.workers, apart=apart)
                self.conditions.on_size(found)
            more = True
            while more and not self.stop.asked and not self._too_many_failures():
                self._do(pool, self._chunks(size))
                more = not self.stop.asked and self.rounds.next_round()
        self._tell(force=True)

    @contextmanager
    def _executor(self) -> Iterator[Executor | None]:
        """Whose workers do it: somebody's executor, threads, or processes, for which there is none."""
        if not in_threads(self.experiment, apart=self.conditions.apart):
            yield self.conditions.executor
            return
        ready(self.experiment.scenarios[0].model, trial=self.experiment.has_trial)
        ours = Here() if self.workers == 1 else ThreadPoolExecutor(self.workers)
        try:
            yield ours
        finally:
            ours.shutdown(cancel_futures=True)

    def _still_wanted(self, chunk: Chunk) -> Chunk:
        """A chunk without the cells that were given up since it was cut."""
        given_up = self.rounds.failed
        places = [n for n, (cell, r) in enumerate(chunk.runs) if not given_up[r, cell.number]]
        return chunk if len(places) == len(chunk.runs) else chunk.only(places)

    def _probe(self, pool: Pool[Chunk, Ran]) -> None:
        """Time a few runs, of cells far apart, and settle the size of chunks."""
        last = len(self.cells) - 1
        chosen = sorted({0, last // 2, last})
        times: list[float] = []
        left = [np.array([[cell, 0]]) for cell in chosen if not self.rounds.done[0, cell]]
        self._do(pool, map(self._chunk, left), times)
        if not self.stop.asked:
            seconds = float(np.mean(times)) if times else 0.0
            self.store.cut(_chunk_size(seconds, int(self.rounds.done.size)), seconds)

    def _chunks(self, size: int) -> Iterator[Chunk]:
        """This process's share of what is left of the present round."""
        i, n = self.conditions.shard or (1, 1)
        for number, runs in enumerate(self.rounds.chunks(size)):
            if number % n != i - 1 or not len(runs):
                continue
            chunk = self._chunk(runs)
            written = self.store.part_with(chunk.labels)
            if written is None:
                yield chunk
            else:  # by another process in the same folder
                self.rounds.take(written)

    def _chunk(self, runs: Array) -> Chunk:
        chosen = tuple((self.cells[int(cell)], int(replication)) for cell, replication in runs)
        timeout = self.timeout or SHORTEST_TIMEOUT
        given = self.conditions
        return Chunk(self.sent, chosen, given.model, given.also, timeout)

    def _do(
        self, pool: Pool[Chunk, Ran], chunks: Iterable[Chunk], times: list[float] | None = None
    ) -> None:
        """Do chunks and keep what each leads to."""
        for ended in pool.each(chunks):
            ran = ended.result or _given_up(ended)
            self.store.keep(ran)
            self.rounds.take(ran)
            self.run_here += ran.cell.size + len(ran.failures)
            if times is not None:
                times += ran.seconds.tolist()
            self._tell()
            if self._too_many_failures():
                return

    def _too_many_failures(self) -> bool:
        most = self.conditions.max_failures
        return most is not None and int(self.rounds.failed.sum()) > most

    def _tell(self, *, force: bool = False) -> None:
        """Log how far it has come, and show it to whoever looks on."""
        now = time.monotonic()
        if force or now - self.last_look > LOOK_EVERY:
            self.last_look, self.widest = now, self.rounds.widest
        seconds = now - self.began
        rate = self.run_here / seconds if seconds > 0 else 0.0
        done, failed = int(self.rounds.done.sum()), int(self.rounds.failed.sum())
        total = self.rounds.total
        progress = Progress(
            done=done,
            failed=failed,
            total=total,
            seconds=round(seconds, 3),
            rate=round(rate, 3),
            left=(total - done - failed) / rate if rate else None,
            outcome=self.rounds.outcome,
            half_width=self.widest,
        )
        self.store.note(progress.line())
        if self.conditions.on_progress:
            self.conditions.on_progress(progress)


def _chunk_size(seconds: float, runs: int) -> int:
    """Runs in a chunk, from the time that one takes.

    Examples
    --------
    >>> _chunk_size(0.05, 210), _chunk_size(0.05, 1_000_000), _chunk_size(60.0, 500)
    (13, 100, 1)
    """
    if seconds <= 0:
        return max(1, runs // CHUNKS_AT_LEAST)
    chunk = min(max(runs * seconds / CHUNKS_AT_LEAST, SHORTEST_CHUNK), CHUNK_SECONDS)
    return max(1, int(chunk / seconds))


def _given_up(ended: Ended[Chunk, Ran]) -> Ran:
    """What is kept of a run that was given up."""
    death = ended.death
    assert death is not None
    ((cell, replication),) = ended.task.runs
    what = f"{death.what}; no more runs of this cell are tried"
    failure = Failure(cell.number, replication, death.kind, what, death.where)
    return nothing_ran(ended.task.experiment, failure)
