"""Tables as CSV that spreadsheets and programs read alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pandas as pd

from seci_sim.scenario.units import FORMULA

if TYPE_CHECKING:
    from seci_sim.seci.knowledge import Array

ROWS_AT_ONCE = 1000
"""Rows of a weekly table that are made text together: they fit a processor's second cache."""
FORMULA_STARTS = (*FORMULA, "\t", "\r")


def weekly_csv(frame: pd.DataFrame) -> Iterator[str]:
    """A table by week in pieces; measures to nine decimals, empty where not applicable.

    Parameters
    ----------
    frame : DataFrame
        ``scenario`` and other keys, whole numbers or names, and then measures.
    """
    keys = [name for name in frame.columns if frame[name].dtype.kind != "f"]
    labels = [
        map(str, frame[name].tolist()) if frame[name].dtype.kind == "i" else _fields(frame[name])
        for name in keys
    ]
    rows_of_keys = map(",".join, zip(*labels, strict=True))
    values = frame.drop(columns=keys).to_numpy(float)
    yield ",".join(_field(guard(name)) for name in frame.columns) + "\n"
    for first in range(0, len(frame), ROWS_AT_ONCE):
        rows = _numbers(values[first : first + ROWS_AT_ONCE])
        pairs = zip(islice(rows_of_keys, len(rows)), rows, strict=True)
        yield "".join([f"{key},{row}\n" for key, row in pairs])


def _numbers(values: Array) -> list[str]:
    """Rows of numbers as text: a writer of JSON forms them ten times as fast as Python does."""
    rounded = np.ascontiguousarray(np.round(values, 9))
    written = orjson.dumps(rounded, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return written.removeprefix("[[").removesuffix("]]").replace("null", "").split("],[")


def _fields(names: pd.Series[str]) -> Iterator[str]:
    """A column of names, of which there are few, as fields of a CSV file."""
    codes, found = pd.factorize(names)
    fields = [_field(guard(name)) for name in found]
    return (fields[code] for code in codes.tolist())


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guard("=1+1"), guard("One percent")
    ("'=1+1", 'One percent')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _field(text: str) -> str:
    """One field as RFC 4180 wants it."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([text])
    return buffer.getvalue()


def with_safe_names(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy in which all text is safe to open in a spreadsheet; what is missing stays so."""
    safe = frame.rename(columns=guard)
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column].dtype):
            codes, found = pd.factorize(safe[column], use_na_sentinel=False)
            texts = [None if pd.isna(value) else guard(str(value)) for value in found]
            safe[column] = np.array(texts, object)[codes]
    return safe


def as_csv(frame: pd.DataFrame) -> str:
    """A table as CSV, safe to open in a spreadsheet: numbers in full, empty where not applicable."""
    safe = with_safe_names(frame)
    return safe.replace({np.inf: np.nan, -np.inf: np.nan}).to_csv(index=False, lineterminator="\n")
