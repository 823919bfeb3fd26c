"""Patterns of rivals; how sure a comparison is stands in ``paired``."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from paired import Effect, has_roughly_its_size, marked, shows
from patterns_of_rivals import RIVALS, half_lives

PAGE = Path(__file__).parents[1] / "docs/patterns.md"


@pytest.mark.parametrize("effect", marked(RIVALS))
def test_a_lead_lasts_as_long_as_what_it_rests_on_stays_tacit(effect: Effect) -> None:
    assert shows(effect)
    assert has_roughly_its_size(effect)


@pytest.mark.slow
def test_half_of_a_lead_is_lost_when_the_page_says() -> None:
    said = re.search(
        r"lost (\d+) weeks after its peak .*; 97% interval (\d+) to (\d+)\), (\d+) weeks where none does \((\d+) to (\d+)\)",
        " ".join(PAGE.read_text("utf-8").split()),
    )
    assert said is not None
    stated = [int(number) for number in said.groups()]
    found = []
    for shipped in ("two-rivals", "two-rivals-secret"):
        weeks = np.sort(half_lives(shipped, range(1001, 1049)))
        # In 97% of draws of 48 the median lies between the 17th and the 32nd smallest.
        found += [np.median(weeks), weeks[16], weeks[31]]
    assert np.abs(np.subtract(found, stated)).max() <= 0.5
