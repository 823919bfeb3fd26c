"""A lesson as a page shows it: `making` runs its settings and chooses the run that is played, `evidence` says what all runs show."""

from seci_sim.page.handout.making import Handout, handout

__all__ = ["Handout", "handout"]
