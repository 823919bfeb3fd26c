"""A command of `seci-sim` that ends as soon as a model has lived through its first week.

::

    python -m benchmarks.first_week run baseline --workers 1
"""

from __future__ import annotations

import os
import sys

from seci_sim.cli import answer_to


def stop_after_the_first_week() -> None:
    """Let every model end the process after its first week."""
    from seci_sim.model import SECIModel

    step = SECIModel.step

    def only_step(model: SECIModel) -> None:
        step(model)
        os._exit(0)  # at once, without the clearing up that a command does at its end

    SECIModel.step = only_step  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    stop_after_the_first_week()
    sys.exit(answer_to(sys.argv[1:]) or "no week was run")
