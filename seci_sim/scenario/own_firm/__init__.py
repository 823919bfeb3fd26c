"""A scenario from a firm's own records: who works where, who came and left when, who meets whom.

`lists` reads a CSV file as some other program exported it, `staff` turns a list of people into
units, `network` turns meetings into pairs, `as_scenario` writes the scenario. In what is written a person
is a unit and a number; no identifier of a person is written or said anywhere.
"""

from seci_sim.scenario.own_firm.as_scenario import Exports, OwnFirm, write_own_firm
from seci_sim.scenario.own_firm.lists import Column, recognised
from seci_sim.scenario.own_firm.network import MEETING_COLUMNS, Counting
from seci_sim.scenario.own_firm.staff import PEOPLE_COLUMNS

__all__ = [
    "MEETING_COLUMNS",
    "PEOPLE_COLUMNS",
    "Column",
    "Counting",
    "Exports",
    "OwnFirm",
    "recognised",
    "write_own_firm",
]
