"""What was held against the model, in words and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import nan
from typing import Any

import pandas as pd

from seci_sim.evidence.held import MEANING, ORDER, Effect, Held, Look
from seci_sim.lab.factors import DECLARED
from seci_sim.parameters import declarations
from seci_sim.words import NOTHING, Interval, counted, ends, listed, setting, significant

MOST_NAMED = 4
"""Parameters of a world that are named."""

DIRECTION = {"more": "more", "less": "less", None: NOTHING}


def in_order(every: Sequence[Held]) -> list[Held]:
    """Misses first; of one verdict, the most comparable first."""
    return sorted(
        every, key=lambda one: (ORDER.index(one.verdict), one.study.match.grade, one.study.name)
    )


def published(held: Held) -> str:
    """What was published, as short as it can be said.

    Examples
    --------
    >>> from seci_sim.evidence.study import read_study
    >>> published(Held(read_study("surrogate-accuracy")))
    '0.680 (0.630 to 0.720)'
    """
    finding = held.study.finding
    if finding.effect is None and finding.bounds is None:
        return DIRECTION[finding.direction]
    interval = finding.bounds if finding.low is not None else None
    if finding.effect is None:
        return NOTHING if interval is None else ends(interval, "")
    return _said(finding.effect, interval)


def simulated(effect: Effect | None) -> str:
    """A simulated effect with what luck leaves of it.

    Examples
    --------
    >>> simulated(Effect(0.5, (0.4, 0.6))), simulated(Effect(0.75, (0.75, 0.75)))
    ('0.500 (0.400 to 0.600)', '0.750')
    """
    if effect is None:
        return NOTHING
    low, high = effect.interval
    return _said(effect.mean, effect.interval if low < high else None)


def _said(value: float, interval: Interval | None) -> str:
    """A number of unknown unit with its interval; what has the size of rounding is 0."""
    shown = significant(value)
    return shown if interval is None else f"{shown} ({ends(interval, '')})"


def where(held: Held, look: Look | None) -> str:
    """The world that gives what was published, by the parameters that matter for it."""
    if look is None or look.world is None:
        return ""
    again = held.study.again
    wanted = [*held.study.match.pins, *(again.rules if again else ()), look.spread.decider]
    named = [name for name in dict.fromkeys(wanted) if name in look.world][:MOST_NAMED]
    return listed([f"{name} {setting(look.world[name], DECLARED[name].unit)}" for name in named])


def counts(every: Sequence[Held]) -> str:
    """How many studies there are of each verdict, misses first."""
    found = Counter(one.verdict for one in every)
    return ", ".join(f"{found[verdict]} {verdict}" for verdict in ORDER if found[verdict])


def summary(every: Sequence[Held]) -> list[str]:
    """What came of it, in a few sentences."""
    tests = [one for one in every if one.study.counts and not one.study.match.taken_from]
    with_interval = [one for one in tests if one.study.finding.low is not None]
    said = [f"{counted(len(every), 'finding')}: {counts(every)}."]
    said.append(
        f"{len(tests)} of them count as tests: they were re-created, somebody read their numbers, and no number of "
        f"the model was taken from them; {len(with_interval)} of these have an interval."
    )
    weak = [one.study.name for one in every if one.weak]
    if weak:
        said.append(
            f"A hit that tells nothing, because luck leaves no effect at all possible, too: {listed(weak)}."
        )
    return [*said, assumed()]


def assumed() -> str:
    """How much of the model nobody has measured."""
    kinds = Counter(declared.source.split(":")[0] for declared in declarations())
    own = sum(kinds[kind] for kind in ("assumed", "borrowed", "measured"))
    near = sum("beside a measured" in declared.source for declared in declarations())
    return (
        f"{kinds['assumed']} of the model's {own} numbers are assumed, {kinds['assumed'] / own:.0%}; of these, "
        f"{near} have a measured figure beside them that the usual value does not keep to."
    )


def table(every: Sequence[Held]) -> pd.DataFrame:
    """A row for each study, misses first."""
    return pd.DataFrame([_row(one) for one in in_order(every)])


def _row(held: Held) -> dict[str, Any]:
    study, finding = held.study, held.study.finding
    low, high = (nan, nan) if finding.low is None else (finding.low, finding.high)
    row: dict[str, Any] = {
        "study": study.label,
        "name": study.name,
        "cited": study.cited,
        "doi": study.doi,
        "grade": study.match.grade,
        "verdict": held.verdict,
        "taken_from": study.match.taken_from,
        "tells_nothing": held.weak,
        "unit": finding.unit,
        "direction": finding.direction or "",
        "published": nan if finding.effect is None else finding.effect,
        "published_low": low,
        "published_high": high,
        "interval": finding.interval,
        "read_in": finding.read_in,
    }
    row |= _effect("simulated", held.usual)
    for name, look in (("worlds", held.worlds), ("rules", held.rules)):
        spread = (nan, nan) if look is None else look.spread.ends
        row |= {f"{name}_low": spread[0], f"{name}_high": spread[1]}
        row |= _effect(f"{name}_given", None if look is None else look.effect)
        row |= {f"{name}_where": where(held, look)}
    return row | {
        "change": study.match.change,
        "outcome": study.match.outcome,
        "to_change": study.match.to_change,
        "not_again": study.not_again,
        "reference": study.reference,
    }


def _effect(name: str, effect: Effect | None) -> dict[str, float]:
    ends = (nan, nan) if effect is None else effect.interval
    mean = nan if effect is None else effect.mean
    return {name: mean, f"{name}_low": ends[0], f"{name}_high": ends[1]}


def told(held: Held) -> list[tuple[str, str]]:
    """All that there is to say of one study: headings and texts."""
    study, finding = held.study, held.study.finding
    said = [
        ("Verdict", _verdict(held)),
        ("Published", f"{finding.what}: {published(held)} ({finding.unit})"),
        ("Interval", finding.interval if finding.bounds else ""),
        ("Read in", finding.read_in or "not verified"),
        ("Studied", f"{study.setting}; {study.design}"),
        ("The change here", study.match.change),
        ("The outcome here", study.match.outcome),
        ("Comparable", f"grade {study.match.grade}"),
        ("At the usual numbers", simulated(held.usual) if held.usual else ""),
        ("In nine worlds of ten", _spread(held.worlds)),
        ("Given by", _given(held, held.worlds)),
        ("With rules on, in nine worlds of ten", _spread(held.rules)),
        ("With rules on, given by", _given(held, held.rules)),
        ("Not re-created", study.not_again),
        ("What would have to change", study.match.to_change),
        ("Reference", study.reference),
    ]
    return [(heading, " ".join(text.split())) for heading, text in said if text]


def _verdict(held: Held) -> str:
    said = f"{held.verdict}: {MEANING[held.verdict]}"
    if held.study.match.taken_from:
        said += "; a number of the model was taken from this study, so that it is no test"
    if held.weak:
        said += "; but it leaves no effect at all possible, too, so that the hit tells nothing"
    return said


def _spread(look: Look | None) -> str:
    if look is None:
        return ""
    decided = f"; goes together most with {look.spread.decider}" if look.spread.decider else ""
    return f"{ends(look.spread.ends, '')}{decided}"


def _given(held: Held, look: Look | None) -> str:
    if look is None or look.effect is None:
        return ""
    beyond = "; another world lies beyond what was published" * look.between
    return f"a world with {where(held, look)}, where it is {simulated(look.effect)} on fresh seeds{beyond}"
