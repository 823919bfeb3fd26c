"""Clusters: a real Dask scheduler, and a job array on a SLURM that starts its jobs on this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from experiment_files import written
from experiment_programs import DIGEST, LONG, PROGRAM, digest_of, serial_digest, started

from seci_sim.cli import answer_to

pytestmark = [
    pytest.mark.packages,
    pytest.mark.skipif(os.name != "posix", reason="jobs are programs of a POSIX shell"),
    pytest.mark.skipif(
        importlib.util.find_spec("distributed") is None,
        reason="the extra cluster is not installed",
    ),
]

SBATCH = r"""#!/bin/sh
# Stands for SLURM: runs the jobs of an array on this machine.
for script; do :; done
cp "$script" "$JOBS/job-$$.sh"
last=$(sed -n 's/^#SBATCH --array=1-//p' "$script")
for SLURM_ARRAY_TASK_ID in $(seq "${last:-1}"); do
    export SLURM_ARRAY_TASK_ID SLURM_CPUS_PER_TASK=1
    setsid sh "$JOBS/job-$$.sh" > "$JOBS/job-$$-$SLURM_ARRAY_TASK_ID.out" 2>&1 &
    echo $! >> "$JOBS/submitted"
done
echo "Submitted batch job $!"
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
    for name, text in (("sbatch", SBATCH), ("seci-sim", SECI_SIM)):
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


# A job array --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_job_array_of_the_documents_leads_to_the_same_digest(folder: Path, jobs: Path) -> None:
    text = Path(__file__).parents[1].joinpath("docs/how_to/cluster.md").read_text("utf-8")
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


def test_without_the_extra_it_is_said_how_to_install_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    arguments = ["--scheduler", "tcp://x:1", "--quiet"]
    for command in (["experiment", "trial.yaml"], ["run", "firm.yaml"]):
        assert answer_to([*command, *arguments]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err == "error: --scheduler needs the extra: pip install 'seci-sim[cluster]'\n"


@pytest.mark.parametrize("command", [["experiment", "trial.yaml"], ["run", "firm.yaml"]])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--timeout", "5"], "--timeout: a run on a cluster cannot"),
        (["--workers", "5"], "--workers: a cluster has workers of its own"),
        (["--shard", "1/5"], "--shard: a cluster shares out an experiment"),
    ],
)
def test_options_that_a_cluster_has_no_use_for_are_refused(
    folder: Path, command: list[str], arguments: list[str], message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert answer_to([*command, "--scheduler", "tcp://x:1", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"error: {message}")
    assert not Path("results").exists()


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a Dask cluster of this machine, and its scheduler."""
    here, ready = ["--host", "127.0.0.1", "--no-dashboard"], Path("scheduler.json")
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", *here, "--port", "0"]
    with subprocess.Popen(
        [*dask, "--scheduler-file", str(ready)], stderr=subprocess.DEVNULL
    ) as scheduler:
        try:
            address = _address(ready)
            worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, *here]
            with subprocess.Popen(
                [*worker, "--nworkers", str(workers), "--nthreads", "1"], stderr=subprocess.DEVNULL
            ) as started_workers:
                try:
                    wait_for_workers(address, workers)
                    yield address, scheduler
                finally:
                    started_workers.terminate()
        finally:
            scheduler.terminate()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_dask_cluster_of_two_processes_leads_to_the_same_digest(folder: Path) -> None:
    expected = serial_digest(folder)
    with cluster(2) as (address, _):
        assert digest_of("--scheduler", address) == expected


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


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("address", ["tls://127.0.0.1:1", "foo://x:1"])
def test_a_scheduler_that_needs_certificates_or_is_none_is_one_line(address: str) -> None:
    with started("--scheduler", address) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (5, "")
    assert re.fullmatch(rf"error: --scheduler: {address}: [^\n]+\n", err)
    assert ("distributed.comm.tls" in err) == address.startswith("tls")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_scheduler_that_dies_is_one_line_within_a_minute_and_nothing_is_lost(
    folder: Path,
) -> None:
    expected = serial_digest(folder)
    with cluster(1) as (address, scheduler), started("--scheduler", address) as process:
        wait_for_parts(4)
        scheduler.kill()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 5
    assert err.splitlines()[1:] == [
        "error: the executor broke (the scheduler is gone); what is finished is kept, so resume"
    ]
    assert digest_of("--workers", "2", "--resume") == expected


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_on_a_cluster_too_ctrl_c_and_a_request_to_end_are_one_line(folder: Path) -> None:
    expected = serial_digest(folder)
    with cluster(1) as (address, _):
        for sent, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            for parts in (0, 2, 6):
                shutil.rmtree("out", ignore_errors=True)
                with started("--scheduler", address, "--resume") as process:
                    wait_for_parts(parts)
                    os.killpg(process.pid, sent)
                    out, err = process.communicate(timeout=60)
                assert (process.returncode, out) == (code, ""), err
                told = [line for line in err.splitlines() if not line.startswith("6 cells")]
                assert re.fullmatch(r"(Stopped; [^\n]+\n)?error: [a-z ]+", "\n".join(told)), err
        assert digest_of("--scheduler", address, "--resume") == expected


def wait_for_parts(count: int) -> None:
    """Until an experiment has come so far."""
    while (
        not Path("out/design.json").exists()
        or len(list(Path("out/parts").glob("part-*.json"))) < count
    ):
        time.sleep(0.1)
