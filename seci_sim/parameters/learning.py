"""How people learn, forget and speak."""

from __future__ import annotations

from seci_sim.parameters.declaring import Section, parameter


class Learning(Section):
    """How people learn, forget and speak: uncertain properties of people, not decisions."""

    tacit_half_life: float = parameter(
        39, "weeks", (1, 1040), (28, 56),
        "Time in which unused tacit knowledge fades to a half.",
        "borrowed: skill decay, Tatel and Ackerman, 28 to 56 weeks",
    )  # fmt: skip
    newcomer_spread: float = parameter(
        0.05, "standard deviation", (0, 0.5), (0, 0.1),
        "Spread of a newcomer's tacit convictions around nothing.",
        "assumed",
    )  # fmt: skip
    showing: float = parameter(
        0.20, "chance", (0, 1), (0.1, 0.4),
        "Chance that a need shows itself in four hours with a patient.",
        "assumed",
    )  # fmt: skip
    observation_accuracy: float = parameter(
        0.75, "chance", (0.5, 1), (0.6, 0.9),
        "Chance that a need which shows itself is read rightly.",
        "assumed",
    )  # fmt: skip
    patient_learning: float = parameter(
        0.30, "share", (0, 1), (0.1, 0.5),
        "Step of tacit knowledge towards what was observed with a patient.",
        "assumed",
    )  # fmt: skip
    colleague_learning: float = parameter(
        0.02, "share", (0, 1), (0.01, 0.05),
        "Step, per hour, of the less sure of two colleagues towards the surer one.",
        "assumed: direction from Sandvik et al., structured meetings of peers",
    )  # fmt: skip
    tie_within: float = parameter(
        1.0, "weight", (0, 1), (0.5, 1),
        "Strength of the tie between colleagues of one unit.",
        "assumed",
    )  # fmt: skip
    tie_across: float = parameter(
        0.3, "weight", (0, 1), (0.1, 0.6),
        "Strength of the tie between colleagues of different units.",
        "assumed: weak ties carry little tacit knowledge, Hansen (1999)",
    )  # fmt: skip
    tie_community: float = parameter(
        0.8, "weight", (0, 1), (0.5, 1),
        "Strength of the tie between members of a community of practice.",
        "assumed: nearer to that of a unit, since the same people meet for one interest",
    )  # fmt: skip
    remote_loss: float = parameter(
        0.25, "share", (0, 1), (0, 0.5),
        "Loss of socialization, and of what a workshop pools, when all work is remote.",
        "assumed",
    )  # fmt: skip
    unsure_below: float = parameter(
        0.1, "conviction", (0, 0.9), (0.05, 0.2),
        "Up to this conviction a person is unsure of a need.",
        "assumed",
    )  # fmt: skip
    reading_voice: float = parameter(
        0.1, "weight", (0, 1), (0, 0.3),
        "Weight with which the unsure voice what they have read.",
        "assumed",
    )  # fmt: skip
    sayability: float = parameter(
        0.5, "conviction", (0.01, 10), (0.25, 1),
        "Pooled conviction from which a group can put a need into words.",
        "assumed: makes some knowledge unsayable, after Gourlay (2006)",
    )  # fmt: skip
    practice_learning: float = parameter(
        0.02, "share", (0, 1), (0.01, 0.05),
        "Step, per hour, of tacit knowledge towards what is practised.",
        "assumed: that practice moves more than reading, Cochrane review CD004398",
    )  # fmt: skip
    routine_practice: float = parameter(
        0.5, "share", (0, 1), (0.2, 1),
        "Step of everyday practice of a routine, as a share of the step of deliberate practice.",
        "assumed",
    )  # fmt: skip
    simulation_truth: float = parameter(
        0.7, "chance", (0.5, 1), (0.6, 0.95),
        "Chance that simulated patients show a need as it is; where not, they mislead everybody.",
        "assumed: what market research from the global view gets right with the usual numbers",
    )  # fmt: skip
    settling_hours: float = parameter(
        16, "hours", (0, 40), (8, 40),
        "Hours that somebody who changes units spends on settling in, in the week of the change.",
        "assumed",
    )  # fmt: skip
    noticing: float = parameter(
        0.0125, "chance a week", (0, 1), (0, 0.05),
        "Chance that an employee notices that a routine answers a need wrongly.",
        "assumed",
    )  # fmt: skip
    noticing_step: float = parameter(
        0.5, "share", (0, 1), (0.2, 0.8),
        "Step of tacit knowledge towards the truth on noticing.",
        "assumed",
    )  # fmt: skip
