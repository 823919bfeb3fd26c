"""The command that serves the page for strategists and classes."""

from __future__ import annotations

import importlib.util
import ipaddress
from functools import partial
from typing import Annotated

import typer

from seci_sim.cli.options import CommandLineProblem, Open, Workers, at_a_terminal, whole

HERE = "127.0.0.1"
"""Where only this machine can reach the page."""


def app(
    port: Annotated[
        int, typer.Option(parser=whole(1, 65535, "1..65535"), metavar="N", help="Port.")
    ] = 8050,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on; others need --share.")
    ] = HERE,
    share: Annotated[
        bool, typer.Option("--share", help="Let other machines of the network reach the page.")
    ] = False,
    workers: Workers = None,
    opens: Open = None,
) -> str:
    """Open the page: sliders, two policies beside each other, the weeks played."""
    where = address(host, share)
    if any(importlib.util.find_spec(package) is None for package in ("dash", "waitress")):
        from seci_sim.scenario.preflight import MissingExtra

        raise MissingExtra("app needs the extra: pip install 'seci-sim[app]'")
    from seci_sim.page.serving import serve

    warn = partial(typer.echo, err=True)
    if not ipaddress.ip_address(where).is_loopback:
        warn(
            "Everybody who can reach this machine over the network can now use the page and its "
            "processors: there is no password, and what is sent is not encrypted."
        )
    seen = opens is not False and at_a_terminal()
    serve(where, port, workers, opens=seen, say=typer.echo, warn=warn)
    return "Stopped."


def address(host: str, share: bool) -> str:
    """The address to listen on; more than this machine only where somebody says so."""
    try:
        address = ipaddress.ip_address({"localhost": HERE}.get(host, host))
    except ValueError:
        raise CommandLineProblem(
            f"--host: must be an address such as {HERE}; got {host[:40]!r}"
        ) from None
    if share and host == HERE:
        return "0.0.0.0"  # noqa: S104 - asked for
    if not (share or address.is_loopback):
        raise CommandLineProblem(
            f"--host: other machines could reach {address}; say so with --share"
        )
    return str(address)
