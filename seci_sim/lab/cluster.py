"""Clusters: workers of a Dask scheduler that is there, whoever started them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from seci_sim.lab.pool import PoolProblem
from seci_sim.scenario.preflight import MissingExtra

PATIENCE = 20.0
"""Seconds that a scheduler is waited for."""


@contextmanager
def executor_of(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a Dask scheduler, and how many tasks they do at once.

    Raises
    ------
    MissingExtra
        Dask is not installed.
    PoolProblem
        There is no scheduler, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        what = "--scheduler needs the extra: pip install 'seci-sim[cluster]'"
        raise MissingExtra(what) from None
    # Dask tells of workers that come and go, of which nothing is lost.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as problem:
        raise PoolProblem(
            f"--scheduler: {address}: {' '.join(str(problem).split())[:200]}"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise PoolProblem(f"--scheduler: {address}: has no workers")
        # Every chunk is a call of its own: none is to be taken for another's result.
        yield client.get_executor(pure=False), threads
