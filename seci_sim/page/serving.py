"""Serve the page: one file that nobody can change, from the standard library's server."""

from __future__ import annotations

import io
import ipaddress
import os
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import segno

ELSEWHERE = {4: ("192.0.2.1", socket.AF_INET), 6: ("2001:db8::1", socket.AF_INET6)}
"""Addresses for documents, where nobody is: a socket turned to one says which of ours it would use, and sends nothing."""

SHARE = "/share"

SHARED = """<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Open the page</title>
<style>body {{ font: 700 5vw/1.4 sans-serif; text-align: center; margin: 1em; }} svg {{ width: min(70vw, 60vh); height: auto; }}</style>
<h1 style="font-size: 1em">Open this address</h1>{places}</html>
"""


class CannotServe(Exception):
    """The address cannot be used."""

    exit_code = 5


def serve(page: str, host: str, port: int, *, opens: bool, say: Callable[[str], None]) -> None:
    """Serve the page until somebody stops it.

    Parameters
    ----------
    page : str
        What `seci_sim.page.saving.written` wrote.
    host : str
        Address to listen on.
    port : int
        1 to 65535.
    opens : bool
        Whether to open the page in a browser.
    say : callable
        Prints a line at once.

    Raises
    ------
    CannotServe
        The port is taken or not allowed, or there is no such address.
    """  # fmt: skip
    shared = addresses(host, port)
    with suppress(KeyboardInterrupt), listening(page, host, port, shared) as server:
        here = f"http://{_shown(host)}:{port}/"
        say(f"The page is at {here} (stop it with Ctrl-C).")
        for address in shared:
            say(f"\nOthers type\n\n    {address}\n\nor point a camera here:\n")
            say(as_squares(address))
        if opens:
            webbrowser.open(here + SHARE.lstrip("/") * bool(shared))
        server.serve_forever()


def listening(page: str, host: str, port: int, shared: list[str]) -> ThreadingHTTPServer:
    """A server that has its port."""
    content = {
        "/": page.encode(),
        SHARE: SHARED.format(places="".join(map(_large, shared))).encode(),
    }

    class Page(_Page):
        pages = content

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True
        request_queue_size = 128

        def server_bind(self) -> None:
            """Take the port; on :: also for who comes by version 4, which some systems leave out."""
            if self.address_family == socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            super().server_bind()

        def handle_error(self, *_: Any) -> None:
            """A visitor who goes away in the middle is nobody's mistake."""

    try:
        return Server((host, port), Page)
    except OSError as problem:
        what = os.strerror(problem.errno) if problem.errno and problem.errno > 0 else str(problem)
        raise CannotServe(f"{host}:{port}: {what.lower()}; choose another with --port") from None


class _Page(BaseHTTPRequestHandler):
    """Give the page, or say that there is no other."""

    pages: dict[str, bytes]
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "seci-sim", ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer a request."""
        self._answer(with_content=True)

    def do_HEAD(self) -> None:
        """Answer a question about the page."""
        self._answer(with_content=False)

    def _answer(self, *, with_content: bool) -> None:
        found = self.pages.get(self.path.partition("?")[0])
        content = found or b"there is no such page\n"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"text/{'html' if found else 'plain'}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if with_content:
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nobody is written down."""


def addresses(host: str, port: int) -> list[str]:
    """What others can type; nothing where only this machine can reach the page.

    Examples
    --------
    >>> addresses("127.0.0.1", 8050), addresses("192.0.2.7", 8050)
    ([], ['http://192.0.2.7:8050/'])
    """
    address = ipaddress.ip_address(host)
    if address.is_loopback:
        return []
    if not address.is_unspecified:
        return [f"http://{_shown(host)}:{port}/"]
    found = []
    for version in (4,) if address.version == 4 else (4, 6):
        elsewhere, family = ELSEWHERE[version]
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.connect((elsewhere, 9))
            found.append(f"http://{_shown(trial.getsockname()[0])}:{port}/")
    return found


def as_squares(address: str) -> str:
    """The address as a QR code of letters, for a terminal."""
    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(out=drawn, border=2, compact=True)
    return drawn.getvalue()


def _large(address: str) -> str:
    drawn: str = segno.make(address, micro=False).svg_inline(scale=8, border=2)
    return f"<p>{address}</p>{drawn}"


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
