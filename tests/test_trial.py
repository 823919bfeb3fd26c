"""A trial inside the firm: who gets the other policy, what it does to them, and what a report makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from firm_on_trial import BUSY, a_trial, firm, lived
from scipy import stats

from seci_sim import SECIModel
from seci_sim.lab.trials import contrast, summary
from seci_sim.parameters import Policy, Projects
from seci_sim.scenario import InputProblem, read_scenario
from seci_sim.scenario.trial import MAY_DIFFER
from seci_sim.seci.knowledge import Array
from seci_sim.seci.organisation import Organisation
from seci_sim.seci.records import COLUMN

USUAL: dict[str, Any] = {name: getattr(BUSY, name) for name in MAY_DIFFER["markets"]}


@pytest.fixture(scope="module")
def without() -> Organisation:
    return lived(firm(None))


@pytest.mark.parametrize("among", MAY_DIFFER)
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_firm_without_another_policy_has_the_same_bits(
    among: str, share: float, without: Organisation
) -> None:
    other = {"patient_time": 0.2, "mentoring_hours": 4.0, "openness": 0.1}
    same = {name: USUAL[name] for name in MAY_DIFFER[among]}
    found = lived(firm(a_trial(among=among, share=share, policy=same if share else other)))
    assert found.trial is not None
    assert found.trial.assigned is not None
    assert found.trial.assigned.treated.any() == (share > 0)
    assert_same_bits(found, without)


def assert_same_bits(found: Organisation, other: Organisation) -> None:
    np.testing.assert_array_equal(found.records.rows, other.records.rows)
    np.testing.assert_array_equal(found.records.access, other.records.access)
    np.testing.assert_array_equal(found.staff.hours, other.staff.hours)
    np.testing.assert_array_equal(found.staff.person, other.staff.person)
    for name in ("tacit", "explicit", "routine", "felt_week", "noticed"):
        mine, theirs = getattr(found.knowledge, name), getattr(other.knowledge, name)
        np.testing.assert_array_equal(mine, theirs, name)
    mine, theirs = found.knowledge.library, other.knowledge.library
    np.testing.assert_array_equal(mine.entries[: mine.size], theirs.entries[: theirs.size])


def test_week_by_week_is_the_same_as_all_at_once() -> None:
    scenario = firm(a_trial(policy={"patient_time": 0.2, "openness": 0.2, "training_hours": 3.0}))
    model, stepped = SECIModel(scenario, rng=3), SECIModel(scenario, rng=3)
    model.run()
    while stepped.running:
        stepped.step()
    assert_same_bits(model.organisation, stepped.organisation)
    assert model.trial().equals(stepped.trial())


@pytest.mark.parametrize(
    ("among", "clusters"), [("people", 40), ("pairs", 19), ("units", 4), ("markets", 3)]
)
@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_the_share_is_kept_to_the_nearest_whole_number(
    among: str, clusters: int, share: float
) -> None:
    conducted = lived(firm(a_trial(among=among, share=share, policy={"training_hours": 2.0}))).trial
    assert conducted is not None
    found = conducted.assigned
    assert found is not None
    assert found.eligible == 40
    assert len(np.unique(found.cluster)) == clusters
    assert len(np.unique(found.cluster[found.treated])) == int(share * clusters + 0.5)
    for cluster in np.unique(found.cluster):
        assert len(set(found.treated[found.cluster == cluster])) == 1


def test_other_seeds_draw_other_people() -> None:
    arms = [lived(firm(a_trial()), seed).trial for seed in (1, 2)]
    assert arms[0] is not None
    assert arms[1] is not None
    assert (arms[0].assigned.treated != arms[1].assigned.treated).any()  # type: ignore[union-attr]


@pytest.mark.parametrize("among", MAY_DIFFER)
def test_only_the_treated_spend_the_other_hours_and_only_while_it_runs(among: str) -> None:
    quiet = Policy(patient_time=0, mentoring_hours=0, training_hours=0, reading_hours=0,
                   projects_per_head=0, turnover=0)  # fmt: skip
    trial = a_trial(among=among, policy={"simulation_hours": 2.0})
    frame = SECIModel(firm(trial, policy=quiet, projects=Projects(routine_hours=0)), rng=1)
    frame.run()
    hours = frame.trial().pivot(index="week", columns="arm", values="hours")
    assert hours.index.tolist() == list(range(4, 21))
    assert (hours["control"] == 0).all()
    assert (hours["treated"] == [2.0 if 8 <= week <= 14 else 0.0 for week in hours.index]).all()


def test_partners_meet_each_other_for_what_is_beyond_the_usual() -> None:
    quiet = Policy(patient_time=0, mentoring_hours=0.5, training_hours=0, reading_hours=0,
                   projects_per_head=0, turnover=0)  # fmt: skip
    trial = a_trial(among="pairs", policy={"mentoring_hours": 2.0})
    conducted = lived(firm(trial, policy=quiet, projects=Projects(routine_hours=0))).trial
    assert conducted is not None
    assert conducted.assigned is not None
    during = conducted.panel[conducted.weeks == 10][0, :, -1]
    assert set(during[conducted.assigned.treated]) <= {
        1.5,
        2.0,
    }  # of an odd number one meets nobody
    assert set(during[~conducted.assigned.treated]) <= {0.0, 0.5}


def test_a_treated_person_holds_their_meetings_for_the_treated_hours() -> None:
    quiet = Policy(patient_time=0, mentoring_hours=0.5, training_hours=0, reading_hours=0,
                   projects_per_head=0, turnover=0)  # fmt: skip
    trial = a_trial(policy={"mentoring_hours": 2.0})
    conducted = lived(firm(trial, policy=quiet, projects=Projects(routine_hours=0))).trial
    assert conducted is not None
    assert conducted.assigned is not None
    during = conducted.panel[conducted.weeks == 10][0, :, -1]
    assert set(during[conducted.assigned.treated]) <= {0.0, 2.0}
    untreated = set(during[~conducted.assigned.treated])
    assert {0.5, 2.0} <= untreated <= {0.0, 0.5, 2.0}  # 2 with somebody treated


def test_who_leaves_is_lost_and_a_newcomer_is_in_neither_arm() -> None:
    organisation = lived(firm(a_trial(before=4)))
    conducted = organisation.trial
    assert conducted is not None
    assert conducted.assigned is not None
    there = ~np.isnan(conducted.panel[:, :, -1])
    in_trial = conducted.weeks >= 8
    gone = ~there[in_trial]
    assert gone.any()
    assert (np.diff(gone.astype(int), axis=0) >= 0).all()  # nobody comes back
    flow = summary(conducted)
    left = flow["trial_left_control"] + flow["trial_left_treated"]
    assert left == (~there[conducted.weeks == 14]).sum()
    assert flow["trial_analysed_control"] + flow["trial_analysed_treated"] == there[-1].sum()


def test_own_service_is_on_average_what_the_market_gets(without: Organisation) -> None:
    organisation = Organisation(firm(a_trial(policy={"training_hours": 4.0})), 1)
    conducted = organisation.trial
    assert conducted is not None
    met = 0
    for week in range(1, 25):
        organisation.run(week)
        if conducted.measures(week):
            for market in range(3):
                own = conducted.measured[-1][organisation.staff.market == market]
                row = organisation.records.rows[week - 1, market]
                assert own[:, 0].mean() == pytest.approx(row[COLUMN["needs_met"]], abs=1e-6)
                assert own[:, 1].mean() == pytest.approx(row[COLUMN["skill"]], abs=1e-6)
                assert own[:, 2].mean() == pytest.approx(row[COLUMN["staff_knowing"]], abs=1e-6)
                assert own[:, 3].mean() == pytest.approx(row[COLUMN["tacit_alignment"]], abs=1e-6)
                met += row[COLUMN["needs_met"]] > 0
    assert met > 20


def test_a_difference_by_hand() -> None:
    """Two pairs an arm: means 2 and 6, clusters' sums of deviations -1, 1 and -2, 2."""
    values = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 7.0, 7.0])
    treated, cluster = np.repeat([False, True], 4), np.repeat(np.arange(4), 2)
    found = contrast(values, treated, cluster)
    variance = [2 / 1 * (1 + 1) / 16, 2 / 1 * (4 + 4) / 16]  # 0.25 and 1
    free = sum(variance) ** 2 / sum(part**2 for part in variance)  # 1.47
    assert found.difference == 4.0
    assert found.margin == pytest.approx(stats.t.ppf(0.975, free) * np.sqrt(1.25))


def test_a_difference_between_people_is_welchs() -> None:
    rng = np.random.default_rng(4)
    values, treated = rng.normal(size=30), np.arange(30) < 12
    values[treated] *= 3
    values[[3, 20]] = np.nan
    found = contrast(values, treated, np.arange(30))
    there = ~np.isnan(values)
    welch = stats.ttest_ind(values[treated & there], values[~treated & there], equal_var=False)
    low, high = welch.confidence_interval()
    assert found.difference == pytest.approx((low + high) / 2)
    assert found.margin == pytest.approx((high - low) / 2)


def test_a_difference_between_clusters_of_one_size_is_that_of_their_means() -> None:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(10), 4)
    values, treated = rng.normal(size=40) + rng.normal(size=10)[cluster], cluster < 4
    found = contrast(values, treated, cluster)
    means = values.reshape(10, 4).mean(axis=1)
    low, high = stats.ttest_ind(means[:4], means[4:], equal_var=False).confidence_interval()
    assert found.margin == pytest.approx((high - low) / 2)


@pytest.mark.parametrize("treated", [[True, True, True], [False, True, True], [False] * 3])
def test_one_cluster_in_an_arm_gives_no_interval(treated: list[bool]) -> None:
    values: Array = np.array([1.0, 2.0, 4.0])
    found = contrast(values, np.array(treated), np.arange(3))
    assert np.isnan(found.margin)
    assert found.difference == 2.0 or len(set(treated)) == 1


WRITTEN = """
name: Small
question: What does a trial find?
extends: baseline
trial:
  name: Meet a colleague
  among: people
  share: 50%
  from: 157
  to: 160
  policy: {mentoring_hours: 2 h}
"""


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("among: people", "among: person",
         'mine.yaml:7: trial.among: is unknown; allowed: people or pairs or units or markets; got \'person\''),
        ("share: 50%", "share: 50",
         "mine.yaml:8: trial.share: is not a share; did you mean 50%?; allowed: 0% to 100%; got '50'"),
        ("from: 157", "from: 1",
         "mine.yaml:9: trial.from: is too small; allowed: 2 to 5200 weeks; got '1'"),
        ("to: 160", "to: 150",
         "mine.yaml:10: trial.to: comes before the first week, 157; got '150'"),
        ("to: 160", "to: 209",
         "mine.yaml:10: trial.to: comes after the end of the run; allowed: 157 to 208 weeks; got '209'"),
        ("policy: {mentoring_hours: 2 h}", "policy: {}",
         "mine.yaml:11: trial.policy: changes nothing; give the treated arm another policy"),
        ("mentoring_hours: 2 h", "workshop_staff: 3",
         "mine.yaml:11: trial.policy.workshop_staff: cannot differ between people; allowed: patient_time, visit_hours, uptake, mentoring_hours, openness, training_hours, simulation_hours, reading_hours"),
        ("mentoring_hours: 2 h", "mentoring_hours: 2 h, mentors: yes",
         "mine.yaml:11: trial.policy.mentors: cannot differ between people; allowed: patient_time, visit_hours, uptake, mentoring_hours, openness, training_hours, simulation_hours, reading_hours"),
        ("mentoring_hours", "mentoring_hour",
         'mine.yaml:11: trial.policy.mentoring_hour: unknown field "mentoring_hour"; did you mean "mentoring_hours"?'),
        ("  share: 50%", "  share: 50%\n  outcomes: [skill, skill]",
         "mine.yaml:9: trial.outcomes: names the same thing twice"),
        ("  share: 50%", "  share: 50%\n  outcomes: [skil]",
         'mine.yaml:9: trial.outcomes.1: is unknown; did you mean "skill"?; allowed: needs_met or skill or knowing or alignment or hours; got \'skil\''),
        ("  policy: {mentoring_hours: 2 h}", "", "mine.yaml:5: trial.policy: is missing"),
        ("  from: 157\n", "", "mine.yaml:5: trial.from: is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_said_in_one_line(
    found: str, instead: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(WRITTEN.replace(found, instead))
    with pytest.raises(InputProblem) as problem:
        read_scenario(path)
    assert [line.removeprefix(f"{tmp_path}/") for line in problem.value.lines] == [said]
