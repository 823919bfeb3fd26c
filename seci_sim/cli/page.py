"""The command that serves the page to a class."""

from __future__ import annotations

import importlib.util
import ipaddress
from typing import Annotated

import typer

from seci_sim.cli.lessons import Lessons, OwnScenarios, asked, repeated
from seci_sim.cli.options import CommandLineProblem, Open, at_a_terminal, whole

HERE = "127.0.0.1"
"""Where only this machine can reach the page."""


def app(
    scenarios: OwnScenarios = None,
    lesson: Lessons = None,
    port: Annotated[
        int, typer.Option(parser=whole(1, 65535, "1..65535"), metavar="N", help="Port.")
    ] = 8050,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on; others need --share.")
    ] = HERE,
    share: Annotated[
        bool, typer.Option("--share", help="Let other machines of the network reach the page.")
    ] = False,
    opens: Open = None,
) -> str:
    """Open the page, and serve it to a class: the file that `page` writes, at an address."""
    where = address(host, share)
    if importlib.util.find_spec("segno") is None:
        from seci_sim.scenario.preflight import MissingExtra

        raise MissingExtra("app needs the extra: pip install 'seci-sim[app]'")
    lessons, own = asked(lesson, scenarios)
    from seci_sim.page.saving import written
    from seci_sim.page.serving import serve

    if not ipaddress.ip_address(where).is_loopback:
        what = "Everybody who can reach this machine over the network can now open the page: one file, and nothing else."
        typer.echo(what, err=True)
    text = written(lessons, own, command=repeated("class.html", scenarios, lesson))
    serve(text, where, port, opens=opens is not False and at_a_terminal(), say=typer.echo)
    return "Stopped."


def address(host: str, share: bool) -> str:
    """The address to listen on; more than this machine only where somebody says so."""
    try:
        address = ipaddress.ip_address({"localhost": HERE}.get(host, host))
    except ValueError:
        raise CommandLineProblem(
            f"--host: must be an address such as {HERE}; got {host[:40]!r}"
        ) from None
    if share and address.is_loopback:
        return "0.0.0.0" if address.version == 4 else "::"  # noqa: S104 - asked for
    if not (share or address.is_loopback):
        raise CommandLineProblem(
            f"--host: other machines could reach {address}; say so with --share"
        )
    return str(address)
