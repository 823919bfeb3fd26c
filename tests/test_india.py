"""The Indian case: its launches, who adds what, and its page.

Each expectation is a paired comparison on the seeds 1 to 24 (see ``paired``); sizes for its power were
measured on seeds 1001 to 1048, false alarms are 1 in 10,000.
"""

from __future__ import annotations

from functools import cache

import make_india
import numpy as np
import pytest
from india_runs import Runs, runs_of
from paired import FALSE_ALARM, Effect, Figures, less, shows
from scipy import stats

from seci_sim.scenario import read_scenario
from seci_sim.seci.knowledge import Array
from seci_sim.seci.service import ADHERENT, ELIGIBLE, STARTED, SUBSIDY
from seci_sim.words import NOT_KNOWN

SCHEME = "india-expansion"
INDIA, SECOND, LOW_INCOME = range(3)
LOWEST, ASPIRERS, HIGHEST = 0, 1, -1
ALL_BANDS = slice(None)


@cache
def found(scenario: str, seeds: range) -> Runs:
    return runs_of(scenario, seeds)


def launch(scenario: str, market: int) -> Figures:
    """Weeks from the opening of a market to its launch."""
    return lambda seeds: found(scenario, seeds).launch[:, market].astype(float)


def first_year(scenario: str, market: int, measure: int) -> Figures:
    """Needs met (0), needs mis-served (1) or staff knowing (2) in the first year of a market."""
    return lambda seeds: found(scenario, seeds).first_year[:, market, measure]


def lately(scenario: str, measure: int) -> Figures:
    """Needs met (0) or mis-served (1) in the last year."""
    return lambda seeds: found(scenario, seeds).lately[:, measure]


def share(scenario: str, column: int, band: int | slice = ALL_BANDS) -> Figures:
    """Share of the eligible patients of a band, or of all."""

    def figures(seeds: range) -> Array:
        access = found(scenario, seeds).access[:, band].reshape(len(seeds), -1, 4).sum(axis=1)
        of: Array = access[:, column] / access[:, ELIGIBLE]
        return of

    return figures


def subsidy(scenario: str, band: int | slice = ALL_BANDS) -> Figures:
    """Millions of subsidy, in all."""
    return lambda seeds: (
        found(scenario, seeds).access[:, band, SUBSIDY].reshape(len(seeds), -1).sum(axis=1) / 1e6
    )


def moves(differences: Figures, size: float) -> bool:
    return shows(Effect("India", "as expected", size, differences))


def hardly_moves(differences: Figures, within: float) -> bool:
    return shows(Effect("India", "hardly any difference", 0.0, differences, within=within))


# The launch ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_first_launch_takes_about_as_long_as_the_public_one() -> None:
    """Half of the launches come within 22 to 30 weeks: 26, give or take four.

    By the signs of 150 runs: with a median outside, one of the two counts would pass once in ten
    thousand times. With a median of 25, both pass with a probability of more than 0.95.
    """
    weeks = found(SCHEME, range(1, 151)).launch[:, INDIA]
    needed = stats.binom.isf(FALSE_ALARM, weeks.size, 0.5)
    assert (weeks > 21).sum() > needed
    assert (weeks < 31).sum() > needed


def test_nobody_starts_before_the_launch_and_some_do_afterwards() -> None:
    from seci_sim import SECIModel
    from seci_sim.seci.records import COLUMN

    model = SECIModel(SCHEME, rng=3)
    while not model.records.rows[max(0, model.week - 1), INDIA, COLUMN["launched"]]:
        model.step()
        weeks = model.records.access[: model.week - 1, INDIA]
        assert weeks[..., STARTED].sum() == 0
    assert model.records.access[: model.week, INDIA, :, ELIGIBLE].sum() == 20 * model.week
    model.step()
    assert model.records.access[model.week - 1, INDIA, :, STARTED].sum() > 0


# The expansion ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_second_launch_that_can_read_the_first_is_quicker_than_one_that_cannot() -> None:
    assert moves(less(launch("india-library-lost", SECOND), launch(SCHEME, SECOND)), 2.2)
    assert moves(less(launch("india-library-lost", LOW_INCOME), launch(SCHEME, LOW_INCOME)), 1.5)


def test_its_first_year_meets_more_needs_and_mis_serves_more_too() -> None:
    for measure, size in ((0, 0.05), (1, 0.037)):
        with_library = first_year(SCHEME, SECOND, measure)
        assert moves(less(with_library, first_year("india-library-lost", SECOND, measure)), size)


def test_before_the_expansion_the_lost_library_changes_nothing() -> None:
    seeds = range(1, 5)
    assert (launch(SCHEME, INDIA)(seeds) == launch("india-library-lost", INDIA)(seeds)).all()


# Who had to be in the room ------------------------------------------------------------------------


@pytest.mark.slow
def test_without_the_local_partner_more_needs_are_mis_served_and_fewer_patients_stay() -> None:
    alone = "india-no-local-partner"
    assert moves(less(lately(alone, 1), lately(SCHEME, 1)), 0.034)
    assert moves(less(share(alone, ADHERENT), share(SCHEME, ADHERENT)), -0.039)
    assert hardly_moves(less(launch(alone, INDIA), launch(SCHEME, INDIA)), 2.0)


@pytest.mark.slow
def test_without_the_global_partner_every_launch_is_about_eight_weeks_later() -> None:
    alone = "india-no-global-partner"
    for market in (INDIA, SECOND, LOW_INCOME):
        assert moves(less(launch(alone, market), launch(SCHEME, market)), 8.0)
    assert moves(less(share(alone, STARTED), share(SCHEME, STARTED)), -0.036)


@pytest.mark.slow
def test_without_the_agency_the_poorest_start_less_and_the_richest_get_a_subsidy() -> None:
    alone = "india-no-agency"
    assert moves(less(share(alone, STARTED, LOWEST), share(SCHEME, STARTED, LOWEST)), -0.088)
    assert moves(less(subsidy(alone, HIGHEST), subsidy(SCHEME, HIGHEST)), 3.2)
    assert hardly_moves(less(share(alone, STARTED, HIGHEST), share(SCHEME, STARTED, HIGHEST)), 0.01)


# Prices -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_at_a_flat_price_the_richest_start_as_before_and_the_poorest_hardly_at_all() -> None:
    flat = "india-flat-price"
    assert hardly_moves(less(share(flat, STARTED, HIGHEST), share(SCHEME, STARTED, HIGHEST)), 0.01)
    assert moves(less(share(flat, STARTED, LOWEST), share(SCHEME, STARTED, LOWEST)), -0.57)
    assert (subsidy(flat)(range(1, 4)) == 0).all()


@pytest.mark.slow
def test_one_discount_reaches_more_than_the_flat_price_and_fewer_of_the_poorest_than_bands() -> (
    None
):
    one = "india-same-discount"
    assert moves(less(share(one, ADHERENT), share("india-flat-price", ADHERENT)), 0.127)
    assert moves(less(share(one, STARTED, LOWEST), share(SCHEME, STARTED, LOWEST)), -0.367)


@pytest.mark.slow
def test_three_bands_reach_fewer_of_the_poorest_than_five() -> None:
    three = "india-three-bands"
    assert moves(less(share(three, ADHERENT), share(SCHEME, ADHERENT)), -0.03)
    assert moves(less(share(three, STARTED, LOWEST), share(SCHEME, STARTED, LOWEST)), -0.217)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cheap", "dear"),
    [(SCHEME, "india-three-bands"), ("india-three-bands", "india-same-discount")],
)
def test_the_better_prices_follow_incomes_the_less_a_further_patient_costs(
    cheap: str, dear: str
) -> None:
    """Subsidy for each patient more on treatment than at the flat price."""

    def cost(scenario: str) -> Figures:
        def figures(seeds: range) -> Array:
            flat, priced = found("india-flat-price", seeds), found(scenario, seeds)
            more = priced.total(ADHERENT) - flat.total(ADHERENT)
            each: Array = priced.total(SUBSIDY) / more / 1000
            return each

        return figures

    assert moves(less(cost(dear), cost(cheap)), 20.0)


def test_the_discounts_give_an_average_indian_household_the_same_reduction() -> None:
    households = {band.name: band.households for band in read_scenario(SCHEME).service.bands}
    paid = {
        name: sum(share * read_scenario(name).policy.shares_paid[band] for band, share in households.items())
        for name in (SCHEME, "india-three-bands", "india-same-discount")
    }  # fmt: skip
    assert np.ptp(list(paid.values())) < 0.005


# The page -----------------------------------------------------------------------------------------


def test_the_page_has_every_market_band_and_alternative() -> None:
    seeds = range(1, 7)
    text = make_india.page(
        {name: found(name, seeds) for name in dict.fromkeys(make_india.EVERY)}, seeds
    )
    scheme = read_scenario(SCHEME)
    assert NOT_KNOWN not in text
    for words in (*scheme.markets, *(band.name for band in scheme.service.bands)):
        assert f"| {words} |" in text, words
    for name in make_india.EVERY:
        heading = "nothing handed on" if name == "india-library-lost" else read_scenario(name).name
        assert heading in text
    written = make_india.PAGE.read_text("utf-8")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [line for line in written.splitlines() if line.startswith("#")]


def test_a_median_has_the_ends_that_order_statistics_give() -> None:
    """Of 10 values, the second and the ninth hold the median in 97.9% of samples."""
    assert make_india.median_with_range(np.arange(1, 11)) == "5.5 (2 to 9)"
    assert make_india.median_with_range(np.arange(1, 7)) == "3.5 (1 to 6)"
    with pytest.raises(ValueError, match="at least 6 values are needed; got 5"):
        make_india.median_with_range(np.arange(1, 6))
