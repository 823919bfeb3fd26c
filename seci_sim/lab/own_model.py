"""What a program adds to an experiment: outcomes of its own, and parameters of its own model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from textwrap import dedent
from typing import TYPE_CHECKING

from seci_sim.lab.design import Design
from seci_sim.lab.factors import NUMBER, OWN, WHOLE_NUMBER
from seci_sim.lab.sections import OwnOutcome
from seci_sim.parameters import SECI, Declaration

if TYPE_CHECKING:
    from seci_sim.model import SECIModel

NOT_PARAMETERS = frozenset({"scenario", "rng", "threads"})
"""Keywords of a model that say what is run, and not how its people learn."""


def with_own_outcomes(
    experiment: Design, also: Mapping[str, Callable[[SECIModel], float]]
) -> Design:
    """The same experiment with outcomes that functions of the finished model give.

    Raises
    ------
    ValueError
        A name is taken or no name, the text of a function is nowhere, or the model is a published one.
    """
    if experiment.scenarios[0].model != SECI:
        raise ValueError("also: a published model is no SECIModel; only that can be looked at")
    own = []
    for name, function in also.items():
        if not name.isidentifier():
            raise ValueError(f"also: {name!r} is no name; letters, digits and _ only")
        if name in experiment.measures:
            raise ValueError(f"also: there is an outcome {name!r} already")
        try:
            text = dedent(inspect.getsource(function))
        except (OSError, TypeError):
            what = "its text, by which results are known again, is in no file"
            raise ValueError(f"also: {name}: {what}") from None
        first, *_ = (inspect.getdoc(function) or f"Own outcome {name}.").splitlines()
        own.append(OwnOutcome(name=name, meaning=first, text=text))
    outcomes = tuple(dict.fromkeys([*experiment.outcomes, *also]))
    return experiment.model_copy(update={"outcomes": outcomes, "own_outcomes": tuple(own)})


def own_parameters(model: type[SECIModel]) -> dict[str, Declaration]:
    """Parameters that only somebody's own model has: keywords of its ``__init__`` with a default.

    Parameters
    ----------
    model : type
        A subclass of `SECIModel`.

    Examples
    --------
    >>> from seci_sim import SECIModel
    >>> class Stubborn(SECIModel):
    ...     def __init__(self, scenario="baseline", *, rng=None, doubt=0.05, **levers):
    ...         super().__init__(scenario, rng=rng, **levers)
    >>> found = own_parameters(Stubborn)["own.doubt"]
    >>> found.default, found.unit
    (0.05, 'number')
    """
    units = {bool: "yes or no", int: WHOLE_NUMBER, float: NUMBER}
    return {
        f"{OWN}{name}": Declaration(
            name=f"{OWN}{name}",
            default=given.default,
            unit=units[type(given.default)],
            allowed=None,
            plausible=None,
            meaning=f"Parameter {name} of {model.__qualname__}; default {given.default}.",
            source="",
        )
        for name, given in inspect.signature(model).parameters.items()
        if given.kind is given.KEYWORD_ONLY
        and name not in NOT_PARAMETERS
        and type(given.default) in units
    }


def check_own_parameters(experiment: Design, model: type[SECIModel] | None) -> None:
    """Refuse to vary parameters that the model which is run does not have.

    Raises
    ------
    ValueError
        It is run with another model, or with ours.
    """
    known = own_parameters(model) if model else {}
    for factor in experiment.factors:
        if factor.own and factor.name not in known:
            whose = f"{model.__qualname__} has no such parameter" if model else "give run its model"
            raise ValueError(f"{factor.name}: {whose}")
