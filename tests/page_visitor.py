"""A page that tests may visit: its server with a worker, and a visitor without a browser."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import create_server
from werkzeug.test import TestResponse

from seci_sim.page.server import new_server
from seci_sim.page.serving import THREADS
from seci_sim.page.workers import Line

SMALL = {"scenario": "one-percent", "compare": "no-patient-time"}
HOME = "127.0.0.1:8050"

PATIENT = 60.0
"""Seconds that only a test that is about to fail waits."""


@contextmanager
def warm_line(workers: int = 1, **limits: float) -> Iterator[Line]:
    """A line with workers that are ready."""
    line = Line(workers, **limits)
    line.start()
    try:
        yield line
    finally:
        line.close()


@contextmanager
def served(line: Line) -> Iterator[str]:
    """The page on a free port of this machine; gives its address."""
    server = create_server(new_server(line), host="127.0.0.1", port=0, threads=THREADS)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        serving.join(timeout=10)


def visitor(number: int = 0) -> str:
    return f"visitor-number-{number:08d}"


def post(server: Flask, path: str, body: Any, **headers: str) -> TestResponse:
    """What the server answers to a request of the page."""
    return server.test_client().post(
        path,
        data=body if isinstance(body, str | bytes) else json.dumps(body),
        headers={"Host": HOME, "Content-Type": "application/json", **headers},
    )


def get(server: Flask, path: str, **headers: str) -> TestResponse:
    return server.test_client().get(path, headers={"Host": HOME, **headers})


def asked_until_done(
    server: Flask, path: str, fields: dict[str, str], number: int = 0, **more: Any
) -> TestResponse:
    """Ask again until it is our turn, as the page does."""
    body = {"fields": fields, "visitor": visitor(number), **more}
    until = time.monotonic() + PATIENT
    while (answer := post(server, path, body)).status_code == 202:
        assert time.monotonic() < until
        time.sleep(0.05)
    return answer


def problems(answer: TestResponse) -> list[str]:
    """The lines of a refusal."""
    found: list[str] = json.loads(answer.data)["problems"]
    return found
