"""Models and outcomes as users write them, in a module that worker processes can import."""

from __future__ import annotations

from typing import Any

import numpy as np

from seci_sim import SECIModel


class Doubtful(SECIModel):
    """Nobody learns from a colleague or patient what they do not half believe already."""

    def __init__(
        self,
        scenario: Any = "baseline",
        *,
        rng: Any = None,
        doubt: float = 0.05,
        strict: bool = False,
        **levers: Any,
    ) -> None:
        super().__init__(scenario, rng=rng, **levers)
        self.doubt, self.strict = doubt, strict

    def socialize(self) -> None:
        before = self.knowledge.tacit.copy()
        super().socialize()
        doubtful = abs(before) < self.doubt
        self.knowledge.tacit[doubtful] = before[doubtful]


def gini(model: SECIModel) -> float:
    """How unequally tacit knowledge is spread over people, 0 to 1."""
    known = np.sort(abs(model.knowledge.tacit).sum(axis=1).astype(float))
    places = np.arange(1, known.size + 1)
    return float((2 * places - known.size - 1) @ known / (known.size * known.sum()))
