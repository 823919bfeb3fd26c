"""Models that go wrong, for the worker processes of the tests, which import them by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from seci_sim import SECIModel

RAISES, KILLS, HANGS = 0.03, 0.04, 0.06
"""Times with patients at which a model goes wrong."""


class Broken(SECIModel):
    """Raises, kills its process or hangs for ever, depending on its policy."""

    def step(self) -> None:
        time_with_patients = self.policy.patient_time
        if time_with_patients == RAISES:
            raise ZeroDivisionError("a rule that divides by nothing")
        if time_with_patients == KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        if time_with_patients == HANGS:
            while True:
                time.sleep(0.01)
        super().step()


class KilledOnce(SECIModel):
    """Kills its process the first time that seed 3 is run, as a user might."""

    def step(self) -> None:
        mark = Path(os.environ["SECI_SIM_TEST_MARK"])
        if self.seed == 3 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        super().step()


class Slow(SECIModel):
    """Takes a fiftieth of a second a week, so that there is time to interrupt it."""

    def step(self) -> None:
        time.sleep(0.02)
        super().step()
