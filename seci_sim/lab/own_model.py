"""What a program adds to an experiment: outcomes of its own, and parameters of its own model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from seci_sim.lab.design import Design
from seci_sim.lab.factors import NUMBER, OWN, WHOLE_NUMBER
from seci_sim.lab.own_text import text_of
from seci_sim.lab.provenance import differing_parts
from seci_sim.lab.sections import OwnModel, OwnOutcome
from seci_sim.parameters import SECI, Declaration
from seci_sim.scenario.units import READ_AS_MISSING

if TYPE_CHECKING:
    from seci_sim.model import SECIModel

NOT_PARAMETERS = frozenset({"scenario", "rng", "threads"})
"""Keywords of a model that say what is run, and not how its people learn."""


def with_own(
    experiment: Design,
    model: type[SECIModel] | None,
    also: Mapping[str, Callable[[SECIModel], float]],
) -> Design:
    """The same experiment with a model of somebody's own, and what functions of that give in the end.

    Raises
    ------
    ValueError
        A name is taken or no name, the text of a function is nowhere, or the model is a published one.
    """
    if model:
        own_model = OwnModel(name=_name_of(model), parts=text_of(model))
        experiment = experiment.model_copy(update={"own_model": own_model})
    if also and experiment.scenarios[0].model != SECI:
        raise ValueError("also: a published model is no SECIModel; only that can be looked at")
    own = []
    for name, function in also.items():
        if not name.isidentifier():
            raise ValueError(f"also: {name!r} is no name; letters, digits and _ only")
        if name in READ_AS_MISSING:
            raise ValueError(f"also: {name!r} is read as a missing value by other programs")
        if name in experiment.measures:
            raise ValueError(f"also: there is an outcome {name!r} already")
        try:
            text = dedent(inspect.getsource(function))
        except (OSError, TypeError):
            what = "its text, by which results are known again, is in no file"
            raise ValueError(f"also: {name}: {what}") from None
        first, *_ = (inspect.getdoc(function) or f"Own outcome {name}.").splitlines()
        outcome = OwnOutcome(
            name=name,
            meaning=first,
            text=text,
            function=_name_of(function),
            parts=text_of(function),
        )
        own.append(outcome)
    outcomes = tuple(dict.fromkeys([*experiment.outcomes, *also]))
    return experiment.model_copy(update={"outcomes": outcomes, "own_outcomes": tuple(own)})


def _name_of(thing: Any) -> str:
    """Where a class or function is found."""
    return f"{thing.__module__}.{thing.__qualname__}"


class NotHere(Exception):
    """What an experiment has of somebody's own is not here."""


def brought_back(experiment: Design) -> tuple[Design, dict[str, Any], list[str]]:
    """Find again what a program added to an experiment.

    Returns
    -------
    plain : Design
        The experiment without it.
    own : dict
        ``model`` and ``also``, as `Experiment.run` takes them.
    notes : list of str
        What is written otherwise than it was.

    Raises
    ------
    NotHere
        It cannot be imported.
    """
    added = {one.name: one for one in experiment.own_outcomes}
    also = {name: _imported(one.function, name) for name, one in added.items()}
    notes = [
        differs
        for name, one in added.items()
        for differs in differing_parts(name, one.parts, text_of(also[name]))
    ]
    model = None
    if own := experiment.own_model:
        model = _imported(own.name, "a model")
        notes += differing_parts(f"model {own.name}", own.parts, text_of(model))
    outcomes = tuple(name for name in experiment.outcomes if name not in added)
    aside = {"own_model": None, "own_outcomes": (), "outcomes": outcomes}
    return experiment.model_copy(update=aside), {"model": model, "also": also}, notes


def _imported(name: str, what: str) -> Any:
    """A class or function by its name."""
    try:
        found = resolve_name(name)
        if not text_of(found):
            raise TypeError("it is nobody's own")
        return found
    except (Exception, SystemExit) as problem:  # noqa: BLE001 - what is imported may do anything
        why = f"{what} of its own, {name or 'whose place it did not keep'}, cannot be imported here"
        raise NotHere(f"{why} ({problem}); PYTHONPATH may name its folder") from None


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
            role="rule",
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
