"""Internalization with simulated patients: experience of what somebody wrote."""

from __future__ import annotations

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Structure, Table, Whole
from seci_sim.seci.knowledge import (
    IN_INTERNALIZATION,
    INTERNALIZATION,
    Array,
    Part,
    Staff,
    free_hours,
    move_towards,
    rows_there,
)
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import Truth


class Simulation(Structure):
    """How people practise with simulated patients."""

    hours: float
    """Of a session; who has fewer left is passed over. 0: there are none."""
    shows: float
    """Chance that a need shows in a session, rounded to 2**-20."""
    accuracy: float
    """Chance to read rightly what shows."""
    rate: float
    """Step towards what was seen."""
    mistaken: Table[np.bool_]
    """(markets, needs) bool: what simulated patients show the wrong way round."""


@kernel
def practise_with_simulated_patients(
    part: Part,
    staff: Staff,
    tacit: Array,
    truth: Truth,
    simulation: Simulation,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """Everyone with the hours meets a simulated patient, and moves towards what they saw there.

    For each need that shows itself, read as -1 or +1::

        tacit_i += rate * pace_i * (observed - tacit_i)

    Unlike real patients, simulated ones are all alike: where they mislead, they mislead everybody in
    the same way, and no other patient corrects it. They show no systemic need, as nobody does.

    Notes
    -----
    Source: that explicit knowledge becomes tacit by simulation, Nonaka and Konno (1998); that
    simulation teaches, Cook et al. (2011). That one session is like one visit: our assumption.
    """
    hours, observed, mistaken = staff.hours, space.observed, simulation.mistaken
    shows, accuracy = luck.below(simulation.shows), luck.below(simulation.accuracy)
    moment, key_0, key_1 = luck.moment_and_keys(seed, luck.REHEARSAL, week)
    observed[truth.can_show :] = 0
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        for i in range(begin, end):
            if free_hours(hours, i) < np.float32(simulation.hours):
                continue
            hours[i, IN_INTERNALIZATION] += np.float32(simulation.hours)
            home = staff.home[i]
            for need in range(truth.can_show):
                showing, reading, _, _ = luck.philox(
                    np.uint64(need), np.uint64(i - begin), np.uint64(u), moment, key_0, key_1
                )
                misleads = np.int64(mistaken[home, need]) ^ np.int64(reading >= accuracy)
                shown = np.int64(showing < shows) * (1 - 2 * misleads) * truth.market[home, need]
                observed[need] = np.int8(shown)
            rate = simulation.rate * staff.pace[i]
            staff.moved[i, INTERNALIZATION] += move_towards(tacit[i], observed, rate)
