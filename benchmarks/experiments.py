"""What running an experiment costs beside the runs themselves.

``python benchmarks/experiments.py`` prints the overhead of runner and store over bare runs in one
process, on 10,000 cells of 3 small runs.
"""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from seci_sim.experiment import Experiment
from seci_sim.experiment.cells import Cells, settled
from seci_sim.experiment.chunks import run_once
from seci_sim.experiment.compiling import ready, warm_up
from seci_sim.experiment.pool import Here
from seci_sim.measures import columns
from seci_sim.parameters import SECI
from seci_sim.records import summary

FIRM = """name: Tiny
question: What happens in ten weeks?
horizon: 10 weeks
units:
  - {name: Office, kind: headquarters, staff: 10}
  - {name: Japan, kind: affiliate, staff: 12}
"""

TRIAL = """question: What does the laboratory cost?
scenario: firm.yaml
vary: {policy.patient_time: {from: 0%, to: 10%}, policy.turnover: plausible}
sample: {method: latin hypercube, points: CELLS}
replications: REPLICATIONS
outcomes: [needs_met, needs_mis_served, tacit_alignment]
"""


@dataclass(frozen=True)
class Cost:
    """Times in seconds of the processor, which other programs do not stretch; memory in bytes."""

    runs: int
    bare: float
    """The runs alone, one after another in this process, with the same outcomes."""
    experiment: float
    """The same as an experiment, in this process: cells, chunks, parts on the disk, the table."""
    grown: float
    """By how much the memory of this process has grown meanwhile."""

    @property
    def overhead(self) -> float:
        """What the experiment adds, as a share of the bare runs."""
        return self.experiment / self.bare - 1


def measure(cells: int = 10_000, replications: int = 3) -> Cost:
    """Run an experiment of small runs, and the same runs bare."""
    warm_up()
    ready(SECI)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "firm.yaml").write_text(FIRM, "utf-8")
        text = TRIAL.replace("CELLS", str(cells)).replace("REPLICATIONS", str(replications))
        (folder / "trial.yaml").write_text(text, "utf-8")
        trial = Experiment.load(folder / "trial.yaml")
        bare = _bare(trial)
        before = _memory()
        began = time.process_time()
        found = trial.run(Here(), store=folder / "out")
        seconds = time.process_time() - began
        assert len(found.table) == cells * replications
        return Cost(cells * replications, bare, seconds, _memory() - before)


def _bare(trial: Experiment) -> float:
    """Seconds that the runs take without an experiment around them."""
    cells = list(Cells(trial))
    began = time.process_time()
    for replication in range(trial.replications):
        for cell in cells:
            scenario = settled(trial, cell)
            run = run_once(scenario, trial.seed + replication)
            row = summary(run.table[:, -1], columns(scenario.service.bands))
            [row[name] for name in trial.outcomes]
    return time.process_time() - began


def _memory() -> float:
    """Most memory that this process has taken so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def main() -> None:
    """Print what it costs."""
    cost = measure()
    print(  # noqa: T201 - what a benchmark is for
        f"{cost.runs:,} runs: bare {cost.bare:.1f} s, as an experiment {cost.experiment:.1f} s "
        f"({cost.overhead:+.1%}); memory grew by {cost.grown / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
