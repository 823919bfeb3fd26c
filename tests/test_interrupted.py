"""Ctrl-C, Ctrl-D, a request to end and a terminal that is closed, at any moment: one line and the right exit code, also of workers."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from experiment_files import written
from experiment_programs import EXPERIMENT, LONG, PROGRAM, started, workers_of
from scenario_files import TINY

if sys.platform == "win32":
    pytest.skip("signals and terminals are those of POSIX systems", allow_module_level=True)
import pty

CODES = {
    signal.SIGINT: (130, "interrupted"),
    signal.SIGTERM: (143, "ended from outside"),
    signal.SIGHUP: (129, "the terminal was closed"),
}
SIGNALS = pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(LONG, tmp_path)
    (tmp_path / "second.yaml").write_text(TINY.replace("Tiny", "Second"))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_question_is_left_in_one_line(key: bytes) -> None:
    Path("p.csv").write_text("Who,Where\np1,HO\np2,HO\n")
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover
        os.execv(PROGRAM[0], [*PROGRAM, "new", "q.yaml", "--people", "p.csv"])
    said = b""
    while b"number" not in said:
        said += os.read(terminal, 1000)
    os.write(terminal, key)
    try:
        while True:
            if not select.select([terminal], [], [], 10)[0]:
                # Python misses a signal between its last look for one and the call that reads: people press again.
                os.write(terminal, key)
            said += os.read(terminal, 1000)
    except OSError:  # a terminal that nobody writes to any more
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    assert said.endswith(b"\r\nerror: interrupted\r\n")
    assert b"Traceback" not in said
    assert not Path("q.yaml").exists()


COMPARED = "compare firm.yaml second.yaml --worlds 512 --out out --no-open --replications"


def listing(place: str, act: str) -> subprocess.CompletedProcess[str]:
    """What `list` says and ends with where a function of `answering` does something else."""
    program = (
        "import os, signal\n"
        "from seci_sim.cli import answering\n"
        "def instead(*_, **__):\n"
        f"{textwrap.indent(textwrap.dedent(act), '    ')}\n"
        f"answering.{place} = instead\n"
        "from seci_sim.cli import main\n"
        "main()\n"
    )
    Path("program.py").write_text(program)
    command = [sys.executable, "-m", "program", "list"]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("where", ["answer_to", "str"])
def test_an_interrupt_in_a_text_that_is_executed_has_the_same_code(where: str) -> None:
    """As where a class is made while something is imported, early or late."""
    text = "import os, signal; os.kill(os.getpid(), signal.SIGINT); [None for _ in range(99)]"
    ended = listing(where, f"exec('{text}')")
    assert (ended.returncode, ended.stderr) == (130, "error: interrupted\n")


@SIGNALS
def test_a_request_that_a_library_makes_an_error_of_is_still_one(sent: signal.Signals) -> None:
    """As Python does where a class is made, and pydantic where it builds a schema."""
    act = f"""\
        try:
            os.kill(os.getpid(), signal.{sent.name})
        except BaseException:
            raise RuntimeError("Error calling __set_name__") from None
    """
    ended = listing("str", act)
    code, words = CODES[sent]
    assert (ended.returncode, ended.stderr) == (code, f"error: {words}\n")


def test_a_request_to_end_is_heard_though_a_library_drops_all_errors() -> None:
    """As ruamel.yaml does, which tries to import another one and goes on without it, whatever that raises."""
    Path("_ruamel_yaml.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")
    program = "from seci_sim.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", program, *COMPARED.split(), "99"], capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout) == (143, "")
    assert ended.stderr.endswith("error: ended from outside\n")


def test_who_asks_again_does_not_disturb_what_is_put_away() -> None:
    """A command of the test's own: how long those of the program take to put things away is not ours to say."""
    act = """\
        import time
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
        finally:
            time.sleep(1)
            print("put away")
    """
    ended = listing("answer_to", act)
    assert (ended.returncode, ended.stderr) == (143, "error: ended from outside\n")
    assert ended.stdout == "put away\n"


def ended(
    sent: signal.Signals,
    ready: Callable[[subprocess.Popen[str]], object],
    command: str = " ".join(EXPERIMENT),
) -> None:
    """Begin a command with worker processes, send a signal once it is ready, and hold its end.

    A terminal sends to all processes; a request to end goes to the first.
    """
    with started("--workers", "2", "--timeout", "300", command=command.split()) as process:
        deadline = time.monotonic() + 60
        while not ready(process) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if sent != signal.SIGTERM:
            os.killpg(process.pid, sent)
        else:
            process.send_signal(sent)
        out, err = process.communicate(timeout=90)
    code, words = CODES[sent]
    assert (process.returncode, out) == (code, ""), err
    *before, last = err.splitlines()
    assert last == f"error: {words}"
    told = ("Stopped; ", "6 cells", "2 cells", "512 worlds")
    assert [line for line in before if not line.startswith(told)] == []


STATES: dict[str, Callable[[subprocess.Popen[str]], object]] = {
    "a worker starts": lambda process: workers_of(process.pid),
    "both work": lambda process: len(workers_of(process.pid)) == 2,
    "a part is there": lambda _: list(Path("out/parts").glob("part-*.json")),
}


SLOW = pytest.mark.slow  # the same way out, from another place


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("state", "sent"),
    [
        ("a worker starts", signal.SIGINT),
        pytest.param("both work", signal.SIGTERM, marks=SLOW),
        pytest.param("a worker starts", signal.SIGTERM, marks=SLOW),
        pytest.param("both work", signal.SIGINT, marks=SLOW),
        pytest.param("both work", signal.SIGHUP, marks=SLOW),
        pytest.param("a part is there", signal.SIGINT, marks=SLOW),
        pytest.param("a part is there", signal.SIGHUP, marks=SLOW),
        pytest.param("a part is there", signal.SIGTERM, marks=SLOW),
    ],
)
def test_it_ends_in_one_line_while(state: str, sent: signal.Signals) -> None:
    ended(sent, STATES[state])


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_with_nohup_a_closed_terminal_ends_nothing() -> None:
    command = ["nohup", *PROGRAM, *EXPERIMENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        while not list(Path("out/parts").glob("part-*.json")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
        said = process.communicate(timeout=90)[0].decode()
    assert process.returncode == 0, said
    assert "900 runs" in said
    assert "closed" not in said


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_comparison_ends_in_one_line_among_its_worlds(sent: signal.Signals) -> None:
    parts = Path("out/worlds/parts")
    ended(sent, lambda _: list(parts.glob("part-*.json")), f"{COMPARED} 4")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@SIGNALS
@pytest.mark.parametrize(
    "command", [" ".join(EXPERIMENT), f"{COMPARED} 300"], ids=["experiment", "compare"]
)
def test_it_ends_in_one_line_at_thirty_moments(command: str, sent: signal.Signals) -> None:
    for step in range(3, 33):
        moment = time.monotonic() + step / 6
        ended(sent, lambda _, moment=moment: time.monotonic() > moment, command)  # type: ignore[misc]
        shutil.rmtree("out", ignore_errors=True)
