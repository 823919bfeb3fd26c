"""Units of a list that names none: they are made of who reports to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from seci_sim.scenario.own_firm.dates import is_nothing
from seci_sim.scenario.own_firm.lists import Table, same
from seci_sim.scenario.own_firm.people import OF_THEIR_OWN, counted_people
from seci_sim.scenario.own_firm.understanding import Understanding
from seci_sim.scenario.problems import InputProblem
from seci_sim.scenario.units import FORMULA


def teams_of(table: Table, understanding: Understanding) -> dict[str, str]:
    """Units from reporting lines: those who report to the head of all, each with whoever reports to them.

    Returns
    -------
    dict
        The name of the unit of everybody, by code: the job of its head, or a number.

    Raises
    ------
    InputProblem
        Nobody reports to somebody who is in the list.
    """
    above: dict[str, str] = {}
    jobs: dict[str, str] = {}
    person, manager = table.place("person"), table.place("manager")
    job = table.place("title") if "title" in table.found else None
    for row in table.rows:
        code = same(row.values[person])
        above[code] = "" if is_nothing(row.values[manager]) else same(row.values[manager])
        jobs[code] = "" if job is None else row.values[job]
    _check_lines(above, table, understanding)
    heads = {code for code, boss in above.items() if boss not in above or boss == code}
    top = next(iter(heads)) if len(heads) == 1 else None
    team: dict[str, str] = {}
    for code in above:
        way = [code]
        while way[-1] not in heads and above[way[-1]] != top and len(way) <= len(above):
            way.append(above[way[-1]])
            if len(way) > 100:  # in a circle
                break
        team[code] = way[-1]
    sizes = Counter(team.values())
    told = Counter(jobs[code] for code, size in sizes.items() if size > 1)
    are_jobs = len(set(jobs.values())) <= OF_THEIR_OWN * len(jobs)
    names: dict[str, str] = {}
    for number, (head, size) in enumerate(sizes.items(), start=1):
        alone = size == 1 or head == top
        titled = (
            are_jobs and jobs[head] and told[jobs[head]] == 1 and not jobs[head].startswith(FORMULA)
        )
        names[head] = "Head office" if alone else jobs[head][:60] if titled else f"Team {number}"
    understanding.note(f"{table.label}: names no units: they are made of who reports to whom")
    return {code: names[head] for code, head in team.items()}


def _check_lines(above: Mapping[str, str], table: Table, understanding: Understanding) -> None:
    """Refuse lines that lead to nobody, and say how many do: each such person would be a head of all."""
    label, called = table.label, table.called("manager")
    if not any(boss in above and boss != code for code, boss in above.items()):
        what = "names nobody who is in the list, so that it makes no units"
        ways = "give --column manager=NAME or --column unit=NAME"
        raise InputProblem([f"{label}: {called}: {what}; {ways}"])
    if astray := sum(bool(boss) and boss not in above for boss in above.values()):
        what = f"names somebody who is not in the list for {counted_people(astray)}"
        understanding.note(f"{label}: {called} {what}: read as reporting to nobody")
