"""One run in a process of its own, which prints how long its weeks took and how much memory it had.

::

    python -m benchmarks.one_run STAFF WEEKS yes|no     yes: with Mesa's agents
"""

from __future__ import annotations

import json
import resource
import sys

from benchmarks.firms import firm
from benchmarks.side import to_the_horizon
from benchmarks.timing import seconds
from seci_sim import SECIModel


def run(staff: int, weeks: int, with_agents: bool) -> dict[str, float]:
    """Seconds of the weeks and the largest memory in bytes."""
    model = SECIModel(firm(staff, weeks=weeks), rng=1)
    if with_agents:
        assert len(model.agents) == staff

    taken = seconds(lambda: to_the_horizon(model))
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return {"seconds": taken, "peak_bytes": float(peak)}


if __name__ == "__main__":
    size, horizon = map(int, sys.argv[1:3])
    sys.stdout.write(json.dumps(run(size, horizon, sys.argv[3] == "yes")))
