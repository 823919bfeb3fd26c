"""Tasks without a model, for worker processes that start quickly and import them by name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seci_sim.lab import watch

KILLS, HANGS, RAISES = 13, 66, 5


@dataclass(frozen=True)
class Numbers:
    """Numbers to double."""

    numbers: tuple[int, ...]
    mark: str = ""
    """A file: the first number 3 kills its process and makes it, as a user might."""

    @property
    def labels(self) -> list[str]:
        return [str(number) for number in self.numbers]

    def only(self, places: Sequence[int]) -> Numbers:
        return Numbers(tuple(self.numbers[place] for place in places), self.mark)


def doubled(task: Numbers) -> list[int]:
    found = []
    for number in task.numbers:
        watch.begin(str(number), 2.0)
        if number == KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == HANGS:
            while True:
                time.sleep(0.01)
        if number == RAISES:
            raise ZeroDivisionError("five")
        if number == 3 and task.mark and not Path(task.mark).exists():
            Path(task.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        found.append(2 * number)
    watch.rest()
    return found
