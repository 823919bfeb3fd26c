"""Internalization with simulated patients: experience of what somebody wrote."""

from __future__ import annotations

import numpy as np

from seci_sim import luck
from seci_sim.compiled import kernel
from seci_sim.knowledge import (
    IN_INTERNALIZATION,
    INTERNALIZATION,
    free_hours,
    move_towards,
    rows_there,
)


@kernel
def practise_with_simulated_patients(first_unit, last_unit, first, last, tacit, present, home,
                                     hours, moved, shown, session_hours, shows, accuracy, rate,
                                     seed, week):  # fmt: skip
    """Everyone with the hours meets a simulated patient, and moves towards what they saw there.

    For each need that shows itself, read as -1 or +1::

        tacit_i += rate * (observed - tacit_i)

    Unlike real patients, simulated ones are all alike: where they mislead, they mislead everybody in
    the same way, and no other patient corrects it.

    Parameters
    ----------
    home : (employees,) int64
        Market of the patients with whom each person practises.
    shown : (markets, needs) int8
        What simulated patients of a market show; 0 where they show nothing.
    session_hours : float
        Who has fewer left is passed over.
    shows : float
        Chance that a need shows in a session, rounded to 2**-20.

    Notes
    -----
    Source: that explicit knowledge becomes tacit by simulation, Nonaka and Konno (1998); that
    simulation teaches, Cook et al. (2011). That one session is like one visit: our assumption.
    """
    observed = np.zeros(tacit.shape[1], np.int8)
    chances = np.empty((4, tacit.shape[1]))
    for u in range(first_unit, last_unit):
        begin, end = rows_there(u, first, last, present)
        for i in range(begin, end):
            if free_hours(hours, i) < np.float32(session_hours):
                continue
            hours[i, IN_INTERNALIZATION] += np.float32(session_hours)
            luck.fill_four_chances(chances, seed, luck.REHEARSAL, week, u, i - begin, luck.FIRST)
            for need in range(observed.size):
                response = shown[home[i], need]
                as_shown = chances[1, need] < accuracy
                visible = chances[0, need] < shows
                observed[need] = visible * (response if as_shown else -response)
            moved[i, INTERNALIZATION] += move_towards(tacit[i], observed, rate)
