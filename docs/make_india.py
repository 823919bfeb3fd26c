"""Run the Indian case with all its alternatives, and write docs/india.md.

Run it after a change that moves results, from the root of a checkout::

    python docs/make_india.py [--runs 200]

It takes about two minutes. Every scenario is run with the same seeds; what is said of a difference is
the mean of the differences of the runs with one seed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from india_runs import Runs, runs_of
from make_tables import table
from scipy import stats

from seci_sim.lab.statistics import (
    Estimate,
    estimate,
    paired_difference,
    ratio_of_means,
    separated,
)
from seci_sim.seci.knowledge import Array
from seci_sim.seci.service import ADHERENT, ELIGIBLE, STARTED, SUBSIDY
from seci_sim.words import between, number, percent, signed

PAGE = Path(__file__).with_name("india.md")
SCHEME, LIBRARY_LOST, NO_AGENCY = "india-expansion", "india-library-lost", "india-no-agency"
ROOM = (SCHEME, "india-no-local-partner", "india-no-global-partner", NO_AGENCY)
PRICES = ("india-flat-price", "india-same-discount", "india-three-bands", SCHEME)
EVERY = (*ROOM, *PRICES[:-1], LIBRARY_LOST)
APPROVED_TO_LAUNCHED = 26
"""Weeks, public: approved in April 2013, launched in October 2013."""
FEWEST_ORDERED = 6
"""Values of which the least and the largest hold the median in 95% of samples: in 1 - 2 / 2^6."""


# Words --------------------------------------------------------------------------------------------


def with_range(
    found: Estimate, say: Callable[[float], str], scale: float = 1, digits: int = 1
) -> str:
    """A mean with its 95% interval."""
    assert found.interval is not None
    return f"{say(found.mean)} ({between(found.interval, scale, digits)})"


def level(values: Array) -> str:
    """A mean of numbers."""
    return with_range(estimate(values), number)


def share(values: Array) -> str:
    """A mean of shares."""
    return with_range(estimate(values), percent, 100)


def change(values: Array, others: Array, scale: float = 1, comparisons: int = 1) -> str:
    """A paired difference; scale 100 for percentage points."""
    found = paired_difference(values, others, comparisons=comparisons)
    return with_range(found, lambda mean: signed(scale * mean), scale)


def median_with_range(values: Array) -> str:
    """A median with the order statistics that hold it in at least 95% of samples.

    Raises
    ------
    ValueError
        Of fewer than `FEWEST_ORDERED` values, even the least and the largest hold it less often.
    """
    if len(values) < FEWEST_ORDERED:
        raise ValueError(f"at least {FEWEST_ORDERED} values are needed; got {len(values)}")
    ordered = np.sort(values)
    low = int(stats.binom.ppf(0.025, len(ordered), 0.5))
    ends = (ordered[max(0, low - 1)], ordered[len(ordered) - max(1, low)])
    return f"{np.median(values):g} ({ends[0]:g} to {ends[1]:g})"


# Sections -----------------------------------------------------------------------------------------


def launch_section(found: dict[str, Runs]) -> str:
    """The second launch against the first, and against one that could read nothing."""
    scheme, without = found[SCHEME], found[LIBRARY_LOST]
    names = scheme.scenario.markets
    heads = ["", *names, *(f"{name}, nothing handed on" for name in names[1:])]
    of = [(scheme, m) for m in range(len(names))] + [(without, m) for m in range(1, len(names))]
    rows = [
        ["Weeks from opening to launch, median", *(median_with_range(r.launch[:, m]) for r, m in of)],
        ["The same, mean", *(level(r.launch[:, m]) for r, m in of)],
        ["Weeks from the first words to the routine", *(level(r.words_to_routine[:, m]) for r, m in of)],
        ["Entries of the first plan that its group put into words", *(level(r.own_words[:, m]) for r, m in of)],
        ["Entries read or worked out", *(level(r.read[:, m]) for r, m in of)],
        ["Entries that were right", *(share(r.right[:, m]) for r, m in of)],
        ["Needs met in the first year", *(share(r.first_year[:, m, 0]) for r, m in of)],
        ["Needs mis-served in the first year", *(share(r.first_year[:, m, 1]) for r, m in of)],
        ["Staff who know a need in the first year", *(share(r.first_year[:, m, 2]) for r, m in of)],
    ]  # fmt: skip
    compared = [
        [
            f"{name}, {words}",
            change(scheme.launch[:, m], other.launch[:, at], comparisons=2),
            change(scheme.words_to_routine[:, m], other.words_to_routine[:, at], comparisons=2),
            change(scheme.first_year[:, m, 0], other.first_year[:, at, 0], 100, comparisons=2),
            change(scheme.first_year[:, m, 1], other.first_year[:, at, 1], 100, comparisons=2),
            change(scheme.first_year[:, m, 2], other.first_year[:, at, 2], 100, comparisons=2),
        ]
        for m, name in enumerate(names)
        if m > 0
        for other, at, words in ((scheme, 0, f"less {names[0]}"), (without, m, "less the same with nothing handed on"))
    ]  # fmt: skip
    return "\n\n".join(
        [
            "## The second launch against the first",
            f"The public case took {APPROVED_TO_LAUNCHED} weeks from approval to launch. In the model the "
            f"median is {median_with_range(scheme.launch[:, 0])} weeks, with numbers of the model that were "
            "set before: a market launches with the first plan that becomes routine, and waits for a first "
            "workshop (projects start by chance, 4.5 a year), the set-up (4 weeks with the global partner's "
            "framework and half a week for each answer that nobody wrote down before) and the pilot (12 "
            "weeks).",
            table(heads, rows),
            "Paired differences; intervals of the two markets hold together:",
            table(
                ["", "Weeks to launch", "Weeks from words to routine", "Needs met, first year",
                 "Needs mis-served, first year", "Staff who know, first year"],
                compared,
            ),
            "What **travels** is what was written: more of the first plan is read, its set-up is shorter, and "
            "more needs are met in the first year than where nothing was handed on. Some of what is read is "
            "wrong elsewhere: a smaller share of the plan is right, and more needs are mis-served too. Over all, "
            f"the second launch is {_told(scheme.launch[:, 1], scheme.launch[:, 0])} the first: reading saves "
            "half a week for each answer, while the week of the first workshop is luck. What must be **learned "
            f"again** is the rest: the new group puts {number(scheme.own_words[:, 1].mean())} answers into words "
            f"itself, as the first did ({number(scheme.own_words[:, 0].mean())}); its people know what they "
            "read and practise sooner, but what was felt is handed on only where colleagues of two markets "
            "meet, in one meeting of ten, and weakly; and the pilot lasts as long.",
        ]
    )  # fmt: skip


def _told(values: Array, others: Array) -> str:
    """Whether two launches are told apart, and by how much."""
    found = paired_difference(values, others, comparisons=2)
    if not separated(found):
        return "not told apart from"
    return f"{number(abs(found.mean))} weeks {'later' if found.mean > 0 else 'sooner'} than"


def room_section(found: dict[str, Runs]) -> str:
    """With and without each partner."""
    scheme = found[SCHEME]
    rows = []
    for name in ROOM:
        one, itself = found[name], name == SCHEME
        rows.append(
            [
                one.scenario.name,
                share(one.share(STARTED)) if itself else change(one.share(STARTED), scheme.share(STARTED), 100, 3),
                share(one.share(ADHERENT)) if itself else change(one.share(ADHERENT), scheme.share(ADHERENT), 100, 3),
                level(one.launch[:, 0]) if itself else change(one.launch[:, 0], scheme.launch[:, 0], 1, 3),
                share(one.lately[:, 0]) if itself else change(one.lately[:, 0], scheme.lately[:, 0], 100, 3),
                share(one.lately[:, 1]) if itself else change(one.lately[:, 1], scheme.lately[:, 1], 100, 3),
            ]
        )  # fmt: skip
    return "\n\n".join(
        [
            "## Who had to be in the room",
            "The first row is the scheme with everybody; below, what changes where one of them is missing, in "
            "percentage points or weeks. Intervals of a column hold together.",
            table(
                ["", "Start treatment", "Start and stay", "Weeks to launch in India", "Needs met, last year",
                 "Needs mis-served, last year"],
                rows,
            ),
            "Each brings something else. The **local partner** makes answers fit and helps patients to stay; "
            "the **global partner** brings speed: without its framework every launch is later, and whoever "
            "waits does not start; the **financial agency** sees to it that those for whom the price was cut "
            "get that price.",
        ]
    )  # fmt: skip


def price_section(found: dict[str, Runs]) -> str:
    """Access by band under each price, and what a further patient costs."""
    flat, bands = found[PRICES[0]], found[SCHEME].scenario.service.bands
    heads = ["Band", *(found[name].scenario.name for name in PRICES)]
    tables = []
    for column, words in ((STARTED, "start treatment"), (ADHERENT, "start and stay on it")):
        rows = [
            [band.name]
            + [
                share(found[n].access[:, b, column] / found[n].access[:, b, ELIGIBLE])
                for n in PRICES
            ]
            for b, band in enumerate(bands)
        ]
        rows.append(["all", *(share(found[n].share(column)) for n in PRICES)])
        tables += [f"Of eligible patients, those who {words}:", table(heads, rows)]
    money = []
    for name in PRICES[1:]:
        one = found[name]
        paid, more = (
            one.total(SUBSIDY) - flat.total(SUBSIDY),
            one.total(ADHERENT) - flat.total(ADHERENT),
        )
        price = ratio_of_means(paid / 1000, more, comparisons=3)
        assert price is not None
        gained = change(one.share(ADHERENT), flat.share(ADHERENT), 100, 3)
        money.append([one.scenario.name, gained, with_range(price, lambda v: number(v, 0), 1, 0)])
    return "\n\n".join(
        [
            "## What a flat price would have done",
            "All have the same partners and the same launches; only what patients pay differs. The three bands "
            "and the one discount give an average Indian household the same reduction as the five bands.",
            *tables,
            "Against the flat price:",
            table(["", "Patients on treatment, points", "Subsidy per patient more on treatment, thousand rupees"], money),
        ]
    )  # fmt: skip


def agency_section(found: dict[str, Runs]) -> str:
    """What an inaccurate assessment of incomes costs, band by band."""
    scheme, without = found[SCHEME], found[NO_AGENCY]

    def shares(runs: Runs, band: int, column: int) -> Array:
        of: Array = runs.access[:, band, column] / runs.access[:, band, ELIGIBLE]
        return of

    bands = scheme.scenario.service.bands
    rows = [
        [
            band.name,
            change(shares(without, b, STARTED), shares(scheme, b, STARTED), 100, len(bands)),
            change(shares(without, b, ADHERENT), shares(scheme, b, ADHERENT), 100, len(bands)),
            change(without.access[:, b, SUBSIDY] / 1e6, scheme.access[:, b, SUBSIDY] / 1e6, 1, len(bands)),
        ]
        for b, band in enumerate(bands)
    ]  # fmt: skip
    return "\n\n".join(
        [
            "## What an inaccurate income assessment costs",
            "Without the agency, the firm assesses incomes rightly six times in ten instead of nine (assumed). "
            "What that changes, by the band in which patients really are; intervals hold together:",
            table(
                ["Band", "Start, points", "Start and stay, points", "Subsidy, million rupees"], rows
            ),
            "Nearly all of it falls on the lowest band: those of it who are taken for richer are asked to pay what "
            "they cannot, and do not start. The firm saves their subsidy, and gives some of it to the better-off "
            "who are taken for poorer, and would have started anyway.",
        ]
    )


def page(found: dict[str, Runs], seeds: Sequence[int]) -> str:
    """The whole page."""
    scheme = found[SCHEME].scenario
    return "\n\n".join(
        [
            "# India, from the first visit to the expansion",
            f"**{scheme.question}**",
            " ".join(scheme.notes.split()),
            "The scenario is [india-expansion](../scenarios/india-expansion.yaml); each alternative is a file "
            "beside it that says what it leaves out. A market stands for a product in a country. The affiliate "
            "works with the regional headquarters, a global and a local partner, and a financial agency; in "
            "week 105 a second product opens in India, in week 131 a low-income market, each with a team of its "
            "own that can read what the others wrote.",
            f"{len(seeds)} runs of each scenario, seeds {seeds[0]} to {seeds[-1]}, in pairs with the same luck. "
            "Means and differences with their 95% interval. All of it holds in this model, not in India.",
            launch_section(found),
            room_section(found),
            price_section(found),
            agency_section(found),
            "## To repeat it",
            "`seci-sim compare india-expansion india-no-local-partner india-no-global-partner india-no-agency`, "
            "`seci-sim compare india-flat-price india-same-discount india-three-bands india-expansion` and "
            "`seci-sim compare india-expansion india-library-lost` make reports of the same; this page is "
            "written by `docs/make_india.py`.",
        ]
    ) + "\n"  # fmt: skip


def main() -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    seeds = range(1, 1 + parser.parse_args().runs)
    found = {name: runs_of(name, seeds) for name in dict.fromkeys(EVERY)}
    PAGE.write_text(page(found, seeds), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
