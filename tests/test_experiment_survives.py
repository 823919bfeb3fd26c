"""Whole programs that are killed, starved and restarted: nothing is lost, nothing changes."""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from experiment_files import GRID, HEAD, experiment, written
from experiment_programs import (
    DIGEST,
    LONG,
    PROGRAM,
    digest_of,
    serial_digest,
    started,
    workers_of,
)

from seci_sim.lab import Experiment, whole_files
from seci_sim.lab.pool import Here

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX systems")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    written(LONG, tmp_path)
    return tmp_path


def parts() -> int:
    return len(list(Path("out/parts").glob("part-*.json")))


def wait_for_parts(process: subprocess.Popen[str], more_than: int) -> None:
    deadline = time.monotonic() + 120
    while parts() <= more_than and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def running(process: int) -> bool:
    """Whether a process is there and not only waits to be forgotten."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


PROCESSES = ("--timeout", "300")
"""What makes an experiment use processes, where threads would do."""

THREADS_AND_PROCESSES = pytest.mark.parametrize(
    "how", [(), PROCESSES], ids=["threads", "processes"]
)


@pytest.mark.slow
@pytest.mark.timeout(900)
@THREADS_AND_PROCESSES
def test_ten_kills_of_everything_change_no_bit(how: tuple[str, ...], folder: Path) -> None:
    expected = serial_digest(folder)
    rng = random.Random(20)
    for _ in range(10):
        with started("--workers", "2", "--resume", "--quiet", *how) as process:
            wait_for_parts(process, parts() + rng.randrange(3))
            time.sleep(rng.random() * 0.3)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)
    assert digest_of("--workers", "2", "--resume") == expected
    assert not list(Path("out").rglob("*.tmp"))


@pytest.mark.slow
def test_workers_end_soon_after_a_driver_that_is_killed(folder: Path) -> None:
    with started("--workers", "2", *PROCESSES) as process:
        wait_for_parts(process, 3)
        workers = workers_of(process.pid)
        assert len(workers) == 2
        process.kill()
        process.communicate(timeout=60)
    deadline = time.monotonic() + 15
    while any(map(running, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [worker for worker in workers if running(worker)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sent", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (getattr(signal, "SIGHUP", 0), 129)],
)
@THREADS_AND_PROCESSES
def test_an_experiment_that_is_asked_to_stop_can_be_gone_on_with(
    how: tuple[str, ...], folder: Path, sent: signal.Signals, code: int
) -> None:
    expected = serial_digest(folder)
    with started("--workers", "2", *how) as process:
        wait_for_parts(process, 3)
        workers = workers_of(process.pid)
        assert len(workers) == (2 if how else 0)
        process.send_signal(sent)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert re.search(r"Stopped; \d+ of 900 runs are kept in out. To go on: .*--resume", err)
    assert "Traceback" not in err
    assert not [worker for worker in workers if running(worker)]
    assert digest_of("--workers", "2", "--resume") == expected


@pytest.mark.slow
def test_a_worker_that_somebody_kills_is_replaced(folder: Path) -> None:
    expected = serial_digest(folder)
    with started("--workers", "2", *PROCESSES) as process:
        wait_for_parts(process, 3)
        os.kill(workers_of(process.pid)[0], signal.SIGKILL)
        out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert DIGEST.findall(out) == [expected]


ONE_OF_EACH = HEAD + (
    "vary: {policy.patient_time: [1%, 2%, 3%, 4%, 5%, 6%, 7%]}\n"
    "replications: 3\noutcomes: [tacit_alignment]\n"
)
TESTS = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_cell_that_raises_one_that_kills_and_one_that_hangs_are_named_with_exit_code_four(
    folder: Path,
) -> None:
    written(ONE_OF_EACH, folder)
    path = os.pathsep.join(map(str, (TESTS / "broken", TESTS, TESTS.parent)))
    with started("--workers", "2", "--timeout", "6", PYTHONPATH=path) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 4, err
    assert DIGEST.search(out)
    done = pd.read_csv("out/results.csv").groupby("cell").size().to_dict()
    assert done == {0: 3, 1: 3, 4: 3, 6: 3}  # all others have finished
    named = re.findall(r"^error: cell (\d) \((.*?)\): (\d) runs? (\w+): (.*); to do one alone: seci-sim (.*)$", err, re.M)  # fmt: skip
    assert [(cell, values, kind) for cell, values, _, kind, _, _ in named] == [
        ("2", "policy.patient_time 3%", "raised"),
        ("3", "policy.patient_time 4%", "killed"),
        ("5", "policy.patient_time 6%", "hung"),
    ]
    assert "Traceback" not in err
    endings = []
    for *_, again in named:
        with subprocess.Popen(
            [*PROGRAM, *shlex.split(again)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        ) as alone:  # fmt: skip
            try:
                alone.communicate(timeout=60)  # the machine may be busy
            except subprocess.TimeoutExpired:
                alone.kill()
                endings.append("hung")
            else:
                endings.append({4: "raised", -9: "killed"}[alone.returncode])
    assert endings == [kind for _, _, _, kind, _, _ in named]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_leads_to_the_same_digest(folder: Path, workers: int) -> None:
    assert digest_of("--workers", str(workers)) == serial_digest(folder)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_four_shards_of_which_one_is_killed_and_rerun_change_no_bit(folder: Path) -> None:
    expected = serial_digest(folder)
    for number in (1, 3, 4):
        digest_of("--shard", f"{number}/4", "--workers", "1")
    with started("--shard", "2/4", "--workers", "1") as process:
        wait_for_parts(process, parts())
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    assert digest_of("--shard", "2/4", "--workers", "1") == expected


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_programs_in_one_folder_are_harmless(folder: Path) -> None:
    expected = serial_digest(folder)
    with started("--workers", "1", "--resume") as first, started(
        "--workers", "1", "--resume"
    ) as second:  # fmt: skip
        told = [process.communicate(timeout=300) for process in (first, second)]
    assert [DIGEST.findall(out) for out, _ in told] == [[expected], [expected]], told
    assert len(Experiment.found("out").table) == 900


@pytest.mark.slow
def test_a_file_that_may_not_grow_ends_it_in_one_line_and_nothing_is_lost(folder: Path) -> None:
    """A limit on the size of files, from the first runs on, stands for a disk that is full."""
    expected = serial_digest(folder)
    program = (
        "import resource, signal, sys;"
        "full = lambda _: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from seci_sim.lab import Experiment;"
        "from seci_sim.lab.pool import Here;"
        "from seci_sim.lab.manifest import StoreProblem\n"
        "try: Experiment.load('trial.yaml').run(Here(), store='out', resume=True, on_progress=full)\n"
        "except StoreProblem as problem: sys.exit(f'error: {problem}')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert re.fullmatch(
        r"error: out/parts/part-\w+\.npz: File too large; what is finished is kept: [^\n]+\n",
        ended.stderr,
    )
    assert parts()
    assert not list(Path("out").rglob("*.tmp"))
    assert digest_of("--workers", "1", "--resume") == expected


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_disk_that_is_really_full_and_then_freed_changes_no_bit(folder: Path) -> None:
    expected = serial_digest(folder)
    Path("out").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", "out"]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not mount a disk")
    try:
        with started("--workers", "2") as process:
            out, err = process.communicate(timeout=240)
        assert (process.returncode, out) == (5, "")
        assert re.search(r"error: out/\S+: No space left on device; what is finished is kept: make room, and type the same command again \(experiment: with --resume\)\n$", err)  # fmt: skip
        assert 0 < parts() < 900
        assert not list(Path("out").rglob("*.tmp"))
        subprocess.run(["mount", "-o", "remount,size=5m", "out"], check=True)
        assert digest_of("--workers", "2", "--resume") == expected
    finally:
        subprocess.run(["umount", "out"], check=True)


def test_a_full_disk_is_one_line_and_what_is_finished_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = experiment(GRID, tmp_path)
    whole = asked.run(Here())
    writes = {"left": 5}
    force = whole_files.force

    def full_after_five(path: Path, data: bytes) -> None:
        writes["left"] -= 1
        force(path, data[: len(data) // 2] if writes["left"] < 0 else data)
        if writes["left"] < 0:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(whole_files, "force", full_after_five)
        with pytest.raises(Exception, match=r"No space left on device; what is finished is kept") as full:  # fmt: skip
            asked.run(Here(), store=tmp_path / "out")
    assert getattr(full.value, "exit_code", None) == 5
    assert not list((tmp_path / "out").rglob("*.tmp"))
    assert asked.run(Here(), store=tmp_path / "out", resume=True).digest == whole.digest


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_memory_of_the_driver_stays_flat_over_ten_thousand_cells(tmp_path: Path) -> None:
    text = GRID.replace("[0%, 1%, 10%]", "{from: 0%, to: 10%}").replace("[5%, 50%]", "plausible")
    text = text.replace("replications: 4", "replications: 3")
    written(text + "sample: {method: latin hypercube, points: 10000}\n", tmp_path)
    firm = (tmp_path / "firm.yaml").read_text().replace("10 weeks", "1 week", 2)
    (tmp_path / "firm.yaml").write_text(firm.replace("ten weeks", "a week"))
    program = (
        "import pathlib, resource; from seci_sim.lab import Experiment\n"
        "def memory(): return 4096 * int(pathlib.Path('/proc/self/statm').read_text().split()[1])\n"
        "seen = []\n"
        "if __name__ == '__main__':\n"
        "    Experiment.load('trial.yaml').run(store='out', workers=2,\n"
        "        on_progress=lambda standing: seen.append((standing.done, memory())))\n"
        "    print(seen[-1][0], max(m for _, m in seen) - min(m for d, m in seen if d > 3000))\n"
    )
    (tmp_path / "program.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    done, grown = map(int, ran.stdout.split())
    assert done == 30_000
    assert grown < 10e6  # the table of results alone has 30,000 rows; it is made after the last run
