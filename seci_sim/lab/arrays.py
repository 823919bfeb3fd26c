"""What a chunk of runs led to as the bytes of a ``.npz`` file, which needs no more than NumPy.

Nothing in it is compressed, so that no small file becomes large when it is read.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from seci_sim.lab.chunks import ARRAYS, Ran
from seci_sim.lab.design import Design
from seci_sim.lab.kept import shapes

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array


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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise ValueError("is compressed")
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays: dict[str, Any] = dict(file)
    except (zipfile.BadZipFile, MemoryError, TypeError, EOFError) as problem:
        raise ValueError(f"is no .npz file: {problem}") from None
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


def _check(name: str, found: Array, shape: tuple[int, ...], kind: type) -> None:
    if found.shape != shape or found.dtype != kind:
        raise ValueError(f"{name} has the wrong shape")
