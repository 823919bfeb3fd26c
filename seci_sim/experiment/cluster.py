"""Clusters: workers of a Dask scheduler that is there, or that SLURM is asked to start."""

from __future__ import annotations

import logging
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from seci_sim.experiment.pool import ONE_THREAD, PoolProblem
from seci_sim.preflight import MissingExtra

PATIENCE = 20.0
"""Seconds that a scheduler is waited for."""

LOOK_EVERY, MISSED_FOR = 5.0, 30.0
"""Seconds between two looks at jobs, and after which one of which nothing is heard is replaced."""

HERE_ONLY = "127.0.0.1:0"
"""Where Dask shows its pages: any port of the machine itself, closed to all others."""

SETTINGS = "jobqueue.slurm"
"""Where Dask's own configuration says what a job of SLURM asks for."""


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
        raise _needs_extra("--scheduler") from None
    _only_errors()
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as problem:
        raise PoolProblem(f"--scheduler: {address}: {_in_a_line(problem)}") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise PoolProblem(f"--scheduler: {address}: has no workers")
        # Every chunk is a call of its own: none is to be taken for another's result.
        yield client.get_executor(pure=False), threads


@contextmanager
def slurm(jobs: int) -> Iterator[tuple[Executor, int]]:
    """Workers in jobs of SLURM, and how many tasks they do at once.

    What a job asks for stands in Dask's configuration under ``jobqueue.slurm``. A job that comes to
    its end is followed by another; all are cancelled at the end. Work may be handed out before the
    first job has begun.

    Parameters
    ----------
    jobs : int
        How many jobs there are at once.

    Raises
    ------
    MissingExtra
        dask-jobqueue is not installed.
    PoolProblem
        This is no machine of SLURM's, it would not take such a job, or the configuration does not
        say enough.
    """
    try:
        from distributed import Client
    except ImportError:
        raise _needs_extra("--slurm") from None
    _only_errors()
    over = threading.Event()
    with slurm_cluster() as cluster, Client(cluster) as client:
        _check_with_slurm(cluster.job_script())
        cluster.scale(jobs=jobs)
        threading.Thread(target=_keep_up, args=(cluster, jobs, over), daemon=True).start()
        try:
            yield client.get_executor(pure=False), jobs * len(_workers_of_a_job(cluster))
        finally:
            over.set()


def _check_with_slurm(script: str) -> None:
    """Ask SLURM whether it would take a job."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "job.sh")
        file.write_text(script, encoding="utf-8")
        try:
            asked = subprocess.run(  # noqa: S603 - the script is ours
                ["sbatch", "--test-only", str(file)],  # noqa: S607 - where it is, is the site's own
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError:
            what = "--slurm: finds no sbatch; run it where jobs are submitted"
            raise PoolProblem(what) from None
    if asked.returncode:
        raise PoolProblem(f"--slurm: {_in_a_line(asked.stderr)}")


def _workers_of_a_job(cluster: Any) -> list[str]:
    """What the names of a job's workers end with."""
    return list(cluster.new_spec.get("group", [""]))


def _keep_up(cluster: Any, jobs: int, over: threading.Event) -> None:
    """Put a new job in the place of each that has ended, until it is over."""
    heard_of: dict[str, float] = {}
    endings = _workers_of_a_job(cluster)
    while not over.wait(LOOK_EVERY):
        now = time.monotonic()
        there = {info["name"] for info in list(cluster.scheduler_info["workers"].values())}
        names = [
            name for name in list(cluster.worker_spec) if {f"{name}{e}" for e in endings} & there
        ]
        heard_of |= dict.fromkeys(names, now)
        lost = [name for name, then in heard_of.items() if now - then > MISSED_FOR]
        if lost:
            for name in lost:
                del heard_of[name]
            with suppress(RuntimeError):  # SLURM may refuse for a while
                cluster.sync(cluster.scale_down, lost)
            cluster.scale(jobs=jobs)


def slurm_cluster() -> Any:
    """A cluster without jobs as yet, of one worker process for each core.

    Only programs with its certificate may speak to its scheduler, and no other machine sees its pages.

    Raises
    ------
    MissingExtra
        dask-jobqueue is not installed.
    PoolProblem
        The configuration does not say enough.
    """
    try:
        from dask_jobqueue.slurm import SLURMCluster
    except ImportError:
        raise _needs_extra("--slurm") from None
    from dask import config

    def given(name: str, default: Any) -> Any:
        found = config.get(f"{SETTINGS}.{name}", None)
        return default if found is None else found

    cores = given("cores", None)
    if cores is None or given("memory", None) is None:
        what = "say how many cores and how much memory a job has: jobqueue: slurm: in "
        raise PoolProblem(f"--slurm: {what}~/.config/dask/jobqueue.yaml, or in the environment")
    one_thread = [f"export {name}={value}" for name, value in ONE_THREAD.items()]
    try:
        return SLURMCluster(
            processes=given("processes", cores),
            shared_temp_directory=given("shared-temp-directory", str(Path.cwd())),
            job_script_prologue=[*given("job-script-prologue", []), *one_thread],
            scheduler_options={"dashboard_address": HERE_ONLY, **given("scheduler-options", {})},
            worker_extra_args=["--dashboard-address", HERE_ONLY, *given("worker-extra-args", [])],
            security=None if config.get("distributed.comm.tls.ca-file", None) else True,
        )
    except (OSError, ValueError, TypeError) as problem:
        raise PoolProblem(f"--slurm: {_in_a_line(problem)}") from None


def _needs_extra(option: str) -> MissingExtra:
    return MissingExtra(f"{option} needs the extra: pip install 'seci-sim[cluster]'")


def _only_errors() -> None:
    """Leave out what Dask tells about workers that come and go."""
    logging.getLogger("distributed").setLevel(logging.ERROR)


def _in_a_line(problem: object) -> str:
    return " ".join(f"{problem}".split())[:200]
