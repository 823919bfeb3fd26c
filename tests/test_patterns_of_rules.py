"""Patterns of the rules that are off unless a scenario switches them on.

How sure a comparison is stands in ``paired``, what is compared in ``patterns_of_rules``.
"""

from __future__ import annotations

import pytest
from paired import Effect, has_roughly_its_size, marked, shows
from patterns_of_rules import OF_RULES


@pytest.mark.parametrize("effect", marked(OF_RULES))
def test_a_rule_shows_its_finding_or_hardly_anything(effect: Effect) -> None:
    assert shows(effect)
    assert has_roughly_its_size(effect)
