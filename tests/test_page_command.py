"""`seci-sim app`: where it listens, and what it says when it cannot."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest

pytest.importorskip("dash", reason="needs the extra app")

from seci_sim.cli import page
from seci_sim.cli.answering import answer_to
from seci_sim.page.serving import _listening
from seci_sim.page.workers import Line

BROWSERLESS = "--no-open"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        yield int(somebody.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "0"], "--port: must be a whole number; allowed: 1..65535; got '0'"),
        (["--port", "70000"], "--port: must be a whole number; allowed: 1..65535; got '70000'"),
        (["--port", "-1"], "--port: must be a whole number; allowed: 1..65535; got '-1'"),
        (["--port", "x"], "--port: must be a whole number; allowed: 1..65535; got 'x'"),
        (["--host", "evil.example"], "--host: must be an address such as 127.0.0.1; got 'evil.example'"),
        (["--host", "0.0.0.0"], "--host: other machines could reach 0.0.0.0; say so with --share"),
        (["--host", "::"], "--host: other machines could reach ::; say so with --share"),
        (["--workers", "0"], "--workers: must be a whole number; allowed: 1..1024; got '0'"),
    ],
)  # fmt: skip
def test_what_was_typed_wrongly_is_told_in_a_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to(["app", BROWSERLESS, *arguments]) == 2
    assert capsys.readouterr().err == f"error: {told}\n"


def test_a_port_that_is_taken_is_told_before_anything_else(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_to(["app", BROWSERLESS, "--port", str(taken)]) == 5
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        f"error: 127.0.0.1:{taken}: address already in use; choose another with --port\n"
    )


def test_an_address_of_another_machine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer_to(["app", BROWSERLESS, "--host", "192.0.2.1", "--share"]) == 5
    warning, refusal = capsys.readouterr().err.splitlines()
    assert "there is no password" in warning
    assert refusal.startswith("error: 192.0.2.1:8050: ")


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a machine has one address of its own"
)
def test_the_page_listens_on_its_own_machine_only() -> None:
    server = _listening(page.address(page.HERE, share=False), 0, Line(1))
    with socket.create_connection(("127.0.0.1", server.effective_port), timeout=5):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.effective_port), timeout=5)
    server.close()
    shared = _listening(page.address(page.HERE, share=True), 0, Line(1))
    with socket.create_connection(("127.0.0.2", shared.effective_port), timeout=5):
        pass
    shared.close()


def test_who_shares_the_page_without_an_address_shares_it_on_all() -> None:
    assert page.address(page.HERE, share=True) == "0.0.0.0"
    assert page.address("localhost", share=False) == "127.0.0.1"
    assert page.address("::1", share=False) == "::1"


def test_it_says_when_the_extra_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert answer_to(["app"]) == 2
    assert capsys.readouterr().err == "error: app needs the extra: pip install 'seci-sim[app]'\n"


def test_it_says_where_the_page_is_opens_it_and_ends_its_workers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[object] = []

    class NoLine:
        def __init__(self, workers: int) -> None:
            done.append(workers)

        def start(self) -> None:
            done.append("started")

        def close(self) -> None:
            done.append("closed")

    class NoServer:
        def run(self) -> None:
            done.append("served")

    monkeypatch.setattr("seci_sim.page.serving.Line", NoLine)
    monkeypatch.setattr("seci_sim.page.serving._listening", lambda *_: NoServer())
    monkeypatch.setattr("seci_sim.page.serving.warm_up", lambda: done.append("compiled"))
    monkeypatch.setattr("seci_sim.page.serving.webbrowser.open", done.append)
    monkeypatch.setattr("seci_sim.cli.page.at_a_terminal", lambda: True)
    monkeypatch.setattr("seci_sim.page.serving.is_warm", lambda _: False)
    assert answer_to(["app", "--workers", "3"]) == 0
    opened = "http://127.0.0.1:8050/"
    assert done == [3, "compiled", "started", opened, "served", "closed"]
    told = capsys.readouterr()
    assert told.out == f"The page is at {opened} (stop it with Ctrl-C).\nStopped.\n"
    assert told.err == "Compiling the model once; this takes about 8 seconds.\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_the_page_is_served_until_somebody_stops_it(taken: int) -> None:
    port = str(taken + 1 if taken < 65535 else 1024)
    command = [sys.executable, "-m", "seci_sim.cli", "app", BROWSERLESS, "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        said = serving.stdout.readline()
        assert said == f"The page is at http://127.0.0.1:{port}/ (stop it with Ctrl-C).\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?seed=3") as answer:
            assert b"<!DOCTYPE html>" in answer.read()
        serving.send_signal(signal.SIGINT)
        assert serving.stdout.read() == "Stopped.\n"
        assert serving.wait(timeout=30) == 0
