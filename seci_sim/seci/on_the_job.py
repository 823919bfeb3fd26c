"""What routine business teaches: patients met without a visit, and the routine done by the way.

Nobody books hours for it: it takes place in those that no process has taken.
"""

from __future__ import annotations

import numpy as np

from seci_sim.engine import luck
from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Structure, Whole
from seci_sim.seci.internalization import Practice
from seci_sim.seci.knowledge import (
    INTERNALIZATION,
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


class OnTheJob(Structure):
    """What routine business teaches; 0: nothing."""

    contact: float
    """Patients met, each as in a visit, for an hour of routine business."""
    practice: float
    """Share of routine business in which the market's routine is practised."""


@kernel
def meet_patients_at_work(
    part: Part,
    staff: Staff,
    knowledge: Knowledge,
    truth: Truth,
    visits: Visits,
    contact: float,
    space: Space,
    seed: Whole,
    week: Whole,
) -> None:
    """In routine business, too, people meet patients, and learn as in a visit.

    ::

        visits = contact * hours of routine business, the fraction as a chance

    Parameters
    ----------
    knowledge : Knowledge
        As in `seci_sim.seci.socialization.learn_from_patients`.
    contact : float
        Visits for each hour.

    Notes
    -----
    Source: that those learn who do the work, Argote and Epple (1990). That such contact is like a
    visit, and the same for all: our assumption.
    """
    tacit, observed = knowledge.tacit, space.observed
    observed[truth.can_show :] = 0
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        words = space.words[begin:end]
        luck.fill_words(words, seed, luck.AMBIENT, week, u, luck.FIRST)
        for member in range(end - begin):
            i = begin + member
            mean = contact * free_hours(staff.hours, i)
            whole = int(mean)
            one_more = np.int64(np.uint64(words[member]) < luck.below(mean - whole))
            for visit in range(AT_WORK, AT_WORK + whole + one_more):
                see_needs(observed, truth, staff.home[i], visits, seed, week, u, member, visit)
                rate = visits.rate * staff.pace[i]
                staff.moved[i, SOCIALIZATION] += move_towards(tacit[i], observed, rate)
                feel(u, staff.person[i], tacit[i], observed, knowledge, visits.unsure, week)


@kernel
def practise_at_work(
    part: Part, staff: Staff, knowledge: Knowledge, practice: Practice, share: float
) -> None:
    """The staff of a market practise its routine in a share of their routine business.

    The step is that of everyday practice, `seci_sim.seci.internalization.practise_routines`.

    Notes
    -----
    Source: learning by doing, Argote and Epple (1990). The rule: our assumption.
    """
    rate = np.float32(practice.routine_rate)
    for u in range(part[0], part[1]):
        begin, end = rows_there(u, staff)
        if begin == end or staff.market[begin] < 0:
            continue
        routine = knowledge.routine[staff.market[begin]]
        for i in range(begin, end):
            step = rate * np.float32(share * free_hours(staff.hours, i)) * staff.pace[i]
            staff.moved[i, INTERNALIZATION] += move_towards(knowledge.tacit[i], routine, step)
