"""From a file to rows of text; what a file is, its first bytes say, not its name."""

import csv
import io
import zipfile
import zlib
from itertools import zip_longest
from pathlib import Path

import fastexcel
import pyarrow as pa

from hanbin_lib.ingest.containers import HostileFileError, check_container
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.grid import Grid, of_texts
from hanbin_lib.ingest.old_excel import read_old_excel

TABULAR = (".xlsx", ".xlsm", ".xls", ".csv")
_RULE = "HB-I-101"
_TITLE = "文件打不开"
_MARKS = (
    (b"\xef\xbb\xbf", ("utf-8-sig",)),
    (b"\xff\xfe", ("utf-16",)),
    (b"\xfe\xff", ("utf-16",)),
)
_UNMARKED = ("utf-8", "gb18030")


class UnreadableFileError(Exception):
    """The file is no table that can be read; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


def read_grids(path: Path) -> list[Grid]:
    """All sheets of a file.

    Raises
    ------
    UnreadableFileError
        Empty, damaged, encrypted, not what its name says, or of unknown encoding.
    """
    head = path.read_bytes()[:8] if path.stat().st_size < 8 else _head(path)
    if not head.strip():
        raise _unreadable(path, "文件是空的", "重新导出该文件")
    if head.startswith(b"PK\x03\x04"):
        return _read_xlsx(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _read_xls(path)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise _unreadable(
            path,
            "内容是网页（HTML），不是 Excel 文件",
            "用 Excel 打开后另存为 .xlsx，或重新导出",
        )
    if path.suffix.lower() != ".csv":
        raise _unreadable(path, "不是 Excel 文件，或文件已损坏", "重新导出该文件")
    return [of_texts(path.name, "", _read_csv(path))]


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(64)


def _read_xlsx(path: Path) -> list[Grid]:
    try:
        check_container(path)
        reader = fastexcel.read_excel(path)
        return [_sheet(reader, path, name) for name in reader.sheet_names]
    except HostileFileError as error:
        raise _unreadable(path, f"{error}，没有打开", "用 Excel 打开后另存为 .xlsx，或重新导出") from error
    except (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, OSError, NotImplementedError) as error:
        raise _unreadable(path, "文件不完整或已损坏", "重新导出或重新拷贝该文件") from error


def _sheet(reader: fastexcel.ExcelReader, path: Path, name: str) -> Grid:
    sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    columns = pa.Table.from_batches([batch])
    for position in {error.position for error in errors.errors} if errors else ():
        columns = _marked(columns, *position)
    return of_texts(path.name, name, columns)


def _marked(columns: pa.Table, row: int, place: int) -> pa.Table:
    """Mark a failed formula, which comes as null, so that it is not taken for empty."""
    column = columns.column(place)
    cell = pa.chunked_array([pa.array(["#ERROR"], column.type)])
    chunks = [*column.slice(0, row).chunks, *cell.chunks, *column.slice(row + 1).chunks]
    return columns.set_column(place, columns.field(place), pa.chunked_array(chunks))


def _read_xls(path: Path) -> list[Grid]:
    """Old .xls; an encrypted .xlsx wears the same coat."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise _unreadable(path, "文件设有打开密码", "取消密码后重新保存")
    sheets = read_old_excel(path)
    if sheets is None:
        raise _unreadable(path, "文件不完整、已加密或已损坏", "用 Excel 打开后另存为 .xlsx")
    return [of_texts(path.name, name, _columns(rows)) for name, rows in sheets.items()]


def _read_csv(path: Path) -> pa.Table:
    content = path.read_bytes()
    text = _decoded(content, path)
    if "\x00" in text:
        raise _unreadable(path, "不是文本文件，或文件已损坏", "重新导出该文件")
    first = text.partition("\n")[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    try:
        return _columns(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error:
        raise _unreadable(path, "不是规范的 CSV 文件", "用 Excel 打开后另存为 .xlsx") from None


def _decoded(content: bytes, path: Path) -> str:
    """Text of a CSV file: what its byte order mark says, else UTF-8, else GB18030."""
    encodings = next((names for mark, names in _MARKS if content.startswith(mark)), _UNMARKED)
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if encodings is _UNMARKED:
        text = "文字编码既不是 UTF-8 也不是 GB18030"
    else:
        text = "文件开头标明是 Unicode 编码，内容却不是"
    raise _unreadable(path, text, "用 Excel 打开，确认没有乱码后另存为 .xlsx")


def _columns(rows: list[list[str]]) -> pa.Table:
    """Rows of cells as columns of text; an empty cell is null."""
    columns = list(zip_longest(*rows))
    arrays = [pa.array([cell or None for cell in column], pa.string()) for column in columns]
    return pa.table(arrays, names=[str(n) for n in range(len(arrays))])


def _unreadable(path: Path, message: str, action: str) -> UnreadableFileError:
    finding = Finding(Severity.ERROR, _RULE, _TITLE, path.name, message, action)
    return UnreadableFileError(finding)
