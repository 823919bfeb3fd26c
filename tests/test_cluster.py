"""Clusters: a real Dask scheduler, and a SLURM that starts its jobs on this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from experiment_files import written
from experiment_programs import DIGEST, LONG, PROGRAM, digest_of, serial_digest, started

from seci_sim.cli import answer_to
from seci_sim.experiment import cluster

pytestmark = [
    pytest.mark.packages,
    pytest.mark.skipif(os.name != "posix", reason="jobs are programs of a POSIX shell"),
    pytest.mark.skipif(
        importlib.util.find_spec("dask_jobqueue") is None,
        reason="the extra cluster is not installed",
    ),
]

SBATCH = r"""#!/bin/sh
# Stands for SLURM: takes a script if its partition is not "nowhere", and runs it on this machine.
for script; do :; done
if grep -q -e '-p nowhere' "$script"; then
    echo "sbatch: error: invalid partition specified: nowhere" >&2
    exit 1
fi
if [ "$1" = --test-only ]; then exit 0; fi
cp "$script" "$JOBS/job-$$.sh"
last=$(sed -n 's/^#SBATCH --array=1-//p' "$script")
for SLURM_ARRAY_TASK_ID in $(seq "${last:-1}"); do
    export SLURM_ARRAY_TASK_ID SLURM_CPUS_PER_TASK=1
    setsid sh "$JOBS/job-$$.sh" > "$JOBS/job-$$-$SLURM_ARRAY_TASK_ID.out" 2>&1 &
    echo $! >> "$JOBS/submitted"
done
echo "Submitted batch job $!"
"""

SCANCEL = """#!/bin/sh
echo "$1" >> "$JOBS/cancelled"
kill -- "-$1"
"""

SECI_SIM = f"""#!/bin/sh
exec {" ".join(PROGRAM)} "$@"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    written(LONG, tmp_path)
    return tmp_path


@pytest.fixture
def jobs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with all that the SLURM of this machine has been asked."""
    programs, asked = folder / "home/seci/bin", folder / "jobs"
    programs.mkdir(parents=True)
    asked.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL), ("seci-sim", SECI_SIM)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setenv("JOBS", str(asked))
    yield asked
    for job in numbers_in(asked / "submitted"):
        with suppress(ProcessLookupError):
            os.killpg(job, signal.SIGKILL)


def numbers_in(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a job asks for, as a file or the environment would tell Dask."""
    import dask_jobqueue  # noqa: F401 - it brings the defaults that a file goes over
    from dask import config

    asked = {
        "cores": 2,
        "memory": "4 GB",
        "queue": "short",
        "account": "p1",
        "walltime": "02:00:00",
    }
    with config.set({f"jobqueue.slurm.{name}": value for name, value in asked.items()}):
        yield


IN_THE_ENVIRONMENT = {
    "DASK_JOBQUEUE__SLURM__CORES": "2",
    "DASK_JOBQUEUE__SLURM__MEMORY": "4 GB",
}


# SLURM --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "option", "value"),
    [("distributed", "--slurm", "2"), ("dask_jobqueue.slurm", "--slurm", "2"),
     ("distributed", "--scheduler", "tcp://x:1")],
)  # fmt: skip
def test_without_the_extra_it_is_said_how_to_install_it(
    folder: Path, missing: str, option: str, value: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, missing, None)
    assert answer_to(["experiment", "trial.yaml", option, value, "--quiet"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"error: {option} needs the extra: pip install 'seci-sim[cluster]'\n"


@pytest.mark.usefixtures("jobs", "settings")
def test_a_job_asks_for_what_the_configuration_says() -> None:
    with cluster.slurm_cluster() as made:
        script = made.job_script()
        listening = made.scheduler.http_server.port
        pages = {address for sockets in made.scheduler.http_server._sockets.values() for address in sockets.getsockname()[:1]}  # fmt: skip
    for line in ("-p short", "-A p1", "-n 1", "--cpus-per-task=2", "--mem=4G", "-t 02:00:00"):
        assert f"#SBATCH {line}\n" in script
    assert "export NUMBA_NUM_THREADS=1\n" in script
    assert f"{sys.executable} -m distributed.cli.dask_worker tls://" in script
    assert "--nthreads 1 " in script
    assert "--nworkers 2 " in script
    assert "--tls-key " in script  # nobody else may speak to it ...
    assert (pages, bool(listening)) == ({"127.0.0.1"}, True)  # ... nor look at it
    assert "--dashboard-address 127.0.0.1:0" in script


def test_without_slurm_it_is_said_in_one_line(
    folder: Path, settings: None, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(folder))
    assert answer_to(["experiment", "trial.yaml", "--slurm", "2", "--quiet"]) == 5
    told = capsys.readouterr()
    assert told.err == "error: --slurm: finds no sbatch; run it where jobs are submitted\n"
    assert told.out == ""
    assert not Path("results").exists()


@pytest.mark.usefixtures("jobs")
def test_without_the_size_of_a_job_it_is_said_where_to_say_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert answer_to(["experiment", "trial.yaml", "--slurm", "2", "--quiet"]) == 5
    assert re.fullmatch(
        r"error: --slurm: say how many cores and how much memory .*jobqueue\.yaml.*\n",
        capsys.readouterr().err,
    )


def test_what_slurm_will_not_take_is_told_in_its_words(
    jobs: Path, settings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from dask import config

    with config.set({"jobqueue.slurm.queue": "nowhere"}):
        assert answer_to(["experiment", "trial.yaml", "--slurm", "2", "--quiet"]) == 5
    told = capsys.readouterr().err
    assert told == "error: --slurm: sbatch: error: invalid partition specified: nowhere\n"
    assert not (jobs / "submitted").exists()


@pytest.mark.usefixtures("jobs")
def test_a_size_that_is_none_is_refused(settings: None, capsys: pytest.CaptureFixture[str]) -> None:
    from dask import config

    with config.set({"jobqueue.slurm.memory": "4 cows"}):
        assert answer_to(["experiment", "trial.yaml", "--slurm", "2", "--quiet"]) == 5
    assert capsys.readouterr().err == "error: --slurm: Could not interpret 'cows' as a byte unit\n"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_jobs_of_slurm_lead_to_the_same_digest_and_are_cancelled_at_the_end(
    folder: Path, jobs: Path
) -> None:
    expected = serial_digest(folder)
    with started("--slurm", "2", **IN_THE_ENVIRONMENT) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert DIGEST.findall(out) == [expected]
    assert "Asking SLURM for 2 jobs; runs begin with the first.\n" in err
    assert "Traceback" not in err
    submitted = numbers_in(jobs / "submitted")
    assert len(submitted) == 2
    assert sorted(numbers_in(jobs / "cancelled")) == sorted(submitted)
    assert not list(folder.glob(".dask*"))


@pytest.mark.slow
def test_a_job_that_ends_is_followed_by_another(
    jobs: Path, settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOOK_EVERY", 0.5)
    monkeypatch.setattr(cluster, "MISSED_FOR", 3.0)
    with cluster.slurm(1) as (executor, workers):
        assert workers == 2
        assert sorted(executor.map(abs, range(-5, 0))) == [1, 2, 3, 4, 5]
        time.sleep(2)  # until it has been heard of
        (job,) = numbers_in(jobs / "submitted")
        os.killpg(job, signal.SIGKILL)
        assert sorted(executor.map(abs, range(-9, -5))) == [6, 7, 8, 9]
        assert len(numbers_in(jobs / "submitted")) == 2


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_job_array_of_the_documents_leads_to_the_same_digest(folder: Path, jobs: Path) -> None:
    text = Path(__file__).parents[1].joinpath("docs/experiments.md").read_text("utf-8")
    (script,) = re.findall(r"```bash\n(#!/bin/bash\n.*?)```", text, re.DOTALL)
    assert re.search(r"--array=1-(\d+)\n", script)[1] == re.search(r"TASK_ID/(\d+)", script)[1]  # type: ignore[index]
    Path("array.sh").write_text(script.replace("20", "4"))
    Path("big.yaml").write_text(LONG)
    expected = serial_digest(folder)
    subprocess.run(["sbatch", "array.sh"], check=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while any(map(running, numbers_in(jobs / "submitted"))) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(numbers_in(jobs / "submitted")) == 4
    assert {path.read_text() for path in jobs.glob("*.out")} == {""}
    collected = subprocess.run(
        ["seci-sim", "collect", "results/big"], capture_output=True, text=True, check=True
    )
    assert DIGEST.findall(collected.stdout) == [expected]


def running(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


# Dask ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scheduler", "tcp://x:1", "--timeout", "5"], "--timeout: a run on a cluster cannot"),
        (["--slurm", "2", "--timeout", "5"], "--timeout: a run on a cluster cannot"),
        (["--slurm", "2", "--workers", "5"], "--workers: a cluster has workers of its own"),
        (["--slurm", "2", "--shard", "1/5"], "--shard: a cluster shares out an experiment"),
        (["--slurm", "2", "--scheduler", "tcp://x:1"], "--slurm: starts a scheduler of its own"),
        (["--slurm", "0"], "--slurm: must be a whole number; allowed: 1..10000; got '0'"),
        (["--slurm", "many"], "--slurm: must be a whole number"),
    ],
)
def test_options_that_a_cluster_has_no_use_for_are_refused(
    folder: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to(["experiment", "trial.yaml", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"error: {message}")
    assert not Path("results").exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_dask_cluster_of_two_processes_leads_to_the_same_digest(folder: Path) -> None:
    expected = serial_digest(folder)
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", *here, "--port", "0"]
    ready = Path("scheduler.json")
    with subprocess.Popen(
        [*dask, "--scheduler-file", str(ready)], stderr=subprocess.DEVNULL
    ) as scheduler:
        try:
            address = _address(ready)
            worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, *here]
            with subprocess.Popen(
                [*worker, "--nworkers", "2", "--nthreads", "1"], stderr=subprocess.DEVNULL
            ) as workers:
                try:
                    wait_for_workers(address, 2)
                    assert digest_of("--scheduler", address) == expected
                finally:
                    workers.terminate()
        finally:
            scheduler.terminate()


def _address(file: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return str(json.loads(file.read_text())["address"])
        except (OSError, ValueError):
            time.sleep(0.2)
    raise TimeoutError("no scheduler")


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=30) as client:
        client.wait_for_workers(count, timeout=60)


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_scheduler_that_is_not_there_is_one_line() -> None:
    with started("--scheduler", "tcp://127.0.0.1:9") as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 5
    assert out == ""
    assert re.search(r"error: --scheduler: tcp://127.0.0.1:9: [^\n]+\n\Z", err)
    assert "Traceback" not in err
