"""How far others can make out what a document says of a latent need.

Whoever was in the group that wrote it understands all of it.
"""

from __future__ import annotations

from seci_sim.engine.compiled import kernel
from seci_sim.engine.structures import Whole
from seci_sim.seci.knowledge import NOBODY, Array, Knowledge


@kernel
def helped_to_write(person: Whole, document: Whole, knowledge: Knowledge) -> bool:
    """Whether a person was in the group whose plan a document of the library hands on."""
    project, persons = knowledge.library.project[document], knowledge.projects.group_person
    if project == NOBODY:
        return False
    for seat in range(persons.shape[1]):
        if persons[project, seat] == person:
            return True
    return False


@kernel
def somebody_helped_to_write(persons: Array, document: Whole, knowledge: Knowledge) -> bool:
    """Whether one of some persons was; `NOBODY` sits in empty seats."""
    for seat in range(persons.size):
        if persons[seat] != NOBODY and helped_to_write(persons[seat], document, knowledge):
            return True
    return False
