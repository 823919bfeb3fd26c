"""The program asks nothing of any network and tells it nothing, whatever it is told to do."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from experiment_files import GRID
from experiment_files import written as experiment_written
from test_lesson_files import LESSON

from seci_sim.cli import answer_to

LOOKED_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
SENT = ("socket.connect", "socket.sendto", "socket.sendmsg")

watching = False
asked: list[str] = []


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Write down who is asked for or spoken to, unless it is this machine, and refuse it."""
    if watching and event in LOOKED_UP + SENT:
        address = arguments[1] if event in SENT else arguments[0]
        host = address[0] if isinstance(address, tuple) else address
        if event in SENT and not isinstance(address, tuple):
            return  # a socket of this machine's own, which has the name of a file
        with suppress(ValueError):
            if ipaddress.ip_address(host).is_loopback:
                return
        asked.append(f"{event} {host}")
        raise OSError(f"{event}: tests connect to nobody")


sys.addaudithook(watch)  # hears of every socket, whichever library opens it; it cannot be taken off


@pytest.fixture
def _watched() -> Iterator[None]:
    global watching
    asked.clear()
    watching = True
    yield
    watching = False


@pytest.mark.usefixtures("empty_folder", "in_this_process", "_watched")
def test_no_command_asks_anything_of_a_network() -> None:
    experiment_written(GRID, Path())
    Path("more.yaml").write_text("name: More\nextends: firm.yaml\npolicy: {turnover: 20%}\n")
    Path("lesson.yaml").write_text(LESSON + "replications: 2\n")
    alone = ["--workers", "1", "--quiet"]
    few = ["--replications", "2", "--worlds", "2"]
    for arguments in (
        ["list"],
        ["schema"],
        ["check", "firm.yaml"],
        ["new", "mine.yaml"],
        ["new", "mine.xlsx"],
        ["run", "firm.yaml", *few, *alone],
        ["compare", "firm.yaml", "more.yaml", *few, "--xlsx", "--pptx", *alone],
        ["rerun", "results/firm-vs-more", *alone],
        ["experiment", "trial.yaml", *alone],
        ["status", "results/trial"],
        ["collect", "results/trial"],
        ["reach", "needs_met=1%", "firm.yaml", "--with", "policy.patient_time", *few, *alone],
        ["page", "class.html", "--lesson", "lesson.yaml", *alone],
    ):
        assert answer_to(arguments) == 0
        assert asked == [], arguments


@pytest.mark.usefixtures("_watched")
def test_a_question_to_another_machine_would_be_noticed() -> None:
    with pytest.raises(OSError, match="connect to nobody"):
        socket.create_connection(("updates.example", 443), timeout=1)
    with socket.socket() as plain, pytest.raises(OSError, match="connect to nobody"):
        plain.connect(("192.0.2.1", 443))
    assert asked == ["socket.getaddrinfo updates.example", "socket.connect 192.0.2.1"]
