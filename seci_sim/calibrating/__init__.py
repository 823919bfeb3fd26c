"""What a firm's own data can teach the model: from facts and series to draws of what nobody has measured.

`observed` says what can be told of a firm, `facts` and `series` read it, `bank` runs the firm in many worlds,
`summaries` learns from half of these runs what data tell, `posterior` compares a firm's data with the other
half, `checking` tries all of it on runs that neither has seen and refuses data that no run resembles,
`calibration` puts it together and `told` says it.
"""

from seci_sim.calibrating.bank import RUNS, Bank, bank_of, worlds_to_run
from seci_sim.calibrating.calibration import Calibration, calibrate
from seci_sim.calibrating.facts import Facts, read_facts
from seci_sim.calibrating.observed import Data
from seci_sim.calibrating.series import read_indicators, read_survey

__all__ = [
    "RUNS",
    "Bank",
    "Calibration",
    "Data",
    "Facts",
    "bank_of",
    "calibrate",
    "read_facts",
    "read_indicators",
    "read_survey",
    "worlds_to_run",
]
