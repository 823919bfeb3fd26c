"""The hand-out: a lesson as one page of HTML with its runs in it, which needs no network and no server.

`making` runs the lesson's settings and chooses the run that is shown, `evidence` says what all runs
show, `handout_page` puts them together with the player.
"""

from seci_sim.page.handout.handout_page import html
from seci_sim.page.handout.making import Handout, handout

__all__ = ["Handout", "handout", "html"]
