"""Ten years of a million employees, and what each of them costs in memory.

Each run has a process of its own. It inherits the largest memory of the process that starts it, so
this subject comes first, while that process is small.
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks import ROOT
from benchmarks.timing import Figure

TINY = 100
"""Staff of the run whose memory stands for that of the program."""


def measure(quick: bool) -> list[Figure]:
    """Seconds and memory of a whole run, with and without Mesa's agents."""
    staff, label, weeks = (100_000, "1e5", 13) if quick else (1_000_000, "1e6", 520)
    run(TINY, 2)  # compiles what a new version must compile, in a process of its own
    whole = run(staff, weeks)
    tiny = run(TINY, weeks)
    agents_weeks = min(weeks, 52)
    with_agents = run(staff, agents_weeks, agents=True)
    tiny_agents = run(TINY, agents_weeks, agents=True)
    aims = ("at most 75", "at most 4", "at most 1,224: 5 for each need and 1 KiB")
    time_aim, memory_aim, employee_aim = ("", "", aims[2]) if quick else aims
    return [
        Figure(
            f"seconds_{weeks}_weeks_{label}",
            [whole["seconds"]],
            "s",
            f"{weeks} weeks of {staff:,} staff, 40 needs",
            time_aim,
        ),
        Figure(
            f"peak_gib_{label}",
            [whole["peak_bytes"] / 2**30],
            "GiB",
            f"Largest memory of that run, {staff:,} staff",
            memory_aim,
        ),
        Figure(
            f"bytes_per_employee_{label}",
            [(whole["peak_bytes"] - tiny["peak_bytes"]) / (staff - TINY)],
            "bytes",
            f"Memory of that run for each employee, beyond that of a run of {TINY} staff",
            employee_aim,
        ),
        Figure(
            f"bytes_per_employee_agents_{label}",
            [(with_agents["peak_bytes"] - tiny_agents["peak_bytes"]) / (staff - TINY)],
            "bytes",
            f"The same with Mesa's agents for all, over {agents_weeks} weeks",
            employee_aim,
        ),
    ]


def run(staff: int, weeks: int, agents: bool = False) -> dict[str, float]:
    """Run in a process of its own; see `benchmarks.one_run`."""
    command = [sys.executable, "-m", "benchmarks.one_run", str(staff), str(weeks)]
    command.append("yes" if agents else "no")
    done = subprocess.run(  # noqa: S603 - this very interpreter
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer
