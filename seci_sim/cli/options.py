"""Options that commands share, and how what is typed is read."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import Annotated, TypeAlias

import typer

LARGEST_SEED = 2**63 - 1


class CommandLineProblem(Exception):
    """What was typed does not make a command."""

    exit_code = 2


def whole(low: int, high: int, allowed: str) -> Callable[[object], int]:
    """Return a reader of a whole number within limits."""

    def read(given: object) -> int:
        text = str(given)  # typer reads the default too
        plain = text.removeprefix("-").isascii() and text.removeprefix("-").isdecimal()
        if not plain or len(text) > 20 or not low <= int(text) <= high:
            raise typer.BadParameter(
                f"must be a whole number; allowed: {allowed}; got {text[:40]!r}"
            )
        return int(text)

    return read


def gigabytes(given: object) -> float:
    """Read an amount of memory, such as ``8`` or ``0.5 GB``."""
    text = str(given)
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(?:GB)?", text, re.IGNORECASE)
    if not found or not float(found.group(1)):
        raise typer.BadParameter(f"must be gigabytes, such as 8 or 0.5; got {text[:40]!r}")
    return float(found.group(1))


Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Replications: TypeAlias = Annotated[
    int,
    typer.Option(parser=whole(1, 10**6, "1..1000000"), metavar="N", help="Runs of each scenario."),
]
Seed: TypeAlias = Annotated[
    int,
    typer.Option(
        parser=whole(0, LARGEST_SEED, "0..2^63-1"),
        metavar="S",
        help="Seed of the first run; each next run has the next.",
    ),
]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option(
        parser=whole(1, 1024, "1..1024"),
        metavar="N",
        help="Threads, or processes where a run may take long or is of your own.",
        show_default="one for each core",
    ),
]
Out: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="FOLDER", help="Folder of the results.", show_default="results/NAME"),
]
Memory: TypeAlias = Annotated[
    float,
    typer.Option(parser=gigabytes, metavar="GB", help="Refuse runs that need more memory."),
]
Open: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open the report in a browser; never without a terminal.",
        show_default="open",
    ),
]
Everything: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--everything", help="Keep every measure of every week and market, not only a report's."
    ),
]
Xlsx: TypeAlias = Annotated[
    bool, typer.Option("--xlsx", help="Write a workbook with charts too, summary.xlsx.")
]
Pptx: TypeAlias = Annotated[
    bool, typer.Option("--pptx", help="Write slides with charts that can be edited, slides.pptx.")
]
Png: TypeAlias = Annotated[
    bool, typer.Option("--png", help="Write the charts as pictures too, such as spread.png.")
]
Svg: TypeAlias = Annotated[
    bool,
    typer.Option("--svg", help="The same as drawings that can be enlarged, such as spread.svg."),
]
ScenarioName: TypeAlias = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a file.")
]
ScenarioNames: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="SCENARIO...", help="Names of shipped scenarios, or files.")
]


def in_json(document: object) -> str:
    """A document as JSON, for people and programs."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)


def at_a_terminal() -> bool:
    """Whether somebody reads along."""
    return sys.stdout.isatty()
