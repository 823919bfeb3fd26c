"""What is counted in cautions, be it one."""

from __future__ import annotations

import pytest

from seci_sim.lab import Experiment
from seci_sim.report.cautions import about_experiment


@pytest.mark.parametrize(
    ("name", "said"),
    [("robust_patient_time", " parameters were varied over"), ("patient_time", None)],
)
def test_parameters_that_were_varied_are_counted(name: str, said: str | None) -> None:
    experiment = Experiment.load(name)
    words = " ".join(about_experiment(experiment))
    assert ("varied over ranges" in words) is (said is not None)
    assert ("nobody has measured kept its usual value" in words) is (said is None)
    if said is not None:
        assert f"{len(experiment.sampled)}{said}" in words
        alone = experiment.model_copy(update={"uncertain": experiment.sampled[:1]})
        assert "1 parameter was varied over ranges" in " ".join(about_experiment(alone))
