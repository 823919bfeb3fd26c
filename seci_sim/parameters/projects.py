"""How a concept becomes a plan, a pilot and a routine."""

from __future__ import annotations

from seci_sim.declaring import Section, parameter


class Projects(Section):
    """How a concept becomes a plan, a pilot and a routine."""

    concept_entries: float = parameter(5, "needs", (1, 50), (3, 8), "rule", "assumed")
    """Needs that a workshop of six hours puts into words."""
    proposal_weight: float = parameter(2.0, "votes", (0, 10), (1, 4), "rule", "assumed")
    """Votes of a proposal for itself when it is justified."""
    patient_weight: float = parameter(1.0, "votes", (0, 10), (0.5, 2), "rule", "assumed")
    """Votes of an invited patient who speaks up."""
    local_partner_weight: float = parameter(2.5, "votes", (0, 10), (1, 4), "rule", "assumed")
    """Votes of a local partner."""
    global_partner_weight: float = parameter(1.0, "votes", (0, 10), (0.5, 2), "rule", "assumed")
    """Votes of a global partner."""
    patient_speaks: float = parameter(0.5, "chance", (0, 1), (0.2, 0.8), "rule", "assumed")
    """Chance that an invited patient speaks up on an expressed need."""
    latent_recognition: float = parameter(0.5, "share", (0, 1), (0.2, 1), "rule", "assumed")
    """That chance on a latent need, recognised when others say it, as a share of the former."""
    partner_accuracy: float = parameter(0.85, "chance", (0.5, 1), (0.7, 1), "world", "assumed")
    """Chance that a partner is right about what it knows: its market, or the global core."""
    combination_hours: float = parameter(3, "hours", (0, 40), (1, 8), "fact", "assumed")
    """Hours of each group member for searching the library and for synthesis."""
    justification_hours: float = parameter(3, "hours", (0, 40), (1, 8), "fact", "assumed")
    """Hours of each group member for justification."""
    search_window: int = parameter(60, "documents", (0, 1000), (20, 200), "rule", "assumed")
    """Newest documents of the library in which a group searches."""
    reading_window: int = parameter(30, "documents", (1, 1000), (10, 100), "rule", "assumed")
    """Newest documents of the library from which people read."""
    reuse: int = parameter(6, "needs", (0, 1000), (0, 12), "rule", "assumed")
    """Needs that a plan takes from the library at most."""
    synthesis: float = parameter(0.5, "chance", (0, 1), (0.2, 0.8), "rule", "assumed")
    """Chance that a systemic need is worked out once both of its parts are answered."""
    setup_weeks: float = parameter(12, "weeks", (0, 104), (6, 26), "fact", "assumed")
    """Set-up before a pilot without a global partner's framework."""
    setup_weeks_with_framework: float = parameter(
        4,
        "weeks",
        (0, 104),
        (2, 12),
        "fact",
        "assumed: eribulin in India took about 26 weeks from approval to launch in all",
    )
    """Set-up before a pilot with a global partner's framework."""
    setup_per_new_entry: float = parameter(0.5, "weeks", (0, 10), (0, 2), "rule", "assumed")
    """Set-up added by each entry that no document held before."""
    pilot_weeks: int = parameter(12, "weeks", (1, 104), (6, 26), "fact", "assumed")
    """Weeks for which a pilot practises a plan."""
    pilot_staff: int = parameter(8, "people", (2, 1000), (4, 16), "fact", "assumed")
    """Staff of a pilot."""
    pilot_capacity: float = parameter(32, "hours a week", (0, 100000), (16, 64), "fact", "assumed")
    """Practice hours a week that one market has for all its pilots."""
    review_hours: float = parameter(1, "hours", (0, 40), (0, 4), "fact", "assumed")
    """Hours of each pilot member for the after-action review."""
    review_patients: int = parameter(7, "people", (0, 1000), (3, 15), "fact", "assumed")
    """Patients who judge the entries of a plan in the after-action review."""
    review_accuracy: float = parameter(
        0.75,
        "chance",
        (0.5, 1),
        (0.6, 0.9),
        "rule",
        "assumed: beside a measured 63% to 72%, relatives who speak for patients, Shalowitz et al. (2006)",
    )
    """Chance that a patient judges an entry rightly in the review."""
    review_margin: int = parameter(3, "votes", (1, 1000), (1, 5), "rule", "assumed")
    """Margin of votes against at which an entry is withdrawn."""
    routine_hours: float = parameter(1, "hours a week", (0, 40), (0, 4), "fact", "assumed")
    """Hours for which the staff of a market practise its routines."""
    lapse: float = parameter(
        0.0,
        "share a year",
        (0, 1),
        (0, 0.15),
        "rule",
        "assumed: half of adopted practices were dropped within nine years, Bloom et al. (2020)",
        off=True,
    )
    """Entries of a routine that are dropped in a year, once no plan has brought them within one."""
    lapse_turnover: float = parameter(
        0.0,
        "times",
        (0, 100),
        (0, 10),
        "rule",
        "assumed: practices were dropped first where managers left, Bloom et al. (2020)",
        off=True,
    )
    """How many times more are dropped where all of a market's staff came within the year."""
