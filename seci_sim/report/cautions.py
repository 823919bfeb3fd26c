"""What a reader should keep in mind, whatever was run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seci_sim.parameters import MODELS, declarations

if TYPE_CHECKING:
    from seci_sim.experiment.design import Design


def about_the_model() -> list[str]:
    """What holds for every result."""
    kinds = Counter(declared.source.split(":")[0] for declared in declarations())
    assumed, all_kinds = kinds["assumed"], kinds.total()
    return [
        f"Most steps of learning are assumed, not measured: {assumed} of the model's {all_kinds} "
        "numbers. An interval holds the luck within the model, not the doubt about its rules.",
        "The model predicts nothing about a real firm. It shows what follows if organisations "
        "learned by these rules.",
        "SECI is disputed. Gourlay (2006) doubts that tacit knowledge can be put into words: here, "
        "some needs cannot. Bratianu (2010) holds that socialization and combination only transfer: "
        "here, without contact with patients the spiral does not rise. The right answers exist "
        "before anyone knows them, so this is discovery, not creation in the full sense.",
    ]


def about_published_models() -> list[str]:
    """What holds for every result of a published model."""
    return [
        "This is a published model beside the SECI organisation, with rules of its own; its full text "
        "was not at hand, and every reading of it that is ours is named in its file.",
        "Words differ between authors: what March calls socialization, the code teaching people, is "
        "Nonaka's internalization; Nonaka's socialization is people learning from people.",
    ]


def about_experiment(experiment: Design) -> list[str]:
    """What holds for the results of an experiment."""
    runs = experiment.replications
    published = MODELS[experiment.scenarios[0].model].paper
    sentences = [
        *(about_published_models() if published else about_the_model()[:2]),
        f"{runs} runs of each cell, with the same luck in every cell, run by run. Intervals are at "
        f"95%{'; with this few runs they are rough' if runs < 10 else ''}.",
    ]
    if experiment.sampled:
        sentences.append(
            f"{len(experiment.sampled)} parameters were varied over ranges, each value as likely as "
            "any other and independent of the rest. That is an assumption too."
        )
    return sentences
