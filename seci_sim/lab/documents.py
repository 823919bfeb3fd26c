"""The documents of a folder of results, and their one reader: what is no such document is refused.

A folder may have been cut short, edited, written by another version or sent by a stranger. So each
document is declared here with its limits, and read from an ordinary file of a limited size only.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from seci_sim.scenario.tree import bytes_of

LARGEST_DOCUMENT = 100_000_000
"""Bytes: a million cells that are listed one by one."""

LARGEST_TABLE = 4_000_000_000
"""Bytes of the arrays of a part, or of a table that is compared."""

Count = Annotated[int, Field(ge=0, le=10**12)]
Number = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Word = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=100_000)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def _within(name: str) -> str:
    """The name of a file that lies within its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not name.isprintable():
        raise ValueError("is no file of the folder")
    return name


File = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_within)]


class Document(BaseModel):
    """A JSON document; what a later version adds is kept."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)


SomeDocument = TypeVar("SomeDocument", bound=Document)


class ScenarioRead(Document):
    """What a scenario was read from, and what it says."""

    settings: dict[Word, Words] = {}
    sources: list[tuple[Words, str]]
    """What messages call a file, and its text."""


class DesignDocument(Document):
    """What a folder says before anything is run."""

    form: Literal["seci_sim experiment 1"] = Field(alias="schema")
    command: Words
    fingerprint: Word
    made_with: dict[Word, Word]
    own_model: Word
    own_model_parts: dict[Word, Words] = {}
    experiment: dict[str, Any]
    points: list[dict[str, Any]]
    given: list[list[int | float]] = []
    own_outcomes: list[dict[str, Any]] = []
    sources: list[tuple[Words, str]]
    scenarios: list[ScenarioRead]


class Manifest(DesignDocument):
    """What is needed to do an experiment again, and to check that it is the same."""

    form: Literal["seci_sim manifest 2", "seci_sim experiment manifest 1"] = Field(alias="schema")  # type: ignore[assignment]
    digest: Digest
    runs: Count
    files: dict[File, Digest]


class SourceBefore(Document):
    """A file as version 0.1 noted it."""

    label: Words
    text: str


class ScenarioBefore(Document):
    """A scenario as version 0.1 noted it."""

    fields: dict[str, Any]
    sources: list[SourceBefore]


class InputsBefore(Document):
    """What a comparison was of."""

    seeds: list[Annotated[int, Field(ge=0, lt=2**63)]] = Field(min_length=1)
    scenarios: list[ScenarioBefore] = Field(min_length=1)


class FileBefore(Document):
    """A file of the folder."""

    sha256: Digest


class ManifestBefore(Document):
    """The manifest of a comparison or a run in version 0.1."""

    form: Literal["seci_sim manifest 1"] = Field(alias="schema")
    inputs: InputsBefore
    files: dict[File, FileBefore]
    versions: dict[Word, Word]


class ChunkList(Document):
    """How an experiment is cut into chunks."""

    runs: int = Field(ge=1, le=10**9)
    seconds_a_run: Number


class PartNote(Document):
    """What is said of the arrays of a part."""

    design: Word
    sha256: Digest
    bytes: Count
    runs: Count


class FailureNote(Document):
    """A run that came to nothing."""

    cell: Count
    replication: Count
    kind: Literal["raised", "killed", "hung"]
    what: Words
    where: str


class ProgressLine(Document):
    """A line of the log of progress."""

    time: Number
    total: Count
    rate: Number
    left: Number | None
    outcome: Word = ""
    half_width: Number | None = None


def read(path: Path, kind: type[SomeDocument]) -> SomeDocument:
    """Read a document of some kind.

    Raises
    ------
    OSError
        The file cannot be read, or is no ordinary file of this size.
    ValueError
        It holds something else.
    """
    return kind.model_validate_json(bytes_of(path, LARGEST_DOCUMENT))
