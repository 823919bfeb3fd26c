"""The file of results, and the table of them in the documents."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import ROOT
from benchmarks.machine import machine
from benchmarks.timing import Figure

RESULTS = ROOT / "benchmarks" / "results.json"
DOCUMENT = ROOT / "docs" / "speed.md"
PLACE = re.compile(r"<!-- measured: speed -->\n.*<!-- /measured: speed -->", re.DOTALL)


def results(figures: Sequence[Figure], quick: bool, load_before: float) -> dict[str, Any]:
    """All figures under their plain names, and beside them what they mean and how they spread."""
    medians = {figure.name: rounded(figure.median) for figure in figures}
    return medians | {
        "about": {
            figure.name: {
                "unit": figure.unit,
                "meaning": figure.meaning,
                "aim": figure.aim,
                "rounds": len(figure.values),
                "spread": [rounded(bound) for bound in figure.spread],
            }
            for figure in figures
        },
        "quick": quick,
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": machine(load_before),
    }


def rounded(value: float) -> float:
    """Four significant digits.

    Examples
    --------
    >>> rounded(0.00123456), rounded(123456.0)
    (0.001235, 123500.0)
    """
    return 0.0 if value == 0 else round(value, 3 - math.floor(math.log10(abs(value))))


def table(found: Mapping[str, Any]) -> str:
    """Results as a paragraph on the machine and a table in Markdown."""
    on = found["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in on["versions"].items())
    kind = "a quick run, without the largest firms" if found["quick"] else "a full run"
    lines = [
        f"Measured on {found['measured']}, in {kind}, on {on['processor']} with {on['cores']} cores "
        f"under {on['system']}, with a load of {on['load_before']} before; {versions}.",
        "",
        "| figure | median | spread | unit | aim | meaning |",
        "|---|---|---|---|---|---|",
        *(_row(name, found[name], about) for name, about in found["about"].items()),
    ]
    return "\n".join(lines)


def _row(name: str, value: float, about: Mapping[str, Any]) -> str:
    low, high = about["spread"]
    spread = f"{number(low)} and {number(high)}" if about["rounds"] > 1 else "one round"
    cells = (f"`{name}`", number(value), spread, about["unit"], about["aim"], about["meaning"])
    return "| " + " | ".join(cells) + " |"


def number(value: float) -> str:
    """A number as people read it.

    Examples
    --------
    >>> number(1234.0), number(12.34), number(0.01234)
    ('1,234', '12.3', '0.0123')
    """
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def printed(figures: Iterable[Figure]) -> str:
    """Figures as lines of text."""
    return "\n".join(
        f"  {figure.name} = {number(figure.median)} {figure.unit}"
        f"  ({number(figure.spread[0])} to {number(figure.spread[1])})"
        + (f"  aim: {figure.aim}" if figure.aim else "")
        for figure in figures
    )


def with_table(text: str, found: Mapping[str, Any] | None = None) -> str:
    """A document with the table of these results in its place; without results, an empty place.

    Raises
    ------
    ValueError
        Where the document has no place for the table.
    """
    shown = "" if found is None else f"\n{table(found)}\n\n"
    written, places = PLACE.subn(
        lambda _: f"<!-- measured: speed -->\n{shown}<!-- /measured: speed -->", text
    )
    if places != 1:
        raise ValueError("no place <!-- measured: speed --> for the table in the document")
    return written


def save(found: Mapping[str, Any], results_file: Path, document: Path) -> None:
    """Write the results, and their table into its place in a document, each whole or not at all."""
    text = with_table(document.read_text("utf-8"), found)
    for file, content in ((results_file, json.dumps(found, indent=1) + "\n"), (document, text)):
        beside = file.with_name(f".{file.name}.tmp")
        beside.write_text(content, "utf-8", newline="\n")
        beside.replace(file)
