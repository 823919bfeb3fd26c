"""Patterns of rivals; how sure a comparison is stands in ``paired``."""

from __future__ import annotations

import pytest
from paired import Effect, has_roughly_its_size, marked, shows
from patterns_of_rivals import RIVALS


@pytest.mark.parametrize("effect", marked(RIVALS))
def test_a_lead_lasts_as_long_as_what_it_rests_on_stays_tacit(effect: Effect) -> None:
    assert shows(effect)
    assert has_roughly_its_size(effect)
