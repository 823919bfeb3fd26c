"""The command that holds published findings against the model."""

from __future__ import annotations

from typing import Annotated

import typer

from seci_sim.cli.options import AsJson, Quiet, Workers, in_json, whole
from seci_sim.scenario.number_of_worlds import MOST_WORLDS

WORLDS = 64


def evidence(
    studies: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STUDY]...", help="Names of shipped studies, or files.", show_default="all"
        ),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option(
            parser=whole(0, MOST_WORLDS, f"0, or 2..{MOST_WORLDS}"),
            metavar="N",
            help="Worlds, sets of values of what nobody has measured, in which each is looked at again; 0 for none.",
        ),
    ] = WORLDS,
    workers: Workers = None,
    out: Annotated[
        str, typer.Option(metavar="FOLDER", help="Folder of the page and the table.")
    ] = "results/evidence",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> str:
    """Re-create published findings, and say which of them the model gives, misses first.

    The same command goes on where it stopped.
    """
    from seci_sim.evidence.study import read_study, shipped_studies
    from seci_sim.scenario.file_names import typed
    from seci_sim.scenario.preflight import folder_of

    if worlds == 1:
        raise typer.BadParameter(
            "one world tells nothing of others; allowed: 0, or 2..", param_hint="--worlds"
        )
    read = [read_study(name) for name in dict.fromkeys(studies or shipped_studies())]
    folder = folder_of(out, ())
    folder.mkdir(parents=True, exist_ok=True)  # where it cannot be, nobody waits for runs first
    # These import pandas and more: after all files have been checked.
    from seci_sim.evidence.held import hold
    from seci_sim.evidence.told import in_order, published, simulated, summary
    from seci_sim.report.evidence import save

    every = []
    for study in read:
        try:
            held = hold(study, worlds=worlds, workers=workers, kept=folder / "runs")
        except (KeyboardInterrupt, SystemExit):
            if not (quiet or as_json):
                what = f"Stopped; finished runs are kept in {folder}. To go on: the same command"
                typer.echo(what, err=True)
            raise
        if not (quiet or as_json):
            typer.echo(f"{study.label}: {held.verdict}", err=True)
        every.append(held)
    line = typed(["seci-sim", "evidence", *(studies or ()), "--worlds", str(worlds)])
    page = save(every, folder, worlds, line)
    if as_json:
        found = [
            {
                "study": one.study.label,
                "verdict": one.verdict,
                "published": published(one),
                "simulated": simulated(one.usual),
            }
            for one in in_order(every)
        ]
        return in_json({"command": line, "folder": out, "studies": found})
    rows = [
        f"{one.verdict:<20} {one.study.name}, {one.study.cited}: published {published(one)}, "
        f"simulated {simulated(one.usual)}"
        for one in in_order(every)
    ]
    return (
        ""
        if quiet
        else "\n".join([*rows, "", *summary(every), f"Wrote {page} and a table beside it."])
    )
