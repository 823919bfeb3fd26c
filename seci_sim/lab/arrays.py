"""What a chunk of runs led to as the bytes of a ``.npz`` file, which needs no more than NumPy.

Nothing in it is compressed, so that no small file becomes large when it is read.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from seci_sim.lab.chunks import ARRAYS, Ran
from seci_sim.lab.design import Design
from seci_sim.lab.kept import shapes

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array


_BROKEN = (zipfile.BadZipFile, RuntimeError, MemoryError, TypeError, EOFError)
"""Beside ValueError, what damaged files lead to; RuntimeError where they seem to be encrypted, say."""


def packed(ran: Ran) -> bytes:
    """The bytes of a file with these runs; the same runs give the same bytes."""
    arrays = {name: getattr(ran, name) for name in ARRAYS if name != "seconds"}
    if ran.stories:
        text = json.dumps(sorted(ran.stories.items()), ensure_ascii=False)
        arrays["stories"] = np.frombuffer(text.encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **{n: a for n, a in arrays.items() if a.size})
    return buffer.getvalue()


def unpacked(data: bytes, experiment: Design) -> Ran:
    """Return the runs in a file, without the seconds that they took.

    Raises
    ------
    ValueError, KeyError
        It does not hold runs of this experiment.
    """
    arrays = arrays_in(io.BytesIO(data))
    runs = len(arrays["cell"])
    for name, shape in shapes(experiment).items():
        if not np.prod(shape):  # it is left out
            arrays[name] = np.empty((runs, *shape))
        _check(name, arrays[name], (runs, *shape), np.float64)
    for key, count in (("cell", experiment.size), ("replication", experiment.most_replications)):
        _check(key, arrays[key], (runs,), np.int64)
        if ((arrays[key] < 0) | (arrays[key] >= count)).any():
            raise ValueError("there is no such run")
    told = json.loads(arrays.pop("stories", np.empty(0, np.uint8)).tobytes() or b"[]")
    stories = {int(cell): tuple(map(tuple, steps)) for cell, steps in told}
    return Ran(**arrays, stories=stories, seconds=np.zeros(runs))


def arrays_in(file: IO[bytes]) -> dict[str, Any]:
    """Return the arrays in a ``.npz`` file, by name.

    Raises
    ------
    ValueError
        It is none, is compressed, or is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise ValueError("is compressed")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except _BROKEN as problem:
        raise ValueError(f"is no .npz file: {problem}") from None


def _check(name: str, found: Array, shape: tuple[int, ...], kind: type) -> None:
    if found.shape != shape or found.dtype != kind:
        raise ValueError(f"{name} has the wrong shape")
