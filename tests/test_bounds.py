"""No rule reads or writes beside an array: a run of everything, compiled so that each place is checked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
from seci_sim import SECIModel

everything = dict(
    projects_per_head=1.0, patient_time=0.1, uptake=0.5, rotation=0.5, turnover=0.3, cross_unit=0.5,
    community_hours=1.0, simulation_hours=1.0, workshop_other_market=1, review_share=0.5,
)
for name in ("merger", "india-expansion"):
    model = SECIModel(name, rng=1, **everything)
    model.run()
    assert (model.knowledge.projects.week_routine > 0).any(), "nothing became routine"
print(model.week)
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_rule_reads_or_writes_beside_an_array(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "XDG_CACHE_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", RUN], env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 100
