"""What a reader should keep in mind, whatever was run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.design import Design
from seci_sim.lab.sections import AGREEING, GIVEN
from seci_sim.lab.worlds import WORLDS, doubted
from seci_sim.parameters import MODELS, declarations
from seci_sim.scenario import Scenario
from seci_sim.words import counted, listed

MOST_LEFT_OFF = 3
"""Numbers that were not varied, of which the names are said."""

MANY_POLICIES = 4
"""From here on, readers are told that the best of several policies owes something to luck."""


def about_the_model() -> list[str]:
    """What holds for every result."""
    kinds = Counter(declared.source.split(":")[0] for declared in declarations())
    numbers = sum(kinds[kind] for kind in ("assumed", "borrowed", "measured"))  # and no switches
    return [
        f"Most steps of learning are assumed, not measured: {kinds['assumed']} of the model's {numbers} "
        "numbers. An interval holds luck, or luck and the doubt about such numbers, as it says; no "
        "interval holds the doubt about the rules themselves.",
        "The model predicts nothing about a real firm. It shows what follows if organisations "
        "learned by these rules. seci-sim evidence holds it against published findings, misses first; "
        "docs/trust.md says how far to trust it.",
        "SECI is disputed. Gourlay (2006) doubts that tacit knowledge can be put into words: here, "
        "a need stays unsaid only until it is felt strongly enough. Bratianu (2010) holds that socialization and combination only transfer: "
        "here, without contact with patients the spiral does not rise. The right answers exist "
        "before anyone knows them, so this is discovery, not creation in the full sense.",
    ]


def about_evidence() -> list[str]:
    """What holds for published findings that are held against the model."""
    return [
        "A hit shows that the rules can give one published number, not that they are right; a study and its mapping "
        "were chosen by those who made the model.",
        "Most findings come from one firm or one trade. None says that any of SECI's four modes causes anything: no such "
        "estimate was found.",
        "A published interval without a standard error is the range of what its authors gave; where there is none, "
        "the effect alone has to lie in the simulated interval, which is hard to meet.",
        "Intervals of the model hold luck alone. What a study would find in another firm is more doubtful than both.",
    ]


def about_published_models() -> list[str]:
    """What holds for every result of a published model."""
    return [
        "This is a published model beside the SECI organisation, with rules of its own; its full text "
        "was not at hand, and every reading of it that is ours is named in its file.",
        "Words differ between authors: what March calls socialization, the code teaching people, is "
        "Nonaka's internalization; Nonaka's socialization is people learning from people.",
    ]


def about_doubt(found: Comparison) -> str:
    """What the doubt takes in, and what it leaves out."""
    if found.worlds is None:
        return (
            "No other worlds were looked at: what nobody has measured counts as known here. Over its "
            f"plausible ranges a gain may be several times smaller, or none (--worlds {WORLDS})."
        )
    taken = counted(len(found.worlds.factors), "number")
    how = {
        AGREEING: "in worlds in which the model gives what was measured elsewhere as nearly as its rules allow; what "
        "counts as near, and over which ranges, is assumed (docs/agreeing.md; --worlds plausible:N leaves out what was measured)",
        GIVEN: "as the given table of worlds has them",
    }.get(
        found.worlds.method,
        "over their plausible ranges, each value as likely as any other and independent of the rest, which is assumed too",
    )
    return (
        f"Doubt takes in {taken} {how}. It leaves out the rules, the ranges "
        "themselves, and whatever the files state: that is taken as a fact of the firm."
    )


def about_runs(
    scenarios: Sequence[Scenario], seeds: Sequence[int], found: Comparison | None = None
) -> list[str]:
    """What to keep in mind, from how these runs were made."""
    runs, policies = len(seeds), len(scenarios)
    first, *others = about_the_model()
    sentences = [first, *([about_doubt(found)] if found is not None else []), *others]
    if runs == 1:
        sentences.append("One run has no interval: repeat with --replications 20.")
    else:
        luck = "" if policies == 1 else " Every policy met the same luck, run by run."
        sentences.append(f"{runs} runs, seeds {seeds[0]} to {seeds[-1]}.{luck} {_intervals(runs)}")
    if policies > 2 and runs > 1:
        sentences.append(
            "Intervals of differences are widened, so that for each measure they hold together in 95% of "
            "experiments (Bonferroni): those from the first policy with each other, any between two others "
            "with those of all pairs."
        )
    if policies >= MANY_POLICIES:
        sentences.append(
            f"The best of {policies} policies looks better than it is, because luck helped to pick "
            "it: repeat with another --seed."
        )
    return sentences


def _intervals(runs: int) -> str:
    return f"Intervals are at 95%{'; with this few runs they are rough' if runs < 10 else ''}."


def about_experiment(experiment: Design) -> list[str]:
    """What holds for the results of an experiment."""
    runs = experiment.replications
    shared = "in every cell" if experiment.luck == "shared" else "in all cells of a world"
    published = MODELS[experiment.scenarios[0].model].paper
    sentences = [
        *(about_published_models() if published else about_the_model()[:2]),
        f"{runs} runs of each cell, with the same luck {shared}, run by run. {_intervals(runs)}",
    ]
    if experiment.sampled:
        varied = counted(count := len(experiment.sampled), "parameter")
        sentences.append(
            f"{varied} {'was' if count == 1 else 'were'} varied over ranges, each value as likely as "
            "any other and independent of the rest. That is an assumption too."
        )
    elif not published:
        rest = "But for what is said to be uncertain, what" if experiment.uncertain else "What"
        sentences.append(
            f"{rest} nobody has measured kept its usual value: with other values an effect may be several "
            "times smaller, or turn round."
        )
    if idle := _left_off(experiment):
        which = listed(idle[:MOST_LEFT_OFF])
        sentences.append(
            f"Rules that are off stayed off: compare doubts {counted(len(idle), 'number')} more, such as "
            f"{which}, which were not varied here. With them effects may be smaller."
        )
    return sentences


def _left_off(experiment: Design) -> list[str]:
    """Numbers of rules that are off, which worlds doubt and an experiment with ranges leaves as they are."""
    if not experiment.sampled:
        return []
    varied = {factor.name for factor in experiment.factors}
    off = {declared.name for declared in declarations() if declared.off}
    doubts = [factor.name for factor in doubted(experiment.scenarios)]
    return [name for name in doubts if name in off and name not in varied]
