"""Scenarios: every mistake is said with its line, its field and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_files import HEAD, TWO_FIRMS, TWO_UNITS, lines_of, read

from seci_sim.scenario import settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question: x", "s.yaml:1: name: is missing"),
        ("name: x", "s.yaml:1: question: is missing"),
        ("name: ~\nquestion: x", "s.yaml:1: name: has no value"),
        ("name:\nquestion: x", "s.yaml:1: name: has no value"),
        ("name: ''\nquestion: x", "s.yaml:1: name: is empty"),
        ("name: ' x'\nquestion: x", "s.yaml:1: name: has a space at its start or end; got ' x'"),
        ('name: "a\\nb"\nquestion: x', "s.yaml:1: name: holds control"),
        ("name: 2024-01-17\nquestion: x", 's.yaml:1: name: is not text; write it in quotes: "2024-01-17"'),
        (f"name: {'x' * 10_000}\nquestion: x", "s.yaml:1: name: is too long; allowed: at most 80 characters"),
        (HEAD + "world: {needs: 0}", "s.yaml:3: world.needs: is too small; allowed: 6 to 1000 needs; got '0'"),
        (HEAD + 'world: {needs: "50"}', "s.yaml:3: world.needs: is text, not a number; remove the quotes"),
        (HEAD + "world:\n  needs: 1e3", "s.yaml:4: world.needs: write 1000"),
        (HEAD + "world: {needs: {a: 1}}", "s.yaml:3: world.needs: must be a single value"),
        (HEAD + "policy: {turnover: 5}", "s.yaml:3: policy.turnover: is not a share; did you mean 5%?; allowed: 0% to 99%; got '5'"),
        (HEAD + "policy: {patient_time: 101%}", "s.yaml:3: policy.patient_time: is too large; allowed: 0% to 100%; got '101%'"),
        (HEAD + "policy: {patient_tme: 1%}", 's.yaml:3: policy.patient_tme: unknown field "patient_tme"; did you mean "patient_time"?'),
        (HEAD + "patient_time: 1%", 's.yaml:3: patient_time: unknown field "patient_time"; did you mean "policy.patient_time"?'),
        (HEAD + "scenario: baseline\nvary: {policy.turnover: [0%, 5%]}\nseed: 3", "s.yaml:1: is an experiment; it is read by seci-sim experiment"),
        (HEAD + "scenario: baseline\nbet: {}", "s.yaml:1: is a lesson; it is read by seci-sim page --lesson"),
        (HEAD + "sources: []", 's.yaml:3: sources: unknown field "sources"'),
        (HEAD + "policy:", "s.yaml:3: policy: has no value"),
        (HEAD + "policy: 1%", "s.yaml:3: policy: must be fields"),
        (HEAD + "units: Japan", "s.yaml:3: units: must be a list"),
        (HEAD + "units: []", "s.yaml:3: units: is empty"),
        (HEAD + "units: [{kind: affiliate, staff: 5}]", "s.yaml:3: units.1.name: is missing"),
        (HEAD + "units: [{name: A, kind: affilate, staff: 5}]", 's.yaml:3: units.A.kind: is unknown; did you mean "affiliate"?; allowed: headquarters or regional headquarters or affiliate'),
        (HEAD + "units: [{name: A, kind: affiliate, staff: 1}]", "s.yaml:3: units.A.staff: is too small; allowed: 2 to 2000000 people; got '1'"),
        (HEAD + "units: [{name: A, kind: headquarters, staff: 5}]", "s.yaml:3: units: needs at least one affiliate"),
        (HEAD + "units: [{name: All, kind: affiliate, staff: 5}]", 's.yaml:3: units.All.market: "all" stands for all markets'),
        (HEAD + "units:\n  - {name: é, kind: affiliate, staff: 5}\n  - {name: É, kind: affiliate, staff: 5}", "s.yaml:5: units.É.name: is given twice (there \"é\")"),
        (HEAD + "units:\n  - {name: \"e\u0301\", kind: affiliate, staff: 5}\n  - {name: \"\u00e9\", kind: affiliate, staff: 5}", "s.yaml:5: units.é.name: is given twice"),
        (HEAD + TWO_UNITS + "  - {name: B, kind: headquarters, staff: 5, market: Japan}", "s.yaml:6: units.B.market: is for affiliates"),
        (HEAD + TWO_UNITS + "  - {name: B, kind: headquarters, staff: 5, lives_in: Japn}", "s.yaml:6: units.B.lives_in: no market is called 'Japn'; did you mean \"Japan\"?"),
        (HEAD + TWO_UNITS + "  - {name: B, kind: affiliate, staff: 5, reports_to: Ofice}", "s.yaml:6: units.B.reports_to: no headquarters is called 'Ofice'; did you mean \"Office\"?"),
        (HEAD + TWO_UNITS + "  - {name: B, kind: affiliate, staff: 5, market: japan}", 's.yaml:6: units.B.market: differs from market "Japan" only in case'),
        (HEAD + "units:\n  - {name: A, kind: affiliate, staff: 5, eligible_patients: 3}\n  - {name: B, kind: affiliate, staff: 5, market: A, eligible_patients: 4}", 's.yaml:5: units.B.eligible_patients: market "A" already has 3'),
        (HEAD + "units:\n  - {name: A, kind: affiliate, staff: 5, price: 3}\n  - {name: B, kind: affiliate, staff: 5, market: A, price: 4}", 's.yaml:5: units.B.price: market "A" already has'),
        (HEAD + "units: [{name: A, kind: affiliate, staff: 5, resembles: B}]", "s.yaml:3: units.A.resembles: no market is called 'B'"),
        (HEAD + "units:\n  - {name: A, kind: affiliate, staff: 5, resembles: B}\n  - {name: B, kind: affiliate, staff: 5}", 's.yaml:4: units.A.resembles: must be listed before "A", the market that resembles it'),
        (HEAD + "units: [{name: A, kind: affiliate, staff: 5, resembles: A}]", 's.yaml:3: units.A.resembles: must be listed before "A"'),
        (HEAD + "units: [{name: A, kind: affiliate, staff: 5, needs_differing: 5%}]", "s.yaml:3: units.A.needs_differing: goes with resembles only"),
        (HEAD + "units: [{name: A, kind: affiliate, staff: 5, households: {low: 30%}}]", "s.yaml:3: units.A.households: households of the bands sum to 30%, not to 100%"),
        (HEAD + "units: [{name: A, kind: affiliate, staff: 5, households: {lwo: 100%}}]", "s.yaml:3: units.A.households.lwo: no income band is called 'lwo'; did you mean \"low\"?"),
        (HEAD + TWO_UNITS + "  - {name: B, kind: headquarters, staff: 5, price: 3}", "s.yaml:6: units.B.price: is for affiliates"),
        (HEAD + "stakeholders: [{name: P, kind: local partner}]", "s.yaml:3: stakeholders.P: a local partner needs a market"),
        (HEAD + "stakeholders: [{name: P, kind: local partner, market: Market E}]", "s.yaml:3: stakeholders.P.market: no market is called 'Market E'"),
        (HEAD + "stakeholders: [{name: P, kind: global partner, market: Market A}]", "s.yaml:3: stakeholders.P.market: a global partner has no market"),
        (HEAD + "stakeholders: [{name: P, kind: global partner, supports_patients: yes}]", "s.yaml:3: stakeholders.P.supports_patients: is for local partners only"),
        (HEAD + "stakeholders:\n  - {name: P, kind: global partner}\n  - {name: p, kind: global partner}", "s.yaml:5: stakeholders.p.name: is given twice"),
        (HEAD + "service:\n  bands:\n    - {name: a, households: 50%, income: 1}\n    - {name: b, households: 40%, income: 2}", "s.yaml:4: service.bands: households of the bands sum to 90%, not to 100%"),
        (HEAD + "service:\n  bands:\n    - {name: a, households: 50%, income: 3}\n    - {name: b, households: 50%, income: 2}", "s.yaml:6: service.bands.b.income: bands go from the lowest income"),
        (HEAD + "service: {bands: [{name: horizon, households: 100%, income: 1}]}", "s.yaml:3: service.bands.horizon.name: must not end in"),
        (HEAD + "service: {bands: [{name: NA, households: 100%, income: 1}]}", "s.yaml:3: service.bands.NA.name: is read as a missing value by other programs"),
        (HEAD + "policy: {shares_paid: {lowst: 5%}}", "s.yaml:3: policy.shares_paid.lowst: no income band is called 'lowst'; did you mean \"lowest\"?"),
        (HEAD + "policy: {shares_paid: {low: 120%}}", "s.yaml:3: policy.shares_paid.low: is too large; allowed: 0% to 100%; got '120%'"),
        (HEAD + "policy: {shares_paid: {low: 1}}", "s.yaml:3: policy.shares_paid.low: is not a share; did you mean 1%?"),
        (HEAD + "timeline: [{week: 5}]", "s.yaml:3: timeline.5: nothing changes; give at least one of policy"),
        (HEAD + "timeline: [{week: 0, lose: [library]}]", "s.yaml:3: timeline.0.week: is too small"),
        (HEAD + "timeline: [{week: 209, lose: [library]}]", "s.yaml:3: timeline.209.week: comes after the end of the run; allowed: 1 to 208 weeks"),
        (HEAD + "timeline: [{week: soon, lose: [library]}, {week: 3, lose: [library]}]", "s.yaml:3: timeline.soon.week: is not a number"),
        (HEAD + "timeline: [{week: 5, lose: libary}]", "s.yaml:3: timeline.5.lose: must be a list"),
        (HEAD + "timeline: [{week: 5, lose: [libary]}]", 's.yaml:3: timeline.5.lose.1: is unknown; did you mean "library"?'),
        (HEAD + "timeline: [{week: 5, lose: [library, library]}]", "s.yaml:3: timeline.5.lose: names the same thing twice"),
        (HEAD + "timeline: [{week: 5, policy: {visit_hours: 90}}]", "s.yaml:3: timeline.5.policy.visit_hours: is too large; allowed: 0.25 to 40 hours; got '90'"),
        (HEAD + "timeline: [{week: 5, policy: {shares_paid: {x: 5%}}}]", "s.yaml:3: timeline.5.policy.shares_paid.x: no income band"),
        (HEAD + "timeline:\n  - {week: 5, policy: {turnover: 5%}}\n  - {week: 5, policy: {turnover: 6%}}", "s.yaml:5: timeline.5.policy.turnover: is changed twice in week 5"),
        (HEAD + "timeline: [{week: 5, staff_leave: 0%}]", "s.yaml:3: timeline.5.staff_leave: is too small; allowed: more than 0% to 100%"),
        (HEAD + "timeline: [{week: 5, lose: [library], unit: Market A}]", "s.yaml:3: timeline.5.unit: goes with staff_leave only"),
        (HEAD + "timeline: [{week: 5, lose: [library], who_leaves: surest}]", "s.yaml:3: timeline.5.who_leaves: goes with staff_leave only"),
        (HEAD + "timeline: [{week: 5, lose: [library], market: Market A}]", "s.yaml:3: timeline.5.market: goes with needs_jump only"),
        (HEAD + "timeline: [{week: 5, partner_leaves: Nobody}]", "s.yaml:3: timeline.5.partner_leaves: no stakeholder is called 'Nobody'"),
        (HEAD + "timeline:\n  - {week: 5, unit_leaves: Market A}\n  - {week: 9, unit_leaves: Market A}", "s.yaml:5: timeline.9.unit_leaves: leaves for a second time"),
        (HEAD + "timeline:\n  - {week: 5, unit_leaves: Market A}\n  - {week: 9, unit_joins: Market A}", "s.yaml:5: timeline.9.unit_joins: joins for a second time"),
        (HEAD + "timeline:\n  - {week: 5, market_opens: Market A}\n  - {week: 9, market_opens: Market A}", "s.yaml:5: timeline.9.market_opens: opens twice"),
        (HEAD + "timeline:\n  - {week: 9, market_opens: Market A}\n  - {week: 5, unit_joins: Market A}", "s.yaml:5: timeline.5.unit_joins: joins before its market opens"),
        (HEAD + "timeline:\n  - {week: 9, market_opens: Market A}\n  - {week: 5, unit_leaves: Market A}", "s.yaml:5: timeline.5.unit_leaves: leaves before it is there"),
        (HEAD + "timeline:\n  - {week: 9, unit_joins: Market A}\n  - {week: 5, staff_leave: 5%, unit: Market A}", "s.yaml:5: timeline.5.unit: is not there yet"),
        (HEAD + "timeline:\n  - {week: 2, unit_leaves: Market A}\n  - {week: 5, staff_leave: 5%, unit: Market A}", "s.yaml:5: timeline.5.unit: has left already"),
        (HEAD + TWO_UNITS + "timeline: [{week: 9, unit_leaves: Japan}]", "s.yaml:6: timeline.9.unit_leaves: leaves no affiliate"),
        (HEAD + "timeline: [{week: 5, transition_hours: 2 h}]", "s.yaml:3: timeline.5.transition_hours: needs transition_weeks"),
        (HEAD + "timeline: [{week: 5, lose: [library], transition_weeks: 3}]", "s.yaml:3: timeline.5.transition_weeks: goes with transition_hours or firm_joins only"),
        (HEAD + "timeline: [{week: 5, lose: [library], core_difference: 5%}]", "s.yaml:3: timeline.5.core_difference: goes with firm_joins only"),
        (HEAD + TWO_FIRMS + "timeline: [{week: 9, firm_joins: Wolf}]", "s.yaml:6: timeline.9.firm_joins: no other firm is called 'Wolf'"),
        (HEAD + TWO_FIRMS, "s.yaml:5: units.Mars.firm: no change says when 'Fox' joins; one with firm_joins must"),
        (HEAD + TWO_FIRMS + "timeline:\n  - {week: 9, firm_joins: Fox}\n  - {week: 10, firm_joins: Fox}", "s.yaml:8: timeline.10.firm_joins: joins for a second time"),
        (HEAD + TWO_FIRMS + "timeline:\n  - {week: 9, firm_joins: Fox}\n  - {week: 10, unit_joins: Mars}", 's.yaml:8: timeline.10.unit_joins: belongs to "Fox", and comes with firm_joins'),
        (HEAD + TWO_FIRMS + "timeline:\n  - {week: 9, firm_joins: Fox}\n  - {week: 10, market_opens: Mars}", 's.yaml:8: timeline.10.market_opens: belongs to "Fox", and comes with firm_joins'),
        (HEAD + TWO_FIRMS + "timeline:\n  - {week: 9, firm_joins: Fox}\n  - {week: 5, unit_leaves: Mars}", "s.yaml:8: timeline.5.unit_leaves: leaves before it is there"),
        (HEAD + TWO_FIRMS + "  - {name: Venus, kind: affiliate, staff: 5, market: Mars}\ntimeline: [{week: 9, firm_joins: Fox}]", 's.yaml:6: units.Venus.market: market "Mars" is served by units of two firms'),
        (HEAD + TWO_UNITS + "timeline: [{week: 9, market_opens: Japan}]", "s.yaml:6: timeline: no affiliate is there in week 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line_its_field_and_what_is_allowed(
    tmp_path: Path, text: str, message: str
) -> None:
    assert message in "\n".join(lines_of(tmp_path, text))


def test_a_mistake_is_not_repeated_by_what_follows_from_it(tmp_path: Path) -> None:
    for text in (
        "name: 12\nquestion: x",
        HEAD + "timeline: [{week: 5, staff_leave: 5}]",
        HEAD + "units: [{name: A, kind: affiliate, staff: many}]",
        HEAD + "service: {bands: [{name: a, households: 5, income: 1}]}",
    ):
        assert len(lines_of(tmp_path, text)) == 1


def test_mistakes_of_all_kinds_come_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = HEAD + "policy:\n  turnover: 5\n  foo: 1\n  visit_hours: 99\nworld: {needs: x}\n"
    assert [line.split(":")[1] for line in lines_of(tmp_path, text)] == ["4", "5", "6", "7"]


def test_inviting_somebody_nobody_declared_is_a_mistake_only_where_it_is_written(
    tmp_path: Path,
) -> None:
    nobody = HEAD + "stakeholders: []\n"
    assert read(tmp_path, nobody).policy.justification_local_partners == 1
    none_of_that_kind = "but no stakeholder of that kind is declared"
    for written in (
        "policy: {justification_local_partners: 1}",
        "policy: {dialogue_global_partners: 2}",
        "policy: {financial_agency: yes}",
        "timeline: [{week: 3, policy: {financial_agency: yes}}]",
    ):
        assert none_of_that_kind in lines_of(tmp_path, nobody + written)[0]
    assert read(tmp_path, nobody + "policy: {justification_local_partners: 0}")
    agency = "stakeholders: [{name: Agency, kind: financial agency}]\n"
    assert read(tmp_path, HEAD + agency + "policy: {financial_agency: yes}")


def test_a_unit_may_join_and_leave_and_two_units_may_change_in_one_week(tmp_path: Path) -> None:
    timeline = """timeline:
  - {week: 5, unit_joins: Market A}
  - {week: 5, unit_joins: Market B}
  - {week: 9, unit_leaves: Market A}
  - {week: 9, staff_leave: 5%, unit: Market B}
  - {week: 9, staff_leave: 5%, unit: Market C}
  - {week: 9, market_opens: Market D, needs_jump: 10%, market: Market C}
"""
    flat = settings(read(tmp_path, HEAD + timeline))
    assert flat["timeline.5.unit_joins"] == "Market A, Market B"
    assert flat["timeline.9.needs_jump"] == "10%"
