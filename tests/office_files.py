"""Workbooks in formats that the tests' packages cannot write, of one sheet each, as small as readers take them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape

Sheet = Sequence[Sequence[object]]

_ODS = "urn:oasis:names:tc:opendocument:xmlns"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _zipped(parts: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return packed.getvalue()


def changed(book: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook of which one part says something else."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    content = parts[part]
    assert isinstance(content, bytes)
    assert old in content
    return _zipped({**parts, part: content.replace(old, new)})


def ods(rows: Sheet) -> bytes:
    """An OpenDocument spreadsheet."""

    def cell(value: object) -> str:
        match value:
            case "" | None:
                return "<table:table-cell/>"
            case date():
                said = f'office:value-type="date" office:date-value="{value.isoformat()}"'
            case int() | float():
                said = f'office:value-type="float" office:value="{value}"'
            case _:
                said = 'office:value-type="string"'
        return f"<table:table-cell {said}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    lines = (f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{_ODS}:office:1.0" '
        f'xmlns:table="{_ODS}:table:1.0" xmlns:text="{_ODS}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="A">{"".join(lines)}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODS}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    parts = {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content}
    return _zipped(parts)


def xlsb(rows: Sheet) -> bytes:
    """Excel's binary workbook: records of a number, a length and a content ([MS-XLSB] 2.1.4)."""

    def record(number: int, content: bytes = b"") -> bytes:
        kind = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
        size, length = len(content), b""
        while size > 0x7F:
            length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
        return kind + length + bytes([size]) + content

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value.encode("utf-16-le")) // 2) + value.encode("utf-16-le")

    def cell(place: int, value: object) -> bytes:
        where = struct.pack("<II", place, 0)
        if isinstance(value, (int, float)):
            return record(5, where + struct.pack("<d", value))  # BrtCellReal
        return record(6, where + text(str(value)))  # BrtCellSt

    height, width = len(rows), max(map(len, rows))
    data = record(129) + record(148, struct.pack("<IIII", 0, height - 1, 0, width - 1))
    data += record(145)  # BrtBeginSheetData
    for line, row in enumerate(rows):
        data += record(0, struct.pack("<IIHBBBI", line, 0, 300, 0, 0, 0, 0))  # BrtRowHdr
        data += b"".join(cell(place, value) for place, value in enumerate(row) if value != "")
    data += record(146) + record(130)
    book = record(131) + record(143)
    book += record(156, struct.pack("<II", 0, 1) + text("rId1") + text("A")) + record(144)
    book += record(132)
    kind = "application/vnd.ms-excel"
    relation = f'<Relationships xmlns="{_RELATED}"><Relationship Id="rId1" Type="{_OFFICE}/{{}}" Target="{{}}"/></Relationships>'
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="bin" ContentType="{kind}.sheet.binary.macroEnabled.main"/></Types>'
    )
    return _zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relation.format("officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relation.format("worksheet", "worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": data,
        }
    )
