"""What the page knows of people's lists: the words, marks and forms of days that the command knows, as JSON."""

from __future__ import annotations

import re
from typing import Any

from seci_sim.parameters import HOURS_A_WEEK, WEEKS_A_YEAR
from seci_sim.scenario import read_scenario
from seci_sim.scenario.checks import EVERYWHERE
from seci_sim.scenario.own_firm import columns, dates, leaving, lists, people, serving, staff
from seci_sim.scenario.own_firm.rows import LOOKED_AT
from seci_sim.scenario.own_firm.understanding import FEW
from seci_sim.scenario.template import item_written, new_scenario
from seci_sim.scenario.units import (
    AFFILIATE,
    FORMULA,
    LOCAL_PARTNER,
    LONGEST_MARKET,
    READ_AS_MISSING,
    Unit,
    default_stakeholders,
)

SCRIPTS = ("firm/table", "firm/days", "firm/people", "firm/scenario")
"""The page's scripts that read lists of people, in the order in which they need each other; ``files/wording`` before them."""
BASE = "one-percent"
"""The scenario that the command starts from, too."""
NAME, MARKET, PARTS = "My firm", "MARKET", "# PARTS"
"""What the scenario is called, and marks where a market and who there is stand in its text."""


def for_browser(pattern: re.Pattern[str]) -> str:
    r"""A pattern as JavaScript writes it, in which letters are those of any alphabet.

    Examples
    --------
    >>> for_browser(re.compile(r"(?P<day>\d+)[^\W\d_]"))
    '(?<day>\\d+)\\p{L}'
    """
    return pattern.pattern.replace("(?P<", "(?<").replace(r"[^\W\d_]", r"\p{L}")


def declared() -> dict[str, Any]:
    """All that the page's reader of people's lists looks words up in."""
    base = read_scenario(BASE)
    return {
        "columns": [
            {"name": one.name, "meaning": one.meaning, "aliases": columns.aliases(one)}
            for one in columns.PEOPLE_COLUMNS
        ],
        "of_people": [one.name for one in people.OF_PEOPLE],
        "words": sorted(columns.WORDS),
        "looked_at": LOOKED_AT,
        "few": FEW,
        "formula": FORMULA,
        "of_their_own": people.OF_THEIR_OWN,
        "long_code": people.LONG_CODE,
        "panel": people.PANEL,
        "total": for_browser(lists.TOTAL),
        "no_value": sorted(dates.NO_VALUE),
        "no_day": sorted(dates.NO_DAY),
        "excel_days": [dates.EXCEL_DAYS.start, dates.EXCEL_DAYS.stop],
        "excel_begins": dates.EXCEL_BEGINS.isoformat(),
        "months": dates.MONTHS,
        "forms": {
            "number": for_browser(dates.DAY_NUMBER),
            "two_ways": for_browser(dates.TWO_WAYS),
            "year_first": for_browser(dates.YEAR_FIRST),
            "dotted": for_browser(dates.DOTTED),
            "month_only": for_browser(dates.MONTH_ONLY),
            "named": [
                for_browser(one) for one in (dates.NAMED, dates.NAME_FIRST, dates.YEAR_NAMED)
            ],
        },
        "means": {
            "yes": sorted(people.MEANS_YES),
            "no": sorted(people.MEANS_NO),
            "gone": people.MEANS_GONE,
            "there": people.MEANS_THERE,
        },
        "kinds": serving.KINDS,
        "kind_words": serving.KIND_WORDS,
        "countries": sorted(serving.COUNTRIES),
        "serving": sorted(serving.SERVING),
        "central": sorted(serving.CENTRAL),
        "both": sorted(serving.SERVES_TOO),
        "home": serving.HOME,
        "most": serving.MOST,
        "named": serving.NAMED,
        "alike": [staff.ALIKE, staff.RARER, staff.MOST_COMPARED],
        "most_turnover": staff.MOST_TURNOVER,
        "nine_in_ten": leaving.NINE_IN_TEN,
        "read_as_missing": sorted(READ_AS_MISSING),
        "longest_market": LONGEST_MARKET,
        "everywhere": EVERYWHERE,
        "routine_hours_a_year": base.projects.routine_hours * WEEKS_A_YEAR,
        "visits_a_year": 0.01 * HOURS_A_WEEK * WEEKS_A_YEAR,
        "scenario": new_scenario(base, BASE, NAME, PARTS),
        "parts": PARTS,
        "market": MARKET,
        "local_partner": item_written(
            default_stakeholders((Unit(name=MARKET, kind=AFFILIATE, staff=2),))[0]
        ),
        "partners": [
            item_written(one.model_copy(update={"market": None}))
            for one in base.stakeholders
            if one.kind != LOCAL_PARTNER
        ],
    }
