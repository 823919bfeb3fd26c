"""What a worker makes of a run: a film, a table, a workbook."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

import orjson

from seci_sim.lab.comparing import simulate
from seci_sim.lab.spreadsheets import weekly_csv
from seci_sim.page.film import film
from seci_sim.scenario import Scenario

SEEDS_OF_A_WORKBOOK = 10
"""Runs of each policy in a workbook, which says how sure its numbers are."""


def film_of(scenarios: Sequence[Scenario], seed: int) -> bytes:
    """A film as JSON, compressed."""
    return gzip.compress(orjson.dumps(film(scenarios, seed)), compresslevel=1)


def table_of(scenarios: Sequence[Scenario], seed: int) -> bytes:
    """The weekly rows of the runs that are shown, as CSV."""
    results = simulate(scenarios, seed=seed, replications=1, workers=1)
    return "".join(weekly_csv(results.weekly)).encode()


def workbook_of(scenarios: Sequence[Scenario], seed: int, command: str) -> bytes:
    """A workbook with charts, of the runs from the seed that is shown onwards."""
    from seci_sim.report import tell
    from seci_sim.report.workbook import workbook

    results = simulate(scenarios, seed=seed, replications=SEEDS_OF_A_WORKBOOK, workers=1)
    return workbook(tell(results), command=command)
