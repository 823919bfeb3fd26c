"""Start the page's server, and end it."""

from __future__ import annotations

import ipaddress
import logging
import os
import webbrowser
from collections.abc import Callable

from waitress.server import create_server

from seci_sim.engine.first_use import COMPILING, is_warm
from seci_sim.lab.compiling import warm_up
from seci_sim.page.server import new_server
from seci_sim.page.workers import Line
from seci_sim.parameters import SECI

MOST_WORKERS = 4
THREADS = 16
"""Requests that are answered at once; only as many as there are workers wait for a run."""


class CannotServe(Exception):
    """The address cannot be used."""

    exit_code = 5


def serve(
    host: str,
    port: int,
    workers: int | None,
    *,
    opens: bool,
    say: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Serve the page until somebody stops it.

    Parameters
    ----------
    host : str
        Address to listen on.
    port : int
        1 to 65535.
    workers : int or None
        Processes that run scenarios; by default one for each processor, but at most four.
    opens : bool
        Whether to open the page in a browser.
    say : callable
        Prints a line at once.
    warn : callable
        Prints a line about what is under way, for a person and not for a program that reads.

    Raises
    ------
    CannotServe
        The port is taken or not allowed, or there is no such address.
    """
    # Requests that wait for a thread are told nothing worse than their place in the line.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    line = Line(workers or min(MOST_WORKERS, os.cpu_count() or 1))
    try:
        server = _listening(host, port, line)
        if not is_warm(SECI):
            warn(COMPILING)
        warm_up()
        line.start()
        url = f"http://{_shown(host)}:{port}/"
        say(f"The page is at {url} (stop it with Ctrl-C).")
        if opens:
            webbrowser.open(url)
        server.run()
    finally:
        line.close()


def _listening(host: str, port: int, line: Line):  # type: ignore[no-untyped-def]  # waitress has no types
    """A server that has its port; what is wrong with it is known before anything is compiled."""
    try:
        return create_server(
            new_server(line),
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=2_000_000,
        )
    except OSError as problem:
        what = os.strerror(problem.errno) if problem.errno and problem.errno > 0 else str(problem)
        raise CannotServe(f"{host}:{port}: {what.lower()}; choose another with --port") from None


def _shown(host: str) -> str:
    """The host as a browser on this machine names it.

    Examples
    --------
    >>> _shown("127.0.0.1"), _shown("0.0.0.0"), _shown("::1")
    ('127.0.0.1', '127.0.0.1', '[::1]')
    """
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        return "127.0.0.1"
    return f"[{host}]" if address.version == 6 else host
