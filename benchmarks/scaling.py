"""How the time of a week grows with staff, with needs and with threads."""

from __future__ import annotations

import hashlib
from functools import partial

import numpy as np

from benchmarks.timing import Figure, in_turn, ratios
from benchmarks.warm import seconds_a_week, warm_model, warm_up_weeks
from seci_sim import SECIModel

WEEKS = {100: 1000, 1_000: 200, 10_000: 20, 100_000: 2, 1_000_000: 1}
"""Staff, and weeks of a round: about as long for each."""

NEEDS = (20, 40, 80, 200)


def measure(quick: bool) -> list[Figure]:
    """Nanoseconds for an employee's week, what a second thread brings, and that it changes nothing."""
    rounds, weeks = 3 if quick else 9, warm_up_weeks(quick)
    return [*_staff(quick, weeks, rounds), *_needs(weeks, rounds), *_threads(weeks, rounds)]


def _staff(quick: bool, weeks: int, rounds: int) -> list[Figure]:
    """At growing sizes, one thread."""
    sizes = [staff for staff in WEEKS if staff < 1_000_000 or not quick]
    models = {staff: warm_model(staff, weeks) for staff in sizes}
    taken = in_turn(
        {staff: partial(seconds_a_week, model, WEEKS[staff]) for staff, model in models.items()},
        rounds,
    )
    nanoseconds = {staff: [1e9 * t / staff for t in taken[staff]] for staff in sizes}
    figures = [
        Figure(
            f"nanoseconds_per_employee_week_{scientific(staff)}",
            nanoseconds[staff],
            "ns",
            f"Time of one employee's week, {staff:,} staff, 40 needs, one thread",
        )
        for staff in sizes
    ]
    from_1000 = [nanoseconds[staff] for staff in sizes if staff >= 1000]
    largest = scientific(sizes[-1])
    variation = [max(of_round) / min(of_round) for of_round in zip(*from_1000, strict=True)]
    aim = "less than 2" if not quick else ""
    figures.append(
        Figure(
            f"nanoseconds_ratio_1e3_to_{largest}",
            variation,
            "times",
            f"Longest by shortest time of an employee's week, 1,000 to {sizes[-1]:,} staff",
            aim,
        )
    )
    return figures


def _needs(weeks: int, rounds: int) -> list[Figure]:
    """At growing numbers of needs, 10,000 staff, one thread."""
    models = {needs: warm_model(10_000, weeks, needs=needs) for needs in NEEDS}
    taken = in_turn(
        {
            needs: partial(seconds_a_week, model, WEEKS[10_000] // 4)
            for needs, model in models.items()
        },
        rounds,
    )
    return [
        Figure(
            f"nanoseconds_per_employee_week_and_need_{needs}",
            [1e9 * t / 10_000 / needs for t in taken[needs]],
            "ns",
            f"Time of one need in one employee's week, {needs} needs, 10,000 staff, one thread",
        )
        for needs in NEEDS
    ]


def _threads(weeks: int, rounds: int) -> list[Figure]:
    """What a second thread brings at 100,000 staff."""
    models = {threads: warm_model(100_000, weeks, threads=threads) for threads in (1, 2)}
    # Other subjects may have used one of the two; both are to have lived through the same weeks.
    latest = max(model.week for model in models.values())
    for model in models.values():
        while model.week < latest:
            model.step()
    taken = in_turn(
        {threads: partial(seconds_a_week, model, 2) for threads, model in models.items()},
        rounds,
    )
    same = fingerprint(models[1]) == fingerprint(models[2])
    return [
        Figure(
            "threads_ratio_1e5",
            ratios(taken[1], taken[2]),
            "times",
            "How many times as fast with two threads as with one, 100,000 staff",
            "at least 1.6",
        ),
        Figure(
            "threads_same_bits_1e5",
            [float(same)],
            "1: yes",
            "Whether one and two threads gave the same bits of tacit and explicit knowledge",
            "1",
        ),
    ]


def fingerprint(model: SECIModel) -> str:
    """Hash of all tacit and explicit knowledge."""
    digest = hashlib.sha256()
    for form in (model.knowledge.tacit, model.knowledge.explicit):
        digest.update(np.ascontiguousarray(form).tobytes())
    return digest.hexdigest()


def scientific(staff: int) -> str:
    """A power of ten as it stands in the names of figures.

    Examples
    --------
    >>> scientific(1000)
    '1e3'
    """
    return f"1e{len(str(staff)) - 1}"
