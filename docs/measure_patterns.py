"""Make the table of patterns again: every figure of ``docs/patterns.md``, measured.

Run it from the checkout with the ``test`` extra installed; it takes a few minutes::

    python docs/measure_patterns.py > docs/patterns.md

What is compared stands in ``tests/patterns.py``. The figures are measured on other seeds than those
of the tests, and so is the spread from which the power of each test is worked out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from paired import FALSE_ALARM, POWER, Effect, Level, power
from patterns import EFFECTS, LEVELS, MORE_LEVELS
from patterns_of_rivals import RIVALS
from patterns_of_rules import OF_RULES

SEEDS = range(1001, 1065)

PAGE = f"""# Patterns

Written by `docs/measure_patterns.py`, which measures every figure; change that file, not this page.

*Theirs*, on this page, is a second program and not data: an independent implementation of the same rules. That the
two agree says that the rules were programmed as they are written, and nothing about real firms.

A model of an organisation cannot be compared with the truth, but it can be held to what is known or
argued about organisations, and to that second program. Each pattern below
is a test (`tests/test_patterns.py`, `tests/test_patterns_of_policy.py`, `tests/test_patterns_of_rules.py`,
`tests/test_patterns_of_rivals.py`),
so that a change of a rule that breaks one is noticed.

How to read the tables:

- *Ours* is the mean over {len(SEEDS)} seeds ({SEEDS.start} to {SEEDS.stop - 1}) and its standard error.
  *Theirs* is the figure of an independent implementation of the same rules, mostly rounded to two
  decimals: the mean of 32 seeds, with a standard error of 0.003 to 0.006 for most shares.
- Where nothing else is said, a figure is of the last of 208 weeks of `baseline`.
- *S, E, C, I* are the four modes: socialization, externalization, combination, internalization.
  *Right* and *wrong* are shares of market needs whose routine equals or opposes the truth.

## Effects

Each is a paired difference: two courses on the same seeds. Its test uses as many *seeds* (1 and up) as
the column says. Its false-alarm rate is {FALSE_ALARM}: where there is no effect, or one the other way,
it passes by chance at most once in {round(1 / FALSE_ALARM):,} times (for *hardly any*: where the
difference lies on the margin). *Power* is how often it passes where the effect is as large as theirs,
worked out here from the spread of the paired differences over the 64 seeds. A test demands {POWER:.0%} by the spread over
its own seeds, so that a power shown here may be a little less. Where they give no figure, it is worked out for ours. A
test marked *slow* runs with `--slow` only.

| pattern | what | theirs | ours | seeds | power | |
|---|---|---|---|---|---|---|
"""

LEVELS_HEAD = """
## Levels

Each is tested to be within 0.05 of theirs on seeds 1 to 24. By the luck of seeds, two right
implementations differ by more in less than one of two hundred draws; *systemic right*, which rests on
few needs, in about one of fifty.

| pattern | what | theirs | ours |
|---|---|---|---|
"""

MORE_HEAD = """
## Figures behind the effects

What some of the effects above are differences of. These are not tested one by one.

| pattern | what | theirs | ours |
|---|---|---|---|
"""

EXACT = """
## What holds exactly

| pattern | what | how it is tested |
|---|---|---|
| P1 | without S or E no latent need is ever answered rightly, without C no systemic one | nought in every run of 24 seeds |
| P6 | when people leave, documents stay | the same number of documents in every run of 24 seeds |
| P8 | unused tacit knowledge halves in 39 weeks | by construction; from 1 to 0.5, within 0.0001 |
| P9 | documents travel where tacit knowledge does not: half of another market's staff have read a lesson before they feel the need half as surely, with 10% and with all of the meetings across units | in every one of 24 seeds; with even chances, that would happen once in 16 million times |
| P11 | a free lowest income band lifts its chance of starting from about 20% to 90% | by its formula |
| P12 | hours of all processes and of routine business are 40 a head and week, under any policy | to the last bit, 120 weeks, five policies |
"""

RULES_HEAD = """
## Rules that are off

What rules do that only a scenario switches on ([the model](model.md) has their equations and sources). No other
implementation gives a figure; sizes, spread and power are those of this one, on the seeds above. Some rules do not show
what was found in firms, and this says so:

- *Mentors* (P20). Sandvik et al. (2020) found that who met a strong partner gained most. Here the surest of a unit meet
  the least sure, and hardly anything is added to what anybody adds who meets anybody: who is surer teaches, whoever
  they meet. Of what a quarter of meetings adds, some two fifths are left 20 weeks later; theirs kept three quarters.
- *Reviews* (P21). Debriefs raise the performance of who takes part by a fifth to a quarter (Tannenbaum and Cerasoli
  2013). Few are in a pilot, and over the whole staff hardly anything is seen.
- *Reading* (P22). Printed material alone moved practice by about 4 points in trials; here by a fraction of one.
- *Absorptive capacity* (P17). A smaller step for everybody bends the curve of hours as much; what tells the two apart is
  a slow start, of the firm and of newcomers.
- *Rivals* (P25) are those of `two-rivals`. Half of a lead is lost 55 weeks after its peak where all lessons leak (median of
  48 runs, seeds 1001 to 1048; 97% interval 39 to 66), 134 weeks where none does (90 to 182); the [lessons](lessons.md) have means of those
  runs that lost half. That contact with patients helps to answer a
  jump of needs is shown of a large jump alone, of four needs in five: no test shows it of a smaller one.

| pattern | what | theirs | ours | seeds | power | |
|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Write the page."""
    sys.stdout.write(PAGE)
    sys.stdout.writelines(map(effect_row, EFFECTS))
    sys.stdout.write(LEVELS_HEAD)
    sys.stdout.writelines(map(level_row, LEVELS))
    sys.stdout.write(MORE_HEAD)
    sys.stdout.writelines(map(level_row, MORE_LEVELS))
    sys.stdout.write(RULES_HEAD)
    sys.stdout.writelines(map(effect_row, (*OF_RULES, *RIVALS)))
    sys.stdout.write(EXACT)


def effect_row(effect: Effect) -> str:
    """One effect, with the power of its test."""
    found = effect.differences(SEEDS)
    size = effect.size if effect.theirs else float(found.mean())
    sure = power(size, float(found.std(ddof=1)), effect.seeds, effect.within)
    theirs = f"{effect.size:+.3f}" if effect.theirs else "none given"
    return row(
        effect.pattern, effect.says, theirs, f"{found.mean():+.3f} ± {error(found):.3f}",
        effect.seeds, f"{sure:.3f}" if sure < 0.9995 else "> 0.999", ", ".join(remarks(effect)),
    )  # fmt: skip


def remarks(effect: Effect) -> Iterator[str]:
    """What a reader should know of a test."""
    if effect.within is not None:
        yield f"hardly any: within {effect.within}"
    if effect.slow:
        yield "slow"


def level_row(level: Level) -> str:
    """One level."""
    found = level.figures(SEEDS)
    return row(
        level.pattern, level.says, f"{level.theirs:.2f}", f"{found.mean():.3f} ± {error(found):.3f}"
    )


def error(found: np.ndarray) -> float:
    """Standard error of a mean."""
    return float(found.std(ddof=1) / np.sqrt(found.size))


def row(*cells: object) -> str:
    """One line of a table."""
    return "| " + " | ".join(map(str, cells)) + " |\n"


if __name__ == "__main__":
    main()
