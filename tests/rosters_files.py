"""Rosters as clerks send them, as real files: the tests read them like any other upload."""

import base64
import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADINGS = ("姓名", "手机号", "家乡", "所在支部")
PEOPLE = (
    ("陈梅", "15400000001", "江西赣州", "驻深流动党员党支部"),
    ("王强", "15400000002", "河南信阳", "驻深流动党员党支部"),
    ("艾山·吐尔逊", "15400000003", "新疆喀什", "第二党支部"),
)
ROSTER = (HEADINGS, *PEOPLE)

Table = Iterable[Sequence[Any]]


def xlsx(path: Path, rows: Table = ROSTER, *, also: dict[str, Table] | None = None) -> Path:
    """A workbook with one sheet, and the sheets of `also` after it; 隐藏 is hidden."""
    book = Workbook()
    book.active.title = "名单"
    for name, table in {"名单": rows, **(also or {})}.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == "隐藏" else "visible"
        for row in table:
            sheet.append(list(row))
    book.save(path)
    return path


def stray_cell(path: Path, at: str = "XFD1048576") -> Path:
    """A roster with one forgotten character in a far corner of the sheet."""
    book = Workbook()
    for row in ROSTER:
        book.active.append(list(row))
    book.active[at] = "x"
    book.save(path)
    return path


def long_xlsx(path: Path, people: int) -> Path:
    """A workbook with so many people, written by hand: openpyxl takes seconds for it."""
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'
    cells = [row.format(1, "姓名"), *(row.format(at, "陈梅") for at in range(2, people + 2))]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    table = f'<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>'
    with zipfile.ZipFile(xlsx(path)) as packed:
        parts = {part: packed.read(part) for part in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, content in (parts | {"xl/worksheets/sheet1.xml": table.encode()}).items():
            packed.writestr(part, content)
    return path


def csv_file(
    path: Path, rows: Table = ROSTER, *, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def ods(path: Path) -> Path:
    """陈梅 in row 3 and 王强 in row 5, with the empty rows and columns that LibreOffice repeats."""

    def row(*cells: str) -> str:
        texts = (
            f"<table:table-cell office:value-type='string'>{c}</table:table-cell>" for c in cells
        )
        filler = "<table:table-cell table:number-columns-repeated='1020'/>"
        return f"<table:table-row>{''.join(texts)}{filler}</table:table-row>"

    def person(name: str, phone: str) -> str:
        return row(f"<text:p>{name}</text:p>", f"<text:p>{phone}</text:p>")

    content = (
        "<?xml version='1.0' encoding='UTF-8'?><office:document-content office:version='1.3'"
        " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
        " xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0'"
        " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'>"
        "<office:body><office:spreadsheet><table:table table:name='名单'>"
        f"{row('')}{person('姓名', '手机')}{person('陈梅', '15400000001')}{row('')}"
        f"{person('王强', '15400000002')}"
        "<table:table-row table:number-rows-repeated='1048571'>"
        "<table:table-cell table:number-columns-repeated='1024'/></table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/>"
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", kind)
        packed.writestr("META-INF/manifest.xml", manifest)
        packed.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return path


def xls(path: Path, *, password: bool = False) -> Path:
    """Excel 97: a title, headings, 陈梅 with a number as her phone, an empty row, 王强."""
    content = bytearray(zlib.decompress(base64.b64decode(_XLS)))
    if password:
        first = content.index(b"\x09\x08\x10\x00")
        content[first + 20 : first + 22] = b"\x2f\x00"
    path.write_bytes(content)
    return path


def protected_xlsx(path: Path) -> Path:
    """What Excel writes for a workbook with a password: no archive, but an older container."""

    def entry(name: str, kind: int, child: int = 0xFFFFFFFF) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        siblings = (0xFFFFFFFF, 0xFFFFFFFF, child)
        return raw.ljust(64, b"\0") + struct.pack(
            "<HBB3I36xIQ", len(raw), kind, 1, *siblings, 0xFFFFFFFE, 0
        )

    sizes = (0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x10I", 0x3E, 3, 0xFFFE, 9, 6, *sizes)
    sectors = struct.pack("<3I", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE)
    entries = entry("Root Entry", 5, child=1) + entry("EncryptedPackage", 2)
    path.write_bytes(head.ljust(512, b"\xff") + sectors.ljust(512, b"\xff") + entries.ljust(512))
    return path


def zip_bomb(path: Path, megabytes: int = 200) -> Path:
    """A real workbook with a sheet that unpacks to 200 MB."""
    xlsx(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", bytes(megabytes * 1_000_000))
    return path


def text_called_xlsx(path: Path) -> Path:
    return csv_file(path, encoding="gb18030")


_XLS = (
    "eNrtWE1oE0EU/mazaX5M0qSmQiuUULBq7aHGH6TQRgsaUSyNBqxFrIkNKi2pxF70Ym3NSQVBEBQvhV68tPbiD3rQmweh"
    "xR4KgpDoTU+Cooc265uXXUw0QgNaVOZb5pu3b96bn515s7szPxfITc425vEDumBDwXChpkQnKLmsGz+o3DCkaOVOSobC"
    "PwWXkyayxo4n3pcOOYdyvvPQcF9/Tgy8pXQc59Azkk6FVhHd3IeEkH3oJBa4SxofGrhXdcynmNcyz7DlU+bdrLnO3Em2"
    "OdGPuUhP6y5zFfdpzVzmg6z3Ifu8Zs1W1OOFXMWXboiirR17MmcTw39nQZPuwRRo3qKpdCqTGM4hSBM4hc9GCPhkReqz"
    "kNKvrl6A9F/L9Y4K+puaDozBOMkLPAsP3ttkiSb6Y33xJUQ5HGt4axVhtCOMnRg9MTvujV+LkcvCMW/cBnEw2XH6yxG6"
    "338re4ayq+c7BtbQYt6xvb2IsFvu3Bzp/rJI93IEeIgHUctygOPATw0u3fv46lCyNzLAmjHe3YvvgA2y2zBwWXqQs49L"
    "7MzStpV5C/M417qe5UbmIFlS3tJbbwr7JtjmCpe2UDvbGAuRjSXyJpKzH2KPmrLvIptJno7mLwanFyOTaKZ30iD5y2sC"
    "baJN3Lkt8Thi5cLcL94wN/y0dzg1vzk2w3zR1WIZbhYDzNJC8OjKLQRbSC7eWc9P2msV7DW2l3Ns03zm8ybr+QMznm7p"
    "o1fw0dlHN9vQ2Uc+6y6tDg9khbTffYcbCgoKCgoKCgoKCr+GML/Z5Tepbn7Fyz8Dh3mus0ypoI5J/lscxghdo/Rjuhdp"
    "yjO4UNX6WQe7sOoSK/SxzgsljlLrGQwhyf0Yqnr90p+dKB3Pih39vy+Eqm2/UE0//3D73wCFjtA/"
)
