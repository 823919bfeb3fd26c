"""Clusters: workers of a Dask scheduler that is there, whoever started them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from typing import Any

from seci_sim.lab.pool import PoolProblem
from seci_sim.scenario.preflight import MissingExtra

PATIENCE = 20.0
"""Seconds that a scheduler is waited for."""

GONE = 30.0
"""Seconds for which a scheduler may be silent before it is given up."""


class Cluster(Executor):
    """The workers of a Dask scheduler, whose tasks end too when it is gone.

    Dask's own executor leaves tasks as they are, for ever, when the scheduler dies.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self._waiting: dict[Future[Any], Any] = {}
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a worker call a function; no call is taken for another's result."""
        mine: Future[Any] = Future()
        theirs = self.client.submit(fn, *args, **kwargs, pure=False)
        self._waiting[mine] = theirs
        theirs.add_done_callback(lambda done: self._hand_over(mine, done))
        return mine

    def _hand_over(self, mine: Future[Any], theirs: Any) -> None:
        self._waiting.pop(mine, None)
        with suppress(InvalidStateError):  # it was given up meanwhile
            if theirs.status == "finished":
                mine.set_result(theirs.result())
            else:
                lost = theirs.status in ("cancelled", "lost")
                mine.set_exception(BrokenExecutor(LOST) if lost else theirs.exception())

    def _watch(self) -> None:
        heard = time.monotonic()
        while not self._over.wait(1.0):
            if self.client.status == "running":
                heard = time.monotonic()
            elif self.client.status == "closed" or time.monotonic() - heard > GONE:
                for mine in list(self._waiting):
                    with suppress(InvalidStateError):
                        mine.set_exception(BrokenExecutor(LOST))
                return

    def end(self) -> None:
        """Watch no more."""
        self._over.set()


LOST = "the scheduler is gone"


@contextmanager
def executor_of(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a Dask scheduler, and how many tasks they do at once.

    Raises
    ------
    MissingExtra
        Dask is not installed.
    PoolProblem
        There is no scheduler, or it has no workers, or needs certificates.
    """
    try:
        from distributed import Client
    except ImportError:
        what = "--scheduler needs the extra: pip install 'seci-sim[cluster]'"
        raise MissingExtra(what) from None
    # Dask tells of workers that come and go, of which nothing is lost, and of its own end at length.
    for name in ("tornado", "asyncio", "distributed", *logging.root.manager.loggerDict):
        if name.startswith(("tornado", "asyncio", "distributed")):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(address, timeout=PATIENCE)
    except Exception as problem:  # noqa: BLE001 - each kind of address fails in its own way
        why = " ".join(str(problem).split())[:200] or type(problem).__name__
        if address.startswith("tls"):
            why += "; Dask's configuration names the certificates, under distributed.comm.tls"
        raise PoolProblem(f"--scheduler: {address}: {why}") from None
    cluster = Cluster(client)
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise PoolProblem(f"--scheduler: {address}: has no workers")
        yield cluster, threads
    finally:
        cluster.end()
        with suppress(Exception):  # whatever is left of it says that it is gone
            client.close(timeout=5)
