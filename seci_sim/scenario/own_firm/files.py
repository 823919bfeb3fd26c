"""The rows of a file, whatever program wrote it: CSV in any encoding, a workbook, or Parquet.

Nothing is interpreted here: a cell is the text that stands in it. Rows are split anew whenever they
are asked for.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice
from pathlib import Path

from seci_sim.scenario import parquet
from seci_sim.scenario.own_firm.rows import (
    LARGEST_UNPACKED,
    LOOKED_AT,
    MOST_COLUMNS,
    Record,
    Source,
    text_of,
)
from seci_sim.scenario.own_firm.understanding import Understanding
from seci_sim.scenario.own_firm.workbooks import OTHER_BOOKS, WORKBOOKS, in_workbook
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
LATIN = ("cp1252", "cp1250", "cp1254", "mac_roman", "cp850")
"""What is tried for alphabets that are Latin but for a letter here and there, the likeliest first."""
LATIN_WORDS = 0.5
"""Share of the bytes of words with accents that these make up in Latin alphabets, at most."""
OTHER_ALPHABETS = ("cp1251", "cp1253", "cp932", "gb18030", "euc_kr", "big5")
SEPARATORS = ",;\t|"


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
        return in_workbook(data, label, understanding, likeness)
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
    except (ValueError, LookupError):
        raise InputProblem([f"{label}: is not text in {shown(chosen)}; give --encoding"]) from None
    if not encoding and chosen not in ("utf-8-sig", "utf-16", "utf-32"):
        understanding.note(f"{label}: read as {chosen}, for it is not in UTF-8 (--encoding)")
    text = text.rstrip("\x1a")
    if not text.isascii() and (
        hidden := {c for _, c in invisible(text, allowed="\t\n\r") if c > "\x9f"}
    ):
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
    if _PLAIN.fullmatch(text, first):
        return Source(label, partial(_split_plain, text, separator, first))
    return Source(label, partial(_split, text, separator, label, first))


_SEPARATOR_SAID = re.compile(r"sep=([^\r\n\"])[^\S\r\n]*(?:\r\n?|\n)", re.IGNORECASE)


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
_PLAIN = re.compile(rf'(?:[^"\r\n]{{0,{MOST_COLUMNS - 1}}}+(?:\r\n?|\n|\Z))*+')
"""Lines that are a row each, of which none is too wide."""


def _split_plain(text: str, separator: str, first: int) -> Iterator[Record]:
    """The same rows as of `_split`, three times as fast."""
    lines = io.StringIO(text[first:], newline="")
    rows = csv.reader(lines, delimiter=separator, skipinitialspace=separator == " ")
    return zip(count(2 if first else 1), rows)


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
            yield begins, row
            cells, pieces, begins = 0, "", number + 1
    except csv.Error as error:
        raise InputProblem([f"{label}:{number}: is not CSV: {error}"]) from None


# Parquet ----------------------------------------------------------------------------------------


def _in_parquet(data: bytes, label: str) -> Source:
    file, schema = parquet.opened(data, label)
    names = [str(name) for name in schema.names]
    metadata = file.metadata
    size = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    if size > LARGEST_UNPACKED or len(names) > MOST_COLUMNS:
        raise InputProblem([f"{label}: unpacks to more than {LARGEST_UNPACKED / 1e6:g} MB"])

    def records() -> Iterator[Record]:
        yield 1, names
        for line, row in enumerate(parquet.rows_of(file, label), start=2):
            yield line, [text_of(value) for value in row]

    return Source(label, records)
