"""An old .xls, read in a process of its own: ``python old_excel.py < FILE``.

A damaged file may cost a reader of the old format any amount of time and memory; so it runs apart, within
limits, and its failure is only a failed process. It answers with one Arrow stream a sheet.
"""

import io
import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from hanbin_lib.ingest.grid import Area, CellKind, Grid, SheetBuilder, encode, filled
from hanbin_lib.ingest.number_formats import kind_of, run_text, shown

_SECONDS = 300
# 自定: a full sheet of 65,536 rows of 60 columns takes a third of it.
_MOST_MEMORY = 3 << 30
_FIRST_OWN_FORMAT = 164
_FORMULA, _BEGIN, _END = 0x06, 0x0809, 0x0A
_NEVER_CALCULATED = b"\x03\x00\x00\x00\x00\x00\xff\xff"


class OldExcelError(Exception):
    """The file could not be read; the message says so, in Chinese."""


def read_old_excel(content: bytes, file: str) -> list[Grid]:
    """All sheets of a file, hidden ones too.

    Raises
    ------
    OldExcelError
        Damaged, encrypted, or larger than the limits.
    """
    command = [sys.executable, "-P", __file__]
    try:
        done = subprocess.run(command, input=content, capture_output=True, check=True, timeout=_SECONDS)
        return list(_received(done.stdout, file))
    except (subprocess.SubprocessError, pa.ArrowInvalid, ValueError) as error:
        raise OldExcelError("文件不完整、已加密或已损坏") from error


def _received(answer: bytes, file: str) -> Iterator[Grid]:
    stream = pa.BufferReader(answer)
    while stream.tell() < len(answer):
        table = ipc.open_stream(stream).read_all()
        about = json.loads(table.schema.metadata[b"sheet"])
        columns = [
            encode(table.column(2 * n), table.column(2 * n + 1).to_numpy())
            for n in range(table.num_columns // 2)
        ]
        grid = Grid(
            file,
            about["name"],
            tuple(columns),
            about["is_hidden"],
            tuple(about["hidden_rows"]),
            tuple(about["hidden_columns"]),
        )
        yield filled(grid, [Area(*area) for area in about["merges"]])


def main() -> None:
    """Read the file that comes on standard input."""
    import xlrd  # noqa: PLC0415 -- only this process needs it

    with suppress(ImportError):  # Windows has no such limits
        import resource  # noqa: PLC0415 -- see above

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    content = sys.stdin.buffer.read()
    book = xlrd.open_workbook(
        file_contents=content, formatting_info=True, on_demand=True, logfile=io.StringIO()
    )
    for number, name in enumerate(book.sheet_names()):
        builder = _sheet(book, number, name)
        book.unload_sheet(number)
        _answer(builder)


def _sheet(book: Any, number: int, name: str) -> SheetBuilder:
    sheet = book.sheet_by_index(number)
    builder = SheetBuilder("", name, is_hidden=sheet.visibility != 0)
    unsure = set(_never_calculated(book, number))
    kinds = [_kind(book, style) for style in book.xf_list]
    for row in range(sheet.nrows):
        types, values = sheet.row_types(row), sheet.row_values(row)
        for column, (kind, value) in enumerate(zip(types, values, strict=True)):
            if (row, column) in unsure:
                builder.put(row, column, "=", CellKind.NO_RESULT)
            elif kind not in (0, 6) and value != "":
                style = sheet.cell_xf_index(row, column)
                text, found = _cell(kind, value, kinds[style], book)
                if runs := sheet.rich_text_runlist_map.get((row, column)):
                    text = _in_runs(text, runs, book)
                is_struck = book.font_list[book.xf_list[style].font_index].struck_out
                builder.put(row, column, text, CellKind.STRUCK if is_struck else found)
    builder.hidden_rows = [row for row, about in sheet.rowinfo_map.items() if about.hidden]
    builder.hidden_columns = [column for column, about in sheet.colinfo_map.items() if about.hidden]
    builder.merges = [
        Area(top, left, bottom - 1, right - 1)
        for top, bottom, left, right in sheet.merged_cells
        if bottom - top > 1
    ]
    return builder


def _kind(book: Any, style: Any) -> CellKind:
    own = style.format_key >= _FIRST_OWN_FORMAT and style.format_key in book.format_map
    return kind_of(style.format_key, book.format_map[style.format_key].format_str if own else "")


def _cell(kind: int, value: Any, of_format: CellKind, book: Any) -> tuple[str, CellKind]:
    import xlrd  # noqa: PLC0415 -- only this process needs it

    if kind == xlrd.XL_CELL_BOOLEAN:
        return ("TRUE" if value else "FALSE"), CellKind.BOOLEAN
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#ERROR"), CellKind.ERROR
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return shown(float(value), of_format, is_1904=book.datemode == 1)
    return str(value), CellKind.TEXT


def _in_runs(text: str, runs: list[tuple[int, int]], book: Any) -> str:
    """Text of a cell whose fonts change at some places (place, font)."""
    parts, ends = [text[: runs[0][0]]], [at for at, _ in runs[1:]]
    for (at, number), end in zip(runs, [*ends, len(text)], strict=True):
        font = book.font_list[number]
        raised = {1: 1, 2: -1}.get(font.escapement, 0)
        parts.append(run_text(text[at:end], raised=raised, is_struck=bool(font.struck_out)))
    return "".join(parts)


def _never_calculated(book: Any, number: int) -> Iterator[tuple[int, int]]:
    """Formulas of a sheet in which not one formula has a result: a program wrote them, nobody calculated."""
    found = list(_formulas(book.mem, book._sh_abs_posn[number]))
    if all(result == _NEVER_CALCULATED for *_, result in found):
        yield from ((row, column) for row, column, _ in found)


def _formulas(stream: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Row, column and stored result of each formula in the records of a sheet (MS-XLS 2.4.127)."""
    depth = 0
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        if code == _FORMULA and length >= 14 and depth == 1:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            yield row, column, bytes(stream[at + 10 : at + 18])
        depth += (code == _BEGIN) - (code == _END)
        if code == _END and depth <= 0:
            return
        at += 4 + length


def _answer(builder: SheetBuilder) -> None:
    grid = builder.grid()
    arrays: list[pa.Array] = []
    for column in grid.columns:
        codes = pa.array(column.codes, mask=column.codes < 0)
        arrays.append(column.texts.take(codes))
        kinds = [0] * len(column.texts) if column.kinds is None else column.kinds.tolist()
        arrays.append(pa.array([*kinds, 0], pa.uint8()).take(pa.array(column.codes % (len(kinds) + 1))))
    about = {
        "name": builder.name,
        "is_hidden": builder.is_hidden,
        "hidden_rows": list(grid.hidden_rows),
        "hidden_columns": list(grid.hidden_columns),
        "merges": [[area.top, area.left, area.bottom, area.right] for area in builder.merges],
    }
    table = pa.table(arrays, names=[str(n) for n in range(len(arrays))])
    table = table.replace_schema_metadata({"sheet": json.dumps(about)})
    with ipc.new_stream(sys.stdout.buffer, table.schema) as writer:
        writer.write_table(table)


if __name__ == "__main__":
    main()
