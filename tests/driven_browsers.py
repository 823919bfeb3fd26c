"""Firefox and WebKit from Debian's packages, told by their own protocols to open a page and to run a script in it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 600
"""Seconds that a script may take, and a browser to begin."""

ALONE = ["unshare", "--net", "--map-root-user"]
"""Before a command that is to have no network."""


def cut_off(browser: str, address: str, script: str, folder: Path) -> Any:
    """What a script answers in a browser for which there is nothing but this machine, and which networks it had."""
    if shutil.which(ALONE[0]) is None or subprocess.run([*ALONE, "true"], check=False).returncode:
        pytest.skip("no program may be cut off from the network here")
    asked = json.dumps([browser, address, script, str(folder)])
    told = subprocess.run(
        [*ALONE, sys.executable, __file__], input=asked, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    if "missing" in found:
        pytest.skip(found["missing"])
    return found["answer"], found["networks"]


def firefox_runs(address: str, script: str, folder: Path) -> Any:
    """What a script, whose last argument is a callback, answers in Firefox, by its Marionette protocol."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("no Firefox is installed")
    port = free_port()
    prefs = {"marionette.port": port, "network.proxy.type": 1, "network.proxy.http": "127.0.0.1"}
    lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});" for n, v in prefs.items()]
    (folder / "user.js").write_text("\n".join(lines), "utf-8")
    command = [program, "--headless", "--no-remote", "--marionette", "--profile", str(folder)]
    with begun(command), answering(port) as line, line.makefile("rwb") as stream:

        def heard() -> Any:
            length = b""
            while (digit := stream.read(1)) != b":":
                length += digit
            return json.loads(stream.read(int(length)))

        def ask(command: str, **asked: Any) -> Any:
            said = json.dumps([0, 1, f"WebDriver:{command}", asked]).encode()
            stream.write(f"{len(said)}:".encode() + said)
            stream.flush()
            _, _, problem, answer = heard()
            assert problem is None, problem
            return answer.get("value")

        heard()  # its greeting
        ask("NewSession")
        ask("SetTimeouts", script=1000 * PATIENCE)
        ask("Navigate", url=address)
        return ask("ExecuteAsyncScript", script=script, args=[])


def webkit_runs(address: str, script: str, _: Path) -> Any:
    """The same in the MiniBrowser of WebKitGTK, by WebDriver."""
    found = [*Path("/usr").glob("lib*/*/webkit2gtk-4.*/MiniBrowser")]
    driver, display = shutil.which("WebKitWebDriver"), shutil.which("xvfb-run")
    if not (found and driver and display):
        pytest.skip("no WebKitWebDriver, or no MiniBrowser or xvfb-run, is installed")
    port = free_port()
    options = {"binary": str(found[0]), "args": ["--automation"]}
    wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}

    def ask(path: str, **asked: Any) -> Any:
        data = json.dumps(asked).encode()
        place = f"http://127.0.0.1:{port}/session{path}"
        request = urllib.request.Request(place, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    with begun([display, "-a", driver, f"--port={port}"]), answering(port):
        session = f"/{ask('', capabilities=wanted)['sessionId']}"
        ask(f"{session}/timeouts", script=1000 * PATIENCE, pageLoad=1000 * PATIENCE)
        ask(f"{session}/url", url=address)
        return ask(f"{session}/execute/async", script=script, args=[])


@contextmanager
def begun(command: list[str]) -> Iterator[None]:
    """A program with all that it begins itself."""
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(program.pid, signal.SIGTERM)
        program.wait(60)


@contextmanager
def answering(port: int) -> Iterator[socket.socket]:
    """A line to a port of this machine, once somebody listens there."""
    for _ in range(PATIENCE):
        try:
            line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except OSError:
            time.sleep(1)
        else:
            with line:
                yield line
            return
    pytest.fail(f"nobody listens at {port}")


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def main() -> dict[str, Any]:
    """In a process that `cut_off` begins: drivers and browsers talk by this machine's own addresses."""
    browser, address, script, folder = json.load(sys.stdin)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    runs = {"firefox": firefox_runs, "webkit": webkit_runs}[browser]
    try:
        answer = runs(address, script, Path(folder))
    except pytest.skip.Exception as missing:
        return {"missing": str(missing)}
    return {"answer": answer, "networks": [name for _, name in socket.if_nameindex()]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
