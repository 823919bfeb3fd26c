"""Golden runs: what every shipped scenario gave once, kept so that a change of results is seen.

Of each run there are kept:

- ``decided``: digests of all whole numbers of its state (who is there; what was read, written, planned
  and made routine; what is true) at the end of some weeks, so that it is seen when two runs part;
- ``bits``: a digest of everything, numbers with a point and all that was measured among it;
- ``tacit``: some convictions, in units of 1e-7, and ``totals``: what was measured, added up over weeks
  and places. Where bits differ, these show by how much.

A file says which arrays and measures it holds, so that a new one moves nothing until it is refreshed.

Beside them stands which `RESULTS` they are, and every default: where one of these moves, results do,
though no shipped scenario may show it.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from seci_sim import SECIModel
from seci_sim.classics import PUBLISHED, running
from seci_sim.parameters import MODELS, RESULTS, SECI, Section
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.seci.knowledge import Array, Library, Projects
from seci_sim.seci.measures import BAND_MEASURES, MEASURES
from seci_sim.seci.organisation import Organisation
from seci_sim.seci.records import Records

FOLDER = Path(__file__).parent / "golden"
SERIES = f"numpy-{np.__version__.split('.')[0]}"
"""A series of NumPy has goldens of its own: luck is not NumPy's, but some sums are."""

SEEDS = (1, 2, 3)
WEEKS = {"one-percent-full": 8}
"""Of 11,000 people. All others run to their horizon, which takes them some hundredths of a second."""

LOOKS = (1, 4, 13, 52, 104)
"""Weeks after which decisions are kept, besides the last."""

CONVICTIONS = 24
UNIT = 1e-7
WITHIN = 1e-6
"""What may differ where bits may: a conviction by this, a total by this share of it."""

SAME_BITS = (platform.system(), platform.machine()) == ("Linux", "x86_64")
"""Where bits were measured to be the same on every processor: see docs/reproducibility.md."""

Arrays = Mapping[str, Array]


@dataclass(frozen=True)
class Golden:
    """What is kept of one run."""

    model: str
    decided: dict[str, str]
    """By week, a digest of all whole numbers."""
    bits: str
    tacit: list[int]
    totals: dict[str, float]


@dataclass(frozen=True)
class Holds:
    """Which arrays of the state and which measures a file of goldens holds."""

    state: list[str]
    totals: dict[str, list[str]]
    """By model."""


@dataclass(frozen=True)
class Moved:
    """Something that is not what it was."""

    run: str
    what: str
    old: str
    new: str


# One run ------------------------------------------------------------------------------------------


def observe(name: str | Path, seed: int, holds: Holds, in_one_go: bool = False) -> Golden:
    """Run a scenario and keep of it what a golden holds."""
    scenario = read_scenario(name)
    if scenario.model != SECI:
        return _published_model(scenario, seed, holds)
    model = SECIModel(scenario, rng=seed)
    weeks = WEEKS.get(str(name), scenario.horizon)
    decided = {}
    while model.week < weeks:
        if in_one_go:
            model.organisation.run(weeks)
        else:
            model.step()
        if model.week in LOOKS or model.week == weeks:
            whole = {n: a for n, a in state(model.organisation).items() if a.dtype.kind in "biu"}
            decided[str(model.week)] = _digest(whole, holds.state)
    measured = _measured(model.records)
    return Golden(
        SECI,
        decided,
        _digest(state(model.organisation), holds.state) + _digest(measured, holds.totals[SECI]),
        _some_of(model.knowledge.tacit),
        _totals(measured, holds.totals[SECI]),
    )


def _published_model(scenario: Scenario, seed: int, holds: Holds) -> Golden:
    """Of a published model there is what was measured: quotients of whole numbers."""
    model = MODELS[scenario.model]
    rows, settled = running.run(model, scenario.parameters, scenario.horizon, seed)
    names = [measure.name for measure in model.measures]
    measured = dict(zip(names, rows.T, strict=True))
    bits = _digest(
        measured | {"settled": np.array(settled)}, [*holds.totals[scenario.model], "settled"]
    )
    totals = _totals(measured, holds.totals[scenario.model])
    return Golden(scenario.model, {str(len(rows)): bits}, bits, [], totals)


def state(here: Organisation, prefix: str = "") -> dict[str, Array]:
    """What a firm is and knows, and firms beside it: those that have not joined it yet, and a rival.

    What follows from these arrays, such as which projects are under way, is left out.
    """
    knowledge, found = here.knowledge, {}
    for table in (here.truth, knowledge, knowledge.library, knowledge.projects, here.staff):
        rows = table.size if isinstance(table, Library | Projects) else None
        for field in fields(table):
            value = getattr(table, field.name)
            if isinstance(value, np.ndarray):
                kept = value if field.name == "held" else value[:rows]
                found[f"{prefix}{type(table).__name__}.{field.name}"] = kept
    for other in (*here.apart.values(), *here.rivals):
        found |= state(other, "apart.")
    return found


def _measured(records: Records) -> dict[str, Array]:
    """All that was measured, by name: (weeks, places) and (weeks, places, bands)."""
    weeks = records.weeks
    bands = np.concatenate([records.access, records.reached], axis=-1)[:weeks]
    found = {m.name: records.rows[:weeks, :, place] for place, m in enumerate(MEASURES)}
    by_band = enumerate(f"{measure.name} by income" for measure in BAND_MEASURES)
    found |= {name: bands[..., place] for place, name in by_band}
    return found | {"knowing": records.knowing[:weeks]}


def _digest(arrays: Arrays, held: Sequence[str]) -> str:
    """Digest of those arrays that are held; how wide a number is stored does not matter."""
    found = hashlib.sha256()
    for name in held:
        if name in arrays:
            array = arrays[name]
            values = np.ascontiguousarray(array, "<i8" if array.dtype.kind in "biu" else "<f8")
            found.update(f"{name} {values.shape} ".encode() + values.tobytes())
    return found.hexdigest()[:16]


def _some_of(tacit: Array) -> list[int]:
    """Convictions as far apart in the table as they can be."""
    places = np.linspace(0, tacit.size - 1, CONVICTIONS).astype(int)
    return [round(float(value) / UNIT) for value in tacit.ravel()[places]]


def _totals(measured: Arrays, held: Sequence[str]) -> dict[str, float]:
    """What was measured, added up; nine digits tell what differs by a millionth."""
    return {name: float(f"{np.nansum(measured[name]):.9g}") for name in held if name in measured}


def holds_today() -> Holds:
    """Every array and measure that there is today: a merger, before it happens, has them all."""
    measures = {SECI: [*_measured(SECIModel("merger", rng=1).records)]}
    measures |= {one.name: [m.name for m in one.measures] for one in PUBLISHED}
    return Holds(sorted(state(SECIModel("merger", rng=1).organisation)), measures)


# Two runs -----------------------------------------------------------------------------------------


def differences(run: str, old: Golden, new: Golden, *, bits: bool) -> Iterator[Moved]:
    """What moved: decisions, bits if these count, and numbers by more than `WITHIN`."""
    for week in dict.fromkeys([*old.decided, *new.decided]):
        was, now = (golden.decided.get(week, "not run") for golden in (old, new))
        if was != now:
            yield Moved(run, f"decisions up to week {week}", was, now)
    if bits and old.bits != new.bits:
        yield Moved(run, "bits", old.bits, new.bits)
    for place, (there, here) in enumerate(zip(old.tacit, new.tacit, strict=True)):
        if abs(there - here) * UNIT > WITHIN:
            yield Moved(run, f"conviction {place}", f"{there * UNIT:.7f}", f"{here * UNIT:.7f}")
    for total in dict.fromkeys([*old.totals, *new.totals]):
        before, after = (golden.totals.get(total, np.nan) for golden in (old, new))
        if not abs(before - after) <= WITHIN * max(1.0, abs(before)):
            yield Moved(run, f"total of {total}", f"{before:.9g}", f"{after:.9g}")


# Files --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A file of goldens."""

    holds: Holds
    runs: dict[str, Golden]
    """By scenario and seed, as in ``baseline 1``."""

    @property
    def tag(self) -> str:
        """Eight digits that stand for all that the file holds; the changelog names them."""
        return hashlib.sha256(as_text(self).encode()).hexdigest()[:8]


def path_of(series: str = SERIES) -> Path:
    """The file of a series of NumPy."""
    return FOLDER / f"{series}.json"


def as_text(kept: Kept) -> str:
    """A file of goldens, with a run in each line."""
    lines = []
    for run, golden in kept.runs.items():
        values = [
            golden.model,
            golden.decided,
            golden.bits,
            golden.tacit,
            [*golden.totals.values()],
        ]
        lines.append(f"{json.dumps(run)}: {json.dumps(values, separators=(',', ':'))}")
    return (
        f'{{"holds": {json.dumps(vars(kept.holds))},\n"runs": {{\n' + ",\n".join(lines) + "\n}}\n"
    )


def from_text(text: str) -> Kept:
    """What `as_text` wrote."""
    document: dict[str, Any] = json.loads(text)
    holds = Holds(**document["holds"])
    found = {}
    for run, (model, decided, bits, tacit, totals) in document["runs"].items():
        named = dict(zip(holds.totals[model], totals, strict=True))
        found[run] = Golden(model, decided, bits, tacit, named)
    return Kept(holds, found)


def kept_runs(series: str = SERIES) -> Kept:
    """The goldens of a series of NumPy."""
    return from_text(path_of(series).read_text("utf-8"))


# Defaults -----------------------------------------------------------------------------------------

DEFAULTS = FOLDER / "defaults.json"


def defaults_today() -> dict[str, str]:
    """Every default of what a scenario or an experiment may say, as JSON, by section and name."""
    found = {}
    for section in Section.__subclasses__():
        for name, field in section.model_fields.items():
            if not field.is_required():
                value = field.get_default(call_default_factory=True, validated_data={"model": SECI})
                if not isinstance(value, Section):  # whose own defaults stand here too
                    found[f"{section.__name__}.{name}"] = json.dumps(value, default=_chosen)
    return found


def _chosen(part: Section) -> dict[str, Any]:
    return part.model_dump(exclude_defaults=True)


def kept_defaults() -> tuple[int, dict[str, str]]:
    """`RESULTS` and the defaults when golden runs were last written."""
    document = json.loads(DEFAULTS.read_text("utf-8"))
    return document["results"], document["defaults"]


def changed_defaults(old: Mapping[str, str], new: Mapping[str, str]) -> list[Moved]:
    """Defaults of what there was before that are others now; what is new changed nothing."""
    return [
        Moved("defaults", name, old[name], new[name])
        for name in old
        if name in new and old[name] != new[name]
    ]


def defaults_as_text() -> str:
    """The file of defaults as it would be written today."""
    document = {"results": RESULTS, "defaults": defaults_today()}
    return json.dumps(document, indent=1, sort_keys=True) + "\n"
