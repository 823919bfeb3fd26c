"""A scenario from a firm's own records: who works where, who came and left when, who meets whom.

`files` gives the rows of whatever file it is, `columns` knows what programs call a column, `lists` finds
header and rows, `dates`, `amounts` and `durations` read cells, `people` makes one person of several rows, `staff` units
of people, `leaving` turnover with its doubt, `serving` knows what units serve, `network` turns meetings into pairs (`sharing`), `preview` shows what was
understood, `as_scenario` writes the scenario. Whatever is open is asked through `understanding`. In what is
written a person is a unit and a number; no identifier of a person is written or said anywhere.
"""

from seci_sim.scenario.own_firm.as_scenario import Exports, OwnFirm, everybody, own_firm
from seci_sim.scenario.own_firm.columns import MEETING_COLUMNS, PEOPLE_COLUMNS
from seci_sim.scenario.own_firm.leaving import of_list
from seci_sim.scenario.own_firm.network import Counting
from seci_sim.scenario.own_firm.preview import preview
from seci_sim.scenario.own_firm.understanding import Hints, Question, Understanding

__all__ = [
    "MEETING_COLUMNS",
    "PEOPLE_COLUMNS",
    "Counting",
    "Exports",
    "Hints",
    "OwnFirm",
    "Question",
    "Understanding",
    "everybody",
    "of_list",
    "own_firm",
    "preview",
]
