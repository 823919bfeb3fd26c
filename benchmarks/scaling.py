"""How the time of a week grows with staff and with needs."""

from __future__ import annotations

from functools import partial

from benchmarks.timing import Figure, in_turn
from benchmarks.warm import seconds_a_week, warm_model, warm_up_weeks

WEEKS = {100: 1000, 1_000: 200, 10_000: 20, 100_000: 2, 1_000_000: 1}
"""Staff, and weeks of a round: about as long for each."""

NEEDS = (20, 40, 80, 200)


def measure(quick: bool) -> list[Figure]:
    """Nanoseconds for an employee's week, and for one need of it."""
    rounds, weeks = 3 if quick else 9, warm_up_weeks(quick)
    return [*_staff(quick, weeks, rounds), *_needs(weeks, rounds)]


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
            f"Time of one employee's week, {staff:,} staff, 40 needs",
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
            f"Time of one need in one employee's week, {needs} needs, 10,000 staff",
        )
        for needs in NEEDS
    ]


def scientific(staff: int) -> str:
    """A power of ten as it stands in the names of figures.

    Examples
    --------
    >>> scientific(1000)
    '1e3'
    """
    return f"1e{len(str(staff)) - 1}"
