"""How people learn, forget and speak."""

from __future__ import annotations

from seci_sim.declaring import Section, parameter


class Learning(Section):
    """How people learn, forget and speak: uncertain properties of people, not decisions."""

    tacit_half_life: float = parameter(
        39,
        "weeks",
        (1, 1040),
        (28, 56),
        "rule",
        "borrowed: skill decay, Tatel and Ackerman, 28 to 56 weeks",
    )
    """Time in which unused tacit knowledge fades to a half."""
    newcomer_spread: float = parameter(
        0.05, "standard deviation", (0, 0.5), (0, 0.1), "rule", "assumed"
    )
    """Spread of a newcomer's tacit convictions around nothing."""
    showing: float = parameter(
        0.20,
        "chance",
        (0, 1),
        (0.1, 0.4),
        "rule",
        "assumed: beside a measured 35% to 41%, interviews with customers, Griffin and Hauser (1993)",
    )
    """Chance that a need shows itself in four hours with a patient."""
    observation_accuracy: float = parameter(
        0.75,
        "chance",
        (0.5, 1),
        (0.6, 0.9),
        "rule",
        "assumed: beside a measured 63% to 72%, relatives who speak for patients, Shalowitz et al. (2006)",
    )
    """Chance that a need which shows itself is read rightly."""
    patient_learning: float = parameter(0.30, "share", (0, 1), (0.1, 0.5), "rule", "assumed")
    """Step of tacit knowledge towards what was observed with a patient."""
    colleague_learning: float = parameter(
        0.02,
        "share",
        (0, 1),
        (0.01, 0.05),
        "rule",
        "assumed: direction from Sandvik et al., structured meetings of peers",
    )
    """Step, per hour, of the less sure of two colleagues towards the surer one."""
    tie_within: float = parameter(1.0, "weight", (0, 1), (0.5, 1), "rule", "assumed")
    """Strength of the tie between colleagues of one unit."""
    tie_across: float = parameter(
        0.3,
        "weight",
        (0, 1),
        (0.1, 0.6),
        "rule",
        "assumed: weak ties carry little tacit knowledge, Hansen (1999)",
    )
    """Strength of the tie between colleagues of different units."""
    tie_community: float = parameter(
        0.8,
        "weight",
        (0, 1),
        (0.5, 1),
        "rule",
        "assumed: nearer to that of a unit, since the same people meet for one interest",
    )
    """Strength of the tie between members of a community of practice."""
    remote_loss: float = parameter(
        0.18,
        "share",
        (0, 1),
        (0, 0.5),
        "rule",
        "borrowed: feedback among engineers, Emanuel et al. (2023), 17% to 19%",
    )
    """Loss of socialization, and of what a workshop pools, when all work is remote."""
    unsure_below: float = parameter(0.1, "conviction", (0, 0.9), (0.05, 0.2), "rule", "assumed")
    """Up to this conviction a person is unsure of a need."""
    reading_voice: float = parameter(0.1, "weight", (0, 1), (0, 0.3), "rule", "assumed")
    """Weight with which the unsure voice what they have read."""
    legibility: float = parameter(
        1.0,
        "chance",
        (0, 1),
        (0.1, 1),
        "rule",
        "assumed: that what is not codified is hard to hand on, Zander and Kogut (1995), Szulanski (1996)",
        off=True,
    )
    """Chance that others than its authors can make out an entry of a document on a latent need."""
    sayability: float = parameter(
        0.5,
        "conviction",
        (0.01, 10),
        (0.25, 1),
        "rule",
        "assumed: a weak conviction stays unsaid; Gourlay (2006) holds that some never can be said",
    )
    """Pooled conviction from which a group can put a need into words."""
    practice_learning: float = parameter(
        0.02,
        "share",
        (0, 1),
        (0.01, 0.05),
        "rule",
        "assumed: that practice moves more than reading, Cochrane review CD004398",
    )
    """Step, per hour, of tacit knowledge towards what is practised."""
    routine_practice: float = parameter(0.5, "share", (0, 1), (0.2, 1), "rule", "assumed")
    """Step of everyday practice of a routine, as a share of the step of deliberate practice."""
    simulation_truth: float = parameter(
        0.7,
        "chance",
        (0.5, 1),
        (0.6, 0.95),
        "rule",
        "assumed: what market research from the global view gets right with the usual numbers",
    )
    """Chance that simulated patients show a need as it is; where not, they mislead everybody."""
    settling_hours: float = parameter(16, "hours", (0, 40), (8, 40), "fact", "assumed")
    """Hours that somebody who changes units spends on settling in, in the week of the change."""
    review_learning: float = parameter(
        0.0,
        "share",
        (0, 1),
        (0, 0.4),
        "rule",
        "assumed: that debriefs teach, Tannenbaum and Cerasoli (2013), Keiser and Arthur (2021)",
        off=True,
    )
    """Step of a pilot's staff towards what most patients of its after-action review say of an entry."""
    reading_use: float = parameter(
        0.0,
        "chance",
        (0, 1),
        (0, 0.3),
        "rule",
        "assumed: that printed material alone moves practice a little, Cochrane review CD004398",
        off=True,
    )
    """Chance that what somebody reads is tried for an hour in the same week."""
    talent_spread: float = parameter(
        0.0,
        "coefficient of variation",
        (0, 2),
        (0, 0.6),
        "rule",
        "assumed: that people differ lastingly in what they learn, Papay et al. (2020)",
        off=True,
    )
    """Spread of how quickly people learn, each for good, around a mean of 1."""
    absorptive_floor: float = parameter(
        1.0,
        "share",
        (0, 1),
        (0.2, 1),
        "rule",
        "assumed: that prior knowledge is what one learns with, Cohen and Levinthal (1990)",
        off=True,
    )
    """Size of the steps of who is sure of nothing, in steps of who is sure of everything."""
    ambient_contact: float = parameter(
        0.0,
        "share",
        (0, 1),
        (0, 0.005),
        "fact",
        "assumed: that those learn who do the work, Argote and Epple (1990)",
        off=True,
    )
    """Share of routine business that teaches as a visit to patients does, without being booked."""
    on_the_job: float = parameter(
        0.0,
        "share",
        (0, 1),
        (0, 0.1),
        "fact",
        "assumed: learning by doing, Argote and Epple (1990)",
        off=True,
    )
    """Share of routine business in which a market's staff practise its routine by the way."""
    noticing: float = parameter(0.0125, "chance a week", (0, 1), (0, 0.05), "rule", "assumed")
    """Chance that an employee notices that a routine answers a need wrongly."""
    noticing_step: float = parameter(0.5, "share", (0, 1), (0.2, 0.8), "rule", "assumed")
    """Step of tacit knowledge towards the truth on noticing."""
