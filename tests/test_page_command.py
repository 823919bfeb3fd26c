"""`seci-sim app`: where it listens, and what it says when it cannot."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest

pytest.importorskip("segno", reason="needs the extra app")

from seci_sim.cli import page
from seci_sim.cli.answering import answer_to
from seci_sim.page.serving import CannotServe, addresses, listening

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
    assert "Everybody who can reach this machine" in warning
    assert refusal.startswith("error: 192.0.2.1:8050: ")


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a machine has one address of its own"
)
def test_the_page_listens_on_its_own_machine_only() -> None:
    with listening("", page.address(page.HERE, share=False), 0, []) as server:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=5):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", server.server_port), timeout=5)
    with (
        listening("", page.address(page.HERE, share=True), 0, []) as shared,
        socket.create_connection(("127.0.0.2", shared.server_port), timeout=5),
    ):
        pass


@contextmanager
def served(text: str, shared: list[str]) -> Iterator[str]:
    """A page on a free port of this machine."""
    with listening(text, "127.0.0.1", 0, shared) as server:
        answering = threading.Thread(target=server.serve_forever, daemon=True)
        answering.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def got(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def test_the_page_and_what_a_class_types_are_all_there_is() -> None:
    with served("<!DOCTYPE html>Ü", ["http://192.0.2.7:8050/"]) as address:
        assert got(f"{address}/?seed=3") == (200, "<!DOCTYPE html>Ü")
        status, shared = got(f"{address}/share")
        assert status == 200
        assert "<p>http://192.0.2.7:8050/</p><svg" in shared
        for path in ("/x", "/../etc/passwd", "/share/"):
            assert got(address + path) == (404, "there is no such page\n"), path


def test_thirty_visitors_who_come_at_once_are_all_answered() -> None:
    with served("x" * 400_000, []) as address, ThreadPoolExecutor(30) as room:
        assert set(room.map(got, [address] * 30)) == {(200, "x" * 400_000)}


def test_others_are_told_an_address_that_they_can_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert addresses("127.0.0.1", 8050) == addresses("::1", 8050) == []
    monkeypatch.setattr("seci_sim.page.serving.addresses", lambda *_: ["http://192.0.2.7:8050/"])
    monkeypatch.setattr("seci_sim.page.serving.listening", lambda *_: nullcontext(NoServer()))
    assert answer_to(["app", "--share", "--lesson", "each-letter"]) == 0
    told = capsys.readouterr().out
    assert "\n    http://192.0.2.7:8050/\n" in told
    assert "█" in told or "▀" in told


class NoServer:
    def serve_forever(self) -> None:
        raise KeyboardInterrupt


def test_who_shares_the_page_without_an_address_shares_it_on_all() -> None:
    assert page.address(page.HERE, share=True) == "0.0.0.0"
    assert page.address("localhost", share=False) == "127.0.0.1"
    assert page.address("::1", share=False) == "::1"


@pytest.mark.parametrize(
    ("host", "where"), [("localhost", "0.0.0.0"), ("127.0.0.2", "0.0.0.0"), ("::1", "::")]
)
def test_what_is_shared_can_be_reached_by_others(host: str, where: str) -> None:
    assert page.address(host, share=True) == where


def test_who_shares_by_version_6_shares_by_version_4_too() -> None:
    try:
        shared = listening("", page.address("::1", share=True), 0, [])
    except CannotServe:
        pytest.skip("this machine has no version 6")
    with shared:
        for address in ("127.0.0.1", "::1"):
            with socket.create_connection((address, shared.server_port), timeout=5):
                pass


def test_it_says_when_the_extra_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert answer_to(["app"]) == 2
    assert capsys.readouterr().err == "error: app needs the extra: pip install 'seci-sim[app]'\n"


def test_it_says_where_the_page_is_and_opens_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[object] = []
    monkeypatch.setattr("seci_sim.page.serving.listening", lambda *_: nullcontext(NoServer()))
    monkeypatch.setattr("seci_sim.page.serving.webbrowser.open", done.append)
    monkeypatch.setattr("seci_sim.cli.page.at_a_terminal", lambda: True)
    assert answer_to(["app", "--lesson", "each-letter"]) == 0
    opened = "http://127.0.0.1:8050/"
    assert done == [opened]
    told = capsys.readouterr()
    assert told.out == f"The page is at {opened} (stop it with Ctrl-C).\nStopped.\n"
    assert told.err == ""


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
