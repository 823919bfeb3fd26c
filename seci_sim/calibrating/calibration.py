"""A firm's data against its runs: learned once for each kind of data, then compared at once."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seci_sim.calibrating import checking
from seci_sim.calibrating.bank import Bank, features, limits, of_firm
from seci_sim.calibrating.checking import FEWEST_CHECKED, Alike, Gate
from seci_sim.calibrating.observed import MEASURED, TURNOVER, Data, Item, in_words
from seci_sim.calibrating.posterior import Spread, draws, spread_of
from seci_sim.calibrating.summaries import Summaries, learned
from seci_sim.lab.arrays import arrays_in
from seci_sim.lab.factors import DECLARED, Factor
from seci_sim.lab.whole_files import write_whole
from seci_sim.scenario import InputProblem
from seci_sim.scenario.tree import size_of_ordinary
from seci_sim.words import setting, spoken

if TYPE_CHECKING:
    import pandas as pd

    from seci_sim.seci.knowledge import Array

LEARNED_FROM, COMPARED_WITH = 0.45, 0.45
"""Shares of the runs from which summaries are learned, and with which data are compared; the rest checks both."""
FEWEST_TELLING = 5 * FEWEST_CHECKED
"""Runs that tell data of a kind: with fewer, more than a fifth of them would be needed to check with."""

KINDS = "kinds"
"""Folder of what was learned of each kind of data."""

LEARNT, AS_BEFORE, NOT_CALIBRATED = (
    "learnt",
    "not identified: as before",
    "not calibrated: as before",
)


@dataclass(frozen=True)
class Learned:
    """What was learned of one kind of data."""

    summaries: Summaries
    seen: Array
    """(runs, parameters) float64: summaries of the runs that data are compared with."""
    shares: Array
    """(runs, parameters) float64: their parameters, as shares of their ranges."""
    gate: Gate
    alike: Alike
    checked_summaries: Array
    """(other runs, parameters) float64: summaries of the runs on which all of it was tried."""

    @property
    def checked(self) -> int:
        """How many these are."""
        return len(self.checked_summaries)


@dataclass(frozen=True)
class Calibration:
    """What a firm's data told of what nobody has measured."""

    factors: tuple[Factor, ...]
    data: Data
    gate: Gate
    checked: int
    drawn: Array
    """(draws, parameters) float64: values of the parameters, in their own units."""
    spreads: tuple[Spread | None, ...]
    """How each parameter is spread; None for what is as before."""

    @property
    def worlds(self) -> pd.DataFrame:
        """A row a draw, with a column for each doubted parameter: what ``compare --worlds`` takes."""
        import pandas as pd

        columns = {
            factor.name: values.astype(int) if factor.whole else values
            for factor, values in zip(self.factors, self.drawn.T, strict=True)
        }
        return pd.DataFrame(columns).rename_axis("world").reset_index()

    @property
    def table(self) -> pd.DataFrame:
        """A row a parameter: what was known before, what is known now, and how sure the way to it is."""
        import pandas as pd

        rows = []
        for place, factor in enumerate(self.factors):
            now, before = self.interval(place), self.before(place)
            rows.append(
                {
                    "parameter": factor.name,
                    "unit": factor.unit,
                    "before_low": before[0],
                    "before_high": before[1],
                    "now_low": now[0],
                    "now": now[1],
                    "now_high": now[2],
                    "left": self.left(place),
                    "verdict": self.verdict(place),
                    "left_on_average": self.gate.left[place],
                    "coverage": self.gate.coverage[place],
                    "p_uniform": self.gate.uniform[place],
                    "correlation": self.gate.correlation[place],
                }
            )
        return pd.DataFrame(rows)

    def verdict(self, place: int) -> str:
        """Whether something was learnt of a parameter."""
        if not self.gate.identified[place]:
            return AS_BEFORE
        return LEARNT if self.gate.right[place] else NOT_CALIBRATED

    def left(self, place: int) -> float:
        """Spread of a parameter that these data leave, in what it was before."""
        spread = self.spreads[place]
        return 1.0 if spread is None else spread.deviation

    def within(self, place: int) -> tuple[float, float, float]:
        """What holds nine in ten of a parameter's draws, their middle between the ends, as shares of its range."""
        spread = self.spreads[place]
        levels = np.array([0.05, 0.5, 0.95])
        low, middle, high = levels if spread is None else spread.quantile(levels)
        return float(low), float(middle), float(high)

    def interval(self, place: int) -> tuple[float, float, float]:
        """The same in the parameter's own unit."""
        low, middle, high = (_at(self.factors[place], share) for share in self.within(place))
        return low, middle, high

    def before(self, place: int) -> tuple[float, float]:
        """What held nine in ten before anything was told."""
        return _at(self.factors[place], 0.05), _at(self.factors[place], 0.95)

    def of(self, *verdicts: str) -> list[Factor]:
        """The parameters with these verdicts."""
        return [one for n, one in enumerate(self.factors) if self.verdict(n) in verdicts]


def _at(factor: Factor, share: float) -> float:
    """The value that lies so far up a parameter's range."""
    return float(values_at([factor], np.array([[share]]))[0, 0])


def values_at(factors: Sequence[Factor], shares: Array) -> Array:
    """(draws, parameters) float64: values that lie so far up their ranges, to six digits."""
    low, high, whole = limits(factors)
    exact = low + shares * (high - low + whole)
    rounded = np.array([[float(f"{value:.6g}") for value in row] for row in exact])
    return np.clip(np.where(whole > 0, np.floor(exact), rounded), low, high)


def calibrate(
    factors: Sequence[Factor],
    fingerprint: str,
    runs: Callable[[], Bank],
    data: Data,
    folder: Path | None = None,
) -> Calibration:
    """Learn from a firm's data what they tell of what nobody has measured.

    Parameters
    ----------
    factors : sequence of Factor
        The doubted parameters, as of `seci_sim.calibrating.bank.worlds_to_run`.
    fingerprint : str
        Of that experiment.
    runs : callable
        Gives its runs; called only where this kind of data is new.
    data : Data
        What the firm tells.
    folder : Path, optional
        Keeps what was learned of each kind of data.

    Raises
    ------
    InputProblem
        Nothing is told, no run of the model would tell such data, or too few runs tell any of the kind.
    MissingExtra
        scikit-learn is not installed.
    """
    if not data.items:
        raise InputProblem(
            ["nothing is told of the firm: give --facts, --indicators, --survey or --people"]
        )
    known = learned_of(fingerprint, runs, data.items, folder)
    firm = of_firm(data)
    if differs := known.alike.differs(firm):
        place, low, high = differs
        item = data.items[place]
        raise InputProblem([_refusal(item, data.values[place], firm[0, place], low, high)])
    summary = known.summaries.of(firm)[0]
    learnt = known.gate.learnt
    return Calibration(
        factors=tuple(factors),
        data=data,
        gate=known.gate,
        checked=known.checked,
        drawn=values_at(factors, draws(summary, known.seen, known.shares, learnt)),
        spreads=tuple(
            spread_of(float(summary[place]), known.seen[:, place], known.shares[:, place])
            if learnt[place]
            else None
            for place in range(len(factors))
        ),
    )


def _refusal(item: Item, value: float, feature: float, low: float, high: float) -> str:
    what = in_words(item)
    if item.kind == "score":
        said = f"lies {feature:+.2g} from the mean of its scores, in their spread; "
        range_said = f"{low:+.2g} to {high:+.2g}"
    else:
        declared = DECLARED.get(item.name) or MEASURED.get(item.name)
        unit = "share" if item.name == TURNOVER else declared.unit if declared else ""
        said = f"is {setting(value, unit)}; "
        range_said = f"{setting(low, unit)} to {setting(high, unit)}"
    return (
        f"no firm of this kind makes such data: {what} {said}"
        f"with all else as it is, nine firms in ten would have {range_said}. Is it another "
        "measure, unit, order or time? If all is right, the model does not fit this firm"
    )


def learned_of(
    fingerprint: str, runs: Callable[[], Bank], items: Sequence[Item], folder: Path | None
) -> Learned:
    """What is learned of one kind of data; kept in the folder, so that the next firm's need no learning."""
    kind = repr((fingerprint, tuple(items)))
    key = hashlib.sha256(kind.encode()).hexdigest()[:16]
    path = None if folder is None else folder / KINDS / f"{key}.npz"
    if path is not None and path.is_file() and (kept := _read(path, kind)) is not None:
        return kept
    found = learn(runs(), items)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        arrays = {"kind": np.array(kind), **_arrays(found)}
        np.savez(buffer, allow_pickle=False, digest=np.array(_digest(arrays)), **arrays)
        write_whole(path, buffer.getvalue())
    return found


def learn(bank: Bank, items: Sequence[Item], more: Sequence[Array] = ()) -> Learned:
    """Learn from some runs, compare with others, and try it on the rest.

    Parameters
    ----------
    bank : Bank
        The runs.
    items : sequence of Item
        The kind of data.
    more : sequence of (runs,) float64
        What else of each run is to be told, in (0, 1), after the parameters.

    Raises
    ------
    InputProblem
        Too few runs tell data of this kind.
    """
    told = bank.observed(items)
    for item, column in zip(items, told.T, strict=True):
        if not np.isfinite(column).any():
            raise InputProblem([f"{in_words(item)}: no run has any: nothing is open there then"])
    whole = np.isfinite(told).all(axis=1)
    seen = features(told[whole], items)
    shares = np.column_stack([bank.shares, *more])[whole]
    if len(seen) < FEWEST_TELLING:
        needed = -(-FEWEST_TELLING * len(told) // max(1, len(seen)))
        what = f"{len(seen):,} of {len(told):,} runs tell data of this kind, and {FEWEST_TELLING:,} are needed"
        raise InputProblem([f"{what}: ask for more runs (--runs {needed + 50})"])
    first = round(LEARNED_FROM * len(seen))
    second = min(first + round(COMPARED_WITH * len(seen)), len(seen) - FEWEST_CHECKED)
    summaries = learned(seen[:first], shares[:first])
    found = summaries.of(seen)
    return Learned(
        summaries,
        found[first:second],
        shares[first:second],
        checking.gate(found[first:second], shares[first:second], found[second:], shares[second:]),
        checking.alike(seen[:second], seen[second:]),
        found[second:],
    )


PARTS: dict[str, Any] = {"summaries": Summaries, "gate": Gate, "alike": Alike}


TABLES = ("seen", "shares", "checked_summaries")


def _arrays(found: Learned) -> dict[str, Array]:
    plain = {name: getattr(found, name) for name in TABLES}
    for part in PARTS:
        plain |= {
            f"{part}.{name}": np.asarray(value)
            for name, value in vars(getattr(found, part)).items()
        }
    return plain


def _digest(arrays: Mapping[str, Array]) -> str:
    """Hash of all that is kept of a kind of data."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        one = np.asarray(arrays[name])
        found.update(repr((name, one.dtype.str, one.shape)).encode() + one.tobytes())
    return found.hexdigest()


def _read(path: Path, asked: str) -> Learned | None:
    """What was kept of this kind of data; None where it is damaged or of another, to be learned again."""
    try:
        size_of_ordinary(path, None)  # a pipe would be waited for
        with path.open("rb") as file:
            kept = arrays_in(file)
        if str(kept.pop("digest", "")) != _digest(kept) or kept["kind"].item() != asked:
            return None
        parts = {
            part: kind(**{name: kept[f"{part}.{name}"] for name in kind.__dataclass_fields__})
            for part, kind in PARTS.items()
        }
        return Learned(**{name: kept[name] for name in TABLES}, **parts)
    except (OSError, ValueError, KeyError):
        return None


def in_short(found: Calibration) -> list[int]:
    """Places of the parameters of which most was learnt, the most first."""
    learnt = [n for n in range(len(found.factors)) if found.verdict(n) == LEARNT]
    return sorted(learnt, key=lambda place: found.left(place))


def said(found: Calibration) -> str:
    """What a terminal shows."""
    lines = [
        f"{'Learnt':34}{'before (nine in ten)':>26}{'now (nine in ten)':>30}{'spread left':>13}"
    ]
    for place in in_short(found):
        factor = found.factors[place]
        low, _, high = found.interval(place)
        before = range_said(*found.before(place), factor.unit)
        now = range_said(low, high, factor.unit)
        lines.append(f"{spoken(factor.name):34}{before:>26}{now:>30}{found.left(place):>13.0%}")
    if len(lines) == 1:
        lines = ["Nothing: these data tell no parameter from its range."]
    open_ = [factor.name for factor in found.of(AS_BEFORE)]
    rules = [spoken(name) for name in open_ if name.startswith("learning.")]
    lines.append(
        f"Not identified, as before: {len(open_)} of {len(found.factors)} parameters"
        + (f"; of how people learn: {', '.join(rules)}." if rules else ".")
    )
    if wrong := [spoken(factor.name) for factor in found.of(NOT_CALIBRATED)]:
        why = "intervals hold the truth too rarely or too often"
        lines.append(f"Not calibrated, as before: {', '.join(wrong)} ({why}).")
    return "\n".join([*lines, *tried(found)])


def tried(found: Calibration) -> list[str]:
    """How often intervals of what was learnt held a truth that is known; nothing where nothing was."""
    places = in_short(found)
    if not places:
        return []
    held = found.gate.coverage[places]
    return [
        f"Tried on {found.checked} firms whose truth is known: intervals of 90% held it in "
        f"{held.min():.0%} to {held.max():.0%}."
    ]


def range_said(low: float, high: float, unit: str) -> str:
    """A range in words.

    Examples
    --------
    >>> range_said(10, 14, "weeks"), range_said(0.16, 0.48, "share")
    ('10 to 14 weeks', '16% to 48%')
    """
    first, last = setting(low, unit), setting(high, unit)
    if first.endswith(f" {unit}"):
        first = first.removesuffix(f" {unit}")
    return f"{first} to {last}"
