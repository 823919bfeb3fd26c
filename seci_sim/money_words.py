"""How sums of money are said, in whatever currency: at three digits, and in millions where they are many."""

from __future__ import annotations

from seci_sim.words import MILLION, Interval, ends, measured


def money(value: float) -> str:
    """Money at three digits.

    Examples
    --------
    >>> money(514191.0), money(1110e6)
    ('514,000', '1,110 million')
    """
    return measured(float(f"{value:.3g}"), "money")


def in_currency(value: float, currency: str, sign: str = "") -> str:
    """Money in its currency, where one is said.

    Examples
    --------
    >>> in_currency(514191.0, "CHF"), in_currency(0.421, "EUR", "+"), in_currency(421.0, "")
    ('CHF 514,000', 'EUR +0.421', '421')
    """
    return f"{currency} {sign}{money(value)}".strip()


def money_range(interval: Interval) -> str:
    """An interval of money at three digits, with its unit said once.

    Examples
    --------
    >>> money_range((506468.0, 522207.0)), money_range((860.4e6, 895e6))
    ('506,000 to 522,000', '860 to 895 million')
    """
    low, high = (float(f"{end:.3g}") for end in interval)
    if max(abs(low), abs(high)) < MILLION:
        return ends((low, high), "money")
    return f"{ends((low / MILLION, high / MILLION), 'money')} million"
