"""Patterns of the rules that are off unless a scenario switches them on.

How sure a comparison is stands in ``paired``, what is compared in ``patterns_of_rules``.
"""

from __future__ import annotations

import pytest
from paired import LAST, Effect, change, course, has_roughly_its_size, marked, shows
from patterns_of_rules import ABSORBING_SLOWLY, OF_RULES, SMALLER_STEP
from scipy import stats


@pytest.mark.parametrize("effect", marked(OF_RULES))
def test_a_rule_shows_its_finding_or_hardly_anything(effect: Effect) -> None:
    assert shows(effect)
    assert has_roughly_its_size(effect)


@pytest.mark.slow
def test_with_the_smaller_step_as_many_needs_are_met_in_the_last_week() -> None:
    less = change(course(**SMALLER_STEP), course(**ABSORBING_SLOWLY), "needs_met", LAST)
    found = less(range(1001, 1065))
    assert abs(found.mean()) + 2 * stats.sem(found) < 0.02
