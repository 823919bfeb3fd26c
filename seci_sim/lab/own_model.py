"""What a program adds to an experiment: outcomes of its own, and parameters of its own model."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from seci_sim.lab.design import Design
from seci_sim.lab.factors import NUMBER, OWN, WHOLE_NUMBER
from seci_sim.lab.own_text import PACKAGE, text_of
from seci_sim.lab.provenance import differing_parts
from seci_sim.lab.sections import OwnModel, OwnOutcome
from seci_sim.parameters import SECI, Declaration
from seci_sim.scenario.units import READ_AS_MISSING
from seci_sim.stopping import CLOSED, ENDED

if TYPE_CHECKING:
    from seci_sim.model import SECIModel

TYPED = "<string>"
"""What Python calls the file of all that is evaluated, and of ``python -c``, whose text it keeps from 3.13 on."""

NOT_PARAMETERS = frozenset({"scenario", "rng"})
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
        text = _source(name, function)
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


def _source(name: str, function: Callable[[SECIModel], float]) -> str:
    """The text of an outcome's function, as its file has it."""
    try:
        if inspect.getfile(function) == TYPED:
            raise OSError("of whatever was typed or evaluated last, Python gives the text")
        return dedent(inspect.getsource(function))
    except (OSError, TypeError):
        what = "its text, by which results are known again, is in no file"
        raise ValueError(f"also: {name}: {what}") from None


def _name_of(thing: Any) -> str:
    """Where a class or function is found."""
    return f"{thing.__module__}.{thing.__qualname__}"


class NotHere(Exception):
    """What an experiment has of somebody's own is not here."""


def brought_back(
    experiment: Design, sent: Path | None = None, agree: Callable[[str], bool] | None = None
) -> tuple[Design, dict[str, Any], list[str]]:
    """Find again what a program added to an experiment.

    Importing runs code, and whoever wrote the documents of the experiment chose whose. So nothing of
    Python or of this package is imported, and nothing that lies among the results.

    Parameters
    ----------
    experiment : Design
        An experiment as its folder tells of it.
    sent : Path, optional
        The folder of its results, which may be somebody else's.
    agree : callable, optional
        Asked, with what would be imported from where, whether it may be.

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
        It cannot be imported, or should not be.
    """
    added = {one.name: one for one in experiment.own_outcomes}
    named = {one.function: f"outcome {name}" for name, one in added.items()}
    if own := experiment.own_model:
        named[own.name] = "a model"
    places = "; ".join(f"{name} from {_place_of(name, what, sent)}" for name, what in named.items())
    if places and agree and not agree(places):
        raise NotHere(f"runs code of its own, {places}; read it, then --trust runs it")
    also = {name: _imported(one.function, named[one.function]) for name, one in added.items()}
    notes = [
        differs
        for name, one in added.items()
        for differs in differing_parts(name, one.parts, text_of(also[name]))
    ]
    model = None
    if own:
        model = _imported(own.name, named[own.name])
        if not _is_model(model):
            raise NotHere(f"{own.name} is no SECIModel")
        notes += differing_parts(f"model {own.name}", own.parts, text_of(model))
    outcomes = tuple(name for name in experiment.outcomes if name not in added)
    aside = {"own_model": None, "own_outcomes": (), "outcomes": outcomes}
    return experiment.model_copy(update=aside), {"model": model, "also": also}, notes


def _is_model(thing: Any) -> bool:
    from seci_sim.model import SECIModel

    return isinstance(thing, type) and issubclass(thing, SECIModel)


def _place_of(name: str, what: str, sent: Path | None) -> str:
    """Where the package of a class or function would be imported from, without importing it."""
    root = name.partition(".")[0]
    if root == "__main__":  # it is there already, or nowhere
        return root
    try:
        if root in sys.stdlib_module_names or root == PACKAGE:
            raise ImportError("it is nobody's own")
        spec = find_spec(root) if all(map(str.isidentifier, name.split("."))) else None
        if spec is None:
            raise ImportError(f"No module named {root!r}")
        places = list(spec.submodule_search_locations or [spec.origin or root])
        if sent and any(Path(one).resolve().is_relative_to(sent.resolve()) for one in places):
            raise ImportError("its code came with the results: read it, then move it elsewhere")
    except (ImportError, ValueError) as problem:
        raise _not_here(name, what, problem) from None
    return places[0]


def _imported(name: str, what: str) -> Any:
    """A class or function by its name."""
    try:
        found = resolve_name(name)
        if not callable(found) or not text_of(found):
            raise TypeError("it is nobody's own")
        return found
    except (Exception, SystemExit) as problem:
        if isinstance(problem, SystemExit) and problem.code in (ENDED, CLOSED):
            raise
        raise _not_here(name, what, problem) from None


def _not_here(name: str, what: str, problem: BaseException) -> NotHere:
    why = f"{what} of its own, {name or 'whose place it did not keep'}, cannot be imported here"
    return NotHere(f"{why} ({problem}); PYTHONPATH may name its folder")


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
