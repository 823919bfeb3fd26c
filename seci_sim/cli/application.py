"""The application, and its commands in the order in which help lists them."""

from __future__ import annotations

from typing import Annotated

import typer

from seci_sim.cli import calibrate, evidence, experiments, lessons, page, reach, runs, scenarios
from seci_sim.cli.options import with_groups

app = typer.Typer(
    name="seci-sim",
    help="Simulate how an organisation creates knowledge, and compare policies.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def seci_sim(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True)
    ] = False,
) -> str | None:
    """Simulate how an organisation creates knowledge, and compare policies."""
    if version:
        from seci_sim import __version__

        typer.echo(f"seci-sim {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    return None


app.command("list")(scenarios.list_scenarios)
app.command()(with_groups(scenarios.new))
app.command()(scenarios.check)
app.command()(with_groups(runs.run))
app.command()(with_groups(runs.compare))
app.command()(with_groups(reach.reach))
app.command()(evidence.evidence)
app.command()(with_groups(calibrate.calibrate))
app.command()(page.app)
app.command()(lessons.page)
app.command()(with_groups(experiments.experiment))
app.command()(experiments.status)
app.command()(experiments.collect)
app.command()(experiments.rerun)
app.command()(scenarios.schema)
