"""Studies held against the model: at its usual numbers, in many worlds, and with rules that are off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from seci_sim.evidence.effects import (
    BETWEEN_PEOPLE,
    KINDS,
    OF_A_PARAMETER,
    Array,
    Window,
    correlation,
    in_runs,
)
from seci_sim.evidence.study import Finding, Study
from seci_sim.lab.cells import Cells
from seci_sim.lab.conduct import Conditions, conduct
from seci_sim.lab.doubt import nine_in_ten, without_luck
from seci_sim.lab.experiment import Experiment
from seci_sim.lab.factors import DECLARED, Factor, half_way, kind_of, plausible_range
from seci_sim.lab.intervals import student
from seci_sim.lab.worlds import RUNS_OF_A_WORLD, Plausible, WorldTable, in_worlds
from seci_sim.scenario import InputProblem, with_levers
from seci_sim.words import excludes_nought

if TYPE_CHECKING:
    from seci_sim.lab.findings import Findings
    from seci_sim.scenario import Scenario
    from seci_sim.words import Interval

Workers: TypeAlias = int | None
Kept: TypeAlias = Path | None

WORLDS, SEED, FRESH = 64, 1, 10**6
"""Worlds unless others are asked for, the first seed, and how far the seeds of a second look are away."""

CANDIDATES = 2
"""Worlds nearest to what was published, on either side, that are run again on fresh seeds: luck helped to pick them."""

HIT, REACHABLE, BY_RULES, OUT, UNVERIFIED, NOT_AGAIN = (
    "hit",
    "reachable",
    "reachable with rules",
    "out of reach",
    "not verified",
    "not re-created",
)
ORDER = (OUT, BY_RULES, REACHABLE, HIT, NOT_AGAIN, UNVERIFIED)
"""Verdicts in the order in which they are told: misses first."""

MEANING = {
    HIT: "the simulated interval at the usual numbers overlaps the published one",
    REACHABLE: "the usual numbers miss it, and a world of other plausible numbers gives it, on fresh seeds, too",
    BY_RULES: "no such world was found, but one with rules on that are off unless a scenario says otherwise",
    OUT: "none was found: the rules would have to change",
    NOT_AGAIN: "the model has nothing that stands for it, or keeps no record of it",
    UNVERIFIED: "its numbers could not be found in a source; it counts for nothing",
}


@dataclass(frozen=True, eq=False)
class Effect:
    """An effect with the interval that luck leaves of it (95%)."""

    mean: float
    interval: Interval

    def reaches(self, finding: Finding) -> bool:
        """Whether its interval overlaps the published one; of a direction, whether all of it lies on that side."""
        low, high = self.interval
        if finding.bounds is not None:
            return low <= finding.bounds[1] and finding.bounds[0] <= high
        return low > 0 if finding.direction == "more" else high < 0


@dataclass(frozen=True, eq=False)
class Spread:
    """An effect over worlds, luck taken out."""

    effects: Array
    """(worlds,) float64, of worlds in which it has a value."""
    parameters: pd.DataFrame
    """A row for each of these worlds, a column for each parameter in which they differ."""

    @property
    def ends(self) -> Interval:
        """Between which nine worlds of ten lie."""
        return nine_in_ten(self.effects)

    def nearest(self, finding: Finding) -> list[dict[str, Any]]:
        """The parameters of the few worlds that come nearest to what was published, from either side."""
        if finding.bounds is None:
            sides = [-self.effects if finding.direction == "more" else self.effects]
        else:
            away = self.effects - sum(finding.bounds) / 2
            sides = [np.where(away >= 0, away, np.inf), np.where(away < 0, -away, np.inf)]
        found = [(side[place], place) for side in sides for place in np.argsort(side)[:CANDIDATES]]
        places = [int(place) for away, place in sorted(found) if np.isfinite(away)]
        return [_values(self.parameters.iloc[place]) for place in places]

    @property
    def decider(self) -> str:
        """The parameter with which the effect goes together most, by ranks; empty where it never differs."""
        ranks = self.parameters.rank().corrwith(pd.Series(self.effects).rank(), axis=0)
        return "" if ranks.isna().all() else str(ranks.abs().idxmax())


def _values(row: pd.Series[Any]) -> dict[str, Any]:
    """Values of a world, whole numbers whole."""
    found = {str(name): value for name, value in row.items()}
    return {
        name: int(value) if kind_of(name) is int else float(value) for name, value in found.items()
    }


@dataclass(frozen=True, eq=False)
class Look:
    """A look at other worlds: how the effect is spread, and a world that gives what was published."""

    spread: Spread
    world: dict[str, Any] | None = None
    """Parameters of the first of the nearest worlds that gives it on fresh seeds; None where none does."""
    effect: Effect | None = None
    """What that world gives."""
    between: bool = False
    """Whether it lies beside what was published, and another world on the other side of it."""


@dataclass(frozen=True, eq=False)
class Held:
    """A study, and what the model gives in its place."""

    study: Study
    usual: Effect | None = None
    """At the usual numbers; None where the study is not re-created."""
    worlds: Look | None = None
    """In other worlds; None where none were looked at."""
    rules: Look | None = None
    """In other worlds, with rules on that are off otherwise."""

    @property
    def verdict(self) -> str:
        """One of `ORDER`."""
        if not self.study.finding.verified:
            return UNVERIFIED
        if self.usual is None:
            return NOT_AGAIN
        if self.usual.reaches(self.study.finding):
            return HIT
        if self.worlds is not None and self.worlds.world is not None:
            return REACHABLE
        return BY_RULES if self.rules is not None and self.rules.world is not None else OUT

    @property
    def weak(self) -> bool:
        """Whether it is a hit that tells nothing: what luck leaves holds no effect at all, too."""
        if self.verdict != HIT or self.usual is None or self.study.again is None:
            return False
        return (
            KINDS[self.study.again.effect].nought and excludes_nought(self.usual.interval) is False
        )


def hold(study: Study, *, worlds: int = WORLDS, workers: Workers = None, kept: Kept = None) -> Held:
    """Re-create a study at the usual numbers, in many worlds, and in these with its rules on.

    Parameters
    ----------
    study : Study
        One that is re-created, or not.
    worlds : int
        How many are drawn from plausible ranges, from 2; 0 for none.
    workers : int, optional
        Threads; by default one for each processor.
    kept : Path, optional
        Folder that keeps the runs, so that whoever is stopped goes on.

    Raises
    ------
    InputProblem
        The effect has no value at the usual numbers.
    RuntimeError
        A run came to nothing.
    """
    again = study.again
    if again is None or not study.counts:
        return Held(study)
    if again.effect == OF_A_PARAMETER:
        return _of_a_parameter(study, again.parameter)
    if study.over_firms:
        return Held(study, _over_firms(study, workers, kept))
    usual = _effect(study, experiment_of(study, again.runs), workers, kept)
    looks = [_look(study, worlds, on, workers, kept) for on in (False, True)] if worlds else []
    return Held(study, usual, *looks)


def with_rule(study: Study, name: str, runs: int) -> Effect:
    """A study's effect with a rule on that is off unless a scenario says otherwise, half way up its plausible range.

    Parameters
    ----------
    study : Study
        One whose effect is found in pairs of runs, or in single ones.
    name : str
        The rule's parameter; empty for the usual numbers.
    runs : int
        Of each scenario, on the seeds of the usual numbers.
    """
    level = {name: half_way(name)} if name else {}
    return _effect(study, experiment_of(study, runs, world=level, seed=SEED), None)


def _of_a_parameter(study: Study, name: str) -> Held:
    """What is measured is a number of the model itself: its usual value, and its plausible range."""
    low, high = plausible_range(DECLARED[name])
    values = np.linspace(low, high, 201)
    spread = Spread(values, pd.DataFrame({name: values}))
    finding, found = study.finding, float(DECLARED[name].default)
    aim = high if finding.direction == "more" else low
    if finding.bounds is not None:
        aim = min(max(sum(finding.bounds) / 2, low), high)
    value = round(aim) if kind_of(name) is int else aim
    effect = Effect(value, (value, value))
    look = Look(spread, {name: value}, effect) if effect.reaches(finding) else Look(spread)
    return Held(study, Effect(found, (found, found)), look)


def _over_firms(study: Study, workers: Workers, kept: Kept) -> Effect:
    """How an outcome goes together with a parameter, over firms that differ in all that is doubted."""
    assert study.again is not None
    named = (study.again.parameter, *study.again.vary)
    experiment = experiment_of(study, 1, study.again.runs, named)
    outcomes = effects_of(study, experiment, workers, kept)[:, 0]
    values = _points(experiment)[study.again.parameter].to_numpy(float)
    return _known(study, *correlation(values, outcomes))


def _effect(study: Study, experiment: Experiment, workers: Workers, kept: Kept = None) -> Effect:
    """The effect in one world, from many runs."""
    (found,) = effects_of(study, experiment, workers, kept)
    return _known(study, float(found.mean()), student(found))


def _known(study: Study, mean: float, interval: Interval | None) -> Effect:
    """An effect, where it has a value."""
    if interval is None or not np.isfinite(mean):
        raise InputProblem([f"{study.label}: the effect has no value in these runs"])
    return Effect(mean, interval)


def _look(study: Study, worlds: int, rules: bool, workers: Workers, kept: Kept) -> Look | None:
    """The effect over worlds, and the world that gives what was published; None without rules to switch on."""
    assert study.again is not None
    named = study.again.rules if rules else ()
    if rules and not named and study.with_rules is None:
        return None
    experiment = experiment_of(study, RUNS_OF_A_WORLD, worlds, named, rules=rules)
    found = effects_of(study, experiment, workers, kept)
    known = np.asarray(np.isfinite(found).any(axis=1), bool)
    if not known.any():
        return None
    spread = Spread(without_luck(found), _points(experiment)[known].reset_index(drop=True))
    return _confirmed(study, spread, rules, workers, kept)


def _confirmed(
    study: Study, spread: Spread, rules: bool, workers: Workers, kept: Kept = None
) -> Look:
    """Run the worlds nearest to what was published again, on fresh seeds, until one gives it.

    Where one of them gives less and one more, a world in between gives it.
    """
    assert study.again is not None
    bounds = study.finding.bounds
    seen: list[tuple[dict[str, Any], Effect]] = []
    for world in spread.nearest(study.finding):
        fresh = SEED + FRESH
        experiment = experiment_of(study, study.again.runs, rules=rules, world=world, seed=fresh)
        try:
            effect = _effect(study, experiment, workers, kept)
        except InputProblem:  # a ratio of nothing tells nothing
            continue
        if effect.reaches(study.finding):
            return Look(spread, world, effect)
        seen.append((world, effect))
    if bounds is not None:
        sides = {effect.mean < bounds[0] for _, effect in seen}
        if len(sides) == 2:
            return Look(spread, *seen[0], between=True)
    return Look(spread)


def _points(experiment: Experiment) -> pd.DataFrame:
    names = [factor.name for factor in experiment.uncertain]
    return pd.DataFrame(Cells(experiment).points, columns=names)


def experiment_of(
    study: Study,
    runs: int,
    worlds: int | WorldTable = 0,
    named: Sequence[str] = (),
    *,
    rules: bool = False,
    world: Mapping[str, Any] | None = None,
    seed: int = SEED,
) -> Experiment:
    """The experiment that runs one firm or two: as they are, in many worlds, or in a given one."""
    assert study.again is not None
    assert study.changed is not None
    changed = study.with_rules if rules and study.with_rules is not None else study.changed
    scenarios = [one for one in (study.base, changed) if one is not None]
    if world is not None:
        levers = {name.replace(".", "__"): value for name, value in world.items()}
        scenarios = [with_levers(one, **levers) for one in scenarios]
    parts: dict[str, Any] = {}
    if isinstance(worlds, WorldTable):
        parts = in_worlds(scenarios, worlds)
    elif worlds:
        parts = _worlds(scenarios, worlds, named)
    measured = [*study.again.measured] + [BETWEEN_PEOPLE] * KINDS[study.again.effect].spread
    return Experiment(
        name=study.name,
        question=study.title,
        scenarios=tuple(scenarios),
        replications=runs,
        seed=seed,
        outcomes=tuple(measured),
        weekly=tuple(measured) if study.again.weeks else (),
        **parts,
    )


def _worlds(scenarios: Sequence[Scenario], worlds: int, named: Sequence[str]) -> dict[str, Any]:
    """All that is doubted but that rules are off, and more parameters, as an experiment samples them."""
    off = [name for name, declared in DECLARED.items() if declared.off]
    parts = in_worlds(scenarios, Plausible(worlds), [*named, *off])
    ends = [(name, *plausible_range(DECLARED[name])) for name in named]
    more = [Factor(name=name, decided=False, low=low, high=high) for name, low, high in ends]
    return parts | {"uncertain": (*parts["uncertain"], *more)}


def effects_of(study: Study, experiment: Experiment, workers: Workers, kept: Kept = None) -> Array:
    """The study's effect in every world and run: (worlds, runs of a world)."""
    assert study.again is not None
    every = windows_in(study, experiment, workers, kept)
    return in_runs(KINDS[study.again.effect].of, every[0], every[-1])


def windows_in(
    study: Study, experiment: Experiment, workers: Workers, kept: Kept = None
) -> list[Window]:
    """The outcome in each firm, by world and run: (worlds, runs of a world).

    Raises
    ------
    RuntimeError
        A run came to nothing.
    """
    folder = kept and kept / experiment.fingerprint[:12]
    found = conduct(experiment, folder, Conditions(workers=workers, resume=True))
    if not found.whole or not found.failed.empty:
        first = found.failed.iloc[0]
        raise RuntimeError(
            f"{study.label}: cell {first['cell']}, seed {first['seed']}: {first['what']}"
        )
    return _windows(study, found, (len(experiment.scenarios), -1, experiment.replications))


def _windows(study: Study, found: Findings, shape: tuple[int, ...]) -> list[Window]:
    """The outcome in each firm, by world and run."""
    assert study.again is not None
    assert found.ran is not None
    again, kind = study.again, KINDS[study.again.effect]
    if not again.weeks:
        # Of arms, the firm is one and its outcomes are two; of firms, the other way round.
        levels = [
            level
            for column in range(len(again.measured))
            for level in found.ran.outcomes[:, column].reshape(shape)
        ]
        return [Window(level, level, level) for level in levels]

    def over(weeks: Sequence[int], place: int = 0) -> Array:
        first, last = weeks
        assert found.ran is not None
        mean: Array = np.mean(found.ran.weekly[:, first - 1 : last, place], axis=1)
        return mean.reshape(shape)

    before = again.before or again.weeks
    now, then = over(again.weeks), over(before)
    spread = over(before, 1) if kind.spread else now
    return [Window(*firm, study.between) for firm in zip(now, then, spread, strict=True)]
