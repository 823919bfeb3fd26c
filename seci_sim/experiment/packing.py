"""What a chunk of runs led to as the bytes of a file: ``.npz``, or Parquet where the extra is installed.

Both hold the same numbers to the bit, and either is read whichever is written. Nothing in them is
compressed, so that no small file becomes large when it is read.
"""

from __future__ import annotations

import importlib.util
import io
import zipfile
from typing import Any

import numpy as np

from seci_sim.experiment.design import Design
from seci_sim.experiment.work import Ran
from seci_sim.preflight import MissingExtra

NPZ, PARQUET = ".npz", ".parquet"
BY_WEEK = "_by_week"
"""What the name of a measure that is kept week by week ends with in Parquet."""


def has_parquet() -> bool:
    """Whether the package that reads and writes Parquet is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def packed(ran: Ran, experiment: Design) -> tuple[str, bytes]:
    """The suffix and the bytes of a file with these runs; the same runs give the same bytes."""
    if has_parquet():
        return PARQUET, _as_parquet(ran, experiment)
    return NPZ, _as_npz(ran)


def unpacked(suffix: str, data: bytes, experiment: Design) -> Ran:
    """Return the runs in a file, without the seconds that they took.

    Raises
    ------
    ValueError, KeyError
        It does not hold runs of this experiment.
    MissingExtra
        It is Parquet, and pyarrow is not installed.
    """
    if suffix == NPZ:
        ran = _from_npz(data)
    elif suffix == PARQUET:
        ran = _from_parquet(data, experiment)
    else:
        raise ValueError(f"no file with runs ends in {suffix}")
    _check(ran, experiment)
    return ran


def _check(ran: Ran, experiment: Design) -> None:
    """Refuse arrays that no chunk of the experiment leads to."""
    runs = ran.cell.size
    shapes = {
        "cell": (runs,),
        "replication": (runs,),
        "outcomes": (runs, len(experiment.outcomes)),
        "weekly": (runs, experiment.scenarios[0].horizon, len(experiment.weekly)),
    }
    for name, shape in shapes.items():
        found = getattr(ran, name)
        wanted = np.int64 if len(shape) == 1 else np.float64
        if found.shape != shape or found.dtype != wanted:
            raise ValueError(f"{name} has the wrong shape")
    for numbers, count in (
        (ran.cell, experiment.size),
        (ran.replication, experiment.most_replications),
    ):
        if ((numbers < 0) | (numbers >= count)).any():
            raise ValueError("there is no such run")


def _as_npz(ran: Ran) -> bytes:
    buffer = io.BytesIO()
    np.savez(
        buffer,
        cell=ran.cell,
        replication=ran.replication,
        outcomes=ran.outcomes,
        weekly=ran.weekly,
    )
    return buffer.getvalue()


def _from_npz(data: bytes) -> Ran:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise ValueError("is compressed")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return Ran(seconds=np.zeros(len(arrays["cell"])), **arrays)
    except (zipfile.BadZipFile, MemoryError, TypeError) as problem:
        raise ValueError(f"is no .npz file: {problem}") from None


def _as_parquet(ran: Ran, experiment: Design) -> bytes:
    import pyarrow
    from pyarrow import parquet

    columns: dict[str, Any] = {"cell": ran.cell, "replication": ran.replication}
    for place, name in enumerate(experiment.outcomes):
        columns[name] = ran.outcomes[:, place]
    weeks = ran.weekly.shape[1]
    for place, name in enumerate(experiment.weekly):
        flat = pyarrow.array(ran.weekly[:, :, place].ravel())
        columns[name + BY_WEEK] = pyarrow.FixedSizeListArray.from_arrays(flat, weeks)
    buffer = pyarrow.BufferOutputStream()
    # A dictionary would take -0.0 for 0.0.
    parquet.write_table(pyarrow.table(columns), buffer, compression="none", use_dictionary=False)
    return bytes(buffer.getvalue().to_pybytes())


def _from_parquet(data: bytes, experiment: Design) -> Ran:
    if not has_parquet():
        what = "its parts are in Parquet, which needs the extra: pip install 'seci-sim[parquet]'"
        raise MissingExtra(what)
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pyarrow.BufferReader(data))
        if file.metadata.num_rows * 8 > len(data):
            raise ValueError("holds more runs than its size allows")
        table = file.read(use_threads=False)
    except pyarrow.ArrowException as problem:
        raise ValueError(f"is no Parquet file: {problem}") from None
    runs, weeks = table.num_rows, experiment.scenarios[0].horizon
    outcomes = np.empty((runs, len(experiment.outcomes)))
    for place, name in enumerate(experiment.outcomes):
        outcomes[:, place] = table[name].to_numpy()
    weekly = np.empty((runs, weeks, len(experiment.weekly)))
    for place, name in enumerate(experiment.weekly):
        flat = table[name + BY_WEEK].combine_chunks().flatten().to_numpy()
        weekly[:, :, place] = flat.reshape(runs, weeks)
    return Ran(
        cell=table["cell"].to_numpy(),
        replication=table["replication"].to_numpy(),
        outcomes=outcomes,
        weekly=weekly,
        seconds=np.zeros(runs),
    )
