"""The rows of a file, whatever program wrote it: CSV in any encoding, a workbook, or Parquet.

Nothing is interpreted here: a cell is the text that stands in it. Rows are split anew whenever they
are asked for, so that few are held at once.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from seci_sim.scenario.own_firm.understanding import Understanding
from seci_sim.scenario.preflight import MissingExtra
from seci_sim.scenario.problems import (
    InputProblem,
    check_characters,
    invisible,
    shown,
    shown_path,
)
from seci_sim.scenario.tree import read_bytes

LARGEST_EXPORT = 60_000_000
"""Bytes; about a million rows."""
LARGEST_UNPACKED = 400_000_000
"""Bytes of a workbook or a Parquet file as it says itself."""
MOST_COLUMNS, MOST_ROWS = 1000, 1_000_000
MOST_CELLS = 10_000_000
"""Of a sheet, with the empty ones between the filled; each takes 32 bytes."""
LOOKED_AT = 300
"""Rows of which the separator and the header are judged."""

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
OTHER_BOOKS = (".xlsb", ".ods", ".numbers")
LATIN = ("cp1252", "cp1250", "cp1254", "mac_roman", "cp850")
"""What is tried for alphabets that are Latin but for a letter here and there, the likeliest first."""
LATIN_WORDS = 0.5
"""Share of the bytes of words with accents that these make up in Latin alphabets, at most."""
OTHER_ALPHABETS = ("cp1251", "cp1253", "cp932", "gb18030", "euc_kr", "big5")
SEPARATORS = ",;\t|"


class Record(NamedTuple):
    """A row as it stands in the file: its line, and the texts of its cells."""

    line: int
    cells: list[str]


class Source(NamedTuple):
    """A file whose rows can be had as often as one likes."""

    label: str
    records: Callable[[], Iterator[Record]]
    comma_is_free: bool
    """Whether a comma can stand in a number without quotes."""


def open_source(
    path: Path, encoding: str, understanding: Understanding, likeness: Callable[[Source], int]
) -> Source:
    """Open a file.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        Its encoding, if somebody said it.
    understanding : Understanding
        Hears how it was read.
    likeness : callable
        How much a sheet of a workbook looks like what is wanted.

    Raises
    ------
    InputProblem
        It is too large, or no table.
    FileProblem
        It cannot be read.
    MissingExtra
        What reads it is not installed.
    """
    label = shown_path(path)
    if path.suffix.lower() in OTHER_BOOKS:
        raise InputProblem([f"{label}: save it as xlsx, or its sheet as CSV"])
    data = read_bytes(path, label, LARGEST_EXPORT)
    if path.suffix.lower() in WORKBOOKS or data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _in_workbook(data, label, understanding, likeness)
    if data[:4] == b"PAR1":
        return _in_parquet(data, label)
    text = _decoded(data, label, encoding, understanding)
    del data
    return _in_text(text, label)


# Text -------------------------------------------------------------------------------------------


def _decoded(data: bytes, label: str, encoding: str, understanding: Understanding) -> str:
    chosen = encoding or encoding_of(data)
    try:
        text = data.decode(chosen)
    except (UnicodeDecodeError, LookupError):
        raise InputProblem([f"{label}: is not text in {shown(chosen)}; give --encoding"]) from None
    if not encoding and chosen not in ("utf-8-sig", "utf-16", "utf-32"):
        understanding.note(f"{label}: read as {chosen}, for it is not in UTF-8 (--encoding)")
    text = text.rstrip("\x1a")
    if hidden := {c for _, c in invisible(text, allowed="\t\n\r") if c > "\x9f"}:
        text = text.translate(dict.fromkeys(map(ord, hidden)))
    check_characters(text, label)
    return text


def encoding_of(data: bytes) -> str:
    """The encoding that a file is most likely in.

    Short tables with an accent here and there are what libraries guess worst: of five Latin encodings
    charset-normalizer 3.5 takes four for others. So these are told apart by how well letters stand
    in their words, and the library is asked about other alphabets only.

    Examples
    --------
    >>> [encoding_of("Kraków;Wrocław".encode(name)) for name in ("utf-8", "cp1250", "utf-16")]
    ['utf-8-sig', 'cp1250', 'utf-16']
    >>> encoding_of("München".encode("mac_roman")), encoding_of("Москва, Казань".encode("cp1251"))
    ('mac_roman', 'cp1251')
    """
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    beginning = data[:1000]
    if beginning.count(0) > len(beginning) / 4:
        return "utf-16-le" if beginning[1:2] == b"\x00" else "utf-16-be"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = re.findall(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]+", data[:1_000_000])
        foreign = sum(byte > 0x7F for word in words for byte in word)
        is_latin = foreign < LATIN_WORDS * sum(map(len, words))
        return _latin(data) if is_latin or not words else _of_another_alphabet(data)
    return "utf-8-sig"


def _of_another_alphabet(data: bytes) -> str:
    from charset_normalizer import from_bytes

    telling = b"\n".join(re.findall(rb"[^\r\n]*[\x80-\xff][^\r\n]*", data[:1_000_000])[:2000])
    best = from_bytes(telling, cp_isolation=list(OTHER_ALPHABETS)).best()
    return best.encoding if best else _latin(data)


_WESTERN = frozenset("äöüÄÖÜßéèêëàâáíîïóôòúùûñçåæøãõÉÀÇÑÅØ€’–")
_RARE = frozenset("þÞðÐýÝ")
_TURKISH = frozenset("ğĞışİŞ")


def _latin(data: bytes) -> str:
    telling = b"\n".join(re.findall(rb"[\w\x80-\xff]*[\x80-\xff][\w\x80-\xff]*", data)[:5000])

    def likely(encoding: str) -> float:
        text = telling.decode(encoding, "replace")
        worth = 0.0
        for before, character in zip(" " + text, text, strict=False):
            if character <= "\x7f":
                continue
            if not character.isalpha() and character not in _WESTERN:
                worth -= 2
            elif character.isupper() and before.islower():
                worth -= 3
            else:
                usual = 1.5 if character in _TURKISH else 0.5 if character in _RARE else 1
                worth += 2 if character in _WESTERN else usual
        return worth

    return max(LATIN, key=likely)


def _in_text(text: str, label: str) -> Source:
    separator, first = _separator(text)

    def records() -> Iterator[Record]:
        return _split(text, separator, label, first)

    return Source(label, records, separator != ",")


_SEPARATOR_SAID = re.compile(r"sep=(.)[^\S\r\n]*(?:\r\n?|\n)", re.IGNORECASE)


def _separator(text: str) -> tuple[str, int]:
    """What separates columns, and where the table begins: Excel says the first in a line of its own."""
    if said := _SEPARATOR_SAID.match(text):
        return said[1], said.end()
    sample = "".join(line.group() for line in islice(_LINE.finditer(text), LOOKED_AT))

    def likely(separator: str) -> tuple[float, int]:
        widths = Counter(
            len(row)
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
            if any(row)
        )
        wide = [(count, width) for width, count in widths.items() if width > 1]
        count, width = max(wide, default=(0, 1))
        return count / max(1, widths.total()) * (width > 1), width

    try:
        best = max(SEPARATORS, key=likely)
        return (best, 0) if likely(best)[1] > 1 or likely(" ")[0] < 0.9 else (" ", 0)
    except csv.Error:
        header = text.partition("\n")[0]
        return max(SEPARATORS, key=header.count), 0


_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]+")


def _split(text: str, separator: str, label: str, first: int) -> Iterator[Record]:
    """The rows of a text; none of any shape fills the memory.

    Raises
    ------
    InputProblem
        The text is no CSV, or a row is too wide.
    """
    skipped = 1 if first else 0
    number, begins = skipped, skipped + 1
    cells, pieces = 0, ""

    def lines() -> Iterator[str]:
        nonlocal cells, number, pieces
        for number, found in enumerate(_LINE.finditer(text, first), start=skipped + 1):
            line = found.group()
            if number > begins or len(line) > MOST_COLUMNS:  # a shorter one has no more columns
                cells += pieces.count(separator) + bool(pieces) + line.count(separator) + 1
                if cells > MOST_COLUMNS:
                    raise InputProblem([f"{label}:{number}: more than {MOST_COLUMNS:,} columns"])
                pieces = ""
            else:
                pieces = line
            yield line

    try:
        for row in csv.reader(
            lines(), delimiter=separator, strict=True, skipinitialspace=separator == " "
        ):
            yield Record(begins, row)
            cells, pieces, begins = 0, "", number + 1
    except csv.Error as error:
        raise InputProblem([f"{label}:{number}: is not CSV: {error}"]) from None


# Workbooks and Parquet --------------------------------------------------------------------------


def _in_workbook(
    data: bytes, label: str, understanding: Understanding, likeness: Callable[[Source], int]
) -> Source:
    if importlib.util.find_spec("python_calamine") is None:
        raise MissingExtra(f"{label}: a workbook needs the extra: pip install 'seci-sim[excel]'")
    import python_calamine

    _check_unpacked(data, label)
    broken = InputProblem([f"{label}: is no workbook that can be read"])
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except (python_calamine.CalamineError, ValueError, OSError):
        raise broken from None
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # of the library's own, and no Exception
            raise broken from None
        raise
    filled = [sheet for sheet in sheets if sheet.height and sheet.width]
    sources = [Source(label, partial(_of_sheet, sheet, label), True) for sheet in filled]
    if not sources:
        raise broken
    best = max(range(len(sources)), key=lambda number: likeness(sources[number]))
    if len(sources) > 1:
        understanding.note(f"{label}: of its {len(sources)} sheets, number {best + 1} is read")
    return sources[best]


def _check_unpacked(data: bytes, label: str) -> None:
    """Refuse a workbook that takes much memory: cells far apart are read with all between them."""
    if data[:2] != b"PK":
        return  # the older format, in which a sheet has at most 16 million cells
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > LARGEST_UNPACKED:
                raise InputProblem([f"{label}: unpacks to more than {LARGEST_UNPACKED / 1e6:g} MB"])
            names = [one for one in parts.namelist() if re.search(r"sheets?[^/]*\.xml$", one)]
            if any(_cells_of(parts.read(name)) > MOST_CELLS for name in names):
                raise InputProblem([f"{label}: a sheet has more than {MOST_CELLS:,} cells"])
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):
        raise InputProblem([f"{label}: is no workbook that can be read"]) from None


def _cells_of(sheet: bytes) -> int:
    """Cells of the smallest rectangle that holds those of a sheet."""
    columns = rows = 0
    for found in re.finditer(rb"""r=["']([A-Z]{1,3})([0-9]{1,7})["']""", sheet):
        rows = max(rows, int(found[2]))
        columns = max(columns, sum((c - 64) * 26**n for n, c in enumerate(reversed(found[1]))))
    return rows * columns


def _of_sheet(sheet: Any, label: str) -> Iterator[Record]:
    if sheet.width > MOST_COLUMNS:
        raise InputProblem([f"{label}: more than {MOST_COLUMNS:,} columns"])
    for line, row in enumerate(sheet.iter_rows(), start=1):
        yield Record(line, [_cell(value) for value in row])


def _cell(value: object) -> str:
    """What stands in a cell of a workbook or of Parquet, as text."""
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            text = str(int(value))
        case datetime():
            text = value.isoformat(" ")
        case timedelta():
            text = f"{value.total_seconds() / 3600!r} h"
        case bytes():
            text = value.decode("utf-8", "replace")
        case list() | tuple():
            text = ";".join(map(_cell, value))
        case _:
            text = str(value)
    return "".join(c for c in text if c.isprintable() or c in "\n\t").strip()


def _in_parquet(data: bytes, label: str) -> Source:
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtra(f"{label}: Parquet needs the extra: pip install 'seci-sim[parquet]'")
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        names: Sequence[str] = [str(name) for name in file.schema_arrow.names]
        metadata = file.metadata
        size = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError):
        raise InputProblem([f"{label}: is not Parquet"]) from None
    if size > LARGEST_UNPACKED or len(names) > MOST_COLUMNS:
        raise InputProblem([f"{label}: unpacks to more than {LARGEST_UNPACKED / 1e6:g} MB"])

    def records() -> Iterator[Record]:
        yield Record(1, list(names))
        line = 1
        try:
            for batch in file.iter_batches(batch_size=10_000):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    yield Record(line, [_cell(value) for value in row])
        except (pa.ArrowException, OSError, ValueError, OverflowError):
            raise InputProblem([f"{label}: is not Parquet"]) from None

    return Source(label, records, True)
