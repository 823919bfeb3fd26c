"""A second, slow and plain version of the week, written from the specification.

One object for each employee, ordinary loops, no compiled rules. It reads a scenario and draws from
`seci_sim.engine.luck` at the same addresses as the compiled rules, and shares nothing else with them, so that
an error would have to be made twice to stay unseen.

Two things follow the compiled rules on purpose. Tacit knowledge is kept as ``numpy.float32``: whether
a conviction passes a threshold must not hang on the seventh digit. And a newcomer takes the seat of
the leaver in everything, their unit, their pilots and their luck; only what the leaver knew is gone.
"""

from oracle.week import Oracle

__all__ = ["Oracle"]
