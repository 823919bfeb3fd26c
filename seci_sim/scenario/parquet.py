"""Open a Parquet file: what reads it is an extra, and what it cannot read is said in one line."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

from seci_sim.scenario.preflight import MissingExtra
from seci_sim.scenario.problems import InputProblem


def opened(data: bytes, label: str) -> tuple[Any, Any]:
    """Return a file of pyarrow's, of which nothing but its sizes was read, and its schema.

    Raises
    ------
    InputProblem
        It is not Parquet.
    MissingExtra
        What reads it is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtra(f"{label}: Parquet needs the extra: pip install 'seci-sim[parquet]'")
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        return file, file.schema_arrow  # there are types that it does not know
    except (pa.ArrowException, OSError, ValueError):
        raise InputProblem([f"{label}: is not Parquet"]) from None


def rows_of(file: Any, label: str) -> Iterator[tuple[Any, ...]]:
    """Give row after row of an opened file.

    Raises
    ------
    InputProblem
        It is damaged, or holds what Python has no value for.
    """
    import pyarrow as pa

    try:
        for batch in file.iter_batches(batch_size=10_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise InputProblem([f"{label}: is not Parquet"]) from None
