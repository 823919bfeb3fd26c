"""What routine business teaches: patients met in it without a visit, for which nobody books hours.

The routine that is practised by the way stands in `seci_sim.seci.internalization`.
"""

from __future__ import annotations

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Whole
from seci_sim.parameters import HOURS_A_WEEK
from seci_sim.seci.knowledge import (
    SOCIALIZATION,
    Knowledge,
    Part,
    Staff,
    free_hours,
    move_towards,
    rows_there,
)
from seci_sim.seci.socialization import Visits, feel, see_needs
from seci_sim.seci.working_space import Space
from seci_sim.seci.world import Truth

AT_WORK = np.int64(256)
"""First number of a visit that nobody planned; nobody can plan so many in a week."""


@kernel
def meet_patients_at_work(
    part: Part,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    visits: Visits,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """In routine business, too, people meet patients, and learn as in a visit.

    ::

        visits = at_work * hours of routine business, the fraction as a chance

    Parameters
    ----------
    knowledge : Knowledge
        As in `seci_sim.seci.socialization.learn_from_patients`.

    Notes
    -----
    Source: that those learn who do the work, Argote and Epple (1990). That such contact is like a
    visit, and the same for all: our assumption.
    """
    tacit, observed = knowledge.tacit, space.observed
    observed[truth.can_show :] = 0
    most = luck.below(visits.at_work * HOURS_A_WEEK)  # in a week of nothing but routine business
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        words = space.words[begin:end]
        luck.fill_words(words, seed, luck.AMBIENT, week, u, luck.FIRST)
        for place in range(luck.who_below(words, most, space.chosen)):
            member = np.int64(space.chosen[place])
            i = begin + member
            mean = visits.at_work * free_hours(staff.hours, i)
            whole = int(mean)
            one_more = np.int64(np.uint64(words[member]) < luck.below(mean - whole))
            for visit in range(AT_WORK, AT_WORK + whole + one_more):
                see_needs(observed, truth, staff.home[i], visits, seed, week, u, member, visit)
                rate = visits.rate * staff.pace[i]
                staff.moved[i, SOCIALIZATION] += move_towards(tacit[i], observed, rate)
                feel(u, staff.person[i], tacit[i], observed, knowledge, visits.unsure, week)
