"""What a folder of results says about itself: its design before it is run, its manifest afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from seci_sim.lab.design import Design
from seci_sim.lab.documents import (
    LARGEST_DOCUMENT,
    LARGEST_TABLE,
    DesignDocument,
    Manifest,
    ManifestBefore,
    read,
)
from seci_sim.lab.provenance import differing_versions, made_with
from seci_sim.lab.whole_files import write_whole
from seci_sim.scenario import settings
from seci_sim.scenario.tree import bytes_of, size_of_ordinary

SomeDesign = TypeVar("SomeDesign", bound=Design)

DESIGN, DESIGN_SCHEMA = "design.json", "seci_sim experiment 1"
MANIFEST, MANIFEST_SCHEMA = "manifest.json", "seci_sim manifest 2"


class StoreProblem(Exception):
    """A folder cannot be used for an experiment."""

    exit_code = 5


class AnotherExperiment(StoreProblem):
    """A folder holds another experiment, or another version's."""

    exit_code = 6


def as_document(experiment: Design) -> dict[str, Any]:
    """An experiment with all that it was read from, as JSON holds it."""
    scenarios = [
        {
            "name": scenario.name,
            "fingerprint": scenario.fingerprint,
            "settings": settings(scenario),
            "sources": [list(source) for source in scenario.sources],
        }
        for scenario in experiment.scenarios
    ]
    own = experiment.own_model
    return {
        "own_model": own.name if own else "",
        "own_model_parts": own.parts if own else {},
        "experiment": json.loads(experiment.model_dump_json(exclude_unset=True)),
        "points": list(experiment.points),
        "given": list(experiment.given),
        "own_outcomes": [one.model_dump() for one in experiment.own_outcomes],
        "sources": [list(source) for source in experiment.sources],
        "scenarios": scenarios,
    }


def design_document(experiment: Design, command: str) -> dict[str, Any]:
    """What a folder says before anything is run."""
    return {
        "schema": DESIGN_SCHEMA,
        "created": now(),
        "command": command,
        "fingerprint": experiment.fingerprint,
        "made_with": made_with(),
        **as_document(experiment),
    }


def as_json(document: Any) -> bytes:
    """A document as the bytes of its file."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def now() -> str:
    """The time, as documents say it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def experiment_in(document: DesignDocument, kind: type[SomeDesign]) -> SomeDesign:
    """Return the experiment of which `as_document` made a document.

    Raises
    ------
    AnotherExperiment
        Another version wrote the document, and this one cannot read it.
    """
    try:
        fields = document.model_dump(include={"points", "given", "sources", "own_outcomes"})
        fields |= document.experiment
        if document.own_model:
            own = {"name": document.own_model, "parts": document.own_model_parts}
            fields["own_model"] = own
        fields["scenarios"] = [
            scenario | {"sources": about.sources}
            for scenario, about in zip(fields["scenarios"], document.scenarios, strict=True)
        ]
        return kind.model_validate_json(json.dumps(fields))
    except (ValidationError, KeyError, TypeError, ValueError):
        raise AnotherExperiment(f"cannot be read any more; {_first_difference(document)}") from None


def experiment_of(folder: Path, kind: type[SomeDesign]) -> SomeDesign:
    """Return the experiment whose folder it is.

    Raises
    ------
    StoreProblem
        It is not the folder of an experiment.
    AnotherExperiment
        What its results belong to is not what this version makes of it.
    """
    return experiment_told(folder, read_design(folder), kind)


def experiment_told(where: Path, document: DesignDocument, kind: type[SomeDesign]) -> SomeDesign:
    """Return the experiment of a document, if that is what the document says it is; as `experiment_of`."""
    try:
        experiment = experiment_in(document, kind)
    except AnotherExperiment as problem:
        raise AnotherExperiment(f"{where}: {problem}") from None
    # Version 0.1 made its hashes otherwise, and noted no results.
    if experiment.fingerprint != document.fingerprint and "results" in document.made_with:
        what = "holds results of another design"
        raise AnotherExperiment(f"{where}: {what}; {_first_difference(document)}")
    return experiment


def _first_difference(document: DesignDocument) -> str:
    """What has changed since a document was written."""
    differing = differing_versions(document.made_with, made_with())
    name = MANIFEST if isinstance(document, Manifest) else DESIGN
    return next(differing, f"{name} was changed since")


def read_design(folder: Path) -> DesignDocument:
    """Return what the folder of an experiment says about itself.

    Raises
    ------
    StoreProblem
        It is not the folder of an experiment.
    PermissionError
        Who asks may not read it.
    """
    try:
        return read(folder / DESIGN, DesignDocument)
    except PermissionError:
        raise
    except (OSError, ValueError):
        raise StoreProblem(f"{folder}: is not the folder of an experiment") from None


def read_manifest(path: Path) -> Manifest | ManifestBefore:
    """Return a manifest, given its path or its folder.

    Raises
    ------
    StoreProblem
        There is none.
    """
    file = path / MANIFEST if path.is_dir() else path
    try:
        data = bytes_of(file, LARGEST_DOCUMENT)
        for kind in (Manifest, ManifestBefore):
            with suppress(ValueError):
                return kind.model_validate_json(data)
    except OSError as problem:
        raise StoreProblem(f"{file}: {problem.strerror}") from None
    raise StoreProblem(f"{file}: is not a manifest of seci-sim")


# Tables that were made of the table of results --------------------------------------------------------

ANALYSES, SEARCHES, WORLDS = "analyses", "search", "worlds"
"""Where pages and tables of analyses go in an experiment's folder, the runs of a search, and many worlds."""


def searched(folder: Path) -> list[Path]:
    """The tables of all runs that searches did."""
    return sorted((folder / SEARCHES).rglob("results.csv"))


def add_to_manifest(folder: Path, made: Iterable[Path]) -> None:
    """Note in a folder's manifest what analyses made, with the runs behind it.

    Raises
    ------
    StoreProblem
        There is no manifest of today.
    OSError
        A file cannot be read or written.
    """
    manifest = read_manifest(folder)
    if isinstance(manifest, ManifestBefore):
        raise StoreProblem(f"{folder}: was written by version 0.1")
    digests = {path.relative_to(folder).as_posix(): digest_of(path) for path in made}
    written = manifest.model_copy(update={"files": manifest.files | digests})
    write_whole(folder / MANIFEST, as_json(written.model_dump(by_alias=True)))


def digest_of(path: Path) -> str:
    """SHA-256 of an ordinary file.

    Raises
    ------
    OSError
        It cannot be read, or is none.
    """
    if not size_of_ordinary(path, LARGEST_TABLE):
        return hashlib.sha256().hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of_analyses(files: Mapping[str, str]) -> str:
    """SHA-256 of all tables that analyses made and of the runs behind them; empty where there are none."""
    lines = [f"{name} {digest}\n" for name, digest in sorted(files.items()) if is_derived(name)]
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""


def is_derived(name: str) -> bool:
    """Whether a file of the folder is a table that analyses made, or holds the runs behind one."""
    return name.startswith((f"{ANALYSES}/", f"{SEARCHES}/")) and name.endswith(".csv")
